"""Every transform against scipy.stats, and the properties that hold for all kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.bounded import Beta, Pert, Triangular, Uniform
from finmodel.uncertainty.derived import Shifted, Within
from finmodel.uncertainty.discrete import Bernoulli, Discrete
from finmodel.uncertainty.distributions import KINDS
from finmodel.uncertainty.empirical import Empirical
from finmodel.uncertainty.mixture import Mixture
from finmodel.uncertainty.normal import Lognormal, Normal, Quantiles, Score
from finmodel.uncertainty.scratch import Scratch

# Six standard deviations: a thousand million draws hold two beyond them.
TAILS = np.linspace(-6, 6, 4_001)


def values(distribution: Distribution, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    out = np.full(scores.shape, np.nan)
    distribution.transform(scores, out, Scratch(scores.size))
    return out


def quantiles(frozen: Any, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each half from its own tail, where the probability keeps its digits."""
    tail = stats.norm.cdf(-np.abs(scores))
    return np.asarray(np.where(scores <= 0, frozen.ppf(tail), frozen.isf(tail)))


def scipy_lognormal(mean: float, sd: float) -> Any:
    shape = np.sqrt(np.log(1 + sd**2 / mean**2))
    return stats.lognorm(s=shape, scale=mean / np.sqrt(1 + sd**2 / mean**2))


def scipy_pert(low: float, mode: float, high: float) -> Any:
    width = high - low
    return stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, width)


# kind, scipy's distribution, tolerance as a share of the range or the standard deviation
CASES: list[tuple[Distribution, Any, float]] = [
    (Score(), stats.norm(), 1e-12),
    (Normal(0.015, 0.008), stats.norm(0.015, 0.008), 1e-12),
    (Lognormal(1.0, 0.4), scipy_lognormal(1.0, 0.4), 1e-10),
    (Lognormal(3e6, 9e6), scipy_lognormal(3e6, 9e6), 1e-9),
    (Uniform(-2.0, 5.0), stats.uniform(-2, 7), 1e-12),
    (Triangular(0.0, 0.002, 0.006), stats.triang(1 / 3, 0, 0.006), 1e-10),
    (Triangular(1.0, 1.0, 4.0), stats.triang(0, 1, 3), 1e-10),
    (Triangular(1.0, 4.0, 4.0), stats.triang(1, 1, 3), 1e-10),
    (Pert(0.005, 0.015, 0.03), scipy_pert(0.005, 0.015, 0.03), 1e-8),
    (Pert(0.0, 0.0, 1.0), scipy_pert(0, 0, 1), 1e-8),
    (Pert(-5.0, 20.0, 20.0), scipy_pert(-5, 20, 20), 1e-8),
    (Beta(2.0, 4.0), stats.beta(2, 4), 1e-8),
    (Beta(0.5, 0.5, -1.0, 1.0), stats.beta(0.5, 0.5, -1, 2), 1e-8),
    (Beta(0.1, 3.0), stats.beta(0.1, 3), 1e-8),
    (Beta(40.0, 0.3), stats.beta(40, 0.3), 1e-8),
    (Beta(5e4, 2e5), stats.beta(5e4, 2e5), 1e-8),
]


@pytest.mark.parametrize(("distribution", "frozen", "tolerance"), CASES, ids=lambda case: repr(case)[:40])
def test_transform_is_the_quantile_far_into_the_tails(
    distribution: Distribution, frozen: Any, tolerance: float
) -> None:
    low, high = frozen.support()
    scale = high - low if np.isfinite(high - low) else frozen.std()

    error = np.abs(values(distribution, TAILS) - quantiles(frozen, TAILS))

    assert np.all(
        error <= tolerance * np.maximum(scale, np.abs(quantiles(frozen, TAILS)) * (frozen.support()[1] == np.inf))
    )
    assert distribution.expected() == pytest.approx(frozen.mean(), rel=1e-12, abs=1e-15)


# min, mode, max; mean; quantiles 5%, 25%, 50%, 75%, 95%: the closed form, calculated outside this project.
PERT_REFERENCE = [
    ((0, 5, 10), 5.0, (1.8925537743777079, 3.594361647896471, 5.0, 6.405638352103528, 8.107446225622292)),
    (
        (1, 2, 6),
        2.5,
        (1.2948869380590862, 1.8171574876113716, 2.3833612969625944, 3.071133134772319, 4.106383620080951),
    ),
    (
        (80, 100, 150),
        105.0,
        (86.3015865335743, 95.1244928976585, 103.82588601420245, 113.74872305685709, 127.73921493495624),
    ),
    (
        (-5, 0, 20),
        2.5,
        (-3.525565309704569, -0.9142125619431418, 1.9168064848129722, 5.355665673861596, 10.531918100404758),
    ),
]


@pytest.mark.parametrize(("points", "mean", "expected"), PERT_REFERENCE)
def test_pert_against_a_reference(points: tuple[float, ...], mean: float, expected: tuple[float, ...]) -> None:
    pert = Pert(*points)
    scores = special.ndtri(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))

    assert values(pert, scores) == pytest.approx(expected, abs=1e-8 * (points[2] - points[0]))
    assert pert.expected() == mean


# Rates, people and money, never so small that a share of them is no longer a number.
amounts = st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-6)
spreads = st.floats(1e-4, 1e6)
shapes = st.floats(0.2, 200)
shares = st.floats(0, 1)


@st.composite
def three_points(draw: st.DrawFn, kind: Callable[..., Distribution]) -> Distribution:
    low, width, share = draw(st.floats(-1e6, 1e6)), draw(spreads), draw(shares)
    high = low + width
    return kind(low, min(max(low + share * width, low), high), high)


@st.composite
def stretched_beta(draw: st.DrawFn) -> Distribution:
    low, width = draw(st.floats(-1e6, 1e6)), draw(spreads)
    return Beta(draw(shapes), draw(shapes), low, low + width)


BOUNDED: st.SearchStrategy[Any] = st.one_of(
    three_points(Triangular),
    three_points(Pert),
    stretched_beta(),
    three_points(lambda low, _, high: Uniform(low, high)),
)
SMOOTH: st.SearchStrategy[Distribution] = st.one_of(
    BOUNDED,
    st.builds(Normal, amounts, spreads),
    st.builds(Lognormal, st.floats(1e-3, 1e6), st.floats(0, 1e3)).filter(lambda d: d.sd <= 2 * d.mean),
)
TABLES: st.SearchStrategy[Discrete] = st.lists(st.tuples(amounts, st.integers(1, 20)), min_size=1, max_size=8).map(
    lambda rows: Discrete(tuple(v for v, _ in rows), tuple(w / sum(w for _, w in rows) for _, w in rows))
)
ANY: st.SearchStrategy[Distribution] = st.one_of(SMOOTH, TABLES, st.builds(Bernoulli, shares), st.just(Score()))
SCORES = np.sort(np.concatenate([np.linspace(-12, 12, 3_001), np.random.default_rng(5).standard_normal(1_000)]))


@given(ANY)
def test_a_higher_score_is_never_a_lower_value(distribution: Distribution) -> None:
    found = values(distribution, SCORES)

    assert np.all(np.isfinite(found))
    # Rounding of the last digits aside, which may fall either way where the curve is flat.
    assert np.all(np.diff(found) >= -1e-14 * np.max(np.abs(found)))


@given(BOUNDED)
def test_values_stay_within_the_bounds(distribution: Any) -> None:
    found = values(distribution, SCORES)

    assert distribution.min <= found.min()
    assert found.max() <= distribution.max
    assert distribution.min <= distribution.expected() <= distribution.max


LOW, HIGH = LAST_DIGIT = (0.31, 0.86)


@pytest.mark.parametrize(
    "distribution",
    [Uniform(*LAST_DIGIT), Beta(5.0, 1.0, *LAST_DIGIT), Pert(LOW, HIGH, HIGH), Triangular(LOW, HIGH, HIGH)],
)
def test_rounding_of_the_last_digit_stays_within_the_bounds(distribution: Any) -> None:
    assert LOW + (HIGH - LOW) > HIGH
    assert values(distribution, np.array([12.0])).max() <= HIGH


@given(SMOOTH)
def test_the_mean_is_the_integral_over_scores(distribution: Distribution) -> None:
    scores = np.linspace(-9, 9, 36_001)
    density = np.exp(-(scores**2) / 2) / np.sqrt(2 * np.pi)
    found = values(distribution, scores)
    step = scores[1] - scores[0]
    mean = float(np.sum(found * density) * step)
    sd = float(np.sqrt(np.sum((found - mean) ** 2 * density) * step))

    assert distribution.expected() == pytest.approx(mean, abs=1e-6 * sd + 1e-9 * abs(mean) + 1e-9)


@given(st.builds(Lognormal, st.floats(0.01, 1e3), st.floats(0.01, 1e3)))
def test_a_lognormal_has_the_stated_sd_of_the_value_itself(distribution: Lognormal) -> None:
    assume(distribution.sd <= distribution.mean)
    scores = np.linspace(-12, 12, 24_001)
    density = np.exp(-(scores**2) / 2) / np.sqrt(2 * np.pi) * (scores[1] - scores[0])

    variance = np.sum((values(distribution, scores) - distribution.mean) ** 2 * density)

    assert np.sqrt(variance) == pytest.approx(distribution.sd, rel=1e-6)


@given(TABLES)
def test_each_value_of_a_table_has_its_probability(table: Discrete) -> None:
    cells = 20_000
    found = values(table, special.ndtri((np.arange(cells) + 0.5) / cells))

    assert set(found) <= set(table.values)
    for value in set(table.values):
        stated = sum(p for v, p in zip(table.values, table.probabilities, strict=True) if v == value)
        assert np.mean(found == value) == pytest.approx(stated, abs=2 / cells)
    assert table.expected() == pytest.approx(np.mean(found), abs=1e-3 * (1 + np.ptp(table.values)))


def test_a_table_in_any_order_is_read_in_ascending_order() -> None:
    up = Discrete((-1.0, 0.5, 7.0), (0.2, 0.5, 0.3))
    mixed = Discrete((7.0, -1.0, 0.5), (0.3, 0.2, 0.5))

    assert np.array_equal(values(up, TAILS), values(mixed, TAILS))


def test_a_value_without_probability_never_comes() -> None:
    table = Discrete((1.0, 2.0, 3.0), (0.0, 1.0, 0.0))

    assert set(values(table, SCORES)) == {2.0}


@pytest.mark.parametrize("p", [0.0, 1e-9, 0.03, 0.5, 0.97, 1.0])
def test_an_event_happens_in_the_upper_p_of_scores(p: float) -> None:
    found = values(Bernoulli(p), SCORES)

    assert np.array_equal(found, (special.ndtr(-SCORES) <= p) * 1.0)


@pytest.mark.parametrize(
    ("distribution", "constant"),
    [
        (Normal(0.02, 0.0), 0.02),
        (Uniform(0.3, 0.3), 0.3),
        (Triangular(0.1, 0.1, 0.1), 0.1),
        (Pert(0.7, 0.7, 0.7), 0.7),
        (Beta(2.0, 3.0, 0.9, 0.9), 0.9),
        (Discrete((4.0,), (1.0,)), 4.0),
    ],
)
def test_no_spread_is_a_constant(distribution: Distribution, constant: float) -> None:
    assert set(values(distribution, TAILS)) == {constant}
    assert distribution.expected() == pytest.approx(constant)


@pytest.mark.parametrize(("distribution", "mean"), [(Bernoulli(0.3), 0.3), (Bernoulli(0.7), 0.7)])
def test_the_mean_of_an_event_is_its_probability_and_its_base_case_is_not(distribution: Bernoulli, mean: float) -> None:
    assert distribution.expected() == mean
    assert distribution.central() == round(mean)


ONE_OF_EACH: dict[str, Distribution] = {
    "bernoulli": Bernoulli(0.3),
    "beta": Beta(2.0, 4.0),
    "discrete": Discrete((1.0, 5.0, 6.0), (0.2, 0.3, 0.5)),
    "empirical": Empirical((3.0, 1.0, 1.0, 7.0)),
    "lognormal": Lognormal(2.0, 0.5),
    "mixture": Mixture((0.7, 0.3), (Normal(0.1, 0.3), Triangular(0.0, 1.0, 3.0))),
    "normal": Normal(0.1, 0.3),
    "pert": Pert(0.0, 1.0, 3.0),
    "quantiles": Quantiles(1.0, 2.0, 4.0, 1.2815515655446004),
    "score": Score(),
    "triangular": Triangular(0.0, 1.0, 3.0),
    "uniform": Uniform(2.0, 3.0),
}


FRAMED: dict[str, Distribution] = {
    "shifted": Shifted(Lognormal(2.0, 0.5), -1.0),
    "within": Within(Normal(0.1, 0.3), 0.0, 1.0),
    "within, far above": Within(Lognormal(2.0, 0.5), 3.0, np.inf),
    "within, far below": Within(Normal(0.1, 0.3), -np.inf, -0.3),
}
EACH = ONE_OF_EACH | FRAMED


def test_one_of_each_is_complete() -> None:
    assert set(ONE_OF_EACH) == set(KINDS)


@pytest.mark.parametrize("kind", EACH)
def test_a_trial_has_the_same_bits_in_any_block(kind: str) -> None:
    distribution = EACH[kind]
    scores = np.random.default_rng(3).standard_normal(4_096)
    whole = values(distribution, scores)

    for start, stop in [(0, 1), (5, 6), (1, 4_096), (7, 24), (4_095, 4_096)]:
        assert np.array_equal(values(distribution, scores[start:stop]), whole[start:stop])


@pytest.mark.parametrize("kind", EACH)
def test_scores_may_be_replaced_in_place_and_are_otherwise_kept(kind: str) -> None:
    scores = np.random.default_rng(3).standard_normal(4_096)
    kept, in_place = scores.copy(), scores.copy()

    found = values(EACH[kind], scores)
    EACH[kind].transform(in_place, in_place, Scratch(4_096))

    assert np.array_equal(scores, kept)
    assert np.array_equal(in_place, found)
