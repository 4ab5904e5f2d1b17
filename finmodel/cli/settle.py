"""finmodel settle: what is due on actual figures."""

from __future__ import annotations

from pathlib import Path

import click

from finmodel.cli.options import check_out, console, json_option, print_json


@click.command(
    short_help="Settle payment terms on actual figures.",
    epilog="Example: finmodel settle scenarios/settlements/mssp-2021-2022.yaml --actuals actuals.csv --out due.csv",
)
@click.argument("model", metavar="MODEL")
@click.option(
    "--actuals",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="CSV or XLSX, one row a settlement.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of an XLSX file; default: its only one.")
@click.option(
    "--explain", metavar="ROW", help="One row, by its key or its number in the file: every line with its formula."
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write every line of every row to a .csv file."
)
@click.option("--overwrite", is_flag=True, help="With --out: replace an earlier file.")
@json_option
def settle(
    *,
    model: str,
    actuals: Path,
    sheet: str | None,
    explain: str | None,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Evaluate the payment terms of MODEL on actual figures, and print what is due, row by row.

    MODEL holds terms only (docs/how-to/settle-a-year.md); each row of the actuals is one settlement.
    """
    if out is not None:
        check_out(out, (".csv",), overwrite=overwrite)
    from finmodel.analysis import explain_settlement
    from finmodel.analysis import settle as settle_file

    settled = settle_file(model, actuals, sheet)
    explained = explain_settlement(settled, explain) if explain is not None else None
    if out is not None:
        from finmodel.report import write_settlement

        write_settlement(out, settled)
    if as_json:
        from finmodel.report import settlement_explained_to_json, settlement_to_json

        found = settlement_to_json(settled) if explained is None else settlement_explained_to_json(settled, explained)
        print_json(found)
        return
    from finmodel.report import show_settlement, show_settlement_row

    if explained is not None:
        show_settlement_row(console(), settled, explained)
    else:
        show_settlement(console(), settled)
    if out is not None:
        click.echo(f"{len(settled.rows)} row{'' if len(settled.rows) == 1 else 's'} in {out}")
