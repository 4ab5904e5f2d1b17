"""What a driver is: a named uncertain quantity, one number a trial or one number a trial and financial year."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from finmodel.uncertainty.base import Distribution
from finmodel.uncertainty.distributions import KINDS


@dataclass(frozen=True)
class Driver:
    """An uncertain quantity.

    `kind` and `parameters` as in the scenario; a parameter is a number or a tuple with one entry a year, whose last
    entry holds ever after (a discrete driver's tuples are its values and their probabilities, not years). `yearly`: one
    number a trial and financial year, otherwise one a trial. `persistence`: correlation of the normal scores of
    neighbouring years, from 0 to below 1. `central`: the base case, where it is not the mean.
    """

    name: str
    kind: str
    parameters: Mapping[str, float | tuple[float, ...]]
    yearly: bool
    persistence: float = 0.0
    central: float | None = None

    def distribution(self, year: int) -> Distribution:
        """The distribution of `year` 1, 2, …; only for a driver without mistakes."""
        # Any: a keyword is a number or, for a discrete driver alone, a tuple; `mistakes` has checked which.
        numbers: dict[str, Any] = {
            name: value if self._is_number(value) else _of_year(value, year) for name, value in self.parameters.items()
        }
        return KINDS[self.kind](**numbers)

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
        wrong = list(self._wrong_parameters())
        yield from wrong
        if not wrong:
            yield from dict.fromkeys(
                text for year in self._stated_years() for text in self.distribution(year).mistakes()
            )

    def _wrong_parameters(self) -> Iterator[str]:
        wanted = fields(KINDS[self.kind])
        missing = [field.name for field in wanted if field.default is MISSING and field.name not in self.parameters]
        unknown = sorted(set(self.parameters) - {field.name for field in wanted})
        if missing:
            yield f"{self.kind} needs {', '.join(missing)}"
        if unknown:
            yield f"{self.kind} has no {', '.join(unknown)}"
        for name, value in self.parameters.items():
            entries = value if isinstance(value, tuple) else (value,)
            if self.kind == "discrete" and not isinstance(value, tuple):
                yield f"{name} must be a list"
            if not entries:
                yield f"{name} is an empty list"
            if not all(math.isfinite(entry) for entry in entries):
                yield f"{name} is not a finite number"
            if not self._is_number(value) and not self.yearly and len(set(entries)) > 1:
                yield f"{name} is a list with one entry a year, but this varies once; give one number or vary it yearly"

    def _is_number(self, value: float | tuple[float, ...]) -> bool:
        return self.kind == "discrete" or not isinstance(value, tuple)

    def _stated_years(self) -> range:
        """The years that the longest list tells apart."""
        lengths = [len(value) for value in self.parameters.values() if isinstance(value, tuple)]
        return range(1, 2 if self.kind == "discrete" else max(lengths, default=1) + 1)


def _of_year(value: float | tuple[float, ...], year: int) -> float:
    """Entry `year` of a list, the last one beyond its end."""
    return value[min(year, len(value)) - 1] if isinstance(value, tuple) else value


def central_values(driver: Driver, years: int) -> tuple[float, ...]:
    """The base case of years 1 … `years`: what `central` says, else the mean (an event: 1 from p = 0.5, else 0)."""
    if driver.central is not None:
        return (driver.central,) * years
    return tuple(driver.distribution(year).central() for year in range(1, years + 1))
