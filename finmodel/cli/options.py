"""Options and small helpers that several commands share."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

F = Callable[..., Any]
Progress = Callable[[int, int], None]


def overrides_option(function: F) -> F:
    """`--set PATH=VALUE` or `--set @FILE`, as often as wanted."""
    return click.option(
        "--set",
        "overrides",
        metavar="PATH=VALUE|@FILE",
        multiple=True,
        help="Override a value of the scenario, e.g. --set services.cancer.planned_growth=2%; @FILE reads "
        "a file of such paths and values. Repeatable.",
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


def sampler_option(function: F) -> F:
    """`--sampler NAME`."""
    return click.option(
        "--sampler",
        type=click.Choice(["random", "antithetic", "lhs", "sobol"]),
        help="How futures are drawn; default: the scenario's. lhs and sobol draw whole replicates of 1,024 trials.",
    )(function)


def full_option(function: F) -> F:
    """`--full`."""
    return click.option("--full", is_flag=True, help="Print everything; a run that is kept already is shown at once.")(
        function
    )


def json_option(function: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout and nothing else.")(function)


def check_out(out: Path, endings: Sequence[str], *, overwrite: bool) -> None:
    """Refuse a file of `--out` that cannot be written, before anything is calculated."""
    if out.suffix not in endings:
        *first, last = endings
        raise click.UsageError(f"--out {out}: the name must end in {', '.join(first)}{' or ' if first else ''}{last}")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out {out}: there is no folder {out.parent}")
    if out.is_dir():
        raise click.UsageError(f"--out {out}: this is a folder")
    if out.exists() and not overwrite:
        raise click.UsageError(f"--out {out}: the file is there already; --overwrite replaces it")


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


@contextmanager
def progress_bar(*, wanted: bool) -> Iterator[Progress | None]:
    """A bar on stderr that vanishes when done."""
    if not wanted:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Compiling", total=None)

        def tell(done: int, total: int) -> None:
            description = "Simulating" if done < total else "Summarising"
            bar.update(task, completed=done, total=total, description=description)

        yield tell
