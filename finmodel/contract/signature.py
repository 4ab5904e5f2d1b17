"""Lines that the checks before signature read: what year 1 costs, and the margins of an integrator that stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from finmodel.contract import ledger as accounts
from finmodel.contract.exit import can_exit
from finmodel.contract.flows import ModelLines
from finmodel.contract.ledger import Book
from finmodel.contract.shared import Shared
from finmodel.contract.spending import Spending
from finmodel.contract.variations import VARIATION
from finmodel.lines import Expr, Family, Period, literal, sum_over
from finmodel.scenario import Constant, PaymentModel
from finmodel.units import POUND

if TYPE_CHECKING:
    from finmodel.contract.build import Contract

OPENING_COST, UNPRICED = "opening_cost", "unpriced"
OUTCOME_AT_RISK = "outcome_at_risk_if_it_stays"
IF_IT_STAYS = {
    "payment": "payment_if_it_stays",
    "integrator_surplus": "margin_if_it_stays",
    "providers_surplus": "providers_margin_if_it_stays",
}
"""The lines that hold a figure as if the integrator stayed whatever happened, where it may go."""


def write_signature_lines(shared: Shared, lines: ModelLines, spending: Spending) -> None:
    """Add them to the sheet, for a payment model with an integrator."""
    sheet, name, model = shared.sheet, lines.name, spending.model
    if not model.integrator:
        return
    cost: Expr = sum_over(shared.care.cost) + spending.running_cost
    if f"{name}.vat" in sheet:
        cost = cost + sheet.ref(f"{name}.vat")
    label = "Cost of care before savings, of running the integrator, and VAT"
    sheet.add(f"{name}.{OPENING_COST}", cost, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    ledger = lines.ledger
    variations = [one.amount for one in ledger.postings if one.what == VARIATION and one.payer == accounts.INTEGRATOR]
    if variations:
        total = sum_over(Family("event", {str(i): one for i, one in enumerate(variations)}))
        label = "Variations that nobody priced, if the integrator stays"
        found = ledger.in_force.without_exit.settle(total, literal(0.0))
        sheet.add(f"{name}.{UNPRICED}", found, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    if not can_exit(shared, model):
        return
    providers = dict.fromkeys(row.provider for row in shared.rows.values())
    by_book = {
        book: sum_over(Family("provider", {one: ledger.position(accounts.provider(one), book) for one in providers}))
        for book in (Book.TERMS, Book.AFTER_EXIT)
    }
    margin = ledger.in_force.without_exit.settle(by_book[Book.TERMS], by_book[Book.AFTER_EXIT])
    line = f"{name}.{IF_IT_STAYS['providers_surplus']}"
    label = "Providers' surplus, if the integrator stays"
    sheet.add(line, margin, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    at_risk = [*lines.maximum, *lines.uncapped]
    if at_risk:
        total = sum_over(Family("part", {str(i): one for i, one in enumerate(at_risk)}))
        risked = ledger.in_force.without_exit.settle(total, literal(0.0))
        label = "Outcome money at full score, if the integrator stays"
        sheet.add(f"{name}.{OUTCOME_AT_RISK}", risked, unit=POUND, label=label, period=Period.CONTRACT_YEAR)


def add_signature_outputs(shared: Shared, add: Callable[..., None], name: str, model: PaymentModel) -> None:
    """The stored columns: year 1's cost, and each year as if the integrator stayed where it may go."""
    if not model.integrator:
        return
    add(name, OPENING_COST, None, f"{name}.{OPENING_COST}", range(1, 2))
    years = range(1, shared.scenario.contract.years + 1)
    if f"{name}.{UNPRICED}" in shared.sheet:
        add(name, UNPRICED, None, f"{name}.{UNPRICED}", years)
    if can_exit(shared, model):
        for line in (*IF_IT_STAYS.values(), OUTCOME_AT_RISK):
            if f"{name}.{line}" not in shared.sheet:
                continue
            add(name, line, None, f"{name}.{line}", years)


def margins_in_base_case(
    contract: Contract, models: Sequence[str], realised: float | None = None
) -> dict[str, list[tuple[float, float]]]:
    """By payment model and contract year, the integrator's and the providers' surplus in the base case, if it stays.

    `realised` is the part of the claimed savings that comes about; None: as the scenario has it.
    """
    from finmodel.contract.build import compile_contract
    from finmodel.contract.evaluate import values_of_lines

    held, savings = contract, contract.scenario.savings
    if realised is not None and savings is not None:
        stated = savings.model_copy(update={"realised": Constant(realised, path="savings.realised")})
        held = compile_contract(contract.scenario.model_copy(update={"savings": stated}), models)
    found: dict[str, list[tuple[float, float]]] = {}
    for model in models:
        names = [
            line if (line := f"{model}.{IF_IT_STAYS[figure]}") in held.sheet else f"{model}.{figure}"
            for figure in ("integrator_surplus", "providers_surplus")
        ]
        (values,) = values_of_lines(held, names, [None])
        years = range(contract.calendar.years)
        found[model] = [(float(values[names[0]][year]), float(values[names[1]][year])) for year in years]
    return found
