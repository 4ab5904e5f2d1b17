"""CQUIN is an outcome withhold: rate x value x (1 - score) is taken back, at the published rates and on a ramp."""

from __future__ import annotations

import pytest

from finmodel.contract.payment.worked import worked

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
