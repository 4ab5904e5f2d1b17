"""Read a scenario: composition, types, cross-checks and the register; every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.checks import UNUSED, check_all
from finmodel.scenario.checks_events import check_providers
from finmodel.scenario.compose import compose
from finmodel.scenario.document import Origin, Scenario, place_values
from finmodel.scenario.draft import Checked, draft_from, draft_of
from finmodel.scenario.known import check_known
from finmodel.scenario.mistakes import mistakes_from
from finmodel.scenario.positions import Path as Place
from finmodel.scenario.positions import Positions
from finmodel.scenario.register import read_register
from finmodel.scenario.tables import expand_tables
from finmodel.scenario.terms import Term

_APART = re.compile(r"(sources|known_on|accepted)\.|outcomes\.\w+\.weight$|services\.\w+\.pool$")

InFormulas = Callable[[Scenario | None, Any, Positions], Sequence[Mistake]]
"""Mistakes in formulas, which a later room reads: of the scenario (if all could be typed), its data and places."""


def load(
    path: str | Path,
    kinds: Mapping[str, type[Term]],
    overrides: Sequence[str] = (),
    in_formulas: InFormulas | None = None,
) -> Scenario:
    """Read and check the scenario file at `path`.

    `kinds` maps the words that may stand after `kind:` in a term to their classes; `overrides` are PATH=VALUE or @FILE.
    Raises InputError with all mistakes found, in the order of the text, and nothing else; `in_formulas` is asked for
    more where there are any, so that they do not hide those in formulas.
    """
    composed = compose(path, overrides, kinds)
    data, positions = composed.data, composed.positions
    if "settlement" in data and "payment_models" not in data:
        message = "this file holds the terms of a settlement, not a scenario: finmodel settle reads it"
        raise InputError(Mistake(message, positions.key(("settlement",))))
    tables = expand_tables(data, positions, composed.folder_of)

    models: dict[int, type[Any]] = {}
    context = {"kinds": kinds, "years": _years(data), "models": models}
    mistakes = list(composed.mistakes)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(data, context=context)
    except ValidationError as error:
        mistakes += mistakes_from(error, data, positions, models)
        draft = draft_from(error, data, positions, context)
    else:
        place_values(scenario, data, positions)
        draft = draft_of(scenario)
    mistakes = [*tables.mistakes, *tables.others(mistakes)]
    checked = Checked(draft, data, positions, complete=scenario is not None, mistakes=mistakes)
    check_all(checked)
    _refuse_nothing(checked)
    register = read_register(checked, composed.folder_of)
    check_providers(checked, [row.provider for row in register.rows])
    files = (*composed.files, *(file for file in tables.files if file not in register.files), *register.files)
    if scenario is not None:
        scenario._origin = Origin(files, tuple(overrides), data, positions)  # noqa: SLF001  # private to readers only
        scenario._register = register.rows  # noqa: SLF001
    check_known(checked, scenario if register.whole else None)
    if checked.mistakes or scenario is None:
        told = {_line(mistake) for mistake in checked.mistakes}
        whole = scenario if register.whole and all(map(_apart, checked.mistakes)) else None
        more = () if in_formulas is None else in_formulas(whole, data, positions)
        checked.mistakes += [mistake for mistake in more if _line(mistake) not in told]
        raise InputError(_in_order(checked.mistakes, composed.main.name))
    return scenario


def _years(data: Mapping[str, Any]) -> int | None:
    """The number of contract years, by which lists are read; None where it is not stated rightly."""
    contract = data.get("contract")
    years = contract.get("years") if isinstance(contract, dict) else None
    return years if isinstance(years, int) and not isinstance(years, bool) and 1 <= years <= 30 else None


def _line(mistake: Mistake) -> tuple[str, int] | None:
    return None if mistake.span is None else (mistake.span.file, mistake.span.line)


def _apart(mistake: Mistake) -> bool:
    """Whether the lines of the contract can be written all the same, so that formulas may be looked at in full."""
    return _APART.match(mistake.path) is not None or mistake.message.startswith(UNUSED)


def _refuse_nothing(checked: Checked) -> None:
    """A key without a value is a slip, even where the key may be left out."""
    told = {mistake.span for mistake in checked.mistakes}
    for path in _nothings(checked.data, ()):
        if not told & {checked.positions.value(path), checked.positions.key(path)}:
            checked.refuse("nothing is written here: give a value, or leave the key out", path)


def _nothings(data: Any, path: Place) -> Iterator[Place]:
    if data is None:
        yield path
    elif isinstance(data, dict):
        for key, below in data.items():
            yield from _nothings(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            yield from _nothings(below, (*path, at))


def _in_order(mistakes: list[Mistake], file: str) -> list[Mistake]:
    """Each mistake once: those of the scenario file first, then overrides and register, by line and column."""

    def place(mistake: Mistake) -> tuple[bool, Span]:
        span = mistake.span or Span(file, 1, 1)
        return span.file != file, span

    return sorted(dict.fromkeys(mistakes), key=place)
