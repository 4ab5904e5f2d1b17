"""What is known before any trial: values that no draw touches, worked out once for every period of the calendar.

They go through the same kernels as trial values, all periods of a line in one call, which gives the same bits as one
by one. Values that read themselves a period earlier are left to the programs.
"""

from __future__ import annotations

from collections.abc import Mapping

from finmodel.arrays import Array, np
from finmodel.lines.lowering import Node
from finmodel.lines.periods import Calendar, Period
from finmodel.lines.plan import Plan


def known_values(plan: Plan) -> dict[int, Array]:
    """By node: its value in each of its periods, shape (periods,)."""
    nodes = plan.nodes
    waiting: dict[int, int] = {}
    readers: dict[int, list[int]] = {}
    for index in plan.order:
        node = nodes[index]
        if node.trial:
            continue
        read = (*node.args, node.source) if node.source >= 0 else node.args
        waiting[index] = len(read)
        for other in read:
            readers.setdefault(other, []).append(index)
    ready = [index for index, reads in waiting.items() if not reads]
    found: dict[int, Array] = {}
    with np.errstate(all="ignore"):  # what a phase switches off may divide by zero
        while ready:
            index = ready.pop()
            found[index] = _value(nodes[index], found, plan.calendar)
            for reader in readers.get(index, ()):
                if reader in waiting:
                    waiting[reader] -= 1
                    if not waiting[reader]:
                        ready.append(reader)
    return found


def at(values: Array, number: int) -> Array:
    """The value in period `number` (from 1); one value only is the same in all."""
    value: Array = values[min(number, values.size) - 1]
    return value


def _value(node: Node, found: Mapping[int, Array], calendar: Calendar) -> Array:
    count = calendar.count(node.period)
    if node.kind in ("literal", "given"):
        values = node.values[:count]
        return np.array([*values, *[values[-1]] * (count - len(values))])
    args = [found[arg] for arg in node.args]
    out = np.zeros(count, dtype=bool if node.flag else np.float64)
    if node.kind == "op":
        assert node.kernel is not None
        if node.kernel.name == "where":  # the kernel for blocks takes one condition or one a trial
            args = [np.broadcast_to(arg, out.shape) for arg in args]
        node.kernel.apply(*args, out=out)
    elif node.kind == "lag":
        out.fill(node.opening)
        out[node.depth :] = found[node.source][: count - node.depth]
    elif node.kind in ("hold", "falls_in"):
        out[:] = np.repeat(args[0], count // args[0].size)
        if node.kind == "falls_in":
            out[np.arange(count) % 12 != node.month - 1] = 0
    elif node.kind == "ending":
        last = calendar.years * (12 if node.period is Period.MONTH else 1)
        out[:last] = args[0][:last]
    elif node.kind in ("sum", "last"):
        _gather(node, args[0], out, calendar)
    else:  # begun, recall
        out[:] = args[0]
    return out


def _gather(node: Node, months: Array, out: Array, calendar: Calendar) -> None:
    """Months of each year, added from left to right, or the last of them; months before the calendar do not count."""
    closing = closing_month(node.period, calendar)
    for year in range(out.size):
        last = 12 * year + closing
        out[year] = months[last - 1]
        if node.kind == "sum":
            first = max(last - 12, 0)
            out[year] = months[first]
            for month in range(first + 1, last):
                out[year] = np.add(out[year], months[month])


def closing_month(period: Period, calendar: Calendar) -> int:
    """The month of the contract year (1 to 12) at whose end a year of this kind closes."""
    return 12 if period is Period.CONTRACT_YEAR else 12 - calendar.offset
