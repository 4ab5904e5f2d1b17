"""Hypothesis draws indexation clauses: any mixture of lag, limits, efficiency, true-up and price base."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.contract.scenarios import percent
from tests.contract.strategies import by_year_or_one, percents

Clause = dict[str, Any]


@st.composite
def limits(draw: st.DrawFn) -> Clause:
    """A collar, a cap, both or neither; by year in one of them, so that they may touch."""
    low, wide = draw(st.integers(-300, 300)), draw(st.integers(0, 400))
    steps = draw(st.lists(st.integers(0, wide), min_size=3, max_size=3))
    cap = percent((low + wide) / 10_000)
    collar: Any = [percent((low + step) / 10_000) for step in steps] if draw(st.booleans()) else percent(low / 10_000)
    return draw(st.sampled_from([{}, {"cap": cap}, {"collar": collar}, {"collar": collar, "cap": cap}]))


@st.composite
def clauses(draw: st.DrawFn, *, base: str | None = None) -> Clause:
    """What stands beside `change` or `follows`."""
    found: Clause = draw(limits())
    lag = draw(st.integers(0, 3))
    if lag:
        rates = percents(-0.02, 0.06)
        found["lag"] = f"{lag} year{'s' * (lag > 1)}"
        found["opening_change"] = draw(st.one_of(rates, st.lists(rates, min_size=lag, max_size=lag)))
    if draw(st.booleans()):
        found["efficiency"] = draw(by_year_or_one(percents(0, 0.03)))
    if draw(st.booleans()):
        expected = st.one_of(percents(-0.01, 0.05), st.just({"normal": ["2%", "1%"], "vary": "yearly"}))
        found["expected"] = draw(expected)
        found["true_up"] = draw(by_year_or_one(percents(0, 1)))
    if base is not None:
        rates = st.one_of(percents(-0.02, 0.1), st.just({"normal": ["4%", "1%"]}))
        found |= {"base": base, "since_base": draw(rates)}
    return found


@st.composite
def indices(draw: st.DrawFn) -> dict[str, Clause]:
    """The indices of a world: `prices` and `costs` under clauses, `costs` its own change or that of another."""
    base = draw(st.sampled_from([None, None, "2014/15", "1999/00"]))
    drawn = {"normal": ["2%", "1.5%"], "vary": "yearly", "persistence": 0.5}
    sources: list[Clause] = [{"change": drawn}, {"change": draw(percents(-0.02, 0.06))}, {"follows": "pay"}]
    return {
        "prices": {**draw(st.sampled_from(sources)), **draw(clauses(base=base))},
        "costs": {**draw(st.sampled_from([*sources, {"follows": "prices"}])), **draw(clauses(base=base))},
        "general": {"change": "1.5%"},
        "pay": {"follows": "survey", **draw(clauses())},
        "survey": {"change": {"normal": ["2.5%", "1%"], "vary": "yearly"}, **draw(limits())},
    }
