"""Random sheets and the draws that feed them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from finmodel.lines import (
    BoundPlan,
    Calendar,
    Expr,
    Period,
    Sheet,
    clip,
    compile_plan,
    curve,
    falls_in,
    hold,
    last,
    literal,
    maximum,
    minimum,
    reached,
    spread,
    steps,
    sum_periods,
    where,
    whole,
)
from finmodel.lines.expressions import Ref
from finmodel.units import PURE

Floats = NDArray[np.float64]
ONCE, MONTH, YEAR, FINANCIAL = Period.ONCE, Period.MONTH, Period.CONTRACT_YEAR, Period.FINANCIAL_YEAR


class Draws:
    """Numbers that depend on driver, block, year and trial only; `first` leaves out the trials before it."""

    def __init__(self, drivers: Sequence[str], trials: int, first: int = 0) -> None:
        self.first, self.trials = first, trials
        self.values: dict[str, Floats] = {driver: np.zeros(trials) for driver in drivers}
        self.block = 0

    @staticmethod
    def number(driver: str, block: int, year: int, trials: int) -> Floats:
        seed = [zlib.crc32(driver.encode()), block, 1 if driver.startswith("once") else year]
        return np.random.default_rng(seed).uniform(-3.0, 3.0, trials)

    def start_block(self, block: int) -> None:
        self.block = block
        self.start_year(1)

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        """Drivers that are not asked for (`only`) become NaN: who reads one all the same is found out."""
        for driver, buffer in self.values.items():
            if only is None or driver in only:
                buffer[:] = self.number(driver, self.block, year, self.first + self.trials)[self.first :]
            elif not driver.startswith("once"):
                buffer.fill(np.nan)


def every_value(sheet: Sheet, calendar: Calendar) -> list[tuple[str, range]]:
    return [(line.name, range(1, calendar.count(line.period) + 1)) for line in sheet]


def bind(
    sheet: Sheet,
    calendar: Calendar,
    trials: int = 1,
    *,
    outputs: Sequence[tuple[str, Sequence[int]]] | None = None,
    first: int = 0,
    kept: Sequence[int] | None = None,
) -> BoundPlan:
    plan = compile_plan(sheet, calendar, every_value(sheet, calendar) if outputs is None else outputs)
    return BoundPlan(plan, Draws(plan.drivers, trials, first), trials, kept)


def evaluate(sheet: Sheet, calendar: Calendar, *names: str) -> list[list[float]]:
    """All values of these lines (of one trial), evaluated together."""
    numbers = [range(1, calendar.count(sheet[name].period) + 1) for name in names]
    values = iter(bind(sheet, calendar, outputs=list(zip(names, numbers, strict=True))).run(0)[:, 0].tolist())
    return [[next(values) for _ in line] for line in numbers]


class _Writer:
    """Writes a random sheet line by line. Without `jumps` nothing in it is discontinuous."""

    def __init__(self, draw: st.DrawFn, *, jumps: bool) -> None:
        self.draw, self.jumps, self.sheet = draw, jumps, Sheet()
        self.open: dict[str, Ref] = {}

    def one_of(self, *options: str) -> str:
        return self.draw(st.sampled_from(options))

    def constant(self) -> Expr:
        return literal(self.draw(st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 0.1, 3.0, -7.25, 1 / 3])))

    def lines(self, period: Period, *, flag: bool = False) -> list[str]:
        return [line.name for line in self.sheet if line.period is period and line.expr.flag is flag]

    def read(self, period: Period, *, flag: bool = False) -> Expr | None:
        """A line of this period (or of none), now or earlier."""
        now = self.lines(period, flag=flag)
        options = [("now", name) for name in now + self.lines(ONCE, flag=flag)]
        if period is not ONCE:
            options += [("earlier", name) for name in now]
            options += [("earlier", name) for name, ref in self.open.items() if ref.period is period and not flag]
        if not options:
            return None
        when, name = self.draw(st.sampled_from(options))
        if when == "now":
            return self.sheet.ref(name)
        ref = self.open[name] if name in self.open else self.sheet.ref(name)
        return ref.lag(self.draw(st.integers(1, 3)))

    def converted(self, period: Period, depth: int) -> Expr:
        if period is MONTH:
            amount, kind = self.formula(YEAR, depth), self.one_of("spread", "hold", "falls_in")
            if kind == "falls_in":
                return falls_in(amount, self.draw(st.integers(1, 12)))
            return spread(amount) if kind == "spread" else hold(amount)
        if period is FINANCIAL and self.draw(st.booleans()):
            year = self.formula(YEAR, depth)
            return last(year, FINANCIAL) if year.period is YEAR else year
        months = self.formula(MONTH, depth)
        if months.period is not MONTH:
            months = hold(months)
        if self.one_of("sum", "last") == "last":
            return last(months, period)
        # A product is added up month by month; other sums of scheduled amounts are made direct, with other bits.
        return sum_periods(literal(1.0) * months if self.jumps else months, period)

    def condition(self, period: Period, depth: int) -> Expr:
        kind = self.one_of("compare", "compare", "reached", "not", "and", "or", "line", "converted")
        if kind == "line":
            found = self.read(period, flag=True)
            if found is not None:
                return found
        if kind == "converted" and period is MONTH:
            return hold(self.condition(YEAR, depth - 1)) if depth > 0 else hold(literal(1.0) < 2.0)
        if kind == "converted" and period is FINANCIAL and depth > 0:
            months = self.condition(MONTH, depth - 1)
            return last(months, FINANCIAL) if months.period is MONTH else months
        if depth <= 0 or kind in ("compare", "line", "converted"):
            a, b = self.formula(period, depth - 1), self.formula(period, depth - 1)
            return self.draw(st.sampled_from([a < b, a <= b, a > b, a >= b, a.equals(b)]))
        if kind == "reached":
            return reached(self.formula(period, depth - 1), self.formula(period, depth - 1))
        first = self.condition(period, depth - 1)
        if kind == "not":
            return ~first
        second = self.condition(period, depth - 1)
        return first & second if kind == "and" else first | second

    def formula(self, period: Period, depth: int) -> Expr:
        if depth <= 0:
            found = self.read(period) if self.draw(st.integers(0, 5)) else None
            return self.constant() if found is None else found
        kinds = ["leaf", "+", "-", "*", "min", "max", "clip", "negative", "abs", "curve", "ratio", "convert", "convert"]
        kinds += ["where", "where", "steps", "round"] if self.jumps else []
        kind = self.one_of(*kinds)
        if kind == "leaf":
            return self.formula(period, 0)
        if kind == "convert" and period is not ONCE:
            return self.converted(period, depth - 1)
        a = self.formula(period, depth - 1)
        if kind in ("negative", "abs", "round", "clip", "curve"):
            points = [(-2.0, 1.0), (0.5, -1.0), (4.0, 2.5)]
            unary = {"negative": -a, "abs": where(a < 0, -a, a), "round": whole(a), "clip": clip(a, -5.0, 40.0)}
            return curve(a, points) if kind == "curve" else unary[kind]
        b = self.formula(period, depth - 1)
        if kind == "where":
            return where(self.condition(period, depth - 1), a, b)
        if kind == "steps":
            return steps(a, b, [(-1.0, 0.25), (2.0, -3.0)])
        if kind == "*":
            return clip(a, -100.0, 100.0) * clip(b, -100.0, 100.0)
        if kind == "ratio":
            return a / (maximum(b, -b) + 1.0)
        return {"-": a - b, "min": minimum(a, b), "max": maximum(a, b)}.get(kind, a + b)

    def write(self, number: int) -> None:
        name, period = f"line{number}", self.draw(st.sampled_from([ONCE, MONTH, YEAR, YEAR, FINANCIAL]))
        service = self.draw(st.booleans())
        expr = self.formula(period, 3)
        if self.jumps and self.draw(st.integers(0, 4)) == 0:
            expr = self.condition(period, 2)
        self.sheet.add(name, expr, period=period, service=service, opening=self.draw(st.sampled_from([0.0, 2.5])))


@st.composite
def sheets(draw: st.DrawFn, *, jumps: bool) -> Sheet:
    """A sheet that uses every period, lags of lines above and below, and every change of period."""
    writer = _Writer(draw, jumps=jumps)
    sheet = writer.sheet
    sheet.given("number", 4.0, PURE)
    sheet.given("by_year", [1.0, -2.0, 3.5], PURE, service=draw(st.booleans()))
    sheet.monthly("by_month", [0.5 * m - 4.0 for m in range(17)], PURE)
    sheet.drawn("once", "once drawn", PURE, yearly=False)
    sheet.drawn("shock", "shock", PURE, yearly=True, service=draw(st.booleans()))
    for number, period in enumerate(draw(st.lists(st.sampled_from([MONTH, YEAR, FINANCIAL]), max_size=2))):
        name = f"later{number}"
        writer.open[name] = sheet.promise(name, PURE, opening=1.5, period=period)
    for number in range(draw(st.integers(2, 7))):
        writer.write(number)
    for name, ref in writer.open.items():
        sheet.add(name, clip(writer.formula(ref.period, 2), -1e6, 1e6), period=ref.period, service=draw(st.booleans()))
    sheet.close()
    return sheet


calendars = st.builds(
    Calendar,
    start=st.builds(date, st.just(2016), st.integers(1, 12), st.just(1)),
    years=st.integers(1, 4),
    run_off=st.integers(0, 3),
)
