"""finmodel sweep: a grid of values on the same futures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from finmodel.cli.options import (
    console,
    json_option,
    models_option,
    overrides_option,
    print_json,
    progress_bar,
    sampler_option,
    seed_option,
)


@click.command(
    short_help="Run a grid of values on the same futures.",
    epilog="Example: finmodel sweep scenarios/staffordshire.yaml --vary services.cancer.planned_growth=0%,1%,2% "
    "--vary payment_models.programme.phases.outcomes_based.withhold.rate=5%,10% --model programme",
)
@click.argument("file", metavar="FILE")
@click.option(
    "--vary",
    metavar="PATH=VALUE,VALUE…",
    multiple=True,
    required=True,
    help="Values that one number of the scenario takes in turn, each as after --set. Repeatable: every value of one "
    "with every value of the others.",
)
@models_option
@overrides_option
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the scenario's.")
@seed_option
@sampler_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default: the number of cores.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write sweep.json and sweep.csv to the empty or new folder DIR.",
)
@click.option("--overwrite", is_flag=True, help="Replace kept runs that this finmodel or machine would not repeat.")
@json_option
def sweep(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    vary: tuple[str, ...],
    models: tuple[str, ...],
    overrides: tuple[str, ...],
    trials: int | None,
    seed: int | None,
    sampler: str | None,
    workers: int | None,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Run the scenario in FILE for each of a grid of values, and print the key figures of every point.

    All points see the same futures, so that the difference of a point from the first one is far surer than the figures
    themselves. Each point is an ordinary run, kept under runs/: points that were run before are not computed again.
    """
    from finmodel.analysis import SweepRequest, check_folder, sweep_to_json, write_sweep
    from finmodel.analysis import sweep as sweep_scenario
    from finmodel.report import show_sweep

    if out is not None:
        check_folder(out)
    request = SweepRequest(file, vary, models, overrides, trials, seed, workers, overwrite, sampler)
    with progress_bar(wanted=not as_json and sys.stderr.isatty()) as progress:
        found = sweep_scenario(request, progress)
    if out is not None:
        write_sweep(found, out)
    if as_json:
        print_json(sweep_to_json(found))
        return
    show_sweep(console(), found)
    if out is not None:
        click.echo(f"Written to {out}")
