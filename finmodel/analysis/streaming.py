"""A summary of trials on disk in passes over them, a chunk at a time: memory does not grow with the trials.

Pass 1 gathers moments, counts events and counts each figure's values by cell (`finmodel.analysis.cells`); the last pass
keeps the few values around each percentile; where these would be too many, passes between narrow the cells. Figures
are as exact as from all trials at once, and do not depend on how chunks are shared out: moments are merged in the order
of the trials, counts are whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.cells import CELLS, Counts, Scale, Wanted
from finmodel.analysis.estimates import Chance, Spread, mean_from, percentiles_from, ranks_wanted, ratio_from
from finmodel.analysis.figures import Event, Figure
from finmodel.analysis.gather import Array, Collector, EventLabel, Label, Sample
from finmodel.analysis.moments import Moments
from finmodel.simulation import BLOCK

CHUNK = 4 * BLOCK
"""Trials looked at together. Up to so many a run is summarised at once."""

SPAN = 2
"""Chunks given to a process at once: what they add up to travels once."""

KEPT = 2**22
"""Values kept for percentiles, of all figures together; where there would be more, cells are narrowed first."""

NARROWEST = 4
"""How often at most: by then a cell holds what float64 can hardly tell apart."""

Call = Callable[[Callable[[Any], Any], Sequence[Any], Callable[[int, Any], None]], None]
"""Calls a function for each item, here or on several processes, and tells each item's number and answer as it comes."""

Kept = tuple[Array, Counts]
"""Values of one figure, each once, with how often it occurs."""


class Told(Protocol):
    """Tells the figures of some of the trials; can travel to another process."""

    def tell(self, first: int, last: int, into: Collector) -> None:
        """The figures of trials `first` up to `last`, always the same ones in the same order."""
        ...


def tell_in_passes(told: Told, trials: int, into: Collector, call: Call) -> None:
    """The figures and events of all trials into `into`."""
    first = Listing()
    told.tell(0, min(CHUNK, trials), first)
    into.notes += first.notes

    size = SPAN * CHUNK

    def over_all(function: Callable[[Span], Any], known: Sequence[Any], told_of: Callable[[int, Any], None]) -> None:
        spans = [Span(told, at, min(at + size, trials), known) for at in range(0, trials, size)]
        call(function, spans, told_of)

    found = _Found(len(first.labels))
    over_all(_count, first.scales, found.add)
    moments, ratios, present, seen = found.merged()
    ranks = [ranks_wanted(of.n) if of else np.empty(0, np.intp) for of in moments]
    wanted = [
        None if of is None or of.low == of.high else Wanted.among(scale, counts, rank)
        for scale, counts, of, rank in zip(first.scales, found.counts, moments, ranks, strict=True)
    ]
    for _ in range(NARROWEST):
        if sum(cells.numbers for cells in wanted if cells) <= KEPT:
            break
        finer = _Sums()
        over_all(_narrow, wanted, finer.add)
        wanted = [
            cells and cells.narrowed(counts, rank) for cells, counts, rank in zip(wanted, finer.of, ranks, strict=True)
        ]
    kept: list[list[Kept]] = [[] for _ in wanted]

    def keep(_: int, answer: list[list[Kept]]) -> None:
        for every_span, own in zip(kept, answer, strict=True):
            every_span.extend(own)

    over_all(_keep, wanted, keep)
    for at, label in enumerate(first.labels):
        of = moments[at]
        if of is not None and present[at]:
            into.figures.append(Figure(**vars(label), spread=_spread(of, ratios[at], wanted[at], kept[at])))
    for event, count in zip(first.labels_of_events, seen, strict=True):
        into.events.append(Event(**vars(event), chance=Chance(count, trials)))


def _spread(of: Moments, ratio: Moments | None, cells: Wanted | None, kept: list[Kept]) -> Spread:
    def at_ranks(ranks: NDArray[np.intp]) -> Array:
        return np.full(ranks.shape, of.low) if cells is None else cells.at_ranks(kept, ranks)

    return Spread(ratio_from(ratio) if ratio else mean_from(of), percentiles_from(of.n, at_ranks))


@dataclass(frozen=True)
class Span:
    """Trials `first` up to `last`, and what is known of each figure so far."""

    told: Told
    first: int
    last: int
    known: Sequence[Any]

    def tell(self, into: _Pass) -> None:
        """Chunk by chunk."""
        for at in range(self.first, self.last, CHUNK):
            into.start()
            self.told.tell(at, min(at + CHUNK, self.last), into)


class Listing(Collector):
    """Which figures and events there are, and on what scale each figure lies, from the first chunk."""

    def __init__(self) -> None:
        super().__init__()
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

    def __init__(self) -> None:
        super().__init__()
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


class _Counting(_Pass):
    """Moments of each figure and of its ratio (None where no trial has it), whether it is present, and by cell."""

    def __init__(self, scales: Sequence[Scale]) -> None:
        super().__init__()
        self._scales = scales
        self.moments: list[Moments | None] = [None] * len(scales)
        self.ratios: list[Moments | None] = [None] * len(scales)
        self.present = [False] * len(scales)
        self.counts = np.zeros((len(scales), CELLS + 2), dtype=np.uint16 if SPAN * CHUNK < 2**16 else np.uint32)
        self.seen: list[int] = []

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        self.present[at] |= when
        if len(sample.values):
            self.moments[at] = _both(self.moments[at], Moments.of(sample.values))
            self.counts[at] += self._scales[at].counted(sample.values).astype(self.counts.dtype)
            if sample.ratio:
                self.ratios[at] = _both(self.ratios[at], Moments.of(sample.ratio.above, sample.ratio.below))

    def take_event(self, label: EventLabel, happened: NDArray[np.bool_]) -> None:
        if self._event == len(self.seen):
            self.seen.append(0)
        self.seen[self._event] += int(np.count_nonzero(happened))
        self._event += 1


class _Narrowing(_Pass):
    def __init__(self, wanted: Sequence[Wanted | None]) -> None:
        super().__init__()
        self._wanted = wanted
        self.counts: list[Counts] = [cells.no_counts() if cells else np.empty(0, np.int64) for cells in wanted]

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        if (cells := self._wanted[at]) and len(sample.values):
            self.counts[at] += cells.counted(sample.values)


class _Keeping(_Pass):
    def __init__(self, wanted: Sequence[Wanted | None]) -> None:
        super().__init__()
        self._wanted = wanted
        self.kept: list[list[Kept]] = [[] for _ in wanted]

    def look(self, at: int, sample: Sample, *, when: bool) -> None:
        if (cells := self._wanted[at]) and len(sample.values):
            self.kept[at].append(cells.kept(sample.values))


_Counts = tuple[list[Moments | None], list[Moments | None], list[bool], list[int]]


def _count(span: Span) -> tuple[_Counts, NDArray[Any]]:
    into = _Counting(span.known)
    span.tell(into)
    return (into.moments, into.ratios, into.present, into.seen), into.counts


def _narrow(span: Span) -> list[Counts]:
    into = _Narrowing(span.known)
    span.tell(into)
    return into.counts


def _keep(span: Span) -> list[list[Kept]]:
    into = _Keeping(span.known)
    span.tell(into)
    return into.kept


class _Found:
    """What pass 1 found in all spans: counts are added as they come, moments merged in the order of the trials."""

    def __init__(self, figures: int) -> None:
        self.counts = np.zeros((figures, CELLS + 2), dtype=np.int64)
        self._spans: dict[int, _Counts] = {}

    def add(self, number: int, answer: tuple[_Counts, NDArray[Any]]) -> None:
        """One span."""
        self._spans[number], counts = answer
        self.counts += counts

    def merged(self) -> _Counts:
        """Of all spans."""
        spans = [self._spans[number] for number in sorted(self._spans)]
        moments, ratios, present, seen = (list(zip(*of, strict=True)) for of in zip(*spans, strict=True))
        return (
            [reduce(_both, of) for of in moments],
            [reduce(_both, of) for of in ratios],
            [any(of) for of in present],
            [sum(of) for of in seen],
        )


class _Sums:
    """Counts of each figure, added up over spans."""

    def __init__(self) -> None:
        self.of: list[Counts] = []

    def add(self, _: int, answer: list[Counts]) -> None:
        """One span."""
        self.of = [one + other for one, other in zip(self.of, answer, strict=True)] if self.of else answer


def _both(one: Moments | None, other: Moments | None) -> Moments | None:
    return one.and_then(other) if one and other else one or other
