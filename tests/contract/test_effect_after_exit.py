"""What is achieved once the integrator has gone: nothing, all that was reached, or less year by year. With a pencil."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from finmodel.contract import compile_contract
from tests.contract.flat import base_case, flat, term
from tests.contract.scenarios import TESTED, World, outcome

# 600 people, 1 percentage point a year: 6 more in year 1, 12 in year 2, after which the integrator fails
AFTER = {
    None: [6, 12, 0, 0, 0, 0],
    "ends": [6, 12, 0, 0, 0, 0],
    "stays": [6, 12, 12, 12, 12, 12],
    "fades over 1 year": [6, 12, 0, 0, 0, 0],
    "fades over 3 years": [6, 12, 8, 4, 0, 0],
    "fades over 4 years": [6, 12, 9, 6, 3, 0],
}


def failing(after: str | None, capital: str = "£0") -> World:
    """Paid £3m in year 1 and nothing later for £2m a year: a loss of £1m so far by the end of year 2."""
    found = flat(
        [term("fee", amount=["£3m", *["£0"] * 5], index="general"), term("incentive_pool", rate="10%")], years=6
    )
    found.data["parties"]["integrator"].update(running_cost="£2m", capital=capital)
    if after is not None:
        found.data["parties"]["integrator"]["exit"] = {"effect_after_exit": after}
    flat_score = [["50pp", "0%"], ["60pp", "100%"]]  # it earns nothing
    found.data["outcomes"] = {
        "survival": outcome("a", "100%", trend="0pp", effect="1pp", lag=0, score=flat_score),
    }
    return found


@pytest.mark.parametrize("after", AFTER)
def test_what_is_left_of_the_effect(tmp_path: Path, after: str | None) -> None:
    values = base_case(tmp_path, failing(after))
    assert values[f"{TESTED}.failed_after"][5] == 2
    np.testing.assert_allclose(values[f"{TESTED}.extra_outcomes[survival]"][:6], AFTER[after], atol=1e-9)
    discounted = sum(extra / 1.015**year for year, extra in enumerate(AFTER[after]))
    so_far = values[f"{TESTED}.extra_outcomes_discounted.so_far[survival]"]
    assert so_far[5] == pytest.approx(discounted, rel=1e-12)


def test_an_integrator_that_stays_achieves_all_of_it(tmp_path: Path) -> None:
    values = base_case(tmp_path, failing("ends", capital="£100m"))
    np.testing.assert_allclose(values[f"{TESTED}.extra_outcomes[survival]"][:6], [6, 12, 18, 24, 30, 36], atol=1e-9)


def test_no_outcome_money_hangs_on_it(tmp_path: Path) -> None:
    """No term counts after the exit, so what is left of the effect earns nothing, and moves no figure "if it stays"."""
    found = [failing(after) for after in ("ends", "stays")]
    for world in found:
        world.data["outcomes"]["survival"]["score"] = [["0pp", "0%"], ["10pp", "100%"]]
        world.data["payment_models"][TESTED]["phases"]["later"][1]["rate"] = "0.1%"
    ends, stays = (base_case(tmp_path, world) for world in found)
    assert ends[f"{TESTED}.failed_after"][5] == stays[f"{TESTED}.failed_after"][5] == 2
    earned = ends[f"{TESTED}.outcome_money.with_effect"]
    np.testing.assert_allclose(earned[:6], [6870, 13740, 0, 0, 0, 0], rtol=1e-9)
    for line in ("outcome_money.with_effect", "payment", "margin_if_it_stays", "payment_if_it_stays"):
        np.testing.assert_array_equal(ends[f"{TESTED}.{line}"], stays[f"{TESTED}.{line}"], err_msg=line)


def test_what_is_assumed_is_said_aloud(tmp_path: Path) -> None:
    told = {
        after: [note for note in compile_contract(failing(after).open(tmp_path)).notes if "effect_after_exit" in note]
        for after in (None, "stays", "fades over 3 years")
    }
    assert told == {
        None: ["Once the integrator has gone, its effect on outcomes ends with it (effect_after_exit)."],
        "stays": ["Once the integrator has gone, its effect on outcomes stays as it was (effect_after_exit)."],
        "fades over 3 years": [
            "Once the integrator has gone, its effect on outcomes fades over 3 years (effect_after_exit)."
        ],
    }
    without = failing(None)
    del without.data["parties"]["integrator"]["capital"]
    assert not any("effect_after_exit" in note for note in compile_contract(without.open(tmp_path)).notes)
