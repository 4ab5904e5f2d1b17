"""Estimates and chances as entries of a flat row, and rows as a CSV file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from finmodel.analysis.estimates import Chance, Estimate


def estimate_row(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """An estimate, its standard error (`_se`) and its 95% interval (`_low`, `_high`); None where there is none."""
    names = {name: "value", f"{name}_se": "se", f"{name}_low": "low", f"{name}_high": "high"}
    return {key: getattr(estimate, field, None) for key, field in names.items()}


def chance_row(name: str, chance: Chance | None) -> dict[str, float | None]:
    """A chance that was never or always seen has no standard error; `seen` tells how often it was."""
    if chance is None:
        return {name: None, f"{name}_se": None, f"{name}_seen": None}
    return {name: chance.value, f"{name}_se": chance.se, f"{name}_seen": chance.seen}


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """A tidy table; the keys of the first row are its columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
