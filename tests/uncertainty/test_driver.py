"""What a driver may be, and its base case."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from finmodel.errors import InputError
from finmodel.uncertainty import Draws, Driver, central_values

Parameters = dict[str, float | tuple[float, ...]]


MIXED = Driver(
    "growth",
    "mixture",
    {"weights": (0.5, 0.5)},
    yearly=True,
    parts=(
        Driver("", "uniform", {"min": 0.0, "max": 2.0}, yearly=True),
        Driver("", "uniform", {"min": (1.0, 2.0, 3.0), "max": (3.0, 4.0, 5.0)}, yearly=True),
    ),
)


def yearly(kind: str, parameters: Parameters, central: float | None = None) -> Driver:
    return Driver("growth", kind, parameters, yearly=True, central=central)


@pytest.mark.parametrize(
    ("driver", "expected"),
    [
        (yearly("normal", {"mean": (0.01, 0.02), "sd": 0.1}), (0.01, 0.02, 0.02)),
        (yearly("lognormal", {"mean": 3.0, "sd": (1.0, 2.0, 9.0)}), (3.0, 3.0, 3.0)),
        (yearly("triangular", {"min": 0.0, "mode": (1.0, 2.0), "max": 5.0}), (2.0, 7 / 3, 7 / 3)),
        (yearly("pert", {"min": 0.0, "mode": (1.0, 4.0), "max": 5.0}), (1.5, 3.5, 3.5)),
        (yearly("uniform", {"min": (0.0, 1.0, 2.0, 3.0), "max": 5.0}), (2.5, 3.0, 3.5)),
        (yearly("beta", {"alpha": 2.0, "beta": 4.0}), (1 / 3,) * 3),
        (yearly("beta", {"alpha": 1.0, "beta": 3.0, "min": 4.0, "max": 8.0}), (5.0,) * 3),
        (yearly("discrete", {"values": (1.0, 2.0, 10.0), "probabilities": (0.5, 0.3, 0.2)}), (3.1,) * 3),
        (yearly("bernoulli", {"p": (0.49, 0.5, 0.9)}), (0.0, 1.0, 1.0)),
        (yearly("score", {}), (0.0,) * 3),
        (replace(yearly("normal", {"mean": 1.0, "sd": 1.0}), shift=(0.5, 1.0)), (1.5, 2.0, 2.0)),
        (replace(yearly("uniform", {"min": 0.0, "max": 4.0}), within=(2.0, (3.0, 4.0))), (2.5, 3.0, 3.0)),
        (replace(MIXED, within=(-1.0, math.inf)), (1.5, 2.0, 2.5)),
        (yearly("normal", {"mean": 1.0, "sd": 1.0}, central=7.0), (7.0,) * 3),
        (Driver("event", "bernoulli", {"p": 0.2}, yearly=False, central=1.0), (1.0,) * 3),
    ],
)
def test_the_base_case_is_the_mean_of_each_year(driver: Driver, expected: tuple[float, ...]) -> None:
    assert central_values(driver, 3) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("norml", {}, "'norml' is not a kind"),
        ("normal", {"mean": 1.0}, "normal needs sd"),
        ("normal", {"mean": 1.0, "sd": 1.0, "mode": 2.0}, "normal has no mode"),
        ("normal", {"mean": 1.0, "sd": -0.1}, "cannot be negative"),
        ("normal", {"mean": 1.0, "sd": (0.1, -0.1)}, "cannot be negative"),
        ("normal", {"mean": float("nan"), "sd": 1.0}, "mean is not a finite number"),
        ("normal", {"mean": 1.0, "sd": float("inf")}, "sd is not a finite number"),
        ("normal", {"mean": (), "sd": 1.0}, "mean is an empty list"),
        ("lognormal", {"mean": 0.0, "sd": 1.0}, "above zero"),
        ("lognormal", {"mean": 1.0, "sd": -1.0}, "cannot be negative"),
        ("triangular", {"min": 2.0, "mode": 1.0, "max": 3.0}, "not in ascending order"),
        ("pert", {"min": 0.0, "mode": (1.0, 4.0), "max": 3.0}, "mode 4 and maximum 3"),
        ("uniform", {"min": 2.0, "max": 1.0}, "maximum 1 is below the minimum 2"),
        ("beta", {"alpha": 0.0, "beta": 1.0}, "alpha is 0"),
        ("beta", {"alpha": 1.0, "beta": 1.0, "min": 2.0}, "maximum 1 is below the minimum 2"),
        ("discrete", {"values": (1.0, 2.0), "probabilities": (1.0,)}, "2 values have 1 probabilities"),
        ("discrete", {"values": (1.0, 2.0), "probabilities": (0.5, 0.4)}, "add up to 0.9"),
        ("discrete", {"values": (1.0, 2.0), "probabilities": (1.5, -0.5)}, "negative"),
        ("discrete", {"values": 1.0, "probabilities": (1.0,)}, "values must be a list"),
        ("bernoulli", {"p": 1.2}, "between 0 and 1"),
    ],
)
def test_wrong_parameters_are_refused_in_words(kind: str, parameters: Parameters, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        Draws([yearly(kind, parameters)], [], seed=1, first_financial_year=2016, years=2)

    assert caught.value.mistakes[0].path == "growth"


@pytest.mark.parametrize("persistence", [-0.1, 1.0, float("nan")])
def test_persistence_lies_between_nought_and_one(persistence: float) -> None:
    driver = Driver("growth", "score", {}, yearly=True, persistence=persistence)

    assert any("persistence" in text for text in driver.mistakes())


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (replace(yearly("bernoulli", {"p": 0.2}), shift=1.0), "bernoulli has separate values"),
        (replace(yearly("normal", {"mean": 0.0, "sd": 1.0}), shift=math.inf), "shift is not a finite number"),
        (replace(yearly("normal", {"mean": 0.0, "sd": 1.0}), within=(math.nan, 1.0)), "lower bound is not"),
        (replace(yearly("normal", {"mean": 0.0, "sd": 1.0}), yearly=False, shift=(0.0, 1.0)), "varies once"),
        (replace(yearly("normal", {"mean": 0.0, "sd": 1.0}), within=(7.0, math.inf)), "hold 1.3e-12"),
        (yearly("mixture", {"weights": (1.0,)}), "has parts"),
        (replace(MIXED, parts=(MIXED, MIXED)), "'mixture' cannot be a part"),
        (replace(MIXED, parts=(yearly("score", {}), MIXED.parts[0])), "'score' cannot be a part"),
        (replace(MIXED, parts=(yearly("normal", {"mean": 1.0}), MIXED.parts[0])), "normal needs sd"),
        (replace(MIXED, parts=MIXED.parts[:1]), "1 parts have 2 weights"),
        (replace(MIXED, parameters={"weights": (1.5, -0.5)}), "a weight is not above zero"),
    ],
)
def test_wrong_shifts_bounds_and_parts_are_refused_in_words(driver: Driver, words: str) -> None:
    assert words in "; ".join(driver.mistakes())


def test_a_central_value_is_a_number() -> None:
    assert "central" in "".join(yearly("score", {}, central=float("nan")).mistakes())


def test_what_varies_once_has_no_persistence_and_no_list_of_years() -> None:
    persistent = Driver("growth", "score", {}, yearly=False, persistence=0.5)
    listed = Driver("growth", "normal", {"mean": (0.0, 0.1), "sd": 1.0}, yearly=False)

    assert "varies once" in "".join(persistent.mistakes())
    assert "varies once" in "".join(listed.mistakes())


def test_all_mistakes_of_all_drivers_are_told_at_once() -> None:
    drivers = [
        Driver("a", "normal", {"mean": 0.0, "sd": -1.0}, yearly=True, persistence=2.0),
        Driver("b", "bernoulli", {"p": 7.0}, yearly=True),
    ]
    with pytest.raises(InputError) as caught:
        Draws(drivers, [], seed=1, first_financial_year=2016, years=2)

    assert [mistake.path for mistake in caught.value.mistakes] == ["a", "a", "b"]


def test_a_mistake_of_every_year_is_told_once() -> None:
    driver = yearly("normal", {"mean": (1.0, 2.0, 3.0), "sd": -1.0})

    assert len(list(driver.mistakes())) == 1
