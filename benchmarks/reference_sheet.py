"""The reference job as a sheet: 65 contracts over 120 months, a marginal tariff, corridor, incentive and waterfall.

Ten correlated drivers, one number a trial each. Money of a month is plan x (0.6 + 0.4 x tariff); a contract's cost is
linear in the activity of a month, so its year is written from two sums over the pool instead of 65. The corridor and
the incentive are settled by contract and year, and paid after the core money out of a pool whose reserve is carried.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np

from finmodel.arrays import FloatArray
from finmodel.lines import (
    Calendar,
    Expr,
    Family,
    Period,
    Plan,
    Sheet,
    clip,
    compile_plan,
    exp,
    hold,
    last,
    log,
    minimum,
    sum_over,
    sum_periods,
    where,
)
from finmodel.lines.expressions import Ref
from finmodel.uncertainty import Draws, Driver
from finmodel.units import POUND, PURE

MONTHS, CONTRACTS, YEARS = 120, 65, 10
FEE_YEARS, POOL = 2, 1.2e9
CALENDAR = Calendar(date(2016, 4, 1), YEARS)


def _spread() -> float:
    return math.exp(-3.6 + 0.6**2 / 2)


DRIVERS = tuple(
    Driver(name, kind, parameters, yearly=False)
    for name, kind, parameters in (
        ("inflation", "normal", {"mean": 0.025, "sd": 0.01}),
        ("pay_drift", "normal", {"mean": 0.005, "sd": 0.004}),
        ("demand", "triangular", {"min": -0.01, "mode": 0.006, "max": 0.02}),
        ("acuity", "pert", {"min": -0.03, "mode": 0.0, "max": 0.04}),
        ("efficiency", "pert", {"min": 0.0, "mode": 0.011, "max": 0.02}),
        ("outcome", "beta", {"alpha": 6.0, "beta": 2.0}),
        ("outcome_drift", "normal", {"mean": 0.0, "sd": 0.01}),
        ("shock", "lognormal", {"mean": _spread(), "sd": _spread() * math.sqrt(math.expm1(0.6**2))}),
        ("shock_month", "uniform", {"min": 0.0, "max": 120.0}),
        ("delivery", "uniform", {"min": 0.95, "max": 1.05}),
    )
)
_NORMAL = (
    ("inflation", "pay_drift", 0.6),
    ("inflation", "efficiency", -0.2),
    ("demand", "acuity", 0.5),
    ("demand", "shock", 0.3),
    ("acuity", "shock", 0.3),
    ("outcome", "outcome_drift", 0.4),
    ("efficiency", "outcome", 0.25),
    ("outcome", "delivery", 0.35),
    ("demand", "outcome", -0.2),
)
CORRELATIONS = tuple((a, b, 6 / math.pi * math.asin(r / 2)) for a, b, r in _NORMAL)
"""As rank correlations, which give these correlations of the normal scores."""

_rng = np.random.default_rng(65)
_weights = _rng.lognormal(0, 0.9, CONTRACTS)
BASE = POOL / MONTHS * (_weights / _weights.sum())
SEASON = 1 + 0.06 * np.cos(2 * np.pi * (np.arange(MONTHS) - 9) / 12)
LOADING = _rng.uniform(0.4, 1.6, CONTRACTS)
TARGET = _rng.uniform(0.45, 0.75, CONTRACTS)
TIME = np.arange(MONTHS) / 12
PROFILE = SEASON * 1.025 ** np.floor(TIME)
FUND = POOL / MONTHS * PROFILE * 1.12


def draws(seed: int, size: int) -> Draws:
    """The ten drivers, `size` trials at a time."""
    return Draws(DRIVERS, CORRELATIONS, seed=seed, first_financial_year=2016, years=YEARS, block_size=size)


def plan() -> Plan:
    """The job, with its results as columns: annual (10), contract (65), margin, short, reserve, rs."""
    sheet = Sheet()
    _write(sheet)
    years = range(1, YEARS + 1)
    outputs = [("annual", years), *((f"contract[{c}]", [YEARS]) for c in range(CONTRACTS))]
    outputs += [(name, [YEARS]) for name in ("margin", "short", "reserve", "rs")]
    return compile_plan(sheet, CALENDAR, outputs)


def _write(sheet: Sheet) -> None:
    drawn = {one.name: sheet.drawn(one.name, one.name, PURE, yearly=False) for one in DRIVERS}
    prices, shift = _paths(sheet, drawn)
    base, loading, target = (
        Family("contract", {str(c): sheet.given(f"{name}[{c}]", float(v), unit) for c, v in enumerate(values)})
        for name, values, unit in (("base", BASE, POUND), ("loading", LOADING, PURE), ("target", TARGET, PURE))
    )
    profile = sheet.monthly("profile", PROFILE.tolist(), PURE)
    in_fee_phase = [1.0] * FEE_YEARS + [0.0] * (YEARS - FEE_YEARS)
    settled = sheet.add("settled", sheet.given("fee_phase", in_fee_phase, PURE).equals(0.0))

    # Months
    excess = loading.map(lambda beta: beta * shift)
    paid_for = excess.map(lambda x: minimum(x, 0.0) + 0.7 * clip(x, 0.0, 0.10))
    months = base.map(lambda amount: amount * profile)
    by_month = sheet.add("settled_month", hold(settled))
    core = sheet.add_family(
        "core_month",
        Family(
            "contract", {c: where(by_month, months[c] * (0.6 + 0.4 * (1.0 + paid_for[c])), months[c]) for c in base}
        ),
    )
    core_total = sheet.add("core_total", sum_over(core))
    weighted = sheet.add("weighted", profile * prices)
    plain = sheet.add("plain_year", sum_periods(weighted, Period.CONTRACT_YEAR))
    shifted = sheet.add("shifted_year", sum_periods(weighted * shift, Period.CONTRACT_YEAR))

    # Years
    core_year = sheet.add_family("core", core.map(lambda amount: sum_periods(amount, Period.CONTRACT_YEAR)))
    cost = sheet.add_family("cost", Family("contract", {c: base[c] * (plain + loading[c] * shifted) for c in base}))
    shares = sheet.add_family(
        "share", Family("contract", {c: _corridor(core_year[c], cost[c] / core_year[c] - 1.0, settled) for c in base})
    )
    number = sheet.given("number", [float(y) for y in range(YEARS)], PURE)
    outcome = sheet.add("achieved", clip(drawn["outcome"] + drawn["outcome_drift"] * number, 0.0, 1.0))
    earned = sheet.add_family(
        "earned",
        Family(
            "contract",
            {c: where(settled, 0.05 * core_year[c] * clip((outcome - target[c]) / 0.25, 0.0, 1.0), 0.0) for c in base},
        ),
    )
    share_total, earned_total = (
        sheet.add(f"{one}_total", sum_over(all_of)) for one, all_of in (("share", shares), ("earned", earned))
    )
    incentive_paid = _waterfall(sheet, core_total, share_total, earned_total)

    def so_far(name: str, amount: Expr) -> Ref:
        total = sheet.promise(name, POUND, opening=0.0)
        return sheet.add(name, total.lag() + amount)

    fraction = sheet.add("fraction", where(earned_total > 0.0, incentive_paid / earned_total, 0.0))
    for c in base:
        so_far(f"contract[{c}]", core_year[c] + shares[c] + earned[c] * fraction)
    so_far("margin", sheet.ref("annual") - sum_over(cost))
    so_far("short", sheet.ref("short_year"))
    so_far("rs", share_total)


def _paths(sheet: Sheet, drawn: dict[str, Ref]) -> tuple[Ref, Ref]:
    """The price index, and how far activity lies from plan, by month."""
    time = sheet.monthly("time", TIME.tolist(), PURE)
    number = sheet.monthly("month", [float(m) for m in range(MONTHS)], PURE)
    drift = sheet.add("log_price", log(1.0 + drawn["inflation"] + drawn["pay_drift"] - drawn["efficiency"]))
    prices = sheet.add("prices", exp(time * drift) * drawn["delivery"])
    growth = sheet.add("log_growth", log(1.0 + drawn["demand"]))
    shock = where(number >= drawn["shock_month"], drawn["shock"], 0.0)
    return prices, sheet.add("shift", exp(time * growth) - 1.0 + drawn["acuity"] + shock)


def _corridor(core: Expr, over: Expr, settled: Expr) -> Expr:
    """Nothing to 2% either way, half of what lies between 2% and 5%, four fifths of what lies beyond."""
    inner, outer = clip(over, -0.02, 0.02), clip(over, -0.05, 0.05)
    return where(settled, core * (0.5 * (outer - inner) + 0.8 * (over - outer)), 0.0)


def _waterfall(sheet: Sheet, core: Ref, share: Ref, earned: Ref) -> Ref:
    """Core money each month, then share and incentive at the year's end, out of what is in the pool."""
    closing = sheet.promise("reserve", POUND, opening=0.0)
    carried = sheet.promise("in_hand", POUND, opening=0.0, period=Period.MONTH)
    first = sheet.monthly("first", [float(m % 12 == 0) for m in range(MONTHS)], PURE).equals(1.0)
    before = where(first, hold(closing.lag()), carried.lag())
    available = sheet.add("available", before + sheet.monthly("fund", FUND.tolist(), POUND))
    paid = sheet.add("core_paid", minimum(available, core))
    sheet.add("in_hand", available - paid)
    left = last(sheet.ref("in_hand"), Period.CONTRACT_YEAR)
    share_paid = sheet.add("share_paid", minimum(left, share))
    after = left - share_paid
    earned_paid = sheet.add("earned_paid", minimum(after, earned))
    sheet.add("reserve", after - earned_paid)
    sheet.add("annual", sum_periods(paid, Period.CONTRACT_YEAR) + share_paid + earned_paid)
    missed = sum_periods(core - paid, Period.CONTRACT_YEAR)
    sheet.add("short_year", missed + (share - share_paid) + (earned - earned_paid))
    return earned_paid


PERCENTS = np.array([1, 5, 10, 25, 50, 75, 90, 95, 99.0])


def by_name(results: FloatArray) -> dict[str, FloatArray]:
    """The columns of the plan under their names; shape (years or contracts, trials), or (trials,)."""
    last = YEARS + CONTRACTS
    single = dict(zip(("margin", "short", "reserve", "rs"), results[last:], strict=True))
    return {"annual": results[:YEARS], "contract": results[YEARS:last], **single}


def report(results: FloatArray) -> dict[str, FloatArray | float]:
    """Percentiles of the total, of each year and contract, of margin and risk share; the chance of a shortfall."""
    found = by_name(results)
    total = found["annual"].sum(axis=0)
    return {
        "total": np.percentile(total, PERCENTS),
        "annual": np.percentile(found["annual"], PERCENTS, axis=1),
        "contract": np.percentile(found["contract"], [5, 50, 95], axis=1),
        "margin": np.percentile(found["margin"], PERCENTS),
        "rs": np.percentile(found["rs"], PERCENTS),
        "p_short": float((found["short"] > 0).mean()),
        "mean": float(total.mean()),
    }
