"""Integrators that may fail or leave: what a scenario says of their security, fixed or drawn at random."""

from __future__ import annotations

from calendar import monthrange
from typing import Any

from hypothesis import strategies as st

from tests.contract.flat import flat
from tests.contract.scenarios import SUPPLY_CHAIN, TO_INTEGRATOR, World

EXITS: tuple[dict[str, Any], ...] = (
    {
        "capital": "£1m",
        "guarantee": {"share": "1%"},
        "exit": {"charge": "£0.4m", "reprocurement": "£0.8m", "extra_cost": "1%", "forfeits": "late_money"},
    },
    {
        "capital": "£2m",
        "guarantee": {"amount": "£1m", "by": "bank"},
        "exit": {"excess_loss": "commissioners", "charge": "£1m", "callable_on_leaving": "40%"},
    },
    {"capital": "£0", "exit": {"excess_loss": "bank", "forfeits": "late_money", "extra_cost": "2%"}},
)


def may_go(draw: st.DrawFn, world: World) -> World:
    """The world with an integrator that may go: little or much security, breaks or none."""
    money = st.sampled_from(["£0", "£1m", "£4m", {"uniform": ["£0", "£9m"]}])
    guarantee = draw(
        st.sampled_from([None, {"share": "5%"}, {"amount": "£2m", "by": "bank"}, {"share": {"uniform": ["0%", "9%"]}}])
    )
    keys = {
        "charge": money,
        "callable_on_leaving": st.sampled_from(["0%", "50%"]),
        "margin_known": st.sampled_from([0, "6 months", "18 months"]),
        "excess_loss": st.sampled_from(["providers", "commissioners", "bank"]),
        "forfeits": st.sampled_from(["nothing", "late_money"]),
        "reprocurement": st.sampled_from(["£0.5m", "£2m"]),
        "extra_cost": st.sampled_from(["1%", "3%"]),
        "effect_after_exit": st.sampled_from(["ends", "stays", "fades over 2 years", "fades over 3 years"]),
    }
    stated: dict[str, Any] = {"capital": draw(money)}
    if guarantee is not None:
        stated["guarantee"] = guarantee
    if draw(st.booleans()):
        stated["exit"] = {key: draw(values) for key, values in keys.items() if draw(st.booleans())}
    world.data["parties"]["integrator"].update(stated)
    start = world.data["contract"]["start"]
    days = [anniversary(start, after) for after in (1, 2)]
    world.data["contract"]["breaks"] = draw(st.sampled_from([[], days[:1], days[1:], days]))
    return world


def anniversary(start: str, years: int) -> str:
    """The first day of a contract year: so many years after the start."""
    year, month, day = map(int, start.split("-"))
    last = monthrange(year + years, month)[1]
    return f"{year + years}-{month:02d}-{min(day, last):02d}"


def walk(years: int = 5, *, sd: str = "£4m", mean: str = "£122.2m", **terms: Any) -> World:
    """An integrator whose margin is drawn each year by itself: a fee, part of it late, less a fixed chain."""
    fee = {"kind": "fee", **TO_INTEGRATOR, "index": "general"}
    steady = {"name": "steady", **fee, "amount": "£100m"}
    late = {"name": "late", **fee, "amount": "margin", "paid": "14 months after year end"}
    found = flat([dict(SUPPLY_CHAIN), steady, late], years=years)
    found.data["assumptions"] = {
        "margin": {
            "value": {"normal": [f"£{float(mean[1:-1]) - 100:g}m", sd], "vary": "yearly"},
            "unit": "£real",
            "source": "Assumption: for a test.",
            "owner": "Test",
            "confidence": "red",
        }
    }
    found.data["parties"]["integrator"].update(terms)
    return found


DRAWN_YEARS: tuple[dict[str, Any], ...] = (
    {"uniform": [1, 3]},
    {"discrete": {"values": [1, 3], "probabilities": ["50%", "50%"]}, "vary": "yearly"},
)
"""Lengths of an event: one for all, or one for each that begins."""


def with_events(draw: st.DrawFn, world: World) -> World:
    """The world with up to three events of any kind."""
    providers = sorted({row[1] for row in world.rows})
    rate = st.sampled_from(["2%", "20%", {"uniform": ["1%", "9%"]}])
    once = {"probability": st.sampled_from(["30%", "60%", "100%"])}
    whens: list[Any] = [1, 2, 3, {"uniform": [1, 3]}, {"discrete": {"values": [1, 3], "probabilities": ["50%", "50%"]}}]
    kinds: dict[str, dict[str, Any]] = {
        "start_delay": {"size": st.sampled_from(["7 months", "12 months", {"uniform": ["0 months", "30 months"]}])},
        "late_savings": {"size": st.sampled_from(["6 months", "24 months", {"uniform": ["0 months", "40 months"]}])},
        "opening_error": {"size": rate, "services": st.sampled_from([["a"], ["a", "b"]])},
        "unpriced_variation": {"size": rate, "commissioners_pay": st.sampled_from(["0%", "70%"])},
        "inflation_spell": {"size": rate, "index": st.sampled_from(["costs", "prices"])},
        "provider_failure": {"size": rate, "provider": st.sampled_from(providers)},
        "allocation_shortfall": {"size": rate, "commissioners": st.just(["north"])},
    }
    found = {}
    for number, kind in enumerate(draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3))):
        keys = {key: draw(values) for key, values in kinds[kind].items()}
        event = {"label": f"Event {number}", "kind": kind, "source": "Assumption: for a test.", **keys}
        if kind in ("start_delay", "late_savings", "opening_error"):
            event["probability"] = draw(once["probability"])
        elif draw(st.booleans()):
            event |= {"probability_a_year": draw(once["probability"]), "when": draw(st.integers(1, 3))}
        else:
            event |= {"probability": draw(once["probability"]), "when": draw(st.sampled_from(whens))}
        if kind not in ("start_delay", "late_savings", "opening_error") and draw(st.booleans()):
            event["years"] = draw(st.sampled_from([1, 2, [1, 3, 1], *DRAWN_YEARS]))
        found[f"event_{number}"] = event
    world.data["events"] = found
    return world
