"""Quantities as people write them: `£687m`, `1,160 people`, `3.5%`, `+0.7pp`, `24 months`, `8.74 points`, `1.6`.

Every amount is the float nearest to what is written, in whole units: `£1.222bn` is 1222000000.0 and `3.5%` is 0.035.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from finmodel.units import MONTH, PERSON, POINT, POUND, PURE, YEAR, Unit

_POWERS = {"": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}
_WORDS = {"people": PERSON, "person": PERSON, "points": POINT, "point": POINT, "years": YEAR, "year": YEAR}
_WORDS |= {"months": MONTH, "month": MONTH}
_EACH = {"year": YEAR, "person": PERSON, "month": MONTH}

_PATTERN = re.compile(
    r"""(?P<sign>[+\-−]?)\s?(?P<pound>£?)\s?
        (?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)
        \s?(?P<power>k|m|bn|thousand|million|billion)?
        \s?(?P<word>%|pp|people|person|points?|months?|years?)?
        (?:\s?(?:/|\ba\b|\bper\b)\s?(?P<each>year|person|month))?""",
    re.VERBOSE | re.IGNORECASE,
)
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_LONGEST = 60
_LARGEST = 1e15  # beyond any money or people; growth of thirty years stays finite


@dataclass(frozen=True)
class Quantity:
    """An amount and the unit written beside it; `marked` is False for a bare number."""

    amount: float
    unit: Unit
    marked: bool


def parse_quantity(written: str | float) -> Quantity:
    """Read one quantity; ValueError says what is wrong with the way it is written.

    >>> parse_quantity("£1.222bn").amount
    1222000000.0
    >>> str(parse_quantity("£139.50 a person").unit)
    '£/person'
    >>> parse_quantity("+0.7pp").amount
    0.007
    """
    if isinstance(written, str):
        return _parse_text(written.strip())
    return Quantity(_finite(Decimal(repr(written) if isinstance(written, float) else written)), PURE, marked=False)


def _parse_text(text: str) -> Quantity:
    found = _PATTERN.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError("not a quantity")
    digits, word = found["digits"], (found["word"] or "").lower()
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise ValueError("commas must stand before groups of three digits, as in 1,234,567; a decimal point is '.'")
    if found["pound"] and word:
        raise ValueError(f"£ and '{word}' cannot stand together")
    shift = _POWERS[(found["power"] or "").lower()]
    if word in ("%", "pp"):
        if shift:
            raise ValueError(f"'{found['power']}' and '{word}' cannot stand together")
        shift = -2
    amount = Decimal(digits.replace(",", "")).scaleb(shift)
    unit = POUND if found["pound"] else _WORDS.get(word, PURE)
    if found["each"]:
        unit /= _EACH[found["each"].lower()]
    marked = bool(found["pound"] or word or found["each"])
    return Quantity(_finite(-amount if found["sign"] in ("-", "−") else amount), unit, marked)


def _finite(amount: Decimal) -> float:
    number = float(amount)
    if not abs(number) <= _LARGEST:
        raise ValueError("too large a number")
    return number + 0.0  # no negative zero


def write_quantity(amount: float, unit: Unit) -> str:
    """The amount as a person would write it, exactly: `parse_quantity` reads the same amount back.

    >>> write_quantity(0.035, PURE), write_quantity(68_700_000.5, POUND), write_quantity(740.0, PERSON)
    ('3.5%', '£68,700,000.5', '740 people')
    """
    exact = Decimal(repr(float(amount)))
    if unit == PURE:
        return f"{_plain(exact.scaleb(2))}%"
    sign, size = ("-" if exact < 0 else ""), _plain(abs(exact))
    text = str(unit).replace("£real", "£")
    if text == "£" or text.startswith("£/"):
        return f"{sign}£{size}{text[1:]}"
    head, *each = text.split("/")
    words = {"rate": "", "1": "", "person": " people", "point": " points", "month": " months", "year": " years"}
    if head == "1":  # a rate a year
        return "/".join([f"{_plain(exact.scaleb(2))}%", *each])
    return "/".join([f"{sign}{size}{words[head]}", *each])


def _plain(number: Decimal) -> str:
    whole, _, rest = f"{number:,f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole
