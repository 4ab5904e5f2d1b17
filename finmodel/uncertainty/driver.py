"""What a driver is: a named uncertain quantity, one number a trial or one number a trial and financial year."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.continuous import Continuous
from finmodel.uncertainty.derived import Shifted, Within
from finmodel.uncertainty.distributions import KINDS

Parameter = float | tuple[float, ...]
OPEN = (-math.inf, math.inf)
"""Bounds that bound nothing."""


@dataclass(frozen=True)
class Driver:
    """An uncertain quantity.

    `kind` and `parameters` as in the scenario; a parameter is a number or a tuple with one entry a year, whose last
    entry holds ever after (some kinds have lists of their own instead: values, probabilities, observations, weights).
    `yearly`: one number a trial and financial year, otherwise one a trial. `persistence`: correlation of the normal
    scores of neighbouring years, from 0 to below 1. `central`: the base case, where it is not the mean. `shift` is
    added to each value; the sum is then conditioned on lying `within` two bounds. `parts` are those of a mixture, of
    which only kind, parameters, shift and bounds count.
    """

    name: str
    kind: str
    parameters: Mapping[str, Parameter]
    yearly: bool
    persistence: float = 0.0
    central: float | None = None
    shift: Parameter = 0.0
    within: tuple[Parameter, Parameter] = OPEN
    parts: tuple[Driver, ...] = ()

    def distribution(self, year: int) -> Distribution:
        """The distribution of `year` 1, 2, …; only for a driver without mistakes."""
        # Any: a keyword is a number, or a tuple for a kind with lists of its own; `mistakes` has checked which.
        numbers: dict[str, Any] = {
            name: value if self._is_number(value) else _of_year(value, year) for name, value in self.parameters.items()
        }
        if self.parts:
            numbers["parts"] = tuple(part.distribution(year) for part in self.parts)
        found = KINDS[self.kind](**numbers)
        shift, low, high = (_of_year(value, year) for value in (self.shift, *self.within))
        if shift:
            assert isinstance(found, Continuous)  # `mistakes` says so
            found = Shifted(found, shift)
        if (low, high) != OPEN:
            assert isinstance(found, Continuous)
            found = Within(found, low, high)
        return found

    def mistakes(self) -> Iterator[str]:
        """Everything that makes this no driver, in words."""
        if self.kind not in KINDS:
            yield f"'{self.kind}' is not a kind of distribution; known: {', '.join(KINDS)}"
            return
        if not 0 <= self.persistence < 1:
            yield f"persistence is {self.persistence:g}; it must be at least 0 and below 1"
        elif self.persistence and not self.yearly:
            yield "persistence joins one year to the next, but this varies once"
        if self.central is not None and not math.isfinite(self.central):
            yield "central is not a finite number"
        wrong = list(self.wrong_form())
        yield from wrong
        if not wrong:
            yield from dict.fromkeys(
                text for year in self.stated_years() for text in self.distribution(year).mistakes()
            )

    def wrong_form(self) -> Iterator[str]:
        """What keeps this, of a known kind, from having distributions at all, in words."""
        yield from self._wrong_parameters()
        yield from self._wrong_frame()

    def _wrong_parameters(self) -> Iterator[str]:
        wanted = [field for field in fields(KINDS[self.kind]) if field.name != "parts"]
        missing = [field.name for field in wanted if field.default is MISSING and field.name not in self.parameters]
        unknown = sorted(set(self.parameters) - {field.name for field in wanted})
        if missing:
            yield f"{self.kind} needs {', '.join(missing)}"
        if unknown:
            yield f"{self.kind} has no {', '.join(unknown)}"
        for name, value in self.parameters.items():
            entries = value if isinstance(value, tuple) else (value,)
            if KINDS[self.kind].lists and not isinstance(value, tuple):
                yield f"{name} must be a list"
            if not entries:
                yield f"{name} is an empty list"
            if not all(math.isfinite(entry) for entry in entries):
                yield f"{name} is not a finite number"
            if not self._is_number(value):
                yield from self._wrong_years(name, entries)

    def _wrong_years(self, name: str, entries: tuple[float, ...]) -> Iterator[str]:
        if not self.yearly and len(set(entries)) > 1:
            yield f"{name} is a list with one entry a year, but this varies once; give one number or vary it yearly"

    def _wrong_frame(self) -> Iterator[str]:
        """What is wrong with shift, bounds and parts."""
        for name, value in (("shift", self.shift), ("the lower bound", self.within[0]), ("the upper", self.within[1])):
            entries = value if isinstance(value, tuple) else (value,)
            if not entries or any(math.isnan(entry) or (name == "shift" and math.isinf(entry)) for entry in entries):
                yield f"{name} is not a finite number"
            if isinstance(value, tuple):
                yield from self._wrong_years(name, entries)
        framed = self.shift != 0 or self.within != OPEN
        if framed and not issubclass(KINDS[self.kind], Continuous):
            yield f"{self.kind} has separate values: it cannot be shifted or kept within bounds"
        if (self.kind == "mixture") != bool(self.parts):
            yield "a mixture, and nothing else, has parts"
        for part in self.parts:
            if part.kind == "mixture" or not issubclass(KINDS.get(part.kind, Distribution), Continuous):
                yield f"'{part.kind}' cannot be a part of a mixture"
            else:
                yield from part.wrong_form()

    def _is_number(self, value: Parameter) -> bool:
        return KINDS[self.kind].lists or not isinstance(value, tuple)

    def stated_years(self) -> range:
        """The years that the longest list tells apart."""
        named = () if KINDS[self.kind].lists else self.parameters.values()
        lengths = [len(value) for value in (*named, self.shift, *self.within) if isinstance(value, tuple)]
        return range(1, max([*lengths, *(part.stated_years().stop - 1 for part in self.parts)], default=1) + 1)


def _of_year(value: Parameter, year: int) -> float:
    """Entry `year` of a list, the last one beyond its end."""
    return value[min(year, len(value)) - 1] if isinstance(value, tuple) else value


def central_values(driver: Driver, years: int) -> tuple[float, ...]:
    """The base case of years 1 … `years`: what `central` says, else the mean (an event: 1 from p = 0.5, else 0)."""
    if driver.central is not None:
        return (driver.central,) * years
    return tuple(driver.distribution(year).central() for year in range(1, years + 1))
