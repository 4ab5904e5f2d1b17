"""The plan: nodes put into stages, so that every value stands before it is read, in each year and month.

Within a contract year the stages alternate: contract-year values, and financial years that follow from them (even
stages), then month by month the monthly values with the financial year that closes among them (odd stages), then
contract-year values that read this year's months, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from finmodel.lines.expressions import UnitError
from finmodel.lines.lowering import Lowering, Node
from finmodel.lines.order import calculation_order
from finmodel.lines.periods import Calendar, Period
from finmodel.lines.sheet import Sheet

if TYPE_CHECKING:
    from finmodel.lines.layout import Layout

ONCE_STAGE = -1


@dataclass(frozen=True)
class Column:
    """One stored value of a trial: a node at one period number (from 1)."""

    line: str
    node: int
    period: int


@dataclass(frozen=True)
class Plan:
    """All that is needed to evaluate the wanted lines; plain data, so that a worker process can receive it."""

    calendar: Calendar
    nodes: tuple[Node, ...]
    stages: tuple[int, ...]
    order: tuple[int, ...]
    run_off_nodes: frozenset[int]
    columns: tuple[Column, ...]

    @cached_property
    def layout(self) -> Layout:
        """Where the values lie and the programs that compute them, for any number of trials."""
        from finmodel.lines.programs import lay_out

        return lay_out(self)

    def __getstate__(self) -> dict[str, object]:
        """A worker lays the plan out itself, which is quicker than receiving it."""
        return {name: value for name, value in self.__dict__.items() if name != "layout"}

    @property
    def drivers(self) -> tuple[str, ...]:
        """Names of the drivers that the plan reads."""
        return tuple(node.driver for node in self.nodes if node.kind == "drawn")

    def operations_per_year(self) -> int:
        """Kernel calls on trial values in one contract year: the measure of the plan's size."""
        return sum(
            12 if node.period is Period.MONTH else 1
            for node in self.nodes
            if node.kind == "op" and node.trial and node.period is not Period.ONCE
        )


def compile_plan(sheet: Sheet, calendar: Calendar, outputs: Sequence[tuple[str, Sequence[int]]]) -> Plan:
    """Plan the evaluation of `outputs`: names of lines with the period numbers (from 1) wanted of each.

    Raises `UnitError` where monthly and yearly lines read each other in a circle within one year.
    """
    lowering = Lowering(sheet, calendar)
    lowering.require([name for name, _ in outputs])
    beyond: set[int] = set()
    columns: list[Column] = []
    for name, periods in outputs:
        last = calendar.years * (12 if sheet[name].period is Period.MONTH else 1)
        for period in periods:
            node = lowering.stored(name, run_off=period > last)
            columns.append(Column(name, node, period))
            if period > last:
                beyond.add(node)
    nodes = lowering.nodes
    stages = _stages(nodes)
    _recall_earlier_months(nodes, stages)
    roots = [column.node for column in columns]
    roots += [node.source for node in nodes if node.source >= 0]
    order = calculation_order(nodes, roots)
    run_off = _needed_in_run_off(nodes, beyond)
    return Plan(calendar, tuple(nodes), tuple(stages), tuple(order), run_off, tuple(columns))


def _stages(nodes: list[Node]) -> list[int]:
    by_year = _read_no_months(nodes)
    stages = [
        ONCE_STAGE if node.period is Period.ONCE else 0 if own else 1 for node, own in zip(nodes, by_year, strict=True)
    ]
    for _ in range(len(nodes) + 2):
        changed = False
        for index, node in enumerate(nodes):
            if node.period is Period.ONCE:
                continue
            yearly = by_year[index]
            lowest = stages[index]
            for arg in node.args:
                other = nodes[arg]
                if other.period is Period.ONCE:
                    continue
                same_kind = by_year[arg] == yearly
                lowest = max(lowest, stages[arg] + (0 if same_kind else 1))
            if node.source >= 0 and node.period is Period.MONTH:
                lowest = max(lowest, stages[node.source])
            if lowest > stages[index]:
                stages[index], changed = lowest, True
        if not changed:
            return stages
        if max(stages) > 40:
            break
    raise UnitError(
        "monthly and yearly lines read each other in a circle within one year; read last year's value with lag"
    )


def _read_no_months(nodes: list[Node]) -> list[bool]:
    """Which values stand once a year: contract years, and the financial years that follow from those alone."""
    monthly = {index for index, node in enumerate(nodes) if node.period is Period.MONTH}
    changed = True
    while changed:
        changed = False
        for index, node in enumerate(nodes):
            if node.period is Period.FINANCIAL_YEAR and index not in monthly and not monthly.isdisjoint(node.args):
                monthly.add(index)
                changed = True
    return [node.period is not Period.MONTH and index not in monthly for index, node in enumerate(nodes)]


def _recall_earlier_months(nodes: list[Node], stages: list[int]) -> None:
    """Where a later stage reads monthly values of an earlier one, it reads them from the twelve that were kept."""
    recalls: dict[tuple[int, int], int] = {}

    def recalled(source: int, stage: int) -> int:
        key = (source, stage)
        if key not in recalls:
            recalls[key] = len(nodes)
            kept = nodes[source]
            nodes.append(Node("recall", Period.MONTH, (source,), flag=kept.flag, trial=kept.trial))
            stages.append(stage)
        return recalls[key]

    for index in range(len(nodes)):
        node, stage = nodes[index], stages[index]
        if node.period is Period.MONTH and node.source >= 0 and stages[node.source] < stage:
            node.source = recalled(node.source, stage)
        if node.kind in ("sum", "last"):
            stages[index] = stages[node.args[0]] if node.period is Period.FINANCIAL_YEAR else stage
            continue
        if node.period is Period.MONTH:
            node.args = tuple(
                recalled(arg, stage) if nodes[arg].period is Period.MONTH and stages[arg] < stage else arg
                for arg in node.args
            )


def _needed_in_run_off(nodes: list[Node], roots: set[int]) -> frozenset[int]:
    """Nodes that still matter after the last contract year; an `ending` node is zero there and needs nothing."""
    needed: set[int] = set()
    stack = list(roots)
    while stack:
        index = stack.pop()
        if index in needed:
            continue
        needed.add(index)
        node = nodes[index]
        if node.kind != "ending":
            stack.extend(node.args)
        if node.source >= 0:
            stack.append(node.source)
    return frozenset(needed)
