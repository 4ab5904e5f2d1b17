"""Options and small helpers that several commands share."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

F = Callable[..., Any]


def overrides_option(function: F) -> F:
    """`--set PATH=VALUE`, as often as wanted."""
    return click.option(
        "--set",
        "overrides",
        metavar="PATH=VALUE",
        multiple=True,
        help="Override a value of the scenario, e.g. --set services.cancer.planned_growth=2%. Repeatable.",
    )(function)


def models_option(function: F) -> F:
    """`--model NAME`, as often as wanted."""
    return click.option(
        "--model", "models", metavar="NAME", multiple=True, help="Only this payment model. Repeatable; default: all."
    )(function)


def seed_option(function: F) -> F:
    """`--seed N`."""
    return click.option("--seed", type=click.IntRange(0, 2**53), help="Seed of the draws; default: the scenario's.")(
        function
    )


def json_option(function: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout and nothing else.")(function)


def print_json(data: Any) -> None:
    """JSON on stdout; NaN and infinity, which JSON does not know, become null."""
    click.echo(json.dumps(_finite(data), ensure_ascii=False, allow_nan=False, indent=1))


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def console() -> Console:
    """The terminal, or what stands for it when the output goes elsewhere."""
    from rich.console import Console

    from finmodel.report import PIPED_WIDTH

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to the command line's own exit code."""
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else PIPED_WIDTH
    return Terminal(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
