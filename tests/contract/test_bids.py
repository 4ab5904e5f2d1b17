"""A bid's numbers become the contract's terms: as if each were written in its place; the price moves the target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from finmodel.contract import Contract, central, compile_contract, open_scenario, trial
from finmodel.errors import InputError
from finmodel.scenario.numbers import numbers_of
from tests.contract.flat import M, flat, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"
BIDDER = {"bidder": "Bidder A", "legal_form": "A trust", "source": "The offer"}
TIERS = [{"name": "trusts", "share_of_payments": "100%", "rate": "20%", "recovered": "90%"}]
GUARANTEE = {"share": "10%"}
EFFECT = {"triangular": ["0pp", "0.4pp", "0.9pp"]}


def over_base(folder: Path, name: str, **data: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"extends": str(BASE), "name": "over", **data}), encoding="utf-8")
    return path


def offer(**more: Any) -> dict[str, Any]:
    return {
        **BIDDER,
        "discount": "0%",
        "savings_claimed": "4%",
        "effects": {"lung_survival": EFFECT},
        "capital": "£0.5m",
        "guarantee": GUARANTEE,
        "vat_tiers": TIERS,
        **more,
    }


def test_an_offer_is_the_same_as_each_number_in_its_place(tmp_path: Path) -> None:
    bid = over_base(tmp_path, "bid", bid=offer())
    by_hand = over_base(
        tmp_path,
        "by_hand",
        savings={"claimed": {"replace": True, "ramp": {"from": "4%", "to": "4%", "start": 1, "end": 2}}},
        outcomes={"lung_survival": {"effect": {"replace": True, **EFFECT}}},
        parties={
            "integrator": {
                "capital": "£0.5m",
                "guarantee": GUARANTEE,
                "vat_leakage": {"remove": True},
                "vat_tiers": TIERS,
            }
        },
    )
    one, other = compile_contract(open_scenario(bid)), compile_contract(open_scenario(by_hand))
    assert [output.column for output in one.outputs] == [output.column for output in other.outputs]
    assert central(one).tolist() == pytest.approx(central(other).tolist(), rel=1e-12)
    assert one.scenario.uncertain().keys() == other.scenario.uncertain().keys()


def test_the_offer_is_the_source_of_its_numbers_and_they_stand_where_it_is_written(tmp_path: Path) -> None:
    sources = {"bid.capital": "The bidder's letter"}
    scenario = open_scenario(over_base(tmp_path, "bid", bid=offer(), sources=sources))
    found = {one.path: one for one in numbers_of(scenario)}
    assert found["savings.claimed"].source == "The offer"
    assert found["parties.integrator.capital"].source == "The bidder's letter"
    assert found["outcomes.lung_survival.effect"].source == "The offer"
    assert found["parties.integrator.vat_tiers.trusts.recovered"].source == "The offer"
    assert found["bid.discount"].source == "The offer"
    assert found["savings.claimed"].span.file.endswith("bid.yaml")
    assert "parties.integrator.vat_leakage" not in found


def test_a_bid_is_read_again_as_it_is_shown(tmp_path: Path) -> None:
    scenario = open_scenario(over_base(tmp_path, "bid", bid=offer()))
    (tmp_path / "register.csv").write_bytes((BASE.parent / "register.csv").read_bytes())
    shown = {key: part for key, part in scenario.data.items() if key != "extends"}
    (tmp_path / "shown.yaml").write_text(yaml.safe_dump(shown, sort_keys=False), encoding="utf-8")
    again = open_scenario(tmp_path / "shown.yaml")
    assert central(compile_contract(again)).tolist() == central(compile_contract(scenario)).tolist()


def test_an_override_of_the_offer_counts_and_one_beside_it_is_refused(tmp_path: Path) -> None:
    path = over_base(tmp_path, "bid", bid=offer())
    assert open_scenario(path, ("bid.capital=£3m",)).parties.integrator.capital.amount == 3 * M  # type: ignore[union-attr]
    with pytest.raises(InputError, match="is stated as well"):
        open_scenario(path, ("parties.integrator.capital=£3m",))


def priced(**bid: str) -> World:
    """The integrator is paid the target of £122.2m and passes on what the contracts are worth."""
    world = flat([SUPPLY_CHAIN, term("block")], years=2)
    if bid:
        world.data["bid"] = {**BIDDER, **bid}
    return world


def payment(contract: Contract) -> list[float]:
    return [float(one) for one in trial(contract, TESTED, None).values[f"{TESTED}.payment"]]


@pytest.mark.parametrize(
    ("bid", "factor"),
    [
        ({"discount": "0%"}, 1.0),
        ({"discount": "3.5%"}, 0.965),
        ({"discount": "-2%"}, 1.02),
        ({"price": "£219.96m"}, 0.9),
    ],
)
def test_the_price_moves_what_goes_by_the_target_and_no_limit(
    tmp_path: Path, bid: dict[str, str], factor: float
) -> None:
    """Both years' pools are £244.4m, so a price of £219.96m is nine tenths."""
    contract = priced(**bid).compile(tmp_path)
    assert payment(contract) == pytest.approx([122.2 * M * factor] * 2, abs=0.01)
    figures = dict(zip((one.column for one in contract.outputs), central(contract), strict=True))
    whole = priced().compile(tmp_path)
    without = dict(zip((one.column for one in whole.outputs), central(whole), strict=True))
    limits = [column for column in figures if column.startswith(("contract/envelope", "contract/allocation"))]
    assert len(limits) > 2
    assert {column: figures[column] for column in limits} == {column: without[column] for column in limits}


def test_a_price_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    world = flat([SUPPLY_CHAIN, term("fee", amount="£120m", index="general")], years=2)
    world.data["bid"] = {**BIDDER, "discount": "3%"}
    with pytest.raises(InputError, match="the price of the bid changes nothing"):
        world.compile(tmp_path)


def test_payment_models_that_the_price_does_not_move_are_told(tmp_path: Path) -> None:
    world = priced(discount="3%")
    other = {**world.data["payment_models"][TESTED], "label": "A fixed sum"}
    fixed = term("fee", amount="£120m", index="general")
    other["phases"] = {phase: [SUPPLY_CHAIN, fixed] for phase in other["phases"]}
    world.data["payment_models"]["fixed"] = other
    notes = world.compile(tmp_path).notes
    assert any("moves only what goes by the target, so nothing of: A fixed sum" in note for note in notes)
