"""Capitation: an amount for every person of the population, whether ill or not."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.scenario import Factor, RealMoneyPerPerson
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name


class Capitation(Mechanism):
    """Whole contract: per_person(y) x N(y) x need(y) x I_index(y), per_person at base-year prices.

    Example: £139.50 for each of 876,000 people, at an index of 1.00.

    >>> worked("{kind: capitation, per_person: £139.50, index: tariff}", population=876_000, index=1)
    122202000.0
    """

    kind: Literal["capitation"]
    """An amount for every person of the population."""
    per_person: RealMoneyPerPerson = Field(examples=["£139.50 a person"])
    """£ a person and year, at year-1 prices."""
    need: Factor = Field(
        default_factory=one, examples=["103%", {"ramp": {"from": "100%", "to": "106%", "start": 1, "end": 10}}]
    )
    """Need of the population relative to the base year. Default: 100%."""
    index: Name = Field(examples=["tariff"])
    """The index, one of `indices`, by which the amount rises."""

    def result(self, around: Surroundings) -> Result:
        per_person = around.value(self.per_person, "per_person", "Capitation a person at base-year prices")
        need = around.value(self.need, "need", "Need relative to the base year")
        whole = per_person * around.shared.population * need * around.shared.indices[self.index]
        return Result([Flow("", "", whole=whole, months_late=self.months_late)])
