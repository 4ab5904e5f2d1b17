from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from finmodel.analysis.design import Design
from finmodel.analysis.risk_shares import risk_shares


def test_shares_of_normal_costs_are_those_of_their_covariances() -> None:
    """X = (a + c, 2 b - c), a, b, c independent and standard: S = a + 2 b, so the shares are 1/5 and 4/5.

    For normal costs E[X_k | S] is straight in S, so the tail is shared as the variance is.
    """
    a, b, c = np.random.default_rng(11).normal(size=(3, 200_000))
    found = risk_shares({"one": 1e9 + 1e6 * (a + c), "other": 1e6 * (2 * b - c)}, Design(200_000))

    for party, share in (("one", 0.2), ("other", 0.8)):
        for estimate in (found[party].variance, found[party].tail):
            assert estimate.se is not None
            assert abs(estimate.value - share) < 4 * estimate.se
            assert 0.0005 < estimate.se < 0.02


def test_who_gains_when_the_system_loses_has_a_negative_share() -> None:
    system = np.random.default_rng(3).normal(size=10_000)
    found = risk_shares({"payer": 1.5 * system, "insurer": -0.5 * system}, Design(10_000))

    assert found["insurer"].variance.value == pytest.approx(-0.5)
    assert found["insurer"].tail.value == pytest.approx(-0.5)


def test_a_stop_loss_moves_the_tail_and_not_much_of_the_variance() -> None:
    """S standard normal; the insurer bears what exceeds z95. Its tail share is E[(S - z) | S > z] / E[S | S > z]."""
    normal = NormalDist()
    z = normal.inv_cdf(0.95)
    beyond = normal.pdf(z) / 0.05  # E[S | S > z]
    system = np.random.default_rng(7).normal(size=400_000)
    found = risk_shares({"payer": np.minimum(system, z), "insurer": np.maximum(system - z, 0)}, Design(400_000))

    mean_excess = normal.pdf(z) - 0.05 * z
    tail = (beyond - z - mean_excess) / beyond
    variance = 0.05  # Cov((S - z)+, S) = P(S > z), by Stein's lemma
    insurer = found["insurer"]
    assert insurer.tail.se is not None
    assert insurer.variance.se is not None
    assert abs(insurer.tail.value - tail) < 4 * insurer.tail.se
    assert abs(insurer.variance.value - variance) < 4 * insurer.variance.se


def test_the_error_is_that_of_many_repeats() -> None:
    generator = np.random.default_rng(19)
    found = []
    for _ in range(200):
        a, b = generator.normal(size=(2, 2_000))
        found.append(risk_shares({"one": a, "other": b * np.abs(b)}, Design(2_000))["one"])

    for kind in ("variance", "tail"):
        values = [getattr(one, kind).value for one in found]
        told = math.sqrt(np.mean([getattr(one, kind).se ** 2 for one in found]))
        assert told == pytest.approx(np.std(values), rel=0.2)


@given(arrays(np.float64, (3, 40), elements=st.floats(-1e9, 1e9, allow_subnormal=False)))
def test_shares_add_up_to_one(costs: np.ndarray) -> None:
    system = costs.sum(axis=0)
    found = risk_shares(dict(zip("abc", costs, strict=True)), Design(costs.shape[1]))

    if np.ptp(system) > 1e-6 * max(1.0, np.abs(costs).max()):  # less counts as no spread
        assert math.fsum(one.variance.value for one in found.values()) == pytest.approx(1)
        assert math.fsum(one.tail.value for one in found.values()) == pytest.approx(1)


def test_without_risk_nobody_bears_any() -> None:
    assert risk_shares({"one": np.full(50, 3.0), "other": np.full(50, 4.0)}, Design(50)) == {}


def test_few_trials_tell_no_error() -> None:
    found = risk_shares({"one": np.arange(10.0), "other": np.zeros(10)}, Design(10))

    assert found["one"].variance.se is None
    assert found["one"].tail.value == 1
