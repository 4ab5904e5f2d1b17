"""A formula as text, in the same grammar that `formulas` reads: writing and reading give the same formula back."""

from __future__ import annotations

from collections.abc import Callable

from finmodel.lines.expressions import Conversion, Drawn, Expr, Given, Lag, Literal, Operation, Ref

ATOM = 10
PERIOD_WORDS = {"contract year": "contract_year", "financial year": "financial_year"}


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    text = repr(value)
    return text.removesuffix(".0")


def _leaf(expr: Expr) -> str:
    if isinstance(expr, Ref):
        return expr.name
    if isinstance(expr, Lag):
        return f"lag({expr.name})" if expr.periods == 1 else f"lag({expr.name}, {expr.periods})"
    if isinstance(expr, Literal):
        return number_text(expr.value)
    if isinstance(expr, Drawn):
        return f"draw of {expr.driver}"
    assert isinstance(expr, Given)
    if len(set(expr.values)) == 1:
        return number_text(expr.values[0])
    return "[" + ", ".join(number_text(value) for value in expr.values) + "]"


def formula_text(expr: Expr, leaf: Callable[[Expr], str] = _leaf) -> str:
    """Write a formula; `leaf` says how names and numbers are shown (an explanation shows the numbers that went in)."""
    return _write(expr, leaf)[0]


def _write(expr: Expr, leaf: Callable[[Expr], str]) -> tuple[str, int]:
    if isinstance(expr, Conversion):
        inner = _write(expr.operand, leaf)[0]
        if expr.kind == "falls_in":
            return f"falls_in({inner}, {expr.month})", ATOM
        if expr.kind in ("spread", "hold"):
            return f"{expr.kind}({inner})", ATOM
        word = "sum_months" if expr.kind == "sum" else "last"
        return f"{word}({inner}, {PERIOD_WORDS[expr.period.value]})", ATOM
    if not isinstance(expr, Operation):
        text = leaf(expr)
        return text, 7 if text.startswith("-") else ATOM
    record = expr.kernel
    if record.symbol is None:
        return f"{record.name}({', '.join(_write(operand, leaf)[0] for operand in expr.operands)})", ATOM
    own = record.precedence
    if record.arity == 1:
        text, precedence = _write(expr.operands[0], leaf)
        inner = text if precedence > own or (own == 3 and precedence >= own) else f"({text})"
        return (f"not {inner}" if record.name == "not" else f"-{inner}"), own
    left, left_precedence = _write(expr.operands[0], leaf)
    right, right_precedence = _write(expr.operands[1], leaf)
    if left_precedence < own or (own == 4 and left_precedence == own):
        left = f"({left})"
    if right_precedence <= own:
        right = f"({right})"
    return f"{left} {record.symbol} {right}", own
