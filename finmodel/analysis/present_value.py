"""Present value of cash flows, under the convention that each function is named for.

Arrays are (amounts,) or (amounts, trials): time runs down. Rates are a period, or for dated flows a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_DAYS = 365


def net_present_value(rate: float, amounts: ArrayLike) -> Floats:
    """The first amount falls due now and is not discounted (conventions rule 4; numpy-financial's `npv`)."""
    flows = np.asarray(amounts, dtype=np.float64)
    return _discounted(rate, np.arange(len(flows), dtype=np.float64), flows)


def net_present_value_excel(rate: float, amounts: ArrayLike) -> Floats:
    """The first amount falls due in one period and is discounted by it: NPV of Excel and other spreadsheets."""
    flows = np.asarray(amounts, dtype=np.float64)
    return _discounted(rate, np.arange(1, len(flows) + 1, dtype=np.float64), flows)


def dated_present_value(rate: float, dates: Sequence[date], amounts: ArrayLike) -> Floats:
    """XNPV: worth on the first of `dates` (as given, not the earliest) at a yearly rate, a year being 365 days."""
    return _discounted(rate, years_since(dates[0], dates), np.asarray(amounts, dtype=np.float64))


def years_since(start: date, dates: Sequence[date]) -> Floats:
    """Days since `start` over 365 (actual/365 fixed)."""
    return np.array([(day - start).days / _DAYS for day in dates])


def _discounted(rate: float, times: Floats, flows: Floats) -> Floats:
    if not rate > -1:
        raise ValueError(f"a rate is above -100%, not {rate:.6g}")
    factors = (1 + rate) ** -times
    return np.asarray((flows.T * factors).sum(axis=-1))
