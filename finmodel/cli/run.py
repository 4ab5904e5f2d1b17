"""finmodel run: simulate a scenario, show the board's tables and keep the run."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from finmodel.cli.options import (
    console,
    full_option,
    json_option,
    models_option,
    overrides_option,
    print_json,
    progress_bar,
    sampler_option,
    seed_option,
)


@click.command(
    short_help="Simulate a scenario and keep the run.",
    epilog="Example: finmodel run scenarios/staffordshire.yaml --trials 20000 --model programme",
)
@click.argument("file", metavar="FILE")
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the scenario's.")
@seed_option
@sampler_option
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
@click.option(
    "--extend",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Go on from the run in this folder: only the trials that it lacks are computed, and the result is that of a "
    "fresh run. RUN itself stays as it is; its trials are shared, not copied. Also a .partial folder of a run that was "
    "stopped.",
)
@click.option(
    "--precision",
    metavar="SIZE[@FIGURE]",
    help="Run more and more trials until one standard error is at most SIZE, of every payment model: 0.1% of the mean "
    "of all payments, 0.1%@P80 of their P80, £0.5m@cash.P90 of the P90 of all cash. The run is that of the number of "
    "trials reached.",
)
@click.option(
    "--max-trials",
    type=click.IntRange(1, 100_000_000),
    help="With --precision: give up at so many trials, and say so; default: 1,000,000.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Compute the trials on a Dask scheduler, e.g. tcp://10.0.0.5:8786 (docs/how-to/run-on-a-cluster.md). Changes "
    "no number; a worker that would is refused.",
)
@click.option(
    "--report", "page", is_flag=True, help="Also write report.html, a self-contained page, into the run's folder."
)
@full_option
@json_option
@click.option("--quiet", is_flag=True, help="No tables and no progress; print only the folder of the run.")
def run(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    trials: int | None,
    seed: int | None,
    sampler: str | None,
    workers: int | None,
    models: tuple[str, ...],
    overrides: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
    extend: Path | None,
    precision: str | None,
    max_trials: int | None,
    cluster: str | None,
    page: bool,
    full: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate the scenario in FILE: what each party pays and bears, and how sure we are, on one page (--full: all).

    The run is kept in a folder: manifest.json (what made it), summary.csv and probabilities.csv (every figure),
    trials/*.parquet (every trial). The same run is never computed twice: it is shown again from its folder. A run that
    is stopped is left in a folder with .partial behind its name; the same command goes on from there.
    """
    if as_json and quiet:
        raise click.UsageError("--json and --quiet exclude each other")
    if full and (as_json or quiet):
        raise click.UsageError(
            "--full is about the tables printed: --json holds every figure anyway, --quiet prints none"
        )
    if extend and not trials and not precision:
        raise click.UsageError("--extend needs --trials (or --precision): how many there are to be")
    if max_trials and not precision:
        raise click.UsageError("--max-trials goes with --precision")
    from finmodel.analysis import MAX_TRIALS, Request, run_scenario, summary_to_json

    request = Request(
        file,
        overrides,
        models,
        trials,
        seed,
        workers,
        out,
        overwrite,
        extend,
        precision,
        max_trials or MAX_TRIALS,
        sampler,
        cluster,
    )
    with progress_bar(wanted=not quiet and sys.stderr.isatty()) as progress:
        made = run_scenario(request, progress)
    if quiet:
        if made.reached and not made.reached.met:
            click.echo(made.reached.text, err=True)
        click.echo(str(made.folder))
    elif as_json:
        told = {"folder": str(made.folder), "reused": made.reused, "continued": made.manifest.continued}
        precision_told = {"precision": {"met": made.reached.met, "text": made.reached.text}} if made.reached else {}
        warnings = [asdict(one) for one in made.warnings]
        print_json({**told, **precision_told, **summary_to_json(made.summary), "warnings": warnings})
    else:
        from finmodel.report import Kept, show_run

        show_run(
            console(),
            made.summary,
            Kept(made.folder, made.manifest.seconds, made.reused, made.manifest.continued),
            warnings=made.warnings,
            precision=made.reached.text if made.reached else "",
            full=full,
        )
    if page:
        from finmodel.cli.report import write_run_page

        write_run_page(made.folder, None, None, keep=True)
