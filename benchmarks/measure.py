"""Time in turn, memory apart: each round does every case once; each case's peak memory is that of a process of its own."""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.registry import Case, Entry, Facts, Prepared

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Measured:
    """One case: the median time of one unit in seconds, its ratio to the last case in the same round, and its peak."""

    case: str
    seconds: float
    ratio: float
    fastest: float
    peak_mib: float
    facts: Facts
    rounds: tuple[float, ...]


def measure(entry: Entry, rounds: int, scale: float, *, memory: bool = True) -> list[Measured]:
    """Measure an entry; the last case is the one that the others are compared with."""
    prepared = [case.prepare(scale) for case in entry.cases]
    for one in prepared:
        one.go()  # what is loaded or filled at the first go
    times: list[list[float]] = [[] for _ in prepared]
    for _ in range(rounds):
        for one, found in zip(prepared, times, strict=True):
            found.append(_time(one, entry.clock) / one.units)
    return [
        Measured(
            case.name,
            statistics.median(found),
            statistics.median(a / b for a, b in zip(found, times[-1], strict=True)),
            min(found),
            peak_memory(entry, case, scale) if memory else 0.0,
            one.facts,
            tuple(found),
        )
        for case, one, found in zip(entry.cases, prepared, times, strict=True)
    ]


def _time(prepared: Prepared, clock: str) -> float:
    if prepared.seconds is not None:
        return prepared.seconds()
    gc.collect()
    before = _now(clock)
    prepared.go()
    return _now(clock) - before


def _now(clock: str) -> float:
    """Seconds on the wall, or of processor time in this process and in those that it has waited for."""
    if clock == "wall":
        return time.perf_counter()
    return sum(
        use.ru_utime + use.ru_stime
        for use in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def peak_memory(entry: Entry, case: Case, scale: float) -> float:
    """MiB that doing the case once takes at its peak, the interpreter and all processes included."""
    command = [sys.executable, "-m", "benchmarks", entry.name, "--peak-of", case.name, "--scale", str(scale)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    return float(json.loads(done.stdout.splitlines()[-1]))


def own_peak(case: Case, scale: float) -> float:
    """The peak of this process after doing the case, with that of its children: for `peak_memory`."""
    case.prepare(scale).go()
    unit = 1 if sys.platform == "darwin" else 1024
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    children = others * max(case.processes - 1, 0)
    return max(own + children, others) * unit / 2**20


def child_environment() -> dict[str, str]:
    """For timing whole processes: Python may keep its compiled modules, as it does where people work."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
