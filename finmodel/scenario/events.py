"""Events: what may happen to a contract, how likely, when, for how long, and how much it changes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.errors import nearest
from finmodel.scenario.fields import NUMBER, ConstantShare, Factor, Growth, NumberField, Share
from finmodel.scenario.parts import Name, Part, Text
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.values import Constant, Limits, Value
from finmodel.units import MONTH

MonthsDrawn = Annotated[Value, NumberField(MONTH, "a time such as 9 months", Limits(0.0, 60.0), once=True)]
YearDrawn = Annotated[Value, replace(NUMBER, expects="a contract year such as 3", limits=Limits(1.0, 30.0), once=True)]

YearsDrawn = Annotated[Value, replace(NUMBER, expects="a number of years such as 2", limits=Limits(1.0, 30.0))]


class Event(Part):
    """What every event says of itself."""

    label: Text = Field(examples=["Procurement paused"])
    """What the event is called in reports."""
    probability: ConstantShare | None = Field(default=None, examples=["30%"])
    """How likely it is to happen once in the contract. Or `probability_a_year`."""
    source: Text = Field(examples=["Assumption: paused once in the three years before."])
    """Where its numbers come from, or "Assumption:" and why they were chosen."""

    @property
    def yearly(self) -> bool:
        """Whether it may happen anew in each year."""
        return getattr(self, "probability_a_year", None) is not None

    @property
    def chance_as_stated(self) -> str:
        """Its probability as a reader is told it."""
        a_year = getattr(self, "probability_a_year", None)
        if a_year is not None:
            return f"{100 * a_year.amount:.4g}% a year"
        assert self.probability is not None
        return f"{100 * self.probability.amount:.4g}%, once"

    @model_validator(mode="after")
    def _likely(self) -> Self:
        both = [self.probability is not None, self.yearly]
        if both == [False, False]:
            other = " (or 'probability_a_year')" if "probability_a_year" in type(self).model_fields else ""
            raise Problem(f"the key 'probability' is missing{other}", on_key=True).for_pydantic()
        if all(both):
            raise Problem("either probability or probability_a_year, not both", ("probability",)).for_pydantic()
        return self


class EventInYears(Event):
    """An event that acts in some of the contract years."""

    probability_a_year: ConstantShare | None = Field(default=None, examples=["5%"])
    """How likely it is to begin in a year, in each year from `when` on. Or `probability`."""
    when: YearDrawn = Field(
        default_factory=partial(Constant, 1.0),
        examples=[3, {"discrete": {"values": [2, 3, 4], "probabilities": ["50%", "25%", "25%"]}}],
    )
    """The contract year in which it begins, a fraction rounded; with `probability_a_year` the first in which it can.
    Default: 1.
    """
    years: YearsDrawn | None = Field(
        default=None, examples=[2, {"discrete": {"values": [1, 2, 4], "probabilities": ["50%", "30%", "20%"]}}]
    )
    """For how many years it lasts, a fraction rounded; by year: that of one which begins in the year, so with `vary:
    yearly` each lasts as long as it is drawn for. Default: to the end of the contract.
    """


class StartDelay(Event):
    """The terms begin late: a procurement paused, a legal challenge. Until then the existing contracts go on."""

    kind: Literal["start_delay"]
    """The terms of payment models with an integrator begin late; the contract's end stays."""
    size: MonthsDrawn = Field(examples=["9 months", {"triangular": ["3 months", "9 months", "24 months"]}])
    """By how many months."""


class OpeningError(Event):
    """The cost of care was wrong from the start."""

    kind: Literal["opening_error"]
    """The cost of care is higher (or lower) than the register says, from year 1 on."""
    size: Growth = Field(examples=["22%", {"triangular": ["5%", "10%", "22%"]}])
    """By how much, a rate on the cost of care."""
    services: list[Name] | None = Field(default=None, examples=[["cancer"]])
    """The services it concerns. Default: all."""


class UnpricedVariation(EventInYears):
    """Work that nobody priced: the integrator must pay for it, and commissioners agree to bear a part."""

    kind: Literal["unpriced_variation"]
    """Work outside the price appears and costs the integrator a share of the year's target."""
    size: Factor = Field(examples=["20%", {"uniform": ["0%", "20%"]}])
    """What it costs, as a share of the year's expenditure target."""
    commissioners_pay: Share = Field(default_factory=partial(Constant, 1.0), examples=["50%"])
    """The part of that cost that commissioners pay the integrator, monthly. Default: 100%."""


class InflationSpell(EventInYears):
    """A spell of higher (or lower) changes of a price index."""

    kind: Literal["inflation_spell"]
    """An index changes by more than it states, in the years of the spell; indices that follow it see it too."""
    index: Name = Field(examples=["nhs_cost"])
    """The index, one of `indices` that states its own `change`."""
    size: Growth = Field(examples=["3.5%", {"uniform": ["2%", "5%"]}])
    """What is added to the change of each year, a rate."""


class ProviderFailure(EventInYears):
    """A provider fails, and its contracts cost more until they are placed elsewhere."""

    kind: Literal["provider_failure"]
    """The contracts of a provider cost more for a time."""
    provider: Text = Field(examples=["Hospital trust A"])
    """The provider, as the register names it."""
    size: Growth = Field(examples=["15%"])
    """By how much, a rate on the cost of their care."""


class AllocationShortfall(EventInYears):
    """Commissioners are given less than was announced."""

    kind: Literal["allocation_shortfall"]
    """Allocations are lower than stated."""
    commissioners: list[Name] | None = Field(default=None, examples=[["stoke_on_trent"]])
    """The commissioners it concerns. Default: all that have an allocation."""
    size: Share = Field(examples=["2%"])
    """By how much, a share of the year's allocation."""


class LateSavings(Event):
    """Savings come later than they were claimed for."""

    kind: Literal["late_savings"]
    """Each year's claimed savings come about so many months later; nothing until then."""
    size: MonthsDrawn = Field(examples=["12 months", {"triangular": ["0 months", "12 months", "36 months"]}])
    """By how many months."""


KINDS: dict[str, type[Event]] = {
    "start_delay": StartDelay,
    "opening_error": OpeningError,
    "unpriced_variation": UnpricedVariation,
    "inflation_spell": InflationSpell,
    "provider_failure": ProviderFailure,
    "allocation_shortfall": AllocationShortfall,
    "late_savings": LateSavings,
}


def _event(written: Any, info: ValidationInfo) -> Event:
    if isinstance(written, Event):
        return written
    if not isinstance(written, dict):
        raise Problem(f"expected a block of keys with kind, probability and size; got {shown(written)}").for_pydantic()
    if "kind" not in written:
        raise Problem(f"the key 'kind' is missing; expected {one_of(list(KINDS))}", on_key=True).for_pydantic()
    kind = written["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        near = nearest(str(kind), KINDS)
        known = "" if near else f"; expected {one_of(list(KINDS))}"
        raise Problem(f"unknown kind of event {shown(kind)}{known}", ("kind",), near).for_pydantic()
    return KINDS[kind].model_validate(written, context=info.context)


EventField = Annotated[
    Event,
    PlainValidator(
        _event,
        json_schema_input_type=StartDelay
        | OpeningError
        | UnpricedVariation
        | InflationSpell
        | ProviderFailure
        | AllocationShortfall
        | LateSavings,
    ),
]
