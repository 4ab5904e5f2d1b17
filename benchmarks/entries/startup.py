"""What must be quick: help, validation, a small run; against Python with click loaded."""

from __future__ import annotations

from benchmarks.flagship import SCENARIO
from benchmarks.processes import finmodel, flagship_run, python
from benchmarks.registry import Case, Entry, Limit, Prepared, register


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
            Case("finmodel run, the flagship, 1,000 trials", _small_run),
            Case("python -c 'import click'", lambda _: python("-c", "import click")),
        ),
        (Limit("finmodel --help", "python -c 'import click'", 3.0),),
    )
)
