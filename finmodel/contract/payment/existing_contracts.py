"""Pass-through of the existing contracts: each is paid by its own terms: block, activity or cost."""

from __future__ import annotations

from typing import Literal

from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)


class ExistingContracts(Mechanism):
    """The contracts of the register go on, paid by the commissioners or, as supply chain, by the integrator.

    Block: value x planned activity x price index. Activity: price (min(A, plan) + marginal max(A - plan, 0)). Cost:
    what care costs. After savings where the payment model has them. Source: terms of the register.

    Example: an activity contract of 1,000 people at £200, 1,100 people come, marginal rate 70%: £200,000 + £14,000.

    >>> worked("{kind: existing_contracts}", existing=214_000)
    214000.0
    """

    kind: Literal["existing_contracts"]
    """The contracts of the register go on by their own terms."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        return Result([Flow("", "", by_contract=around.existing_payments(), months_late=self.months_late)])
