"""Going on from an earlier run, and what is left of one that is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finmodel.errors import FinmodelError, InputError, Mistake
from finmodel.simulation import (
    Manifest,
    StorageError,
    WorkerError,
    discard,
    listed,
    read_manifest,
    read_unfinished,
    trials_finished,
)

STOPPED, ENDED = 130, 143
"""Exit codes of a program that Ctrl-C or SIGTERM ends."""


class StoppedError(FinmodelError):
    """A run was stopped before its end, and what was finished is kept."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def earlier_run(folder: Path, manifest: Manifest, *, more: bool) -> Path:
    """`folder`, where the run of `manifest` can go on from what is in it; InputError that says what differs.

    With `more` a whole run there must have fewer trials.
    """
    whole = read_manifest(folder)
    earlier = whole or read_unfinished(folder)
    if earlier is None:
        raise InputError(Mistake(f"there is no run in '{folder}'", path="--extend"))
    different = manifest.differences(earlier, trials=False, stored=True)
    if different:
        raise InputError(
            Mistake(
                f"'{folder}' cannot be continued: it differs in {listed(different)}; "
                "without --extend all trials are computed anew",
                path="--extend",
            )
        )
    if whole and more and whole.trials >= manifest.trials:
        raise InputError(
            Mistake(f"'{folder}' has {whole.trials:,} trials; --trials must ask for more", path="--extend")
        )
    return folder


@contextmanager
def left_to_continue(folder: Path) -> Iterator[None]:
    """Where the work inside is stopped from outside, say so and keep in `folder` what is finished; else remove it.

    Raises StoppedError for Ctrl-C, SIGTERM, a worker that died or a full disk once a draw-block is finished.
    """
    try:
        yield
    except BrokenPipeError:  # nobody reads the output any more, nor would read where the trials are
        discard(folder)
        raise
    except (KeyboardInterrupt, SystemExit, WorkerError, StorageError, OSError) as error:
        done = trials_finished(folder)
        if not done:
            discard(folder)
            if isinstance(error, OSError):
                raise StorageError(f"{error.strerror or error}; nothing was kept") from error
            raise
        what, code = _what(error)
        raise StoppedError(
            f"{what}; {done:,} trials are kept in {folder}; the same command goes on from there"
            f"{' (--overwrite would start anew)' if code != FinmodelError.exit_code else ''}",
            code,
        ) from error
    except BaseException:
        discard(folder)
        raise


def _what(error: BaseException) -> tuple[str, int]:
    """What happened, in words, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped", STOPPED
    if isinstance(error, SystemExit):
        return "ended from outside", error.code if isinstance(error.code, int) else ENDED
    if isinstance(error, OSError) and not isinstance(error, FinmodelError):
        return f"a file cannot be written: {error.strerror or error}", FinmodelError.exit_code
    return str(error), FinmodelError.exit_code
