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
from finmodel.lines import Family, Period, literal, sum_over
from finmodel.scenario import PaymentModel, Uncertain
from finmodel.units import POUND

if TYPE_CHECKING:
    from finmodel.contract.build import Contract

REALISED = "savings.realised"
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
    ledger, cost = lines.ledger, spending.running_cost
    stays = ledger.in_force.without_exit
    if f"{name}.vat" in sheet:
        cost = cost + sheet.ref(f"{name}.vat")
    opening = sum_over(shared.care.cost) + stays.settle(cost, literal(0.0))
    variations = [one.amount for one in ledger.postings if one.what == VARIATION and one.payer == accounts.INTEGRATOR]
    if variations:
        total = sum_over(Family("event", {str(i): one for i, one in enumerate(variations)}))
        label = "Variations that nobody priced, if the integrator stays"
        found = stays.settle(total, literal(0.0))
        opening = opening + sheet.add(f"{name}.{UNPRICED}", found, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    label = "Cost of care before savings, of running the integrator, VAT and what nobody priced"
    sheet.add(f"{name}.{OPENING_COST}", opening, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    if not can_exit(shared, model):
        return
    providers = dict.fromkeys(row.provider for row in shared.rows.values())
    by_book = {
        book: sum_over(Family("provider", {one: ledger.position(accounts.provider(one), book) for one in providers}))
        for book in (Book.TERMS, Book.AFTER_EXIT)
    }
    margin = stays.settle(by_book[Book.TERMS], by_book[Book.AFTER_EXIT])
    line = f"{name}.{IF_IT_STAYS['providers_surplus']}"
    label = "Providers' surplus, if the integrator stays"
    sheet.add(line, margin, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    at_risk = [*lines.maximum, *lines.uncapped]
    if at_risk:
        total = sum_over(Family("part", {str(i): one for i, one in enumerate(at_risk)}))
        risked = stays.settle(total, literal(0.0))
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


Margins = dict[str, list[tuple[float, float]]]


def margins_in_base_case(contract: Contract, models: Sequence[str]) -> Callable[[float | None], Margins]:
    """By payment model and contract year, the integrator's and the providers' surplus in the base case, if it stays.

    What is given takes the part of the claimed savings that comes about; None: as the scenario has it. The lines are
    laid out once, however many parts are asked for.
    """
    from finmodel.contract.evaluate import CentralDraws, base_case_of

    held = _with_realised_drawn(contract, models)
    names = {
        (model, figure): line if (line := f"{model}.{IF_IT_STAYS[figure]}") in held.sheet else f"{model}.{figure}"
        for model in models
        for figure in ("integrator_surplus", "providers_surplus")
    }
    draws = CentralDraws(held)
    evaluate = base_case_of(held, list(names.values()), draws)

    def margins(realised: float | None) -> Margins:
        if realised is not None:
            draws.hold(REALISED, realised)
        values = evaluate()
        own, others = (
            {model: values[names[model, figure]] for model in models}
            for figure in ("integrator_surplus", "providers_surplus")
        )
        years = range(contract.calendar.years)
        return {model: [(float(own[model][year]), float(others[model][year])) for year in years] for model in models}

    return margins


def _with_realised_drawn(contract: Contract, models: Sequence[str]) -> Contract:
    """The contract, in which the part of the savings that comes about is a number of its own that is drawn."""
    from finmodel.contract.build import compile_contract

    savings = contract.scenario.savings
    if savings is None or any(driver.name == REALISED for driver in contract.drivers):
        return contract
    drawn = Uncertain("uniform", {"min": 0.0, "max": 1.0}, path=REALISED)
    stated = savings.model_copy(update={"realised": drawn})
    return compile_contract(contract.scenario.model_copy(update={"savings": stated}), models)
