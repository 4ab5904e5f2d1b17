"""An amount in its own unit, short enough for an axis: 2.5%, 0.8pp, £2.1m, 740, 1.6."""

from __future__ import annotations

import math
from collections.abc import Callable

from finmodel.units import PERSON, POINT, PURE, YEAR, Unit

_MONEY = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
_MOST_DIGITS = 9


def say_in(unit: Unit, largest: float, *, pound: str = "£") -> Callable[[float, float], str]:
    """A function of (amount, step) that writes the decimals a step of this size needs.

    `largest` chooses between £, £k, £m and £bn; `pound` is what stands for £ in a terminal that has none.

    >>> say = say_in(PURE, 0.1)
    >>> say(0.025, 0.005), say(0.025, 0.01), say_in(Unit.parse("£real"), 2.7e6)(-2_100_000, 100_000)
    ('2.5%', '2%', '-£2.1m')
    """
    factor, prefix, suffix = 1.0, "", ""
    if unit in (PURE, PURE / YEAR):
        factor, suffix = 100.0, "%" if unit == PURE else "pp"
    elif str(unit).startswith("£"):
        size, suffix = next(((size, word) for size, word in _MONEY if abs(largest) >= size), (1.0, ""))
        factor, prefix = 1 / size, pound

    def say(amount: float, step: float) -> str:
        fine = abs(step * factor) or abs(amount * factor) / 1000 or 1.0
        digits = min(max(-math.floor(math.log10(fine) + 1e-9), 0), _MOST_DIGITS)
        text = f"{abs(amount) * factor:,.{digits}f}"
        sign = "-" if amount < 0 and float(text.replace(",", "")) else ""
        return f"{sign}{prefix}{text}{suffix}"

    return say


def unit_words(unit: Unit, *, pound: str = "£") -> str:
    """What the numbers are of, where they do not say it themselves."""
    words = {
        PURE: "",
        PURE / YEAR: "percentage points a year",
        PERSON: "people",
        POINT: "points",
        POINT / YEAR: "points a year",
    }
    if unit in words:
        return words[unit]
    head, *each = str(unit).split("/")
    money = pound.strip()
    return " a ".join([head.replace("£real", f"{money} at year-1 prices").replace("£", money), *each])
