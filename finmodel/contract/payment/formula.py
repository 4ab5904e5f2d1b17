"""A payment rule written by a modeller as a formula, with no Python."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.scenario.parts import Text


class Formula(Mechanism):
    """What the formula says, in £ a year: for the whole contract, or for each service or contract in turn.

    `target`, `cost` (the integrator's cost so far), `contract_year` and the names of earlier terms are understood, and
    every line that `finmodel lines` prints above this term. With `by`, `people`, `plan`, `value`, `cost`, `existing`,
    `target` (of a service) and `price` (of a contract) are those of the member.

    Illustration: the rule is the modeller's own, and so is its source.

    Example: half of a gain of £4m on £100m, within 5% of the target.

    >>> worked("{kind: formula, formula: 'min(0.5 * max(target - cost, 0), 5% * target)'}", target=100e6, cost=96e6)
    2000000.0
    """

    kind: Literal["formula"]
    """What a formula says, in £ a year."""
    formula: Text = Field(examples=["min(0.5 * max(target - cost, 0), 5% * target)"])
    """The rule. It may name lines above it (`finmodel lines` prints them) and earlier terms."""
    by: Literal["service", "contract"] | None = Field(default=None, examples=["contract"])
    """For what the formula is calculated: each service, or each contract. Default: once, for the whole contract."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        late = self.months_late
        if self.by == "service":
            return Result([Flow("", "", by_service=around.by_service(self.formula), months_late=late)])
        if self.by == "contract":
            return Result([Flow("", "", by_contract=around.by_contract(self.formula), months_late=late)])
        return Result([Flow("", "", whole=around.formula(self.formula), months_late=late)])
