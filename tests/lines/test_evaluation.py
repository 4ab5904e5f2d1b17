"""Evaluation by hand: lags, months, financial years, run-off, circles, columns."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from finmodel.lines import (
    BoundPlan,
    Calendar,
    Period,
    Sheet,
    UnitError,
    compile_plan,
    falls_in,
    hold,
    last,
    literal,
    maximum,
    spread,
    sum_periods,
    where,
)
from finmodel.lines.expressions import Drawn
from finmodel.units import POUND, PURE
from tests.lines.sheets import bind, evaluate

MONTH, YEAR, FINANCIAL = Period.MONTH, Period.CONTRACT_YEAR, Period.FINANCIAL_YEAR
JULY = Calendar(date(2020, 7, 1), 3, 2)
APRIL = Calendar(date(2020, 4, 1), 3, 2)


@pytest.fixture
def sheet() -> Sheet:
    found = Sheet()
    found.given("x", [1.0, 2.0, 4.0, 8.0, 16.0], POUND)
    found.monthly("m", [float(number) for number in range(1, 61)], POUND)
    return found


def test_a_lag_reads_earlier_years_and_its_opening_before_them(sheet: Sheet) -> None:
    y = sheet.add("y", sheet.ref("x") * 10, service=False, opening=-5.0)
    sheet.add("one", y.lag(), service=False, opening=77.0)
    sheet.add("three", y.lag(3), service=False)
    sheet.add("lag_of_lag", sheet.ref("one").lag(), service=False)
    sheet.add("far", y.lag(1_000_000), service=False)

    assert evaluate(sheet, APRIL, "one", "three", "lag_of_lag", "far") == [
        [-5.0, 10.0, 20.0, 40.0, 80.0],
        [-5.0, -5.0, -5.0, 10.0, 20.0],
        [77.0, -5.0, 10.0, 20.0, 40.0],
        [-5.0] * 5,
    ]


def test_a_lag_of_months_crosses_the_year(sheet: Sheet) -> None:
    sheet.add("before", sheet.ref("m").lag(), service=False)
    sheet.add("quarter", sheet.ref("m").lag(3), service=False)
    before, quarter = evaluate(sheet, JULY, "before", "quarter")

    assert before == [0.0, *map(float, range(1, 60))]
    assert quarter == [0.0] * 3 + [float(number) for number in range(1, 58)]


def test_the_last_of_a_lag_is_that_of_the_years_last_month(sheet: Sheet) -> None:
    m = sheet.ref("m")
    sheet.add("by_year", last(m.lag(), YEAR), service=False)
    sheet.add("by_financial_year", last(m.lag(2), FINANCIAL), service=False)

    assert evaluate(sheet, JULY, "by_year", "by_financial_year") == [
        [11.0, 23.0, 35.0, 47.0, 59.0],
        [7.0, 19.0, 31.0, 43.0, 55.0],
    ]


def test_a_financial_year_looks_back_on_a_year_that_is_itself_a_lag(sheet: Sheet) -> None:
    x = sheet.ref("x")
    begun = sheet.add("begun", last(x.lag(), FINANCIAL), service=False)
    paid = sheet.add("paid", sum_periods(falls_in(x, 12), FINANCIAL), service=False)
    sheet.add("begun_before", begun.lag(), service=False)
    sheet.add("paid_before", paid.lag(), service=False)

    assert evaluate(sheet, JULY, "begun", "begun_before", "paid", "paid_before") == [
        [0.0, 1.0, 2.0, 4.0, 8.0],
        [0.0, 0.0, 1.0, 2.0, 4.0],
        [0.0, 1.0, 2.0, 4.0, 8.0],
        [0.0, 0.0, 1.0, 2.0, 4.0],
    ]


def test_months_of_a_year() -> None:
    sheet = Sheet()
    x = sheet.given("x", [12.0, 24.0], POUND)
    for name, months in [("spread", spread(x)), ("hold", hold(x)), ("falls", falls_in(x, 4))]:
        sheet.add(name, months)
    spreads, holds, falls = evaluate(sheet, Calendar(date(2020, 7, 1), 2), "spread", "hold", "falls")

    assert spreads == [1.0] * 12 + [2.0] * 12
    assert holds == [12.0] * 12 + [24.0] * 12
    assert falls == [0.0] * 3 + [12.0] + [0.0] * 11 + [24.0] + [0.0] * 8


@pytest.mark.parametrize("start", range(1, 13))
def test_months_add_up_over_contract_years_and_over_financial_years(start: int) -> None:
    sheet = Sheet()
    m = sheet.monthly("m", [float(number) for number in range(1, 25)], POUND)
    sheet.add("by_year", sum_periods(m, YEAR))
    sheet.add("by_financial_year", sum_periods(m, FINANCIAL))
    sheet.add("at_year_end", last(m, FINANCIAL))
    calendar = Calendar(date(2020, start, 1), 2)
    first_end = (3 - start) % 12 + 1  # months from the start to the end of March

    assert evaluate(sheet, calendar, "by_year", "by_financial_year", "at_year_end") == [
        [78.0, 222.0],
        [sum(range(1, first_end + 1)), sum(range(first_end + 1, first_end + 13))],
        [first_end, first_end + 12],
    ]


@pytest.mark.parametrize("start", range(1, 13))
def test_what_is_paid_in_months_is_all_paid_by_the_end_of_run_off(start: int) -> None:
    sheet = Sheet()
    x = sheet.add("x", sheet.given("input", [100.0, 200.0, 400.0], POUND) + 0)  # a service line: nothing in run-off
    for name, months in [("even", spread(x)), ("late", falls_in(x, 12)), ("mixed", spread(x) + falls_in(x, 3))]:
        sheet.add(name, sum_periods(months, FINANCIAL), service=False)
    month_by_month = sheet.add("months", spread(x) * 1, service=True)
    sheet.add("added", sum_periods(month_by_month, FINANCIAL), service=False)
    ends = sheet.add("ends", spread(sheet.ref("input")), service=True)  # its months end, though its input goes on
    sheet.add("ended", sum_periods(ends, FINANCIAL), service=False)
    found = evaluate(sheet, Calendar(date(2020, start, 1), 3, 2), "even", "late", "mixed", "added", "ended")

    assert [sum(values) for values in found] == pytest.approx([700.0, 700.0, 1400.0, 700.0, 700.0], rel=1e-14)
    assert found[3] == pytest.approx(found[0], rel=1e-14)
    assert found[4] == pytest.approx(found[0], rel=1e-14)
    assert [values[-1] for values in found] == [0.0] * 5


def test_service_lines_are_zero_in_run_off_for_whoever_goes_on(sheet: Sheet) -> None:
    service = sheet.add("service", sheet.ref("x") + 0, service=True)
    sheet.add("inner", service * 10, service=True)
    sheet.add("goes_on", service + sheet.ref("x"), service=False)
    sheet.add("lagged", service.lag(), service=False)
    sheet.add("flag", service > 0, service=True)
    sheet.add("reads_flag", where(sheet.ref("flag"), 1.0, 2.0), service=False)

    assert evaluate(sheet, APRIL, "service", "inner", "goes_on", "lagged", "reads_flag") == [
        [1.0, 2.0, 4.0, 0.0, 0.0],
        [10.0, 20.0, 40.0, 0.0, 0.0],
        [2.0, 4.0, 8.0, 8.0, 16.0],
        [0.0, 1.0, 2.0, 4.0, 0.0],
        [1.0, 1.0, 1.0, 2.0, 2.0],
    ]


def test_months_of_a_service_line_are_zero_in_run_off_in_every_later_stage(sheet: Sheet) -> None:
    service = sheet.add("service", sheet.ref("m") * 1, service=True)
    total = sheet.add("total", sum_periods(service, YEAR), service=False)
    share = sheet.add("share", hold(total) + service, service=False)
    sheet.add("again", sum_periods(share, YEAR), service=False)

    assert evaluate(sheet, APRIL, "total", "again") == [
        [78.0, 222.0, 366.0, 0.0, 0.0],
        [78.0 * 13, 222.0 * 13, 366.0 * 13, 0.0, 0.0],
    ]


def test_one_value_for_all_years_has_it_in_every_year() -> None:
    sheet = Sheet()
    sheet.add("nothing", 0, unit=POUND, period=YEAR)
    sheet.add("number", 5, period=FINANCIAL, service=False)
    once = sheet.given("once", 3.0, PURE)
    sheet.add("months", once, period=MONTH)
    sheet.add("sum", sum_periods(sheet.ref("months"), YEAR))
    sheet.add("lag", sheet.ref("nothing").lag())

    assert evaluate(sheet, Calendar(date(2020, 7, 1), 2, 1), "nothing", "number", "months", "sum", "lag", "once") == [
        [0.0] * 3,
        [5.0] * 3,
        [3.0] * 24 + [0.0] * 12,
        [36.0, 36.0, 0.0],
        [0.0] * 3,
        [3.0],
    ]


def test_months_and_years_in_a_circle_within_one_year_are_refused(sheet: Sheet) -> None:
    later = sheet.promise("later", POUND, opening=0.0, period=MONTH)
    total = sheet.add("total", sum_periods(later.lag(), YEAR))
    sheet.add("later", hold(total) + sheet.ref("m"))

    with pytest.raises(UnitError, match=r"in a circle within one year; read last year's value with lag"):
        compile_plan(sheet, JULY, [("later", [1])])


def test_months_may_read_the_year_before(sheet: Sheet) -> None:
    total = sheet.promise("total", POUND, opening=1.0, period=YEAR)
    month = sheet.add("month", hold(total.lag()) + 0, service=False)
    sheet.add("total", sum_periods(month, YEAR), service=False)

    assert evaluate(sheet, JULY, "total") == [[12.0, 144.0, 1728.0, 20736.0, 248832.0]]


def test_two_lines_of_one_formula_have_a_column_each(sheet: Sheet) -> None:
    x = sheet.ref("x")
    for name in ("a", "b"):
        sheet.add(name, maximum(x, 3 * x), service=False)
    sheet.add("c", 3 * x, service=False)
    sheet.add("d", x * 3, service=False)

    assert evaluate(sheet, APRIL, "a", "b", "c", "d") == [[3.0, 6.0, 12.0, 24.0, 48.0]] * 4
    columns = [("a", [1, 3]), ("b", [3]), ("d", [2]), ("a", [3]), ("c", [2, 1])]
    assert bind(sheet, APRIL, outputs=columns).run(0)[:, 0].tolist() == [3.0, 12.0, 12.0, 6.0, 12.0, 6.0, 3.0]


def test_a_value_with_two_names_is_there_until_both_have_been_read(sheet: Sheet) -> None:
    """The condition is decided before the first trial, so that `chosen` is only another name of `double`."""
    shock = sheet.drawn("shock", "shock", POUND, yearly=True)
    double = sheet.add("double", shock * 2.0)
    sheet.add("chosen", where(sheet.ref("x") > 0.0, double, 0.0))
    triple = sheet.add("triple", shock * 3.0)
    sheet.add("five", triple + double)
    for name in ("shock", "chosen", "five"):
        sheet.add(f"{name}_stored", sheet.ref(name) * 1.0)
    outputs = [(name, range(1, 4)) for name in ("shock_stored", "chosen", "chosen_stored", "five", "five_stored")]
    shocks, *found = bind(sheet, APRIL, 5, outputs=outputs).run(0).reshape(5, 3, 5)

    for factor, values in zip((2.0, 2.0, 5.0, 5.0), found, strict=True):
        np.testing.assert_allclose(values, factor * shocks, rtol=1e-14)


def test_equal_formulas_are_calculated_once(sheet: Sheet) -> None:
    shock = sheet.drawn("shock", "shock", POUND, yearly=True)
    for name, formula in [("a", shock + sheet.ref("x")), ("b", sheet.ref("x") + shock), ("c", -shock)]:
        sheet.add(name, formula)

    def size(*names: str) -> int:
        return compile_plan(sheet, APRIL, [(name, [1]) for name in names]).operations_per_year()

    assert (size("a"), size("a", "b"), size("a", "b", "c")) == (1, 1, 2)
    assert compile_plan(sheet, APRIL, [("x", [1])]).drivers == ()
    assert compile_plan(sheet, APRIL, [("a", [1])]).drivers == ("shock",)


def test_nought_and_minus_nought_are_two_numbers() -> None:
    sheet = Sheet()
    zero = sheet.given("zero", 0.0, PURE)
    minus = sheet.given("minus", -0.0, PURE)
    for name, nought in [("a", zero), ("b", minus), ("c", minus + literal(0.0)), ("d", minus + literal(-0.0))]:
        sheet.add(name, 1 / nought)

    assert evaluate(sheet, APRIL, "a", "b", "c", "d") == [[math.inf], [-math.inf], [math.inf], [-math.inf]]


def test_an_input_may_be_a_condition() -> None:
    """Rows of a table have yes and no beside their numbers."""
    sheet = Sheet()
    chosen = sheet.add("chosen", Drawn(PURE, Period.ONCE, True, "chosen"))
    amount = sheet.drawn("amount", "amount", POUND, yearly=False)
    sheet.add("paid", where(chosen & (amount > 0), amount, 0.0))
    plan = compile_plan(sheet, Calendar(date(2016, 4, 1), 1), [("paid", [1]), ("chosen", [1])])

    class Table:
        values = {"chosen": np.array([True, False, True]), "amount": np.array([1.0, 2.0, -3.0])}  # noqa: RUF012

        def start_block(self, block: int) -> None: ...

        def start_year(self, year: int, only: frozenset[str] | None = None) -> None: ...

    found = BoundPlan(plan, Table(), 3).run(0)

    assert found.tolist() == [[1.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
