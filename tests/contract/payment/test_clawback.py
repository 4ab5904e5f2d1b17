"""Clawback: by hand at and beside its threshold, by a named outcome and by the weighted score; when it comes back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.flat import M, base_case, term, with_outcomes
from tests.contract.payment.told import paid
from tests.contract.scenarios import TESTED, percent

NAMED = "{kind: clawback, on: [grant], outcome: survival, at_least: 60%, share: 50%}"
ALL = "{kind: clawback, on: [grant], at_least: 60%, share: 50%}"


def test_at_and_beside_the_threshold_of_a_named_outcome() -> None:
    """Exactly 60%, or short of it by a rounding error, keeps the money; so does more."""
    scores = [0.0, 0.6 - 1e-6, 0.6 - 1e-12, 0.6, 0.6 + 1e-12, 1.0, 1.5]
    found = paid(NAMED, earlier={"grant": 4e6}, scores={"survival": (0.3, scores), "views": (0.7, 0.0)})
    np.testing.assert_allclose(found, [-2e6, -2e6, 0, 0, 0, 0, 0], rtol=1e-12)


def test_at_and_beside_the_threshold_of_the_weighted_score() -> None:
    """30% of one and 70% of the other: 60% is 100% and 3/7, short of it at 42%, beyond it at 43%."""
    told = {"survival": (0.3, 1.0), "views": (0.7, [0.42, 3 / 7 - 1e-6, 3 / 7, 0.43])}
    found = paid(ALL, earlier={"grant": 4e6}, scores=told)
    np.testing.assert_allclose(found, [-2e6, -2e6, 0, 0], rtol=1e-12)


def test_nothing_comes_back_of_a_negative_amount() -> None:
    found = paid(ALL, earlier={"grant": [-1e6, 0.0, 1e6]}, scores={"survival": (1.0, 0.0)})
    np.testing.assert_allclose(found, [0, 0, -5e5], rtol=1e-12)


@given(
    grants=st.lists(st.floats(-1e8, 1e8), min_size=2, max_size=20),
    score=st.floats(0, 1.5),
    threshold=st.integers(0, 15_000),
    share=st.integers(0, 10_000),
)
def test_all_or_nothing(grants: list[float], score: float, threshold: int, share: int) -> None:
    """The stated share of what was paid or nothing; a higher score never costs; scale and order do not matter."""
    keys = f"at_least: {percent(threshold / 10_000)}, share: {percent(share / 10_000)}"
    written = f"{{kind: clawback, on: [grant], {keys}}}"

    def of(amounts: list[float], at: float) -> np.ndarray:
        return paid(written, earlier={"grant": amounts}, scores={"survival": (1.0, at)})

    found = of(grants, score)
    failed = score < threshold / 10_000 - 1e-8
    if failed or score > threshold / 10_000:
        np.testing.assert_allclose(
            found, -share / 10_000 * np.maximum(grants, 0) if failed else 0, rtol=1e-9, atol=1e-6
        )
    assert (of(grants, score + 0.1) >= found).all()
    np.testing.assert_array_equal(of(grants[::-1], score), found[::-1])
    np.testing.assert_allclose(of([3 * x for x in grants], score), 3 * found, rtol=1e-9, atol=1e-6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clawback")


def test_a_named_outcome_decides_for_every_service_when_it_is_known(folder: Path) -> None:
    """Half of a block of £122.2m comes back 24 months after year 1, in which survival fails; 5pp is a score of 50%."""
    back = term("clawback", on=["block"], outcome="survival", at_least="50%", share="50%")
    values = base_case(folder, with_outcomes([term("block"), back], [0.049, 0.05]))
    assert values[f"{TESTED}.payment"] == pytest.approx([61.1 * M, 122.2 * M])
    assert values[f"{TESTED}.cash[north]"][:3] == pytest.approx([68.7 * M, 68.7 * M, -0.5 * 68.7 * M])
    assert values[f"{TESTED}.cash[south]"][:3] == pytest.approx([53.5 * M, 53.5 * M, -0.5 * 53.5 * M])


def test_without_a_name_each_service_is_judged_by_its_own_outcomes(folder: Path) -> None:
    """Service a earns 20% of 50%; b has no outcomes and keeps its money."""
    back = term("clawback", on=["block"], at_least="11%", share="50%", paid="3 months after year end")
    values = base_case(folder, with_outcomes([term("block"), back], [0.05]))
    assert values[f"{TESTED}.payment[north]"] == pytest.approx([0.5 * 68.7 * M])
    assert values[f"{TESTED}.payment[south]"] == pytest.approx([53.5 * M])
    months = values[f"{TESTED}.cash_by_month[north]"]
    assert months[12 + 24 + 3 - 1] == pytest.approx(-0.5 * 68.7 * M)
    reached = term("clawback", on=["block"], at_least="10%", share="50%")
    assert base_case(folder, with_outcomes([term("block"), reached], [0.05]))[f"{TESTED}.payment"] == pytest.approx(
        [122.2 * M]
    )


def test_it_waits_for_the_last_of_the_scores_that_decide(folder: Path) -> None:
    """`survival` is known after 24 months, the other outcome of the service after 30."""
    found = with_outcomes([term("block"), term("clawback", on=["block"], at_least="11%", share="50%")], [0.05])
    found.data["outcomes"]["other"]["lag"] = "30 months"
    months = base_case(folder, found)[f"{TESTED}.cash_by_month[north]"]
    assert months[12 + 30 - 1] == pytest.approx(-0.5 * 68.7 * M)
    assert months[12 : 12 + 30 - 1] == pytest.approx(np.zeros(29))
