"""Shared savings in one contract year of one trial: what is earned and owed, and what of it waits for the scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .outcomes import reached, score_of

Term = dict[str, Any]


def waits_for_scores(term: Term) -> bool:
    """Whether some of it is known only with the scores."""
    return by_scores(term) or any("outcomes_at_least" in part for part in term.get("release", []))


def by_scores(term: Term) -> bool:
    return bool(term.get("scaled_by_outcomes")) or "outcomes_at_least" in term


def settled(
    term: Term, stated: Callable[[str, float], float], benchmark: float, cost: float, score: float, people: float
) -> tuple[float, float]:
    """Earned less owed: known with the year, and with the scores. `stated`: a number of the term, or a default."""
    share, floor = stated("share", 0.0), stated("minimum_savings", 0.0)
    if term.get("scaled_by_outcomes"):
        share *= score
    if "outcomes_at_least" in term and not reached(score, stated("outcomes_at_least", 0.0)):
        share = 0.0
    if "minimum_by_people" in term:
        floor = score_of(term["minimum_by_people"], people)
    size, saved = max(benchmark, 0.0), benchmark - cost
    gain = loss = 0.0
    if saved >= floor * size * (1 - 1e-9):
        gain = share * max(saved, 0.0) * (1 - stated("sequestration", 0.0))
        gain = min(gain, stated("cap", 0.0) * size) if "cap" in term else gain
    if -saved >= stated("minimum_losses", floor) * size * (1 - 1e-9):
        between = term.get("loss_share_between")
        rate = stated("loss_share", 0.0)
        if between is not None:
            rate = min(max(1 - share, between["least"]), between["most"])
        loss = rate * max(-saved, 0.0)
        loss = min(loss, stated("loss_limit", 0.0) * size) if "loss_limit" in term else loss
    return _by_time(term, gain, loss, score)


def _by_time(term: Term, gain: float, loss: float, score: float) -> tuple[float, float]:
    first = later = 0.0
    for part in term.get("release", [{"share": 1.0}]):
        gated = "outcomes_at_least" in part
        amount = 0.0 if gated and not reached(score, part["outcomes_at_least"]) else part["share"] * gain
        first, later = (first, later + amount) if gated or by_scores(term) else (first + amount, later)
    if by_scores(term) and "loss_share_between" in term:
        return first, later - loss
    return first - loss, later
