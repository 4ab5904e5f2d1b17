"""What a payment mechanism is: parameters that a modeller writes, and a function from lines to flows of money.

A mechanism says who pays whom how much, by service, by contract or for the whole contract. It does not know cash
timing, the ledger or positions: those follow from its flows in the same way for every mechanism.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from finmodel.contract.inputs import Inputs
from finmodel.contract.outcomes import Scored
from finmodel.contract.shared import Shared
from finmodel.errors import InputError
from finmodel.lines import Expr, Family
from finmodel.scenario import Term, Value

COMMISSIONERS, INTEGRATOR, PROVIDERS = "commissioners", "integrator", "providers"


@dataclass(frozen=True)
class Flow:
    """An amount a year from payer to payee: exactly one of `whole`, `by_service`, `by_contract` is given.

    `months_late` is None for money paid in twelve equal months, else the month after the year's end in which all of it
    falls. `outcome` marks money earned by outcomes.
    """

    name: str
    label: str
    whole: Expr | None = None
    by_service: Family | None = None
    by_contract: Family | None = None
    months_late: int | None = None
    outcome: bool = False


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

    def given(self, key: str, amount: float, label: str) -> Expr:
        """A pure number of the term as an input line."""
        ...

    def line(self, key: str, formula: Expr, label: str) -> Expr:
        """A line of the term's own."""
        ...

    def earlier(self, names: Sequence[str]) -> Family:
        """The sum of earlier terms of this phase, by service."""
        ...

    def integrator_cost(self) -> Expr:
        """Payments to providers by the integrator so far, its running cost and, where the scenario says so, VAT."""
        ...

    def existing_payments(self) -> Family:
        """What the existing terms pay, by contract, after this payment model's savings."""
        ...

    def outcomes(self, service: str) -> list[Scored]:
        """The sourced outcomes of a service with their scores under this payment model; there may be none."""
        ...

    def formula(self, text: str) -> Expr:
        """A formula of the modeller's."""
        ...

    def mistake(self, message: str, key: str = "") -> InputError:
        """An error that points at this term in the file."""
        ...


class Mechanism(Term):
    """A payment term whose kind is known. Subclasses add parameters and `result`."""

    @property
    def months_late(self) -> int | None:
        """None for monthly payment, else months after the year's end."""
        return None if self.paid.monthly else self.paid.months_after_year_end

    @abstractmethod
    def result(self, around: Surroundings) -> Result:
        """The flows of this term, as lines."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        """The (payer, payee) pairs that this mechanism can be used between."""
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS))
