"""Observed, shifted, bounded, mixed, and fitted to three quantiles: against scipy, NumPy and by properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import integrate, optimize, special, stats

from finmodel.uncertainty.bounded import Beta, Pert, Triangular, Uniform
from finmodel.uncertainty.continuous import Continuous
from finmodel.uncertainty.derived import Shifted, Within
from finmodel.uncertainty.empirical import Empirical
from finmodel.uncertainty.mixture import Mixture
from finmodel.uncertainty.normal import Lognormal, Normal, Quantiles
from finmodel.uncertainty.scratch import Scratch

P90 = 1.2815515655446004
SCORES = np.linspace(-6, 6, 2_001)
WIDE = np.sort(np.concatenate([np.linspace(-12, 12, 2_001), np.random.default_rng(5).standard_normal(1_000)]))
Floats = NDArray[np.float64]


def values(distribution: Continuous, scores: Floats) -> Floats:
    out = np.full(scores.shape, np.nan)
    distribution.transform(scores, out, Scratch(scores.size))
    return out


def quantiles(frozen: Any, scores: Floats) -> Floats:
    tail = stats.norm.cdf(-np.abs(scores))
    return np.asarray(np.where(scores <= 0, frozen.ppf(tail), frozen.isf(tail)))


def lognormal(mean: float, sd: float, loc: float = 0.0) -> Any:
    shape = np.sqrt(np.log(1 + sd**2 / mean**2))
    return stats.lognorm(s=shape, scale=mean / np.sqrt(1 + sd**2 / mean**2), loc=loc)


@pytest.mark.parametrize(
    ("mean", "sd", "low", "high"),
    [
        (0.5, 0.2, 0.0, 1.0),
        (0.02, 0.05, 0.0, math.inf),
        (0.98, 0.05, -math.inf, 1.0),
        (0.0, 1.0, 2.0, 3.0),
        (0.0, 1.0, -3.0, -1.5),
        (0.0, 1.0, 4.0, math.inf),
        (0.0, 1.0, -math.inf, -4.5),
    ],
)
def test_a_normal_within_bounds_is_the_truncated_normal(mean: float, sd: float, low: float, high: float) -> None:
    bounded = Within(Normal(mean, sd), low, high)
    frozen = stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)

    assert not list(bounded.mistakes())
    # scipy's upper tail loses digits; that of the mirrored distribution's lower tail keeps them.
    mirrored = stats.truncnorm((mean - high) / sd, (mean - low) / sd, -mean, sd)
    tail = stats.norm.cdf(-np.abs(SCORES))
    expected = np.where(SCORES <= 0, frozen.ppf(tail), -mirrored.ppf(tail))
    assert values(bounded, SCORES) == pytest.approx(expected, abs=1e-9 * sd)
    assert bounded.expected() == pytest.approx(frozen.mean(), abs=1e-12 * sd, rel=1e-12)


def test_a_shifted_lognormal_is_scipys_with_that_place() -> None:
    shifted, frozen = Shifted(Lognormal(2e6, 1e6), 1e6), lognormal(2e6, 1e6, 1e6)

    assert values(shifted, SCORES) == pytest.approx(quantiles(frozen, SCORES), rel=1e-12)
    assert shifted.expected() == pytest.approx(frozen.mean(), rel=1e-15) == 3e6


CONDITIONED: list[tuple[Continuous, Any]] = [
    (Lognormal(2.0, 1.0), lognormal(2.0, 1.0)),
    (Shifted(Lognormal(2.0, 1.0), 0.5), lognormal(2.0, 1.0, 0.5)),
    (Uniform(1.0, 4.0), stats.uniform(1, 3)),
    (Triangular(0.0, 1.0, 5.0), stats.triang(0.2, 0, 5)),
    (Triangular(0.0, 0.0, 5.0), stats.triang(0, 0, 5)),
    (Triangular(1.0, 5.0, 5.0), stats.triang(1, 1, 4)),
    (Pert(0.0, 2.0, 5.0), stats.beta(2.6, 3.4, 0, 5)),
    (Beta(2.0, 4.0, 0.0, 6.0), stats.beta(2, 4, 0, 6)),
]


@pytest.mark.parametrize(("inner", "frozen"), CONDITIONED, ids=lambda case: repr(case)[:40])
@pytest.mark.parametrize(("low", "high"), [(1.5, 3.0), (1.5, math.inf), (-math.inf, 3.5), (3.2, 3.9)])
def test_bounds_condition_any_kind(inner: Continuous, frozen: Any, low: float, high: float) -> None:
    below, held = frozen.cdf(low), frozen.cdf(high) - frozen.cdf(low)
    scores = np.linspace(-3, 3, 301)

    found = values(Within(inner, low, high), scores)

    assert found == pytest.approx(frozen.ppf(below + held * special.ndtr(scores)), abs=3e-7)
    assert found.min() >= low
    assert found.max() <= high
    start, stop = max(low, frozen.support()[0]), min(high, frozen.ppf(1 - 1e-15))
    points = [mode for mode in (1.0,) if start < mode < stop]
    mean, _ = integrate.quad(lambda x: x * frozen.pdf(x), start, stop, points=points or None, epsabs=1e-12, limit=200)
    assert Within(inner, low, high).expected() == pytest.approx(mean / held, abs=1e-7)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40).filter(lambda seen: len(set(seen)) > 1))
def test_observations_have_quantiles_of_type_7(seen: list[float]) -> None:
    scores = np.linspace(-4, 4, 101)

    found = values(Empirical(tuple(seen)), scores)

    assert found == pytest.approx(np.quantile(seen, special.ndtr(scores)), abs=1e-9 * (1 + np.ptp(seen)))
    shares = (np.arange(200_000) + 0.5) / 200_000
    mean = np.mean(np.quantile(seen, shares))
    assert Empirical(tuple(seen)).expected() == pytest.approx(mean, abs=1e-6 * (1 + np.ptp(seen)))


def test_equal_observations_are_in_the_bounds_that_they_lie_on() -> None:
    """Of -1, 1, 1, 1, 3: from 1 up lie the three straight pieces above a quarter, one of them rising."""
    seen = Empirical((1.0, 3.0, 1.0, -1.0, 1.0))

    assert Within(seen, 1.0, math.inf).expected() == pytest.approx((1 + 1 + 2) / 3)
    assert Within(seen, -math.inf, 1.0).expected() == pytest.approx((0 + 1 + 1) / 3)


@pytest.mark.parametrize("tail", [0.05, 0.10, 0.20, 0.25])
@given(data=st.data())
def test_three_quantiles_come_back(tail: float, data: st.DataObject) -> None:
    mid = data.draw(st.floats(-1e3, 1e3))
    below = data.draw(st.floats(1e-3, 1e3))
    score = float(special.ndtri(1 - tail))
    above = below * math.exp(data.draw(st.floats(-3.5, 3.5)) * score)
    fitted = Quantiles(mid - below, mid, mid + above, score)

    found = values(fitted, special.ndtri(np.array([tail, 0.5, 1 - tail])))

    assert found == pytest.approx([mid - below, mid, mid + above], rel=1e-10, abs=1e-10 * (below + above))
    assert found[1] == mid


def test_skewed_quantiles_are_a_lognormal_with_a_place() -> None:
    """1, 2, 4: each step doubles, so the logarithm is normal: mean exp(sigma^2 / 2) times the median."""
    fitted = Quantiles(1.0, 2.0, 4.0, P90)
    sigma = math.log(2) / P90
    frozen = stats.lognorm(s=sigma, scale=2.0)

    assert values(fitted, SCORES) == pytest.approx(quantiles(frozen, SCORES), rel=1e-12)
    assert fitted.expected() == pytest.approx(frozen.mean(), rel=1e-13)
    mirrored = Quantiles(-4.0, -2.0, -1.0, P90)
    assert values(mirrored, SCORES) == pytest.approx(-values(fitted, -SCORES), rel=1e-12)
    assert mirrored.expected() == pytest.approx(-frozen.mean(), rel=1e-13)


@pytest.mark.parametrize("bend", [0.0, 1e-16, 1e-12, 1e-9, 1e-6, -1e-12, -1e-6])
def test_nearly_even_quantiles_are_nearly_normal(bend: float) -> None:
    even, bent = Normal(2.0, 1.0 / P90), Quantiles(1.0, 2.0, 3.0 + bend, P90)

    assert np.max(np.abs(values(bent, SCORES) - values(even, SCORES))) <= 1e-14 + 20 * abs(bend)
    assert bent.expected() == pytest.approx(2.0, abs=1e-14 + 2 * abs(bend))
    back = np.linspace(-5, 5, 51)
    assert bent.scores(values(bent, back)) == pytest.approx(back, abs=1e-10)


PARTS: list[tuple[Continuous, Any]] = [
    (Normal(0.02, 0.01), stats.norm(0.02, 0.01)),
    (Triangular(0.05, 0.06, 0.09), stats.triang(0.25, 0.05, 0.04)),
    (Uniform(0.2, 0.3), stats.uniform(0.2, 0.1)),
    (Lognormal(0.05, 0.1), lognormal(0.05, 0.1)),
    (Beta(0.7, 5.0), stats.beta(0.7, 5)),
    (Pert(0.0, 0.04, 0.06), stats.beta(1 + 8 / 3, 1 + 4 / 3, 0, 0.06)),
]


@pytest.mark.parametrize("first", range(len(PARTS)))
@pytest.mark.parametrize("second", range(len(PARTS)))
def test_a_mixture_is_the_inverse_of_the_mixed_distribution_function(first: int, second: int) -> None:
    (one, frozen), (other, frozen_other) = PARTS[first], PARTS[second]
    mixture = Mixture((0.7, 0.3), (one, other))
    scores = np.random.default_rng(first * 7 + second).uniform(-3.5, 3.5, 60)

    found = values(mixture, scores)

    for score, value in zip(scores, found, strict=True):
        ends = sorted(float(quantiles(part, np.array([score]))[0]) for part in (frozen, frozen_other))
        share = special.ndtr(score)

        def excess(x: float, share: float = share) -> float:
            return float(0.7 * frozen.cdf(x) + 0.3 * frozen_other.cdf(x) - share)

        # Between the parts' own quantiles lies the mixture's; where they meet there is nothing to solve.
        exact = ends[0] if excess(ends[0]) >= 0 else ends[1] if excess(ends[1]) <= 0 else None
        exact = optimize.brentq(excess, *ends, xtol=1e-15, rtol=1e-14) if exact is None else exact
        assert value == pytest.approx(exact, abs=3e-9)
    assert mixture.expected() == pytest.approx(0.7 * frozen.mean() + 0.3 * frozen_other.mean(), rel=1e-12)


def test_no_value_comes_from_the_gap_between_two_parts() -> None:
    mixture = Mixture((0.9, 0.1), (Uniform(1.0, 2.0), Uniform(10.0, 12.0)))
    scores = special.ndtri((np.arange(100_000) + 0.5) / 100_000)

    found = values(mixture, scores)

    assert not np.any((found > 2.0) & (found < 10.0))
    assert np.mean(found >= 10.0) == pytest.approx(0.1, abs=1e-5)
    assert Within(mixture, 1.5, 11.0).expected() == pytest.approx((0.45 * 1.75 + 0.05 * 10.5) / 0.5)


def test_values_that_come_often_keep_their_probability_in_a_mixture() -> None:
    mixture = Mixture((0.5, 0.5), (Empirical((1.0, 1.0, 1.0, 2.0, 3.0)), Uniform(0.0, 4.0)))
    scores = special.ndtri((np.arange(100_000) + 0.5) / 100_000)

    assert np.mean(np.abs(values(mixture, scores) - 1.0) < 1e-9) == pytest.approx(0.25, abs=1e-4)


amounts = st.floats(-1e3, 1e3)
spreads = st.floats(1e-3, 1e3)


@st.composite
def plain(draw: st.DrawFn) -> Continuous:
    low, width, share = draw(amounts), draw(spreads), draw(st.floats(0, 1))
    mode = min(low + share * width, low + width)
    seen = draw(st.lists(amounts, min_size=2, max_size=6).filter(lambda found: np.ptp(found) > 1e-3))
    made: list[Continuous] = [
        Normal(low, width),
        Lognormal(width, width * draw(st.floats(0.01, 2))),
        Uniform(low, low + width),
        Triangular(low, mode, low + width),
        Pert(low, mode, low + width),
        Quantiles(low - width, low, low + width * draw(st.floats(0.1, 10)), P90),
        Empirical(tuple(seen)),
    ]
    return draw(st.sampled_from(made))


@st.composite
def framed(draw: st.DrawFn) -> Continuous:
    found = draw(plain())
    if draw(st.booleans()):
        found = Shifted(found, draw(amounts))
    if draw(st.booleans()):
        first, last = sorted(
            draw(st.tuples(st.floats(-3, 3), st.floats(-3, 3)).filter(lambda e: abs(e[0] - e[1]) > 0.1))
        )
        low, high = values(found, np.array([first, last]))
        if low < high:
            found = Within(found, float(low) if draw(st.booleans()) else -math.inf, float(high))
    return found


MADE = st.one_of(
    framed(),
    st.builds(
        lambda parts, share: Mixture((share, 1 - share), tuple(parts)),
        st.lists(framed(), min_size=2, max_size=2),
        st.floats(0.01, 0.99),
    ),
)


@settings(max_examples=60, deadline=None)
@given(MADE)
def test_a_higher_score_is_never_a_lower_value_nor_outside_the_bounds(distribution: Continuous) -> None:
    found = values(distribution, WIDE)

    assert not list(distribution.mistakes())
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= -1e-12 * np.max(np.abs(found)))
    if isinstance(distribution, Within):
        assert distribution.low <= found.min()
        assert found.max() <= distribution.high


@settings(max_examples=60, deadline=None)
@given(MADE)
def test_the_mean_is_the_integral_over_scores(distribution: Continuous) -> None:
    scores = np.linspace(-12, 12, 240_001)
    density = np.exp(-(scores**2) / 2)
    density /= density.sum()
    found = values(distribution, scores)
    mean = float(found @ density)
    sd = math.sqrt(float((found - mean) ** 2 @ density))

    # The sum's own error at a jump (a gap between parts) is half a step of it.
    assert distribution.expected() == pytest.approx(mean, abs=1e-6 * sd + 1e-4 * np.max(np.diff(found)) + 1e-9)


@settings(max_examples=40, deadline=None)
@given(MADE)
def test_the_score_of_a_value_is_the_score_it_was_drawn_at(distribution: Continuous) -> None:
    scores = np.linspace(-2, 2, 41)
    found = values(distribution, scores)
    low, high = (distribution.scores(found + step * (1e-7 * np.max(np.abs(found)) + 1e-9)) for step in (-1, 1))

    assert np.all(low <= scores + 1e-9)
    assert np.all(high >= scores - 1e-9)


@pytest.mark.parametrize(
    "second",
    [
        Within(Shifted(Normal(0.0, 0.001), 440.6535093622226), -math.inf, 440.6540093622226),
        Within(Normal(729.8392612132577, 0.001), -math.inf, 729.8410906252641),
        Within(Normal(0.0, 0.001), -math.inf, 0.0),
    ],
)
def test_a_mixture_of_wide_and_narrow_ends_where_numbers_lie_no_closer(second: Continuous) -> None:
    """Between two neighbouring numbers there is no third to halve a piece at."""
    mixture = Mixture((0.01, 0.99), (Normal(2.5e-9, 693.0), second))
    scores = np.linspace(-4, 4, 801)
    found = values(mixture, scores)
    apart = 1e-12 * np.abs(found) + 1e-12

    assert np.all(np.diff(found) >= 0)
    assert np.all(mixture.scores(found - apart) <= scores + 1e-8)
    assert np.all(mixture.scores(found + apart) >= scores - 1e-8)


def test_bounds_that_hold_next_to_nothing_are_refused() -> None:
    assert "hold 2.9e-07" in "".join(Within(Normal(0.0, 1.0), 5.0, math.inf).mistakes())
    assert "is not above" in "".join(Within(Normal(0.0, 1.0), 2.0, 2.0).mistakes())
    assert "add up to 0.9" in "".join(Mixture((0.6, 0.3), (Normal(0.0, 1.0), Normal(1.0, 1.0))).mistakes())
    assert "two different" in "".join(Empirical((1.0, 1.0)).mistakes())
    assert "do not rise" in "".join(Quantiles(1.0, 1.0, 2.0, P90).mistakes())
