"""One payment model as lines: its terms in the order of the file, each calculated from the terms above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from finmodel.contract import ledger as accounts
from finmodel.contract import members
from finmodel.contract.chosen import of_services
from finmodel.contract.effects import Effects, write_effort_cost
from finmodel.contract.events import Events
from finmodel.contract.exit import ExitLines
from finmodel.contract.flows import FlowWriter, ModelLines, add_families, label_of, nothing, without_zeros
from finmodel.contract.formulas import Place, Resolve, in_unit, read_formula
from finmodel.contract.in_force import InForce
from finmodel.contract.names import ModelNames, SharedNames
from finmodel.contract.on_account import KEY, ON_ACCOUNT, Account, write_parts
from finmodel.contract.outcomes import Outcomes, Scored
from finmodel.contract.payment.mechanism import INTEGRATOR, Mechanism, Result
from finmodel.contract.shared import Shared
from finmodel.contract.signature import write_signature_lines
from finmodel.contract.spending import Spending
from finmodel.contract.variations import post_variations
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Family, Period, UnitError, literal, sum_over
from finmodel.scenario import Calculated, PaidOnAccount, Value
from finmodel.scenario.values import ANY
from finmodel.units import POUND, PURE, Unit


class ModelBuilder:
    """Writes the terms of one payment model; it is also what a mechanism sees of its surroundings."""

    def __init__(self, shared: Shared, outcomes: Outcomes, names: SharedNames, effects: Effects) -> None:
        name = effects.model
        model = shared.scenario.payment_models[name]
        self.shared, self.inputs, self.sheet = shared, shared.inputs, shared.sheet
        self.scenario, self.name, self.model = shared.scenario, name, model
        self._outcomes, self.effects = outcomes, effects
        self.lines = ModelLines(name)
        self.spending = Spending(shared, name, model)
        self._exit = ExitLines(shared, name, model)
        begun = Events(shared.inputs).begun() if model.integrator else None
        self.lines.ledger.in_force = InForce(self._exit.begin(), begun)
        self._flows = FlowWriter(shared, self.lines)
        self._phase = ""
        self._term: Mechanism
        self.names = ModelNames(names, model, effects, self.integrator_cost)
        self._supply_chain: list[Expr] = []
        self._calculates = ""  # the path of the formula that the term's amounts come from

    def build(self) -> ModelLines:
        """Write everything; InputError holds every mistake of this model's terms."""
        mistakes: list[Mistake] = []
        for phase in self.scenario.contract.phases:
            self._phase, self._supply_chain = phase, []
            self.names.phase, self.names.done[phase] = phase, {}
            for term in self.model.phases[phase]:
                assert isinstance(term, Mechanism)
                self._term, self.names.term = term, term.name
                try:
                    self._write(term)
                except InputError as error:
                    mistakes += error.mistakes
                except UnitError as error:
                    mistakes += self.mistake(str(error)).mistakes
                self.names.done[self._phase].setdefault(term.name, nothing(list(self.scenario.services)))
        self.names.phase = self.names.term = ""
        if mistakes:
            self.names.unwritten = tuple(mistakes)
            raise InputError([*mistakes, *self.names.own.write_all()])
        self.spending.post(self.lines.ledger)
        self._post_effort()
        if self.model.integrator:
            post_variations(self.shared, self.lines)
        self._exit.finish(self.lines)
        write_signature_lines(self.shared, self.lines, self.spending)
        return self.lines

    def _post_effort(self) -> None:
        """The integrator bears what its effort costs, outside of what gains and losses are shared on."""
        figures, pay = self._outcomes.figures, self.effects.pay or {}
        people = {n: figures.people(f"outcomes.{n}", self.scenario.outcomes[n]) for n in pay}
        prices = self.shared.indices[self.scenario.contract_register.cost_index]
        cost = write_effort_cost(self.scenario, self.inputs, self.effects, people, prices)
        if cost is not None:
            self.lines.ledger.post("effort", accounts.INTEGRATOR, accounts.STAFF_AND_SUPPLIERS, cost)

    def _write(self, term: Mechanism) -> None:
        if (term.payer, term.payee) not in term.allowed():
            pairs = " or ".join(f"from {payer} to {payee}" for payer, payee in term.allowed())
            raise self.mistake(f"{term.kind} is paid {pairs}, not from {term.payer} to {term.payee}")
        if INTEGRATOR in (term.payer, term.payee) and not self.model.integrator:
            raise self.mistake("this payment model has no integrator (integrator: false), so it cannot pay or be paid")
        self._calculates = ""
        result = of_services(term.result(self), term.services, self.shared)
        if not result.flows:
            raise self.mistake("nothing is paid for these services by this term", "services")
        phase = self.scenario.contract.phases[self._phase]
        maximum: Expr | None = None
        if result.outcome_maximum is not None:
            most = self._flows.in_phase(sum_over(result.outcome_maximum), phase)
            maximum = self.line("outcome_maximum", most, "Outcome money at full score")
            self.lines.maximum.append(maximum)
        account = self._on_account(term, result, maximum)
        total: Family | None = None
        for flow in result.flows:
            amounts = self._flows.write(term, flow, self._prefix, phase, account, limited=maximum is not None)
            total = amounts if total is None else add_families(total, amounts)
        total = total or nothing(list(self.scenario.services))
        self.names.done[self._phase][term.name] = total
        for line in (self._prefix, *(f"{self._prefix}[{service}]" for service in total)):
            if self._calculates and line in self.sheet:
                self.inputs.must_hold(self.sheet.ref(line), ANY, self._calculates)
        if term.payer == INTEGRATOR:
            self._supply_chain.append(sum_over(total))

    def _on_account(self, term: Mechanism, result: Result, maximum: Expr | None) -> Account | None:
        """What a term pays on account, written before its flows, or None."""
        if not isinstance(term.paid, PaidOnAccount):
            return None
        stated, label = term.paid.on_account, f"{label_of(term)}: paid on account"

        def resolve(name: str) -> Expr | None:
            return self._named_on_account(name, maximum)

        amount = self.formula(stated.amount, KEY, "an amount on account", resolve)
        phase = self.scenario.contract.phases[self._phase]
        line = self.sheet.add(
            f"{self._prefix}.{ON_ACCOUNT}",
            self._flows.in_phase(amount, phase),
            unit=POUND,
            label=label,
            period=Period.CONTRACT_YEAR,
        )
        parts: Family | None = None
        if result.outcome_maximum is not None:
            parts = write_parts(self.shared, self._prefix, label_of(term), without_zeros(result.outcome_maximum))
        return Account(line, None if stated.paid.monthly else stated.paid.months_after_year_end, parts)

    def _named_on_account(self, name: str, maximum: Expr | None) -> Expr | None:
        """What a name means in a formula on account: as in any formula, and `maximum`; not the payment itself."""
        found = self.names.in_term(name)
        if name == "maximum":
            if found is not None:
                message = (
                    "'maximum' is the term's outcome money at full score; give the other line of that name another"
                )
                raise self.mistake(message, KEY)
            if maximum is None:
                message = "'maximum' is outcome money at full score; this term pays for no outcomes"
                raise self.mistake(message, KEY)
            return maximum
        if found is None and name in ("due", self._term.name):
            message = f"'{name}': an amount on account is fixed before what is due is known"
            raise self.mistake(message, KEY)
        return found

    @property
    def _prefix(self) -> str:
        return f"{self.name}.{self._phase}.{self._term.name}"

    @property
    def _path(self) -> str:
        return f"payment_models.{self.name}.phases.{self._phase}.{self._term.name}"

    # What a mechanism may ask: see `Surroundings`

    def value(self, value: Value, key: str, label: str) -> Expr:
        if isinstance(value, Calculated):
            return self._calculated(value, key, label)
        return self.inputs.value(value, f"{self._prefix}.{key}", label)

    def given(self, key: str, amount: float, label: str, unit: Unit = PURE) -> Expr:
        name = f"{self._prefix}.{key}"
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, amount, unit, label=label)

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        return self.sheet.add(f"{self._prefix}.{key}", formula, label=label)

    def balance(self, key: str, step: Callable[[Expr], Expr], label: str) -> Expr:
        name, phase = f"{self._prefix}.{key}", self.scenario.contract.phases[self._phase]
        carried = self.sheet.promise(name, POUND, opening=0.0).lag()
        return self.sheet.add(name, self._flows.in_phase(step(carried), phase), unit=POUND, label=label)

    def last_year(self) -> Expr:
        return self.shared.inputs.year >= self.scenario.contract.phases[self._phase].last

    def earlier(self, names: Sequence[str]) -> Family:
        total = self.names.done[self._phase][names[0]]
        for name in names[1:]:
            total = add_families(total, self.names.done[self._phase][name])
        return total

    def above(self) -> list[str]:
        found: list[str] = []
        for term in self.model.phases[self._phase]:
            if term is self._term:
                break
            if (term.payer, term.payee) == (self._term.payer, self._term.payee):
                found.append(term.name)
        return found

    def integrator_cost(self) -> Expr:
        if not self._supply_chain:
            raise self.mistake(
                "needs the integrator's payments to providers: put an existing_contracts term from integrator to "
                "providers above it"
            )
        payments = sum_over(Family("term", {str(i): x for i, x in enumerate(self._supply_chain)}))
        return self.spending.shared_cost(payments)

    def existing_payments(self) -> Family:
        return self.spending.existing_payments()

    def cost_of_care(self) -> Family:
        return self.spending.costs

    def outcomes(self, service: str) -> list[Scored]:
        return self._outcomes.of_service(service, self.effects)

    def outcome(self, name: str, key: str) -> tuple[str, Scored]:
        outcome = self.scenario.outcomes[name]
        if outcome.evidence != "sourced":
            raise self.mistake(f"the outcome '{name}' has no sourced baseline, so no money can depend on it", key)
        return outcome.service, self._outcomes.named(name, self.effects)

    def formula(self, text: str, key: str = "formula", what: str = "a payment", resolve: Resolve | None = None) -> Expr:
        place = Place(f"{self._path}.{key}", self._prefix)
        found = self._read(text, place, resolve)
        self._calculates = place.path
        return self._in_pounds(found, what, key)

    def by_service(self, text: str) -> Family:
        def amount(service: str) -> Expr:
            self.names.of_term = lambda amounts: amounts[service]
            return self._of_member(text, service)

        found = members.services(self.shared, self.spending)
        return self._each("service", found, amount, lambda service: service)

    def by_contract(self, text: str) -> Family:
        def amount(contract: str) -> Expr:
            self.names.of_term = _not_by_contract
            label = f"{self.shared.rows[contract].provider}: before the phase is looked at"
            return self.sheet.add(
                f"{self._prefix}.each[{contract}]", self._of_member(text, contract), unit=POUND, label=label
            )

        found = members.contracts(self.shared, self.spending)
        return self._each("contract", found, amount, lambda contract: self.shared.rows[contract].service)

    def _each(
        self,
        what: str,
        found: Mapping[str, members.Member],
        amount: Callable[[str], Expr],
        service_of: Callable[[str], str],
    ) -> Family:
        amounts: dict[str, Expr] = {}
        chosen = self._term.services
        try:
            for member, self.names.member in found.items():
                theirs = chosen is None or service_of(member) in chosen
                amounts[member] = amount(member) if theirs else literal(0.0)
        finally:
            self.names.member, self.names.of_term = {}, None
        return Family(what, amounts)

    def _of_member(self, text: str, member: str) -> Expr:
        place = Place(f"{self._path}.formula", self._prefix, None, member)
        self._calculates = place.path
        return self._in_pounds(self._read(text, place), "a payment", "formula")

    def _in_pounds(self, found: Expr, what: str, key: str) -> Expr:
        if found.flag or found.unit not in (POUND, None):
            unit = "a condition" if found.flag else str(found.unit)
            raise self.mistake(f"{what} is in £ a year, but this formula gives {unit}", key)
        return found

    def _read(self, text: str, place: Place, resolve: Resolve | None = None) -> Expr:
        names = self.names
        return read_formula(self.scenario, self.sheet, text, place, resolve or names.in_term, names.term_names)

    def _calculated(self, value: Calculated, key: str, label: str) -> Expr:
        """A number of the term that is written as a formula: a line of the term's own."""
        name = f"{self._prefix}.{key}"
        if name in self.sheet:
            return self.sheet.ref(name)
        place = Place(value.text_path, name, value.unit)
        found = in_unit(self.scenario, self._read(value.text, place), place, f"'{key}' is a number in {value.unit}")
        line = self.sheet.add(name, found, unit=value.unit, label=label)
        self.inputs.must_hold(line, value.limits, place.path)
        return line

    def mistake(self, message: str, key: str = "") -> InputError:
        path = f"{self._path}.{key}" if key else self._path
        return InputError(Mistake(message, self.scenario.span(path), path))


def _not_by_contract(_: Family) -> Expr:
    raise UnitError("the amount of a term is known by service, not by contract")
