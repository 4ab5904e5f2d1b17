"""`--set PATH=VALUE`: put another value where a dotted path of the scenario file points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.checks import near_path
from finmodel.scenario.document import raw_path
from finmodel.scenario.positions import Positions, read_yaml


def apply_overrides(overrides: Sequence[str], data: Any, positions: Positions) -> list[Mistake]:
    """Change `data` and `positions` in place; the mistakes are those of the overrides themselves.

    The path must exist in the file (entries of a list by their `name`, or by number from 0); the value is read as YAML.
    """
    mistakes: list[Mistake] = []
    seen: dict[tuple[str | int, ...], str] = {}
    for override in overrides:
        written, equals, text = override.partition("=")
        written = written.strip()
        span = Span(f"--set {written}", 1, 1)
        path, rest = raw_path(written, data)
        if not equals or not written:
            mistakes.append(Mistake(f"expected PATH=VALUE, got '{override}'", Span("--set", 1, 1)))
        elif rest:
            mistakes.append(
                Mistake(f"there is no '{written}' in the scenario file", span, "", near_path(path, rest, data))
            )
        elif path in seen:
            mistakes.append(Mistake("the same value is set twice", span, written))
        else:
            seen[path] = written
            mistakes.extend(_put(path, text, written, data, positions))
    return mistakes


def _put(path: tuple[str | int, ...], text: str, written: str, data: Any, positions: Positions) -> list[Mistake]:
    try:
        value, places = read_yaml(text, f"--set {written}")
    except InputError as error:
        empty = not text.strip()
        return (
            [Mistake(f"expected a value after '{written}='", Span(f"--set {written}", 1, 1))]
            if empty
            else [*error.mistakes]
        )
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value
    positions.replace(path, places)
    return []
