"""What accrues where the payment model's terms are not in force: the existing contracts, by their own terms.

Commissioners pay providers what these terms pay before any savings, care costs what it costs before any savings. It
stands in the book of its own, and counts once the integrator has left and before a late start.
"""

from __future__ import annotations

from finmodel.contract import ledger as accounts
from finmodel.contract.flows import ModelLines
from finmodel.contract.ledger import Book
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, sum_over
from finmodel.units import POUND


def post_existing_contracts(shared: Shared, lines: ModelLines, extra_cost: Expr | None) -> None:
    """Post the existing contracts; `extra_cost`: what running them costs commissioners, as a share of the payments."""
    sheet, care, rows = shared.sheet, shared.care, shared.rows
    ledger = lines.ledger
    pairs: dict[tuple[str, str], dict[str, Expr]] = {}
    costs: dict[str, dict[str, Expr]] = {}
    for name, row in rows.items():
        paid = care.cost[name] if name in care.at_cost else care.existing[name]
        pairs.setdefault((row.commissioner, row.provider), {})[name] = paid
        costs.setdefault(row.provider, {})[name] = care.cost[name]
    owed: dict[str, list[Expr]] = {}
    for (payer, payee), contracts in pairs.items():
        line, label = f"existing_contracts[{payer}.{payee}]", f"Existing contracts, {payer} to {payee}"
        known = line in sheet
        amount = sheet.ref(line) if known else sheet.add(line, sum_over(Family("contract", contracts)), label=label)
        owed.setdefault(payer, []).append(amount)
        ledger.post(
            "existing contracts", accounts.commissioner(payer), accounts.provider(payee), amount, Book.AFTER_EXIT
        )
    for provider, contracts in costs.items():
        line = f"existing_cost_of_care[{provider}]"
        label = f"{provider}: cost of care under the existing contracts"
        known = line in sheet
        cost = sheet.ref(line) if known else sheet.add(line, sum_over(Family("contract", contracts)), label=label)
        ledger.post("cost of care", accounts.provider(provider), accounts.STAFF_AND_SUPPLIERS, cost, Book.AFTER_EXIT)
    for payer, amounts in owed.items():
        lines.after_exit.setdefault(payer, []).extend(amounts)
        if extra_cost is not None:
            payments = sum_over(Family("provider", {str(at): one for at, one in enumerate(amounts)}))
            label = (
                f"{shared.scenario.parties.commissioners[payer].label}: cost of running the existing contracts again"
            )
            name = f"{lines.name}.extra_cost[{payer}]"
            extra = sheet.add(name, payments * extra_cost, unit=POUND, label=label)
            lines.after_exit[payer].append(extra)
            ledger.post(
                "extra cost", accounts.commissioner(payer), accounts.STAFF_AND_SUPPLIERS, extra, Book.AFTER_EXIT
            )
