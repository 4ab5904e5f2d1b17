"""The command `finmodel` and where every error ends.

Exit codes: 0 done, 1 internal error, 2 the input is wrong, 130 stopped by Ctrl-C, 141 nobody reads the output any more,
143 ended from outside.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import click

import finmodel
from finmodel.cli.assumptions import assumptions
from finmodel.cli.check import check
from finmodel.cli.compare import compare
from finmodel.cli.diff import diff
from finmodel.cli.explain import explain
from finmodel.cli.export import export
from finmodel.cli.lines import lines
from finmodel.cli.new import new
from finmodel.cli.report import report
from finmodel.cli.run import run
from finmodel.cli.schema import schema
from finmodel.cli.sensitivity import sensitivity
from finmodel.cli.settle import settle
from finmodel.cli.show import show
from finmodel.cli.sweep import sweep
from finmodel.cli.validate import validate
from finmodel.cli.workbook import workbook
from finmodel.errors import FinmodelError, InputError

INTERNAL, WRONG_INPUT, STOPPED, BROKEN_PIPE, ENDED = 1, 2, 130, 141, 143


class Guarded(click.Group):
    """A group that turns every exception into a message on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # so that a broken pipe is noticed here
        except (click.ClickException, click.exceptions.Exit):
            raise
        except InputError as error:
            tell_mistakes(error)
            ctx.exit(WRONG_INPUT)
        except FinmodelError as error:
            _trace()
            click.echo(f"{'' if error.exit_code in {STOPPED, ENDED} else 'error: '}{error}", err=True)
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            click.echo("stopped; nothing was written", err=True)
            ctx.exit(STOPPED)
        except BrokenPipeError:
            _silence()
            ctx.exit(BROKEN_PIPE)
        except Exception as error:  # noqa: BLE001 - the last resort of a program that never shows a traceback unasked
            _trace()
            click.echo(f"internal error: {type(error).__name__}: {error}".splitlines()[0], err=True)
            if not _debugging():
                click.echo("Set FINMODEL_DEBUG=1 for the traceback.", err=True)
            ctx.exit(INTERNAL)
        return result


@click.group(
    cls=Guarded,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: finmodel run scenarios/staffordshire.yaml",
)
@click.version_option(finmodel.__version__, prog_name="finmodel", message="%(prog)s %(version)s")
def app() -> None:
    """What a ten-year, outcomes-based care contract will cost each party, and how sure we are.

    Exit codes: 0 done, 1 internal error, 2 the input is wrong, 3 found RED (check --strict), 130 stopped by Ctrl-C.
    """


for command in (
    new,
    run,
    compare,
    sweep,
    sensitivity,
    report,
    check,
    validate,
    show,
    diff,
    lines,
    explain,
    workbook,
    export,
    schema,
    assumptions,
    settle,
):
    app.add_command(command)


def main() -> NoReturn:
    """Start the command line."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through everything installed
    gc.set_threshold(1_000_000, 20, 20)  # nearly all that a command builds it keeps: looking through it finds nothing
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no £ shows ?, not a traceback
    signal.signal(signal.SIGTERM, _end)
    try:
        app.main(prog_name="finmodel")
    finally:
        gc.freeze()  # or the interpreter, as it ends, looks through all there is for garbage: a tenth of a short run
    raise AssertionError  # click leaves by sys.exit


def tell_mistakes(error: InputError) -> None:
    """Every mistake on a line of its own on stderr, and their number at the end."""
    for mistake in error.mistakes:
        click.echo(str(mistake), err=True)
    number = len(error.mistakes)
    click.echo(f"{number} mistake{'' if number == 1 else 's'}", err=True)


def _end(*_: object) -> NoReturn:
    """On SIGTERM leave by an exception, so that half-written folders are removed."""
    sys.exit(ENDED)


def _debugging() -> bool:
    return os.environ.get("FINMODEL_DEBUG", "") not in {"", "0"}


def _trace() -> None:
    if _debugging():
        click.echo(traceback.format_exc(), err=True, nl=False)


def _silence() -> None:
    """Let the interpreter flush what is left into nothing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
