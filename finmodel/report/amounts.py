"""How a figure is written: £ in millions with one decimal, its standard error beside it, chances in per cent."""

from __future__ import annotations

import math

from finmodel.analysis import Chance, Estimate
from finmodel.report.grid import Cell

DASH = Cell("–")
WORST_IN_10, BEST_IN_10 = "Worst\n1 in 10", "Best\n1 in 10"
WORST_IN_20, BEST_IN_20 = "Worst\n1 in 20", "Best\n1 in 20"
"""Headings of percentiles of what somebody keeps, of which the low one is the bad one: a percentile does not say so."""


def millions(estimate: Estimate | None) -> Cell:
    """£ in millions, `118.3 ±.07`; a dash where there is none. The standard error is left away where it is zero."""
    return DASH if estimate is None else _with_error(estimate, 1e-6, "")


def percent(estimate: Estimate | None) -> Cell:
    """A rate in per cent, `76.9% ±.15`."""
    return DASH if estimate is None else _with_error(estimate, 100.0, "%")


def interval(estimate: Estimate) -> Cell:
    """The 95% interval of an amount in £m, `3.1 to 4.2`: 1.96 standard errors on either side."""
    if estimate.se is None:
        return DASH
    ends = (1e-6 * (estimate.value + side * 1.96 * estimate.se) for side in (-1, 1))
    return Cell(" to ".join(f"{end:,.1f}" for end in ends))


def plain(estimate: Estimate | None) -> Cell:
    """A number in its own unit, with four digits at least."""
    if estimate is None:
        return DASH
    size = abs(estimate.value)
    digits = 0 if size >= 1000 or size == 0 else max(0, 3 - math.floor(math.log10(size))) if size < math.inf else 0
    shown = f"{estimate.value:,.{digits}f}"
    if estimate.se is None:
        return Cell(shown, "±?")
    return Cell(shown) if estimate.se == 0 else Cell(shown, f"±{_two_digits(estimate.se)}")


def chance(found: Chance | None) -> Cell:
    """A probability in per cent; `< 3/10,000` where it was never seen, `> 99.97%` where it always was."""
    if found is None:
        return DASH
    if found.seen == 0:
        return Cell(f"< 3/{found.counted:,}")
    if found.bound is not None:
        # as many digits as tell it from 100%
        digits = max(1, math.ceil(math.log10(found.counted)) - 2)
        return Cell(f"> {100 * found.bound:.{digits}f}%")
    return percent(Estimate(found.value, found.se))


def big_money(pounds: float) -> str:
    """A round amount in words: £1.222bn, £687m."""
    if abs(pounds) >= 1e9:
        return f"£{pounds / 1e9:.4g}bn"
    return f"£{pounds / 1e6:.4g}m"


def _with_error(estimate: Estimate, scale: float, sign: str) -> Cell:
    shown = _per_cent(estimate.value) if sign else f"{scale * estimate.value:,.1f}"
    if shown == "-0.0":
        shown = "0.0"
    if estimate.se is None:
        return Cell(shown + sign, "±?")
    if estimate.se == 0:
        return Cell(shown + sign)
    return Cell(shown + sign, f"±{_rounded_up(scale * estimate.se)}")


def _two_digits(error: float) -> str:
    """Two significant digits, rounded up."""
    if not math.isfinite(error):
        return "?"
    power = math.floor(math.log10(error)) - 1
    shown = math.ceil(error / 10.0**power - 1e-9) * 10.0**power
    return f"{shown:,.{max(0, -power)}f}".lstrip("0")


def _per_cent(rate: float) -> str:
    """A rate in per cent, with as many digits as tell it from 0% and 100%."""
    for digits in (1, 2, 3):
        shown = f"{100 * rate:.{digits}f}"
        if float(shown) not in {0.0, 100.0} or rate in {0.0, 1.0}:
            return shown
    return f"{100 * rate:.1f}"


def _rounded_up(error: float) -> str:
    """`.02`, `.43`, `1.3`: short, and never smaller than it is."""
    if error < 0.99:
        return f"{math.ceil(100 * error - 1e-9) / 100:.2f}".lstrip("0")
    return f"{math.ceil(10 * error - 1e-9) / 10:,.1f}"
