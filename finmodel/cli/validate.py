"""finmodel validate: every mistake in every file."""

from __future__ import annotations

import click

from finmodel.cli.options import json_option, overrides_option, print_json
from finmodel.errors import InputError, Mistake


@click.command(short_help="Tell every mistake in scenario files.", epilog="Example: finmodel validate scenarios/*.yaml")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@overrides_option
@json_option
@click.pass_context
def validate(ctx: click.Context, *, files: tuple[str, ...], overrides: tuple[str, ...], as_json: bool) -> None:
    """Check scenario files without running them, and tell every mistake found.

    A file is right where it can be run: units, names, sums and formulas included. Exit code 2 where one is not.
    """
    from finmodel.analysis import open_for

    found: dict[str, tuple[Mistake, ...]] = {}
    for file in files:
        try:
            contract = open_for(file, overrides)
        except InputError as error:
            found[file] = error.mistakes
            if not as_json:
                for mistake in error.mistakes:
                    click.echo(str(mistake), err=True)
        else:
            found[file] = ()
            if not as_json:
                models = len(contract.models)
                click.echo(
                    f"OK {file}: {models} payment model{'' if models == 1 else 's'}, {len(contract.sheet)} lines"
                )
    number = sum(len(mistakes) for mistakes in found.values())
    if as_json:
        print_json({"schema": 1, "files": [_to_json(file, mistakes) for file, mistakes in found.items()]})
    elif number:
        wrong = sum(1 for mistakes in found.values() if mistakes)
        of = f" in {wrong} of {len(files)} files" if len(files) > 1 else ""
        click.echo(f"{number} mistake{'' if number == 1 else 's'}{of}", err=True)
    ctx.exit(2 if number else 0)


def _to_json(file: str, mistakes: tuple[Mistake, ...]) -> dict[str, object]:
    return {
        "file": file,
        "ok": not mistakes,
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
