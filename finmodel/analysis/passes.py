"""What is gathered of trials that are looked through a chunk at a time: one class a kind of pass.

Passes travel to other processes as functions of a `Span`; what they learn is merged in the order of the trials.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.cells import CELLS, Counts, Scale, Wanted
from finmodel.analysis.design import Design
from finmodel.analysis.estimates import shares_below
from finmodel.analysis.gather import Array, Collector, EventLabel, Label, Sample
from finmodel.analysis.moments import Moments

Kept = tuple[Array, Counts]
"""Values of one figure, each once, with how often it occurs."""


class Told(Protocol):
    """Tells the figures of some of the trials; can travel to another process."""

    def tell(self, first: int, last: int, into: Collector) -> None:
        """The figures of trials `first` up to `last`, always the same ones in the same order."""
        ...


@dataclass(frozen=True)
class Span:
    """Trials `first` up to `last`, `chunk` at a time, and what is known of each figure so far."""

    told: Told
    first: int
    last: int
    chunk: int
    known: Sequence[Any]
    design: Design

    def tell(self, into: _Pass) -> None:
        """Chunk by chunk."""
        for at in range(self.first, self.last, self.chunk):
            into.start()
            self.told.tell(at, min(at + self.chunk, self.last), into)


class Listing(Collector):
    """Which figures and events there are, and on what scale each figure lies, from the first chunk."""

    def __init__(self, design: Design) -> None:
        super().__init__(design)
        self.labels: list[Label] = []
        self.labels_of_events: list[EventLabel] = []
        self.scales: list[Scale] = []

    def take(self, label: Label, sample: Sample, *, when: bool) -> None:
        self.labels.append(label)
        self.scales.append(Scale.of(sample.values))

    def take_event(self, label: EventLabel, happened: NDArray[np.bool_]) -> None:
        self.labels_of_events.append(label)


class _Pass(Collector):
    """Looks at one figure after the other, chunk after chunk."""

    def __init__(self, design: Design) -> None:
        super().__init__(design)
        self._figure = self._event = 0

    def start(self) -> None:
        """A chunk begins: the first figure and the first event come next."""
        self._figure = self._event = 0

    def take(self, label: Label, sample: Sample, *, when: bool) -> None:
        self.look(self._figure, sample, when=when)
        self._figure += 1

    def take_event(self, label: EventLabel, happened: NDArray[np.bool_]) -> None:
        """Events are counted in the first pass."""

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        """One chunk of figure number `at`."""
        raise NotImplementedError


@dataclass(frozen=True)
class FigureSums:
    """The moments of a figure's values, of its two parts where it is a ratio, and of what its units add up to."""

    values: Moments
    ratio: Moments | None
    units: Moments | None

    @staticmethod
    def of(sample: Sample, design: Design) -> FigureSums | None:
        """Of one chunk; None where no trial of it has the figure."""
        if not len(sample.values):
            return None
        above, below = (sample.ratio.above, sample.ratio.below) if sample.ratio else (sample.values, None)
        return FigureSums(
            Moments.of(sample.values),
            Moments.of(above, below) if sample.ratio else None,
            None if design.at_random else design.moments(above, below, sample.places, sample.trials),
        )

    def and_then(self, other: FigureSums) -> FigureSums:
        """Of both chunks."""
        ratio, units = both(self.ratio, other.ratio), both(self.units, other.units)
        return FigureSums(self.values.and_then(other.values), ratio, units)


class _Counting(_Pass):
    """What is known of each figure (None where no trial has it), whether it is present, and its values by cell."""

    def __init__(self, scales: Sequence[Scale], design: Design, trials: int) -> None:
        super().__init__(design)
        self._scales = scales
        self.found: list[FigureSums | None] = [None] * len(scales)
        self.present = [False] * len(scales)
        self.counts = np.zeros((len(scales), CELLS + 2), dtype=np.uint16 if trials < 2**16 else np.uint32)
        self.happened: list[tuple[int, Moments | None]] = []

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        self.present[at] |= when
        if len(sample.values):
            self.found[at] = both(self.found[at], FigureSums.of(sample, self.design))
            self.counts[at] += self._scales[at].counted(sample.values).astype(self.counts.dtype)

    def take_event(self, label: EventLabel, happened: NDArray[np.bool_]) -> None:
        units = None if self.design.at_random else self.design.moments(happened.astype(np.float64))
        here = int(np.count_nonzero(happened)), units
        if self._event == len(self.happened):
            self.happened.append(here)
        else:
            self.happened[self._event] = both_events(self.happened[self._event], here)
        self._event += 1


class _Sharing(_Pass):
    """How many values are not above each of a figure's percentiles, by unit."""

    def __init__(self, levels: Sequence[Array | None], design: Design) -> None:
        super().__init__(design)
        self._levels = levels
        self.found: list[tuple[Moments, ...] | None] = [None] * len(levels)

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        if (levels := self._levels[at]) is not None and len(sample.values):
            here = shares_below(sample.values, levels, self.design, sample.places, sample.trials)
            self.found[at] = both_shares(self.found[at], here)


class _Narrowing(_Pass):
    def __init__(self, wanted: Sequence[Wanted | None], design: Design) -> None:
        super().__init__(design)
        self._wanted = wanted
        self.counts: list[Counts] = [cells.no_counts() if cells else np.empty(0, np.int64) for cells in wanted]

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        if (cells := self._wanted[at]) and len(sample.values):
            self.counts[at] += cells.counted(sample.values)


class _Keeping(_Pass):
    def __init__(self, wanted: Sequence[Wanted | None], design: Design) -> None:
        super().__init__(design)
        self._wanted = wanted
        self.kept: list[list[Kept]] = [[] for _ in wanted]

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        if (cells := self._wanted[at]) and len(sample.values):
            self.kept[at].append(cells.kept(sample.values))


Counted = tuple[list[FigureSums | None], list[bool], list[tuple[int, Moments | None]]]


Shared = tuple[Callable[["Span"], Any], Told, int, Sequence[Any], Design]
"""A pass, and what every span of it has in common."""


def look_through(shared: Shared, ends: tuple[int, int]) -> Any:
    """One pass over the trials from the first up to and without the second of `ends`."""
    function, told, chunk, known, design = shared
    return function(Span(told, *ends, chunk, known, design))


def count(span: Span) -> tuple[Counted, NDArray[Any]]:
    """What the first pass learns of a span, and the counts by cell."""
    into = _Counting(span.known, span.design, span.last - span.first)
    span.tell(into)
    return (into.found, into.present, into.happened), into.counts


def share(span: Span) -> list[tuple[Moments, ...] | None]:
    """How much of a span lies below the percentiles."""
    into = _Sharing(span.known, span.design)
    span.tell(into)
    return into.found


def narrow(span: Span) -> list[Counts]:
    """Counts of a span in narrower cells."""
    into = _Narrowing(span.known, span.design)
    span.tell(into)
    return into.counts


def keep(span: Span) -> list[list[Kept]]:
    """The values of a span around the ranks wanted."""
    into = _Keeping(span.known, span.design)
    span.tell(into)
    return into.kept


M = TypeVar("M", Moments, FigureSums)


def both(one: M | None, other: M | None) -> M | None:
    """Of both chunks, either of which may have none."""
    return one.and_then(other) if one is not None and other is not None else one if other is None else other


def both_events(one: tuple[int, Moments | None], other: tuple[int, Moments | None]) -> tuple[int, Moments | None]:
    """How often an event happened, and by unit, in both chunks."""
    return one[0] + other[0], both(one[1], other[1])


def both_shares(one: tuple[Moments, ...] | None, other: tuple[Moments, ...] | None) -> tuple[Moments, ...] | None:
    """Shares below percentiles, by unit, in both chunks."""
    if one is None or other is None:
        return one if other is None else other
    return tuple(a.and_then(b) for a, b in zip(one, other, strict=True))
