"""Result lines of an exit: who pays for it, what a walk-out at each break costs, and the cash month by month.

What the security must cover, and the cash that the integrator needs, are those of an integrator that stays whatever
happens: an exit would hide the losses that follow it.
"""

from __future__ import annotations

from collections.abc import Callable

from finmodel.contract import ledger as accounts
from finmodel.contract.breaks import breaks_of
from finmodel.contract.exit import can_exit, judges_breaks
from finmodel.contract.exit_costs import capital_of
from finmodel.contract.flows import ModelLines, when_paid
from finmodel.contract.inputs import LONGEST
from finmodel.contract.ledger import Book
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, Period, hold, last, literal, maximum, minimum, spread, sum_over, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import PaymentModel
from finmodel.units import POUND, PURE

InMonths = Callable[[Ref, int | None], Expr]
"""A year's amount in the months in which it is paid, from the amount and its delay."""

_AT_THE_END = {
    "failed_after": "failed_after",
    "left_after": "left_after",
    "exit_extra_cost": "exit_extra_cost",
    "exit_unpaid": "excess_so_far",
    "guarantee_called": "guarantee_called",
    "system_cost": "system_cost",
    "guarantee": "guarantee_given",
    "security": "security",
    "working_capital": "working_capital",
    "worst_month": "worst_month",
    "gone_less_stays": "gone_less_stays",
}
_AT_A_BREAK = {"position_at_break": "position_if_it_stays", "on_leaving": "on_leaving"}
CASH_LOW = "cash_low"


def write_exit_results(shared: Shared, lines: ModelLines, in_months: InMonths) -> None:
    """Add them to the sheet; nothing for a payment model whose integrator cannot go."""
    sheet, name = shared.sheet, lines.name
    if not can_exit(shared, shared.scenario.payment_models[name]):
        return
    extra = sheet.ref(f"{name}.payment") - sheet.ref(f"{name}.payment_if_it_stays")
    _so_far(shared, f"{name}.exit_extra_cost", extra, "What the exit has cost commissioners so far")
    called = [f"{name}.{key}" for key in ("called_so_far", "recovered_so_far") if f"{name}.{key}" in sheet]
    total = sum_over(Family("call", {line: sheet.ref(line) for line in called}))
    label = "Guarantee called so far"
    sheet.add(f"{name}.guarantee_called", total, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    system = sheet.ref(f"{name}.staff_and_suppliers") + sheet.ref(f"{name}.hmrc")
    _so_far(shared, f"{name}.system_cost", system, "Paid to staff, suppliers and HMRC so far")
    guarantee = sheet.ref(f"{name}.security") - capital_of(shared)
    sheet.add(f"{name}.guarantee_given", guarantee, unit=POUND, label="Guarantee", period=Period.CONTRACT_YEAR)
    _liquidity(shared, lines, in_months)


def _so_far(shared: Shared, name: str, amount: Expr, label: str) -> None:
    earlier = shared.sheet.promise(name, POUND, opening=0.0)
    shared.sheet.add(name, earlier.lag() + amount, label=label)


def _liquidity(shared: Shared, lines: ModelLines, in_months: InMonths) -> None:
    """The integrator's cash if it stays: receipts when they are paid, less its costs in twelve instalments."""
    sheet, name, stays = shared.sheet, lines.name, lines.ledger.in_force.without_exit
    months: Expr = literal(0.0)
    for delay, by_payer in lines.to_integrator.items():
        parts = [amount for amounts in by_payer.values() for amount in amounts]
        total = stays.settle(sum_over(Family("part", {str(i): x for i, x in enumerate(parts)})), literal(0.0))
        line, label = f"{name}.receipts_{when_paid(delay)}", "Integrator's receipts, if it stays"
        months = months + in_months(sheet.add(line, total, unit=POUND, label=label), delay)
    outlay = stays.settle(lines.ledger.paid(accounts.INTEGRATOR, Book.TERMS), literal(0.0))
    label = "Integrator's costs, if it stays"
    paid = sheet.add(f"{name}.integrator_costs", outlay, unit=POUND, label=label, period=Period.CONTRACT_YEAR)

    def month(key: str, formula: Expr, label: str, opening: float = 0.0) -> Expr:
        return sheet.add(f"{name}.{key}", formula, label=label, service=False, period=Period.MONTH, opening=opening)

    def earlier(key: str) -> Expr:
        unit = PURE if key == "worst_month_so_far" else POUND
        return sheet.promise(f"{name}.{key}", unit, opening=0.0, period=Period.MONTH).lag()

    flow = month("integrator_cash_by_month", months - spread(paid), "Integrator's cash of the month, if it stays")
    balance = month("cash_balance", earlier("cash_balance") + flow, "Integrator's cash so far, its capital apart")
    number = _months(shared, "month_number", [float(at + 1) for at in range(12 * LONGEST)], "Month of the contract")
    first = number.equals(hold((shared.inputs.year - 1) * 12 + 1))
    low = where(first, balance, minimum(earlier("lowest_of_year"), balance))
    lowest_of_year = month("lowest_of_year", low, "Lowest cash of the contract year until now")
    before = earlier("lowest_cash")
    lowest = month("lowest_cash", minimum(before, balance), "Lowest cash until now")
    worst = where(balance < before, number, earlier("worst_month_so_far"))
    worst_month = month("worst_month_so_far", worst, "Month of the lowest cash until now")
    year = Period.CONTRACT_YEAR
    label = "Lowest cash of the year, capital included"
    sheet.add(f"{name}.{CASH_LOW}", last(lowest_of_year, year) + capital_of(shared), label=label)
    label = "Capital that the lowest cash until now asks for"
    sheet.add(f"{name}.working_capital", maximum(-last(lowest, year), 0), unit=POUND, label=label)
    sheet.add(f"{name}.worst_month", last(worst_month, year), label="Month of the lowest cash until now, 0 if none")


def _months(shared: Shared, name: str, values: list[float], label: str) -> Expr:
    known = name in shared.sheet
    return shared.sheet.ref(name) if known else shared.sheet.monthly(name, values, PURE, label=label)


def add_exit_outputs(shared: Shared, add: Callable[..., None], name: str, model: PaymentModel) -> None:
    """The stored columns of an exit: at the contract's end, at each break, and the lowest cash of each year."""
    if not can_exit(shared, model):
        return
    years = shared.scenario.contract.years
    end = range(years, years + 1)
    for figure, key in _AT_THE_END.items():
        if f"{name}.{key}" in shared.sheet:
            add(name, figure, None, f"{name}.{key}", end, f"years 1 to {years}")
    add(name, CASH_LOW, None, f"{name}.{CASH_LOW}", range(1, years + 1))
    if not judges_breaks(shared, model):
        return
    for before, day in breaks_of(shared):
        for figure, key in _AT_A_BREAK.items():
            add(name, figure, None, f"{name}.{key}", range(before, before + 1), day)
        if f"{name}.reprocurement_price" in shared.sheet:
            add(name, "reprocurement_at_break", None, f"{name}.reprocurement_price", range(before + 1, before + 2), day)
