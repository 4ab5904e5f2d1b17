"""The operations of the language, one record each: the NumPy call, arity, unit rule, how formulas and sheets write it.

Every call is element-wise, so one trial alone gives the same bits as the same trial inside a block. Sums over sets or
periods are built from `add`, left to right; matrix products and axis reductions are not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from finmodel.arrays import Array, np
from finmodel.special import special
from finmodel.units import PURE, Unit

UnitRule = Callable[[Sequence[Unit | None]], Unit | None]


class UnitRuleError(ValueError):
    """The units of the operands do not fit; the text says which."""


@dataclass(frozen=True)
class Kernel:
    """One operation: a NumPy function by its name, or one of ours. A unit of None is the number 0, which fits any.

    `spreadsheet` is the same in a cell of a spreadsheet, `{0}` being the first operand. An operand that stands there
    more than once is a cell of its own; conditions stand only where a spreadsheet takes them (in IF, AND, OR, NOT).
    """

    name: str
    does: str | Callable[..., Any]
    arity: int
    unit: UnitRule
    spreadsheet: str
    symbol: str | None = None
    precedence: int = 9
    takes_flags: tuple[int, ...] = ()
    gives_flag: bool = False
    commutes: bool = False
    writes_before_reading: bool = False

    @cached_property
    def apply(self) -> Callable[..., Any]:
        """`apply(*operands, out=…)` fills `out`. Looked up here, since writing a sheet needs no NumPy."""
        if isinstance(self.does, str):
            found: Callable[..., Any] = getattr(np, self.does)
            return found
        return self.does

    def __reduce__(self) -> tuple[Callable[[str], Kernel], tuple[str]]:
        return (kernel, (self.name,))


def _same(units: Sequence[Unit | None]) -> Unit | None:
    known = [unit for unit in units if unit is not None]
    for unit in known[1:]:
        if unit != known[0]:
            raise UnitRuleError(f"{known[0]} and {unit} do not fit together")
    return known[0] if known else None


def _compared(units: Sequence[Unit | None]) -> Unit:
    _same(units)
    return PURE


def _product(units: Sequence[Unit | None]) -> Unit | None:
    left, right = units
    return None if left is None or right is None else left * right


def _quotient(units: Sequence[Unit | None]) -> Unit | None:
    left, right = units
    if right is None:
        raise UnitRuleError("division by the number 0")
    return None if left is None else left / right


def _pure(units: Sequence[Unit | None]) -> Unit:
    for unit in units:
        if unit is not None and unit != PURE:
            raise UnitRuleError(f"a pure number is needed, not {unit}")
    return PURE


def _unchanged(units: Sequence[Unit | None]) -> Unit | None:
    return units[0]


def _root(units: Sequence[Unit | None]) -> Unit | None:
    if units[0] is None:
        return None
    root = units[0].root()
    if root is None:
        raise UnitRuleError(f"{units[0]} has no square root")
    return root


def _chosen(units: Sequence[Unit | None]) -> Unit | None:
    return _same(units[1:])


def _people(units: Sequence[Unit | None]) -> Unit:
    people, rate, score = units
    _pure((rate, score))
    return people if people is not None else PURE


def _select(condition: Array, yes: Array, no: Array, *, out: Array) -> None:
    if condition.size == 1:  # the same for every trial, as the years of a phase are
        np.copyto(out, yes if condition.item() else no)
        return
    np.copyto(out, no)
    np.copyto(out, yes, where=condition)


SMALL_COHORT = 100.0


def _binomial_quantile(people: Array, rate: Array, score: Array, *, out: Array) -> None:
    """Smallest k with P(at most k of n) >= Phi(score), where n = round(people) < 100; elsewhere 0 (not computed)."""
    out.fill(0.0)
    people, rate, score = np.broadcast_arrays(people, rate, score)
    small = np.broadcast_to(people < SMALL_COHORT, out.shape)
    if not small.any():
        return
    people, rate, score = (np.broadcast_to(a, out.shape)[small] for a in (people, rate, score))
    number = np.rint(people)
    chance = special.ndtr(score)
    guess = np.ceil(special.bdtrik(chance, number, rate))
    guess = np.where(np.isnan(guess), 0.0, np.clip(guess, 0.0, number))
    below = np.maximum(guess - 1.0, 0.0)
    guess = np.where(special.bdtr(below, number.astype(np.int64), rate) >= chance, below, guess)
    guess = np.where(rate <= 0.0, 0.0, np.where(rate >= 1.0, number, guess))
    out[small] = np.where(np.isnan(rate) | np.isnan(score), np.nan, guess)  # what is not known stays so


_WHOLE_CELL = "IF(ABS({0}-TRUNC({0}))=0.5,2*ROUND({0}/2,0),ROUND({0},0))"  # spreadsheets round halves away from zero
_BINOMIAL_CELL = (
    f"IF({{0}}<{SMALL_COHORT:g},IF({{1}}<=0,0,IF({{1}}>=1,{_WHOLE_CELL},"
    f"CRITBINOM({_WHOLE_CELL},{{1}},NORMSDIST({{2}})))),0)"
)

_ALL = (
    Kernel("add", "add", 2, _same, "{0}+{1}", symbol="+", precedence=5, commutes=True),
    Kernel("subtract", "subtract", 2, _same, "{0}-{1}", symbol="-", precedence=5),
    Kernel("multiply", "multiply", 2, _product, "{0}*{1}", symbol="*", precedence=6, commutes=True),
    Kernel("divide", "divide", 2, _quotient, "{0}/{1}", symbol="/", precedence=6),
    Kernel("negative", "negative", 1, _unchanged, "-{0}", symbol="-", precedence=7),
    Kernel("min", "minimum", 2, _same, "MIN({0},{1})"),
    Kernel("max", "maximum", 2, _same, "MAX({0},{1})"),
    Kernel("abs", "absolute", 1, _unchanged, "ABS({0})"),
    Kernel("round", "rint", 1, _unchanged, _WHOLE_CELL),
    Kernel("sqrt", "sqrt", 1, _root, "SQRT({0})"),
    Kernel("exp", "exp", 1, _pure, "EXP({0})"),
    Kernel("log", "log", 1, _pure, "LN({0})"),
    Kernel("less", "less", 2, _compared, "{0}<{1}", symbol="<", precedence=4, gives_flag=True),
    Kernel("less_equal", "less_equal", 2, _compared, "{0}<={1}", symbol="<=", precedence=4, gives_flag=True),
    Kernel("greater", "greater", 2, _compared, "{0}>{1}", symbol=">", precedence=4, gives_flag=True),
    Kernel("greater_equal", "greater_equal", 2, _compared, "{0}>={1}", symbol=">=", precedence=4, gives_flag=True),
    Kernel("equal", "equal", 2, _compared, "{0}={1}", symbol="==", precedence=4, gives_flag=True),
    Kernel(
        "and", "logical_and", 2, _pure, "AND({0},{1})", symbol="and", precedence=2, takes_flags=(0, 1), gives_flag=True
    ),
    Kernel("or", "logical_or", 2, _pure, "OR({0},{1})", symbol="or", precedence=1, takes_flags=(0, 1), gives_flag=True),
    Kernel("not", "logical_not", 1, _pure, "NOT({0})", symbol="not", precedence=3, takes_flags=(0,), gives_flag=True),
    Kernel("where", _select, 3, _chosen, "IF({0},{1},{2})", takes_flags=(0,), writes_before_reading=True),
    Kernel("binomial_quantile", _binomial_quantile, 3, _people, _BINOMIAL_CELL, writes_before_reading=True),
)
KERNELS = {record.name: record for record in _ALL}


def kernel(name: str) -> Kernel:
    """The operation of that name."""
    return KERNELS[name]
