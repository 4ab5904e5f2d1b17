"""Exits and the ledger: money is conserved whoever pays, and no posting of an exit can be left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import compile_contract
from finmodel.contract.ledger import Ledger
from tests.contract.exits import EXITS, anniversary, may_go, walk
from tests.contract.money import evaluate, failures
from tests.contract.scenarios import TESTED, World
from tests.contract.strategies import STARTS, few, worlds


@few(12)
@given(data=st.data())
def test_money_is_conserved(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    world = may_go(data.draw, data.draw(worlds(holds="gain_loss_share")))
    contract = world.compile(tmp_path_factory.mktemp("world"))
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("terms", EXITS, ids=["providers", "commissioners", "bank"])
def test_money_is_conserved_whatever_the_start_and_the_payee(tmp_path: Path, terms: dict[str, Any], start: str) -> None:
    contract = uncertain(start, terms).compile(tmp_path)
    values = evaluate(contract, TESTED, trials=64)
    assert failures(contract, TESTED, values) == []
    for flag in ("fails", "leaves"):
        assert 0 < values[f"{TESTED}.{flag}"].mean() < 1, flag


@pytest.mark.parametrize("terms", EXITS, ids=["providers", "commissioners", "bank"])
def test_no_posting_of_an_exit_can_be_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, terms: dict[str, Any]
) -> None:
    scenario = uncertain("2016-04-01", terms).open(tmp_path)
    original, calls, skipped = Ledger.post, 0, -1

    def post(self: Ledger, *arguments: Any) -> None:
        nonlocal calls
        if calls != skipped:
            original(self, *arguments)
        calls += 1

    def found() -> list[str]:
        nonlocal calls
        calls = 0
        contract = compile_contract(scenario)
        return failures(contract, TESTED, evaluate(contract, TESTED, trials=24))

    monkeypatch.setattr(Ledger, "post", post)
    assert found() == []
    number = calls
    assert number > 20
    for skipped in range(number):
        assert found(), f"nobody misses posting {skipped}"


def uncertain(start: str, terms: dict[str, Any]) -> World:
    """An integrator that fails in some trials and leaves in others."""
    world = walk(**terms)
    world.data["contract"].update(start=start, breaks=[anniversary(start, 2), anniversary(start, 4)])
    world.data["parties"]["integrator"].update(vat_leakage="1%", running_cost="£1m")
    return world
