"""Hypothesis draws the keys of terms that hold an amount within limits."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.contract.payment.strategies import by_year_or_one, percents
from tests.contract.scenarios import SUPPLY_CHAIN, TO_INTEGRATOR, TO_PROVIDERS, VOLUME, Term

LIMITED = ("collar", "profit_cap", "stop_loss", "clawback")


def limited(draw: st.DrawFn, kind: str, earlier: list[Term], *, anything: bool) -> Term:
    """The keys of one of these kinds; a stop-loss says too between whom it is paid. `earlier`: the terms above it."""
    every = (*VOLUME, "gain_loss_share", "profit_cap")  # these pay something for each service, as a collar's must
    found = [term for term in earlier if (anything or term["kind"] in VOLUME) and "services" not in term]
    whole = [term["name"] for term in found if kind != "collar" or term["kind"] in every]
    some = st.lists(st.sampled_from(whole), min_size=1, max_size=2, unique=True)
    of = draw(st.sampled_from([{}, {"of": draw(some)}]))
    money = st.integers(1, 200).map(lambda millions: f"£{millions}m")
    share = {"share": draw(percents(0, 1))}
    if kind == "collar":
        sides = draw(st.sampled_from([["floor"], ["ceiling"], ["floor", "ceiling"]]))
        sides_of: Term = {}
        for side, low, high in (("floor", 0.1, 1.0), ("ceiling", 1.0, 1.5)):
            if side in sides:
                sides_of |= draw(st.sampled_from([{f"{side}_share": draw(percents(low, high))}, {}]))
        if not sides_of:
            return {"on": draw(some), sides[0]: draw(by_year_or_one(money))}
        return {"on": draw(some), **sides_of, **of, **share}
    if kind == "profit_cap":
        return {"on": draw(some), "cap": draw(by_year_or_one(percents(0, 0.2))), "returned": draw(percents(0, 1))}
    if kind == "clawback":
        named = draw(st.sampled_from([{}, {"outcome": draw(st.sampled_from(["survival", "few"]))}]))
        return {"on": draw(some), "at_least": draw(percents(0, 1.2)), **named, **share}
    limit = draw(st.sampled_from([{}, {"limit": draw(money)}, {"limit_share": draw(percents(0, 0.5))}]))
    attachment = {"attachment_share": draw(by_year_or_one(percents(0.1, 1.1)))}
    if earlier[0] != SUPPLY_CHAIN or draw(st.booleans()):
        return {**TO_PROVIDERS, "per": "contract", **attachment, **limit, **share}
    if draw(st.booleans()):
        return {**TO_INTEGRATOR, **attachment, **limit, **of, **share}
    return {**TO_INTEGRATOR, "attachment": draw(money), **limit, **share}
