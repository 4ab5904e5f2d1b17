"""finmodel workbook: the contract as a spreadsheet that recalculates."""

from __future__ import annotations

from pathlib import Path

import click

from finmodel.cli.options import check_out, models_option, overrides_option, sampler_option, seed_option


@click.command(
    short_help="Write the contract as a spreadsheet with live formulas.",
    epilog="Example: finmodel workbook scenarios/staffordshire.yaml --model programme --out programme.xlsx",
)
@click.argument("file", metavar="FILE")
@click.option("--trial", type=click.IntRange(min=0), help="The trial, counted from 0; default: the base case.")
@models_option
@seed_option
@sampler_option
@overrides_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE.xlsx",
    help="Write to FILE.xlsx; default: the scenario's name, with what is shown, in this folder.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file that is there already.")
def workbook(
    *,
    file: str,
    trial: int | None,
    models: tuple[str, ...],
    seed: int | None,
    sampler: str | None,
    overrides: tuple[str, ...],
    out: Path | None,
    overwrite: bool,
) -> None:
    """Write FILE as an Excel workbook: inputs, assumptions, every line with its formula, and checks.

    Every calculated cell is a live formula: change an input and all figures follow. A sheet of checks holds the
    engine's figures beside the recalculated ones, and laws that hold whatever the inputs. The base case is shown, or
    the draws of one trial of the run with the same seed and sampler.
    """
    if out is not None:
        check_out(out, (".xlsx",), overwrite=overwrite)
    from finmodel.analysis import open_for
    from finmodel.report.register_files import write_whole
    from finmodel.report.workbook import workbook as written

    contract = open_for(file, overrides, models, seed, sampler)
    if out is None:
        parts = [contract.scenario.name, *models, "base-case" if trial is None else f"trial-{trial}"]
        out = Path("-".join(parts) + ".xlsx")
        check_out(out, (".xlsx",), overwrite=overwrite)
    write_whole(out, written(contract, trial))
    click.echo(str(out))
