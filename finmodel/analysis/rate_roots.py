"""Where a sum of discounted amounts is zero, for many rows at once: every root is found and bracketed.

With x = log(1 + rate) a present value is `sum of a_i exp(-x t_i)`. Counted from the first amount (x >= 0) or back from
the last (x <= 0) it is `f(y) = sum of a_i exp(-y s_i)` with y = |x| and s_i >= 0: nothing overflows, and gains P and
losses N (f = P - N) each fall as y rises. So within low <= y <= high

    P(high) - N(low)  <=  f  <=  P(low) - N(high)

and the same holds for the slope. An interval is left out where these bounds keep f from zero, it is decided by the
signs at its ends where they keep the slope from zero (or where the amounts change sign once: then there is one root),
and it is halved otherwise. What is left at last is a root that f touches without crossing, or no root.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

FURTHEST = float(np.log(1e12))
"""Roots are looked for at |log(1 + rate)| up to this: a period multiplies money by at most 10^12, or divides it."""

SAME = 1e-6
"""Roots that are nearer to each other than this (in log(1 + rate)) count as one."""

_NARROWEST = 1e-9
_NOTHING = 1e-12  # of gains and losses together: f is as good as zero where it touches
_CELLS = 1 << 17  # numbers held at once
_NEWTON = 200


@dataclass(frozen=True)
class Flows:
    """Rows of amounts at `times` from 0 upwards, both (rows, amounts), the first amount not zero.

    Without `times` the amounts are one period apart.
    """

    amounts: Floats
    times: Floats | None

    def take(self, rows: Rows) -> Flows:
        """These rows."""
        return Flows(self.amounts[rows], None if self.times is None else self.times[rows])

    def from_first(self) -> Flows:
        """The same with the first amount that is not zero at time 0."""
        first = np.argmax(self.amounts != 0, axis=1)
        order = (first[:, None] + np.arange(self.amounts.shape[1])) % self.amounts.shape[1]
        amounts = np.take_along_axis(self.amounts, order, axis=1)
        if self.times is None:
            return replace(self, amounts=amounts)
        times = np.take_along_axis(self.times, order, axis=1)
        return Flows(amounts, np.maximum(times - times[:, :1], 0.0))  # what came round the end is zero

    def from_last(self) -> Flows:
        """The same counted back in time, from the last amount that is not zero."""
        times = None if self.times is None else self.times[:, -1:] - self.times[:, ::-1]
        return Flows(self.amounts[:, ::-1], times).from_first()

    def weights(self, y: Floats) -> Floats:
        """`exp(-y s)`."""
        if self.times is not None:
            return np.exp(-y[:, None] * self.times)
        found = np.empty_like(self.amounts)
        found[:, 0] = 1.0
        step = np.exp(-y)
        for at in range(1, found.shape[1]):
            np.multiply(found[:, at - 1], step, out=found[:, at])
        return found

    def by_time(self, weights: Floats) -> Floats:
        """Each weight times its time: minus its slope in y."""
        times: Floats = np.arange(weights.shape[1], dtype=np.float64) if self.times is None else self.times
        return weights * times


def roots(amounts: Floats, times: Floats | None) -> tuple[Rows, Floats]:
    """Every root of every row as (row, log(1 + rate)), by row and then ascending.

    `amounts` is (rows, amounts) in order of time, no two of a row at the same time; `times` has the same shape, in
    periods.
    """
    changes = sign_changes(amounts)
    found = [(np.empty(0, np.intp), np.empty(0))]
    at_once = max(1, _CELLS // max(1, amounts.shape[1]))
    mixed = np.flatnonzero(changes)
    for start in range(0, len(mixed), at_once):
        rows = mixed[start : start + at_once]
        biggest = np.abs(amounts[rows]).max(axis=1, keepdims=True)
        flows = Flows(amounts[rows] / biggest, None if times is None else times[rows])
        for sign, side in ((1.0, flows.from_first()), (-1.0, flows.from_last())):
            which, y = _side(side, changes[rows] == 1, at_once)
            found.append((rows[which], sign * y))
    return _distinct(np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found]))


def sign_changes(amounts: Floats) -> Rows:
    """How often the sign changes along each row; zeros are passed over."""
    sign = np.sign(amounts)
    last = np.zeros(len(amounts))
    changes = np.zeros(len(amounts), dtype=np.intp)
    for at in range(amounts.shape[1]):
        now = sign[:, at]
        changes += now * last < 0
        last = np.where(now == 0, last, now)
    return changes


def _side(flows: Flows, once: NDArray[np.bool_], at_once: int) -> tuple[Rows, Floats]:
    """Roots at 0 <= y < FURTHEST; `once` marks rows that have one root in all."""
    rows = np.arange(len(once))
    low, high = np.zeros(len(once)), np.full(len(once), FURTHEST)
    crossing = [(np.empty(0, np.intp), np.empty(0), np.empty(0))]
    touching = [(np.empty(0, np.intp), np.empty(0))]
    while len(rows):
        now, rows = rows[-at_once:], rows[:-at_once]
        a, low = low[-at_once:], low[:-at_once]
        b, high = high[-at_once:], high[:-at_once]
        part = flows.take(now)
        gains, losses = np.maximum(part.amounts, 0), np.maximum(-part.amounts, 0)
        at_a, at_b = _Ends(part, gains, losses, a), _Ends(part, gains, losses, b)
        without = (at_b.gains - at_a.losses > 0) | (at_a.gains - at_b.losses < 0)
        steady = (at_b.gains_slope > at_a.losses_slope) | (at_a.gains_slope < at_b.losses_slope)
        decided = steady | once[now]
        crosses = ~without & decided & ((at_a.f == 0) | (at_a.f * at_b.f < 0))
        crossing.append((now[crosses], a[crosses], b[crosses]))
        narrow = ~decided & (b - a < _NARROWEST)
        touches = ~without & narrow & (np.abs(at_a.f) <= _NOTHING * (at_a.gains + at_a.losses))
        touching.append((now[touches], a[touches]))
        halved = ~(without | decided | narrow)
        middle = (a[halved] + b[halved]) / 2
        rows = np.concatenate([rows, now[halved], now[halved]])
        low = np.concatenate([low, a[halved], middle])
        high = np.concatenate([high, middle, b[halved]])
    rows, a, b = (np.concatenate(part) for part in zip(*crossing, strict=True))
    y = np.empty(len(rows))
    for start in range(0, len(rows), at_once):
        some = slice(start, start + at_once)
        y[some] = _newton(flows.take(rows[some]), a[some], b[some])
    where, at = (np.concatenate(part) for part in zip(*touching, strict=True))
    return np.concatenate([rows, where]), np.concatenate([y, at])


class _Ends:
    """Gains, losses and their slopes (with the sign turned) at one y a row."""

    def __init__(self, flows: Flows, gains: Floats, losses: Floats, y: Floats) -> None:
        weights = flows.weights(y)
        slopes = flows.by_time(weights)
        self.gains, self.losses = _sums(gains, weights), _sums(losses, weights)
        self.gains_slope, self.losses_slope = _sums(gains, slopes), _sums(losses, slopes)
        self.f = self.gains - self.losses


def _sums(amounts: Floats, weights: Floats) -> Floats:
    """One sum of products a row (quicker than `sum(axis=1)` where rows are short)."""
    found: Floats = np.einsum("ij,ij->i", amounts, weights)
    return found


def _newton(flows: Flows, low: Floats, high: Floats) -> Floats:
    """The root between `low` and `high`, where the signs differ: Newton's steps, or halves where they stray."""
    y = low.copy()
    rows = np.arange(len(y))
    rising = _value(flows, high)[0] > 0
    now, slope = _value(flows, low)
    rows = rows[now != 0]
    low, high, last = low[rows], high[rows], (high - low)[rows]
    now, slope, rising = now[rows], slope[rows], rising[rows]
    flows = flows.take(rows)
    for _ in range(_NEWTON):
        if not len(rows):
            break
        at = y[rows]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            stepped = at - now / slope
        slow = ~((stepped > low) & (stepped < high) & (2 * np.abs(stepped - at) < np.abs(last)))
        stepped = np.where(slow, (low + high) / 2, stepped)
        last = stepped - at
        y[rows] = stepped
        now, slope = _value(flows, stepped)
        above = (now > 0) == rising
        high, low = np.where(above, stepped, high), np.where(above, low, stepped)
        on = np.flatnonzero((now != 0) & (np.abs(last) > 1e-15 * np.maximum(stepped, 1.0)))
        rows, low, high, last = rows[on], low[on], high[on], last[on]
        now, slope, rising, flows = now[on], slope[on], rising[on], flows.take(on)
    return y


def _value(flows: Flows, y: Floats) -> tuple[Floats, Floats]:
    """f and its slope."""
    weights = flows.weights(y)
    return _sums(flows.amounts, weights), -_sums(flows.amounts, flows.by_time(weights))


def _distinct(rows: Rows, x: Floats) -> tuple[Rows, Floats]:
    order = np.lexsort((x, rows))
    rows, x = rows[order], x[order]
    again = np.zeros(len(x), dtype=np.bool_)
    again[1:] = (rows[1:] == rows[:-1]) & (np.diff(x) < SAME)
    return rows[~again], x[~again]
