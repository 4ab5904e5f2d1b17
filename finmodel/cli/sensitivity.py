"""finmodel sensitivity: which assumptions matter most, and where the answer changes."""

from __future__ import annotations

import sys
from dataclasses import asdict

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
    short_help="Tell which assumptions matter most.",
    epilog="Example: finmodel sensitivity scenarios/staffordshire.yaml --model programme --top 8",
)
@click.argument("file", metavar="FILE")
@models_option
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="Drivers shown of each model.")
@click.option(
    "--switch",
    "names",
    metavar="NAME",
    multiple=True,
    help="Look for the switching values of this assumption (or path of a distribution). Repeatable; default: the six "
    "that matter most.",
)
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the scenario's.")
@seed_option
@sampler_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default: the number of cores.")
@overrides_option
@click.option("--overwrite", is_flag=True, help="Replace a kept run that this finmodel or machine would not repeat.")
@json_option
def sensitivity(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    models: tuple[str, ...],
    top: int,
    names: tuple[str, ...],
    trials: int | None,
    seed: int | None,
    sampler: str | None,
    workers: int | None,
    overrides: tuple[str, ...],
    overwrite: bool,
    as_json: bool,
) -> None:
    """Tell which assumptions of FILE move commissioners' cash most, and how far one must move to change an answer.

    What matters is told from the run itself (or from the run kept in runs/): rank correlation, share of the variance,
    and the mean, P80 and P(over the envelope) in the lowest and the highest tenth of each driver. A switching value
    is where another payment model becomes the cheapest, or where P80 of cash passes the allocations.
    """
    from finmodel.analysis import Request, switching_values
    from finmodel.analysis import sensitivity as find

    request = Request(file, overrides, models, trials, seed, workers, overwrite=overwrite, sampler=sampler)
    with progress_bar(wanted=not as_json and sys.stderr.isatty()) as progress:
        contract, found = find(request, progress)
        uncertain = {name.removeprefix("assumptions.") for name in contract.scenario.uncertain()}
        chosen = names or [name for name in found.top(len(contract.drivers)) if name in uncertain][:6]
        switching = switching_values(contract, chosen)
    if as_json:
        values = [{**asdict(one), "unit": str(one.unit)} for one in switching]
        shown = {key: value for key, value in asdict(found).items() if key != "companions"}
        companions = {model: sorted(each) for model, each in found.companions.items()}
        print_json({"schema": 1, **shown, "companions": companions, "switching": values})
        return
    from finmodel.report import show_sensitivity

    show_sensitivity(console(), found, switching, top)
