"""A plan bound to buffers: evaluates one draw-block at a time, period by period, with every buffer reused.

All values that differ between trials have shape (trials,); values that do not are arrays of one element and go through
the same kernels. Nothing is allocated while a block is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from finmodel.arrays import Array, FloatArray, np
from finmodel.lines.lowering import Node
from finmodel.lines.periods import Period
from finmodel.lines.plan import ONCE_STAGE, Plan

Instruction: TypeAlias = "tuple[Callable[..., Any], tuple[Array, ...], Array]"


class InputSource(Protocol):
    """Where the trial's own inputs come from: one buffer of shape (trials,) a driver, refilled in place."""

    @property
    def values(self) -> Mapping[str, FloatArray]: ...

    def start_block(self, block: int) -> None: ...

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None: ...


def _copy(source: Array, *, out: Array) -> None:
    np.copyto(out, source)


class _Falls:
    """A year's amount in one month of the contract year, zero in the others."""

    def __init__(self, clock: _Clock, month: int) -> None:
        self.clock, self.month = clock, month

    def __call__(self, amount: Array, *, out: Array) -> None:
        if self.clock.month == self.month:
            np.copyto(out, amount)
        else:
            out.fill(0)


class _Accumulate:
    """Adds months up; starts again in the first month of its year and is read when the year closes."""

    def __init__(self, clock: _Clock, first_month: int) -> None:
        self.clock, self.first_month = clock, first_month

    def __call__(self, amount: Array, *, out: Array) -> None:
        if self.clock.month == self.first_month or (self.clock.month == 1 and self.clock.year == 1):
            np.copyto(out, amount)
        else:
            np.add(out, amount, out=out)


class _Keep:
    """Writes a value into its column of the result in the periods that were asked for."""

    def __init__(self, plan: BoundPlan, period: Period, rows: dict[int, FloatArray]) -> None:
        self.plan, self.period, self.rows = plan, period, rows

    def __call__(self, value: Array, *, out: Array) -> None:
        row = self.rows.get(self.plan.clock.number(self.period))
        if row is not None:
            kept = self.plan.kept
            np.copyto(row, value if kept is None or value.size == 1 else value[kept])


class _Month:
    """The value kept of the present month."""

    def __init__(self, clock: _Clock, history: Array) -> None:
        self.clock, self.history = clock, history

    def write(self, value: Array, *, out: Array) -> None:
        np.copyto(self.history[self.clock.month - 1], value)

    def read(self, value: Array, *, out: Array) -> None:
        np.copyto(out, self.history[self.clock.month - 1])


@dataclass
class _LagState:
    """The earlier values of one lag: `chain[0]` is what formulas read, the last is one period old.

    Where the source is itself a lag (or the same buffer), it is copied aside before any lag advances.
    """

    node: Node
    stage: int
    chain: list[Array]
    source: Array
    aside: Array | None = None

    def set_aside(self) -> None:
        if self.aside is not None:
            np.copyto(self.aside, self.source)

    def advance(self) -> None:
        newest = self.source if self.aside is None else self.aside
        for state, newer in zip(self.chain, [*self.chain[1:], newest], strict=True):
            np.copyto(state, newer)


class _Clock:
    def __init__(self) -> None:
        self.year, self.month = 0, 0

    def number(self, period: Period) -> int:
        if period is Period.ONCE:
            return 1
        return (self.year - 1) * 12 + self.month if period is Period.MONTH else self.year


class BoundPlan:
    """A plan with its buffers. `run(block)` gives the columns of that draw-block, shape (columns, trials).

    The returned array is overwritten by the next call. `kept` stores these trials of the block only (shape
    (columns, kept), for an explanation) without changing what is computed.
    """

    def __init__(self, plan: Plan, source: InputSource, trials: int, kept: Sequence[int] | None = None) -> None:
        self.plan, self.source, self.trials = plan, source, trials
        self.kept = None if kept is None else np.array(kept)
        self.clock = _Clock()
        self._registers: list[Array | None] = [None] * len(plan.nodes)
        self._free: dict[tuple[bool, bool], list[Array]] = {}
        self._histories: dict[int, _Month] = {}
        self.results: FloatArray = np.empty((len(plan.columns), trials if kept is None else len(kept)))
        self._givens: list[tuple[Array, Node]] = []
        self._lags: list[_LagState] = []
        self._bind()

    # Binding
    # -----------------------------------------------------------------------------------------------------------------

    def _new(self, node: Node) -> Array:
        return np.zeros(self.trials if node.trial else 1, dtype=bool if node.flag else np.float64)

    def _bind(self) -> None:
        plan, nodes = self.plan, self.plan.nodes
        rows: dict[int, dict[int, list[FloatArray]]] = {}
        for number, column in enumerate(plan.columns):
            rows.setdefault(column.node, {}).setdefault(column.period, []).append(self.results[number])
        pinned = self._pinned()
        self._readers: dict[int, list[int]] = {}
        for reader in plan.order:
            for arg in nodes[reader].args:
                self._readers.setdefault(arg, []).append(reader)
        self._gathered: dict[int, Array] = {}
        stage_numbers = sorted({plan.stages[i] for i in plan.order})
        self._programs: dict[tuple[int, Period], tuple[list[Instruction], list[Instruction]]] = {}
        for index in plan.order:
            self._hold_inputs(index)
        for stage in stage_numbers:
            for period in Period:
                members = [i for i in plan.order if plan.stages[i] == stage and nodes[i].period is period]
                if members:
                    self._programs[stage, period] = self._program(members, pinned, rows)
        lagged = {id(self._register(i)) for i in plan.order if nodes[i].kind == "lag"}
        for index in plan.order:
            node = nodes[index]
            if node.kind == "lag":
                chain = [self._register(index)] + [self._new(node) for _ in range(node.depth - 1)]
                source = self._register(node.source)
                aside = self._new(nodes[node.source]) if id(source) in lagged else None
                self._lags.append(_LagState(node, plan.stages[index], chain, source, aside))
        self._stages = [stage for stage in stage_numbers if stage != ONCE_STAGE]
        run_off = [nodes[i] for i in plan.order if i in plan.run_off_nodes]
        self._drawn_in_run_off = frozenset(node.driver for node in run_off if node.kind == "drawn")
        self._zero_in_run_off = [self._register(i) for i in plan.order if nodes[i].kind == "ending"]

    def _register(self, index: int) -> Array:
        register = self._registers[index]
        assert register is not None
        return register

    def _pinned(self) -> set[int]:
        """Nodes whose buffer must outlive their own program: read by another stage or period, or by a lag."""
        plan, nodes = self.plan, self.plan.nodes
        pinned: set[int] = set()
        for index in plan.order:
            node = nodes[index]
            if node.source >= 0:
                pinned.update((node.source, index))
            if node.kind in ("literal", "given", "drawn", "ending", "sum", "last"):
                pinned.add(index)
            for arg in node.args:
                elsewhere = plan.stages[arg] != plan.stages[index] or nodes[arg].period is not node.period
                if elsewhere or node.kind in ("hold", "begun"):
                    pinned.add(arg)
            if node.kind in ("hold", "begun"):
                pinned.add(index)
        return pinned

    def _hold_inputs(self, index: int) -> None:
        node = self.plan.nodes[index]
        if node.kind == "literal":
            self._registers[index] = np.full(1, node.values[0])
        elif node.kind == "given":
            register = self._registers[index] = np.full(1, node.values[0])
            if node.period is not Period.ONCE:
                self._givens.append((register, node))
        elif node.kind == "drawn":
            self._registers[index] = self.source.values[node.driver]
        elif node.kind in ("lag", "ending", "sum", "last"):
            self._registers[index] = self._new(node)

    def _program(
        self, members: list[int], pinned: set[int], rows: dict[int, dict[int, list[FloatArray]]]
    ) -> tuple[list[Instruction], list[Instruction]]:
        """Instructions of one stage and period: for contract years, and the fewer for run-off years."""
        nodes = self.plan.nodes
        last_use: dict[int, int] = {}
        for position, index in enumerate(members):
            for arg in nodes[index].args:
                last_use[arg] = position
        full: list[Instruction] = []
        run_off: list[Instruction] = []
        for position, index in enumerate(members):
            added = self._instructions(index, pinned, rows, position, last_use)
            full += added
            if index in self.plan.run_off_nodes and nodes[index].kind != "ending":
                run_off += added
            elif nodes[index].kind == "ending":
                run_off += added[1:]  # all but the copy: it stays zero, and is added up and stored as such
        return full, run_off

    def _instructions(
        self,
        index: int,
        pinned: set[int],
        rows: dict[int, dict[int, list[FloatArray]]],
        position: int,
        last_use: dict[int, int],
    ) -> list[Instruction]:
        node = self.plan.nodes[index]
        found: list[Instruction] = []
        args = tuple(self._register(arg) for arg in node.args)
        free_now = [a for a in set(node.args) if last_use[a] == position and a not in pinned]
        early = node.kernel is not None and not node.kernel.writes_before_reading
        if early:
            self._release(free_now)
        if node.kind in ("hold", "begun"):
            self._registers[index] = args[0]
        elif self._registers[index] is None:
            self._registers[index] = self._take(node, index in pinned)
        out = self._register(index)
        if not early:
            self._release(free_now)
        if node.kind == "op":
            assert node.kernel is not None
            found.append((node.kernel.apply, args, out))
        elif node.kind in ("ending", "sum", "last"):
            found.append((_copy, (self._gathered.get(index, *args),), out))
        elif node.kind == "falls_in":
            found.append((_Falls(self.clock, node.month), args, out))
        elif node.kind == "recall":
            found.append((self._histories[node.args[0]].read, (out,), out))
        if node.period is Period.MONTH:
            found += self._month_ends(index, out)
        found += self._keeps(index, rows.get(index, {}), out)
        if index not in last_use and index not in pinned:
            self._release([index])
        return found

    def _keeps(self, index: int, targets: dict[int, list[FloatArray]], out: Array) -> list[Instruction]:
        """Store a value in its columns; two lines of equal formula have a column each."""
        copies = max((len(found) for found in targets.values()), default=0)
        by_copy = [{period: found[i] for period, found in targets.items() if i < len(found)} for i in range(copies)]
        period = self.plan.nodes[index].period
        return [(_Keep(self, period, found), (out,), out) for found in by_copy]

    def _month_ends(self, index: int, out: Array) -> list[Instruction]:
        """What happens to a month's value once it stands: added up, or kept for a later stage.

        A lag moves on before its year closes, so the month's value is put aside for `last`.
        """
        found: list[Instruction] = []
        for reader in self._readers.get(index, []):
            node = self.plan.nodes[reader]
            if node.kind == "sum":
                yearly = node.period is Period.CONTRACT_YEAR
                first = 1 if yearly else (12 - self.plan.calendar.offset) % 12 + 1
                self._gathered[reader] = self._new(node)
                found.append((_Accumulate(self.clock, first), (out,), self._gathered[reader]))
            elif node.kind == "last" and self.plan.nodes[index].kind == "lag":
                self._gathered[reader] = self._new(node)
                found.append((_copy, (out,), self._gathered[reader]))
            elif node.kind == "recall" and index not in self._histories:
                history = _Month(self.clock, np.zeros((12, out.size), dtype=out.dtype))
                self._histories[index] = history
                found.append((history.write, (out,), out))
        return found

    def _take(self, node: Node, pinned: bool) -> Array:
        free = self._free.get((node.trial, node.flag), [])
        return free.pop() if free and not pinned else self._new(node)

    def _release(self, indices: list[int]) -> None:
        for index in indices:
            node = self.plan.nodes[index]
            self._free.setdefault((node.trial, node.flag), []).append(self._register(index))

    # Running
    # -----------------------------------------------------------------------------------------------------------------

    def run(self, block: int) -> FloatArray:
        """Evaluate draw-block `block` (from 0). A branch not taken may divide by zero: only what is stored counts."""
        with np.errstate(all="ignore"):
            return self._run(block)

    def _run(self, block: int) -> FloatArray:
        clock, calendar = self.clock, self.plan.calendar
        self.source.start_block(block)
        for lag in self._lags:
            for state in lag.chain:
                state.fill(lag.node.opening)
        clock.year, clock.month = 0, 0
        self._execute(ONCE_STAGE, Period.ONCE, False)
        for year in range(1, calendar.total_years + 1):
            clock.year = year
            run_off = year > calendar.years
            if year == calendar.years + 1:
                for register in self._zero_in_run_off:
                    register.fill(0)
            self.source.start_year(year, self._drawn_in_run_off if run_off else None)
            self._feed(Period.CONTRACT_YEAR, year)
            self._feed(Period.FINANCIAL_YEAR, year)
            for stage in self._stages:
                if stage % 2 == 0:
                    self._execute(stage, Period.CONTRACT_YEAR, run_off)
                else:
                    self._run_months(stage, run_off)
            self._advance([lag for lag in self._lags if lag.node.period is not Period.MONTH])
        return self.results

    def _run_months(self, stage: int, run_off: bool) -> None:
        closing = 12 - self.plan.calendar.offset
        if (stage, Period.MONTH) not in self._programs:
            self._execute(stage, Period.FINANCIAL_YEAR, run_off)
            return
        monthly = [lag for lag in self._lags if lag.node.period is Period.MONTH and lag.stage == stage]
        for month in range(1, 13):
            self.clock.month = month
            self._feed(Period.MONTH, self.clock.number(Period.MONTH))
            self._execute(stage, Period.MONTH, run_off)
            self._advance(monthly)
            if month == closing:
                self._execute(stage, Period.FINANCIAL_YEAR, run_off)

    def _execute(self, stage: int, period: Period, run_off: bool) -> None:
        programs = self._programs.get((stage, period))
        if programs is None:
            return
        for function, args, out in programs[run_off]:
            function(*args, out=out)

    def _feed(self, period: Period, number: int) -> None:
        for register, node in self._givens:
            if node.period is period:
                register[0] = node.values[min(number, len(node.values)) - 1]

    def _advance(self, due: list[_LagState]) -> None:
        """The present values become the earlier ones that these lags read next."""
        for lag in due:
            lag.set_aside()
        for lag in due:
            lag.advance()
