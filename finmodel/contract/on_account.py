"""Cash on account: a term pays a stated amount first and, once the amount due is known, what is due less that.

Only cash changes. What is accrued, and so every position, is that of the same term paid in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass

from finmodel.contract.shared import Shared
from finmodel.contract.target import Target
from finmodel.lines import Expr, Family, sum_over, where
from finmodel.units import POUND

ON_ACCOUNT, RECONCILED = "on_account", "reconciled"
KEY = "paid.on_account.amount"


@dataclass(frozen=True)
class Account:
    """What a term pays on account: the whole amount of a year, and when.

    `parts` are the services' shares of it where the term pays outcome money; otherwise it falls like the target.
    """

    amount: Expr
    months_late: int | None
    parts: Family | None = None

    def rest_late(self, months_late: int | None) -> int | None:
        """When the rest is paid: never before the payment on account (an outcome may be known early)."""
        if self.months_late is None or months_late is None:
            return months_late
        return max(self.months_late, months_late)


@dataclass(frozen=True)
class Settled:
    """A flow's cash in two parts, each by commissioner."""

    on_account: Family
    reconciled: Family


def write_parts(shared: Shared, prefix: str, label: str, at_stake: Family) -> Family:
    """Each service's share of a term's outcome money at full score, or of the target where nothing is at stake."""
    target = shared.target.envelope
    most = sum_over(at_stake)
    base = sum_over(Family("service", {service: target[service] for service in at_stake}))
    none = most <= 0
    shares = {
        service: where(none, target[service] / base, at_stake[service] / where(none, base, most))
        for service in at_stake
    }
    return shared.sheet.add_family(
        f"{prefix}.share_on_account", Family("service", shares), label=f"{label}: share of what is paid on account"
    )


def settle(
    shared: Shared,
    account: Account,
    name: str,
    label: str,
    owed: Family,
    due: Expr,
    outcome_of: tuple[str, Expr] | None,
) -> Settled:
    """Write what a flow pays on account and the rest, whole and by commissioner. `due` and `owed` are what is accrued.

    `outcome_of`: the service and, of its outcome money at full score, the share of the outcome that earns the flow.
    """
    sheet, target = shared.sheet, shared.target
    first, rest = f"{label}: paid on account", f"{label}: reconciliation"
    if outcome_of is None:
        paid: Expr = account.amount
        by_payer = Family("commissioner", {k: paid * target.weights[k] for k in owed})
    else:
        assert account.parts is not None
        service, weight = outcome_of
        amount = account.amount * account.parts[service] * weight
        paid = sheet.add(f"{name}.{ON_ACCOUNT}", amount, unit=POUND, label=first)
        by_payer = Family("commissioner", _by_value(target, service, paid, owed))
    early = sheet.add_family(f"{name}.{ON_ACCOUNT}.from", by_payer, unit=POUND, label=first)
    sheet.add(f"{name}.{RECONCILED}", due - paid, unit=POUND, label=rest)
    late = Family("commissioner", {k: owed[k] - early[k] for k in owed})
    return Settled(early, sheet.add_family(f"{name}.{RECONCILED}.from", late, unit=POUND, label=rest))


def _by_value(target: Target, service: str, amount: Expr, payers: Family) -> dict[str, Expr]:
    return {payer: target.shares[service][payer] * amount for payer in payers}
