"""What is spent outside the contract under one payment model, and what the existing terms pay: both after its savings.

Providers pay staff and suppliers for care; the integrator pays for its own
running and loses VAT on what it pays providers.
"""

from __future__ import annotations

from finmodel.contract import ledger as accounts
from finmodel.contract.events import Events
from finmodel.contract.ledger import Ledger
from finmodel.contract.optimism import running_cost_with_bias, write_factor
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, literal, sum_over
from finmodel.scenario import PaymentModel


class Spending:
    """Costs and existing payments of one payment model. Lines that several models share are written once."""

    def __init__(self, shared: Shared, name: str, model: PaymentModel) -> None:
        self.shared, self.sheet, self.inputs = shared, shared.sheet, shared.inputs
        self.scenario, self.name, self.model = shared.scenario, name, model
        self.savings = self._savings()
        self.costs = self._costs_after_savings()
        self.running_cost = self._running_cost()
        self._payments: Family | None = None

    def existing_payments(self) -> Family:
        """What the existing terms pay, by contract, after savings."""
        if self._payments is None:
            care = self.shared.care
            self._payments = Family(
                "contract",
                {
                    name: self.costs[name] if name in care.at_cost else self._after_savings(name, care.existing[name])
                    for name in self.shared.rows
                },
            )
        return self._payments

    def vat_on(self, payments: Expr) -> Expr:
        """VAT that the integrator cannot recover on its payments to providers."""
        return self._vat_rate() * payments

    def _vat_rate(self) -> Expr:
        integrator = self.scenario.parties.integrator
        assert integrator is not None
        path, label = "parties.integrator.vat_leakage", "Irrecoverable VAT on payments to providers"
        if integrator.vat_leakage is not None:
            return self.inputs.value(integrator.vat_leakage, path, label)
        tiers: dict[str, Expr] = {}
        for tier in integrator.vat_tiers or []:
            path = f"parties.integrator.vat_tiers.{tier.name}"
            share = self.inputs.value(tier.share_of_payments, f"{path}.share_of_payments", "Share of payments")
            rate = self.inputs.value(tier.rate, f"{path}.rate", "Rate of VAT")
            recovered = self.inputs.value(tier.recovered, f"{path}.recovered", "Part of the VAT recovered")
            lost, name = share * rate * (1 - recovered), tier.name.replace("_", " ")
            tiers[tier.name] = self._once(f"integrator_vat_rate[{tier.name}]", lost, f"Irrecoverable VAT, {name}")
        return self._once("integrator_vat_rate", sum_over(Family("tier", tiers)), label)

    def shared_cost(self, payments: Expr) -> Expr:
        """The integrator's cost as a gain and loss share counts it: provider payments, running cost, VAT if inside."""
        integrator = self.scenario.parties.integrator
        assert integrator is not None
        cost = payments + self.running_cost
        return cost + self.vat_on(payments) if integrator.vat_in_shared_cost else cost

    def post(self, ledger: Ledger) -> None:
        """Post all that leaves the contract; the integrator's payments to providers are posted already."""
        rows = self.shared.rows
        for provider in dict.fromkeys(row.provider for row in rows.values()):
            own = Family("contract", {n: self.costs[n] for n, row in rows.items() if row.provider == provider})
            line = f"{self.name}.cost_of_care[{provider}]"
            amount = self.sheet.add(line, sum_over(own), label=f"{provider}: cost of care")
            ledger.post("cost of care", accounts.provider(provider), accounts.STAFF_AND_SUPPLIERS, amount)
        if not self.model.integrator:
            return
        ledger.post("running cost", accounts.INTEGRATOR, accounts.STAFF_AND_SUPPLIERS, self.running_cost)
        providers = {accounts.provider(row.provider) for row in rows.values()}
        paid = [p.amount for p in ledger.postings if p.payer == accounts.INTEGRATOR and p.payee in providers]
        if paid:
            payments = self.sheet.add(
                f"{self.name}.payments_to_providers",
                sum_over(Family("posting", {str(i): x for i, x in enumerate(paid)})),
                label="Integrator's payments to providers",
            )
            vat = self.sheet.add(f"{self.name}.vat", self.vat_on(payments), label="Irrecoverable VAT")
            ledger.post("VAT", accounts.INTEGRATOR, accounts.HMRC, vat)

    def _once(self, name: str, formula: Expr, label: str) -> Expr:
        return self.sheet.ref(name) if name in self.sheet else self.sheet.add(name, formula, label=label)

    def _savings(self) -> Expr | None:
        if not self.model.savings:
            return None
        savings = self.scenario.savings
        assert savings is not None  # the loader refuses savings: true without a savings section
        claimed: Expr = self.inputs.value(
            savings.claimed, "savings.claimed", "Savings claimed (share of provider payments)"
        )
        claimed = Events(self.inputs).saved_late(claimed)
        realised = self.inputs.value(savings.realised, "savings.realised", "Part of the claimed savings realised")
        return self._once("savings_rate", claimed * realised, "Savings realised (share of provider payments)")

    def _after_savings(self, contract: str, payment: Expr) -> Expr:
        if self.savings is None:
            return payment
        name = f"existing_payment_after_savings[{contract}]"
        return self._once(name, payment * (1 - self.savings), "Existing terms, after savings")

    def _costs_after_savings(self) -> Family:
        if self.savings is None:
            return self.shared.care.cost
        assert self.scenario.savings is not None
        stranded = self.inputs.value(self.scenario.savings.stranded, "savings.stranded", "Saved cost that stays behind")
        kept = self._once("cost_kept", 1 - self.savings * (1 - stranded), "Cost after savings (share of cost before)")
        return Family(
            "contract",
            {
                name: self._once(f"cost_after_savings[{name}]", cost * kept, "Cost of care, after savings")
                for name, cost in self.shared.care.cost.members.items()
            },
        )

    def _running_cost(self) -> Expr:
        integrator = self.scenario.parties.integrator
        if not self.model.integrator or integrator is None:
            return literal(0.0)
        name = "parties.integrator.running_cost"
        amount = self.inputs.value(integrator.running_cost, name, "Running cost a year at base-year prices")
        index = self.shared.indices[self.scenario.contract_register.cost_index]
        nominal = amount * index
        if running_cost_with_bias(self.scenario):
            nominal = nominal * write_factor(self.inputs)
        return self._once("integrator_running_cost", nominal, "Integrator's running cost")
