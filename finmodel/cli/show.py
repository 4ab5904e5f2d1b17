"""finmodel show: one scenario with all that it extends, and where each value comes from."""

from __future__ import annotations

from pathlib import Path

import click

from finmodel.cli.options import overrides_option
from finmodel.errors import InputError


@click.command(
    short_help="Print the composed scenario and where each value comes from.",
    epilog="Example: finmodel show scenarios/staffordshire-smaller-stake.yaml",
)
@click.argument("file", metavar="FILE")
@overrides_option
@click.option("--no-origins", is_flag=True, help="Leave out the comments that name file and line.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this new file instead of the terminal.")
def show(*, file: str, overrides: tuple[str, ...], no_origins: bool, out: Path | None) -> None:
    """Print FILE as one scenario: everything that it extends merged, overrides applied.

    Each line ends in a comment that names the file and line (or the override) where its value is written. What is
    printed is a scenario itself, with the same results: paths of other files are made relative to the folder of --out,
    or to the present one.
    """
    from finmodel.contract.payment import KINDS
    from finmodel.scenario import compose, composed_text, write_new

    composed = compose(file, overrides, KINDS)
    if composed.mistakes:
        raise InputError(composed.mistakes)
    folder = out.parent if out else Path()
    text = composed_text(composed, folder, origins=not no_origins)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_new(out, text)
        click.echo(f"written to {out}")
