"""Capitation adjusted for risk: below, at and above the most need that is paid for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract.payment.worked import worked


def paid(need: str, cap: str = "", people: float = 1_000) -> float:
    keys = f"per_person: £500, index: tariff, need: {need}" + (f", need_cap: {cap}" if cap else "")
    found = worked(f"{{kind: capitation, {keys}}}", population=people, index=1.1)
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(
    ("need", "due"),
    [("90%", 495_000), ("102.99%", 566_445), ("103%", 566_500), ("103.01%", 566_500), ("120%", 566_500)],
)
def test_need_counts_to_its_cap(need: str, due: float) -> None:
    """£500 for each of 1,000 people at an index of 1.1: £550,000 for need of 100%."""
    assert paid(need, "103%") == due


@given(st.integers(50, 200), st.integers(50, 200), st.integers(1, 10**6))
def test_a_cap_only_lowers_and_need_and_people_multiply(need: int, cap: int, people: int) -> None:
    capped = paid(f"{need}%", f"{cap}%", people)
    assert capped == paid(f"{min(need, cap)}%", "", people)
    assert capped == pytest.approx(5.5 * min(need, cap) * people)
