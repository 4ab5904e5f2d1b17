"""finmodel export: a run's figures and trials for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click


@click.command(
    short_help="Export a run's figures and trials as CSV, Parquet or XLSX.",
    epilog="Example: finmodel export runs/staffordshire-1a2b3c4d --format xlsx --trials none --out board",
)
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "parquet", "xlsx"]), required=True, help="Kind of files.")
@click.option(
    "--trials",
    type=click.Choice(["wide", "long", "none"]),
    default="wide",
    show_default=True,
    help="Trials with a column a figure, with a row a figure, or left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A new folder for the files; default: the run's name and the format, in this folder.",
)
def export(
    *, run: Path, form: Literal["csv", "parquet", "xlsx"], trials: Literal["wide", "long", "none"], out: Path | None
) -> None:
    """Write the tables of the run in the folder RUN: figures, probabilities, trials, and what columns and fields mean.

    The folder is written whole or not at all, and never over another.
    """
    from finmodel.report.export import export_run

    target = out or Path(f"{run.resolve().name}-{form}")
    for path in export_run(run, form, target, trials):
        click.echo(str(path))
