"""What the scenario of a run states about itself, kept with the run: named assumptions, and warnings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finmodel.scenario.numbers import flow

if TYPE_CHECKING:
    from finmodel.contract import Caution
    from finmodel.scenario import Scenario

ASSUMPTIONS_JSON = "assumptions.json"


@dataclass(frozen=True)
class StatedAssumption:
    """A named assumption as the scenario writes it; what it leaves out is empty."""

    name: str
    text: str
    unit: str
    source: str
    owner: str
    confidence: str
    review_by: str
    note: str


@dataclass(frozen=True)
class Stated:
    """Assumptions in the order of the file; warnings in words, those accepted with their reason."""

    assumptions: tuple[StatedAssumption, ...] = ()
    warnings: tuple[str, ...] = ()


def stated_by(scenario: Scenario, warnings: Sequence[Caution]) -> Stated:
    """What a scenario states, and what was found questionable in it."""
    written: dict[str, Any] = scenario.data.get("assumptions", {})
    assumptions = tuple(
        StatedAssumption(
            name,
            flow(written[name].get("value", written[name].get("formula"))),
            str(written[name].get("unit", "")),
            _line(stated.source),
            stated.owner,
            stated.confidence,
            stated.review_by.isoformat() if stated.review_by else "",
            _line(stated.note or ""),
        )
        for name, stated in scenario.assumptions.items()
    )
    told = (
        f"{one.code} {one.path}: {one.message}" + (f" (accepted: {one.accepted})" if one.accepted is not None else "")
        for one in warnings
    )
    return Stated(assumptions, tuple(told))


def write_stated(folder: Path, stated: Stated) -> None:
    """Write it into a run folder."""
    data = {"schema": 1, "assumptions": [vars(one) for one in stated.assumptions], "warnings": list(stated.warnings)}
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / ASSUMPTIONS_JSON).write_text(text + "\n", encoding="utf-8")


def read_stated(folder: Path) -> Stated:
    """Read it from a run folder."""
    data = json.loads((folder / ASSUMPTIONS_JSON).read_text(encoding="utf-8"))
    return Stated(tuple(StatedAssumption(**one) for one in data["assumptions"]), tuple(data["warnings"]))


def _line(text: str) -> str:
    return " ".join(text.split())
