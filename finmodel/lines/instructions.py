"""What an instruction may do besides calling a kernel. Each is called as `instruction(*values, out=buffer)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finmodel.arrays import Array, FloatArray, np
from finmodel.lines.periods import Period


class Clock:
    """The year and month that are being evaluated, from 1."""

    def __init__(self) -> None:
        self.year, self.month = 0, 0

    def number(self, period: Period) -> int:
        """The number of the present period of that kind."""
        if period is Period.ONCE:
            return 1
        return (self.year - 1) * 12 + self.month if period is Period.MONTH else self.year


def copy(source: Array, *, out: Array) -> None:
    """The same value elsewhere."""
    np.copyto(out, source)


class FallsIn:
    """A year's amount in one month of the contract year, zero in the others."""

    def __init__(self, clock: Clock, month: int) -> None:
        self.clock, self.month = clock, month

    def __call__(self, amount: Array, *, out: Array) -> None:
        if self.clock.month == self.month:
            np.copyto(out, amount)
        else:
            out.fill(0)


class AddMonth:
    """Adds months up; starts again in the first month of its year and is read when the year closes."""

    def __init__(self, clock: Clock, first_month: int) -> None:
        self.clock, self.first_month = clock, first_month

    def __call__(self, amount: Array, *, out: Array) -> None:
        if self.clock.month == self.first_month or (self.clock.month == 1 and self.clock.year == 1):
            np.copyto(out, amount)
        else:
            np.add(out, amount, out=out)


class LastMonth:
    """Keeps the value of the month in which a year closes."""

    def __init__(self, clock: Clock, closing: int) -> None:
        self.clock, self.closing = clock, closing

    def __call__(self, level: Array, *, out: Array) -> None:
        if self.clock.month == self.closing:
            np.copyto(out, level)


class Months:
    """The twelve values of a monthly node in the present year, for a later stage."""

    def __init__(self, clock: Clock, values: Array) -> None:
        self.clock, self.values = clock, values

    def write(self, value: Array, *, out: Array) -> None:
        """Put the present month's value aside."""
        np.copyto(self.values[self.clock.month - 1, ...], value)

    def read(self, *, out: Array) -> None:
        """Fetch it again."""
        np.copyto(out, self.values[self.clock.month - 1, ...])


class Keep:
    """Writes a value into its rows of the result in the periods that were asked for; `kept`: these trials only."""

    def __init__(
        self, clock: Clock, period: Period, rows: Mapping[int, Sequence[FloatArray]], kept: Array | None
    ) -> None:
        self.clock, self.period, self.rows, self.kept = clock, period, rows, kept

    def __call__(self, value: Array, *, out: Array) -> None:
        for row in self.rows.get(self.clock.number(self.period), ()):
            np.copyto(row, value if self.kept is None or not value.ndim else value[self.kept])


class Lagged:
    """A lag that is brought forward by copying: `chain[0]` is what formulas read, the last is one period old.

    Where the newest value is itself another lag's, it is put aside before any lag is moved.
    """

    def __init__(self, chain: Sequence[Array], newest: Array, aside: Array | None) -> None:
        self.chain, self.newest, self.aside = chain, newest, aside

    def set_aside(self) -> None:
        """Before any lag of this period moves."""
        if self.aside is not None:
            np.copyto(self.aside, self.newest)

    def move(self) -> None:
        """The present value becomes the earlier one that is read next."""
        newest = self.newest if self.aside is None else self.aside
        for older, newer in zip(self.chain, [*self.chain[1:], newest], strict=True):
            np.copyto(older, newer)
