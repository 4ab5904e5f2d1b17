"""finmodel lines: every line of the sheet."""

from __future__ import annotations

import click


@click.command()
@click.argument("file")
def lines(*, file: str) -> None:
    """Every line."""
