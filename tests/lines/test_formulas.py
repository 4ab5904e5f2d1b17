"""What formulas mean: text to values."""

from __future__ import annotations

import math

import pytest

from finmodel.errors import InputError
from finmodel.lines import Period, parse_formula
from finmodel.lines.vocabulary import FUNCTIONS
from finmodel.units import PERSON, POUND
from tests.lines.written import Written

CASES: list[tuple[str, list[float]]] = [
    ("min(0.5 * max(target - cost, 0), 5% * target)", [5.0, 0.0, 0.0]),
    ("target - cost - 1 * cost", [-80.0, -150.0, -120.0]),
    ("target - (cost - target)", [110.0, 90.0, 120.0]),
    ("target / people * people / 2", [50.0, 55.0, 60.0]),
    ("-target + cost", [-10.0, 20.0, 0.0]),
    ("-score * -2", [0.5, -2.0, 4.0]),
    ("2 - -score", [2.25, 1.0, 4.0]),
    ("--score", [0.25, -1.0, 2.0]),
    ("1 + 2 * 3 - 4 / 8", [6.5]),
    ("(1 + 2) * (3 - 4) / 8", [-0.375]),
    ("3.5% + 0.7pp", [3.5 / 100 + 0.7 / 100]),
    ("1e-3 + 2.5E+2", [250.001]),
    ("£1.2bn + £3m - £4k + £5", [1.2 * 1e9 + 3e6 - 4e3 + 5]),
    ("£0.5m * rate", [0.5 * 1e6 * 0.4]),
    ("cost * 1e-2 + fee.core[acute]", [0.9 + 7.0, 1.3 + 7.0, 1.2 + 7.0]),
    ("where(cost > target, 1, 2)", [2.0, 1.0, 2.0]),
    ("where(late, cost, 0)", [0.0, 130.0, 0.0]),
    ("where(not late and score > 1, 1, 0)", [0.0, 0.0, 1.0]),
    ("where(not (late or score > 1), 1, 0)", [1.0, 0.0, 0.0]),
    ("where(late or late and score < -5, 1, 0)", [0.0, 1.0, 0.0]),
    ("where(not not late, 1, 0)", [0.0, 1.0, 0.0]),
    ("where(cost == target, 1, 0) + where(cost <= target, 10, 0) + where(cost >= target, 100, 0)", [10, 100, 111]),
    ("where(cost < target, 1, 0)", [1.0, 0.0, 0.0]),
    ("clip(score, 0, 1)", [0.25, 0.0, 1.0]),
    ("abs(score) + round(2.5) + round(3.5)", [6.25, 7.0, 8.0]),
    ("sqrt(target * target)", [100.0, 110.0, 120.0]),
    ("max(score, rate, 1)", [1.0, 1.0, 2.0]),
    ("binomial_quantile(people, rate, 0)", [16.0, 20.0, 24.0]),
    ("where(reached(score, 0.25), 1, 0)", [1.0, 0.0, 1.0]),
    ("curve(score, 0, 10, 1, 20)", [12.5, 10.0, 20.0]),
    ("steps(score, 0, 0.25, 1, 2, 5)", [1.0, 0.0, 5.0]),
    ("lag(target)", [0.0, 100.0, 110.0]),
    ("lag(target, 2) + lag(cost)", [0.0, 90.0, 230.0]),
    ("lag(target, 1000000000)", [0.0, 0.0, 0.0]),
    ("cumulative(target - cost)", [10.0, -10.0, -10.0]),
    ("cumulative(cumulative(score))", [0.25, -0.5, 0.75]),
    ("sum_months(cash, contract_year)", [78.0, 222.0, 366.0]),
    ("sum_months(cash, financial_year)", [45.0, 186.0, 330.0]),
    ("sum_months(falls_in(target, 9), financial_year)", [100.0, 110.0, 120.0]),
    ("sum_months(falls_in(target, 10), financial_year)", [0.0, 100.0, 110.0]),
    ("sum_months(spread(target), contract_year)", [100.0, 110.0, 120.0]),
    ("sum_months(spread(target), financial_year)", [75.0, 25.0 + 82.5, 27.5 + 90.0]),
    ("last(cash, contract_year)", [12.0, 24.0, 36.0]),
    ("last(cash, financial_year)", [9.0, 21.0, 33.0]),
    ("last(target, financial_year)", [100.0, 110.0, 120.0]),
    ("last(where(late_month, cash, 0), contract_year)", [0.0, 24.0, 0.0]),
    ("sum_months(hold(score) * cash, contract_year)", [0.25 * 78, -222.0, 2 * 366.0]),
    ("exp(0) + log(1)", [1.0]),
    (" min(\n  1,\t2\r\n)", [1.0]),
    ("rate*rate", [0.4 * 0.4]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_values(text: str, expected: list[float]) -> None:
    assert Written().values(text) == pytest.approx(expected, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize("percent", ["3", "7", "29", "35", "57", "0.1", "110"])
def test_a_percentage_is_the_number_that_a_hundredth_is_written_as(percent: str) -> None:
    assert Written().values(f"{percent}%") == [float(f"{percent}e-2")] == Written().values(f"{percent}pp")


def test_every_function_is_tried() -> None:
    assert {name for name in FUNCTIONS if not any(f"{name}(" in text for text, _ in CASES)} == set()


def test_logarithm_and_exponential_are_those_of_mathematics() -> None:
    assert Written().values("exp(score)") == pytest.approx([math.exp(x) for x in (0.25, -1.0, 2.0)], rel=1e-15)
    assert Written().values("log(people / people * 3)") == pytest.approx([math.log(3.0)] * 3, rel=1e-15)


def test_units_follow_from_the_text() -> None:
    written = Written()

    assert written.read("£1.2m * rate / people").unit == POUND / PERSON
    assert written.read("max(0, people)").unit == PERSON
    assert written.read("0").unit is None
    assert written.read("cost < target").flag
    assert written.read("hold(people)").period is Period.MONTH
    assert written.amounts == ["£1.2m"]


def test_a_line_may_bear_the_name_of_a_function_or_begin_with_a_keyword() -> None:
    names = {"min": 2.0, "order": 3.0, "android": 5.0, "not_yet": 7.0, "or1": 11.0}
    written = Written()
    for name, value in names.items():
        written.sheet.given(name, value, POUND)

    assert written.values("min(min, order) + android + not_yet + or1") == [25.0]


def test_without_amounts_or_sums_so_far_there_are_none() -> None:
    for text, message in [
        ("£5", "'£5': an amount of money cannot stand in this formula"),
        ("cumulative(1)", "cumulative cannot stand in this formula"),
    ]:
        with pytest.raises(InputError) as caught:
            parse_formula(text, {}.get)
        assert str(caught.value) == f"formula:1:1: {message}"
