"""Incentive pool: the most that it can pay, with a bonus too, and when each outcome's part falls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.contract.flat import M, base_case, term, with_outcomes
from tests.contract.scenarios import TESTED

BONUS = {"score": [["0pp", "0%"], ["5pp", "100%"]], "bonus": {"from": "5pp", "to": "10pp", "share": "150%"}}


@pytest.mark.parametrize(("improvement", "score"), [(0.0, 0.0), (0.025, 0.5), (0.05, 1.0), (0.075, 1.25), (0.2, 1.5)])
def test_a_bonus_is_beyond_the_pool_and_within_its_maximum(tmp_path: Path, improvement: float, score: float) -> None:
    """10% of £68.7m; `survival` has 20% of it and up to 150% of that, so that 110% of the pool is the most."""
    values = base_case(tmp_path, with_outcomes([term("incentive_pool", rate="10%")], [improvement], **BONUS))
    assert values[f"{TESTED}.payment"] == pytest.approx([6.87 * M * 0.2 * score], abs=0.01)
    assert values[f"{TESTED}.outcome_maximum"] == pytest.approx([6.87 * M * 1.1])


def test_each_outcome_is_paid_when_it_is_known(tmp_path: Path) -> None:
    """Both score 50% and 100%; the one is known 24 months after the year and the other after 6, and a month goes by."""
    found = with_outcomes([term("incentive_pool", rate="10%", paid="1 months after year end")], [0.05])
    found.data["outcomes"]["other"].update(score=[["-1pp", "0%"], ["0pp", "100%"]], lag="6 months")
    months = base_case(tmp_path, found)[f"{TESTED}.cash_by_month[north]"]
    expected = np.zeros_like(months)
    expected[12 + 24 + 1 - 1] = 6.87 * M * 0.2 * 0.5
    expected[12 + 6 + 1 - 1] = 6.87 * M * 0.8
    np.testing.assert_allclose(months, expected, atol=0.01)
