"""A payment rule written by a modeller as a formula, with no Python."""

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
from finmodel.scenario.parts import Text


class Formula(Mechanism):
    """Whole contract: what the formula says, in £ a year. It may name any line above it and any earlier term.

    `target`, `cost` (the integrator's cost so far), `contract_year` and the names of earlier terms are understood, and
    every line that `finmodel lines` prints above this term.

    Example: `min(0.5 * max(target - cost, 0), 5% * target)` with target £100m and cost £96m pays £2m.
    """

    kind: Literal["formula"]
    formula: Text

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        return Result([Flow("", "", whole=around.formula(self.formula), months_late=self.months_late)])
