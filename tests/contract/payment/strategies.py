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
