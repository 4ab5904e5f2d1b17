"""A comparison as JSON, and as tidy CSV tables in a folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from finmodel.analysis.bids import bids_to_json
from finmodel.analysis.comparison import Comparison, Pair
from finmodel.analysis.flat import chance_row, estimate_row, write_rows
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
            {
                "option": key,
                "party": party,
                **estimate_row("variance", shares.variance),
                **estimate_row("tail", shares.tail),
            }
            for key, parties in found.shares.items()
            for party, shares in parties.items()
        ],
        "views": [
            {
                "scenario": view.scenario,
                "model": view.model,
                **estimate_row("cash", view.cash),
                **estimate_row("cash_p80", view.p80),
                **chance_row("over_allocation", view.over_allocation),
                **chance_row("integrator_loses", view.integrator_loses),
                **estimate_row("regret", view.regret),
            }
            for view in found.views
        ],
        "bids": bids_to_json(found.bids),
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
        for table in ("options", "pairs", "dominance", "risk_shares", "views", "bids"):
            if data[table]:
                written.append(folder / f"{table}.csv")
                write_rows(written[-1], data[table])
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(folder))) from error
    return written


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "measure": pair.measure,
        "first": pair.first,
        "second": pair.second,
        **estimate_row("difference", pair.difference.mean),
        **chance_row("better", pair.better),
        "variance_ratio": pair.difference.variance_ratio,
    }
