"""Shapes against SciPy's own distributions, and what holds for every kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from finmodel.analysis.shape import POINTS, amounts_by_year, percentiles, shape
from finmodel.scenario import ByYear, Ramp
from finmodel.uncertainty import Driver


def driver(kind: str, *, yearly: bool = False, **parameters: float | tuple[float, ...]) -> Driver:
    return Driver("d", kind, parameters, yearly)


CONTINUOUS = {
    "normal": (driver("normal", mean=0.025, sd=0.008), stats.norm(0.025, 0.008)),
    "lognormal": (driver("lognormal", mean=2.0, sd=0.5), stats.lognorm(np.sqrt(np.log(1.0625)), scale=2 / 1.0625**0.5)),
    "triangular": (driver("triangular", min=1.8e6, mode=2.1e6, max=2.7e6), stats.triang(1 / 3, 1.8e6, 0.9e6)),
    "uniform": (driver("uniform", min=-1.0, max=3.0), stats.uniform(-1.0, 4.0)),
    "beta": (driver("beta", alpha=2.0, beta=4.0, min=0.0, max=1.0), stats.beta(2, 4)),
    "pert": (driver("pert", min=0.0, mode=0.2, max=1.0), stats.beta(1.8, 4.2)),
}


@pytest.mark.parametrize(("made", "scipy"), CONTINUOUS.values(), ids=CONTINUOUS)
def test_mean_and_percentiles_are_scipys(made: Driver, scipy: stats.distributions.rv_frozen) -> None:
    (found,) = percentiles(made, 10)

    assert found.mean == pytest.approx(scipy.mean(), rel=1e-9, abs=1e-12)
    assert [found.p10, found.p50, found.p90] == pytest.approx(scipy.ppf([0.1, 0.5, 0.9]).tolist(), rel=1e-6)


@pytest.mark.parametrize(("made", "scipy"), CONTINUOUS.values(), ids=CONTINUOUS)
def test_values_are_equally_likely_and_ascending(made: Driver, scipy: stats.distributions.rv_frozen) -> None:
    found = shape(made, 1)

    assert len(found.values) == POINTS
    assert found.steps == ()
    assert list(found.values) == sorted(found.values)
    assert found.low <= found.values[0] < found.values[-1] <= found.high
    np.testing.assert_allclose(scipy.cdf(found.values), (np.arange(POINTS) + 0.5) / POINTS, atol=2e-6)


@given(st.floats(1e-6, 1 - 1e-6))
def test_an_event_has_its_probability(p: float) -> None:
    (no, yes) = shape(driver("bernoulli", p=p), 1).steps

    assert (no[0], yes[0]) == (0.0, 1.0)
    assert yes[1] == pytest.approx(p, rel=1e-6, abs=1e-12)
    assert no[1] + yes[1] == pytest.approx(1, abs=1e-12)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=12))
def test_a_table_of_values_has_its_probabilities(weights: list[int]) -> None:
    chances = tuple(weight / sum(weights) for weight in weights)
    values = tuple(float(7 * at % 13) for at in range(len(weights)))
    found = shape(driver("discrete", values=values, probabilities=chances), 1).steps

    assert [value for value, _ in found] == sorted(values)
    assert dict(found) == pytest.approx(dict(zip(values, chances, strict=True)), rel=1e-6)


@pytest.mark.parametrize(("p", "expected"), [(0.0, ((0.0, 1.0),)), (1.0, ((1.0, 1.0),))])
def test_a_certain_event_is_one_step(p: float, expected: tuple[tuple[float, float], ...]) -> None:
    assert shape(driver("bernoulli", p=p), 1).steps == expected


def test_a_list_by_year_has_percentiles_by_year() -> None:
    found = percentiles(driver("normal", yearly=True, mean=(0.01, 0.02, 0.05), sd=0.01), 4)

    assert [p.year for p in found] == [1, 2, 3, 4]
    assert [p.mean for p in found] == [0.01, 0.02, 0.05, 0.05]
    assert [p.p50 for p in found] == pytest.approx([0.01, 0.02, 0.05, 0.05])


def test_years_alike_are_one() -> None:
    assert len(percentiles(driver("normal", yearly=True, mean=0.01, sd=0.01), 10)) == 1


def test_lists_and_ramps_by_year() -> None:
    assert amounts_by_year(ByYear((0.1, 0.2)), 2) == (0.1, 0.2)
    assert amounts_by_year(Ramp(0.0, 0.04, 2, 4), 6) == pytest.approx((0, 0, 0.02, 0.04, 0.04, 0.04))
