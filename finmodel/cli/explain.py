"""finmodel explain: one trial, row by row."""

from __future__ import annotations

from dataclasses import asdict

import click

from finmodel.cli.options import (
    console,
    full_option,
    json_option,
    overrides_option,
    print_json,
    sampler_option,
    seed_option,
)


@click.command(
    short_help="Explain one trial, row by row.",
    epilog="Example: finmodel explain scenarios/staffordshire.yaml --model programme --trial 4213 --year 6",
)
@click.argument("file", metavar="FILE")
@click.option("--model", metavar="NAME", required=True, help="The payment model.")
@click.option("--trial", type=click.IntRange(min=0), help="The trial, counted from 0; default: the base case.")
@click.option("--year", type=click.IntRange(min=1), help="The contract year; default: the last.")
@click.option("--line", metavar="NAME", help="Only this line and what it reads; `finmodel lines` lists the names.")
@click.option(
    "--depth", type=click.IntRange(min=0), default=1, show_default=True, help="With --line: steps down to show."
)
@seed_option
@sampler_option
@overrides_option
@full_option
@json_option
def explain(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    model: str,
    trial: int | None,
    year: int | None,
    line: str | None,
    depth: int,
    seed: int | None,
    sampler: str | None,
    overrides: tuple[str, ...],
    full: bool,
    as_json: bool,
) -> None:
    """Explain one trial of FILE: how payments and surpluses come about, with formulas and the numbers that went in.

    The numbers are those of the run with the same seed and sampler, to the bit. Of many like lines, and of many like
    terms of a sum, the first stands for all; --full shows each.
    """
    if full and as_json:
        raise click.UsageError("--full is about what is printed for people: --json holds every line anyway")
    from finmodel.analysis import explain_trial, open_for

    contract = open_for(file, overrides, (model,), seed, sampler)
    found = explain_trial(contract, model, trial, year=year, line=line, depth=depth)
    if as_json:
        print_json({"schema": 1, "name": contract.scenario.name, **asdict(found)})
        return
    from finmodel.report import show_explanation

    show_explanation(console(), found, contract.scenario.payment_models[model].label or model, full=full)
