"""Shared savings of one row in decimal arithmetic, written from 42 CFR part 425; no code is shared with finmodel."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

CAP = {"1": "0.10", "1+": "0.10", "2": "0.15", "3": "0.20"}
HIGHEST = {"1": "0.50", "1+": "0.50", "2": "0.60", "3": "0.75"}
CLIP = {"1+": ("0.3", "0.3"), "2": ("0.4", "0.6"), "3": ("0.4", "0.75")}
HAIR = Decimal("1e-9")


def due(row: Mapping[str, str]) -> Decimal:
    """Earned (+) or owed (-), in dollars and cents."""
    benchmark, cost = Decimal(row["benchmark"]), Decimal(row["expenditure"])
    rate = Decimal(row["minimum_savings_rate_pct"]) / 100
    share = Decimal(0)
    if row["met_quality_standard"] == "1":
        score = row["quality_score_pct"]
        published = Decimal(row["published_final_share_rate_pct"]) / 100
        share = Decimal(HIGHEST[row["track"]]) * Decimal(score) / 100 if score else published
    savings = benchmark - cost
    if row["met_quality_standard"] == "1" and savings / benchmark >= rate - HAIR and savings > 0:
        return cents(min(share * savings * Decimal("0.98"), Decimal(CAP[row["track"]]) * benchmark))
    if row["track"] in CLIP and -savings / benchmark >= rate - HAIR and savings < 0:
        low, high = map(Decimal, CLIP[row["track"]])
        owed = min(max(1 - share, low), high) * -savings + Decimal(row["disaster_adjustment"] or 0)
        return -cents(max(owed, Decimal(0)))
    return Decimal(0)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
