"""A comparison as JSON, and as tidy CSV tables in a folder."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from finmodel.analysis.comparison import Comparison, Pair
from finmodel.analysis.estimates import Chance, Estimate
from finmodel.errors import InputError, Mistake

SCHEMA = 1


def comparison_to_json(found: Comparison) -> dict[str, Any]:
    """Plain data. The figures of each option are those of its own run, in its summary.json."""
    return {
        "schema": SCHEMA,
        "trials": found.trials,
        "seed": found.seed,
        "sampler": found.sampler,
        "scenarios": dict(found.scenarios),
        "options": [
            {"key": o.key, "label": o.label, "scenario": o.scenario, "model": o.model, "integrator": o.integrator}
            for o in found.options
        ],
        "baseline": found.baseline,
        "pairs": [_pair(pair) for pair in found.pairs],
        "dominance": [asdict(one) for one in found.dominance],
        "risk_shares": [
            {"option": key, "party": party, **_estimate("variance", shares.variance), **_estimate("tail", shares.tail)}
            for key, parties in found.shares.items()
            for party, shares in parties.items()
        ],
        "views": [
            {
                "scenario": view.scenario,
                "model": view.model,
                **_estimate("cash", view.cash),
                **_estimate("cash_p80", view.p80),
                **_chance("over_allocation", view.over_allocation),
                **_chance("integrator_loses", view.integrator_loses),
                **_estimate("regret", view.regret),
            }
            for view in found.views
        ],
    }


def write_comparison(found: Comparison, folder: Path) -> list[Path]:
    """comparison.json and a CSV for each of its tables; InputError where the folder holds something already."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(Mistake("is not empty; choose another --out", path=str(folder)))
        data = comparison_to_json(found)
        text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
        written = [folder / "comparison.json"]
        written[0].write_text(text + "\n", encoding="utf-8")
        for table in ("options", "pairs", "dominance", "risk_shares", "views"):
            if data[table]:
                written.append(folder / f"{table}.csv")
                _write(written[-1], data[table])
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(folder))) from error
    return written


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "measure": pair.measure,
        "first": pair.first,
        "second": pair.second,
        **_estimate("difference", pair.difference.mean),
        **_chance("better", pair.better),
        "variance_ratio": pair.difference.variance_ratio,
    }


def _estimate(name: str, estimate: Estimate) -> dict[str, float | None]:
    return {
        name: estimate.value,
        f"{name}_se": estimate.se,
        f"{name}_low": estimate.low,
        f"{name}_high": estimate.high,
    }


def _chance(name: str, chance: Chance | None) -> dict[str, float | None]:
    """A chance that was never or always seen has no standard error; `seen` tells how often it was."""
    if chance is None:
        return {name: None, f"{name}_se": None, f"{name}_seen": None}
    return {name: chance.value, f"{name}_se": chance.se, f"{name}_seen": chance.seen}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
