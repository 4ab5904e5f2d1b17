"""What a payment mechanism is: parameters that a modeller writes, and a function from lines to flows of money.

A mechanism says who pays whom how much, by service, by contract or for the whole contract. It does not know cash
timing, the ledger or positions: those follow from its flows in the same way for every mechanism.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from pydantic import model_validator

from finmodel.contract.inputs import Inputs
from finmodel.contract.outcomes import Scored
from finmodel.contract.shared import Shared
from finmodel.errors import InputError
from finmodel.lines import Expr, Family
from finmodel.scenario import PaidOnAccount, Problem, Term, Value
from finmodel.units import PURE, Unit

COMMISSIONERS, INTEGRATOR, PROVIDERS = "commissioners", "integrator", "providers"


@dataclass(frozen=True)
class Flow:
    """An amount a year from payer to payee: exactly one of `whole`, `by_service`, `by_contract` is given.

    `months_late` is None for money paid in twelve equal months, else the month after the year's end in which all of it
    falls; of a term that pays on account, in which the rest of it falls. `outcome` marks money earned by outcomes;
    `outcome_of` is then the outcome's service and its share of the service's outcome money at full score, `earned_by`
    the outcome's name where one outcome alone earns the flow.
    """

    name: str
    label: str
    whole: Expr | None = None
    by_service: Family | None = None
    by_contract: Family | None = None
    months_late: int | None = None
    outcome: bool = False
    outcome_of: tuple[str, Expr] | None = None
    earned_by: str | None = None


@dataclass(frozen=True)
class Result:
    """What a term gives: its flows, and the most that its outcome money could be, by service."""

    flows: Sequence[Flow]
    outcome_maximum: Family | None = None


class Surroundings(Protocol):
    """What a mechanism may look at: the shared lines, the terms above it, and ways to write its own lines."""

    shared: Shared
    inputs: Inputs

    def value(self, value: Value, key: str, label: str) -> Expr:
        """The input line of one of the term's parameters."""
        ...

    def given(self, key: str, amount: float, label: str, unit: Unit = PURE) -> Expr:
        """A number of the term as an input line."""
        ...

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        """A line of the term's own."""
        ...

    def balance(self, key: str, step: Callable[[Expr], Expr], label: str) -> Expr:
        """An amount of £ carried from year to year of the phase: `step` of what was carried over, at first nothing."""
        ...

    def last_year(self) -> Expr:
        """Whether the year is the last of the phase."""
        ...

    def earlier(self, names: Sequence[str]) -> Family:
        """The sum of earlier terms of this phase, by service."""
        ...

    def above(self) -> Sequence[str]:
        """The names of the terms above, in this phase, that are paid between the same parties."""
        ...

    def integrator_cost(self) -> Expr:
        """Payments to providers by the integrator so far, its running cost and, where the scenario says so, VAT."""
        ...

    def existing_payments(self) -> Family:
        """What the existing terms pay, by contract, after this payment model's savings."""
        ...

    def cost_of_care(self) -> Family:
        """What care costs its providers, by contract, after this payment model's savings."""
        ...

    def outcomes(self, service: str) -> list[Scored]:
        """The sourced outcomes of a service with their scores under this payment model; there may be none."""
        ...

    def outcome(self, name: str, key: str) -> tuple[str, Scored]:
        """The service of a sourced outcome and the outcome, whatever its weight; `key` is where the term names it."""
        ...

    def formula(self, text: str) -> Expr:
        """A formula of the modeller's for the whole contract."""
        ...

    def by_service(self, text: str) -> Family:
        """A formula of the modeller's for each service."""
        ...

    def by_contract(self, text: str) -> Family:
        """A formula of the modeller's for each contract."""
        ...

    def mistake(self, message: str, key: str = "") -> InputError:
        """An error that points at this term in the file."""
        ...


class Mechanism(Term):
    """A payment term whose kind is known. Subclasses add parameters and `result`."""

    known_later: ClassVar[bool] = False
    """Whether what is due is known only some time after the year: outcome money."""

    @model_validator(mode="after")
    def _paid_when_it_can_be(self) -> Self:
        on_account = isinstance(self.paid, PaidOnAccount)
        if self.payer != COMMISSIONERS and (on_account or self.months_late is not None):
            message = f"only commissioners' cash is followed, not the {self.payer}'s: leave 'paid' out"
            raise Problem(message, ("paid",)).for_pydantic()
        if not isinstance(self.paid, PaidOnAccount):
            return self
        when_known = self.paid.reconciled.when_known
        if self.waits_for_outcomes and not when_known:
            message = "outcome money is reconciled 'when known' or later, as in '3 months after it is known'"
            raise Problem(message, ("paid", "reconciled")).for_pydantic()
        if when_known and not self.waits_for_outcomes:
            message = "this term is known when its year ends; say when it is reconciled: '6 months after year end'"
            raise Problem(message, ("paid", "reconciled")).for_pydantic()
        return self

    @property
    def waits_for_outcomes(self) -> bool:
        """Whether what is due under this term, with its keys, is known only with scores of outcomes."""
        return self.known_later

    @property
    def months_late(self) -> int | None:
        """None for monthly payment, else months after the year's end (outcome money: after it is known).

        Of a term that pays on account: when the rest is paid.
        """
        if isinstance(self.paid, PaidOnAccount):
            return self.paid.reconciled.months
        return None if self.paid.monthly else self.paid.months_after_year_end

    @abstractmethod
    def result(self, around: Surroundings) -> Result:
        """The flows of this term, as lines."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        """The (payer, payee) pairs that this mechanism can be used between."""
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS))
