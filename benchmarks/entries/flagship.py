"""Whole runs of the flagship: 10,000 and 100,000 trials; a million on request."""

from __future__ import annotations

from functools import partial

from benchmarks.processes import at_scale, flagship_run
from benchmarks.registry import Case, Entry, Prepared, register


def _run(trials: int, scale: float) -> Prepared:
    return flagship_run(at_scale(trials, scale))


register(
    Entry(
        "flagship",
        "finmodel run of the flagship, one worker",
        "trial",
        (Case("100,000 trials", partial(_run, 100_000)), Case("10,000 trials", partial(_run, 10_000))),
    )
)
register(
    Entry(
        "flagship-1e6",
        "finmodel run of the flagship, a million trials, one worker",
        "trial",
        (Case("1,000,000 trials", partial(_run, 1_000_000)), Case("100,000 trials", partial(_run, 100_000))),
        on_request=True,
    )
)
