"""A sweep as JSON, and as a tidy CSV table with a row for each point and payment model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from finmodel.analysis.comparison import MEASURES
from finmodel.analysis.flat import chance_row, estimate_row, write_rows
from finmodel.analysis.sweeping import Point, Sweep
from finmodel.errors import InputError, Mistake

SCHEMA = 1
EVENTS = ("over_allocation", "over_envelope", "integrator_loses")


def sweep_to_json(found: Sweep) -> dict[str, Any]:
    """Plain data: a row for each point and payment model."""
    return {
        "schema": SCHEMA,
        "trials": found.trials,
        "seed": found.seed,
        "varied": list(found.paths),
        "points": [row for point in found.points for row in _rows(found, point)],
    }


def check_folder(folder: Path) -> None:
    """InputError where a sweep cannot be written to the folder: something is in it."""
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(Mistake("is not an empty folder; choose another --out", path=str(folder)))
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(folder))) from error


def write_sweep(found: Sweep, folder: Path) -> None:
    """sweep.json and sweep.csv; InputError where the folder holds something already."""
    check_folder(folder)
    data = sweep_to_json(found)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "sweep.json").write_text(text + "\n", encoding="utf-8")
        write_rows(folder / "sweep.csv", data["points"])
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(folder))) from error


def _rows(found: Sweep, point: Point) -> list[dict[str, Any]]:
    return [
        {
            **dict(zip(found.paths, point.values, strict=True)),
            "model": model.name,
            **_figures(point, model.name),
            "run": point.folder,
        }
        for model in point.summary.about.models
    ]


def _figures(point: Point, model: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for measure in MEASURES:
        spread = point.summary.spread(model, measure.figure)
        gap = point.differences.get((model, measure.figure))
        row |= estimate_row(measure.figure, spread.mean if spread else None)
        row |= estimate_row(f"{measure.figure}_p10", spread.at(10) if spread else None)
        row |= estimate_row(f"{measure.figure}_p90", spread.at(90) if spread else None)
        row |= estimate_row(f"{measure.figure}_difference", gap.mean if gap else None)
    for event in EVENTS:
        row |= chance_row(event, point.summary.chance(model, event))
    return row
