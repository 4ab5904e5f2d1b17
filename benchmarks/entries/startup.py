"""What must be quick: help, validation, a small run; against Python with click loaded."""

from __future__ import annotations

from benchmarks.flagship import SCENARIO
from benchmarks.processes import finmodel, flagship_run, python
from benchmarks.registry import Case, Entry, Limit, Prepared, register

RUN, CLICK = "finmodel run, the flagship, 1,000 trials", "python -c 'import click'"


def _small_run(scale: float) -> Prepared:
    whole = flagship_run(1_000 if scale >= 1 else 64)
    return Prepared(whole.go, 1, whole.facts)


register(
    Entry(
        "startup",
        "whole processes, as they are started",
        "process",
        (
            Case("finmodel --help", lambda _: finmodel("--help")),
            Case("finmodel validate, the flagship", lambda _: finmodel("validate", str(SCENARIO))),
            Case(RUN, _small_run),
            Case(CLICK, lambda _: python("-c", "import click")),
        ),
        (
            Limit("finmodel --help", CLICK, 3.0),
            # 1.5 s where click takes 0.041 s: on the machine of docs/performance.md, when it has nothing else to do.
            Limit(RUN, CLICK, 36.0, seconds=1.5),
        ),
    )
)
