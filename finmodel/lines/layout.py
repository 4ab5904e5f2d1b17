"""Where the values of a plan lie, and the steps that compute them: the same for any number of trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from finmodel.arrays import Array
from finmodel.lines.plan import Plan

Key = tuple[int, bool]
"""A stage, and whether it is done month by month."""


class Place(NamedTuple):
    """Somewhere a value lies: one number a trial, or one for all.

    kind: drawn; known (fed each period); nought; own (of one node, from one program or period to the next); gathered
    (months of a node added up, or the last of them); spare (any value, while its program needs it).
    """

    kind: str
    number: int
    trial: bool
    flag: bool


class Step(NamedTuple):
    """One thing to do for a node, from some places to one.

    what: op, copy, falls_in, keep (in the results), add and close (a month into its year), write and read (a month for
    a later stage).
    """

    what: str
    node: int
    read: tuple[int, ...]
    out: int


@dataclass
class Program:
    """The steps of a stage, for all years or months that share its decisions.

    `moves` are the lags that are brought forward by copying at the end of the period, each with the place of the newest
    value; all others were written at once where the next period reads them. `drivers` are those that the steps read.
    """

    steps: list[Step] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)
    drivers: set[str] = field(default_factory=set)


@dataclass
class Layout:
    """All places and programs. `programs[key][n - 1]` does period n; `known` are values that no trial changes."""

    plan: Plan
    known: Mapping[int, Array]
    places: list[Place] = field(default_factory=list)
    programs: dict[Key, list[Program]] = field(default_factory=dict)
    _numbers: dict[tuple[str, int, bool, bool], int] = field(default_factory=dict)

    def place(self, kind: str, number: int, *, trial: bool, flag: bool) -> int:
        """The number of a place, new or not."""
        wanted = (kind, number, trial, flag)
        found = self._numbers.get(wanted)
        if found is None:
            found = self._numbers[wanted] = len(self.places)
            self.places.append(Place(*wanted))
        return found

    @property
    def lags(self) -> list[int]:
        """The lags that some program reads."""
        nodes = self.plan.nodes
        return [place.number for place in self.places if place.kind == "own" and nodes[place.number].kind == "lag"]

    def own(self, index: int) -> int:
        """The place that belongs to a node alone."""
        node = self.plan.nodes[index]
        return self.place("own", index, trial=node.trial, flag=node.flag)

    def gathered(self, index: int) -> int:
        """Where a node's months are added up, or the last of them is put."""
        node = self.plan.nodes[index]
        return self.place("gathered", index, trial=node.trial, flag=node.flag)
