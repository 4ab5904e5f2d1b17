"""The last section of a page: what a reader must know to trust it, in the order of the AQuA Book's list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from finmodel.analysis import KeptRun, Pictures, StatedAssumption
from finmodel.report.amounts import percent
from finmodel.report.grid import Cell, Column, Grid


def assurance(run: KeptRun, found: Pictures) -> list[Grid]:
    """What made the run, how sure it is, what was checked, and who answers for it until when."""
    return [_made(run), _sure(run), _checked(found), _owners(run.stated.assumptions)]


def _made(run: KeptRun) -> Grid:
    manifest = run.manifest
    versions = ", ".join(f"{name} {version}" for name, version in manifest.machine["versions"].items())
    rows = {
        "Scenario": manifest.name,
        **{f"sha256 of {source.file}": source.sha256 for source in manifest.files},
        "Changed for this run": "; ".join(manifest.overrides) or "nothing",
        "Run": manifest.run_hash,
        "Trials": f"{manifest.trials:,}",
        "Seed": str(manifest.seed),
        "Started (UTC)": manifest.started,
        "Versions": versions,
        "Engine, sha256": manifest.machine["engine"],
        "Processor": manifest.machine["cpu"]["machine"],
    }
    return _listed("What made these figures", rows)


def _sure(run: KeptRun) -> Grid:
    """The standard error of mean cash, for each payment model, as a share of the mean."""
    grid = Grid(
        "Monte Carlo error of mean nominal cash", "Payment model", [Column("Standard error, £m"), Column("Of the mean")]
    )
    for model in run.summary.about.models:
        cash = run.summary.spread(model.name, "cash")
        if cash is None or cash.mean.se is None:
            continue
        share = percent(None) if cash.mean.value == 0 else Cell(f"{cash.mean.se / abs(cash.mean.value):.3%}")
        grid.row(model.label, [Cell(f"{cash.mean.se / 1e6:,.2f}"), share])
    return grid


def _checked(found: Pictures) -> Grid:
    paid = all(found.paid_in_full.values())
    shares = [one.variance.value for each in found.risk.values() for one in each.values()]
    together = abs(sum(shares) - sum(bool(each) for each in found.risk.values())) < 1e-9
    rows = {
        "Every figure is a finite number in every trial": "passed",  # a run in which one is not is never kept
        "All that is due is paid by the end of run-off, in every trial": "passed" if paid else "FAILED",
        "Shares of the risk add up to 100%": "passed" if together else "FAILED",
    }
    return _listed("Checks", rows)


def _owners(assumptions: Sequence[StatedAssumption]) -> Grid:
    """Who owns the named assumptions, and when the first is to be looked at again: the figures' sunset date."""
    owners = sorted({one.owner for one in assumptions if one.owner})
    dates = sorted(one.review_by for one in assumptions if one.review_by)
    sunset = dates[0] if dates else "not stated"
    if dates and date.fromisoformat(sunset) < datetime.now(UTC).date():
        sunset += ", which has passed"
    colours = [str(sum(one.confidence == colour for one in assumptions)) for colour in ("red", "amber", "green")]
    rows = {
        "Owners of assumptions": ", ".join(owners) or "not stated",
        "To be looked at again by (first review date)": sunset,
        "Named assumptions": str(len(assumptions)),
        "Of them red / amber / green": " / ".join(colours),
    }
    return _listed("Who answers for it, and until when", rows)


def _listed(title: str, rows: dict[str, str]) -> Grid:
    grid = Grid(title, "", [Column("Stated")], words=True)
    for label, text in rows.items():
        grid.row(label, [Cell(text)])
    return grid
