"""The operations themselves: counts of small cohorts, thresholds, curves, choices."""

from __future__ import annotations

import pickle
import warnings
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from finmodel.lines import Calendar, Expr, Sheet, binomial_quantile, curve, literal, reached, steps, where
from finmodel.lines.kernels import KERNELS
from finmodel.units import POUND, PURE
from tests.lines.sheets import evaluate

ONE_YEAR = Calendar(date(2020, 4, 1), 1)


def value_of(formula: Expr, **inputs: float) -> float:
    """A formula over `x`, `y`, `z`, or `amount` and `limit` in £, at these numbers."""
    sheet = Sheet()
    for name, number in inputs.items():
        sheet.given(name, number, POUND if name in ("amount", "limit") else PURE)
    sheet.add("result", formula)
    return evaluate(sheet, ONE_YEAR, "result")[0][0]


def names(*wanted: str) -> list[Expr]:
    sheet = Sheet()
    return [sheet.given(name, 0.0, PURE) for name in wanted]


x, y, z = names("x", "y", "z")


def quantile(people: float, rate: float, score: float) -> float:
    return value_of(binomial_quantile(x, y, z), x=people, y=rate, z=score)


@given(st.floats(0, 99.999), st.floats(0, 1) | st.sampled_from([0.0, 1.0, 1e-12, 1 - 1e-12]), st.floats(-6, 6))
def test_counts_of_a_small_cohort_are_the_exact_quantiles(people: float, rate: float, score: float) -> None:
    expected = stats.binom.ppf(special.ndtr(score), round(people), rate)  # round: a half goes to the even number

    assert quantile(people, rate, score) == expected


@given(st.integers(1, 99), st.floats(0.001, 0.999), st.integers(0, 99))
def test_the_quantile_is_the_smallest_count_that_is_likely_enough(people: int, rate: float, count: int) -> None:
    # At a score exactly on a step of the distribution the count is that step and not the next.
    count = min(count, people)
    level = stats.binom.cdf(count, people, rate)
    score = special.ndtri(level)
    if not 1e-9 < level < 1 - 1e-9 or special.ndtr(score) > level:
        return

    found = quantile(people, rate, score)

    assert special.bdtr(found, people, rate) >= special.ndtr(score) * (1 - 1e-13)
    assert found == 0 or special.bdtr(found - 1, people, rate) < special.ndtr(score)


@pytest.mark.parametrize(
    ("people", "rate", "score", "expected"),
    [
        (10, 0.0, 5.0, 0),
        (10, 1.0, -5.0, 10),
        (10, -0.1, 5.0, 0),
        (10, 1.1, -5.0, 10),
        (10, 0.3, -40.0, 0),
        (10, 0.3, 40.0, 10),
        (10, 0.3, float("inf"), 10),
        (10, 0.3, float("-inf"), 0),
        (0, 0.5, 3.0, 0),
        (0.5, 0.5, 3.0, 0),
        (1.5, 0.5, 9.0, 2),
        (2.5, 0.5, 9.0, 2),
        (99.4, 0.5, 40.0, 99),
        (99.6, 0.5, 40.0, 100),
        (100, 0.5, 0.0, 0),
        (5_000, 0.5, 0.0, 0),
    ],
)
def test_edges_of_the_count(people: float, rate: float, score: float, expected: float) -> None:
    assert quantile(people, rate, score) == expected


def test_what_is_not_a_number_does_not_become_a_count() -> None:
    nan = float("nan")

    assert np.isnan(quantile(50, nan, 0.0))
    assert np.isnan(quantile(50, 0.5, nan))


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0, -1.0, 3.7, -250.0, 1e6])
def test_a_threshold_is_reached_within_a_rounding_error_and_no_more(threshold: float) -> None:
    margin = 1e-9 * max(1.0, abs(threshold))

    def is_reached(number: float) -> bool:
        return bool(value_of(reached(x, y), x=number, y=threshold))

    assert is_reached(threshold)
    assert is_reached(threshold - 0.9 * margin)
    assert is_reached(threshold + margin)
    assert not is_reached(threshold - 1.1 * margin)
    assert is_reached(0.1 + 0.2 - 0.3 + threshold)


@pytest.mark.parametrize("threshold", [0.0, 0.4, 1.5e6, -250.0])
def test_a_threshold_in_pounds_is_reached_within_a_billionth_of_it(threshold: float) -> None:
    sheet = Sheet()
    amount, limit = (sheet.given(name, 0.0, POUND, label=name) for name in ("amount", "limit"))

    def is_reached(number: float) -> bool:
        return bool(value_of(reached(amount, limit), amount=number, limit=threshold))

    margin = 1e-9 * abs(threshold)
    assert is_reached(threshold)
    assert is_reached(threshold - 0.9 * margin)
    assert not is_reached(threshold - 1.1 * margin - 1e-15)
    assert bool(value_of(reached(amount, 0), amount=0.0))
    assert not bool(value_of(reached(amount, 0), amount=-0.01))


@given(
    st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True).map(sorted),
    st.lists(st.floats(-100, 100), min_size=8, max_size=8),
    st.floats(-1200, 1200),
)
def test_a_curve_is_linear_between_its_points_and_flat_outside(xs: list[int], ys: list[float], at: float) -> None:
    points = list(zip(xs, ys, strict=False))

    expected = np.interp(at, xs, ys[: len(xs)])

    assert value_of(curve(x, points), x=at) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_curve_by_hand() -> None:
    shape = curve(x, [(0.0, 10.0), (2.0, 20.0), (4.0, 0.0)])

    assert [value_of(shape, x=at) for at in (-9, 0, 0.5, 2, 3, 4, 99)] == [10, 10, 12.5, 20, 10, 0, 0]


def test_steps_give_the_value_of_the_highest_threshold_reached() -> None:
    tiers = steps(x, -1, [(0.0, 10), (0.5, 30), (2.0, 20)])

    assert [value_of(tiers, x=at) for at in (-0.1, 0.0, 0.4, 0.5, 0.5 - 5e-10, 1.9, 2.0, 99)] == [
        -1, 10, 10, 30, 30, 30, 20, 20,
    ]  # fmt: skip
    assert value_of(steps(x, 7, []), x=1.0) == 7


@pytest.mark.parametrize("branch", [literal(1.0) / x, (literal(1.0) / x) * x, -literal(1.0) / x])
def test_the_branch_not_taken_leaves_no_trace_and_no_warning(branch: Expr) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert value_of(where(x > 0, branch, 5.0), x=0.0) == 5.0
        assert value_of(where(x <= 0, 5.0, branch), x=0.0) == 5.0
        assert not np.isfinite(value_of(where(x <= 0, branch, 5.0), x=0.0))


def test_a_choice_is_made_trial_by_trial() -> None:
    chosen = np.empty(3)
    flags, yes, no = np.array([True, False, True]), np.array([1.0, np.nan, 3.0]), np.array([np.inf, 2.0, np.nan])

    KERNELS["where"].apply(flags, yes, no, out=chosen)
    assert chosen.tolist() == [1.0, 2.0, 3.0]
    KERNELS["where"].apply(np.array([False]), yes, np.array([4.0]), out=chosen)
    assert chosen.tolist() == [4.0, 4.0, 4.0]


def test_a_kernel_travels_to_a_worker_as_its_name() -> None:
    for kernel in KERNELS.values():
        assert pickle.loads(pickle.dumps(kernel)) is kernel  # noqa: S301
