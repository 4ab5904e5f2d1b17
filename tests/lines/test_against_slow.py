"""The plan against an interpreter that knows nothing of plans, on random sheets."""

from __future__ import annotations

import numpy as np
from hypothesis import given, reject
from hypothesis import strategies as st

from finmodel.lines import Calendar, Sheet, UnitError
from tests.lines.sheets import Draws, Floats, bind, calendars, every_value, sheets
from tests.lines.slow import Slow

TRIALS = 3


def both(sheet: Sheet, calendar: Calendar, block: int = 0) -> tuple[Floats, Floats]:
    """All values of all lines, shape (columns, trials): from the plan, and the slow way."""
    try:
        bound = bind(sheet, calendar, TRIALS)
    except UnitError:  # months and years in a circle: refused
        reject()
    fast = bound.run(block).copy()
    slow = np.empty_like(fast)
    for trial in range(TRIALS):

        def draw(driver: str, year: int, trial: int = trial) -> float:
            return float(Draws.number(driver, block, year, TRIALS)[trial])

        one = Slow(sheet, calendar, draw)
        slow[:, trial] = [one.stored(n, number) for n, numbers in every_value(sheet, calendar) for number in numbers]
    return fast, slow


def explain(sheet: Sheet, calendar: Calendar, wrong: Floats) -> str:
    from finmodel.lines import formula_text

    columns = [(name, number) for name, numbers in every_value(sheet, calendar) for number in numbers]
    rows = [f"{x.name} ({x.period.value}, service={x.service}) = {formula_text(x.expr)}" for x in sheet]
    return "\n".join([*rows, f"differ: {[columns[i] for i in np.flatnonzero(wrong.any(axis=1))]}"])


@given(sheets(jumps=True), calendars, st.integers(0, 3))
def test_the_plan_equals_the_slow_way_to_the_bit(sheet: Sheet, calendar: Calendar, block: int) -> None:
    fast, slow = both(sheet, calendar, block)

    assert np.isfinite(slow).all()
    assert np.array_equal(fast, slow), explain(sheet, calendar, fast != slow)


@given(sheets(jumps=False), calendars)
def test_sums_of_scheduled_amounts_equal_twelve_months_added_up(sheet: Sheet, calendar: Calendar) -> None:
    fast, slow = both(sheet, calendar)

    near = 1e-12 * max(1.0, float(np.abs(slow).max()))
    assert np.array_equal(np.abs(fast - slow) <= near, np.ones(fast.shape, bool)), explain(
        sheet, calendar, np.abs(fast - slow) > near
    )
