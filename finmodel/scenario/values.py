"""What a number in a scenario can be: a constant, a list by year, a ramp, a distribution, or the name of an assumption.

Every value knows its unit, the dotted path where it is written, and the place in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from finmodel.errors import Span
from finmodel.units import PURE, Unit

NOWHERE = Span("", 0, 0)
Parameter = float | tuple[float, ...]


@dataclass(frozen=True)
class Constant:
    """The same amount in every year."""

    amount: float
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True)
class ByYear:
    """One amount a contract year, the first for year 1."""

    amounts: tuple[float, ...]
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True)
class Ramp:
    """`start_amount` until contract year `start`, `end_amount` from contract year `end`, straight in between."""

    start_amount: float
    end_amount: float
    start: int
    end: int
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True)
class Uncertain:
    """A distribution. `parameters` hold one number, or one a contract year; in the value's own unit, but for shapes.

    Parameters by kind: normal and lognormal `mean sd`; triangular and pert `min mode max`; uniform `min max`; beta
    `alpha beta min max`; discrete `values probabilities` (tuples, by outcome and not by year); bernoulli `p`; empirical
    `observations`, mixture `weights` (tuples likewise); quantiles `low mid high` and `score`, the normal one of `high`.
    `vary` is once a trial or yearly; `persistence` the lag-one correlation of the years; `central` the stated central
    value, where there is one. `shift` is added to each value, and the sum is conditioned on lying `within` two bounds,
    infinite where they are open. `parts` are those of a mixture.
    """

    kind: str
    parameters: Mapping[str, Parameter]
    vary: Literal["once", "yearly"] = "once"
    persistence: float = 0.0
    central: float | None = None
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE
    shift: Parameter = 0.0
    within: tuple[Parameter, Parameter] = (-math.inf, math.inf)
    parts: tuple[Uncertain, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether it is kept within a bound."""
        return self.within != (-math.inf, math.inf)


@dataclass(frozen=True)
class Limits:
    """The range in which a value makes sense; the least belongs to it unless it is `open_least`."""

    least: float | None = None
    most: float | None = None
    open_least: bool = False

    def hold(self, amount: float) -> bool:
        """Whether the amount lies within."""
        if self.least is not None and (amount < self.least or (self.open_least and amount == self.least)):
            return False
        return self.most is None or amount <= self.most


ANY = Limits()


@dataclass(frozen=True)
class Named:
    """The name of an assumption, which must have this unit and lie within these limits; `once`: not vary by year."""

    name: str
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE
    limits: Limits = field(default=ANY, repr=False)
    once: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Calculated:
    """A formula, which must give this unit and lie within these limits. What it may name depends on where it stands."""

    text: str
    unit: Unit = PURE
    path: str = ""
    span: Span = NOWHERE
    limits: Limits = field(default=ANY, repr=False)

    @property
    def text_path(self) -> str:
        """The dotted path of the formula's text."""
        return self.path if self.path.endswith(".formula") else f"{self.path}.formula"


Value = Constant | ByYear | Ramp | Uncertain | Named | Calculated


def varies_by_year(value: Value) -> bool:
    """Whether the value itself can differ between years (a name: what it stands for is looked at later)."""
    return isinstance(value, (ByYear, Ramp)) or (isinstance(value, Uncertain) and value.vary == "yearly")


def place(value: Value, path: str, span: Span) -> None:
    """Tell a value where it is written. Only the loader calls this: it knows the place once the whole file is typed."""
    object.__setattr__(value, "path", path)
    object.__setattr__(value, "span", span)
