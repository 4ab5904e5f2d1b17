"""Banked savings: what the commissioners pay in the last of the years whose gains are given."""

from __future__ import annotations

from .care import Care


def paid(care: Care, path: str, gains: list[float], first: int, last: int) -> float:
    """The commissioners' part of a loss, and what is drawn from the bank: year by year from the phase's first."""
    at = care.trial.at
    bank = drawn = part = 0.0
    for year, gain in enumerate(gains, start=first):
        part = -(1 - at(f"{path}.share", year)) * gain
        target, before = care.whole_target(year), bank
        bank = min(bank + gain + part, at(f"{path}.limit", year) * target)
        bank = max(bank, -at(f"{path}.overdraft", year, 0.0) * target)
        if bank > 0:
            bank -= at(f"{path}.paid_out", year, 0.0) * bank
        if year == last:
            bank = 0.0
        drawn = before - bank
    return part + drawn
