"""Time in turn, memory apart: a round does every case once; peak memory is that of a process for each case alone."""

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
from threading import Event, Thread
from typing import Self

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
    if entry.once:
        return _measure_once(entry, scale)
    prepared = [case.prepare(scale) for case in entry.cases]
    for one in prepared if entry.warmed else ():
        one.go()
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
            _in_its_process(entry, case, scale).peak_mib if memory else 0.0,
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


@dataclass(frozen=True)
class Watched:
    """A case done once: its peak memory with that of all processes that it starts, its time on the wall, its facts."""

    peak_mib: float
    seconds: float
    facts: dict[str, float | int | str]


def watch(case: Case, scale: float) -> Watched:
    """Do the case once in this process: for a process that does nothing else."""
    prepared = case.prepare(scale)
    before = time.perf_counter()
    with _Watch() as found:
        prepared.go()
    return Watched(found.peak_kib / 1024, (time.perf_counter() - before) / prepared.units, dict(prepared.facts))


def _in_its_process(entry: Entry, case: Case, scale: float) -> Watched:
    """The case done once in a process of its own, the interpreter included."""
    command = [sys.executable, "-m", "benchmarks", entry.name, "--peak-of", case.name, "--scale", str(scale)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    return Watched(**json.loads(done.stdout.splitlines()[-1]))


def _measure_once(entry: Entry, scale: float) -> list[Measured]:
    found = [_in_its_process(entry, case, scale) for case in entry.cases]
    return [
        Measured(
            case.name,
            one.seconds,
            one.seconds / found[-1].seconds,
            one.seconds,
            one.peak_mib,
            one.facts,
            (one.seconds,),
        )
        for case, one in zip(entry.cases, found, strict=True)
    ]


class _Watch(Thread):
    """Looks at the resident memory of the processes below this one, or of this one where it does the work itself."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_kib = 0.0
        self._done = Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
        if not self.peak_kib:  # it did the work itself
            self.peak_kib = _status(os.getpid(), "VmHWM")

    def run(self) -> None:
        """Until told otherwise."""
        while not self._done.wait(0.003):
            self.peak_kib = max(self.peak_kib, sum(_status(pid, "VmRSS") for pid in _below(os.getpid())))


def _below(process: int) -> list[int]:
    """All processes that this one has started, and those that they have."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{process}/task").iterdir()]
        own = [int(pid) for children in tasks for pid in children.read_text(encoding="ascii").split()]
    except OSError:
        return []
    return [*own, *(further for pid in own for further in _below(pid))]


def _status(process: int, name: str) -> float:
    """A figure of a process in KiB; 0 where it is gone, or where there is no /proc."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0.0)


def child_environment() -> dict[str, str]:
    """For timing whole processes: Python may keep its compiled modules, as it does where people work."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
