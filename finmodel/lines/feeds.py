"""Values that no trial changes, put before the programs period by period: one copy for all of a kind."""

from __future__ import annotations

from collections.abc import Mapping

from finmodel.arrays import Array, np
from finmodel.lines.layout import Layout
from finmodel.lines.periods import Period


class _Feed:
    """The values of one period and type: `present`, shape (values,), is filled from a row of `table`."""

    def __init__(self, values: list[Array], count: int) -> None:
        self.table = np.array([np.broadcast_to(one, count) for one in values]).T.copy()
        self.present = self.table[0].copy()


class Feeds:
    """Buffers without an axis for the known values that programs read."""

    def __init__(self, layout: Layout) -> None:
        nodes, known = layout.plan.nodes, layout.known
        groups: dict[tuple[Period, bool], list[int]] = {}
        for place in layout.places:
            if place.kind == "known":
                groups.setdefault((nodes[place.number].period, place.flag), []).append(place.number)
        self._by_period: dict[Period, list[_Feed]] = {}
        self.buffers: dict[int, Array] = {}
        """The buffer of each node."""
        for (period, _), members in groups.items():
            feed = _Feed([known[index] for index in members], layout.plan.calendar.count(period))
            self._by_period.setdefault(period, []).append(feed)
            for position, index in enumerate(members):
                self.buffers[index] = feed.present[position : position + 1].reshape(())

    def to(self, period: Period, number: int) -> None:
        """Turn to period `number` (from 1) of that kind."""
        for feed in self._by_period.get(period, ()):
            np.copyto(feed.present, feed.table[number - 1])


def constant(values: Mapping[int, Array], index: int) -> float | None:
    """The number that a known node is in every period, if it is one."""
    found = values[index]
    return float(found[0]) if found.dtype != np.bool_ and (found == found[0]).all() else None
