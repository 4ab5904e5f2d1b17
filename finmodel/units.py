"""Units of measure and their algebra, so that £ are never added to people.

A unit is a product of powers of base dimensions. `£` is money of the year it is paid in; `£real` is money at base-year
prices: they are different dimensions, joined only by an index (£/£real). Rates, shares, scores and indices of pure
numbers carry no dimension.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_ALIASES = {
    "people": "person",
    "persons": "person",
    "points": "point",
    "years": "year",
    "months": "month",
    "£ real": "£real",
    "rate": "1",
    "share": "1",
    "score": "1",
    "index": "1",
    "number": "1",
    "flag": "1",
}


@dataclass(frozen=True)
class Unit:
    """Powers of base dimensions, sorted by name; the empty tuple is a pure number."""

    powers: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(powers: Mapping[str, int]) -> Unit:
        return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))

    @staticmethod
    @lru_cache(maxsize=512)
    def parse(text: str) -> Unit:
        """Read `£`, `£real`, `£/person`, `people`, `rate`, `point/year` …; ValueError names what is not known."""
        powers: dict[str, int] = {}
        for position, part in enumerate(text.split("/")):
            for word in part.strip().split("*"):
                name = _ALIASES.get(word.strip(), word.strip())
                if name == "1":
                    continue
                if name not in KNOWN:
                    raise ValueError(f"'{word.strip()}' is not a unit; known: {', '.join(sorted(KNOWN))}, rate")
                powers[name] = powers.get(name, 0) + (1 if position == 0 else -1)
        return Unit.of(powers)

    @lru_cache(maxsize=1024)  # noqa: B019 - units are few, and live as long as the program
    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + power
        return Unit.of(powers)

    @lru_cache(maxsize=1024)  # noqa: B019 - as above
    def __truediv__(self, other: Unit) -> Unit:
        return self * Unit.of({name: -power for name, power in other.powers})

    def root(self) -> Unit | None:
        """The unit whose square this is, or None."""
        if any(power % 2 for _, power in self.powers):
            return None
        return Unit.of({name: power // 2 for name, power in self.powers})

    def __str__(self) -> str:
        over = [name for name, power in self.powers for _ in range(power)]
        under = [name for name, power in self.powers for _ in range(-power)]
        if not over and not under:
            return "rate"
        return "/".join(["*".join(over) or "1", *under])


KNOWN = {"£", "£real", "person", "point", "year", "month"}

PURE = Unit()
POUND = Unit.parse("£")
REAL_POUND = Unit.parse("£real")
PERSON = Unit.parse("person")
POINT = Unit.parse("point")
YEAR = Unit.parse("year")
MONTH = Unit.parse("month")
