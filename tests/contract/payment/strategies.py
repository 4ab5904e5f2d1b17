"""Hypothesis draws the keys of one kind of term; `tests.contract.strategies` puts terms into whole scenarios."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.contract.scenarios import Term, percent


def percents(low: float, high: float) -> st.SearchStrategy[str]:
    """Whole basis points, written as a percentage."""
    return st.integers(round(low * 10_000), round(high * 10_000)).map(lambda points: percent(points / 10_000))


def by_year_or_one(amounts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """The same in every year, or one entry for each of three years."""
    return st.one_of(amounts, st.lists(amounts, min_size=3, max_size=3))


@st.composite
def rate_cards(draw: st.DrawFn) -> Term:
    """Prices for one or both of the outcomes that are rates and have a source."""
    names = draw(st.lists(st.sampled_from(["survival", "few"]), min_size=1, max_size=2, unique=True))
    pounds = st.integers(0, 50_000).map(lambda amount: f"£{amount}")
    cards = {}
    for name in names:
        limit = {"most_per_person": f"£{draw(st.integers(0, 500))}"} if draw(st.booleans()) else {}
        start = {"from": draw(st.sampled_from(["0pp", "0.5pp", "2pp"]))} if draw(st.booleans()) else {}
        cards[name] = {"price": draw(by_year_or_one(pounds)), **start, **limit}
    most = {"most": draw(by_year_or_one(st.integers(0, 300).map(lambda k: f"£{k}000")))} if draw(st.booleans()) else {}
    index = {"index": "prices"} if draw(st.booleans()) else {}
    return {"outcomes": cards, **most, **index, "symmetric": draw(st.booleans())}


PEOPLE_SCALE = [["50000 people", "4%"], ["101500 people", "2%"], ["150000 people", "1%"]]


@st.composite
def shared_savings(draw: st.DrawFn, names: list[str], *, chain: bool) -> dict[str, Any]:
    """Keys of shared savings over these earlier terms; the integrator's cost needs its supply chain."""
    some = st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)
    found: dict[str, Any] = {"share": draw(percents(0, 1))} | draw(st.sampled_from([{}, {"benchmark": "104%"}]))
    if draw(st.booleans()):
        found["on"] = draw(some)
    if not chain or draw(st.booleans()):
        found["cost"] = draw(some)
    found.update(draw(st.sampled_from([{}, {"minimum_savings": "2%"}, {"minimum_by_people": PEOPLE_SCALE}])))
    found.update(draw(st.sampled_from([{}, {"cap": "5%"}])) | draw(st.sampled_from([{}, {"sequestration": "2%"}])))
    between = {"loss_share_between": {"least": "40%", "most": "75%"}, "loss_limit": "10%"}
    found.update(draw(st.sampled_from([{}, {"loss_share": "30%", "minimum_losses": "1%"}, between])))
    found.update(draw(st.sampled_from([{}, {"scaled_by_outcomes": True}, {"outcomes_at_least": "20%"}])))
    gate = draw(st.sampled_from(["10%", "40%"]))
    found.update(
        draw(st.sampled_from([{}, {"release": [{"share": "30%"}, {"share": "70%", "outcomes_at_least": gate}]}]))
    )
    return found


@st.composite
def banks(draw: st.DrawFn) -> Term:
    """A bank that is often full or empty."""
    found = {"share": draw(by_year_or_one(percents(0, 1))), "limit": draw(by_year_or_one(percents(0, 0.2)))}
    if draw(st.booleans()):
        found["paid_out"] = draw(by_year_or_one(percents(0, 1)))
    if draw(st.booleans()):
        found["overdraft"] = draw(by_year_or_one(percents(0, 0.2)))
    return found


@st.composite
def service_credits(draw: st.DrawFn) -> Term:
    """One to three indicators, certain or drawn each year, some of them exactly at their target."""
    kpis = {}
    for name in ("first", "second", "third")[: draw(st.integers(1, 3))]:
        drawn = {"pert": ["80%", "94%", "100%"], "vary": "yearly"}
        performance = draw(st.one_of(st.just(drawn), by_year_or_one(st.sampled_from(["94.9%", "95%", "99%"]))))
        kpis[name] = {"performance": performance, "target": "95%", "points": draw(st.integers(1, 30))}
    allowance = {"allowance": draw(st.integers(1, 30))} if draw(st.booleans()) else {}
    return {"kpis": kpis, "rate": draw(by_year_or_one(percents(0, 0.02))), **allowance, "most": draw(percents(0, 0.2))}
