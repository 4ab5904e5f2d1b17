"""Expressions: units, flags and periods are checked while they are built."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from finmodel.lines import (
    Calendar,
    Expr,
    Family,
    Period,
    Sheet,
    UnitError,
    allocate_by,
    binomial_quantile,
    curve,
    exp,
    falls_in,
    hold,
    last,
    literal,
    log,
    maximum,
    reached,
    spread,
    sqrt,
    steps,
    sum_over,
    sum_periods,
    where,
)
from finmodel.lines.expressions import operate
from finmodel.units import PERSON, POUND, PURE, REAL_POUND, Unit
from tests.lines.sheets import evaluate

sheet = Sheet()
cost = sheet.given("cost", [5.0, 6.0], POUND)
real = sheet.given("real", [7.0], REAL_POUND)
people = sheet.given("people", 100.0, PERSON)
rate = sheet.given("rate", 0.25, PURE)
monthly = sheet.monthly("monthly", [1.0], POUND)
by_financial_year = sheet.add("by_financial_year", sum_periods(monthly, Period.FINANCIAL_YEAR))
late = sheet.add("late", cost > 0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: cost + people, "+: £ and person do not fit together"),
        (lambda: people - cost, "-: person and £ do not fit together"),
        (lambda: cost + real, "+: £ and £real do not fit together"),
        (lambda: cost + 1, "+: £ and rate do not fit together"),
        (lambda: 1 - cost, "-: rate and £ do not fit together"),
        (lambda: cost < people, "<: £ and person do not fit together"),
        (lambda: cost.equals(people), "==: £ and person do not fit together"),
        (lambda: maximum(cost, people), "max: £ and person do not fit together"),
        (lambda: where(late, cost, people), "where: £ and person do not fit together"),
        (lambda: exp(cost), "exp: a pure number is needed, not £"),
        (lambda: log(people), "log: a pure number is needed, not person"),
        (lambda: sqrt(cost), "sqrt: £ has no square root"),
        (lambda: cost / 0, "/: division by the number 0"),
        (lambda: binomial_quantile(people, cost, rate), "binomial_quantile: a pure number is needed, not £"),
        (lambda: reached(cost, people), ">=: £ and person do not fit together"),
        (lambda: late + 1, "+ takes numbers; this is a condition: use where(condition, a, b)"),
        (lambda: rate * late, "* takes numbers; this is a condition: use where(condition, a, b)"),
        (lambda: where(late, late, late), "where takes numbers; this is a condition: use where(condition, a, b)"),
        (lambda: late.equals(late), "== takes numbers; this is a condition: use where(condition, a, b)"),
        (lambda: where(rate, 1, 2), "where takes a condition such as a < b, not a number"),
        (lambda: late & rate, "and takes a condition such as a < b, not a number"),
        (lambda: ~(rate + 1), "not takes a condition such as a < b, not a number"),
        (lambda: spread(late), "spread takes an amount; this is a condition: use where(condition, a, b)"),
        (lambda: falls_in(late, 1), "falls_in takes an amount; this is a condition: use where(condition, a, b)"),
        (
            lambda: sum_periods(hold(late), Period.CONTRACT_YEAR),
            "sum_months takes an amount; this is a condition: use where(condition, a, b)",
        ),
        (lambda: rate**0, "a power must be a whole number from 1, not 0"),
        (lambda: rate**0.5, "a power must be a whole number from 1, not 0.5"),
        (lambda: literal(float("nan")), "nan is not a number that a formula can hold"),
        (lambda: cost.lag(0), "a lag must be at least 1 period, not 0"),
        (rate.lag, "'rate' has one value only; it has no earlier period"),
        (lambda: operate("add", rate), "add takes 2 values, not 1"),
        (lambda: curve(rate, [(0, 1)]), "a curve needs at least two points"),
        (lambda: curve(rate, [(0, 1), (2, 2), (2, 3)]), "the points of a curve must rise, but 2 does not come after 2"),
        (lambda: steps(rate, 0, [(2, 1), (1, 2)]), "the thresholds of steps must rise, but 1 does not come after 2"),
        (lambda: falls_in(cost, 13), "a month of the contract year is 1 to 12, not 13"),
        (lambda: hold(monthly), "hold takes a value by contract year, not by month"),
        (lambda: spread(by_financial_year), "spread takes a value by contract year, not by financial year"),
        (
            lambda: sum_periods(cost, Period.FINANCIAL_YEAR),
            "months add up to a contract year or a financial year, not contract year to financial year",
        ),
        (lambda: last(by_financial_year, Period.CONTRACT_YEAR), "no last value from financial year to contract year"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(build: Callable[[], Expr], message: str) -> None:
    with pytest.raises(UnitError, match=re.escape(message)):
        build()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: cost + monthly, ("contract year", "month")),
        (lambda: monthly < cost, ("month", "contract year")),
        (lambda: where(late, by_financial_year, 0), ("contract year", "financial year")),
        (lambda: by_financial_year - monthly, ("financial year", "month")),
    ],
)
def test_two_periods_need_a_named_function_between_them(build: Callable[[], Expr], words: tuple[str, str]) -> None:
    with pytest.raises(UnitError) as caught:
        build()
    assert str(caught.value) == (
        f"a value by {words[0]} and a value by {words[1]} do not fit together; "
        "change one with spread, hold, falls_in, sum_months or last"
    )


@pytest.mark.parametrize(
    ("expr", "unit", "period"),
    [
        (cost + 0, POUND, Period.CONTRACT_YEAR),
        (0 - people, PERSON, Period.ONCE),
        (maximum(cost, 0, 0), POUND, Period.CONTRACT_YEAR),
        (where(cost > 0, 0, cost), POUND, Period.CONTRACT_YEAR),
        (cost / people, POUND / PERSON, Period.CONTRACT_YEAR),
        (2 * cost, POUND, Period.CONTRACT_YEAR),
        (1 / people, PURE / PERSON, Period.ONCE),
        (cost**3, POUND * POUND * POUND, Period.CONTRACT_YEAR),
        (sqrt(cost * cost), POUND, Period.CONTRACT_YEAR),
        (cost > 0, PURE, Period.CONTRACT_YEAR),
        (0 * cost, None, Period.CONTRACT_YEAR),
        (literal(0) + 0, None, Period.ONCE),
        (binomial_quantile(people, rate, 0), PERSON, Period.ONCE),
        (spread(cost), POUND, Period.MONTH),
        (spread(people), PERSON, Period.MONTH),
        (sum_periods(monthly * rate, Period.CONTRACT_YEAR), POUND, Period.CONTRACT_YEAR),
        (last(cost, Period.FINANCIAL_YEAR), POUND, Period.FINANCIAL_YEAR),
        (cost.lag(2), POUND, Period.CONTRACT_YEAR),
        (reached(cost / cost, 1.5), PURE, Period.CONTRACT_YEAR),
    ],
)
def test_unit_and_period_follow_from_the_parts(expr: Expr, unit: Unit | None, period: Period) -> None:
    assert (expr.unit, expr.period) == (unit, period)


def test_an_expression_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match=r"use where\(condition, a, b\)"):
        bool(cost > 0)
    with pytest.raises(TypeError, match="no truth value"):
        assert 0 < rate < 10


def test_a_power_is_a_product_from_the_left() -> None:
    one = Sheet()
    x = one.given("x", 1.1, PURE)
    one.add("power", x**5)

    assert evaluate(one, Calendar(date(2020, 4, 1), 1), "power") == [[1.1 * 1.1 * 1.1 * 1.1 * 1.1]]


def test_a_sum_over_a_set_goes_from_left_to_right() -> None:
    one = Sheet()
    numbers = {"a": 1e16, "b": 1.0, "c": 1.0, "d": -1e16, "e": 0.25}
    total = sum_over(Family("site", {name: one.given(name, value, PURE) for name, value in numbers.items()}))
    one.add("total", total)

    assert (((1e16 + 1.0) + 1.0) + -1e16) + 0.25 == 0.25  # from the right the ones would count
    assert evaluate(one, Calendar(date(2020, 4, 1), 1), "total") == [[0.25]]
    assert sum_over(Family("site", {})).unit is None


def test_a_sum_over_a_large_set_is_no_deeper_than_it_is_long() -> None:
    one = Sheet()
    one.add("total", sum_over(Family("contract", {f"c{i}": one.given(f"c{i}", float(i), PURE) for i in range(3000)})))

    assert evaluate(one, Calendar(date(2020, 4, 1), 1), "total") == [[3000 * 2999 / 2]]


def test_formulas_that_share_their_parts_are_walked_once_a_part() -> None:
    one = Sheet()
    value: Expr = one.given("x", 1.0, PURE)
    for _ in range(200):  # written out as a tree it would have 2^200 leaves
        value = 0.5 * value + 0.5 * value
    one.add("total", value)

    assert evaluate(one, Calendar(date(2020, 4, 1), 1), "total") == [[1.0]]


def test_families_of_different_sets_do_not_fit() -> None:
    by_site, by_payer = (Family(name, {"a": cost, "b": cost}) for name in ("site", "commissioner"))

    with pytest.raises(UnitError, match=r"by site and a value by commissioner do not fit together; use sum_over or"):
        by_site + by_payer
    with pytest.raises(UnitError, match="do not fit together"):
        by_site * Family("site", {"b": cost, "a": cost})
    with pytest.raises(UnitError, match="£ and person"):
        by_site - people


def test_families_go_member_by_member() -> None:
    one = Sheet()
    members = {"a": one.given("a", 3.0, POUND), "b": one.given("b", 5.0, POUND)}
    family = Family("site", members)
    rows = one.add_family("row", -((family + family) / 4.0 - family * 2.0), unit=POUND)

    assert list(rows) == ["a", "b"]
    assert one.names[-2:] == ("row[a]", "row[b]")
    assert evaluate(one, Calendar(date(2020, 4, 1), 1), "row[a]", "row[b]") == [[4.5], [7.5]]
    assert bool(rows)
    assert not Family("site", {})


@pytest.mark.parametrize("shares", [[1.0], [0.1] * 10, [1 / 3, 1 / 3, 1 / 3], [0.7, 0.2, 0.1]])
def test_what_is_allocated_adds_up_to_the_whole(shares: list[float]) -> None:
    one = Sheet()
    whole = one.given("whole", 686_999_999.99, POUND)
    parts = allocate_by(whole, Family("payer", {str(i): one.given(f"s{i}", s, PURE) for i, s in enumerate(shares)}))
    one.add("back", sum_over(one.add_family("part", parts)), unit=POUND)

    (back,), first = evaluate(one, Calendar(date(2020, 4, 1), 1), "back", "part[0]")
    assert back == pytest.approx(686_999_999.99, rel=1e-15 * len(shares))
    assert first == [686_999_999.99 * shares[0]]
