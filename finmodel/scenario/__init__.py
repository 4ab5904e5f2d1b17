"""What the modeller writes: a YAML file and a register of contracts -> a typed, checked Scenario.

Knows units and mistakes, with file, line and column of each. Must not know how a contract is calculated: the kinds of
payment term are handed to `load` by the room that has them. Imports no heavy library.
"""

from finmodel.scenario.appraisal import Appraisal, OptimismBias, uncovered_running_cost, uncovered_services
from finmodel.scenario.baselines import MeanBaseline, MeanComparator, RateBaseline, RateComparator
from finmodel.scenario.compose import Composed, compose
from finmodel.scenario.correlations import Correlation
from finmodel.scenario.differences import Difference, differences
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
from finmodel.scenario.files import is_settlement, write_all_new, write_new
from finmodel.scenario.indexation import Index, first_financial_year, source_of
from finmodel.scenario.integrator import Integrator
from finmodel.scenario.load import load
from finmodel.scenario.measures import in_currency, in_pounds
from finmodel.scenario.models import (
    Allocation,
    Assumption,
    Commissioner,
    ContractRegister,
    ContractTerms,
    Parties,
    Savings,
    Service,
    Simulation,
    Site,
    Target,
)
from finmodel.scenario.outcomes import Cohort, MeanOutcome, Outcome, RateOutcome, largest_score
from finmodel.scenario.own_lines import OwnLine
from finmodel.scenario.paid import Paid, PaidOnAccount
from finmodel.scenario.parts import Name, Part, Phase, Text, TrueFalse, read_name, read_start
from finmodel.scenario.problems import Problem
from finmodel.scenario.quantities import Quantity, parse_quantity, write_quantity
from finmodel.scenario.reconciliation import reconciliation
from finmodel.scenario.scoring import Gate, Score, gates_of
from finmodel.scenario.starter import (
    Start,
    read_pool,
    read_population,
    register_name,
    starter_register,
    starter_scenario,
)
from finmodel.scenario.terms import Party, PaymentModel, Term
from finmodel.scenario.values import ByYear, Calculated, Constant, Limits, Named, Ramp, Uncertain, Value
from finmodel.scenario.withdrawal import ModelEffect, Withdrawn
from finmodel.scenario.write import composed_text

__all__ = [
    "Allocation", "Appraisal", "Assumption", "ByYear", "Calculated", "Cohort", "Commissioner", "Composed",
    "Constant", "ConstantGrowth", "ConstantMoney", "ConstantNumber", "ConstantPeople", "ConstantPoints",
    "ConstantPointsPerYear", "ConstantRate", "ConstantRatePerYear", "ConstantRealMoney", "ConstantShare",
    "ContractRegister", "ContractTerms", "Correlation", "Difference", "Factor", "Gate", "Growth", "Index",
    "Integrator", "Limits", "MeanBaseline", "MeanComparator", "MeanOutcome", "ModelEffect", "Money",
    "Name", "Named", "NumberField", "OptimismBias", "Outcome", "OwnLine", "Paid", "PaidOnAccount", "Part",
    "Parties", "Party", "PaymentModel", "People", "Phase",
    "PointsPerYear", "Problem", "Quantity", "Ramp", "Rate", "RateBaseline", "RateComparator", "RateOutcome",
    "RatePerYear", "RealMoney", "RealMoneyPerPerson", "RegisterRow", "Savings", "Scenario", "Score", "Service", "Share",
    "Simulation", "Site", "Start", "Target", "Term", "Text", "TrueFalse", "Uncertain", "Value", "Withdrawn", "compose",
    "composed_text", "differences", "driver_name", "first_financial_year", "gates_of", "in_currency",
    "in_pounds", "is_settlement", "largest_score", "load", "parse_quantity", "read_name", "read_pool",
    "read_population", "read_start", "reconciliation", "register_name", "source_of", "starter_register",
    "starter_scenario", "uncovered_running_cost", "uncovered_services", "write_all_new", "write_new", "write_quantity",
]  # fmt: skip
