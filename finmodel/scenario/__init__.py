"""What the modeller writes: a YAML file and a register of contracts -> a typed, checked Scenario.

Knows units and mistakes, with file, line and column of each. Must not know how a contract is calculated: the kinds of
payment term are handed to `load` by the room that has them. Imports no heavy library.
"""

from finmodel.scenario.document import RegisterRow, Scenario, driver_name
from finmodel.scenario.fields import (
    ConstantGrowth,
    ConstantMoney,
    ConstantNumber,
    ConstantPeople,
    ConstantPoints,
    ConstantPointsPerYear,
    ConstantRate,
    ConstantRatePerYear,
    ConstantRealMoney,
    ConstantShare,
    Factor,
    Growth,
    Money,
    NumberField,
    People,
    PointsPerYear,
    Rate,
    RatePerYear,
    RealMoney,
    RealMoneyPerPerson,
    Share,
)
from finmodel.scenario.load import load
from finmodel.scenario.models import (
    Allocation,
    Appraisal,
    Assumption,
    Commissioner,
    ContractRegister,
    ContractTerms,
    Correlation,
    Index,
    Integrator,
    Parties,
    Savings,
    Service,
    Simulation,
    Site,
    Target,
)
from finmodel.scenario.outcomes import Cohort, MeanBaseline, MeanOutcome, Outcome, RateBaseline, RateOutcome, Score
from finmodel.scenario.parts import Name, Paid, Part, Phase, Text, TrueFalse
from finmodel.scenario.problems import Problem
from finmodel.scenario.quantities import Quantity, parse_quantity, write_quantity
from finmodel.scenario.terms import Party, PaymentModel, Term
from finmodel.scenario.values import ByYear, Constant, Limits, Named, Ramp, Uncertain, Value

__all__ = [
    "Allocation", "Appraisal", "Assumption", "ByYear", "Cohort", "Commissioner", "Constant", "ConstantGrowth",
    "ConstantMoney", "ConstantNumber", "ConstantPeople", "ConstantPoints", "ConstantPointsPerYear", "ConstantRate",
    "ConstantRatePerYear", "ConstantRealMoney", "ConstantShare", "ContractRegister", "ContractTerms", "Correlation",
    "Factor", "Growth", "Index", "Integrator", "Limits", "MeanBaseline", "MeanOutcome", "Money", "Name", "Named",
    "NumberField", "Outcome", "Paid", "Part", "Parties", "Party", "PaymentModel", "People", "Phase", "PointsPerYear",
    "Problem", "Quantity", "Ramp", "Rate", "RateBaseline", "RateOutcome", "RatePerYear", "RealMoney",
    "RealMoneyPerPerson", "RegisterRow", "Savings", "Scenario", "Score", "Service", "Share", "Simulation", "Site",
    "Target", "Term", "Text", "TrueFalse", "Uncertain", "Value", "driver_name", "load", "parse_quantity",
    "write_quantity",
]  # fmt: skip
