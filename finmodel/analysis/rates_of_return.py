"""Rates of return of cash flows: IRR, XIRR and MIRR of one row of amounts or of a column for every trial.

A rate of return need not exist and need not be one, so each answer says what it is (`Outcome`). Amounts are positive
when received. Arrays are (amounts,) or (amounts, trials): time runs down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from finmodel.analysis.present_value import net_present_value, years_since
from finmodel.analysis.rate_roots import Floats, roots, sign_changes


class Outcome(IntEnum):
    """What was found for one row of amounts."""

    NO_SIGN_CHANGE = 0
    """Nothing is both given and received: no rate can be told."""
    NO_RATE = 1
    """Amounts of both signs, and yet no rate makes their present value zero (or only one beyond the limits)."""
    ONE_RATE = 2
    SEVERAL_RATES = 3
    """Several rates do; `rate` is the one nearest to 0% (smallest |log(1 + rate)|)."""


@dataclass(frozen=True)
class Rates:
    """Rates of return a period (dated flows: a year), one a trial; NaN where there is none.

    `lowest` and `highest` differ from `rate` only where there are several. A rate lies between -1 + 10^-12 and 10^12.
    """

    rate: Floats
    outcome: NDArray[np.int8]
    lowest: Floats
    highest: Floats

    @property
    def found(self) -> NDArray[np.bool_]:
        """Where there is a rate."""
        return self.outcome >= Outcome.ONE_RATE


def internal_rate_of_return(amounts: ArrayLike) -> Rates:
    """IRR of amounts one period apart: the rate at which their present value is zero."""
    rows, shape = _rows(amounts)
    return _rates(rows, None, shape)


def dated_rate_of_return(dates: Sequence[date], amounts: ArrayLike) -> Rates:
    """XIRR: the yearly rate of amounts on `dates` in any order, a year being 365 days."""
    return rate_of_return_at(years_since(min(dates), dates), amounts)


def rate_of_return_at(times: ArrayLike, amounts: ArrayLike) -> Rates:
    """The rate of amounts at any `times`, per unit of time; for other ways of counting days."""
    rows, shape = _rows(amounts)
    at, group = np.unique(np.asarray(times, dtype=np.float64), return_inverse=True)
    if len(group) != rows.shape[1]:
        raise ValueError(f"{len(group)} times for {rows.shape[1]} amounts")
    by_time = np.zeros((len(at), len(rows)))
    np.add.at(by_time, group, rows.T)
    together = np.ascontiguousarray(by_time.T)
    return _rates(together, np.broadcast_to(at - at[0], together.shape), shape)


def modified_rate_of_return(amounts: ArrayLike, finance_rate: float, reinvest_rate: float) -> Floats:
    """MIRR: what is given costs `finance_rate`, what is received earns `reinvest_rate` until the last period.

    NaN where nothing is given or nothing is received.
    """
    flows = np.asarray(amounts, dtype=np.float64)
    last = len(flows) - 1
    received = net_present_value(reinvest_rate, np.maximum(flows, 0)) * (1 + reinvest_rate) ** last
    given = net_present_value(finance_rate, np.maximum(-flows, 0))
    both = (received > 0) & (given > 0)
    growth = np.divide(received, given, out=np.full_like(received, np.nan), where=both)
    return np.asarray(growth ** (1 / last) - 1 if last else growth * np.nan)


def _rows(amounts: ArrayLike) -> tuple[Floats, tuple[int, ...]]:
    """One row a trial, and the shape of the answer."""
    given = np.asarray(amounts, dtype=np.float64)
    if given.ndim not in {1, 2} or not len(given):
        raise ValueError("amounts are (amounts,) or (amounts, trials), at least one of them")
    if not np.isfinite(given).all():
        raise ValueError("every amount must be a finite number")
    return np.ascontiguousarray(given.reshape(len(given), -1).T), given.shape[1:]


def _rates(rows: Floats, times: Floats | None, shape: tuple[int, ...]) -> Rates:
    which, x = roots(rows, times)
    count = np.bincount(which, minlength=len(rows))
    outcome = np.where(sign_changes(rows) == 0, Outcome.NO_SIGN_CHANGE, Outcome.NO_RATE)
    outcome = np.where(count == 1, Outcome.ONE_RATE, np.where(count > 1, Outcome.SEVERAL_RATES, outcome))
    some = count > 0
    first = (np.cumsum(count) - count)[some]
    nearest = np.full(len(rows), np.inf)
    np.minimum.at(nearest, which, np.abs(x))
    near = np.abs(x) == nearest[which]
    chosen = np.full((3, len(rows)), np.nan)
    chosen[0, which[near]] = x[near]
    chosen[1, some], chosen[2, some] = x[first], x[first + count[some] - 1]
    rate, lowest, highest = (one.reshape(shape) for one in np.expm1(chosen))
    return Rates(rate, outcome.astype(np.int8).reshape(shape), lowest, highest)
