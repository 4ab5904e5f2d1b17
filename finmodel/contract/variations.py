"""Unpriced variations: work that appears during the contract, paid for by the integrator or commissioners."""

from __future__ import annotations

from finmodel.contract import ledger as accounts
from finmodel.contract.events import Events
from finmodel.contract.flows import ModelLines
from finmodel.contract.shared import Shared
from finmodel.lines import Family, Period
from finmodel.units import POUND

VARIATION = "variation"
"""What the postings of a variation are called."""


def post_variations(shared: Shared, lines: ModelLines) -> None:
    """Cost `size x T` of a year to staff and suppliers; commissioners pay their part to the integrator, monthly."""
    events, sheet = Events(shared.inputs), shared.sheet
    for name, event in events.variations().items():
        prefix = f"{lines.name}.events.{name}"
        formula = events.changes(name) * shared.target.total
        cost = sheet.add(prefix, formula, unit=POUND, label=event.label, period=Period.CONTRACT_YEAR)
        lines.ledger.post(VARIATION, accounts.INTEGRATOR, accounts.STAFF_AND_SUPPLIERS, cost)
        label = f"{event.label}: part that commissioners pay"
        share = shared.inputs.value(event.commissioners_pay, f"events.{name}.commissioners_pay", label)
        weights = shared.target.weights
        split = Family("commissioner", {payer: cost * share * weights[payer] for payer in shared.target.payers})
        owed = sheet.add_family(f"{prefix}.from", split, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
        for payer in owed:
            lines.ledger.post(VARIATION, accounts.commissioner(payer), accounts.INTEGRATOR, owed[payer])
            for to in (lines.paid, lines.to_integrator):
                to.setdefault(None, {}).setdefault(payer, []).append(owed[payer])
