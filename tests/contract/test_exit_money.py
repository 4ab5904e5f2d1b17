"""Exits and the ledger: money is conserved whoever pays, and no posting of an exit can be left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import compile_contract
from finmodel.contract.ledger import Ledger
from finmodel.contract.variations import VARIATION
from tests.contract.exits import EXITS, anniversary, may_go, walk, with_events
from tests.contract.money import evaluate, failures
from tests.contract.scenarios import TESTED, World
from tests.contract.strategies import STARTS, few, worlds


@few(12)
@given(data=st.data())
def test_money_is_conserved(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    world = may_go(data.draw, data.draw(worlds(holds="gain_loss_share")))
    contract = world.compile(tmp_path_factory.mktemp("world"))
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []


@few(12)
@given(data=st.data())
def test_money_is_conserved_whatever_happens(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Events of any kind, with an exit or without."""
    world = data.draw(worlds(holds="gain_loss_share"))
    world = with_events(data.draw, may_go(data.draw, world) if data.draw(st.booleans()) else world)
    contract = world.compile(tmp_path_factory.mktemp("world"))
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []


def varied(**keys: Any) -> World:
    """Work of up to 2% of the target that nobody priced, of which commissioners pay a part."""
    world = uncertain("2016-04-15", EXITS[0])
    event = {"label": "Unpriced work", "kind": "unpriced_variation", "source": "Assumption: for a test.", **keys}
    world.data["events"] = {
        "work": {"probability_a_year": "60%", "years": 2, "size": {"uniform": ["0%", "2%"]}, **event}
    }
    return world


@pytest.mark.parametrize("pays", ["0%", "70%", {"uniform": ["0%", "100%"]}])
def test_money_is_conserved_where_work_was_not_priced(tmp_path: Path, pays: Any) -> None:
    contract = varied(commissioners_pay=pays).compile(tmp_path)
    values = evaluate(contract, TESTED, trials=64)
    assert failures(contract, TESTED, values) == []
    work = values[f"{TESTED}.events.work"]
    assert 0 < (work > 0).mean() < 1


def test_no_posting_of_unpriced_work_can_be_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenario = varied(commissioners_pay="70%").open(tmp_path)
    original, numbers = Ledger.post, list[int]()

    def found(left_out: int | None) -> list[str]:
        calls = 0

        def post(self: Ledger, what: str, *arguments: Any) -> None:
            nonlocal calls
            if what == VARIATION:
                calls += 1
                if calls - 1 == left_out:
                    return
            original(self, what, *arguments)

        monkeypatch.setattr(Ledger, "post", post)
        contract = compile_contract(scenario)
        numbers.append(calls)
        return failures(contract, TESTED, evaluate(contract, TESTED, trials=24))

    assert found(None) == []
    assert numbers[0] > 2
    for number in range(numbers[0]):
        assert found(number) != [], number


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
