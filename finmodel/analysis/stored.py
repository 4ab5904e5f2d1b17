"""A summary as JSON (whole, read back without loss) and as two tidy CSV tables (for spreadsheets and pandas)."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from finmodel.analysis.estimates import PERCENTILES, Chance, Estimate, Spread
from finmodel.analysis.figures import About, Event, Figure, Model, Summary
from finmodel.analysis.findings import findings_from_json, findings_to_json
from finmodel.errors import InputError

SCHEMA = 5
SUMMARY_JSON = "summary.json"
SUMMARY_CSV = "summary.csv"
PROBABILITIES_CSV = "probabilities.csv"
COLUMNS_CSV = "columns.csv"


def summary_to_json(summary: Summary) -> dict[str, Any]:
    """Plain data. A standard error that is not known is null; no number is NaN or infinite.

    `low` and `high` are the ends of a 95% interval. That of a mean is `interval_factor` standard errors to either side.
    """
    return {
        "schema": SCHEMA,
        **asdict(summary.about),
        "interval_factor": summary.about.design.interval_factor,
        "figures": [_figure_to_json(figure) for figure in summary.figures],
        "probabilities": [_event_to_json(event) for event in summary.events],
        "checks": findings_to_json(summary.checks),
    }


def summary_from_json(data: dict[str, Any]) -> Summary:
    """Read what `summary_to_json` wrote; InputError for another schema version."""
    if data.get("schema") != SCHEMA:
        raise InputError(f"the run has summary schema {data.get('schema')}; this finmodel reads {SCHEMA}")
    fields = {name: data[name] for name in About.__dataclass_fields__}
    fields["models"] = tuple(Model(**model) for model in fields["models"])
    fields["notes"] = tuple(fields["notes"])
    fields["overrides"] = tuple(fields["overrides"])
    return Summary(
        About(**fields),
        tuple(_figure_from_json(figure) for figure in data["figures"]),
        tuple(_event_from_json(event) for event in data["probabilities"]),
        findings_from_json(data["checks"]),
    )


def write_summary(folder: Path, summary: Summary) -> None:
    """Write the summary into a run folder in all its forms."""
    text = json.dumps(summary_to_json(summary), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    (folder / SUMMARY_JSON).write_text(text + "\n", encoding="utf-8")
    _write_csv(folder / SUMMARY_CSV, figure_rows(summary))
    _write_csv(folder / PROBABILITIES_CSV, probability_rows(summary))


def figure_rows(summary: Summary) -> list[dict[str, Any]]:
    """Every figure as a row: mean and percentiles, each with its standard error beside it."""
    return [_flat(_figure_to_json(figure)) for figure in summary.figures]


def probability_rows(summary: Summary) -> list[dict[str, Any]]:
    """Every probability as a row."""
    return [_event_to_json(event) for event in summary.events]


def write_columns(folder: Path, columns: list[dict[str, Any]]) -> None:
    """Write what each column of the trials means."""
    _write_csv(folder / COLUMNS_CSV, columns)


def read_summary(folder: Path) -> Summary:
    """The summary stored in a run folder."""
    return summary_from_json(json.loads((folder / SUMMARY_JSON).read_text(encoding="utf-8")))


def _figure_to_json(figure: Figure) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "model": figure.model,
        "figure": figure.figure,
        "member": figure.member,
        "period": figure.period,
        "period_label": figure.period_label,
        "unit": figure.unit,
        "base": figure.base,
        "mean": vars(figure.spread.mean),
    }
    for percent, estimate in zip(PERCENTILES, figure.spread.percentiles, strict=True):
        shown[f"p{percent}"] = vars(estimate)
    return shown


def _figure_from_json(data: dict[str, Any]) -> Figure:
    made = Spread(Estimate(**data["mean"]), tuple(Estimate(**data[f"p{percent}"]) for percent in PERCENTILES))
    names = ("model", "figure", "member", "period", "period_label", "unit", "base")
    return Figure(**{name: data[name] for name in names}, spread=made)


def _event_to_json(event: Event) -> dict[str, Any]:
    return {
        "model": event.model,
        "event": event.event,
        "series": event.series,
        "against": event.against,
        "member": event.member,
        "period": event.period,
        "period_label": event.period_label,
        "value": event.chance.value,
        "se": event.chance.se,
        "low": event.chance.low,
        "high": event.chance.high,
        "bound": event.chance.bound,
        "seen": event.chance.seen,
        "trials": event.chance.trials,
        "seen_alike": event.chance.seen_alike,
    }


def _event_from_json(data: dict[str, Any]) -> Event:
    made = Chance(*(data[name] for name in ("seen", "trials", "se", "low", "high", "seen_alike")))
    names = ("model", "event", "series", "against", "member", "period", "period_label")
    return Event(**{name: data[name] for name in names}, chance=made)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """`mean: {value, se, low, high}` as four columns, mean, mean_se, mean_low and mean_high."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {name if key == "value" else f"{name}_{key}": one for key, one in value.items()}
        else:
            flat[name] = value
    return flat


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Empty cells stand for all members, all years, no model and a standard error that is not known."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = list(rows[0]) if rows else []
        writer.writerow(names)
        writer.writerows([[row[name] for name in names] for row in rows])
