"""finmodel lines: the contract as a list of lines."""

from __future__ import annotations

from dataclasses import asdict

import click

from finmodel.cli.options import console, json_option, overrides_option, print_json


@click.command(
    short_help="List every line: unit, formula, what it reads.",
    epilog="Example: finmodel lines scenarios/staffordshire.yaml --model programme | less",
)
@click.argument("file", metavar="FILE")
@click.option("--model", metavar="NAME", help="Only the lines that this payment model needs; default: all.")
@overrides_option
@json_option
def lines(*, file: str, model: str | None, overrides: tuple[str, ...], as_json: bool) -> None:
    """Print every line of the contract in FILE: name, unit, period, label, formula and what it reads."""
    from finmodel.analysis import list_lines, open_for

    contract = open_for(file, overrides, (model,) if model else ())
    found = list_lines(contract, model)
    if as_json:
        data = {"schema": 1, "name": contract.scenario.name, "model": model, "lines": [asdict(line) for line in found]}
        print_json(data)
        return
    from finmodel.report import show_lines

    show_lines(console(), found)
