"""How cash is appraised: discounting, and optimism bias with the cost that it falls on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal

from pydantic import Field

from finmodel.scenario.events import Event, OpeningError
from finmodel.scenario.fields import ConstantFactor, ConstantGrowth, ConstantShare
from finmodel.scenario.integrator import Integrator
from finmodel.scenario.models import Service
from finmodel.scenario.parts import Name, Part, YearText
from finmodel.scenario.values import Calculated, Constant, Uncertain, Value


class OptimismBias(Part):
    """What cost is raised by, since those who propose a contract are optimistic: rate x (1 - mitigation)."""

    rate: ConstantFactor = Field(examples=["41%"])
    """How far cost has turned out above what was proposed, in contracts of this class. HM Treasury's supplementary
    guidance (Mott MacDonald, 2002), outsourcing: at most 41% on operating cost, at least 0%.
    """
    mitigation: ConstantShare = Field(default_factory=partial(Constant, 0.0), examples=["80%"])
    """The part of it that evidence and management of risk take away. Default: 0%."""
    applies_to: Literal["base_case", "uncovered_cost", "both"] = Field(examples=["base_case"])
    """`base_case`: the base case of payment models with an integrator is shown with it too, and no trial changes.
    `uncovered_cost`: in every trial, the cost that no distribution and no event carries. `both` counts it twice there,
    and is warned of.
    """

    @property
    def uplift(self) -> float:
        """rate x (1 - mitigation)."""
        return self.rate.amount * (1 - self.mitigation.amount)

    @property
    def on_base_case(self) -> bool:
        """Whether the base case is shown with it."""
        return self.applies_to != "uncovered_cost"

    @property
    def on_cost(self) -> bool:
        """Whether the cost that no driver carries is raised."""
        return self.applies_to != "base_case"


class Appraisal(Part):
    """How cash becomes real present value."""

    discount_rate: ConstantGrowth = Field(examples=["3.5%"])
    """The real discount rate a year. HM Treasury's Green Book: 3.5%."""
    deflator: Name = Field(examples=["gdp_deflator"])
    """The index, one of `indices`, that turns cash into real money of the base year."""
    green_book: YearText = Field(examples=["2022"])
    """The edition of the Green Book that is followed."""
    outcome_discount_rate: ConstantGrowth = Field(default_factory=partial(Constant, 0.015), examples=["1.5%"])
    """The rate a year at which outcomes are discounted, counted from contract year 1. Default: 1.5%."""
    optimism_bias: OptimismBias | None = None
    """An uplift of cost for optimism, before evidence says better. Default: none."""


Resolved = Callable[[Value], object]


def uncovered_services(services: Mapping[str, Service], events: Iterable[Event], resolved: Resolved) -> list[str]:
    """The services whose cost of care no driver carries: neither `opening_error` nor an event is one."""
    errors = [event for event in events if isinstance(event, OpeningError)]
    carried = {name for name in services for event in errors if event.services is None or name in event.services}
    return [name for name, one in services.items() if name not in carried and not _driven(one.opening_error, resolved)]


def uncovered_running_cost(integrator: Integrator | None, resolved: Resolved) -> bool:
    """Whether no driver carries what it costs to run the integrator."""
    return integrator is not None and not _driven(integrator.running_cost, resolved)


def _driven(value: Value, resolved: Resolved) -> bool:
    """A distribution, or a formula: of other numbers, which are then what to state."""
    return isinstance(resolved(value), Uncertain | Calculated)
