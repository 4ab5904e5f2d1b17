"""What a payment mechanism from another package imports, in one line, and the tests that it is held to.

    from finmodel.mechanism import Flow, Mechanism, Result, Share, Surroundings, maximum

The names here are kept: what is taken away is announced in the changelog one version before. The tests stand in
`finmodel.mechanism.conformance`, which needs pytest and Hypothesis. This room must not know who pays by a mechanism, or
how a run is made of it.
"""

from pydantic import Field

from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.contract.payment.outcome_money import earned, full_score, with_outcomes
from finmodel.contract.payment.worked import Facts, paid_on, worked
from finmodel.lines import (
    Expr,
    Family,
    absolute,
    allocate_by,
    clip,
    is_zero,
    literal,
    maximum,
    minimum,
    reached,
    sum_over,
    where,
)
from finmodel.scenario import (
    ConstantMoney,
    ConstantNumber,
    ConstantPeople,
    ConstantShare,
    Factor,
    Money,
    Name,
    Part,
    People,
    Problem,
    Rate,
    RealMoney,
    RealMoneyPerPerson,
    Share,
    Text,
    TrueFalse,
    Value,
)

__all__ = [
    "COMMISSIONERS",
    "INTEGRATOR",
    "PROVIDERS",
    "ConstantMoney",
    "ConstantNumber",
    "ConstantPeople",
    "ConstantShare",
    "Expr",
    "Factor",
    "Facts",
    "Family",
    "Field",
    "Flow",
    "Mechanism",
    "Money",
    "Name",
    "Part",
    "People",
    "Problem",
    "Rate",
    "RealMoney",
    "RealMoneyPerPerson",
    "Result",
    "Scored",
    "Share",
    "Surroundings",
    "Text",
    "TrueFalse",
    "Value",
    "absolute",
    "allocate_by",
    "clip",
    "earned",
    "full_score",
    "is_zero",
    "literal",
    "maximum",
    "minimum",
    "paid_on",
    "reached",
    "sum_over",
    "where",
    "with_outcomes",
    "worked",
]  # fmt: skip
