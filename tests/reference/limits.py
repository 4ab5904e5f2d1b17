"""Terms that hold an amount within limits: collar, profit cap, stop-loss and clawback."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from .outcomes import reached

if TYPE_CHECKING:
    from .terms import Part, Terms

KINDS = ("collar", "profit_cap", "stop_loss", "clawback")


def parts(terms: Terms, number: int) -> list[Part]:
    """The amounts of the term in this place of its phase."""
    stated = terms.stated[number]
    if stated["kind"] == "clawback":
        return _clawback(terms, number)
    if stated["kind"] == "collar":
        return [terms._from_whole(stated, _collar(terms, number))]
    if stated["kind"] == "profit_cap":
        return [terms._from_whole(stated, _profit_cap(terms, number))]
    if "per" not in stated:
        size = _size(terms, number, terms.care.services)
        return [terms._from_whole(stated, _stop_loss(terms, number, terms.integrator_cost(number), size))]
    care, year = terms.care, terms.year
    amounts = {}
    for row in care.register:
        plan = care.price(row, year) * care.plan(row, year)
        amounts[row["contract"]] = _stop_loss(terms, number, care.cost(row, year), plan)
    return [terms._from_contracts(amounts)]


def _at(terms: Terms, number: int, key: str, otherwise: float | None = None) -> float:
    return terms.care.trial.at(f"{terms.path}.{number}.{key}", terms.year, otherwise)


def _acted_on(terms: Terms, number: int) -> dict[str, float]:
    """The terms that it acts on or all above between the same parties, by service."""
    own = terms.stated[number]
    above = [one["name"] for one in terms.stated[:number] if (one["from"], one["to"]) == (own["from"], own["to"])]
    return terms._sum(own.get("on", above))


def _size(terms: Terms, number: int, services: list[str]) -> float:
    """What the shares of a limit are of."""
    if "of" in terms.stated[number]:
        amounts = terms._sum(terms.stated[number]["of"])
        return max(sum(amounts[s] for s in services), 0.0)
    return sum(terms.care.target(s, terms.year) for s in services)


def _limit(terms: Terms, number: int, key: str, size: float, otherwise: float) -> float:
    if f"{key}_share" in terms.stated[number]:
        return _at(terms, number, f"{key}_share") * size
    return _at(terms, number, key, otherwise)


def _collar(terms: Terms, number: int) -> float:
    """What a guaranteed income adds, or what a maximum takes away."""
    services = terms.stated[number].get("services", terms.care.services)
    amounts, size = _acted_on(terms, number), _size(terms, number, services)
    paid = sum(amounts[s] for s in services)
    share, correction = _at(terms, number, "share", 1.0), 0.0
    low, high = _limit(terms, number, "floor", size, -math.inf), _limit(terms, number, "ceiling", size, math.inf)
    if paid < low:
        correction = low - paid
    if paid + correction > high:
        correction = high - paid
    return share * correction


def _profit_cap(terms: Terms, number: int) -> float:
    turnover = sum(_acted_on(terms, number).values())
    profit = turnover - terms.integrator_cost(number)
    excess = profit - _at(terms, number, "cap") * max(turnover, 0.0)
    return -_at(terms, number, "returned", 1.0) * max(excess, 0.0)


def _stop_loss(terms: Terms, number: int, cost: float, size: float) -> float:
    beyond = max(cost - _limit(terms, number, "attachment", size, math.inf), 0.0)
    return _at(terms, number, "share", 1.0) * min(beyond, _limit(terms, number, "limit", size, math.inf))


def _clawback(terms: Terms, number: int) -> list[Part]:
    """One part a service where its own outcomes decide, one for all where a named outcome does."""
    stated, outcomes, year, every = terms.stated[number], terms.outcomes, terms.year, terms.care.services
    base, threshold, share = terms._sum(stated["on"]), _at(terms, number, "at_least"), _at(terms, number, "share")

    def back(services: list[str], score: float, known: int) -> Part:
        failed = [] if reached(score, threshold) else services
        amounts = {s: -share * max(base[s], 0.0) if s in failed else 0.0 for s in every}
        return replace(terms._from_services(amounts), known=known)

    if "outcome" in stated:
        return [back(every, outcomes.score(stated["outcome"], year), outcomes.known(stated["outcome"]))]
    found = []
    for service in every:
        own = [o for o in outcomes.of_service(service) if outcomes.stated[o]["weight"] > 0]
        if own:
            score = sum(outcomes.weight(o, year) * outcomes.score(o, year) for o in own)
            found.append(back([service], score, max(outcomes.known(o) for o in own)))
    return found
