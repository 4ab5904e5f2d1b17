"""finmodel compare: payment models of one or several scenarios, on the same futures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from finmodel.cli.options import (
    console,
    full_option,
    json_option,
    overrides_option,
    print_json,
    progress_bar,
    sampler_option,
    seed_option,
)

if TYPE_CHECKING:
    from finmodel.analysis import Comparison


@click.command(
    short_help="Set payment models against one another on the same futures.",
    epilog="Example: finmodel compare scenarios/staffordshire.yaml scenarios/staffordshire-smaller-stake.yaml "
    "--models existing_contracts,programme",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--models",
    metavar="NAME,NAME…",
    default="",
    help="Only these payment models, of every scenario that has them; default: all.",
)
@click.option(
    "--baseline",
    metavar="NAME",
    help="The payment model that others are set against, or SCENARIO:NAME; default: the first of the first scenario.",
)
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the first scenario's.")
@seed_option
@sampler_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default: the number of cores.")
@overrides_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write comparison.json and its tables as CSV to the empty or new folder DIR.",
)
@click.option("--overwrite", is_flag=True, help="Replace kept runs that this finmodel or machine would not repeat.")
@click.option(
    "--report",
    "page",
    is_flag=True,
    help="Also write report.html, a self-contained page: into DIR of --out, or into a folder of its own under runs/.",
)
@full_option
@json_option
def compare(  # noqa: PLR0913 - one argument an option
    *,
    files: tuple[str, ...],
    models: str,
    baseline: str | None,
    trials: int | None,
    seed: int | None,
    sampler: str | None,
    workers: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
    page: bool,
    full: bool,
    as_json: bool,
) -> None:
    """Set the payment models of the scenarios in FILE... against one another.

    Every scenario is run with the trials, the seed and the sampler of the first (or found in runs/, where it was run
    already), so that all see the same futures: differences are paired by trial and far surer than the figures they are
    between. Several files are also views of the future: models that stand in all of them are ranked under each, with
    what a choice would cost where another turns out cheapest (regret). Overrides apply to every file.
    """
    from finmodel.analysis import CompareRequest, comparison_to_json, write_comparison
    from finmodel.analysis import compare as compare_scenarios
    from finmodel.report import show_comparison

    if full and as_json:
        raise click.UsageError("--full is about the tables printed: --json holds every figure anyway")
    chosen = tuple(name for name in (part.strip() for part in models.split(",")) if name)
    request = CompareRequest(files, chosen, baseline, overrides, trials, seed, workers, overwrite, sampler)
    with progress_bar(wanted=not as_json and sys.stderr.isatty()) as progress:
        found = compare_scenarios(request, progress)
    if out is not None:
        write_comparison(found, out)
    if as_json:
        print_json(comparison_to_json(found))
    else:
        show_comparison(console(), found, full=full)
        if out is not None:
            click.echo(f"Written to {out}")
    if page:
        _write_page(found, out)


def _write_page(found: Comparison, out: Path | None) -> None:
    from finmodel.analysis import pictures
    from finmodel.cli.report import PAGE, write_page
    from finmodel.report.page import compare_page

    folder = out or Path("runs") / f"comparison-{found.hash}"
    folder.mkdir(parents=True, exist_ok=True)
    names = {run.summary.about.name: run for run in found.runs}
    drawn = {name: pictures(run, shares=found.shares_of(name)) for name, run in names.items()}
    write_page(compare_page(found, drawn), folder / PAGE, None, overwrite=True)  # the hash names what it says
