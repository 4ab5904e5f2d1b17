"""Who pays for an exit: charge, guarantee, forfeited money, providers unpaid, taking the contracts back.

All of it stands in the ledger's book of the exit: it is nothing until the integrator goes, but for calls on the
guarantee, which begin when its capital is lost.
"""

from __future__ import annotations

from finmodel.contract import ledger as accounts
from finmodel.contract.flows import ModelLines, when_paid
from finmodel.contract.ledger import Book
from finmodel.contract.register import part_of, total_value
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, Period, clip, literal, maximum, sum_over, where
from finmodel.scenario import Constant, Value
from finmodel.units import POUND


class ExitCosts:
    """Writes and posts the money of one payment model's exit."""

    def __init__(self, shared: Shared, lines: ModelLines) -> None:
        self.shared, self.sheet, self.inputs, self.lines = shared, shared.sheet, shared.inputs, lines
        integrator = shared.scenario.parties.integrator
        assert integrator is not None
        self.integrator, self.stated = integrator, integrator.exit_terms
        self.capital = capital_of(shared)
        self.guarantee = self._guarantee()
        self.security = self.capital + self.guarantee
        self._recovered: Expr = literal(0.0)
        self._called = f"{lines.name}.called_so_far"
        self._called_before: Expr = literal(0.0)
        if integrator.guarantee is not None:
            self._called_before = self.sheet.promise(self._called, POUND, opening=0.0).lag()

    def extra_cost(self) -> Expr | None:
        """What running the existing contracts again costs, as a share of what they are paid."""
        return self._number(self.stated.extra_cost, "extra_cost", "Cost of running the existing contracts again")

    def before_margin(self, first: Expr, left: Expr | None) -> None:
        """What an exit takes from the integrator: forfeited money and, at a break, charge and guarantee."""
        if self.stated.forfeits == "late_money":
            self._forfeit(first)
        self._reprocure(first)
        if left is None:
            return
        charge = self._number(self.stated.charge, "charge", "Exit charge")
        if charge is not None:
            self._to_commissioners("exit_charge", accounts.INTEGRATOR, where(left > 0, charge, 0), "Exit charge")
        if self.integrator.guarantee is None:
            return
        amount = where(left > 0, self._callable(self._called_before), 0)
        recovered = self._to_commissioners("recovered", self._guarantor, amount, "Guarantee called for commissioners")
        self._recovered = self._so_far("recovered_so_far", recovered, "Guarantee called for commissioners so far")

    def after_margin(self, position: Expr, left: Expr | None) -> None:
        """Calls on the guarantee for losses beyond the capital, and the losses that nothing covers."""
        ledger, name = self.lines.ledger, self.lines.name
        loss = self._line("loss_beyond_capital", maximum(-position - self.capital, 0), "Loss beyond the capital")
        left_over = self.guarantee - self._recovered if left is not None else self.guarantee
        if self.integrator.guarantee is not None:
            called = maximum(self._called_before, clip(loss, 0, left_over))
            called_now = self.sheet.add(self._called, called, unit=POUND, label="Guarantee called for losses so far")
            call = self._line("guarantee_call", called_now - self._called_before, "Guarantee called for losses")
            ledger.post("guarantee call", self._guarantor, accounts.INTEGRATOR, call, Book.EXIT)
        earlier_excess = self.sheet.promise(f"{name}.excess_so_far", POUND, opening=0.0).lag()
        label = "Loss beyond capital and guarantee so far"
        so_far = self._line("excess_so_far", maximum(earlier_excess, loss - left_over), label)
        self._excess(self._line("excess_loss", so_far - earlier_excess, "Loss beyond capital and guarantee"))

    def of_leaving(self) -> Expr:
        """What leaving at a break costs the integrator."""
        return self._leaving(self.sheet.ref(self._called) if self.integrator.guarantee is not None else None)

    def of_leaving_if_it_stays(self) -> Expr:
        """The same of an integrator that has stayed until then, whatever happened: its losses have called the rest."""
        if self.integrator.guarantee is None:
            return self._leaving(None)
        key = "called_if_it_stays"
        before = self.sheet.promise(f"{self.lines.name}.{key}", POUND, opening=0.0).lag()
        loss = -self.sheet.ref(f"{self.lines.name}.position_if_it_stays") - self.capital
        called = maximum(before, clip(loss, 0, self.guarantee))
        return self._leaving(self._line(key, called, "Guarantee called for losses so far, if it stays"))

    def _leaving(self, called: Expr | None) -> Expr:
        cost = literal(0.0) if called is None else self._callable(called)
        charge = self._number(self.stated.charge, "charge", "Exit charge")
        return cost if charge is None else cost + charge

    # Parts

    @property
    def _guarantor(self) -> str:
        guarantee = self.integrator.guarantee
        return accounts.BANK if guarantee is not None and guarantee.by == "bank" else accounts.PARENT

    def _guarantee(self) -> Expr:
        stated = self.integrator.guarantee
        if stated is None:
            return literal(0.0)
        path = "parties.integrator.guarantee"
        if stated.amount is not None:
            return self.inputs.value(stated.amount, f"{path}.amount", "Guarantee")
        assert stated.share is not None
        share = self.inputs.value(stated.share, f"{path}.share", "Guarantee, share of the contract's annual value")
        if "guarantee" in self.sheet:
            return self.sheet.ref("guarantee")
        earlier = self.sheet.promise("guarantee", POUND, opening=0.0)
        amount = where(self.inputs.year > 1, earlier.lag(), share * self.shared.target.total)
        return self.sheet.add("guarantee", amount, label="Guarantee")

    def _callable(self, called: Expr) -> Expr:
        path, label = "parties.integrator.exit.callable_on_leaving", "Part of the guarantee callable on leaving"
        return self.inputs.value(self.stated.callable_on_leaving, path, label) * (self.guarantee - called)

    def _number(self, value: Value, key: str, label: str) -> Expr | None:
        """A number of `exit`, or None where it is plainly nothing."""
        if isinstance(value, Constant) and value.amount == 0:
            return None
        return self.inputs.value(value, f"parties.integrator.exit.{key}", label)

    def _line(self, key: str, formula: Expr, label: str) -> Expr:
        return self.sheet.add(f"{self.lines.name}.{key}", formula, unit=POUND, label=label, period=Period.CONTRACT_YEAR)

    def _so_far(self, key: str, amount: Expr, label: str) -> Expr:
        earlier = self.sheet.promise(f"{self.lines.name}.{key}", POUND, opening=0.0)
        return self._line(key, earlier.lag() + amount, label)

    def _owe(self, key: str, payer: str, payee: str, amount: Expr, delay: int | None = None) -> None:
        """What a commissioner owes because of the exit, accrued and in cash."""
        self.lines.ledger.post(key, accounts.commissioner(payer), payee, amount, Book.EXIT)
        self.lines.at_exit.setdefault(delay, {}).setdefault(payer, []).append(amount)

    def _by_payer(self, key: str, payee: str, amount: Expr, label: str) -> None:
        """An amount that commissioners pay in the proportions of the year's target."""
        weights = self.shared.target.weights
        split = Family("commissioner", {payer: amount * weights[payer] for payer in self.shared.target.payers})
        owed = self.sheet.add_family(f"{self.lines.name}.{key}.from", split, unit=POUND, label=label)
        for payer in owed:
            self._owe(key, payer, payee, owed[payer])

    def _to_commissioners(self, key: str, payer: str, amount: Expr, label: str) -> Expr:
        found = self._line(key, amount, label)
        self._by_payer(key, payer, -found, label)
        return found

    def _reprocure(self, first: Expr) -> None:
        once = self._number(self.stated.reprocurement, "reprocurement", "Cost of taking the contracts back")
        if once is not None:
            index = self.shared.indices[self.shared.scenario.contract_register.cost_index]
            label = "Cost of taking the contracts back"
            price = self._line("reprocurement_price", once * index, f"{label}, in that year")
            amount = self._line("reprocurement", where(first > 0, price, 0), label)
            self._by_payer("reprocurement", accounts.STAFF_AND_SUPPLIERS, amount, label)

    def _forfeit(self, first: Expr) -> None:
        """What is due to the integrator for earlier years and falls due only after it has gone is not paid.

        Money with a delay of d months of the year k years before the first without it falls due d - 12k months after
        that year's end: after the exit where d > 12 (k - 1).
        """
        for delay, by_payer in self.lines.to_integrator.items():
            if not delay:
                continue
            for payer, amounts in by_payer.items():
                label = f"{self.shared.scenario.parties.commissioners[payer].label}: late money due to the integrator"
                parts = sum_over(Family("part", {str(i): one for i, one in enumerate(amounts)}))
                total = self.lines.ledger.in_force.settle(parts, literal(0.0))
                key = f"due_to_integrator_{when_paid(delay)}[{payer}]"
                due = self.sheet.add(f"{self.lines.name}.{key}", total, unit=POUND, label=label)
                for years in range(1, -(-delay // 12) + 1):
                    lost = where(first > 0, -maximum(due.lag(years), 0), 0)
                    line = f"forfeit_{when_paid(delay)}.{years}[{payer}]"
                    amount = self._line(line, lost, f"{label}, forfeited")
                    self._owe("forfeit", payer, accounts.INTEGRATOR, amount, delay - 12 * years)

    def _excess(self, excess: Expr) -> None:
        """Who bears the loss that nothing covers: it makes the integrator's account good."""
        if self.stated.excess_loss == "commissioners":
            self._by_payer("excess_loss", accounts.INTEGRATOR, excess, "Loss made good by commissioners")
        elif self.stated.excess_loss == "bank":
            self.lines.ledger.post("excess loss", accounts.BANK, accounts.INTEGRATOR, excess, Book.EXIT)
        else:
            rows = list(self.shared.rows.values())
            total = total_value(self.sheet, "register_value", rows, "Value of all contracts")
            for provider in dict.fromkeys(row.provider for row in rows):
                name = f"share_of_all_contracts[{provider}]"
                own = [row for row in rows if row.provider == provider]
                share = part_of(self.sheet, name, own, total, "Share of the register")
                unpaid = self._line(f"unpaid[{provider}]", excess * share, f"{provider}: unpaid by the integrator")
                self.lines.ledger.post("unpaid", accounts.provider(provider), accounts.INTEGRATOR, unpaid, Book.EXIT)


def capital_of(shared: Shared) -> Expr:
    """The integrator's capital, one number for the whole contract."""
    integrator = shared.scenario.parties.integrator
    assert integrator is not None
    assert integrator.capital is not None
    return shared.inputs.value(integrator.capital, "parties.integrator.capital", "Integrator's capital")
