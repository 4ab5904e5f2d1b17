"""finmodel check: the nine checks before signature of a scenario's payment models."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from finmodel.analysis import Run

RED_FOUND = 3
"""The exit code of `--strict` where a check is RED."""


@click.command(
    short_help="Is it safe to sign? Nine checks, RED, AMBER or GREEN.",
    epilog="Example: finmodel check scenarios/staffordshire.yaml --model programme",
)
@click.argument("file", metavar="FILE")
@models_option
@click.option("--trials", type=click.IntRange(1, 100_000_000), help="Number of trials; default: the scenario's.")
@seed_option
@sampler_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes; default: the number of cores.")
@overrides_option
@click.option("--strict", is_flag=True, help="Exit with code 3 where a check is RED.")
@json_option
@click.pass_context
def check(  # noqa: PLR0913 - one argument an option
    ctx: click.Context,
    *,
    file: str,
    models: tuple[str, ...],
    trials: int | None,
    seed: int | None,
    sampler: str | None,
    workers: int | None,
    overrides: tuple[str, ...],
    strict: bool,
    as_json: bool,
) -> None:
    """Check what must hold before the contract in FILE is signed: tests T1 to T9.

    Each payment model with an integrator is tested; the scenario is run for it, or found in runs/. A colour is no
    error: the exit code is 0 whatever is found, unless --strict is given. Thresholds are those shipped, or the
    scenario's own (`checks.thresholds`).
    """
    from finmodel.analysis import Request, red, run_scenario

    request = Request(file, overrides, models, trials, seed, workers, sampler=sampler)
    with progress_bar(wanted=not as_json and sys.stderr.isatty()) as progress:
        made = run_scenario(request, progress)
    if as_json:
        from finmodel.analysis import findings_to_json

        about = made.summary.about
        print_json(
            {
                "name": about.name,
                "title": about.title,
                "trials": about.trials,
                "seed": about.seed,
                "folder": str(made.folder),
                "red": len(red(made.summary.checks)),
                "checks": findings_to_json(made.summary.checks),
            }
        )
    else:
        _show(made)
    if strict and red(made.summary.checks):
        ctx.exit(RED_FOUND)


def _show(made: Run) -> None:
    from finmodel.report import show_checks

    about = made.summary.about
    screen = console()
    screen.print(f"{about.title}: before signature", style="bold", soft_wrap=True)
    screen.print(f"{about.trials:,} trials, seed {about.seed}, sampler {about.sampler}", style="dim", soft_wrap=True)
    for override in about.overrides:
        screen.print(f"Changed for this run: {override}", soft_wrap=True)
    screen.print()
    show_checks(screen, made.summary)
    screen.print()
    told = "What each check means: docs/how-to/check-before-signing.md. Thresholds: checks.thresholds in the scenario."
    screen.print(told, style="dim", soft_wrap=True)
    screen.print(f"The run: {made.folder}", style="dim", soft_wrap=True)
