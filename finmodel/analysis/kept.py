"""A run that was kept: its manifest and summary, and totals of its trials for what needs them side by side."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finmodel.analysis.figures import Summary
from finmodel.analysis.gather import Array, Results
from finmodel.analysis.stated import Stated, read_stated
from finmodel.analysis.stored import COLUMNS_CSV, read_summary
from finmodel.analysis.summary import EVERY_MODEL
from finmodel.errors import InputError, Mistake
from finmodel.simulation import Manifest, TrialColumns, TrialFiles, read_manifest


@dataclass(frozen=True)
class StoredColumn:
    """One row of columns.csv: what a stored column means."""

    column: str
    model: str | None
    figure: str
    member: str | None
    period: int
    period_label: str
    unit: str
    line: str


@dataclass(frozen=True)
class KeptRun:
    """A run folder, read."""

    folder: Path
    manifest: Manifest
    summary: Summary
    columns: tuple[StoredColumn, ...]
    stated: Stated

    def total(self, model: str | None, figure: str) -> Array:
        """A figure of a payment model over all members and periods, shape (trials,); zero where there is none.

        With None one that no payment model changes.
        """
        trials = self.manifest.trials
        own = [column.column for column in self.columns if column.model == model and column.figure == figure]
        with TrialFiles(self.folder, model or EVERY_MODEL, trials) as files:
            column = TrialColumns(files, own)
            results = Results(self.columns, column, column, trials)
            total = results.zeros()
            for member in results.members(model, figure):
                total += results.total(model, figure, member)
        return total


def kept_run(folder: Path) -> KeptRun:
    """Read a run folder; InputError where it is none."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(Mistake("is no run: it has no manifest.json", path=str(folder)))
    columns = tuple(_columns(folder / COLUMNS_CSV))
    return KeptRun(folder.absolute(), manifest, read_summary(folder), columns, read_stated(folder))


def _columns(path: Path) -> Sequence[StoredColumn]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            StoredColumn(
                row["column"],
                row["model"] or None,
                row["figure"],
                row["member"] or None,
                int(row["period"]),
                row["period_label"],
                row["unit"],
                row["line"],
            )
            for row in csv.DictReader(file)
        ]
