"""The keys of a scenario by the block that they stand in: as the reference lists them, and as a scenario uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.reference.distributions import KINDS

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SECTION = re.compile(r"^#+ `([^`]+)`$|^#+ (Keys of every term)$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
NAMED = {
    "indices",
    "services",
    "services.NAME.sites",
    "parties.commissioners",
    "outcomes",
    "assumptions",
    "events",
    "payment_models",
    "checks.thresholds",
    "rate_card.outcomes",
    "service_credits.kpis",
}
"""Blocks whose keys are names."""
A_NUMBER = KINDS | {"ramp"}
EVERY_TERM = ("name", "from", "to", "label", "services", "paid")
Key = tuple[str, str]


def listed(*pages: str) -> set[Key]:
    """Every key on these pages of the reference, by block: `("parties.integrator", "capital")`."""
    found = set()
    for page in pages:
        section = page
        text = (REFERENCE / f"{page}.md").read_text(encoding="utf-8")
        for line in text.splitlines():
            heading = SECTION.match(line)
            if heading:
                section = _section(page, section, heading[1] or "term")
            row = ROW.match(line)
            if row and line.count("|") > 3:
                found.add((section, row[1]))
    return found


def _section(page: str, before: str, heading: str) -> str:
    kind, _, word = heading.partition(": ")
    if kind == "measure":
        return before
    return f"{page} {word}" if kind == "kind" else heading


def used(block: dict[str, Any], section: str = "") -> Iterator[Key]:
    """Every key of a scenario as it is written, by block."""
    for key, part in block.items():
        child = f"{section}.{key}" if section else key
        if section not in NAMED:
            yield section, key
        if section == "payment_models.NAME" and key == "phases":
            for term in (one for terms in part.values() for one in terms):
                yield from _term(term)
            continue
        name = f"{section}.NAME" if section in NAMED else child
        for entry in part if isinstance(part, list) else [part]:
            if not isinstance(entry, dict) or A_NUMBER & entry.keys():
                continue
            if name == "events.NAME":
                yield from ((f"events {entry['kind']}", one) for one in entry)
            yield from used(entry, name)


def _term(term: dict[str, Any]) -> Iterator[Key]:
    for key, part in term.items():
        yield ("term" if key in EVERY_TERM else f"payment-terms {term['kind']}"), key
        if key == "paid":
            yield from used(part, "paid") if isinstance(part, dict) else ()
            continue
        for entry in part if isinstance(part, list) else [part]:
            if isinstance(entry, dict) and not A_NUMBER & entry.keys():
                yield from used(entry, f"{term['kind']}.{key}")
