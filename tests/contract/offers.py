"""Hypothesis draws an offer over a contract: a small file that extends it, with any of the keys of a bid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.contract.scenarios import TESTED, TO_INTEGRATOR, World
from tests.contract.strategies import by_year_or_one, percents, vat_tiers

BIDDER = {"bidder": "Bidder A", "legal_form": "A partnership", "source": "Assumption: for a test."}


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """A price or a discount, up or down, and what else a bidder may say."""
    price = draw(st.one_of(percents(-0.1, 0.1).map(lambda x: {"discount": x}), st.just({"price": "£350m"})))
    keys: dict[str, st.SearchStrategy[Any]] = {
        "savings_claimed": by_year_or_one(percents(0, 0.3)),
        "effects": st.sampled_from([{"survival": "0.9pp"}, {"survival": {"uniform": ["0pp", "1pp"]}, "few": "1pp"}]),
        "capital": st.sampled_from(["£0", "£2m", {"uniform": ["£0", "£5m"]}]),
        "guarantee": st.sampled_from([{"share": "4%"}, {"amount": "£3m", "by": "bank"}]),
        "vat_tiers": vat_tiers(),
    }
    found = {**BIDDER, **price, **{key: draw(values) for key, values in keys.items() if draw(st.booleans())}}
    return found if "capital" in found or "guarantee" not in found else {**found, "capital": "£1m"}


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, Any]:
    """What a scenario says for the checks before signature, and thresholds of its own."""
    own = {"reason": "A test"}
    thresholds = {
        "opening_gap": {"red": "30%", "amber": "5%", **own},
        "low_bid": {"next_bid": "3%", **own},
        "guarantee": {"percentile": "50%", "amber_percentile": "80%", **own},
        "savings": {"years": draw(st.integers(1, 3)), **own},
    }
    return {
        "opening_baseline": {"reconciled": draw(st.sampled_from(["yes", "no"])), "source": "A test"},
        "next_bid": {"price": draw(st.sampled_from(["102%", "104%", "106%"])), "source": "A test"},
        "thresholds": {test: keys for test, keys in thresholds.items() if draw(st.booleans())},
    }


def bid_over(folder: Path, world: World, offer: dict[str, Any]) -> Path:
    """The file of an offer over a world, which pays at least one sum by the target."""
    priced = {"name": "by_price", "kind": "block", **TO_INTEGRATOR, "share": "3%"}
    world.data["payment_models"][TESTED]["phases"]["later"].insert(0, priced)
    base = world.write(folder)
    path = folder / "bid.yaml"
    data = {"extends": base.name, "name": "a_bid", "bid": offer}
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path
