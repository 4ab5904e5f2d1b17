"""The sections of a scenario file but outcomes and payment models: one class a block, attributes named as keys."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema, model_validator

from finmodel.scenario.fields import (
    ConstantMoney,
    ConstantRealDifference,
    ConstantRealMoney,
    Growth,
    GrowthOnce,
    Money,
    PeopleOnce,
    Realised,
    Share,
    field_for,
)
from finmodel.scenario.integrator import Integrator
from finmodel.scenario.parts import Day, Name, Part, StartDate, Text, YearsOfPhase, checked, whole
from finmodel.scenario.problems import Problem, formula_text, shown
from finmodel.scenario.schema_numbers import any_number_schema
from finmodel.scenario.scoring import Gate
from finmodel.scenario.values import Calculated, Constant, Value
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

    index: Name = Field(examples=["tariff"])
    """The index, one of `indices`, by which the target's prices rise."""


class ContractTerms(Part):
    """When the contract runs, in which phases, for how many people."""

    start: StartDate = Field(examples=["2016-04-01"])
    """The first day of contract year 1. Monthly instalments fall due on the first day of each contract month."""
    years: Annotated[int, whole(1, 30)] = Field(examples=[10])
    """The number of contract years, 1 to 30."""
    phases: dict[Name, YearsOfPhase] = Field(examples=[{"fee_based": "1-2", "outcomes_based": "3-10"}])
    """Which contract years belong to which phase; together they cover every year once."""
    population: PeopleOnce = Field(examples=["876,000 people"])
    """The number of people the commissioners are responsible for in year 1."""
    population_growth: Growth = Field(default_factory=zero, examples=["0.4%"])
    """Growth of the population, a rate for each year from year 2. Default: 0%."""
    target: Target
    """How the expenditure target is carried forward."""
    quoted_cash: ConstantMoney | None = Field(default=None, examples=["£1.222bn"])
    """Cash over all years that the public was told, in £; shown beside the results. Default: none."""
    breaks: list[Day] = Field(default_factory=list, examples=[["2020-04-01"]])
    """Dates on which a party may leave: first days of contract years 2 and on, in rising order. Default: none."""


class Site(Part):
    """A part of a service (a tumour site), with its people in year 1."""

    people: PeopleOnce = Field(examples=["740 people"])
    """People cared for in year 1."""
    growth: Growth = Field(examples=["1.5%", "cancer_growth"])
    """Growth of these people, a rate for each year from year 2."""
    label: Text | None = Field(default=None, examples=["Breast"])
    """What the site is called in reports. Default: its name."""


class Service(Part):
    """A service: its worth over the whole contract at constant prices, its activity and its sites."""

    label: Text = Field(examples=["Cancer"])
    """What the service is called in reports."""
    pool: ConstantRealMoney = Field(examples=["£687m"])
    """What the service is worth over the whole contract, in £ at year-1 prices and activity."""
    planned_growth: Growth = Field(examples=["1.5%"])
    """Growth of activity that plan and target carry, a rate a year."""
    cost_growth: Growth = Field(default_factory=zero, examples=["1%", {"triangular": ["0.5%", "1%", "2%"]}])
    """Growth of unit cost beyond the cost index, a rate a year. Default: 0%."""
    opening_error: GrowthOnce = Field(default_factory=zero, examples=[{"normal": ["0%", "4%"]}])
    """True cost of year 1 over what the register says, a rate, once for the whole contract. Default: 0%."""
    demand_shock: Growth = Field(default_factory=zero, examples=[{"normal": ["0%", "1.5%"], "vary": "yearly"}])
    """Departure of the service's activity from its growth, a rate each year. Default: 0%."""
    sites: dict[Name, Site] = Field(min_length=1)
    """The parts of the service by name, such as tumour sites; at least one."""
    outcome_gates: list[Gate] = Field(default_factory=list, examples=[[{"outcome": "safety", "at_least": "50%"}]])
    """Gates on all outcomes of the service, but for the outcome that a gate names. Default: none."""


class RegisterDifference(Part):
    """What is known of the difference between the register and a service's pool: it is in the target alone."""

    name: Name = Field(examples=["not_yet_let"])
    """A name for the difference, by which another scenario can change it."""
    service: Name = Field(examples=["cancer"])
    """The service, one of `services`."""
    amount: ConstantRealDifference = Field(examples=["£12m", "-£3.5m"])
    """In £ over the whole contract at year-1 prices and activity; positive where the pool holds more."""
    reason: Text | None = Field(default=None, examples=["Two contracts end before the start."])
    """Why the register and the pool differ. A reason or a source is needed."""
    source: Text | None = Field(default=None, examples=["Finance working group, March 2016"])
    """Where the difference is documented. A reason or a source is needed."""

    @model_validator(mode="after")
    def _why(self) -> Self:
        if self.reason is None and self.source is None:
            raise Problem("a difference needs a reason or a source").for_pydantic()
        return self


class ContractRegister(Part):
    """Where the register of existing contracts lies, and how their cost behaves."""

    file: Text = Field(examples=["staffordshire-register.csv"])
    """The CSV or XLSX file of existing contracts, by its path from this file."""
    sheet: Text | None = Field(default=None, examples=["Contracts"])
    """The sheet of an XLSX file. Default: its only sheet."""
    differences: list[RegisterDifference] = Field(
        default_factory=list,
        examples=[[{"name": "not_yet_let", "service": "cancer", "amount": "£12m", "reason": "Let in year 2."}]],
    )
    """What explains the difference between the register, over the whole contract, and the pools. Default: none."""
    variable_cost: Share = Field(examples=["60%"])
    """The share of providers' cost that moves with activity; the rest is fixed."""
    own_shock: Growth = Field(default_factory=zero, examples=[{"normal": ["0%", "3%"], "vary": "yearly"}])
    """Departure of each contract's activity from its service's, drawn for each contract on its own. Default: 0%."""
    price_index: Name = Field(examples=["tariff"])
    """The index, one of `indices`, by which contract prices rise."""
    cost_index: Name = Field(examples=["nhs_cost"])
    """The index, one of `indices`, by which providers' unit cost rises."""


class Allocation(Part):
    """What a commissioner is given: `headroom` over its share of the pool in year 1, then `growth`; or `amounts`."""

    headroom: GrowthOnce | None = Field(default=None, examples=["2%"])
    """How far the allocation of year 1 lies above the commissioner's share of the pools, a rate. With `growth`."""
    growth: Growth | None = Field(default=None, examples=["2.5%", "ccg_allocation_growth"])
    """Growth of the allocation, a rate for each year from year 2. With `headroom`."""
    amounts: Money | None = Field(default=None, examples=[["£30.1m", "£30.9m", "£31.6m"]])
    """The allocation of each contract year in £ of that year, in place of headroom and growth."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        stated = [self.headroom is not None, self.growth is not None, self.amounts is not None]
        if stated not in ([True, True, False], [False, False, True]):
            raise Problem("expected either headroom and growth, or amounts").for_pydantic()
        return self


class Commissioner(Part):
    """A body that pays. Without an allocation it is a partner whose affordability is not measured."""

    label: Text = Field(examples=["NHS Cannock Chase CCG"])
    """What the commissioner is called in reports."""
    allocation: Allocation | None = None
    """What the commissioner is given to spend on these services. Default: not measured."""


class Parties(Part):
    """Who takes part. Providers are named in the register."""

    commissioners: dict[Name, Commissioner] = Field(min_length=1)
    """The bodies that pay, by name; at least one."""
    integrator: Integrator | None = None
    """The service integrator. Needed where a payment model has `integrator: true`."""


class Savings(Part):
    """Contract savings: claimed share of provider payments, the part realised, and the cost that stays behind."""

    claimed: Share = Field(examples=["5%", {"ramp": {"from": "0%", "to": "5%", "start": 2, "end": 6}}])
    """What the integrator claims to save, as a share of payments to providers."""
    realised: Realised = Field(examples=["50%", {"beta": [2, 4]}])
    """The part of the claimed savings that comes about."""
    stranded: Share = Field(examples=["30%"])
    """The share of each saving whose cost stays with the provider."""


def _assumed(written: Any, info: ValidationInfo) -> Value:
    """The value of an assumption, read in the unit that the assumption states."""
    unit = info.data.get("unit")
    if not isinstance(unit, Unit):  # a mistake of its own
        return zero()
    return field_for(unit)._validate(written, info)  # noqa: SLF001  # the same room; the unit is known only here


def _calculated(written: Any, info: ValidationInfo) -> Calculated | None:
    """The formula of an assumption, which gives the unit that the assumption states."""
    if written is None or isinstance(written, Calculated):
        return written
    unit = info.data.get("unit")
    try:
        return Calculated(formula_text(written), unit if isinstance(unit, Unit) else PURE)
    except Problem as problem:
        raise problem.for_pydantic() from None


def read_unit(written: Any) -> Unit:
    """A unit as people write it; Problem says what is wrong."""
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

    unit: Annotated[Unit, checked(read_unit, {"type": "string"})] = Field(examples=["rate", "£real", "people"])
    """The unit of the value: rate, people, points, £, £real (£ at year-1 prices), £real/year …"""
    value: Annotated[
        Value, PlainValidator(_assumed, json_schema_input_type=Annotated[Any, WithJsonSchema(any_number_schema())])
    ] = Field(default_factory=zero, examples=["2.5%", {"normal": ["2.5%", "0.8%"], "vary": "yearly"}])
    """The number, in this unit: a quantity, a list by year, a ramp or a distribution. Left out beside `formula`."""
    formula: Annotated[Calculated | None, PlainValidator(_calculated, json_schema_input_type=str | float)] = Field(
        default=None, examples=["0.5 * cancer_growth + 0.2%"]
    )
    """Instead of `value`: a formula in this unit over other assumptions, `contract_year`, `population` and indices."""
    source: Text = Field(examples=["Assumption: the mean of the last five years."])
    """Where the number comes from, or "Assumption:" and why it was chosen."""
    owner: Text = Field(examples=["Programme finance"])
    """Who answers for the number."""
    confidence: Literal["green", "amber", "red"] = Field(examples=["amber"])
    """How well founded the number is: green (published), amber (argued), red (guessed)."""
    review_by: Day | None = Field(default=None, examples=["2026-09-30"])
    """The day by which the owner looks at the number again. Default: none, which the assumptions register says."""
    note: Text | None = None
    """What else a reader should know. Default: none."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """`value` holds whichever is written."""
        if self.formula is None and "value" not in self.model_fields_set:
            raise Problem("the key 'value' is missing (or 'formula')", on_key=True).for_pydantic()
        if self.formula is not None:
            if "value" in self.model_fields_set:
                message = (
                    "either value or formula, not both (over another scenario, write value: {remove: true} as well)"
                )
                raise Problem(message, ("formula",), on_key=True).for_pydantic()
            object.__setattr__(self, "value", self.formula)
        return self


class Simulation(Part):
    """How many trials, from which seed, drawn how."""

    trials: Annotated[int, whole(1, 100_000_000)] = Field(default=10_000, examples=[10000])
    """The number of futures. Default: 10,000."""
    seed: Annotated[int, whole(0, 2**53)] = Field(default=2016, examples=[2016])
    """A whole number from which all draws follow. Default: 2016."""
    sampler: Literal["random", "antithetic", "lhs", "sobol"] = Field(default="random", examples=["sobol"])
    """How futures are drawn: at random, in antithetic pairs, by Latin hypercube or as scrambled Sobol points. The last
    two draw whole replicates of 1,024 trials; `sobol` tells a mean most closely. Default: random."""
