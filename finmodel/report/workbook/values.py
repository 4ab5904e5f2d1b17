"""The engine's values of the lines of a workbook, those that only a workbook has included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from finmodel.lines import Sheet
from finmodel.report.workbook.cells import fitted

if TYPE_CHECKING:
    from finmodel.arrays import FloatArray
    from finmodel.contract import Contract


@dataclass(frozen=True)
class Evaluated:
    """Lines that fit cells and their values in one trial (None: the base case): one number a period of a line."""

    contract: Contract
    sheet: Sheet
    trial: int | None
    values: Mapping[str, FloatArray]


def evaluated(contract: Contract, trial: int | None) -> Evaluated:
    """Every line of every payment model of the contract in one trial."""
    from finmodel.contract.evaluate import lines_of_model, values_of_lines

    wanted = {name for model in contract.models for name in lines_of_model(contract, model)}
    sheet = fitted(contract.sheet, [name for name in contract.sheet.names if name in wanted])
    values = values_of_lines(replace(contract, sheet=sheet), list(sheet.names), [trial])[0]
    return Evaluated(contract, sheet, trial, values)
