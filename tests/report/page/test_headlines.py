from __future__ import annotations

import pytest

from finmodel.analysis import Chance
from finmodel.report.page.headlines import share_of_futures


@pytest.mark.parametrize(
    ("seen", "trials", "said"),
    [
        (0, 10_000, "fewer than 3 of 10,000 futures"),
        (10_000, 10_000, "practically all futures"),
        (9_999, 10_000, "over 99.9% of futures"),
        (9_930, 10_000, "99.3% of futures"),
        (5_530, 10_000, "55% of futures"),
        (40, 10_000, "0.40% of futures"),
    ],
)
def test_a_chance_is_said_as_surely_as_the_trials_allow(seen: int, trials: int, said: str) -> None:
    assert share_of_futures(Chance(seen, trials, None)) == said
