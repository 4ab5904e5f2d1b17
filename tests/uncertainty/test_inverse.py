"""The table of the beta distribution's inverse keeps its promise of 1e-8."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from finmodel.uncertainty.bounded import Beta
from finmodel.uncertainty.inverse import REACH, exact_inverse, inverse_table
from finmodel.uncertainty.scratch import Scratch

# Away from the grid, its quarters and its ends.
SCORES = np.random.default_rng(11).uniform(-REACH, REACH, 3_000)
# Shapes from a coin to a needle, even in the logarithm.
SHAPES = st.floats(-1.3, 5).map(lambda power: 10.0**power)


@given(SHAPES, SHAPES)
def test_error_is_at_most_a_hundred_millionth_of_the_range(alpha: float, beta: float) -> None:
    table = inverse_table(alpha, beta)
    assert table is not None
    found = np.empty_like(SCORES)
    table(SCORES, found, Scratch(SCORES.size))

    assert np.max(np.abs(found - exact_inverse(SCORES, alpha, beta))) <= 1e-8


@given(st.floats(0.3, 300), st.floats(0.3, 300))
def test_the_exact_inverse_undoes_the_distribution_function(alpha: float, beta: float) -> None:
    scores = np.linspace(-4, 4, 81)
    found = exact_inverse(scores, alpha, beta)

    # Where the value itself is within rounding of a bound it no longer tells its score.
    inside = (found > 1e-3) & (found < 1 - 1e-3)
    assert special.betainc(alpha, beta, found[inside]) == pytest.approx(special.ndtr(scores[inside]), abs=1e-10)


def test_far_tails_are_finite_where_the_library_finds_no_inverse() -> None:
    """scipy gives NaN for this shape below a chance of about 5e-17, which the ends of the grid reach."""
    assert np.isnan(special.betaincinv(1.03125, 0.25, special.ndtr(-8.4)))
    found = exact_inverse(np.array([-8.5, -8.4, -8.295]), 1.03125, 0.25)
    assert np.all(np.isfinite(found))
    assert np.all(np.diff(found) >= 0)
    table = inverse_table(1.03125, 0.25)
    assert table is not None
    assert np.all(np.isfinite(table.coefficients))


def test_scores_beyond_the_grid_are_read_at_its_end() -> None:
    table = inverse_table(2.0, 4.0)
    assert table is not None
    scores = np.array([-REACH, -40.0, -np.inf, REACH, 40.0, np.inf])
    found = np.empty(6)
    table(scores, found, Scratch(6))

    assert found[:3] == pytest.approx(exact_inverse(scores[:1], 2.0, 4.0)[0], abs=1e-15)
    assert found[3:] == pytest.approx(exact_inverse(scores[3:4], 2.0, 4.0)[0], abs=1e-12)


def test_a_shape_too_steep_for_any_table_is_calculated_exactly() -> None:
    assert inverse_table(0.003, 0.004) is None
    scores = np.linspace(-5, 5, 101)
    out = np.empty(101)
    Beta(0.003, 0.004, 10.0, 20.0).transform(scores, out, Scratch(101))

    assert out == pytest.approx(10 + 10 * exact_inverse(scores, 0.003, 0.004), rel=1e-15)
