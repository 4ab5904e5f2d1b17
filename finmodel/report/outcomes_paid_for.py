"""What outcome money is paid for: standing still, the trend, the effect, noise."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Model, Summary
from finmodel.report.amounts import DASH, millions, percent
from finmodel.report.grid import Cell, Column, Grid

PARTS = {
    "standing_still": ("Standing\nstill", "still\n%"),
    "deadweight": ("Deadweight", "trend\n%"),
    "attributable": ("Attributable", "effect\n%"),
    "noise": ("Noise", "noise\n%"),
}
"""Each part, its heading, and that of its share."""


def paid_for(summary: Summary) -> Iterator[Grid]:
    """One table for each payment model that pays for outcomes: £m, and shares of what is paid."""
    for model in summary.about.models:
        if summary.spread(model.name, "outcome_paid") is not None:
            yield _table(summary, model)


def _table(summary: Summary, model: Model) -> Grid:
    columns = [Column("Paid", spared=True)]
    columns += [Column(heading, spared=True) for of in (0, 1) for heading in [one[of] for one in PARTS.values()]]
    grid = Grid(f"{model.label}: what outcome money is paid for, all years, nominal, £m", "Earned by", columns)
    for member in (*summary.members(model.name, "outcome_paid"), None):
        label = "All outcomes" if member is None else "Other terms" if member == "other_terms" else ""
        grid.row(label or summary.about.label(member), _cells(summary, model, member), total=member is None)
    grid.notes += [
        "Standing still: paid if nothing changed. Deadweight: more for the trend that comes anyway.",
        "Attributable: more for the effect of the payment model. Noise: more or less by chance. They add up.",
    ]
    return grid


def _cells(summary: Summary, model: Model, member: str | None) -> list[Cell]:
    paid = summary.spread(model.name, "outcome_paid", member)
    found = [millions(paid.mean if paid else None)]
    for part in PARTS:
        amount = summary.spread(model.name, f"outcome_{part}", member)
        found.append(millions(amount.mean if amount else None))
    for part in PARTS:
        share = summary.spread(model.name, f"outcome_{part}_share", member)
        found.append(percent(share.mean) if share else DASH)
    return found
