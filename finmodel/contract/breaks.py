"""What commissioners are committed to until each break: cash up to that day, and what is due for the years before."""

from __future__ import annotations

from finmodel.contract.flows import ModelLines
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, Period, literal, sum_over
from finmodel.scenario.breaks import first_days
from finmodel.units import POUND

AT_A_BREAK = {"cash_before_break": "cash_so_far", "due_before_break": "payment_so_far"}
"""The figures at a break, and the lines that hold them at the end of the contract year before it."""


def breaks_of(shared: Shared) -> list[tuple[int, str]]:
    """Each break as contract years before it and its date."""
    contract = shared.scenario.contract
    days = first_days(contract.start, contract.years)
    return [(days.index(day) + 1, day.isoformat()) for day in contract.breaks]


def write_so_far(shared: Shared, lines: ModelLines) -> None:
    """Cash and payments of all commissioners from the start to the end of each contract year.

    Money due n months after a year's last day falls in the contract year that holds that day, whatever the month is.
    """
    sheet, model = shared.sheet, lines.name
    parts: dict[str, Expr] = {}
    for delay in lines.delays:
        for payer in shared.target.payers:
            if (line := lines.line_paid(delay, payer)) in sheet:
                due, years = sheet.ref(line), ((delay or 0) + 11) // 12
                parts[f"{delay}.{payer}"] = due.lag(years) if years else due
    year = sheet.add(
        f"{model}.cash_of_contract_year",
        sum_over(Family("part", parts)) if parts else literal(0.0),
        unit=POUND,
        label="Cash of the contract year, all commissioners",
        service=False,
        period=Period.CONTRACT_YEAR,
    )
    _so_far(shared, f"{model}.cash_so_far", year, "Cash so far, all commissioners", service=False)
    due = sheet.ref(f"{model}.payment")
    _so_far(shared, f"{model}.payment_so_far", due, "Payment of the years so far, all commissioners", service=True)


def _so_far(shared: Shared, name: str, amount: Expr, label: str, *, service: bool) -> None:
    earlier = shared.sheet.promise(name, POUND, opening=0.0)
    shared.sheet.add(name, earlier.lag() + amount, label=label, service=service)
