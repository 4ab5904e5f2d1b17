"""finmodel explain: one trial."""

from __future__ import annotations

import click


@click.command()
@click.argument("file")
def explain(*, file: str) -> None:
    """One trial."""
