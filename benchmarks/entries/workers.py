"""Two worker processes against one."""

from __future__ import annotations

from functools import partial

from benchmarks.processes import at_scale, flagship_run
from benchmarks.registry import Case, Entry, Limit, Prepared, register


def _run(trials: int, workers: int, scale: float) -> Prepared:
    return flagship_run(at_scale(trials, scale), workers)


for name, trials, on_request in (("workers", 100_000, False), ("workers-1e6", 1_000_000, True)):
    register(
        Entry(
            name,
            f"finmodel run of the flagship, {trials:,} trials: two workers against one",
            "trial",
            (
                Case("one worker", partial(_run, trials, 1)),
                Case("two workers", partial(_run, trials, 2)),
            ),
            (Limit("one worker", "two workers", 1.7, least=True),) if on_request else (),
            clock="wall",
            on_request=on_request,
            warmed=not on_request,  # of so long a run the first go is none too many
        )
    )
