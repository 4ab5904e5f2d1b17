"""A mechanism's flows become lines and postings: in their phase, split over payers and payees, with timing."""

from __future__ import annotations

from dataclasses import dataclass, field

from finmodel.contract import ledger as accounts
from finmodel.contract.ledger import Ledger
from finmodel.contract.on_account import Account, settle
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, PROVIDERS, Flow, Mechanism
from finmodel.contract.register import part_of, total_value
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, Period, allocate_by, is_zero, literal, sum_over, where
from finmodel.scenario import Phase
from finmodel.units import POUND


@dataclass(frozen=True)
class Spent:
    """What commissioners pay in one flow of a term, and the outcome that earns it, if one does."""

    name: str
    amount: Expr
    earned_by: str | None


@dataclass
class ModelLines:
    """The lines of one payment model that positions, cash and results are made of.

    `paid[delay][payer]`: what a commissioner owes for a year by when it is paid: None monthly, else months after the
    year's end; `to_integrator` is the part of it that the integrator receives. `at_exit` is owed because of the exit
    alone, `after_exit` monthly for the years after it. `earned` and `maximum`: outcome money, and what it would be at
    full score; `uncapped` is the part of what is earned that has no maximum. `spent`: every flow that commissioners
    pay. `split`: outcome money so far: the working out, the outcome (None: all) and the line. `counts`: outcomes beyond
    those without the effect so far: the figure, the first outcome counted and the line.
    """

    name: str
    ledger: Ledger = field(default_factory=Ledger)
    paid: dict[int | None, dict[str, list[Expr]]] = field(default_factory=dict)
    to_integrator: dict[int | None, dict[str, list[Expr]]] = field(default_factory=dict)
    at_exit: dict[int | None, dict[str, list[Expr]]] = field(default_factory=dict)
    after_exit: dict[str, list[Expr]] = field(default_factory=dict)
    earned: list[Expr] = field(default_factory=list)
    maximum: list[Expr] = field(default_factory=list)
    uncapped: list[Expr] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    split: list[tuple[str, str | None, str]] = field(default_factory=list)
    counts: list[tuple[str, str, str]] = field(default_factory=list)

    def line_paid(self, delay: int | None, payer: str) -> str:
        """The name of the line that holds what a commissioner owes for a year and pays with this delay."""
        return f"{self.name}.paid_{when_paid(delay)}[{payer}]"

    @property
    def delays(self) -> list[int | None]:
        """Every delay with which something is paid."""
        monthly: list[int | None] = [None] if self.after_exit else []
        return list(dict.fromkeys([*self.paid, *self.at_exit, *monthly]))


class FlowWriter:
    """Writes the flows of one payment model's terms."""

    def __init__(self, shared: Shared, lines: ModelLines) -> None:
        self.shared, self.sheet, self.lines = shared, shared.sheet, lines

    def write(
        self,
        term: Mechanism,
        flow: Flow,
        prefix: str,
        phase: Phase,
        account: Account | None = None,
        *,
        limited: bool = True,
    ) -> Family:
        """Write and post one flow of a term; its amount by service.

        `account`: what the term pays on account. `limited`: whether its outcome money has a maximum.
        """
        name = f"{prefix}.{flow.name}" if flow.name else prefix
        label = f"{label_of(term)}: {flow.label}" if flow.label else label_of(term)
        if account is not None and account.parts is not None and not flow.outcome:
            account = None  # what is kept back has no part in outcome money paid on account
        if flow.by_contract is not None:
            by_service = self._by_contract(term, flow, flow.by_contract, name, label, phase, account)
            self._spend(term, flow, name, sum_over(without_zeros(by_service)))
            return by_service
        if flow.whole is not None:
            amount = self.in_phase(flow.whole, phase)
            whole: Expr = self.sheet.add(name, amount, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
            target = self.shared.target
            by_service = target.envelope.map(lambda part: whole * (part / target.whole_envelope))
            by_payer = allocate_by(whole, target.weights)
        else:
            assert flow.by_service is not None
            by_service = self._written_by_service(flow.by_service, name, label, phase)
            by_payer = self._by_payer(by_service)
            whole = sum_over(without_zeros(by_service))
        if flow.outcome:
            self.lines.earned.append(whole)
            if not limited:
                self.lines.uncapped.append(whole)
        self._post(term, flow, name, label, by_payer, by_service, whole, account)
        self._spend(term, flow, name, whole)
        return by_service

    def _spend(self, term: Mechanism, flow: Flow, name: str, whole: Expr) -> None:
        if term.payer == COMMISSIONERS:
            self.lines.spent.append(Spent(name, whole, flow.earned_by if flow.outcome else None))

    def in_phase(self, amount: Expr, phase: Phase) -> Expr:
        """The amount in the years of a phase, zero in the others."""
        year, last = self.shared.inputs.year, self.shared.scenario.contract.years
        if phase.first == 1 and phase.last == last:
            return amount
        if phase.first == 1:
            return where(year <= phase.last, amount, 0)
        if phase.last == last:
            return where(year >= phase.first, amount, 0)
        return where((year >= phase.first) & (year <= phase.last), amount, 0)

    def _written_by_service(self, amounts: Family, name: str, label: str, phase: Phase) -> Family:
        return Family(
            "service",
            {
                service: amount
                if is_zero(amount)
                else self.sheet.add(
                    f"{name}[{service}]",
                    self.in_phase(amount, phase),
                    unit=POUND,
                    label=label,
                    period=Period.CONTRACT_YEAR,
                )
                for service, amount in amounts.members.items()
            },
        )

    def _by_payer(self, by_service: Family) -> Family:
        """Each commissioner's share of each service's amount."""
        shares, parts = self.shared.target.shares, without_zeros(by_service)
        return Family(
            "commissioner",
            {
                payer: sum_over(Family("service", {s: shares[s][payer] * parts[s] for s in parts}))
                for payer in self.shared.target.payers
            },
        )

    def _post(
        self,
        term: Mechanism,
        flow: Flow,
        name: str,
        label: str,
        by_payer: Family,
        by_service: Family,
        whole: Expr,
        account: Account | None,
    ) -> None:
        ledger = self.lines.ledger
        if term.payer == COMMISSIONERS:
            owed = self.sheet.add_family(f"{name}.from", by_payer, unit=POUND, label=label)
            self._pay(term, flow, name, label, owed, whole, account)
            for payer in owed:
                if term.payee == INTEGRATOR:
                    ledger.post(name, accounts.commissioner(payer), accounts.INTEGRATOR, owed[payer])
        if term.payee != PROVIDERS:
            return
        if term.payer == INTEGRATOR:
            for provider, amount in self._by_provider(by_service).items():
                received = self.sheet.add(f"{name}.to[{provider}]", amount, unit=POUND, label=label)
                ledger.post(name, accounts.INTEGRATOR, accounts.provider(provider), received)
            return
        for payer in self.shared.target.payers:
            parts = without_zeros(by_service)
            own = Family("service", {s: parts[s] * self.shared.target.shares[s][payer] for s in parts})
            for provider, amount in self._by_provider(own).items():
                received = self.sheet.add(f"{name}.to[{payer}.{provider}]", amount, unit=POUND, label=label)
                ledger.post(name, accounts.commissioner(payer), accounts.provider(provider), received)

    def _by_contract(
        self,
        term: Mechanism,
        flow: Flow,
        by_contract: Family,
        name: str,
        label: str,
        phase: Phase,
        account: Account | None,
    ) -> Family:
        """Each contract falls on its own commissioner and reaches its own provider."""
        pairs: dict[tuple[str | None, str | None], dict[str, Expr]] = {}  # None is the integrator
        services: dict[str, dict[str, Expr]] = {service: {} for service in self.shared.scenario.services}
        for contract, amount in by_contract.members.items():
            row = self.shared.rows[contract]
            payer = row.commissioner if term.payer == COMMISSIONERS else None
            payee = row.provider if term.payee == PROVIDERS else None
            pairs.setdefault((payer, payee), {})[contract] = amount
            services[row.service][contract] = amount
        by_payer: dict[str, dict[str, Expr]] = {}
        for (payer, payee), contracts in pairs.items():
            amount = self.in_phase(sum_over(Family("contract", contracts)), phase)
            one, other = payer or INTEGRATOR, payee or INTEGRATOR
            owed = self.sheet.add(f"{name}[{one}.{other}]", amount, unit=POUND, label=f"{label}, {one} to {other}")
            if payer is not None:
                by_payer.setdefault(payer, {})[other] = owed
            self.lines.ledger.post(
                name,
                accounts.INTEGRATOR if payer is None else accounts.commissioner(payer),
                accounts.INTEGRATOR if payee is None else accounts.provider(payee),
                owed,
            )
        totals = Family("service", {s: sum_over(Family("contract", found)) for s, found in services.items()})
        by_service = self._written_by_service(totals, name, label, phase)
        if account is None:
            for payer, parts in by_payer.items():
                for part in parts.values():
                    self._owe(term, flow.months_late, payer, part)
        else:
            all_owed = {payer: sum_over(Family("payee", parts)) for payer, parts in by_payer.items()}
            self._pay(term, flow, name, label, Family("commissioner", all_owed), sum_over(by_service), account)
        return by_service

    def _pay(
        self,
        term: Mechanism,
        flow: Flow,
        name: str,
        label: str,
        owed: Family,
        whole: Expr,
        account: Account | None,
    ) -> None:
        """When the commissioners pay what they owe: all at once, or on account and the rest later."""
        if account is None:
            for payer in owed:
                self._owe(term, flow.months_late, payer, owed[payer])
            return
        settled = settle(self.shared, account, name, label, owed, whole, flow.outcome_of if flow.outcome else None)
        for payer in owed:
            self._owe(term, account.months_late, payer, settled.on_account[payer])
            self._owe(term, account.rest_late(flow.months_late), payer, settled.reconciled[payer])

    def _owe(self, term: Mechanism, months_late: int | None, payer: str, amount: Expr) -> None:
        self.lines.paid.setdefault(months_late, {}).setdefault(payer, []).append(amount)
        if term.payee == INTEGRATOR:
            self.lines.to_integrator.setdefault(months_late, {}).setdefault(payer, []).append(amount)

    def _by_provider(self, by_service: Family) -> dict[str, Expr]:
        """What each provider gets of amounts by service: its part of the service's value in the register."""
        rows = self.shared.rows.values()
        found: dict[str, dict[str, Expr]] = {}
        parts = without_zeros(by_service)
        for service in parts:
            own = [row for row in rows if row.service == service]
            sheet, label = self.sheet, f"{self.shared.scenario.services[service].label}: value of the contracts"
            total = total_value(sheet, f"register_value[{service}]", own, label)
            for provider in dict.fromkeys(row.provider for row in own):
                name = f"share_of_register[{service}.{provider}]"
                of_provider = [row for row in own if row.provider == provider]
                share = part_of(sheet, name, of_provider, total, "Share of service")
                found.setdefault(provider, {})[service] = parts[service] * share
        return {provider: sum_over(Family("service", amounts)) for provider, amounts in found.items()}


def when_paid(delay: int | None) -> str:
    """A delay in the name of a line; money that falls due within the year it is posted in has a negative one."""
    if delay is None:
        return "monthly"
    return f"after_{delay}_months" if delay >= 0 else f"{-delay}_months_before_year_end"


def label_of(term: Mechanism) -> str:
    """How a term is called in labels."""
    return term.label or term.name.replace("_", " ").capitalize()


def without_zeros(family: Family) -> Family:
    """The members that can be paid."""
    return Family(family.set_name, {m: x for m, x in family.members.items() if not is_zero(x)})


def add_families(first: Family, second: Family) -> Family:
    """Two amounts by the same set; a member that is never paid adds nothing to the formula."""
    return Family(
        first.set_name,
        {m: second[m] if is_zero(x) else x if is_zero(second[m]) else x + second[m] for m, x in first.members.items()},
    )


def nothing(services: list[str]) -> Family:
    """No amount for any service."""
    return Family("service", {service: literal(0.0) for service in services})
