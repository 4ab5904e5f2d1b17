"""Writes one program: what its decisions leave to compute, and where each value is put.

A value that only its own program reads lies in a spare buffer, which the next value takes as soon as nobody needs it: a
program that stays within the processor's cache is twice as fast. The value that a lag reads next is written over the
one that it reads now, where nobody reads that any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from finmodel.lines.known import at
from finmodel.lines.layout import Key, Layout, Program, Step
from finmodel.lines.lowering import Node
from finmodel.lines.periods import Period

_NOUGHT, _NO = -1, -2
"""Stand for a node whose value is 0, or no, because the service has ended."""


@dataclass(frozen=True)
class Readers:
    """Who reads a node other than its own program in the same period.

    `gather` are nodes that add up or keep its months, `lags` those that read it later; `abroad` are the nodes that
    another program reads.
    """

    key_of: dict[int, Key]
    gather: dict[int, list[int]]
    lags: dict[int, list[int]]
    abroad: set[int]

    @classmethod
    def of(cls, layout: Layout, key_of: dict[int, Key]) -> Self:
        nodes = layout.plan.nodes
        found = cls(key_of, {}, {}, set())
        for index, key in key_of.items():
            node = nodes[index]
            if node.kind == "lag":
                found.lags.setdefault(node.source, []).append(index)
            for arg in node.args:
                if node.kind in ("sum", "last", "recall"):
                    found.gather.setdefault(arg, []).append(index)
                elif arg in key_of and key_of[arg] != key:
                    found.abroad.add(arg)
        return found


class Writer:
    """Writes the program of `members` (nodes in order) for the decisions of period `number`."""

    def __init__(
        self, layout: Layout, readers: Readers, members: Sequence[int], number: int, *, ended: bool, due: set[int]
    ) -> None:
        self.layout, self.readers, self.due = layout, readers, due
        self.nodes, self.known = layout.plan.nodes, layout.known
        self.same = self._same(members, number, ended=ended)
        self.reads: dict[int, Sequence[int]] = {}
        """The values that each node reads in this program, each under its own name."""
        self.members = self._needed(members)
        self.position = {index: place for place, index in enumerate(self.members)}
        self.program = Program()
        self.at: dict[int, int] = {}
        """Where each value lies."""
        self.targets: dict[int, int] = {}
        """Values that are put at once where another program or the next period reads them."""
        self.moved: set[int] = set()
        """Lags that need no copying at the period's end."""
        self.noted = {*due, *readers.gather}
        """Nodes that are stored, added up or kept once they stand."""
        self.last_use = self._last_uses()
        self.read_at_end = {self.same.get(source, source) for source in readers.lags if source in self.position}
        self.dying: list[list[int]] = [[] for _ in self.members]
        """By position: the values that are used there for the last time."""
        for value, position in self.last_use.items():
            if value not in self.read_at_end:
                self.dying[position].append(value)
        self.free: dict[tuple[bool, bool], list[int]] = {}
        self.spares = 0

    # What is only another name, and what is needed
    # -----------------------------------------------------------------------------------------------------------------

    def _same(self, members: Iterable[int], number: int, *, ended: bool) -> dict[int, int]:
        """Nodes that are another name of a value in this program."""
        same: dict[int, int] = {}
        for index in members:
            node = self.nodes[index]
            if node.kind == "op":
                if node.kernel is None or node.kernel.name != "where" or node.args[0] not in self.known:
                    continue
                other = node.args[1 if at(self.known[node.args[0]], number) else 2]
            elif node.kind in ("hold", "begun"):
                other = node.args[0]
            elif node.kind == "ending":
                other = (_NO if node.flag else _NOUGHT) if ended else node.args[0]
            else:
                continue
            same[index] = same.get(other, other)
        return same

    def _needed(self, members: Sequence[int]) -> list[int]:
        nodes, same, readers = self.nodes, self.same, self.readers
        wanted = {*self.due, *readers.abroad, *readers.lags, *readers.gather}
        found = []
        for index in reversed(members):
            if index in wanted:
                found.append(index)
                node = nodes[index]
                if index in same:
                    reads: Sequence[int] = (same[index],)
                elif node.kind in ("sum", "last", "recall"):
                    reads = ()
                else:
                    reads = [same.get(arg, arg) for arg in node.args]
                self.reads[index] = reads
                wanted.update(reads)
        found.reverse()
        return found

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        noted = self.noted
        for index, position in self.position.items():
            for other in self.reads[index]:
                last[other] = position
            if index in noted and index not in self.same:
                last[index] = position
        return last

    # Where values go
    # -----------------------------------------------------------------------------------------------------------------

    def written(self, key: Key) -> Program:
        """The program; `key` says of which stage."""
        self._write_over_lags(key)
        self._write_home()
        for index, position in self.position.items():
            if index in self.same:
                self._rename(index, position)
            else:
                self._write(index, position)
        for source, lags in self.readers.lags.items():
            if source in self.position:
                self.program.moves += [(lag, self.at[source]) for lag in lags if lag not in self.moved]
        return self.program

    def _write_over_lags(self, key: Key) -> None:
        """The next value of a lag goes over its present one, where whoever reads that has done so before."""
        readers = self.readers
        for source, lags in readers.lags.items():
            root = self.same.get(source, source)
            if source not in self.position or not self._is_movable(root) or {root, source} & readers.abroad:
                continue
            kernel = self.nodes[root].kernel
            assert kernel is not None
            until = self.position[root] - kernel.writes_before_reading
            for lag in lags:
                elsewhere = readers.key_of[lag] != key or lag in readers.abroad or lag in self.read_at_end
                if self.nodes[lag].depth == 1 and not elsewhere and self.last_use.get(lag, -1) <= until:
                    self.targets[root] = self.layout.own(lag)
                    self.moved.add(lag)
                    break

    def _write_home(self) -> None:
        """What others read later goes to its own place at once, under whichever name it is computed."""
        abroad = self.readers.abroad
        for index in self.members:
            root = self.same.get(index, index)
            read_later = index in abroad or index in self.readers.lags
            if read_later and self._is_movable(root) and (root == index or root not in abroad):
                self.targets[root] = self.layout.own(index)

    def _is_movable(self, root: int) -> bool:
        return root in self.position and self.nodes[root].kind == "op" and root not in self.targets

    def _place(self, index: int) -> int:
        """Where a value lies that the program reads."""
        found = self.at.get(index)
        if found is None:
            found = self.at[index] = self._outside(index)
        return found

    def _outside(self, index: int) -> int:
        if index < 0:
            return self.layout.place("nought", 0, trial=False, flag=index == _NO)
        node = self.nodes[index]
        if index in self.known:
            return self.layout.place("known", index, trial=False, flag=node.flag)
        if node.kind == "drawn":
            self.program.drivers.add(node.driver)
            return self.layout.place("drawn", index, trial=True, flag=node.flag)
        return self._home(index)

    def _home(self, index: int) -> int:
        """Where other programs find a value."""
        node = self.nodes[index]
        stays = node.kind == "last" or (node.kind == "sum" and node.period is Period.CONTRACT_YEAR)
        return self.layout.gathered(index) if stays else self.layout.own(index)

    # The steps
    # -----------------------------------------------------------------------------------------------------------------

    def _rename(self, index: int, position: int) -> None:
        """Another name of a value, which others may look for in a place of its own."""
        root = self.same[index]
        place = self.at[index] = self._place(root)
        if index in self.readers.abroad and place != self._home(index):
            self.program.steps.append(Step("copy", index, (place,), self._home(index)))
        self._after(index)
        self._release(position)

    def _write(self, index: int, position: int) -> None:
        node = self.nodes[index]
        if node.kind in ("op", "falls_in", "recall"):
            self._compute(index, node, position)
        elif node.kind == "sum" and self._place(index) != self.layout.gathered(index):
            self.program.steps.append(Step("copy", index, (self.layout.gathered(index),), self.at[index]))
        else:
            self._place(index)
        if index in self.noted:
            self._after(index)
        self._release(position)

    def _compute(self, index: int, node: Node, position: int) -> None:
        reads, where = self.reads[index], self.at
        read = tuple([where[one] if one in where else self._place(one) for one in reads])
        if node.kernel is not None and not node.kernel.writes_before_reading:
            self._release(position, index)
        trial, places = not read and node.trial, self.layout.places
        for place in read:
            trial = trial or places[place].trial
        out = self.targets.get(index)
        if out is None:
            free = self.free.get((trial, node.flag))
            out = free.pop() if free else self._spare(trial=trial, flag=node.flag)
        where[index] = out
        self.program.steps.append(Step("read" if node.kind == "recall" else node.kind, index, read, out))

    def _after(self, index: int) -> None:
        """What happens to a value once it stands: added up, kept for a later stage, or stored."""
        place, steps = self.at[index], self.program.steps
        for reader in self.readers.gather.get(index, ()):
            kind = self.nodes[reader].kind
            if kind == "recall":  # one a later stage; to write the month twice is to write it
                steps.append(Step("write", index, (place,), place))
            else:
                gathered = self.layout.gathered(reader)
                steps.append(Step("add" if kind == "sum" else "close", reader, (place,), gathered))
        if index in self.due:
            steps.append(Step("keep", index, (place,), place))

    def _spare(self, *, trial: bool, flag: bool) -> int:
        self.spares += 1
        return self.layout.place("spare", self.spares, trial=trial, flag=flag)

    def _release(self, position: int, but: int | None = None) -> None:
        """Give back the spare buffers of values that are used here for the last time, once; not yet that of `but`."""
        dying = self.dying[position]
        if not dying:
            return
        self.dying[position] = [value for value in dying if value == but]
        for value in dying:
            place = self.layout.places[self.at[value]] if value != but else None
            if place is not None and place.kind == "spare":
                self.free.setdefault((place.trial, place.flag), []).append(self.at[value])
