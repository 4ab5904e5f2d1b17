"""finmodel validate: every mistake in every file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from finmodel.cli.options import json_option, overrides_option, print_json
from finmodel.errors import InputError, Mistake

if TYPE_CHECKING:
    from finmodel.contract import Caution


@click.command(short_help="Tell every mistake in scenario files.", epilog="Example: finmodel validate scenarios/*.yaml")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@overrides_option
@json_option
@click.pass_context
def validate(ctx: click.Context, *, files: tuple[str, ...], overrides: tuple[str, ...], as_json: bool) -> None:
    """Check scenario files without running them, and tell every mistake found.

    A file is right where it can be run: units, names, sums and formulas included. Exit code 2 where one is not.
    """
    from finmodel.contract import check_contract, open_scenario, open_settlement, warnings_of
    from finmodel.scenario import is_settlement, reconciliation

    found: dict[str, tuple[Mistake, ...]] = {}
    cautions: dict[str, tuple[Caution, ...]] = {}
    for file in files:
        try:
            if is_settlement(file):
                terms = open_settlement(file).settlement.terms
                found[file] = ()
                if not as_json:
                    click.echo(f"OK {file}: a settlement, {len(terms)} term{'' if len(terms) == 1 else 's'}")
                continue
            scenario = open_scenario(file, overrides)
            sheet = check_contract(scenario)
        except InputError as error:
            found[file] = error.mistakes
            if not as_json:
                for mistake in error.mistakes:
                    click.echo(str(mistake), err=True)
        else:
            found[file] = ()
            cautions[file] = warnings_of(scenario)
            if not as_json:
                models = len(scenario.payment_models)
                click.echo(f"OK {file}: {models} payment model{'' if models == 1 else 's'}, {len(sheet)} lines")
                for line in reconciliation(scenario):
                    click.echo(f"   {line}")
                _tell(cautions[file])
    number = sum(len(mistakes) for mistakes in found.values())
    if as_json:
        print_json(
            {
                "schema": 1,
                "files": [_to_json(file, mistakes, cautions.get(file, ())) for file, mistakes in found.items()],
            }
        )
    elif number:
        wrong = sum(1 for mistakes in found.values() if mistakes)
        of = f" in {wrong} of {len(files)} files" if len(files) > 1 else ""
        click.echo(f"{number} mistake{'' if number == 1 else 's'}{of}", err=True)
    ctx.exit(2 if number else 0)


def _tell(cautions: tuple[Caution, ...]) -> None:
    """What is legal but worth a second look, and how many of them were accepted."""
    open_ones = [one for one in cautions if one.accepted is None]
    if open_ones:
        click.echo("Warnings (docs/reference/warnings.md):")
    for one in open_ones:
        click.echo(f"  {one}")
    if accepted := sorted({one.code for one in cautions if one.accepted is not None}):
        click.echo(f"Accepted with a reason: {', '.join(accepted)}")


def _to_json(file: str, mistakes: tuple[Mistake, ...], cautions: tuple[Caution, ...]) -> dict[str, object]:
    return {
        "file": file,
        "ok": not mistakes,
        "warnings": [asdict(one) for one in cautions],
        "mistakes": [
            {
                "message": mistake.message,
                "path": mistake.path,
                "file": mistake.span.file if mistake.span else None,
                "line": mistake.span.line if mistake.span else None,
                "column": mistake.span.column if mistake.span else None,
                "suggestion": mistake.suggestion,
            }
            for mistake in mistakes
        ],
    }
