"""A plan bound to buffers: evaluates one draw-block at a time, period by period, with every buffer reused.

Values that differ between trials have shape (trials,); values that do not are arrays without an axis and go through the
same kernels. Nothing is allocated while a block is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from finmodel.arrays import Array, FloatArray, np
from finmodel.lines.feeds import Feeds, constant
from finmodel.lines.instructions import AddMonth, Clock, FallsIn, Keep, Lagged, LastMonth, Months, copy
from finmodel.lines.known import at, closing_month
from finmodel.lines.layout import Key, Place, Program, Step
from finmodel.lines.periods import Period
from finmodel.lines.plan import ONCE_STAGE, Plan

Instruction: TypeAlias = "tuple[Callable[..., Any], tuple[Array, ...], Array]"


class InputSource(Protocol):
    """Where the trial's own inputs come from: one buffer of shape (trials,) a driver, refilled in place.

    `only` names the drivers whose values of that year are read.
    """

    @property
    def values(self) -> Mapping[str, FloatArray]: ...

    def start_block(self, block: int) -> None: ...

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None: ...


@dataclass(frozen=True)
class _Bound:
    """A program with its buffers."""

    instructions: list[Instruction]
    moves: list[Lagged]
    drivers: set[str]


class BoundPlan:
    """A plan with its buffers. `run(block)` gives the columns of that draw-block, shape (columns, trials).

    The returned array is overwritten by the next call. `kept` stores these trials of the block only (shape
    (columns, kept), for an explanation) without changing what is computed.
    """

    def __init__(self, plan: Plan, source: InputSource, trials: int, kept: Sequence[int] | None = None) -> None:
        self.plan, self.source, self.trials = plan, source, trials
        self.kept = None if kept is None else np.array(kept)
        self.clock = Clock()
        self.results: FloatArray = np.empty((len(plan.columns), trials if kept is None else len(kept)))
        self._layout = plan.layout
        self._feeds = Feeds(self._layout)
        self._arrays = [self._array(place) for place in self._layout.places]
        self._months: dict[int, Months] = {}
        self._constants: dict[str, Array] = {}
        self._rows = self._result_rows()
        self._chains = self._lag_chains()
        bound: dict[int, _Bound] = {}
        self._programs: dict[Key, list[_Bound]] = {}
        for key, programs in self._layout.programs.items():
            for program in programs:
                if id(program) not in bound:
                    bound[id(program)] = self._bind(program)
            self._programs[key] = [bound[id(program)] for program in programs]
        self._stages = sorted({stage for stage, _ in self._programs} - {ONCE_STAGE})
        self._years = [self._year(year) for year in range(1, plan.calendar.total_years + 1)]

    # Binding
    # -----------------------------------------------------------------------------------------------------------------

    def _array(self, place: Place) -> Array:
        if place.kind == "drawn":
            return self.source.values[self.plan.nodes[place.number].driver]
        if place.kind == "known":
            return self._feeds.buffers[place.number]
        return self._new(trial=place.trial, flag=place.flag)

    def _new(self, *, trial: bool, flag: bool, months: tuple[int, ...] = ()) -> Array:
        return np.zeros((*months, self.trials) if trial else months, dtype=bool if flag else np.float64)

    def _result_rows(self) -> dict[int, dict[int, list[FloatArray]]]:
        """The rows of each node by period; what is known is written here, once for all blocks."""
        rows: dict[int, dict[int, list[FloatArray]]] = {}
        for column, row in zip(self.plan.columns, self.results, strict=True):
            if column.node in self._layout.known:
                row.fill(at(self._layout.known[column.node], column.period))
            else:
                rows.setdefault(column.node, {}).setdefault(column.period, []).append(row)
        return rows

    def _lag_chains(self) -> dict[int, list[Array]]:
        chains = {}
        for index in self._layout.lags:
            node = self.plan.nodes[index]
            further = [self._new(trial=node.trial, flag=node.flag) for _ in range(node.depth - 1)]
            chains[index] = [self._arrays[self._layout.own(index)], *further]
        return chains

    def _bind(self, program: Program) -> _Bound:
        moves = [(lag, self._arrays[newest]) for lag, newest in program.moves]
        moving = {id(chain[0]) for chain in self._chains.values()}
        lagged = [
            Lagged(self._chains[lag], newest, np.zeros_like(newest) if id(newest) in moving else None)
            for lag, newest in moves
        ]
        nodes, arrays = self.plan.nodes, self._arrays
        instructions: list[Instruction] = []
        for step in program.steps:
            what, index, read, place = step
            kernel = nodes[index].kernel
            if kernel is None or what != "op":
                instructions.append(self._instruction(step))
            elif kernel.name in ("min", "max") and arrays[place].ndim:
                instructions.append((kernel.apply, tuple([self._spread(one) for one in read]), arrays[place]))
            else:
                instructions.append((kernel.apply, tuple([arrays[one] for one in read]), arrays[place]))
        return _Bound(instructions, lagged, program.drivers)

    def _instruction(self, step: Step) -> Instruction:
        """Of a step that is not an operation."""
        what, index, read, place = step
        node, arrays = self.plan.nodes[index], self._arrays
        args, out = tuple([arrays[one] for one in read]), arrays[place]
        if what == "keep":
            return Keep(self.clock, node.period, self._rows[index], self.kept), args, out
        if what == "falls_in":
            return FallsIn(self.clock, node.month), args, out
        if what in ("add", "close"):
            closing = closing_month(node.period, self.plan.calendar)
            return (
                (AddMonth(self.clock, closing % 12 + 1) if what == "add" else LastMonth(self.clock, closing)),
                args,
                out,
            )
        if what in ("write", "read"):
            months = self._kept_months(index if what == "write" else node.args[0])
            return (months.write if what == "write" else months.read), args, out
        return copy, args, out

    def _spread(self, place: int) -> Array:
        """A number that is the same in all periods, as a block: minimum and maximum are slow with one number."""
        found = self._layout.places[place]
        number = constant(self._layout.known, found.number) if found.kind == "known" else None
        if number is None:
            return self._arrays[place]
        return self._constants.setdefault(number.hex(), np.full(self.trials, number))

    def _kept_months(self, index: int) -> Months:
        if index not in self._months:
            node = self.plan.nodes[index]
            self._months[index] = Months(self.clock, self._new(trial=node.trial, flag=node.flag, months=(12,)))
        return self._months[index]

    def _year(self, year: int) -> tuple[frozenset[str], list[Lagged]]:
        """The drivers whose values of the year are read, and the lags that move at its end."""
        drivers: set[str] = set()
        moves: list[Lagged] = []
        for (stage, monthly), programs in self._programs.items():
            if stage == ONCE_STAGE:
                continue
            for program in programs[12 * year - 12 : 12 * year] if monthly else programs[year - 1 : year]:
                drivers |= program.drivers
                moves += [] if monthly else program.moves
        return frozenset(drivers), moves

    # Running
    # -----------------------------------------------------------------------------------------------------------------

    def run(self, block: int) -> FloatArray:
        """Evaluate draw-block `block` (from 0). A branch not taken may divide by zero: only what is stored counts."""
        with np.errstate(all="ignore"):
            return self._run(block)

    def _run(self, block: int) -> FloatArray:
        clock = self.clock
        self.source.start_block(block)
        for index, chain in self._chains.items():
            for state in chain:
                state.fill(self.plan.nodes[index].opening)
        clock.year, clock.month = 0, 0
        self._execute((ONCE_STAGE, False), 1)
        for year, (drivers, moves) in enumerate(self._years, 1):
            clock.year = year
            self.source.start_year(year, drivers)
            self._feeds.to(Period.CONTRACT_YEAR, year)
            self._feeds.to(Period.FINANCIAL_YEAR, year)
            for stage in self._stages:
                if (stage, True) in self._programs:
                    self._run_months(stage)
                else:
                    self._execute((stage, False), year)
            _move(moves)
        return self.results

    def _run_months(self, stage: int) -> None:
        """Month by month, with the financial year that closes among them."""
        clock, closing = self.clock, closing_month(Period.FINANCIAL_YEAR, self.plan.calendar)
        for month in range(1, 13):
            clock.month = month
            number = clock.number(Period.MONTH)
            self._feeds.to(Period.MONTH, number)
            self._execute((stage, True), number)
            _move(self._programs[stage, True][number - 1].moves)
            if month == closing:
                self._execute((stage, False), clock.year)

    def _execute(self, key: Key, number: int) -> None:
        programs = self._programs.get(key)
        if programs is not None:
            for function, args, out in programs[number - 1].instructions:
                function(*args, out=out)


def _move(lags: Iterable[Lagged]) -> None:
    """The present values become the earlier ones that these lags read next."""
    for lag in lags:
        lag.set_aside()
    for lag in lags:
        lag.move()
