"""What a check before signature looks at: a payment model of a run, and the thresholds of its scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.analysis.break_even import BreakEven
from finmodel.analysis.figures import Model, Summary
from finmodel.analysis.findings import Finding, Status
from finmodel.scenario.signature import threshold

if TYPE_CHECKING:
    from finmodel.contract import Contract
    from finmodel.scenario import Scenario


@dataclass(frozen=True)
class Case:
    """What a test looks at: a payment model of a run."""

    contract: Contract
    summary: Summary
    model: Model
    break_even: BreakEven | None

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.contract.scenario

    def limit(self, test: str, key: str) -> float:
        """A number of a threshold: the scenario's own, else as shipped."""
        return threshold(self.scenario.checks, test, key)

    def base(self, figure: str, member: str | None = None, period: int | None = None) -> float:
        """The base case of a figure, 0 where the run has none."""
        found = self.summary.figure(self.model.name, figure, member, period)
        return 0.0 if found is None or found.base is None else found.base

    def finding(
        self,
        test: str,
        status: Status,
        reason: str,
        figure: float | None = None,
        limit: float | None = None,
        se: float | None = None,
        unit: str = "rate",
    ) -> Finding:
        """What the test found."""
        return Finding(self.model.name, test, status, reason, figure, se, limit, unit)


def colour(*, red: bool, amber: bool = False) -> Status:
    """RED before AMBER before GREEN."""
    return "RED" if red else "AMBER" if amber else "GREEN"
