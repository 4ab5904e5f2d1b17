"""Bids over one contract, side by side: price against should-cost; outcomes, cost, risk and flags, ranked by each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from finmodel.analysis.checks_text import against
from finmodel.analysis.comparison import Option
from finmodel.analysis.estimates import Chance, Estimate
from finmodel.analysis.findings import Finding, red
from finmodel.analysis.signature_figures import INTEGRATOR, LOSES_SO_FAR, MARGIN, TOGETHER
from finmodel.analysis.thresholds import beyond

VIEWS = ("outcomes", "cost", "risk", "flags")
"""What bids are ranked by: each on its own, for nobody but the board can weigh one against another."""
SHOULD_COST = (20, 50, 80)


@dataclass(frozen=True)
class Bid:
    """A bid under one payment model. `price` is the payment of all years in the base case, nominal £.

    `should_cost`: price over P20, P50 and P80 of what the contract costs to deliver. `cost` is commissioners' nominal
    cash, `loses` how often the integrator has lost by the end, if it stays. `outcomes`: how many more achieve each, by
    label. `red` are the checks that are RED. `low_bid` is T4 with the lowest of the other bids as the next one, where
    the bid's file states none; `next_bid` is that bid's price over this one's. `ranks` by view, 1 the best; equal bids
    share a rank.
    """

    key: str
    model: str
    bidder: str
    legal_form: str
    price: float
    should_cost: Mapping[int, Estimate]
    cost: Estimate
    loses: Chance | None
    outcomes: Mapping[str, Estimate]
    red: tuple[str, ...]
    ranks: Mapping[str, int]
    low_bid: Finding | None = None
    next_bid_gap: float | None = None
    next_bid: float | None = None


def bids_of(options: Sequence[Option]) -> tuple[Bid, ...]:
    """The bids, ranked within each payment model: fewest flags first, then the lowest cost."""
    by_model: dict[str, list[Bid]] = {}
    for option in options:
        if option.integrator and option.summary.about.bidder:
            by_model.setdefault(option.model, []).append(_bid(option))
    return tuple(bid for bids in by_model.values() for bid in _ranked(_with_next_bids(bids)))


def bids_to_json(bids: Sequence[Bid]) -> list[dict[str, Any]]:
    """Plain data."""
    return [
        {
            **{key: getattr(bid, key) for key in ("key", "model", "bidder", "legal_form", "price")},
            **{f"price_over_p{at}": one.value for at, one in bid.should_cost.items()},
            "cost": bid.cost.value,
            "cost_se": bid.cost.se,
            "integrator_loses": None if bid.loses is None else bid.loses.value,
            "outcomes": {label: asdict(one) for label, one in bid.outcomes.items()},
            "red": list(bid.red),
            "next_bid_over_price": bid.next_bid,
            "low_bid": bid.low_bid.status if bid.low_bid else None,
            "low_bid_reason": bid.low_bid.reason if bid.low_bid else None,
            **{f"rank_{view}": rank for view, rank in bid.ranks.items()},
        }
        for bid in bids
    ]


def _bid(option: Option) -> Bid:
    summary, name = option.summary, option.model
    margin, cost = summary.figure(name, MARGIN, TOGETHER), summary.figure(name, "should_cost")
    cash = option.spread("cash")
    assert margin is not None
    assert cost is not None
    assert cash is not None
    price = (margin.base or 0.0) + (cost.base or 0.0)
    over = {at: _over(price, cost.spread.at(at)) for at in SHOULD_COST}
    last = max(summary.periods(name, MARGIN))
    outcomes = {
        summary.about.label(member): spread.mean
        for member in summary.members(name, "extra_outcomes")
        if (spread := summary.spread(name, "extra_outcomes", member)) is not None
    }
    return Bid(
        option.key,
        name,
        summary.about.bidder,
        summary.about.legal_form,
        price,
        over,
        cash.mean,
        summary.chance(name, LOSES_SO_FAR, INTEGRATOR, last),
        outcomes,
        tuple(one.test for one in red(summary.checks, name)),
        {},
        next((one for one in summary.checks if (one.model, one.test) == (name, "T4")), None),
        summary.about.next_bid_gap,
    )


def _with_next_bids(bids: Sequence[Bid]) -> list[Bid]:
    """Each with what T4 says once the prices of the others are known: the lowest of them is the next bid."""
    return [_with_next_bid(bid, [other for other in bids if other is not bid]) for bid in bids]


def _with_next_bid(bid: Bid, others: Sequence[Bid]) -> Bid:
    if bid.low_bid is None or bid.next_bid_gap is None or not others or bid.price <= 0:
        return bid
    lowest = min(others, key=lambda other: other.price)
    ratio = lowest.price / bid.price
    gap = bid.low_bid.status == "GREEN" and beyond(ratio - 1, bid.next_bid_gap)
    told = f"{bid.low_bid.reason}; the lowest of the other bids, {lowest.bidder}'s, is {against(ratio)}"
    low_bid = replace(bid.low_bid, status="AMBER" if gap else bid.low_bid.status, reason=told)
    return replace(bid, low_bid=low_bid, next_bid=ratio)


def _over(price: float, cost: Estimate) -> Estimate:
    """Price over a percentile of cost."""
    if cost.value <= 0:
        return Estimate(0.0, None)
    return Estimate(price / cost.value, None if cost.se is None else price * cost.se / cost.value**2)


def _ranked(bids: Sequence[Bid]) -> list[Bid]:
    """Ranks by view. Outcomes differ in kind, so bids are ranked on each and then by the mean of those ranks."""
    labels = dict.fromkeys(label for bid in bids for label in bid.outcomes)
    each = [_ranks(bids, partial(_fewer, label)) for label in labels]
    mean = {bid.key: sum(ranks[bid.key] for ranks in each) / max(1, len(each)) for bid in bids}
    views: dict[str, Callable[[Bid], float]] = {
        "outcomes": lambda bid: mean[bid.key],
        "cost": lambda bid: bid.cost.value,
        "risk": lambda bid: bid.loses.value if bid.loses else 0.0,
        "flags": lambda bid: len(bid.red),
    }
    ranks = {view: _ranks(bids, views[view]) for view in VIEWS}
    found = [replace(bid, ranks={view: ranks[view][bid.key] for view in VIEWS}) for bid in bids]
    return sorted(found, key=lambda bid: (bid.ranks["flags"], bid.cost.value))


def _fewer(label: str, bid: Bid) -> float:
    return -bid.outcomes[label].value if label in bid.outcomes else 0.0


def _ranks(bids: Sequence[Bid], of: Callable[[Bid], float]) -> dict[str, int]:
    """One more than the number of bids that are better."""
    values = {bid.key: of(bid) for bid in bids}
    return {key: 1 + sum(other < value for other in values.values()) for key, value in values.items()}
