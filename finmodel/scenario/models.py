"""The sections of a scenario file but outcomes and payment models: one class a block, attributes named as keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo

from finmodel.scenario.fields import (
    NUMBER,
    ConstantGrowth,
    ConstantMoney,
    ConstantRealMoney,
    Growth,
    GrowthOnce,
    NumberField,
    PeopleOnce,
    Realised,
    RealMoney,
    Share,
    field_for,
)
from finmodel.scenario.parts import Name, Part, StartDate, Text, TrueFalse, YearsOfPhase, YearText, checked, whole
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Constant, Value
from finmodel.units import PURE, YEAR, Unit


def zero() -> Constant:
    """The default of a rate that is left out."""
    return Constant(0.0)


def zero_a_year() -> Constant:
    """The default of a rate a year that is left out."""
    return Constant(0.0, PURE / YEAR)


def one() -> Constant:
    """The default of a factor that is left out."""
    return Constant(1.0)


class Target(Part):
    """How the expenditure target is carried forward: by this index."""

    index: Name


class ContractTerms(Part):
    """When the contract runs, in which phases, for how many people."""

    start: StartDate
    years: Annotated[int, whole(1, 30)]
    phases: dict[Name, YearsOfPhase]
    population: PeopleOnce
    population_growth: Growth = Field(default_factory=zero)
    target: Target
    quoted_cash: ConstantMoney | None = None


class Appraisal(Part):
    """How cash becomes real present value."""

    discount_rate: ConstantGrowth
    deflator: Name
    green_book: YearText


class Index(Part):
    """Prices: they grow by `change` a year, less `efficiency`."""

    change: Growth
    efficiency: Share = Field(default_factory=zero)
    label: Text | None = None


class Site(Part):
    """A part of a service (a tumour site), with its people in year 1."""

    people: PeopleOnce
    growth: Growth
    label: Text | None = None


class Service(Part):
    """A service: its worth over the whole contract at constant prices, its activity and its sites."""

    label: Text
    pool: ConstantRealMoney
    planned_growth: Growth
    cost_growth: Growth = Field(default_factory=zero)
    opening_error: GrowthOnce = Field(default_factory=zero)
    demand_shock: Growth = Field(default_factory=zero)
    sites: dict[Name, Site] = Field(min_length=1)


class ContractRegister(Part):
    """Where the register of existing contracts lies, and how their cost behaves."""

    file: Text
    variable_cost: Share
    own_shock: Growth = Field(default_factory=zero)
    price_index: Name
    cost_index: Name


class Allocation(Part):
    """What a commissioner is given: `headroom` over its share of the pool in year 1, then `growth` a year."""

    headroom: GrowthOnce
    growth: Growth


class Commissioner(Part):
    """A body that pays. Without an allocation it is a partner whose affordability is not measured."""

    label: Text
    allocation: Allocation | None = None


class Integrator(Part):
    """The service integrator: what it costs to run (a year, at constant prices) and the VAT it cannot recover."""

    label: Text
    running_cost: RealMoney
    vat_leakage: Share
    vat_in_shared_cost: TrueFalse


class Parties(Part):
    """Who takes part. Providers are named in the register."""

    commissioners: dict[Name, Commissioner] = Field(min_length=1)
    integrator: Integrator | None = None


class Savings(Part):
    """Contract savings: claimed share of provider payments, the part realised, and the cost that stays behind."""

    claimed: Share
    realised: Realised
    stranded: Share


def _assumed(written: Any, info: ValidationInfo) -> Value:
    """The value of an assumption, read in the unit that the assumption states."""
    unit = info.data.get("unit")
    if not isinstance(unit, Unit):  # a mistake of its own
        return zero()
    return field_for(unit)._validate(written, info)  # noqa: SLF001  # the same room; the unit is known only here


def _unit(written: Any) -> Unit:
    if isinstance(written, Unit):
        return written
    if not isinstance(written, str):
        raise Problem(f"expected a unit such as rate, £real or people, got {shown(written)}")
    try:
        return Unit.parse(written)
    except ValueError as error:
        raise Problem(str(error)) from None


class Assumption(Part):
    """A number with a name, an owner and a source. `unit` comes first: the value is read by it."""

    unit: Annotated[Unit, checked(_unit)]
    value: Annotated[Value, PlainValidator(_assumed, json_schema_input_type=str)]
    source: Text
    owner: Text
    confidence: Literal["green", "amber", "red"]
    note: Text | None = None


def _rank(written: Any) -> float:
    message = f"expected a rank correlation from -1 to 1, got {shown(written)}"
    try:
        rank = NumberField(PURE, NUMBER.expects).quantity(written)
    except Problem:
        raise Problem(message) from None
    if not -1 <= rank <= 1:
        raise Problem(message)
    return rank


def _pair(written: Any) -> tuple[str, str]:
    if not isinstance(written, (list, tuple)) or len(written) != 2 or not all(isinstance(one, str) for one in written):
        raise Problem(f"expected a list of two names, got {shown(written)}")
    return written[0], written[1]


class Correlation(Part):
    """The Spearman rank correlation between the same-year values of two uncertain numbers."""

    between: Annotated[tuple[str, str], checked(_pair)]
    rank: Annotated[float, checked(_rank)]


class Simulation(Part):
    """How many trials, from which seed, drawn how."""

    trials: Annotated[int, whole(1, 100_000_000)] = 10_000
    seed: Annotated[int, whole(0, 2**53)] = 2016
    sampler: Literal["random"] = "random"
