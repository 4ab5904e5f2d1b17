"""CQUIN is an outcome withhold: rate x value x (1 - score) is taken back, at the published rates and on a ramp."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finmodel.contract.payment.worked import worked
from tests.contract.flat import M, base_case, term, with_outcomes
from tests.contract.payment.told import paid
from tests.contract.scenarios import TESTED

VALUE = 40e6
SCORES = [0.0, 0.25, 0.8, 1.0]


@pytest.mark.parametrize(
    ("written", "rates"),
    [
        ("2.5%", [0.025] * 4),  # 2015/16
        ("1.25%", [0.0125] * 4),  # 2022/23
        ("[2.5%, 2.5%, 1.25%, 1.25%]", [0.025, 0.025, 0.0125, 0.0125]),
        ("{ramp: {from: 0%, to: 2.5%, start: 1, end: 3}}", [0.0, 0.0125, 0.025, 0.025]),
    ],
)
def test_what_is_not_earned_is_taken_back(written: str, rates: list[float]) -> None:
    quality = {"waits": {"weight": 0.6, "score": SCORES}, "falls": {"weight": 0.4, "score": SCORES[::-1]}}
    paid = worked(
        f"{{kind: outcome_withhold, on: [value], rate: {written}}}", earlier={"value": VALUE}, outcomes=quality
    )
    earned = [0.6 * one + 0.4 * other for one, other in zip(SCORES, SCORES[::-1], strict=True)]
    assert paid == pytest.approx([-rate * VALUE * (1 - score) for rate, score in zip(rates, earned, strict=True)])


def test_nothing_is_withheld_of_a_negative_amount() -> None:
    written = "{kind: outcome_withhold, on: [value], rate: 10%}"
    found = paid(written, earlier={"value": [-1e6, 0.0, 1e6]}, scores={"waits": (1.0, 0.25)})
    np.testing.assert_allclose(found, [0, 0, -75_000], rtol=1e-12)


def test_it_is_kept_back_monthly_and_earned_when_the_score_is_known_or_later(tmp_path: Path) -> None:
    """10% of £68.7m; weight 20% and score 50% earn £0.687m of it, three months after the 24 of its lag."""
    withhold = term("outcome_withhold", on=["block"], rate="10%", paid="3 months after year end")
    months = base_case(tmp_path, with_outcomes([term("block"), withhold], [0.05]))[f"{TESTED}.cash_by_month[north]"]
    expected = np.zeros_like(months)
    expected[:12] = 0.9 * 68.7 * M / 12
    expected[12 + 24 + 3 - 1] = 0.687 * M
    np.testing.assert_allclose(months, expected, atol=0.01)
