"""What a check before signature found: its colour, the figure, the threshold, and the reason in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["RED", "AMBER", "GREEN", "does not apply", "shown"]

TITLES: Mapping[str, str] = {
    "T1": "Opening baseline gap",
    "T2": "Chance that cost exceeds payment",
    "T3": "Dependence on savings",
    "T4": "Low bid",
    "T5": "VAT by tier of the supply chain",
    "T6": "Outcome money at risk in a bad year",
    "T7": "Guarantee cover up to the first break",
    "T8": "Cost of an exit to commissioners",
    "T9": "Unpriced variations",
}


@dataclass(frozen=True)
class Finding:
    """One test of one payment model. `unit` is that of figure and threshold: rate or £; None where there is none."""

    model: str
    test: str
    status: Status
    reason: str
    figure: float | None = None
    se: float | None = None
    threshold: float | None = None
    unit: str = "rate"

    @property
    def title(self) -> str:
        """What the test is called."""
        return TITLES[self.test]


def findings_to_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Plain data."""
    return [{**asdict(one), "title": one.title} for one in findings]


def findings_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Read what `findings_to_json` wrote."""
    return tuple(Finding(**{key: one[key] for key in Finding.__dataclass_fields__}) for one in data)


def red(findings: Sequence[Finding], model: str | None = None) -> tuple[Finding, ...]:
    """What is RED, of one payment model or of all."""
    return tuple(one for one in findings if one.status == "RED" and model in (None, one.model))
