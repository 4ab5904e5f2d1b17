"""finmodel assumptions: the assumptions register of a scenario, and sketches of what is uncertain."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from finmodel.cli.options import check_out, console, json_option, overrides_option, print_json


@click.command(
    short_help="List every number with its source, owner and spread; draw distributions.",
    epilog="Example: finmodel assumptions scenarios/staffordshire.yaml --plot nhs_cost_inflation savings",
)
@click.argument("file", metavar="FILE")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--plot", is_flag=True, help="Draw each uncertain number, ramp and list, or those named.")
@click.option("--no-source", is_flag=True, help="Only the numbers with no source.")
@click.option("--unused", is_flag=True, help="Only the assumptions that nothing uses.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to a .csv, .xlsx or .json file.")
@click.option("--overwrite", is_flag=True, help="With --out: replace an earlier file.")
@overrides_option
@json_option
def assumptions(  # noqa: PLR0913 - one argument an option
    *,
    file: str,
    names: tuple[str, ...],
    plot: bool,
    no_source: bool,
    unused: bool,
    out: Path | None,
    overwrite: bool,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print the assumptions register of FILE: every number, what it means, where it comes from, who answers for it.

    A NAME is an assumption, a path, or a block and all within it; default: everything.
    """
    if plot and (as_json or out or no_source or unused):
        raise click.UsageError("--plot draws in the terminal: it goes with names and --set only")
    if no_source and unused:
        raise click.UsageError("--no-source and --unused exclude each other")
    if out is not None:
        check_out(out, (".csv", ".xlsx", ".json"), overwrite=overwrite)
    from finmodel.analysis import assumptions_register, open_for

    register = assumptions_register(open_for(file, overrides))
    entries = register.chosen(names)
    if no_source:
        entries = tuple(entry for entry in entries if entry in register.without_source)
    if unused:
        entries = tuple(entry for entry in entries if entry in register.unused_entries)
    if out is not None:
        from finmodel.report import write_register

        write_register(out, register, entries)
    if as_json:
        from finmodel.report import register_to_json

        print_json(register_to_json(register, entries))
    elif plot:
        from finmodel.report import show_sketches

        drawn = entries if names else tuple(entry for entry in entries if entry.varies)
        show_sketches(console(), drawn, register.years)
    elif out is not None:
        click.echo(f"{len(entries)} number{'' if len(entries) == 1 else 's'} in {out}")
    elif no_source or unused:
        from finmodel.report import show_unused, show_without_source

        (show_without_source if no_source else show_unused)(console(), entries)
    else:
        from finmodel.report import show_register

        show_register(console(), register, entries, date.today())  # noqa: DTZ011 - a day on the reader's own calendar
