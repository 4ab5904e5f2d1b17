"""Service credits: the share that is taken off in one contract year of one trial."""

from __future__ import annotations

from typing import Any

from .care import Care
from .outcomes import reached


def share(care: Care, term: dict[str, Any], path: str, year: int) -> float:
    """A rate a point beyond the allowance, no more than the most."""
    at = care.trial.at
    points = 0.0
    for name, indicator in term["kpis"].items():
        if not reached(at(f"{path}.kpis.{name}.performance", year), at(f"{path}.kpis.{name}.target", year)):
            points += float(indicator["points"])
    beyond = max(points - float(term.get("allowance", 0.0)), 0.0)
    return min(at(f"{path}.rate", year) * beyond, at(f"{path}.most", year))
