from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.scenario import ByYear, Constant, Named, Ramp, Uncertain
from finmodel.scenario.fields import (
    ANY_RATE,
    GROWTH,
    MONEY_PER_PERSON,
    PEOPLE,
    POINTS,
    RATE_PER_YEAR,
    REAL_MONEY,
    SHARE,
    NumberField,
)
from finmodel.scenario.problems import Problem
from finmodel.units import POUND, PURE, REAL_POUND, Unit


def problem(field: NumberField, written: Any, years: int | None = 3) -> Problem:
    with pytest.raises(Problem) as caught:
        field.read(written, years)
    return caught.value


def test_every_way_to_write_a_number() -> None:
    assert ANY_RATE.read("1.5%", 3) == Constant(0.015)
    assert ANY_RATE.read(["1%", 0.02, "+3pp"], 3) == ByYear((0.01, 0.02, 0.03))
    ramp = {"ramp": {"from": 0, "to": "5%", "start": 1, "end": 3}}
    assert ANY_RATE.read(ramp, 3) == Ramp(0.0, 0.05, 1, 3)
    assert isinstance(ANY_RATE.read("cancer_growth", 3), Named)
    found = ANY_RATE.read({"normal": ["1.5%", "0.8%"], "vary": "yearly", "persistence": 0.5, "central": "1%"}, 3)
    assert found == Uncertain("normal", {"mean": 0.015, "sd": 0.008}, "yearly", 0.5, 0.01)


@pytest.mark.parametrize(
    ("field", "written", "amount", "unit"),
    [
        (REAL_MONEY, "£687m", 687e6, REAL_POUND),
        (REAL_MONEY, 0, 0.0, REAL_POUND),
        (PEOPLE, 740, 740.0, Unit.parse("people")),
        (POINTS, 8.74, 8.74, Unit.parse("point")),
        (RATE_PER_YEAR, "0.8pp", 0.008, PURE / Unit.parse("year")),
        (RATE_PER_YEAR, "0.8pp a year", 0.008, PURE / Unit.parse("year")),
        (MONEY_PER_PERSON, "£139.50", 139.5, REAL_POUND / Unit.parse("person")),
        (MONEY_PER_PERSON, "£139.50/person", 139.5, REAL_POUND / Unit.parse("person")),
    ],
)
def test_amounts_take_the_unit_of_their_field(field: NumberField, written: Any, amount: float, unit: Unit) -> None:
    found = field.read(written, None)
    assert isinstance(found, Constant)
    assert (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        (ANY_RATE, "£5"),
        (ANY_RATE, "5 people"),
        (ANY_RATE, True),
        (ANY_RATE, None),
        (ANY_RATE, "5 points"),
        (REAL_MONEY, "5%"),
        (REAL_MONEY, 5),
        (REAL_MONEY, "£5 a person"),
        (REAL_MONEY, "0%"),
        (PEOPLE, "5%"),
        (PEOPLE, "£5"),
        (RATE_PER_YEAR, "0.8pp a person"),
        (ANY_RATE, []),
        (ANY_RATE, {}),
    ],
)
def test_other_units_are_refused(field: NumberField, written: Any) -> None:
    assert field.expects in problem(field, written, None).message


@pytest.mark.parametrize(
    ("written", "parameters"),
    [
        ({"lognormal": {"mean": "2%", "sd": "1%"}}, {"mean": 0.02, "sd": 0.01}),
        ({"pert": ["1%", "2%", "4%"]}, {"min": 0.01, "mode": 0.02, "max": 0.04}),
        ({"uniform": ["1%", "2%"]}, {"min": 0.01, "max": 0.02}),
        ({"beta": [2, 4]}, {"alpha": 2.0, "beta": 4.0, "min": 0.0, "max": 1.0}),
        (
            {"beta": {"alpha": 2, "beta": 4, "min": "10%", "max": "20%"}},
            {"alpha": 2.0, "beta": 4.0, "min": 0.1, "max": 0.2},
        ),
        (
            {"discrete": {"values": ["0%", "5%"], "probabilities": ["70%", 0.3]}},
            {"values": (0.0, 0.05), "probabilities": (0.7, 0.3)},
        ),
        ({"bernoulli": "30%"}, {"p": 0.3}),
        ({"normal": [["1%", "2%", "3%"], "1%"], "vary": "yearly"}, {"mean": (0.01, 0.02, 0.03), "sd": 0.01}),
    ],
)
def test_distributions(written: Any, parameters: dict[str, Any]) -> None:
    found = ANY_RATE.read(written, 3)
    assert isinstance(found, Uncertain)
    assert found.parameters == parameters


@pytest.mark.parametrize(
    ("written", "below", "told"),
    [
        ({"normal": ["1%"]}, ("normal",), "normal has 2 parameters, [mean, sd]; got 1"),
        ({"normal": ["1%", 0]}, ("normal",), "standard deviation must be more than 0"),
        ({"normal": ["1%", "£1"]}, ("normal", 1), "expected a rate"),
        ({"normal": {"mean": "1%"}}, ("normal",), "'sd' is missing"),
        ({"normal": {"mean": "1%", "sdd": "1%"}}, ("normal", "sdd"), "unknown key 'sdd'"),
        ({"lognormal": ["-1%", "1%"]}, ("lognormal",), "mean of a lognormal"),
        ({"triangular": ["2%", "1%", "3%"]}, ("triangular",), "min <= mode <= max"),
        ({"pert": ["1%", "1%", "1%"]}, ("pert",), "min < max"),
        ({"uniform": ["2%", "1%"]}, ("uniform",), "expected min < max"),
        ({"beta": [0, 4]}, ("beta",), "alpha and beta must be more than 0"),
        ({"beta": ["£2", 4]}, ("beta", 0), "expected a number such as 2 for alpha"),
        ({"bernoulli": "130%"}, ("bernoulli",), "probability from 0 to 1"),
        ({"discrete": [1, 2]}, ("discrete",), "expected discrete: {values"),
        ({"discrete": {"values": [0, 1], "probabilities": [1]}}, ("discrete", "probabilities"), "2 values but 1"),
        ({"discrete": {"values": [0, 1], "probabilities": [1.5, -0.5]}}, ("discrete", "probabilities"), "negative"),
        ({"normal": ["1%", "1%"], "uniform": [0, 1]}, ("uniform",), "one distribution"),
        ({"normal": ["1%", "1%"], "varies": "once"}, ("varies",), "unknown key 'varies'"),
        ({"normal": ["1%", "1%"], "vary": "yearly", "persistence": 1}, ("persistence",), "less than 1"),
        ({"normal": [["1%", "2%", "3%"], "1%"]}, ("normal", 0), "only with vary: yearly"),
        ({"normal": [["1%", "2%"], "1%"], "vary": "yearly"}, ("normal", 0), "each of the 3 contract years, got 2"),
        ({"noraml": ["1%", "1%"]}, ("noraml",), "unknown distribution 'noraml'"),
        ({"ramp": {"from": 0, "to": 1, "start": 2, "end": 9}}, ("ramp", "end"), "contract year from 1 to 3"),
        ({"ramp": {"from": 0, "to": 1, "start": 2}}, ("ramp",), "'end' is missing"),
        ({"ramp": {}, "vary": "once"}, ("vary",), "cannot stand beside 'ramp'"),
        ({"ramp": 5}, ("ramp",), "{from, to, start, end}"),
    ],
)
def test_wrong_distributions(written: Any, below: tuple[str | int, ...], told: str) -> None:
    found = problem(ANY_RATE, written)
    assert told in found.message
    assert found.below == below


OPEN = math.inf
MIXED = [
    {"weight": "70%", "of": {"normal": ["2%", "1%"], "shift": "1%"}},
    {"weight": 0.3, "of": {"uniform": [0, "4%"]}},
]


def test_shift_and_bounds_stand_beside_a_kind() -> None:
    found = ANY_RATE.read({"normal": ["2%", "1%"], "shift": "1%", "within": ["0%", "none"], "central": "2%"}, 3)
    assert found == Uncertain("normal", {"mean": 0.02, "sd": 0.01}, central=0.02, shift=0.01, within=(0.0, OPEN))
    by_year = ANY_RATE.read({"pert": [0, 0.1, 1], "within": [[0, 0.1, 0.2], 0.9], "vary": "yearly"}, 3)
    assert isinstance(by_year, Uncertain)
    assert by_year.within == ((0.0, 0.1, 0.2), 0.9)


def test_the_parts_of_a_mixture_are_distributions() -> None:
    first = Uncertain("normal", {"mean": 0.02, "sd": 0.01}, shift=0.01)
    second = Uncertain("uniform", {"min": 0.0, "max": 0.04})
    found = ANY_RATE.read({"mixture": MIXED, "vary": "yearly"}, 3)
    assert found == Uncertain("mixture", {"weights": (0.7, 0.3)}, "yearly", parts=(first, second))


@pytest.mark.parametrize(
    ("written", "below", "told"),
    [
        ({"normal": ["1%", "1%"], "within": ["1%"]}, ("within",), "expected within: [least, most]"),
        ({"normal": ["1%", "1%"], "within": ["none", "non"]}, ("within", 1), "expected a rate"),
        ({"normal": ["1%", "1%"], "within": [0, "1%"], "central": "2%"}, ("central",), "0% to 1%"),
        ({"normal": ["1%", "1%"], "within": [[0, 0], 1], "vary": "yearly"}, ("within", 0), "each of the 3"),
        ({"normal": ["1%", "1%"], "within": [[0, 0, "2%"], "2%"], "vary": "yearly"}, ("within",), "in year 3"),
        ({"uniform": ["1%", "2%"], "shift": "1%", "within": ["0%", "2%"]}, ("within",), "2% to 3%, has no value"),
        ({"quantiles": ["1%", "2%", "3%"]}, ("quantiles",), "{P10, P50, P90}"),
        ({"quantiles": {}}, ("quantiles",), "got none"),
        ({"quantiles": {"P10": 0, "P50": ["1%", "2%", 0], "P90": 1}, "vary": "yearly"}, ("quantiles",), "in year 3"),
        ({"empirical": []}, ("empirical",), "empty list"),
        ({"mixture": MIXED[:1]}, ("mixture",), "two or more parts"),
        ({"mixture": [*MIXED, 5]}, ("mixture", 2), "expected a part"),
        ({"mixture": [*MIXED, {"weight": 0}]}, ("mixture", 2), "'of' is missing"),
        ({"mixture": [{"weight": 0, "of": {}}, *MIXED]}, ("mixture", 0, "weight"), "more than 0"),
        ({"mixture": [{"weight": "£1", "of": {}}, *MIXED]}, ("mixture", 0, "weight"), "a weight such as 30%"),
        ({"mixture": [*MIXED, {"weight": 1, "of": "1%"}]}, ("mixture", 2, "of"), "expected a distribution"),
        ({"mixture": [*MIXED, {"weight": 1, "of": {}}]}, ("mixture", 2, "of"), "a part of a mixture is one of"),
        ({"mixture": [*MIXED, {"weight": 1, "of": {"bernoulli": 1}}]}, ("mixture", 2, "of", "bernoulli"), "is one of"),
        ({"mixture": [*MIXED, {"weight": 1, "of": {"normal": [1, 0]}}]}, ("mixture", 2, "of", "normal"), "deviation"),
        ({"mixture": [*MIXED, {"weight": "10%", "of": {"normal": [0, "1%"]}}]}, ("mixture",), "add up to 110%"),
    ],
)
def test_wrong_shift_bounds_and_kinds_made_of_others(written: Any, below: tuple[str | int, ...], told: str) -> None:
    found = problem(ANY_RATE, written)
    assert told in found.message
    assert found.below == below


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        (SHARE, {"normal": ["50%", "10.2%"]}, None),  # 9.5 in ten million lie outside
        (SHARE, {"normal": ["50%", "10.3%"]}, "beside normal"),  # 12 in ten million
        (SHARE, {"normal": ["50%", "20%"]}, "1.2% of this distribution lies beyond 0% to 100%"),
        (SHARE, {"normal": ["50%", "20%"], "within": ["0%", "100%"]}, None),
        (SHARE, {"normal": ["5%", "2%"], "within": ["0%", "none"]}, None),
        (SHARE, {"normal": ["105%", "10%"], "within": ["0%", "100%"]}, None),
        (SHARE, {"normal": ["105%", "10%"]}, "expected 0% to 100%, got 105%"),
        (SHARE, {"normal": ["50%", "20%"], "within": ["0%", "120%"]}, "end at 120%"),
        (SHARE, {"lognormal": ["30%", "20%"]}, "beside lognormal"),
        (SHARE, {"uniform": ["10%", "40%"], "shift": "-20%"}, "expected 0% to 100%, got -10%"),
        (SHARE, {"quantiles": {"P10": "20%", "P50": "40%", "P90": "70%"}}, "beside quantiles"),
        (SHARE, {"mixture": MIXED}, "beside mixture"),
        (SHARE, {"mixture": MIXED, "within": [0, 1]}, None),
        (SHARE, {"empirical": ["10%", "130%"]}, "got 130%"),
        (GROWTH, {"normal": ["2%", "5%"]}, None),
        (GROWTH, {"lognormal": ["10%", "5%"], "shift": "-100%"}, None),
        (GROWTH, {"normal": ["2%", "50%"]}, "2.1% of this distribution lies beyond -100% to 1000%"),
        (REAL_MONEY, {"normal": ["£1m", "£1m"]}, None),
        (REAL_MONEY, {"lognormal": ["£2m", "£1m"], "shift": "-£1m"}, "end at -£1,000,000; expected at least £0"),
        (REAL_MONEY, {"lognormal": ["£2m", "£1m"], "shift": "-£1m", "within": ["£0", "none"]}, None),
        (PEOPLE, {"lognormal": ["20 people", "5 people"]}, None),
    ],
)
def test_what_reaches_beyond_a_field_is_told_how_to_stay_in(field: NumberField, written: Any, told: str | None) -> None:
    if told is None:
        assert isinstance(field.read(written, 3), Uncertain)
    else:
        assert told in problem(field, written).message


def test_money_has_no_probability() -> None:
    assert "bernoulli gives 0 or 1" in problem(REAL_MONEY, {"bernoulli": "30%"}).message
    assert "beta needs min and max" in problem(REAL_MONEY, {"beta": [2, 4]}).message


FINITE = st.floats(min_value=-5, max_value=5)


@given(st.floats(-1, 1))
def test_limits_hold_for_constants_and_lists_alike(amount: float) -> None:
    for field, inside in ((SHARE, amount >= 0), (GROWTH, amount > -1), (PEOPLE, amount > 0)):
        for written in (amount, [amount, 0.5], {"uniform": [min(amount, 0.25), 1]}):
            low = min(amount, 0.25) if isinstance(written, dict) else amount
            fits = inside if low == amount else True
            try:
                field.read(written, 2)
                assert fits
            except Problem:
                assert not fits


@given(FINITE, FINITE, FINITE)
def test_triangular_is_taken_exactly_when_ordered(low: float, mode: float, high: float) -> None:
    try:
        POINTS.read({"triangular": [low, mode, high]}, None)
        assert low <= mode <= high
        assert low < high
    except Problem:
        assert not (low <= mode <= high and low < high)


@pytest.mark.parametrize("field", [ANY_RATE, GROWTH, SHARE])
def test_a_bare_number_above_one_is_no_percentage(field: NumberField) -> None:
    """2 may mean 2% or 200%, so neither is taken."""
    with pytest.raises(Problem, match="write 2% or 200%"):
        field.read(2, None)
    assert field.read(1, None) == Constant(1.0)
    assert field.read("0.02", None) == field.read("2%", None)


def test_money_of_the_year_and_at_constant_prices_are_written_alike() -> None:
    for unit in (POUND, REAL_POUND):
        found = NumberField(unit, "an amount of money").read("£5", None)
        assert found == Constant(5.0, unit)
