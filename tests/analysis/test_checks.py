"""The checks before signature, each exactly on its threshold and on both sides of it, worked out by hand.

The contract is flat: £122.2m of care a year that the integrator passes on to providers, for a fixed payment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.analysis.about import about_contract
from finmodel.analysis.checks import checks_of
from finmodel.analysis.findings import Finding, findings_from_json, findings_to_json, red
from finmodel.analysis.gather import Results
from finmodel.analysis.run import base_of
from finmodel.analysis.summary import summary_of_results
from finmodel.contract import Contract, Evaluator
from tests.contract.flat import M, fixed, flat, rows, term, with_outcomes
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World

CARE = 122.2 * M
RECONCILED = {"opening_baseline": {"reconciled": "yes", "source": "Open books"}}
TIERS = [{"name": "trusts", "share_of_payments": "100%", "rate": "20%", "recovered": "100%"}]


def findings(contract: Contract, trials: int = 4) -> dict[str, Finding]:
    block = Evaluator(contract).block(0)[:, :trials].copy()
    columns = dict(zip((output.column for output in contract.outputs), block, strict=True))
    results = Results(contract.outputs, columns.__getitem__, columns.__getitem__, trials)
    about = about_contract(contract, trials)
    summary = summary_of_results(results, about).with_base_case(base_of(contract, about))
    return {one.test: one for one in checks_of(contract, summary) if one.model == TESTED}


def paying(fee: float, years: int = 4, **integrator: Any) -> World:
    """An integrator that is paid a fee and pays providers what the care costs."""
    world = flat([fixed(fee), SUPPLY_CHAIN], years=years)
    world.data["parties"]["integrator"].update(integrator)
    return world


def found(folder: Path, world: World, test: str, trials: int = 4) -> Finding:
    return findings(world.compile(folder), trials)[test]


@pytest.mark.parametrize(("beyond", "status"), [(-1000, "AMBER"), (0, "AMBER"), (1000, "RED")])
def test_opening_gap_on_its_threshold(tmp_path: Path, beyond: float, status: str) -> None:
    world = paying((CARE - beyond) / 1.02)  # a gap of 2% of the price
    world.data["checks"] = RECONCILED
    one = found(tmp_path, world, "T1")
    assert (one.status, one.threshold) == (status, 0.02)
    assert one.figure == pytest.approx(0.02, abs=2e-5)


@pytest.mark.parametrize(("beyond", "status"), [(-1000, "GREEN"), (0, "GREEN"), (1000, "AMBER")])
def test_half_an_opening_gap_is_amber(tmp_path: Path, beyond: float, status: str) -> None:
    world = paying((CARE - beyond) / 1.01)
    world.data["checks"] = RECONCILED
    assert found(tmp_path, world, "T1").status == status


@pytest.mark.parametrize("checks", [None, {"opening_baseline": {"reconciled": "no", "source": "The board"}}])
def test_an_unreconciled_baseline_is_red_whatever_the_gap(tmp_path: Path, checks: dict[str, Any] | None) -> None:
    world = paying(2 * CARE)
    if checks:
        world.data["checks"] = checks
    one = found(tmp_path, world, "T1")
    assert one.status == "RED"
    assert one.figure == pytest.approx(-0.5)


def test_opening_cost_holds_errors_running_cost_and_vat_but_no_savings(tmp_path: Path) -> None:
    world = paying(CARE, running_cost="£2m", vat_leakage="1%")
    for service in world.data["services"].values():
        service["opening_error"] = {"normal": ["3%", "4%"]}
    world.data["savings"]["claimed"] = "5%"
    world.data["checks"] = RECONCILED
    realised = 1 / 3 if world.data["savings"]["realised"] == {"beta": [2, 4]} else None
    contract = world.compile(tmp_path)
    one = findings(contract)["T1"]
    saved = 0.05 * _mean(world.data["savings"]["realised"]) if realised is None else 0.05 * realised
    cost = CARE * 1.03 + 2 * M + 0.01 * CARE * (1 - saved)
    assert one.figure == pytest.approx(cost / CARE - 1)


def _mean(written: Any) -> float:
    if isinstance(written, dict):
        a, b = written["beta"]
        return float(a / (a + b))
    return float(str(written).rstrip("%")) / 100


@pytest.mark.parametrize(
    ("thresholds", "status"),
    [
        (("25%", "10%"), "AMBER"),  # on the threshold
        (("24.99%", "10%"), "RED"),
        (("30%", "25%"), "GREEN"),
        (("30%", "24.99%"), "AMBER"),
    ],
)
def test_chance_of_a_loss_on_its_threshold(tmp_path: Path, thresholds: tuple[str, str], status: str) -> None:
    """In exactly a quarter of 1,024 stratified trials running costs more than is left."""
    running = {"discrete": {"values": ["£1m", "£3m"], "probabilities": ["75%", "25%"]}}
    world = paying(CARE + 2 * M, running_cost=running)
    world.data["simulation"] = {"sampler": "lhs", "trials": 1024}
    own = {"red": thresholds[0], "amber": thresholds[1], "reason": "a test"}
    world.data["checks"] = {"thresholds": {"loss": own}}
    one = found(tmp_path, world, "T2", trials=1024)
    assert (one.figure, one.status) == (0.25, status)


@pytest.mark.parametrize(("share", "status"), [("50%", "GREEN"), ("51%", "RED")])
def test_a_margin_below_zero_at_p50_is_red_whatever_the_threshold(tmp_path: Path, share: str, status: str) -> None:
    rest = f"{100 - int(share[:-1])}%"
    running = {"discrete": {"values": ["£1m", "£3m"], "probabilities": [rest, share]}}
    world = paying(CARE + 2 * M, running_cost=running)
    world.data["simulation"] = {"sampler": "lhs", "trials": 1024}
    world.data["checks"] = {"thresholds": {"loss": {"red": "90%", "amber": "90%", "reason": "a test"}}}
    assert found(tmp_path, world, "T2", trials=1024).status == status


def test_providers_losses_count_and_losses_so_far(tmp_path: Path) -> None:
    world = paying(CARE + 2 * M)
    for service in world.data["services"].values():
        service["opening_error"] = "2%"  # providers lose more than the integrator keeps
    one = found(tmp_path, world, "T2")
    assert (one.status, one.figure) == ("RED", 1.0)
    assert "the integrator and its providers together" in one.reason


@pytest.mark.parametrize(
    ("needed", "beyond", "status"),
    [(0.5, -1000, "AMBER"), (0.5, 0, "AMBER"), (0.5, 1000, "RED"), (0.25, 0, "GREEN"), (0.25, 1000, "AMBER")],
)
def test_savings_needed_on_the_threshold(tmp_path: Path, needed: float, beyond: float, status: str) -> None:
    """Of each £ saved 30p stay with providers, so together they gain 5% x 70% of the care where all comes about."""
    world = paying(CARE * (1 - 0.05 * 0.7 * needed) - beyond)
    world.data["savings"] = {"claimed": "5%", "realised": "10%", "stranded": "30%"}
    one = found(tmp_path, world, "T3")
    assert one.status == status
    assert one.figure == pytest.approx(needed, abs=1e-3)
    if beyond == 0:
        assert one.figure == pytest.approx(needed, abs=1e-9)


@pytest.mark.parametrize(
    ("claimed", "fee", "status", "figure"),
    [
        ("5%", CARE, "GREEN", 0.0),
        ("0%", CARE - 1000, "RED", None),  # nothing is claimed that could make it good
        ("5%", 0.5 * CARE, "RED", None),  # twice the claim would not do
        ("5%", CARE * (1 - 0.05 * 0.7 * 1.5), "RED", 1.5),
        ({"ramp": {"from": "0%", "to": "10%", "start": 2, "end": 3}}, CARE - 1000, "RED", None),  # too late
    ],
)
def test_savings_that_are_not_needed_or_not_enough(
    tmp_path: Path, claimed: Any, fee: float, status: str, figure: float | None
) -> None:
    world = paying(fee)
    world.data["savings"] = {"claimed": claimed, "realised": {"beta": [2, 4]}, "stranded": "30%"}
    one = found(tmp_path, world, "T3")
    assert one.status == status
    assert one.figure == (None if figure is None else pytest.approx(figure))


@pytest.mark.parametrize(("less", "status"), [(-1000, "GREEN"), (0, "GREEN"), (1000, "RED")])
def test_low_bid_on_the_threshold(tmp_path: Path, less: float, status: str) -> None:
    one = found(tmp_path, paying(CARE - less), "T4")  # what it should cost is certain: every percentile is that
    assert one.status == status
    assert one.figure == pytest.approx((CARE - less) / CARE)


@pytest.mark.parametrize(("dearer", "status"), [("105%", "GREEN"), ("105.1%", "AMBER")])
def test_the_next_bid(tmp_path: Path, dearer: str, status: str) -> None:
    world = paying(CARE)
    world.data["checks"] = {"next_bid": {"price": dearer, "source": "Evaluation"}}
    assert found(tmp_path, world, "T4").status == status


def test_low_bid_against_percentiles(tmp_path: Path) -> None:
    """Cost is £1m to £3m beyond care, evenly: the price lies between P20 and P50."""
    world = paying(CARE + 1.8 * M, years=1, running_cost={"uniform": ["£1m", "£3m"]})
    world.data["contract"]["phases"] = {"later": "1"}
    one = found(tmp_path, world, "T4", trials=4096)
    assert one.status == "AMBER"
    assert one.figure == pytest.approx((CARE + 1.8 * M) / (CARE + 1.4 * M), abs=1e-3)
    assert one.se is not None
    assert 0 < one.se < 1e-3


@pytest.mark.parametrize(
    ("shares", "sourced", "status"),
    [
        (["60%", "40%"], True, "GREEN"),
        (["60%", "39.9%"], True, "RED"),
        (["60%", "60%"], True, "GREEN"),
        (["60%", "40%"], False, "AMBER"),
    ],
)
def test_vat_by_tier(tmp_path: Path, shares: list[str], status: str, *, sourced: bool) -> None:
    world = paying(CARE)
    integrator = world.data["parties"]["integrator"]
    del integrator["vat_leakage"]
    tiers = zip(("trusts", "charities"), shares, strict=True)
    integrator["vat_tiers"] = [{"name": name, "share_of_payments": share, "rate": "20%"} for name, share in tiers]
    if sourced:
        world.data["sources"] = {"parties.integrator.vat_tiers": "Tax adviser"}
    assert found(tmp_path, world, "T5").status == status


def test_one_rate_for_all_is_no_treatment_by_tier(tmp_path: Path) -> None:
    assert found(tmp_path, paying(CARE), "T5").status == "RED"


def test_vat_does_not_apply_where_the_integrator_pays_no_provider(tmp_path: Path) -> None:
    existing = {"name": "existing", "kind": "existing_contracts", "from": "commissioners", "to": "providers"}
    world = flat([existing, fixed(2 * M)], years=2)
    assert found(tmp_path, world, "T5").status == "does not apply"


@pytest.mark.parametrize(
    ("share", "more", "status"),
    [(1.0, -1000, "RED"), (1.0, 0, "AMBER"), (1.0, 1000, "AMBER"), (2.0, -1000, "AMBER"), (2.0, 0, "GREEN")],
)
def test_outcome_money_on_the_threshold(tmp_path: Path, share: float, more: float, status: str) -> None:
    """5% of service a's target can be earned and nothing is: the score asks too much. Margin and capital bear it."""
    at_risk = 0.05 * 68.7 * M
    terms = [fixed(CARE + share * at_risk / 2), SUPPLY_CHAIN, term("incentive_pool", rate="5%")]
    world = with_outcomes(terms, [0.0])
    for one in world.data["outcomes"].values():
        one["score"] = [["50pp", "0%"], ["60pp", "100%"]]
    world.data["parties"]["integrator"]["capital"] = f"£{share * at_risk / 2 + more:.2f}"
    told = found(tmp_path, world, "T6")
    assert told.status == status
    assert told.figure == pytest.approx(at_risk / (share * at_risk + more))


@pytest.mark.parametrize(("more", "status"), [(-1000, "RED"), (0, "GREEN"), (1000, "GREEN")])
@pytest.mark.parametrize("breaks", [["2018-04-01"], []])
def test_guarantee_on_the_threshold(tmp_path: Path, breaks: list[str], more: float, status: str) -> None:
    """£3m are lost a year: £6m until the break after year 2, £12m until the end of year 4."""
    loss = 6 * M if breaks else 12 * M
    world = paying(CARE - 3 * M, capital="£0", guarantee={"amount": f"£{loss + more:.0f}"})
    world.data["contract"].update(start="2016-04-01", breaks=breaks)
    one = found(tmp_path, world, "T7")
    assert one.status == status
    assert one.figure == pytest.approx((loss + more) / loss)


def test_a_loss_that_an_exit_would_hide_still_counts(tmp_path: Path) -> None:
    """It fails at the end of year 1, without a penny behind it; up to the break it would have lost £6m."""
    world = paying(CARE - 3 * M, capital="£0")
    world.data["contract"].update(start="2016-04-01", breaks=["2018-04-01"])
    all_found = findings(world.compile(tmp_path))
    assert (all_found["T7"].status, all_found["T7"].figure) == ("RED", 0.0)
    assert "£6.0m" in all_found["T7"].reason
    assert all_found["T2"].figure == 1.0


def test_exit_value_is_always_told(tmp_path: Path) -> None:
    unknown = found(tmp_path, paying(CARE), "T8")
    assert unknown.status == "AMBER"
    assert "capital and the contract's breaks" in unknown.reason
    world = paying(CARE - 3 * M, capital="£20m")
    world.data["contract"].update(start="2016-04-01", breaks=["2018-04-01"])
    told = found(tmp_path, world, "T8")  # the existing contracts cost £3m more in each of the two years left
    assert (told.status, told.figure) == ("shown", pytest.approx(6 * M))


@pytest.mark.parametrize(("size", "status"), [("0%", "GREEN"), ("1%", "AMBER"), ("1.001%", "RED")])
@pytest.mark.parametrize("capital", [None, "£0"])
def test_unpriced_variations_on_the_threshold(tmp_path: Path, size: str, status: str, capital: str | None) -> None:
    """Nobody but the integrator pays for them, so the price stays what it was: that of the target."""
    world = paying(CARE, **({} if capital is None else {"capital": capital}))
    variation = {"label": "Work", "kind": "unpriced_variation", "probability": "100%", "size": size}
    world.data["events"] = {"work": {**variation, "commissioners_pay": "0%", "source": "Assumption: a test."}}
    one = found(tmp_path, world, "T9")
    assert one.status == status
    assert one.figure == pytest.approx(float(size[:-1]) / 100)


def test_a_sound_contract_is_red_on_nothing(tmp_path: Path) -> None:
    """Reconciled, guaranteed, VAT neutral, with a margin: the control."""
    world = control()
    all_found = findings(world.compile(tmp_path), trials=2000)
    assert red(tuple(all_found.values())) == ()
    assert {one.status for one in all_found.values()} <= {"GREEN", "shown", "does not apply"}


def control() -> World:
    uncertain = rows(68.7 * M, 53.5 * M, "cost")
    world = flat([fixed(1.03 * CARE), SUPPLY_CHAIN], uncertain, years=4)
    for service in world.data["services"].values():
        service["opening_error"] = {"normal": ["0%", "1%"]}
    integrator = world.data["parties"]["integrator"]
    del integrator["vat_leakage"]
    integrator.update(vat_tiers=TIERS, capital="£2m", guarantee={"share": "10%"}, running_cost="£1m")
    world.data["contract"].update(start="2016-04-01", breaks=["2018-04-01"])
    world.data["sources"] = {"parties.integrator.vat_tiers": "Tax adviser"}
    world.data["checks"] = RECONCILED
    return world


def test_each_defect_of_the_sound_contract_shows(tmp_path: Path) -> None:
    """What is taken away from the control turns its own check RED."""
    defects: dict[str, Any] = {
        "T1": lambda data: data.pop("checks"),
        "T5": lambda data: data["parties"]["integrator"]["vat_tiers"][0].update(share_of_payments="50%"),
    }
    for test, spoil in defects.items():
        world = control()
        spoil(world.data)
        assert [one.test for one in red(tuple(findings(world.compile(tmp_path), trials=500).values()))] == [test]


def test_findings_are_written_and_read_back_without_loss(tmp_path: Path) -> None:
    whole = tuple(findings(control().compile(tmp_path)).values())
    assert findings_from_json(findings_to_json(whole)) == whole
    assert np.isfinite([one.figure for one in whole if one.figure is not None]).all()
