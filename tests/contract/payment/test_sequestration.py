"""Sequestration: off gains alone or both ways, on both sides of nothing; never more than its rate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import base_case, flat, rows, term
from tests.contract.scenarios import TESTED


@pytest.mark.parametrize(
    ("base", "gains_only", "both"),
    [(5e6, -100_000, -100_000), (0.5, -0.01, -0.01), (0, 0, 0), (-0.5, 0, 0.01), (-3e6, 0, 60_000)],
)
def test_by_hand_on_both_sides_of_nothing(base: float, gains_only: float, both: float) -> None:
    earlier = {"share": base}
    assert worked("{kind: sequestration, on: [share], rate: 2%}", earlier=earlier) == gains_only
    assert worked("{kind: sequestration, on: [share], rate: 2%, losses: true}", earlier=earlier) == both


def test_the_terms_count_together() -> None:
    written = "{kind: sequestration, on: [share, bonus], rate: 2%}"
    assert worked(written, earlier={"share": -3e6, "bonus": 5e6}) == -40_000
    assert worked(written, earlier={"share": -5e6, "bonus": 3e6}) == 0


def test_services_of_either_sign_are_cut_as_one(tmp_path: Path) -> None:
    """Service a is paid £8m less £2m for b: 5% of the £6m, borne as the terms are. Turned round, nothing."""
    name = f"{TESTED}.later.sequestration"
    for amounts, expected in [(("£8m", "-£2m"), [-0.4e6, 0.1e6]), (("£2m", "-£8m"), [0, 0])]:
        formula = f"where(people > 500 people, {amounts[0]}, {amounts[1]})"  # 1,000 people of a, 400 of b
        gain = {**term("formula"), "name": "gain", "by": "service", "formula": formula}
        values = base_case(tmp_path, flat([gain, term("sequestration", on=["gain"], rate="5%")], rows(6e7, 4e7)))
        assert [values[f"{name}[a]"][0], values[f"{name}[b]"][0]] == pytest.approx(expected)


def paid(written: str, base: list[float]) -> FloatArray:
    return paid_on(written, Facts({}, {"share": np.array([base])}, {}))[0]


BASES = st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=6)


@given(st.integers(0, 100), st.booleans(), BASES, st.floats(0.01, 100))
def test_what_is_left_rises_with_what_was_due(rate: int, losses: bool, base: list[float], k: float) -> None:
    written = f"{{kind: sequestration, on: [share], rate: {rate}%, losses: {str(losses).lower()}}}"
    due = sorted(base)
    cut = paid(written, due)
    left = np.array(due) + cut
    assert (np.diff(left) >= -1e-6).all()
    assert (np.abs(np.diff(cut)) <= rate / 100 * np.diff(due) + 1e-6).all()  # no jump
    np.testing.assert_array_equal(paid(written, due[::-1])[::-1], cut)
    np.testing.assert_allclose(paid(written, [k * amount for amount in due]), k * cut, rtol=1e-12, atol=1e-6)
