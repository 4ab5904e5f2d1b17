"""Entries by name. Each file in `benchmarks/entries/` registers its own when `all_entries` imports it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Facts = Mapping[str, float | int | str]
"""What is to be known about a case besides its cost: counts and sizes."""


@dataclass(frozen=True)
class Prepared:
    """What is timed, after everything that is not. `units`: how many trials or calls one go does."""

    go: Callable[[], object]
    units: int = 1
    facts: Facts = field(default_factory=dict)
    seconds: Callable[[], float] | None = None
    """Instead of timing `go`: what one go would cost, measured in parts (a floor)."""


@dataclass(frozen=True)
class Case:
    """One of the things that an entry compares.

    `prepare(scale)` builds it; scale 1 is the full size, a smaller one is for trying out.
    """

    name: str
    prepare: Callable[[float], Prepared]


@dataclass(frozen=True)
class Limit:
    """`case` should cost at most `ratio` times `against` (the entry's), or with `least` at least.

    `seconds` is the most that its fastest round should take, of the entry's clock: what a user was promised.
    """

    case: str
    against: str
    ratio: float
    least: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class PeakLimit:
    """The most memory that `case` should take at its peak: `mib`, and `ratio` times that of `against`."""

    case: str
    mib: float
    against: str | None = None
    ratio: float = 1.0


@dataclass(frozen=True)
class Entry:
    """Cases that are measured in turn, each compared with the last.

    `clock`: cpu (user and system time), wall, or error. An error is no time: each case tells its own by
    `Prepared.seconds`, in `unit`. `once`: each case is done a single time, for its peak memory above all.
    """

    name: str
    title: str
    unit: str
    cases: tuple[Case, ...]
    limits: tuple[Limit, ...] = ()
    peak_limits: tuple[PeakLimit, ...] = ()
    once: bool = False
    warmed: bool = True
    """Whether each case is done once before the rounds, uncounted: for what is loaded or filled at the first go."""
    clock: str = "cpu"
    on_request: bool = False
    missing: Callable[[], str | None] = lambda: None
    """Why the entry cannot be measured here, if so."""

    def case(self, name: str) -> Case:
        """The case of that name."""
        return next(case for case in self.cases if case.name == name)


ENTRIES: dict[str, Entry] = {}


def register(entry: Entry) -> Entry:
    """Make an entry known under its name."""
    if entry.name in ENTRIES:
        raise ValueError(f"two benchmarks are named '{entry.name}'")
    ENTRIES[entry.name] = entry
    return entry


def all_entries() -> dict[str, Entry]:
    """Every entry, in the order of the files."""
    from benchmarks import entries

    for module in sorted(found.name for found in pkgutil.iter_modules(entries.__path__)):
        importlib.import_module(f"benchmarks.entries.{module}")
    return ENTRIES
