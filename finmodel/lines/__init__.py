"""The language of lines: a contract is a sheet of named rows, each with a label, a unit and one formula for every year.

This room knows expressions, units along their arrows, periods, the text of formulas, and how a sheet becomes a plan
that NumPy evaluates over blocks of trials. It must not know what a contract, a payment or a scenario is, nor where
draws come from.
"""

from finmodel.lines.evaluation import BoundPlan, InputSource
from finmodel.lines.expressions import Expr, Operand, UnitError, is_zero, literal
from finmodel.lines.formulas import parse_formula
from finmodel.lines.functions import (
    absolute,
    binomial_quantile,
    clip,
    curve,
    exp,
    falls_in,
    hold,
    last,
    log,
    maximum,
    minimum,
    reached,
    spread,
    sqrt,
    steps,
    sum_periods,
    where,
    whole,
)
from finmodel.lines.periods import Calendar, Period
from finmodel.lines.plan import Plan, compile_plan
from finmodel.lines.sets import Family, allocate_by, sum_over
from finmodel.lines.sheet import Line, Sheet
from finmodel.lines.syntax import syntax_mistakes
from finmodel.lines.text import formula_text

__all__ = [
    "BoundPlan",
    "Calendar",
    "Expr",
    "Family",
    "InputSource",
    "Line",
    "Operand",
    "Period",
    "Plan",
    "Sheet",
    "UnitError",
    "absolute",
    "allocate_by",
    "binomial_quantile",
    "clip",
    "compile_plan",
    "curve",
    "exp",
    "falls_in",
    "formula_text",
    "hold",
    "is_zero",
    "last",
    "literal",
    "log",
    "maximum",
    "minimum",
    "parse_formula",
    "reached",
    "spread",
    "sqrt",
    "steps",
    "sum_over",
    "sum_periods",
    "syntax_mistakes",
    "where",
    "whole",
]
