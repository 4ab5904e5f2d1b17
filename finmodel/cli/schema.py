"""finmodel schema: what an editor needs to help while a scenario is written, and the reference for people."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    short_help="Print the JSON Schema of scenarios, for editors; or write the reference.",
    epilog="Example: finmodel schema --out scenarios/finmodel.schema.json --markdown docs/reference",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to FILE, in the place of what is there; default: print it.",
)
@click.option(
    "--markdown",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the reference of scenarios as Markdown pages to DIR, in the place of those that are there.",
)
@click.option("--built-in", is_flag=True, help="Leave out the kinds of payment term that other packages add.")
def schema(*, out: Path | None, markdown: Path | None, built_in: bool) -> None:
    """Print the JSON Schema of scenario and settlement files, with which an editor helps.

    It completes keys, shows what they mean and marks mistakes of form. Editors that know YAML schemas find it by
    the first line of a scenario:
    # yaml-language-server: $schema=finmodel.schema.json
    With --markdown the same is written as pages for people.
    """
    from finmodel.contract import reference_pages, schema_text

    if markdown is not None:
        for file, page in reference_pages(built_in=built_in).items():
            _write(markdown / file, page, "--markdown")
        click.echo(str(markdown))
    if out is not None:
        _write(out, schema_text(built_in=built_in), "--out")
        click.echo(str(out))
    if out is None and markdown is None:
        click.echo(schema_text(built_in=built_in), nl=False)


def _write(path: Path, text: str, option: str) -> None:
    try:
        if option == "--markdown":
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"cannot write {path}: {error.strerror}", param_hint=option) from None
