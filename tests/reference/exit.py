"""The exit of the integrator in one trial: decided at each year's end, from what the years until then brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .care import Care

Late = tuple[str, int, int, float]
"""Commissioner, contract year, months after its end, amount due to the integrator."""


@dataclass
class Plan:
    """The base case if the integrator stays: its margin by year, and the target's index."""

    margins: list[float]
    prices: list[float]


@dataclass
class Change:
    """What an exit adds to a year: by commissioner with the months after year end (None: monthly), and to others."""

    owed: list[tuple[str, int | None, float]] = field(default_factory=list)
    integrator: float = 0.0
    staff: float = 0.0
    providers: dict[str, float] = field(default_factory=dict)


class Exit:
    """One integrator with capital. `late` collects what becomes due to it after the year's end."""

    def __init__(self, care: Care, plan: Plan) -> None:
        self.care, self.trial, self.plan = care, care.trial, plan
        self.stated: dict[str, Any] = care.trial.scenario["parties"]["integrator"]
        self.terms: dict[str, Any] = self.stated.get("exit") or {}
        self.capital = self._at("capital")
        self.guarantee = self._guarantee()
        self.gone = self.goes_now = self.left = False
        self.position = self.called = self.recovered = self.excess = 0.0
        self.late: list[Late] = []
        self.margins: list[float] = []

    def _at(self, key: str, default: float | None = None) -> float:
        return self.trial.at(f"parties.integrator.{key}", 1, default)

    def _guarantee(self) -> float:
        stated = self.stated.get("guarantee")
        if stated is None:
            return 0.0
        if "amount" in stated:
            return self._at("guarantee.amount")
        return self._at("guarantee.share") * self.care.whole_target(1)

    def _share(self, payer: str, year: int) -> float:
        """A commissioner's part of the year's target."""
        parts = (self.care.value_share(payer, s) * self.care.target(s, year) for s in self.care.services)
        return sum(parts) / self.care.whole_target(year)

    def _split(self, found: Change, year: int, amount: float) -> None:
        found.owed += [(payer, None, amount * self._share(payer, year)) for payer in self.care.commissioners]

    def callable_now(self) -> float:
        return self._at("exit.callable_on_leaving", 1.0) * (self.guarantee - self.called)

    def close(self, year: int, margin: float) -> Change:
        """The year's end: what the exit brought, and whether the integrator goes. `margin` is that of the terms."""
        found = Change()
        if self.goes_now:
            once = self._at("exit.reprocurement", 0.0) * self.care.cost_index(year)
            self._split(found, year, once)
            found.staff += once
            if self.terms.get("forfeits") == "late_money":
                for (payer, of, months), amount in self._due().items():
                    if amount > 0 and months > 12 * (year - of - 1):
                        found.owed.append((payer, months - 12 * (year - of), -amount))
                        found.integrator -= amount
            if self.left:
                charge, taken = self._at("exit.charge", 0.0), self.callable_now()
                self._split(found, year, -charge - taken)
                found.integrator -= charge
                self.recovered += taken
        self.position += margin + found.integrator
        self.margins.append(margin)
        loss, left_over = -self.position - self.capital, self.guarantee - self.recovered
        call = max(self.called, min(max(loss, 0.0), left_over)) - self.called
        beyond = max(self.excess, max(loss, 0.0) - left_over) - self.excess
        self.called, self.excess = self.called + call, self.excess + beyond
        found.integrator += call + beyond
        self._bear(found, year, beyond)
        self._decide(year)
        return found

    def _due(self) -> dict[tuple[str, int, int], float]:
        """What falls due on one day from one commissioner: gains and losses of the same day are one amount."""
        found: dict[tuple[str, int, int], float] = {}
        for payer, year, months, amount in self.late:
            found[payer, year, months] = found.get((payer, year, months), 0.0) + amount
        return found

    def _bear(self, found: Change, year: int, beyond: float) -> None:
        payee = self.terms.get("excess_loss", "providers")
        if payee == "commissioners":
            self._split(found, year, beyond)
        elif payee == "providers":
            total = sum(row["value"] for row in self.care.register)
            for row in self.care.register:
                before = found.providers.get(row["provider"], 0.0)
                found.providers[row["provider"]] = before - beyond * row["value"] / total

    def _decide(self, year: int) -> None:
        self.goes_now = self.left = False
        if self.gone:
            return
        loss, security = -self.position, self.capital + self.guarantee
        if loss > security + 1e-9 * abs(loss):
            self.gone = self.goes_now = True
        elif self._break_follows(year):
            cost = self.callable_now() + self._at("exit.charge", 0.0)
            if self.expected(year) < -cost - 1e-9 * abs(cost):
                self.gone = self.goes_now = self.left = True

    def _break_follows(self, year: int) -> bool:
        first = int(str(self.trial.scenario["contract"]["start"])[:4])
        breaks = self.trial.scenario["contract"].get("breaks") or []
        return any(int(str(day)[:4]) == first + year for day in breaks)

    def expected(self, year: int) -> float:
        """The margin expected of the years that remain."""
        months = self.terms.get("margin_known", 12.0)
        known = year - int(-(-float(months) // 12))
        rest = range(year + 1, self.trial.years + 1)
        expected = sum(self.plan.margins[y - 1] for y in rest)
        if known >= 1:
            departure = self.margins[known - 1] - self.plan.margins[known - 1]
            expected += departure * sum(self.plan.prices[y - 1] for y in rest) / self.plan.prices[known - 1]
        return expected
