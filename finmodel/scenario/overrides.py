"""Overrides: another value where a dotted path of the scenario points, from `--set PATH=VALUE` or a file of them.

A file of overrides, given as `--set @FILE`, is a block of such paths:

    services.cancer.planned_growth: 2%
    payment_models.programme.phases.outcomes_based.withhold.rate: 10%

Overrides apply in the order given, so that one on the command line can follow a file and change one value of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.checks import near_path
from finmodel.scenario.declared import keys_allowed
from finmodel.scenario.document import raw_path
from finmodel.scenario.files import TextFile, read_text
from finmodel.scenario.positions import Path as Place
from finmodel.scenario.positions import Positions, read_yaml
from finmodel.scenario.problems import shown
from finmodel.scenario.terms import Term

FILE = "@"


def apply_overrides(
    overrides: Sequence[str], data: Any, positions: Positions, kinds: Mapping[str, type[Term]]
) -> tuple[list[Mistake], tuple[TextFile, ...]]:
    """Change `data` and `positions` in place; the mistakes of the overrides themselves, and the files that were read.

    The path must exist (entries of a list by their `name`, or by number from 0) but for its last word, which may be a
    key that is left out; the value is read as YAML.
    """
    mistakes: list[Mistake] = []
    files: list[TextFile] = []
    seen: set[Place] = set()
    for override in overrides:
        written, equals, text = override.partition("=")
        written = written.strip()
        try:
            if override.startswith(FILE):
                files.append(_apply_file(override.removeprefix(FILE), data, positions, kinds))
            elif not equals or not written:
                mistakes.append(Mistake(f"expected PATH=VALUE or @FILE, got '{override}'", Span("--set", 1, 1)))
            else:
                span = Span(f"--set {written}", 1, 1)
                path = _found(written, span, data, seen, kinds)
                _put(path, *_read(text, written), data, positions)
        except InputError as error:
            mistakes.extend(error.mistakes)
    return mistakes, tuple(files)


def _found(written: str, span: Span, data: Any, seen: set[Place], kinds: Mapping[str, type[Term]]) -> Place:
    """The path that is meant; InputError where there is none, or where `seen` has it already."""
    path, rest = raw_path(written, data)
    if len(rest) == 1 and rest[0] in keys_allowed(path, data, kinds):
        path, rest = (*path, rest[0]), []
    if rest:
        near = near_path(path, rest, data)
        raise InputError(Mistake(f"there is no '{written}' in the scenario", span, "", near))
    if path in seen:
        raise InputError(Mistake("the same value is set twice", span, written))
    seen.add(path)
    return path


def _read(text: str, written: str) -> tuple[Any, Positions]:
    if not text.strip():
        raise InputError(Mistake(f"expected a value after '{written}='", Span(f"--set {written}", 1, 1)))
    return read_yaml(text, f"--set {written}")


def _apply_file(name: str, data: Any, positions: Positions, kinds: Mapping[str, type[Term]]) -> TextFile:
    file = read_text(Path(name), named_at=Span(f"--set @{name}", 1, 1))
    values, places = read_yaml(file.text, file.name)
    if not isinstance(values, dict):
        raise InputError(Mistake(f"expected a block of paths and values, got {shown(values)}", places.value(())))
    mistakes: list[Mistake] = []
    seen: set[Place] = set()
    for written, value in values.items():
        try:
            path = _found(written, places.key((written,)), data, seen, kinds)
            _put(path, value, places.part((written,)), data, positions)
        except InputError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise InputError(mistakes)
    return file


def _put(path: Place, value: Any, places: Positions, data: Any, positions: Positions) -> None:
    for step in path[:-1]:
        data = data[step]
    data[path[-1]] = value
    positions.replace(path, places)
