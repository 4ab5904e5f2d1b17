"""From lines to numbered nodes: names resolved, equal sub-formulas written once, sums of scheduled amounts made direct.

Two formulas are one node where they apply the same kernel to the same nodes (operands of `add` and `multiply` in either
order), so payment models share whatever is equal.
"""

from __future__ import annotations

from dataclasses import dataclass

from finmodel.lines.expressions import Conversion, Drawn, Expr, Given, Lag, Literal, Operation, Ref
from finmodel.lines.kernels import KERNELS, Kernel
from finmodel.lines.periods import Calendar, Period
from finmodel.lines.sheet import Sheet


@dataclass(slots=True)
class Node:
    """One value of the plan.

    kind: literal, given, drawn, op, lag, ending (zero in run-off), hold, falls_in, sum, last, begun, recall (a kept
    month). `args` are the
    nodes that it reads in the same period; `source` is the node that a lag reads `depth` periods earlier.
    """

    kind: str
    period: Period
    args: tuple[int, ...] = ()
    kernel: Kernel | None = None
    values: tuple[float, ...] = ()
    driver: str = ""
    month: int = 0
    source: int = -1
    depth: int = 0
    opening: float = 0.0
    flag: bool = False
    trial: bool = False
    """True where the value differs between trials."""


class Lowering:
    """Numbers the nodes that a set of lines needs."""

    def __init__(self, sheet: Sheet, calendar: Calendar) -> None:
        self.sheet, self.calendar = sheet, calendar
        self.nodes: list[Node] = []
        self._known: dict[tuple[object, ...], int] = {}
        self._lines: dict[str, int] = {}
        self._lowered: dict[bool, dict[Expr, int]] = {True: {}, False: {}}
        self._pending_lags: dict[int, tuple[str, bool]] = {}

    def require(self, names: list[str]) -> dict[str, int]:
        """Number these lines and all that they read, earlier periods included; the node of each line by name."""
        todo = list(names)
        while todo:
            for name in todo:
                self.line(name)
            todo = [name for name, _ in self._pending_lags.values() if name not in self._lines]
        for index, (name, ends) in self._pending_lags.items():
            line = self._lines[name]
            self.nodes[index].source = self._ending(line) if ends else line
        self._mark_trial_values()
        return self._lines

    def stored(self, name: str, *, run_off: bool) -> int:
        """The node that holds a required line's value as a result shows it: a service line is zero in run-off."""
        line, index = self.sheet[name], self._lines[name]
        return self._ending(index) if run_off and line.service and line.period is not Period.ONCE else index

    def _add(self, key: tuple[object, ...], node: Node) -> int:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.nodes)
            self.nodes.append(node)
        return found

    def line(self, name: str) -> int:
        """The node of a line (lines above it are numbered first: the sheet has no circle within a period)."""
        stack = [name]
        while stack:
            top = stack[-1]
            if top in self._lines:
                stack.pop()
                continue
            line = self.sheet[top]
            missing = [below for below in line.reads if below not in self._lines]
            if missing:
                stack.extend(reversed(missing))
                continue
            index = self._lower(line.expr, line.service)
            if line.period is not self.nodes[index].period:  # one value for all periods: the same in each
                index = self._add(
                    ("hold", line.period, index), Node("hold", line.period, (index,), flag=line.expr.flag)
                )
            self._lines[top] = index
            stack.pop()
        return self._lines[name]

    def _lower(self, expr: Expr, service: bool) -> int:
        """`service` says whether the reading line is zero in run-off; only lines that go on need the explicit zero.

        Operands stand before what they are part of, each once however often it is read: a sum may have a thousand.
        """
        lowered = self._lowered[service]
        stack = [expr]
        while stack:
            top = stack[-1]
            if isinstance(top, Operation):
                missing = [part for part in top.operands if part not in lowered]
                if missing:
                    stack.extend(reversed(missing))
                    continue
                index = self._operation(top.kernel, tuple([lowered[part] for part in top.operands]))
            else:
                index = self._lower_one(top, service)
            lowered[stack.pop()] = index
        return lowered[expr]

    def _literal(self, value: float) -> int:
        # Keys hold the text of a number, since 0 and -0 are equal but not the same.
        return self._add(("literal", value.hex()), Node("literal", Period.ONCE, values=(value,)))

    def _lower_one(self, expr: Expr, service: bool) -> int:
        """A formula that is no operation."""
        if isinstance(expr, Ref):
            index = self._lines[expr.name]
            line = self.sheet[expr.name]
            if not service and line.service and self.nodes[index].period is not Period.ONCE:
                return self._ending(index)
            return index
        if isinstance(expr, Literal):
            return self._literal(expr.value)
        if isinstance(expr, Given):
            key = ("given", expr.period, *(value.hex() for value in expr.values))
            return self._add(key, Node("given", expr.period, values=expr.values))
        if isinstance(expr, Drawn):
            return self._add(("drawn", expr.driver), Node("drawn", expr.period, driver=expr.driver, flag=expr.flag))
        if isinstance(expr, Lag):
            opening = self.sheet[expr.name].opening if expr.name in self.sheet else 0.0
            depth = min(expr.periods, self.calendar.count(expr.period))
            node = Node("lag", expr.period, depth=depth, opening=opening, flag=expr.flag)
            ends = not service and expr.name in self.sheet and self.sheet[expr.name].service
            index = self._add(("lag", expr.name, expr.periods, ends), node)
            self._pending_lags[index] = (expr.name, ends)
            return index
        assert isinstance(expr, Conversion)
        return self._lower_conversion(expr, service)

    def _ending(self, index: int) -> int:
        """A service value as lines that go on in run-off see it: zero there."""
        node = self.nodes[index]
        return self._add(("ending", index), Node("ending", node.period, (index,), flag=node.flag, trial=node.trial))

    def _operation(self, kernel: Kernel, args: tuple[int, ...]) -> int:
        key_args = tuple(sorted(args)) if kernel.commutes else args
        key = ("op", kernel.name, key_args)
        found = self._known.get(key)
        if found is not None:
            return found
        period = Period.ONCE
        for arg in args:
            if self.nodes[arg].period is not Period.ONCE:
                period = self.nodes[arg].period
        return self._add(key, Node("op", period, key_args, kernel=kernel, flag=kernel.gives_flag))

    def _lower_conversion(self, expr: Conversion, service: bool) -> int:
        if expr.kind == "sum":
            scheduled = self._schedule(expr.operand, expr.period, service)
            if scheduled is not None:
                return scheduled
        arg = self._lower(expr.operand, service)
        if expr.kind == "spread":
            twelfth = self._operation(KERNELS["divide"], (arg, self._literal(12.0)))
            return self._add(("hold", Period.MONTH, twelfth), Node("hold", Period.MONTH, (twelfth,)))
        flag = self.nodes[arg].flag
        node = Node(expr.kind, expr.period, (arg,), month=expr.month, flag=flag)
        return self._add((expr.kind, expr.period, arg, expr.month), node)

    # Sums of amounts whose months are known need no months: a year's amount in twelve equal parts, or all in one month,
    # is a fixed part of one or two financial years.
    def _schedule(self, expr: Expr, period: Period, service: bool) -> int | None:
        if isinstance(expr, Ref):
            line = self.sheet[expr.name]
            return self._schedule(line.expr, period, line.service) if line.service == service else None
        if isinstance(expr, Literal) and expr.value == 0.0:
            return self._lower(expr, service)
        if isinstance(expr, Operation) and expr.kernel.name in ("add", "subtract", "negative"):
            parts = [self._schedule(operand, period, service) for operand in expr.operands]
            if any(part is None for part in parts):
                return None
            return self._operation(expr.kernel, tuple(part for part in parts if part is not None))
        if not isinstance(expr, Conversion) or expr.kind not in ("spread", "falls_in"):
            return None
        arg = self._lower(expr.operand, service)
        if period is Period.CONTRACT_YEAR:
            return arg
        inside = 12 - self.calendar.offset
        if inside == 12 or (expr.kind == "falls_in" and expr.month <= inside):
            return self._begun(arg)
        earlier = self._begun(self._add(("previous", arg), Node("lag", Period.CONTRACT_YEAR, depth=1, source=arg)))
        if expr.kind == "falls_in":
            return earlier
        weights = [self._literal(part / 12) for part in (12 - inside, inside)]
        parts = [
            self._operation(KERNELS["multiply"], (node, w))
            for node, w in zip((earlier, self._begun(arg)), weights, strict=True)
        ]
        return self._operation(KERNELS["add"], tuple(parts))  # type: ignore[arg-type]

    def _begun(self, arg: int) -> int:
        return self._add(
            ("begun", Period.FINANCIAL_YEAR, arg, 0),
            Node("begun", Period.FINANCIAL_YEAR, (arg,), flag=self.nodes[arg].flag),
        )

    def _mark_trial_values(self) -> None:
        """A value differs between trials if anything that it reads, now or earlier, does."""
        changed = True
        while changed:
            changed = False
            for node in self.nodes:
                if not node.trial and (
                    node.kind == "drawn"
                    or any(self.nodes[arg].trial for arg in node.args)
                    or (node.source >= 0 and self.nodes[node.source].trial)
                ):
                    node.trial = changed = True
