"""Break dates: days on which a party may leave. Each is the first of a contract year, so that no year is cut in two."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from finmodel.scenario.draft import Checked
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import one_of


def first_days(start: date, years: int) -> list[date]:
    """The first days of contract years 2 and on: the breaks that are possible."""

    def anniversary(year: int) -> date:
        days = monthrange(year, start.month)[1]  # a contract from 29 February
        return date(year, start.month, min(start.day, days))

    return [anniversary(start.year + year) for year in range(1, years)]


def check_breaks(checked: Checked) -> None:
    """Each break lies within the contract, after the one before it, on the first day of a contract year."""
    contract = checked.draft.contract
    if contract is None or not contract.breaks:
        return
    start = contract.start
    possible = first_days(start, contract.years)
    for at, day in enumerate(contract.breaks):
        path: Path = ("contract", "breaks", at)
        if not possible:
            checked.refuse("a contract of one year has no break", path)
        elif day not in possible:
            checked.refuse(_wrong(day, start, contract.years, possible), path)
        elif day in contract.breaks[:at]:
            checked.refuse(f"the break {day} is named twice", path)
        elif at and day < contract.breaks[at - 1]:
            checked.refuse(f"breaks stand in order of time; {day} is before {contract.breaks[at - 1]}", path)


def _wrong(day: date, start: date, years: int, possible: list[date]) -> str:
    *_, end = first_days(start, years + 1)
    if day == start:
        return f"the contract starts on {day}; its first possible break is {possible[0]}"
    if not start < day < end:
        return f"{day} is not within the {years} years from {start}; a break is from {possible[0]} to {possible[-1]}"
    before = [one for one in possible if one < day][-1:]
    after = [one for one in possible if one > day][:1]
    near = one_of([str(one) for one in [*before, *after]])
    return f"a break is the first day of a contract year: here {near}, not {day}"
