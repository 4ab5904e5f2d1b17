"""The sentences of a comparison of several scenarios, against the figures that they are made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from finmodel.analysis import CompareRequest, Comparison, compare
from finmodel.report.page.compare_headlines import compare_headlines
from finmodel.report.page.compare_page import title_of

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"
MODELS = ("existing_contracts", "programme")


def compared(folder: Path, *files: str) -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return compare(CompareRequest(tuple(str(SCENARIOS / f"{file}.yaml") for file in files), MODELS, trials=200))


def answers(found: Comparison) -> dict[str, str]:
    return {one.question: one.told for one in compare_headlines(found)}


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("views"), "staffordshire", "stress/break-at-year-5")


def test_the_cheapest_under_every_view_is_named(views: Comparison) -> None:
    told = answers(views)["Which is cheapest, and does the view of the future change that?"]
    means = {one.key: one.spread("cash").mean.value for one in views.options}
    worst = max(means[f"{name}:existing_contracts"] - means[f"{name}:programme"] for name in views.scenarios)

    assert worst > 0
    assert told.startswith("Programme is the cheapest under every view")
    assert f"£{worst / 1e6:.1f}m more than the cheapest" in told


def test_least_and_most_are_told_with_where_they_are(views: Comparison) -> None:
    told = answers(views)
    surpluses = sorted(one.spread("integrator_surplus").mean.value for one in views.options if one.integrator)
    least, most = (f"a loss of £{-amount / 1e6:.1f}m" for amount in surpluses)
    first, second = "cancer and end of life care: Programme", "a break at the end of year 5: Programme"

    assert told["Who bears the risk?"] == f"On average the integrator has {least} ({first}) to {most} ({second})."
    assert told["Does the integrator survive?"].endswith("1 of 2 scenarios state no capital, so nobody can tell there.")


def test_red_checks_are_told_with_where_they_are(views: Comparison) -> None:
    assert answers(views)["Is it safe to sign?"].startswith("Of the nine checks before signature ")
    assert answers(views)["Is it safe to sign?"].endswith((" are RED.", " are RED throughout."))


def test_the_title_says_what_is_compared(views: Comparison) -> None:
    assert title_of(views) == "Staffordshire: cancer and end of life care and a break at the end of year 5"


def test_each_bid_is_named_for_what_it_is_best_at(tmp_path: Path) -> None:
    found = compared(tmp_path, "bids/bidder-a", "bids/bidder-c")
    told = answers(found)["Which bid is best?"]
    cheapest = min(found.bids, key=lambda bid: bid.cost.value)

    assert title_of(found) == "Bids of Bidder A and Bidder C"
    assert told.startswith(f"Programme: cheapest: {cheapest.bidder} (£{cheapest.cost.value / 1e6:,.0f}m)")
    assert "Which is cheapest, and does the view of the future change that?" not in answers(found)
