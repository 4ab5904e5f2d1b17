"""A summary of trials on disk in passes over them, a chunk at a time: memory does not grow with the trials.

Pass 1 gathers moments, counts events and counts each figure's values by cell (`finmodel.analysis.cells`); the last pass
keeps the few values around each percentile; where these would be too many, passes between narrow the cells. Where
trials come in units (`Design`), how far a percentile can be off is known only once it is found: then it is found first,
and one more pass counts by unit what lies below it. Figures are as exact as from all trials at once, and do not depend
on how chunks are shared out: moments are merged in the order of the trials, counts are whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.cells import CELLS, Counts, Scale, Wanted
from finmodel.analysis.estimates import (
    AtRanks,
    Ranks,
    Spread,
    chance_from,
    mean_from,
    percentiles_from,
    quantiles_from,
    ranks_of,
    ratio_from,
    shares_at_random,
    shares_from,
)
from finmodel.analysis.figures import Event, Figure
from finmodel.analysis.gather import Collector
from finmodel.analysis.moments import Moments
from finmodel.analysis.passes import (
    Counted,
    FigureSums,
    Kept,
    Listing,
    Span,
    Told,
    both,
    both_events,
    both_shares,
    count,
    keep,
    look_through,
    narrow,
    share,
)
from finmodel.simulation import BLOCK

CHUNK = 4 * BLOCK
"""Trials looked at together. Up to so many a run is summarised at once."""

SPAN = 2
"""Chunks given to a process at once: what they add up to travels once."""

KEPT = 2**22
"""Values kept for percentiles, of all figures together; where there would be more, cells are narrowed first."""

_PIECES = 16

NARROWEST = 4
"""How often at most: by then a cell holds what float64 can hardly tell apart."""

Call = Callable[[Callable[[Any, Any], Any], Any, Sequence[Any], Callable[[int, Any], None]], None]
"""Calls a function with something shared and each item, here or on several processes.

Tells each item's number and answer as they come, in any order.
"""


def tell_in_passes(told: Told, trials: int, into: Collector, call: Call) -> None:
    """The figures and events of all trials into `into`."""
    design = into.design
    first = Listing(design)
    told.tell(0, min(CHUNK, trials), first)
    into.notes += first.notes

    size = SPAN * CHUNK

    def over_all(function: Callable[[Span], Any], known: Sequence[Any], told_of: Callable[[int, Any], None]) -> None:
        ends = [(at, min(at + size, trials)) for at in range(0, trials, size)]
        call(look_through, (function, told, CHUNK, known, design), ends, told_of)

    found = _Found(len(first.labels))
    over_all(count, first.scales, found.add)
    figures, present, events = found.merged()
    search = _Search(first.scales, found.counts, figures, over_all)
    if design.at_random:
        errors = [shares_at_random(of.values.n) if of else None for of in figures]
    else:
        at_ranks = search.find([ranks_of(of.values.n, None, design) if of else None for of in figures])
        levels = [
            quantiles_from(of.values.n, at) if of and at else None for of, at in zip(figures, at_ranks, strict=True)
        ]
        below = _Merged()
        over_all(share, levels, below.add)
        errors = [shares_from(of, design) if of else None for of in below.merged()]
    at_ranks = search.find(
        [ranks_of(of.values.n, d, design) if of else None for of, d in zip(figures, errors, strict=True)]
    )
    for label, of, there, at, d in zip(first.labels, figures, present, at_ranks, errors, strict=True):
        if of and at and there:
            average = ratio_from(of.ratio, of.units, design) if of.ratio else mean_from(of.values, of.units, design)
            made = Spread(average, percentiles_from(of.values.n, at, d, design))
            into.figures.append(Figure(**vars(label), spread=made))
    for event, (seen, units) in zip(first.labels_of_events, events, strict=True):
        into.events.append(Event(**vars(event), chance=chance_from(seen, trials, units, design)))


OverAll = Callable[[Callable[[Span], Any], Sequence[Any], Callable[[int, Any], None]], None]


class _Search:
    """Finds order statistics of every figure in passes: narrows cells where they hold too much, then keeps values."""

    def __init__(
        self, scales: Sequence[Scale], counts: NDArray[Any], figures: Sequence[FigureSums | None], over_all: OverAll
    ) -> None:
        self._scales, self._counts, self._figures, self._over_all = scales, counts, figures, over_all

    def find(self, ranks: Sequence[Ranks | None]) -> list[AtRanks | None]:
        """The values at `ranks` of each figure, as functions of ranks among these; None where no trial has it."""
        wanted = [
            None if of is None or rank is None or of.values.low == of.values.high else Wanted.among(scale, counts, rank)
            for scale, counts, of, rank in zip(self._scales, self._counts, self._figures, ranks, strict=True)
        ]
        for _ in range(NARROWEST):
            if sum(cells.numbers for cells in wanted if cells) <= KEPT:
                break
            finer = _Sums()
            self._over_all(narrow, wanted, finer.add)
            wanted = [
                cells.narrowed(counts, rank) if cells and rank is not None else None
                for cells, counts, rank in zip(wanted, finer.of, ranks, strict=True)
            ]
        kept: list[list[Kept]] = [[] for _ in wanted]

        def take(_: int, answer: list[list[Kept]]) -> None:
            for every_span, own in zip(kept, answer, strict=True):
                every_span.extend(own)
                if len(every_span) > _PIECES:  # many small arrays take more memory than what they hold
                    every_span[:] = [
                        (np.concatenate([a for a, _ in every_span]), np.concatenate([b for _, b in every_span]))
                    ]

        self._over_all(keep, wanted, take)
        return [
            _at_ranks(of.values.low, cells, own) if of else None
            for of, cells, own in zip(self._figures, wanted, kept, strict=True)
        ]


def _at_ranks(low: float, cells: Wanted | None, kept: list[Kept]) -> AtRanks:
    return lambda ranks: np.full(ranks.shape, low) if cells is None else cells.at_ranks(kept, ranks)


class _Found:
    """What pass 1 found in all spans: counts are added as they come, moments merged in the order of the trials.

    Only what comes out of turn waits, so that memory does not grow with the spans.
    """

    def __init__(self, figures: int) -> None:
        self.counts = np.zeros((figures, CELLS + 2), dtype=np.int64)
        self._waiting: dict[int, Counted] = {}
        self._merged: Counted | None = None
        self._next = 0

    def add(self, number: int, answer: tuple[Counted, NDArray[Any]]) -> None:
        """One span."""
        self._waiting[number], counts = answer
        self.counts += counts
        while self._next in self._waiting:
            span = self._waiting.pop(self._next)
            self._merged = _and_then(self._merged, span) if self._merged else span
            self._next += 1

    def merged(self) -> Counted:
        """Of all spans."""
        assert self._merged is not None
        assert not self._waiting
        return self._merged


def _and_then(one: Counted, other: Counted) -> Counted:
    return (
        [both(a, b) for a, b in zip(one[0], other[0], strict=True)],
        [a or b for a, b in zip(one[1], other[1], strict=True)],
        [both_events(a, b) for a, b in zip(one[2], other[2], strict=True)],
    )


class _Merged:
    """Shares by unit of all spans, merged in the order of the trials."""

    def __init__(self) -> None:
        self._spans: dict[int, list[tuple[Moments, ...] | None]] = {}

    def add(self, number: int, answer: list[tuple[Moments, ...] | None]) -> None:
        """One span."""
        self._spans[number] = answer

    def merged(self) -> list[tuple[Moments, ...] | None]:
        """Of all spans."""
        spans = [self._spans[number] for number in sorted(self._spans)]
        return [reduce(both_shares, of) for of in zip(*spans, strict=True)]


class _Sums:
    """Counts of each figure, added up over spans."""

    def __init__(self) -> None:
        self.of: list[Counts] = []

    def add(self, _: int, answer: list[Counts]) -> None:
        """One span."""
        self.of = [one + other for one, other in zip(self.of, answer, strict=True)] if self.of else answer
