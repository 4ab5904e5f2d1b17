"""Formulas of a scenario that is refused anyway: what is wrong in them is told together with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from finmodel.contract.build import write_contract
from finmodel.contract.on_account import KEY
from finmodel.errors import InputError, Mistake
from finmodel.lines import syntax_mistakes
from finmodel.scenario import Scenario
from finmodel.scenario.document import dotted
from finmodel.scenario.positions import Path, Positions

_KEYS = ("formula", KEY.rpartition(".")[2])


def mistakes_in_formulas(scenario: Scenario | None, data: Any, positions: Positions) -> list[Mistake]:
    """Mistakes in formulas: in names and units too where the whole scenario could be typed, else what cannot be read.

    `data` is the scenario as written, `positions` the place of each of its parts.
    """
    if scenario is not None:
        try:
            write_contract(scenario, list(scenario.payment_models))
        except InputError as error:
            return [mistake for mistake in error.mistakes if mistake.path.rpartition(".")[2] in _KEYS]
        except Exception:  # noqa: BLE001, S110 - what the other mistakes make impossible; they are told
            pass
    return [
        mistake
        for path, text in _formulas(data, ())
        for mistake in syntax_mistakes(text, positions.value(path), dotted(path, data))
    ]


def _formulas(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for key, below in data.items():
            if key == "formula" and isinstance(below, str):
                yield (*path, key), below
            else:
                yield from _formulas(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            yield from _formulas(below, (*path, at))
