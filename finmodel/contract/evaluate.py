"""A contract evaluated: draw-blocks of trials, the base case, and every line of one trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from finmodel.arrays import FloatArray, np
from finmodel.contract.build import Contract
from finmodel.contract.events import EVENT_YEARS
from finmodel.errors import InputError, Mistake, nearest
from finmodel.lines import BoundPlan, Calendar, Line, Period, Plan, compile_plan
from finmodel.uncertainty import BLOCK_SIZE, Draws, Driver, central_values


class Drawn(Protocol):
    """What is drawn: a contract's drivers, over its calendar."""

    @property
    def calendar(self) -> Calendar: ...
    @property
    def drivers(self) -> Sequence[Driver]: ...


@dataclass(frozen=True)
class WithDrivers:
    """Drivers and a calendar, of which nothing is compiled yet."""

    calendar: Calendar
    drivers: Sequence[Driver]


class CentralDraws:
    """The base case: every driver at its central value; noise is zero. One trial."""

    def __init__(self, drawn: Drawn) -> None:
        years = drawn.calendar.total_years
        self._by_year = {driver.name: central_values(driver, years) for driver in drawn.drivers}
        self.values: dict[str, FloatArray] = {name: np.zeros(1) for name in self._by_year}

    def hold(self, name: str, value: float) -> None:
        """Hold a driver at one value in every year."""
        self._by_year[name] = (value,) * len(self._by_year[name])

    def start_block(self, block: int) -> None:
        for name, value in self.values.items():
            value[0] = self._by_year[name][0]

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        for name, value in self.values.items():
            value[0] = self._by_year[name][year - 1]


def make_draws(contract: Contract) -> Draws:
    """The contract's drivers under its seed and sampler; InputError where correlations are impossible."""
    return Draws(
        contract.drivers,
        contract.correlations_used,
        seed=contract.seed,
        first_financial_year=contract.calendar.first_financial_year,
        years=contract.calendar.total_years,
        sampler=contract.sampler,
    )


class _First:
    """The first trials of each draw-block, which is drawn whole."""

    def __init__(self, draws: Draws, trials: int) -> None:
        self.values: dict[str, FloatArray] = {name: values[:trials] for name, values in draws.values.items()}
        self.start_block, self.start_year = draws.start_block, draws.start_year


class Evaluator:
    """Buffers for one process. `block(n)` gives the stored figures of draw-block n, shape (columns, trials).

    A short run needs only the first `trials` of each block, and no more are evaluated; that changes none of them.
    """

    def __init__(self, contract: Contract, trials: int = BLOCK_SIZE) -> None:
        self.contract = contract
        self.columns = len(contract.outputs)
        draws = make_draws(contract)
        self._bound = BoundPlan(contract.plan, draws if trials == BLOCK_SIZE else _First(draws, trials), trials)

    def block(self, number: int) -> FloatArray:
        """Trials number * 4096 and on; the array is overwritten by the next call."""
        return self._bound.run(number)


def central(contract: Contract) -> FloatArray:
    """The base case: the stored figures with every driver at its central value, shape (columns,)."""
    return BoundPlan(contract.plan, CentralDraws(contract), 1).run(0)[:, 0].copy()


@dataclass(frozen=True)
class TrialSheet:
    """Every line of one trial: `values[name]` has one number a period of the line."""

    contract: Contract
    model: str
    trial: int | None
    values: Mapping[str, FloatArray]

    def lines(self) -> list[Line]:
        """The lines that this payment model needs, in the order of the sheet."""
        return [line for line in self.contract.sheet if line.name in self.values]


def lines_of_model(contract: Contract, model: str) -> list[str]:
    """Names of the lines of one payment model, of own lines and of all that they read, in the order of the sheet."""
    sheet = contract.sheet
    roots = [line.name for line in sheet if line.name.startswith(f"{model}.")]
    roots += [f"lines.{name}" for name in contract.scenario.lines]
    counts = [output.line for output in contract.outputs if output.figure == EVENT_YEARS]
    roots += [output.line for output in contract.outputs if output.model is None and output.line not in counts]
    needed = sheet.behind(roots)
    needed |= {line for line in counts if line.rpartition(".")[0] in needed}  # of the events that it reads
    return [line.name for line in sheet if line.name in needed]


def _all_lines_plan(contract: Contract, names: list[str]) -> tuple[Plan, list[tuple[str, int]]]:
    calendar = contract.calendar
    wanted = []
    for name in names:
        line = contract.sheet[name]
        per_year = 12 if line.period is Period.MONTH else 1
        last = calendar.years * per_year if line.service else calendar.count(line.period)
        wanted.append((name, 1 if line.period is Period.ONCE else last))
    return compile_plan(contract.sheet, calendar, [(name, range(1, count + 1)) for name, count in wanted]), wanted


def trial(contract: Contract, model: str, number: int | None) -> TrialSheet:
    """Every line of trial `number` (from 0), to the bit as in the run; None gives the base case."""
    return trials(contract, model, [number])[0]


def trials(contract: Contract, model: str, numbers: Sequence[int | None]) -> list[TrialSheet]:
    """Every line of several trials, in the order given.

    A trial's whole draw-block is evaluated with the same kernels and its column is copied out; each block once.
    """
    if model not in contract.models:
        raise InputError(
            Mistake(f"there is no payment model '{model}' in this run", suggestion=nearest(model, contract.models))
        )
    values = values_of_lines(contract, lines_of_model(contract, model), numbers)
    return [TrialSheet(contract, model, number, found) for number, found in zip(numbers, values, strict=True)]


def values_of_lines(contract: Contract, names: list[str], numbers: Sequence[int | None]) -> list[dict[str, FloatArray]]:
    """These lines in several trials (None: the base case), in the order given: one number a period of a line."""
    if any(number is not None and number < 0 for number in numbers):
        raise InputError(Mistake(f"trials are numbered from 0, not {min(n for n in numbers if n is not None)}"))
    plan, wanted = _all_lines_plan(contract, names)
    found: dict[int | None, dict[str, FloatArray]] = {}
    blocks: dict[int, list[int]] = {}
    for number in sorted({n for n in numbers if n is not None}):
        blocks.setdefault(number // BLOCK_SIZE, []).append(number)
    for block, within in blocks.items():
        offsets = [number % BLOCK_SIZE for number in within]
        columns = BoundPlan(plan, make_draws(contract), BLOCK_SIZE, kept=offsets).run(block)
        found |= {number: _by_line(column, wanted) for number, column in zip(within, columns.T, strict=True)}
    if None in numbers:
        found[None] = _by_line(BoundPlan(plan, CentralDraws(contract), 1).run(0)[:, 0], wanted)
    return [found[number] for number in numbers]


def base_case_of(contract: Contract, names: list[str], draws: CentralDraws) -> Callable[[], dict[str, FloatArray]]:
    """Gives these lines in the base case, as often as it is called: `draws` may hold other values each time."""
    plan, wanted = _all_lines_plan(contract, names)
    bound = BoundPlan(plan, draws, 1)
    return lambda: _by_line(bound.run(0)[:, 0], wanted)


def _by_line(column: FloatArray, wanted: list[tuple[str, int]]) -> dict[str, FloatArray]:
    values: dict[str, FloatArray] = {}
    position = 0
    for name, count in wanted:
        values[name] = column[position : position + count].copy()
        position += count
    return values
