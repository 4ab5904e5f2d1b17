"""One payment model as lines: its terms in order, the ledger that they post to, positions, cash and present value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from finmodel.contract import ledger as accounts
from finmodel.contract.ledger import Ledger
from finmodel.contract.outcomes import Outcomes, Scored
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, PROVIDERS, Flow, Mechanism
from finmodel.contract.shared import Shared
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Family, UnitError, allocate_by, literal, parse_formula, sum_over, where
from finmodel.scenario import PaymentModel, Value
from finmodel.units import POUND, PURE


@dataclass
class Paid:
    """What commissioners owe for a year by when it is paid: None monthly, else months after the year's end."""

    by_delay: dict[int | None, dict[str, list[Expr]]] = field(default_factory=dict)

    def add(self, months_late: int | None, payer: str, amount: Expr) -> None:
        self.by_delay.setdefault(months_late, {}).setdefault(payer, []).append(amount)


@dataclass
class ModelLines:
    """The lines of one payment model that positions, cash and results are made of."""

    name: str
    ledger: Ledger
    paid: Paid
    earned: list[Expr]
    maximum: list[Expr]


class ModelBuilder:
    """Writes the terms of one payment model; it is what a mechanism sees of its surroundings."""

    def __init__(self, shared: Shared, outcomes: Outcomes, name: str, model: PaymentModel) -> None:
        self.shared, self.inputs, self.sheet = shared, shared.inputs, shared.sheet
        self.scenario, self.name, self.model = shared.scenario, name, model
        self._outcomes = outcomes
        self._phase = ""
        self._term: Mechanism
        self._position = 0
        self._done: dict[str, Family] = {}
        self._supply_chain: list[Expr] = []
        self.lines = ModelLines(name, Ledger(), Paid(), [], [])
        self.savings = self._savings()
        self._payments: Family | None = None

    def build(self) -> ModelLines:
        """Write everything; InputError holds every mistake of this model's terms."""
        mistakes: list[Mistake] = []
        running = self._running_cost()
        self.running_cost = running
        for phase in self.scenario.contract.phases:
            self._phase, self._done, self._supply_chain = phase, {}, []
            for position, term in enumerate(self.model.phases[phase]):
                assert isinstance(term, Mechanism)
                self._term, self._position = term, position
                try:
                    self._write_term(term)
                except InputError as error:
                    mistakes += error.mistakes
                    self._done[term.name] = self._nothing()
                except UnitError as error:
                    mistakes += self.mistake(str(error)).mistakes
                    self._done[term.name] = self._nothing()
        if mistakes:
            raise InputError(mistakes)
        self._costs(running)
        return self.lines

    # What a mechanism may ask ---------------------------------------------------------------------------------------------------

    @property
    def prefix(self) -> str:
        return f"{self.name}.{self._phase}.{self._term.name}"

    def value(self, value: Value, key: str, label: str) -> Expr:
        return self.inputs.value(value, f"{self.prefix}.{key}", label)

    def given(self, key: str, amount: float, label: str) -> Expr:
        name = f"{self.prefix}.{key}"
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, amount, PURE, label=label)

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        return self.sheet.add(f"{self.prefix}.{key}", formula, label=label)

    def earlier(self, names: Sequence[str]) -> Family:
        total: Family | None = None
        for name in names:
            total = self._done[name] if total is None else total + self._done[name]
        assert total is not None
        return total

    def integrator_cost(self) -> Expr:
        if not self._supply_chain:
            raise self.mistake(
                "needs the integrator's payments to providers: put an existing_contracts term from integrator to providers before it"
            )
        payments = sum_over(Family("term", {str(i): x for i, x in enumerate(self._supply_chain)}))
        cost = payments + self.running_cost
        assert self.scenario.parties.integrator is not None
        return cost + self._vat_rate() * payments if self.scenario.parties.integrator.vat_in_shared_cost else cost

    def existing_payments(self) -> Family:
        """By contract, after savings; written once a model."""
        if self._payments is None:
            terms = self.shared.existing
            amounts: dict[str, Expr] = {}
            costs = self._costs_after_savings()
            for name in self.shared.rows:
                if name in terms.at_cost:
                    amounts[name] = costs[name]
                elif self.savings is None:
                    amounts[name] = terms.paid[name]
                else:
                    amounts[name] = self._once(
                        f"existing_payment_after_savings[{name}]", terms.paid[name] * (1 - self.savings), "Existing terms after savings"
                    )
            self._payments = Family("contract", amounts)
        return self._payments

    def outcomes(self, service: str) -> list[Scored]:
        found = self._outcomes.of_service(service, effect=self.model.effect)
        if not found:
            raise self.mistake(f"no outcome of service '{service}' has a sourced baseline and a weight, so nothing can be earned")
        return found

    def formula(self, text: str) -> Expr:
        def resolve(name: str) -> Expr | None:
            if name in self._done:
                return sum_over(self._done[name])
            if name == "cost":
                return self.integrator_cost()
            return self.sheet.ref(name) if name in self.sheet else None

        def amount(value: float, written: str) -> Expr:
            key = f"{self.prefix}.amount_{written.removeprefix('£').replace('.', '_')}"
            return self.sheet.ref(key) if key in self.sheet else self.sheet.given(key, value, POUND, label=written)

        span = self.scenario.span(f"{self._path}.formula")
        found = parse_formula(
            text, resolve, names=lambda: [*self._done, "cost", *self.sheet.names], amount=amount, cumulative=self._cumulative, span=span
        )
        if found.unit not in (POUND, None):
            raise self.mistake(f"a payment is in £, but this formula gives {found.unit}", "formula")
        if found.flag:
            raise self.mistake("a payment is in £, but this formula is a condition", "formula")
        return found

    def mistake(self, message: str, key: str = "") -> InputError:
        path = f"{self._path}.{key}" if key else self._path
        return InputError(Mistake(message, self.scenario.span(path), path))

    @property
    def _path(self) -> str:
        return f"payment_models.{self.name}.phases.{self._phase}.{self._term.name}"

    def _cumulative(self, value: Expr) -> Expr:
        name = f"{self.prefix}.cumulative_{len(self.sheet)}"
        assert value.unit is not None
        earlier = self.sheet.promise(name, value.unit, opening=0.0, period=value.period)
        return self.sheet.add(name, earlier.lag() + value, label="Sum so far")

    # Terms ----------------------------------------------------------------------------------------------------------------------

    def _write_term(self, term: Mechanism) -> None:
        if (term.payer, term.payee) not in term.allowed():
            pairs = " or ".join(f"from {payer} to {payee}" for payer, payee in term.allowed())
            raise self.mistake(f"{term.kind} is paid {pairs}, not from {term.payer} to {term.payee}")
        if INTEGRATOR in (term.payer, term.payee) and not self.model.integrator:
            raise self.mistake(f"this payment model has no integrator (integrator: false), so it cannot pay or be paid")
        result = term.result(self)
        total = self._nothing()
        for flow in result.flows:
            total = total + self._write_flow(term, flow)
        self._done[term.name] = total
        if term.payer == INTEGRATOR:
            self._supply_chain.append(sum_over(total))
        if result.outcome_maximum is not None:
            self.lines.maximum.append(
                self.line("outcome_maximum", self._in_phase(sum_over(result.outcome_maximum)), "Outcome money at full score")
            )

    def _write_flow(self, term: Mechanism, flow: Flow) -> Family:
        """Write and post one flow; its amount by service."""
        name = f"{self.prefix}.{flow.name}" if flow.name else self.prefix
        label = f"{term.label or term.name}: {flow.label}"
        if flow.by_contract is not None:
            return self._write_by_contract(term, flow, flow.by_contract, name, label)
        shared = self.shared
        if flow.whole is not None:
            whole = self.sheet.add(name, self._in_phase(flow.whole), unit=POUND, label=label)
            by_payer = allocate_by(whole, shared.weights)
            by_service = shared.target.map(lambda target: whole * (target / shared.target_total))
        else:
            assert flow.by_service is not None
            amounts = {
                service: literal(0.0)
                if _is_zero(amount)
                else self.sheet.add(f"{name}[{service}]", self._in_phase(amount), unit=POUND, label=label)
                for service, amount in flow.by_service.members.items()
            }
            by_service = Family("service", amounts)
            by_payer = Family(
                "commissioner",
                {
                    payer: sum_over(
                        Family("service", {s: shared.shares[s][payer] * x for s, x in amounts.items() if not _is_zero(x)})
                    )
                    for payer in shared.payers
                },
            )
            whole = sum_over(Family("service", {s: x for s, x in amounts.items() if not _is_zero(x)}))
        if flow.outcome:
            self.lines.earned.append(whole)
        self._post(term, flow, name, label, by_payer, by_service)
        return by_service

    def _post(self, term: Mechanism, flow: Flow, name: str, label: str, by_payer: Family, by_service: Family) -> None:
        """Post an amount that is not by contract; what providers receive of a service is split by the register's values."""
        ledger = self.lines.ledger
        to_integrator = term.payee == INTEGRATOR
        if term.payer == COMMISSIONERS:
            written = self.sheet.add_family(f"{name}.from", by_payer, unit=POUND, label=label)
            for payer in written:
                self.lines.paid.add(flow.months_late, payer, written[payer])
                if to_integrator:
                    ledger.post(name, accounts.commissioner(payer), accounts.INTEGRATOR, written[payer])
        if to_integrator:
            return
        if term.payer == INTEGRATOR:
            for provider, amount in self._by_provider(by_service).items():
                received = self.sheet.add(f"{name}.to[{provider}]", amount, unit=POUND, label=label)
                ledger.post(name, accounts.INTEGRATOR, accounts.provider(provider), received)
            return
        for payer in self.shared.payers:
            own = Family("service", {s: x * self.shared.shares[s][payer] for s, x in by_service.members.items() if not _is_zero(x)})
            for provider, amount in self._by_provider(own).items():
                received = self.sheet.add(f"{name}.to[{payer}.{provider}]", amount, unit=POUND, label=label)
                ledger.post(name, accounts.commissioner(payer), accounts.provider(provider), received)

    def _write_by_contract(self, term: Mechanism, flow: Flow, by_contract: Family, name: str, label: str) -> Family:
        rows, ledger = self.shared.rows, self.lines.ledger
        pairs: dict[tuple[str, str], dict[str, Expr]] = {}
        services: dict[str, dict[str, Expr]] = {service: {} for service in self.scenario.services}
        for contract, amount in by_contract.members.items():
            row = rows[contract]
            payer = row.commissioner if term.payer == COMMISSIONERS else INTEGRATOR
            payee = row.provider if term.payee == PROVIDERS else INTEGRATOR
            pairs.setdefault((payer, payee), {})[contract] = amount
            services[row.service][contract] = amount
        by_payer: dict[str, list[Expr]] = {}
        for (payer, payee), contracts in pairs.items():
            amount = self.sheet.add(
                f"{name}[{payer}.{payee}]",
                self._in_phase(sum_over(Family("contract", contracts))),
                unit=POUND,
                label=f"{label}, {payer} to {payee}",
            )
            by_payer.setdefault(payer, []).append(amount)
            ledger.post(
                name,
                accounts.INTEGRATOR if payer == INTEGRATOR else accounts.commissioner(payer),
                accounts.INTEGRATOR if payee == INTEGRATOR else accounts.provider(payee),
                amount,
            )
        if term.payer == COMMISSIONERS:
            for payer, amounts in by_payer.items():
                for amount in amounts:
                    self.lines.paid.add(flow.months_late, payer, amount)
        return Family(
            "service",
            {
                service: self.sheet.add(
                    f"{name}[{service}]", self._in_phase(sum_over(Family("contract", contracts))), unit=POUND, label=f"{label}, {service}"
                )
                for service, contracts in services.items()
            },
        )

    def _in_phase(self, amount: Expr) -> Expr:
        """The amount in the years of the term's phase, zero in the others."""
        phase = self.scenario.contract.phases[self._phase]
        year = self.inputs.year
        if phase.first == 1 and phase.last == self.scenario.contract.years:
            return amount
        if phase.first == 1:
            return where(year <= phase.last, amount, 0)
        if phase.last == self.scenario.contract.years:
            return where(year >= phase.first, amount, 0)
        return where((year >= phase.first) & (year <= phase.last), amount, 0)

    def _nothing(self) -> Family:
        return Family("service", {service: literal(0.0) for service in self.scenario.services})

    def _by_provider(self, by_service: Family) -> dict[str, Expr]:
        """What each provider gets of amounts by service: its part of the service's value in the register."""
        rows = self.shared.rows.values()
        found: dict[str, list[Expr]] = {}
        for service, amount in by_service.members.items():
            own = [row for row in rows if row.service == service]
            total = sum(row.annual_value for row in own)
            for provider in dict.fromkeys(row.provider for row in own):
                name = f"share_of_register[{service}.{provider}]"
                value = sum(row.annual_value for row in own if row.provider == provider) / total
                share = self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, value, PURE, label="Share of the service")
                found.setdefault(provider, []).append(amount * share)
        return {provider: sum_over(Family("service", {str(i): x for i, x in enumerate(xs)})) for provider, xs in found.items()}

    # Costs, savings and what follows from them ------------------------------------------------------------------------------------

    def _once(self, name: str, formula: Expr, label: str) -> Expr:
        """A line that payment models with savings share."""
        return self.sheet.ref(name) if name in self.sheet else self.sheet.add(name, formula, label=label)

    def _savings(self) -> Expr | None:
        if not self.model.savings:
            return None
        savings = self.scenario.savings
        assert savings is not None
        claimed = self.inputs.value(savings.claimed, "savings.claimed", "Savings claimed, as a share of payments to providers")
        realised = self.inputs.value(savings.realised, "savings.realised", "Part of the claimed savings that is realised")
        return self._once("savings_rate", claimed * realised, "Savings realised, as a share of payments to providers")

    def _costs_after_savings(self) -> Family:
        shared = self.shared
        if self.savings is None:
            return shared.cost
        assert self.scenario.savings is not None
        stranded = self.inputs.value(self.scenario.savings.stranded, "savings.stranded", "Part of saved cost that stays behind")
        kept = self._once("cost_kept", 1 - self.savings * (1 - stranded), "Cost after savings, as a share of cost before")
        return Family(
            "contract",
            {name: self._once(f"cost_after_savings[{name}]", cost * kept, "Cost of care after savings") for name, cost in shared.cost.members.items()},
        )

    def _running_cost(self) -> Expr:
        integrator = self.scenario.parties.integrator
        if not self.model.integrator or integrator is None:
            return literal(0.0)
        amount = self.inputs.value(integrator.running_cost, "parties.integrator.running_cost", "Running cost a year at base-year prices")
        index = self.shared.indices[self.scenario.contract_register.cost_index]
        return self._once("integrator_running_cost", amount * index, "Integrator's running cost")

    def _vat_rate(self) -> Expr:
        integrator = self.scenario.parties.integrator
        assert integrator is not None
        return self.inputs.value(
            integrator.vat_leakage, "parties.integrator.vat_leakage", "Irrecoverable VAT on the integrator's payments to providers"
        )

    def _costs(self, running: Expr) -> None:
        """Post what providers and the integrator spend outside."""
        ledger, rows = self.lines.ledger, self.shared.rows
        costs = self._costs_after_savings()
        for provider in dict.fromkeys(row.provider for row in rows.values()):
            own = Family("contract", {name: costs[name] for name, row in rows.items() if row.provider == provider})
            amount = self.sheet.add(f"{self.name}.cost_of_care[{provider}]", sum_over(own), label=f"{provider}: cost of care")
            ledger.post("cost of care", accounts.provider(provider), accounts.STAFF_AND_SUPPLIERS, amount)
        if not self.model.integrator:
            return
        ledger.post("running cost", accounts.INTEGRATOR, accounts.STAFF_AND_SUPPLIERS, running)
        payments = [p.amount for p in ledger.postings if p.payer == accounts.INTEGRATOR and p.payee.startswith("provider ")]
        if payments:
            total = self.sheet.add(
                f"{self.name}.payments_to_providers",
                sum_over(Family("posting", {str(i): x for i, x in enumerate(payments)})),
                label="Integrator's payments to providers",
            )
            vat = self.sheet.add(f"{self.name}.vat", self._vat_rate() * total, label="Irrecoverable VAT")
            ledger.post("VAT", accounts.INTEGRATOR, accounts.HMRC, vat)


def _is_zero(amount: Expr) -> bool:
    from finmodel.lines.expressions import Literal

    return isinstance(amount, Literal) and amount.value == 0.0
