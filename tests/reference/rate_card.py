"""A rate card: pounds for people, in one contract year of one trial."""

from __future__ import annotations

import math
from typing import Any

from .care import Care
from .outcomes import Outcomes, bonus_amount


def earned(care: Care, outcomes: Outcomes, term: dict[str, Any], path: str, year: int) -> list[tuple[str, float]]:
    """What each outcome earns: those known first use up the limit first."""
    at = care.trial.at
    symmetric = term.get("symmetric", False)
    rise = care.trial.index(term["index"], year) if "index" in term else 1.0
    due: list[tuple[int, str, float]] = []
    for outcome, card in term["outcomes"].items():
        change = outcomes.paid_improvement(outcome, year)
        beyond = max(abs(change) - bonus_amount(card.get("from", "0")), 0.0)
        if change < 0 and not symmetric:
            beyond = 0.0
        priced = at(f"{path}.outcomes.{outcome}.price", year) * beyond
        each = min(priced, at(f"{path}.outcomes.{outcome}.most_per_person", year, math.inf))
        amount = outcomes.people(outcome, year) * each * rise
        due.append((outcomes.known(outcome), outcome, math.copysign(amount, change)))
    most = at(f"{path}.most", year) if "most" in term else math.inf
    whole = before = 0.0
    found = []
    for _, outcome, amount in sorted(due, key=lambda one: one[0]):
        whole += amount
        paid = max(min(whole, most), -most)
        found.append((outcome, paid - before))
        before = paid
    return found
