"""Bids side by side: ranked by each view on its own, from what a comparison ran."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from finmodel.analysis.bids import VIEWS, Bid, _ranked, _with_next_bids
from finmodel.analysis.estimates import Chance, Estimate
from finmodel.analysis.findings import Finding, Status
from finmodel.cli import app

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"


@pytest.mark.parametrize(
    ("price", "status", "gap", "told"),
    [
        (105.0, "GREEN", 0.05, "is 5.0% dearer"),  # on the threshold
        (105.001, "AMBER", 0.05, "is 5.0% dearer"),
        (105.001, "GREEN", 0.06, "is 5.0% dearer"),
        (97.0, "GREEN", 0.05, "is 3.0% cheaper"),
        (105.001, "GREEN", None, None),  # the file states the next bid: its finding stands
    ],
)
def test_the_lowest_of_the_other_bids_is_the_next_bid(
    price: float, status: str, gap: float | None, told: str | None
) -> None:
    low_bid = Finding("m", "T4", "GREEN", "the price is not below P20", 1.1)
    own = replace(bid("own", 1.0, 0, 0), price=100.0, low_bid=low_bid, next_bid_gap=gap)
    others = [replace(bid(key, 1.0, 0, 0), price=one) for key, one in (("dear", 130.0), ("next", price))]
    found = _with_next_bids([others[0], own, others[1]])[1].low_bid
    assert found is not None
    assert found.status == status
    assert found.reason == low_bid.reason + ("" if told is None else f"; the lowest of the other bids, next's, {told}")


@pytest.mark.parametrize("status", ["RED", "AMBER", "does not apply"])
def test_the_next_bid_makes_no_worse_colour_milder(status: Status) -> None:
    own = replace(bid("own", 1.0, 0, 0), low_bid=Finding("m", "T4", status, "because"), next_bid_gap=0.05)
    found = _with_next_bids([own, replace(own, key="other", price=1.5)])
    assert [one.low_bid.status for one in found if one.low_bid] == [status, status]
    assert _with_next_bids([own]) == [own]  # one bid alone


def bid(key: str, cost: float, seen: int, red: int, **outcomes: float) -> Bid:
    told = {label: Estimate(value, 0.0) for label, value in outcomes.items()}
    return Bid(key, "m", key, "", 1.0, {}, Estimate(cost, 0.0), Chance(seen, 100, None), told, ("T1",) * red, {})


def test_each_view_ranks_by_itself_and_equal_bids_share_a_rank() -> None:
    found = _ranked(
        [
            bid("a", 10.0, 50, 2, lives=3.0, views=1.0),  # first and third: 2 on average
            bid("b", 12.0, 10, 2, lives=1.0, views=2.0),  # third and second: 2.5
            bid("c", 11.0, 50, 0, lives=2.0, views=5.0),  # second and first: 1.5
        ]
    )
    assert [one.key for one in found] == ["c", "a", "b"]  # fewest flags, then the lowest cost
    ranks = {one.key: tuple(one.ranks[view] for view in VIEWS) for one in found}
    assert ranks == {"a": (2, 1, 2, 2), "b": (3, 3, 1, 2), "c": (1, 2, 2, 1)}


def test_compare_ranks_the_bids_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    offers = {
        "dear": {"discount": "-30%", "capital": "£9m", "effects": {"lung_survival": "0.9pp"}},
        "cheap": {"discount": "10%", "capital": "£0"},
    }
    for name, offer in offers.items():
        block = {"bidder": name.capitalize(), "legal_form": "A form", "source": "The offer", **offer}
        data = {"extends": str(BASE), "name": name, "bid": block}
        Path(f"{name}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    arguments = ["compare", str(BASE), "dear.yaml", "cheap.yaml", "--trials", "200"]
    done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    bids = {one["bidder"]: one for one in json.loads(done.stdout)["bids"]}

    assert list(bids) == ["Dear", "Cheap"]  # the contract itself is no bid
    assert bids["Dear"]["price"] > bids["Cheap"]["price"]
    assert (bids["Dear"]["rank_outcomes"], bids["Cheap"]["rank_outcomes"]) == (1, 2)
    assert (bids["Dear"]["rank_risk"], bids["Cheap"]["rank_risk"]) == (1, 2)
    assert bids["Cheap"]["price_over_p20"] > bids["Cheap"]["price_over_p50"] > bids["Cheap"]["price_over_p80"]
    assert "T4" in bids["Cheap"]["red"]
    assert "T4" not in bids["Dear"]["red"]
    assert bids["Dear"]["next_bid_over_price"] == pytest.approx(bids["Cheap"]["price"] / bids["Dear"]["price"])
    assert "the lowest of the other bids, Dear's, is" in bids["Cheap"]["low_bid_reason"]
    assert (bids["Cheap"]["low_bid"], bids["Dear"]["low_bid"]) == ("RED", "GREEN")
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False).stdout
    assert "Bids ranked by outcomes gained, cost, risk and flags" in shown
    assert "Cheap (A form), programme: RED on" in shown
