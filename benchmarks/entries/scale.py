"""Memory that does not grow with the number of trials."""

from __future__ import annotations

from functools import partial

from benchmarks.processes import at_scale, flagship_run
from benchmarks.registry import Case, Entry, PeakLimit, Prepared, register

MILLION, TEN_MILLION = "1,000,000 trials", "10,000,000 trials"


def _run(trials: int, scale: float) -> Prepared:
    return flagship_run(at_scale(trials, scale), workers=2)


register(
    Entry(
        "scale",
        "finmodel run of the flagship, two workers: memory of all processes (needs 50 GB of disk)",
        "trial",
        (Case(TEN_MILLION, partial(_run, 10_000_000)), Case(MILLION, partial(_run, 1_000_000))),
        peak_limits=(
            PeakLimit(MILLION, mib=1024),
            # Not growing: what is more is chance of which processes hold their most at once.
            PeakLimit(TEN_MILLION, mib=1024, against=MILLION, ratio=1.05),
        ),
        once=True,
        clock="wall",
        on_request=True,
    )
)
