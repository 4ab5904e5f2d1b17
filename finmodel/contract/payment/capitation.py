"""Capitation: an amount for every person of the population, whether ill or not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import minimum
from finmodel.scenario import Factor, RealMoneyPerPerson
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name


class Capitation(Mechanism):
    """Whole contract: per_person(y) x N(y) x min(need(y), need_cap(y)) x I_index(y), per_person at base-year prices.

    Risk adjustment is `need`: the mean risk score of the people registered over that of the base year, or over that of
    the country. `need_cap` is the most of it that is paid for. Source: 42 CFR 425.606 and 425.610, Medicare Shared
    Savings Program: risk scores count for a rise of 3% at most in an agreement.

    Example: £139.50 for each of 876,000 people, at an index of 1.00; then with a risk score of 1.05, paid to 103%.

    >>> worked("{kind: capitation, per_person: £139.50, index: tariff}", population=876_000, index=1)
    122202000.0
    >>> adjusted = "{kind: capitation, per_person: £139.50, need: 105%, need_cap: 103%, index: tariff}"
    >>> worked(adjusted, population=876_000, index=1)
    125868060.0
    """

    kind: Literal["capitation"]
    """An amount for every person of the population."""
    per_person: RealMoneyPerPerson = Field(examples=["£139.50 a person"])
    """£ a person and year, at year-1 prices."""
    need: Factor = Field(
        default_factory=one, examples=["103%", {"ramp": {"from": "100%", "to": "106%", "start": 1, "end": 10}}]
    )
    """Need, or mean risk, of the population relative to the base year. Default: 100%."""
    need_cap: Factor | None = Field(default=None, examples=["103%"])
    """The most need that is paid for, relative to the base year. Default: no limit."""
    index: Name = Field(examples=["tariff"])
    """The index, one of `indices`, by which the amount rises."""

    def result(self, around: Surroundings) -> Result:
        per_person = around.value(self.per_person, "per_person", "Capitation a person at base-year prices")
        need = around.value(self.need, "need", "Need relative to the base year")
        if self.need_cap is not None:
            need = minimum(need, around.value(self.need_cap, "need_cap", "Most need that is paid for"))
        whole = per_person * around.shared.population * need * around.shared.indices[self.index]
        return Result([Flow("", "", whole=whole, months_late=self.months_late)])
