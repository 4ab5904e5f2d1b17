from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finmodel.analysis.picturing import histogram, where_pounds_go

POUNDS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(arrays(np.float64, (5, 60), elements=POUNDS), st.sampled_from([10, 50, 90]))
def test_the_bars_of_a_waterfall_add_up(amounts: np.ndarray, percentile: int) -> None:
    parties = ("commissioners", "integrator", "providers", "guarantor and bank")
    found = where_pounds_go(dict(zip(parties, amounts[:4], strict=True)), amounts[4], percentile)

    paid = found.payments + found.outcome_money
    assert paid + found.outside == pytest.approx(
        found.integrator + found.providers + found.suppliers, abs=1e-6 * np.abs(amounts).max() + 1e-9
    )


def test_it_is_the_mean_of_the_trials_within_half_a_percentile() -> None:
    """Payments 1 … 1,000: P90 is 900.1 and the trials from P89.5 (895.1) to P90.5 (905.1) are 896 … 905."""
    due = np.random.default_rng(1).permutation(np.arange(1.0, 1001))
    found = where_pounds_go({"commissioners": due, "integrator": -0.1 * due, "providers": 0 * due}, 0.2 * due, 90)

    assert found.trials == 10
    assert found.payments + found.outcome_money == pytest.approx(900.5)
    assert found.outcome_money == pytest.approx(180.1)
    assert (found.integrator, found.providers, found.outside) == pytest.approx((90.05, 0, 0))
    assert found.suppliers == pytest.approx(810.45)


@given(arrays(np.float64, st.integers(1, 300), elements=POUNDS))
def test_a_histogram_holds_every_trial(values: np.ndarray) -> None:
    found = histogram(values)

    assert sum(found.shares) == pytest.approx(1)
    assert found.edges[0] <= values.min()
    assert found.edges[-1] >= values.max()
    assert len(found.edges) == len(found.shares) + 1
