"""Worked examples that others published, and what works each of them out: finmodel, or numpy-financial for loans.

examples.json restates those of present values and rates of return, each with its source.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy_financial as npf
import pytest

from finmodel.analysis import (
    Rates,
    dated_present_value,
    dated_rate_of_return,
    internal_rate_of_return,
    modified_rate_of_return,
    net_present_value,
    net_present_value_excel,
    rate_of_return_at,
)

HERE = Path(__file__).resolve().parent
WHOLE = HERE.parents[2] / "shared" / "validation"


@dataclass(frozen=True)
class Example:
    name: str
    function: str
    args: dict[str, Any]
    expected: float | None
    tolerance: float


def whole(name: str) -> Path:
    """A published file, where it lies beside the project."""
    path = WHOLE / name
    if not path.is_file():
        pytest.skip(f"{path} is not there: only what is restated in {HERE.name} was tested")
    return path


def examples(path: Path) -> list[Example]:
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    for case in cases:
        if "values" in case["args"]:
            case["args"]["amounts"] = case["args"].pop("values")
    return [Example(c["id"], c["function"], c["args"], c["expected"], c["abs_tol"]) for c in cases]


def series(path: Path) -> dict[str, tuple[list[date], list[float]]]:
    """Dated amounts by case."""
    found: dict[str, tuple[list[date], list[float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            days, amounts = found.setdefault(row["case"], ([], []))
            days.append(date.fromisoformat(row["date"]))
            amounts.append(float(row["amount"]))
    return found


def days(dates: Sequence[str]) -> list[date]:
    return [date.fromisoformat(day) for day in dates]


def thirty(start: date, day: date) -> float:
    """30/360; no day of the examples is a 31st or the end of a February, where its three kinds differ."""
    assert max(start.day, day.day) < 28
    return (360 * (day.year - start.year) + 30 * (day.month - start.month) + day.day - start.day) / 360


def actual_actual(start: date, day: date) -> float:
    """Days of each calendar year over the days of that year."""

    def since_1900(at: date) -> float:
        first, following = date(at.year, 1, 1), date(at.year + 1, 1, 1)
        return at.year - 1900 + (at - first).days / (following - first).days

    return since_1900(day) - since_1900(start)


DAY_COUNTS: dict[str, Callable[[date, date], float]] = {
    "30/360 SIA": thirty,
    "30/360 ISDA": thirty,
    "30E/360": thirty,
    "act/360": lambda start, day: (day - start).days / 360,
    "act/365F": lambda start, day: (day - start).days / 365,
    "act/act ISDA": actual_actual,
}


def rate(found: Rates) -> float:
    return float(found.rate)


def counted(amounts: list[float], dates: list[str], day_count: str) -> float:
    at = days(dates)
    return rate(rate_of_return_at([DAY_COUNTS[day_count](at[0], day) for day in at], amounts))


def future_value(*, start: str, cash: str, end: str, cash_rate: float, end_rate: float, amount: float) -> float:
    """Back to the start at the one rate and on to the end at the other."""
    at_start = dated_present_value(cash_rate, days([start, cash]), [0, amount])
    return float(at_start / dated_present_value(end_rate, days([start, end]), [0, 1]))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "NPV_EXCEL": net_present_value_excel,
    "NPV0": net_present_value,
    "XNPV": lambda rate, amounts, dates: dated_present_value(rate, days(dates), amounts),
    "IRR": lambda amounts: rate(internal_rate_of_return(amounts)),
    "IRR_NONE": lambda amounts: rate(internal_rate_of_return(amounts)),
    "XIRR": lambda amounts, dates: rate(dated_rate_of_return(days(dates), amounts)),
    "XIRR_DAYCOUNT": counted,
    "MIRR": modified_rate_of_return,
    "XFV": future_value,
    "FVSCHEDULE": lambda principal, rates: principal / math.prod(net_present_value_excel(one, [1.0]) for one in rates),
}
LOANS: dict[str, Callable[..., Any]] = {  # one loan at a time: numpy-financial
    "PMT": npf.pmt,
    "PV": npf.pv,
    "FV": npf.fv,
    "NPER": npf.nper,
    "RATE": lambda nper, pmt, pv, fv=0.0: npf.rate(nper, pmt, pv, fv),
    "IPMT": npf.ipmt,
    "PPMT": npf.ppmt,
    "CUMIPMT": lambda rate, nper, pv, start, end, when: npf.ipmt(
        rate, range(start, end + 1), nper, pv, when=when
    ).sum(),
    "CUMPRINC": lambda rate, nper, pv, start, end, when: npf.ppmt(
        rate, range(start, end + 1), nper, pv, when=when
    ).sum(),
    "EFFECT": lambda nominal, npery: npf.fv(nominal / npery, npery, 0, -1) - 1,
    "NOMINAL": lambda effect, npery: npery * npf.rate(npery, 0, -1, 1 + effect),
    "RRI": lambda nper, pv, fv: npf.rate(nper, 0, -pv, fv),
    "PDURATION": lambda rate, pv, fv: npf.nper(rate, 0, -pv, fv),
}


def worked_out(example: Example) -> float:
    if example.function in FUNCTIONS:
        return float(FUNCTIONS[example.function](**example.args))
    with np.errstate(divide="ignore", invalid="ignore"):  # numpy-financial divides by nought before it looks
        return float(LOANS[example.function](**example.args))
