"""finmodel run: simulate a scenario, show the board's tables and keep the run."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from finmodel.cli.options import (
    console,
    json_option,
    models_option,
    overrides_option,
    print_json,
    progress_bar,
    seed_option,
)


@click.command(
    short_help="Simulate a scenario and keep the run.",
    epilog="Example: finmodel run scenarios/staffordshire.yaml --trials 20000 --model programme",
)
@click.argument("file", metavar="FILE")
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the scenario's.")
@seed_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Processes; default: the number of cores. Changes no number. Up to 10,000 trials run in this process.",
)
@models_option
@overrides_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep the run in DIR; default: runs/ and the scenario's name with a short hash.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in the same folder.")
@json_option
@click.option("--quiet", is_flag=True, help="No tables and no progress; print only the folder of the run.")
def run(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    trials: int | None,
    seed: int | None,
    workers: int | None,
    models: tuple[str, ...],
    overrides: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate the scenario in FILE: what each party pays and bears, and how sure we are.

    The run is kept in a folder: manifest.json (what made it), summary.csv and probabilities.csv (every figure),
    trials/*.parquet (every trial). The same run is never computed twice: it is shown again from its folder.
    """
    if as_json and quiet:
        raise click.UsageError("--json and --quiet exclude each other")
    from finmodel.analysis import Request, run_scenario, summary_to_json

    request = Request(file, overrides, models, trials, seed, workers, out, overwrite)
    with progress_bar(wanted=not quiet and sys.stderr.isatty()) as progress:
        made = run_scenario(request, progress)
    if quiet:
        click.echo(str(made.folder))
    elif as_json:
        warnings = [asdict(one) for one in made.warnings]
        print_json(
            {"folder": str(made.folder), "reused": made.reused, **summary_to_json(made.summary), "warnings": warnings}
        )
    else:
        from finmodel.report import show_run

        seconds = made.manifest.seconds
        show_run(console(), made.summary, made.folder, seconds, reused=made.reused, warnings=made.warnings)
