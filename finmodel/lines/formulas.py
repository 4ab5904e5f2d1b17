"""Formulas as people write them: `min(0.5 * max(target - cost, 0), 5% * target)`. Every mistake names its column.

Nothing is evaluated: names are looked up through `resolve`, functions in one table, and the result is an expression
whose units have been checked. `%` is a hundredth; `£1.2m` becomes an input line of its own through `amount`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.lines import functions
from finmodel.lines.expressions import Expr, Literal, Ref, UnitError, literal, operate
from finmodel.lines.periods import Period

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

MAX_LENGTH = 4_000
MAX_DEPTH = 100

_GRAMMAR = r"""
start: either
?either: both | either _OR both             -> either
?both: negation | both _AND negation        -> both
?negation: comparison | _NOT negation       -> negation
?comparison: total | total COMPARE total    -> comparison
?total: product | total PLUS product        -> binary
?product: unary | product TIMES unary       -> binary
?unary: atom | MINUS unary                  -> unary
?atom: QUANTITY                             -> quantity
     | NAME                                 -> name
     | NAME "(" [either ("," either)*] ")"  -> call
     | "(" either ")"
_OR: /or(?![A-Za-z0-9_])/
_AND: /and(?![A-Za-z0-9_])/
_NOT: /not(?![A-Za-z0-9_])/
COMPARE: "<=" | ">=" | "==" | "<" | ">"
PLUS: "+" | "-"
MINUS.2: "-"
TIMES: "*" | "/"
QUANTITY: /£?\d+(\.\d+)?([eE][+-]?\d+)?(bn|m|k)?(%|pp)?(?![A-Za-z0-9_])/
NAME: /(?!(?:and|or|not)\b)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*(\[[A-Za-z0-9_.]+\])?/
%ignore /[ \t\r\n]+/
"""
_COMPARE = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal"}
_BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_SCALE = {"bn": 1e9, "m": 1e6, "k": 1e3}
_PERIODS = {"contract_year": Period.CONTRACT_YEAR, "financial_year": Period.FINANCIAL_YEAR}

FUNCTIONS: dict[str, tuple[str, int, int]] = {
    "min": ("min(a, b, …)", 2, 30),
    "max": ("max(a, b, …)", 2, 30),
    "clip": ("clip(value, low, high)", 3, 3),
    "where": ("where(condition, a, b)", 3, 3),
    "abs": ("abs(value)", 1, 1),
    "round": ("round(value)", 1, 1),
    "sqrt": ("sqrt(value)", 1, 1),
    "exp": ("exp(value)", 1, 1),
    "log": ("log(value)", 1, 1),
    "binomial_quantile": ("binomial_quantile(people, rate, score)", 3, 3),
    "reached": ("reached(value, threshold)", 2, 2),
    "curve": ("curve(value, x1, y1, x2, y2, …)", 5, 41),
    "steps": ("steps(value, base, threshold1, value1, …)", 4, 42),
    "lag": ("lag(line) or lag(line, periods)", 1, 2),
    "cumulative": ("cumulative(value)", 1, 1),
    "spread": ("spread(value by year)", 1, 1),
    "hold": ("hold(value by year)", 1, 1),
    "falls_in": ("falls_in(value by year, month)", 2, 2),
    "sum_months": ("sum_months(value by month, contract_year or financial_year)", 2, 2),
    "last": ("last(value, contract_year or financial_year)", 2, 2),
}


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True)


class _Builder:
    def __init__(
        self,
        resolve: Callable[[str], Expr | None],
        names: Callable[[], Iterable[str]],
        amount: Callable[[float, str], Expr] | None,
        cumulative: Callable[[Expr], Expr] | None,
        span: Span,
    ) -> None:
        self.resolve, self.names, self.amount, self.cumulative, self.span = resolve, names, amount, cumulative, span
        self.mistakes: list[Mistake] = []

    def at(self, token: Token | Tree[Any]) -> Span:
        place: Any = getattr(token, "meta", token)
        row, column = int(place.line), int(place.column)
        shift = self.span.column - 1 if row == 1 else 0
        return Span(self.span.file, self.span.line + row - 1, column + shift)

    def wrong(self, token: Token | Tree[Any], message: str, suggestion: str | None = None) -> Expr:
        self.mistakes.append(Mistake(message, self.at(token), suggestion=suggestion))
        return literal(0.0)

    def build(self, tree: Tree[Any], depth: int = 0) -> Expr:
        if depth > MAX_DEPTH:
            raise InputError(
                Mistake(
                    f"the formula is nested more than {MAX_DEPTH} deep (each + of a long sum counts); "
                    "split it into lines",
                    self.at(tree),
                )
            )
        kind = str(tree.data)
        parts: list[Any] = tree.children  # a token or a tree, as the grammar says
        if kind == "start":
            return self.build(parts[0], depth)
        if kind == "quantity":
            return self._quantity(parts[0])
        if kind == "name":
            return self._name(parts[0])
        if kind == "call":
            return self._call(tree, parts[0], [part for part in parts[1:] if part is not None], depth + 1)
        operands = [self.build(part, depth + 1) for part in parts if hasattr(part, "data")]
        if kind == "comparison":
            word = _COMPARE[str(parts[1])]
        elif kind == "binary":
            word = _BINARY[str(parts[1])]
        else:
            word = {"either": "or", "both": "and", "negation": "not", "unary": "negative"}[kind]
        if word == "negative" and parts[-1].data == "quantity" and isinstance(operands[0], Literal):
            return literal(-operands[0].value)
        return self._checked(tree, lambda: operate(word, *operands))

    def _checked(self, tree: Tree[Any] | Token, make: Callable[[], Expr]) -> Expr:
        if self.mistakes:
            return literal(0.0)
        try:
            return make()
        except UnitError as error:
            return self.wrong(tree, str(error))

    def _quantity(self, token: Token) -> Expr:
        text = str(token)
        number, money, percent = text, text.startswith("£"), text.endswith(("%", "pp"))
        number = number.removeprefix("£").removesuffix("%").removesuffix("pp")
        scale = next((word for word in _SCALE if number.endswith(word)), "")
        value = float(number.removesuffix(scale)) * _SCALE.get(scale, 1.0)
        if scale and not money:
            return self.wrong(token, f"'{text}': {scale} stands after an amount of money such as £1.2m")
        if percent and money:
            return self.wrong(token, f"'{text}' is both money and a percentage")
        if not money:
            return self._checked(token, lambda: literal(value / 100.0 if percent else value))
        if self.amount is None:
            return self.wrong(token, f"'{text}': an amount of money cannot stand in this formula")
        if not math.isfinite(value):
            return self.wrong(token, f"'{text}' is too large")
        return self.amount(value, text)

    def _name(self, token: Token) -> Expr:
        found = self.resolve(str(token))
        if found is not None:
            return found
        if str(token) in FUNCTIONS:
            return self.wrong(token, f"'{token}' is a function: {FUNCTIONS[str(token)][0]}")
        return self.wrong(token, f"there is no line named '{token}' above this one", nearest(str(token), self.names()))

    def _call(self, tree: Tree[Any], token: Token, arguments: list[Tree[Any]], depth: int) -> Expr:
        name = str(token)
        usage, low, high = FUNCTIONS.get(name, ("", 0, -1))
        if not low <= len(arguments) <= high:
            if usage:
                refused = self.wrong(token, f"{name} takes {usage}, not {len(arguments)} values")
            else:
                refused = self.wrong(token, f"there is no function '{name}'", nearest(name, FUNCTIONS))
            for argument in arguments:  # what is wrong inside the brackets is told as well
                if argument.data != "name" or str(argument.children[0]) not in _PERIODS:
                    self.build(argument, depth)
            return refused
        if name in ("sum_months", "last"):
            inner = self.build(arguments[0], depth)
            word = str(arguments[1].children[0]) if arguments[1].data == "name" else "?"
            if word not in _PERIODS:
                return self.wrong(
                    arguments[1], f"{name} takes contract_year or financial_year here", nearest(word, _PERIODS)
                )
            change = functions.sum_periods if name == "sum_months" else functions.last
            return self._checked(tree, lambda: change(inner, _PERIODS[word]))
        values = [self.build(argument, depth) for argument in arguments]
        return self._checked(tree, lambda: self._apply(name, values))

    def _whole(self, value: Expr, what: str) -> int:
        if not isinstance(value, Literal) or value.value != int(value.value):
            raise UnitError(f"{what} must be a whole number")
        return int(value.value)

    def _apply(self, name: str, values: list[Expr]) -> Expr:
        if name == "lag":
            line = values[0]
            if not isinstance(line, Ref):
                raise UnitError("lag takes the name of a line")
            return line.lag(self._whole(values[1], "the lag") if len(values) > 1 else 1)
        if name == "cumulative":
            if self.cumulative is None:
                raise UnitError("cumulative cannot stand in this formula")
            return self.cumulative(values[0])
        if name == "falls_in":
            return functions.falls_in(values[0], self._whole(values[1], "the month"))
        if name in ("curve", "steps"):
            start = 1 if name == "curve" else 2
            if (len(values) - start) % 2:
                raise UnitError(f"{name} takes {FUNCTIONS[name][0]}: points come in pairs")
            pairs = list(zip(values[start::2], values[start + 1 :: 2], strict=True))
            return (
                functions.curve(values[0], pairs) if name == "curve" else functions.steps(values[0], values[1], pairs)
            )
        simple: dict[str, Callable[..., Expr]] = {
            "min": functions.minimum,
            "max": functions.maximum,
            "clip": functions.clip,
            "where": functions.where,
            "abs": functions.absolute,
            "round": functions.whole,
            "sqrt": functions.sqrt,
            "exp": functions.exp,
            "log": functions.log,
            "binomial_quantile": functions.binomial_quantile,
            "reached": functions.reached,
            "spread": functions.spread,
            "hold": functions.hold,
        }
        return simple[name](*values)


def parse_formula(
    text: str,
    resolve: Callable[[str], Expr | None],
    *,
    names: Callable[[], Iterable[str]] = tuple,
    amount: Callable[[float, str], Expr] | None = None,
    cumulative: Callable[[Expr], Expr] | None = None,
    span: Span | None = None,
) -> Expr:
    """Read a formula. `resolve` gives a line's value by name, or None; `names` lists what could be meant.

    Raises `InputError` with every mistake at its own line and column, counted from `span` (where the text begins).
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput

    span = span or Span("formula", 1, 1)
    if not text.strip():
        raise InputError(Mistake("the formula is empty", span))
    if len(text) > MAX_LENGTH:
        raise InputError(Mistake(f"the formula is longer than {MAX_LENGTH} characters; split it into lines", span))
    builder = _Builder(resolve, names, amount, cumulative, span)
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        row, column = max(getattr(error, "line", 1), 1), getattr(error, "column", 1)
        at_end = (
            not isinstance(error, UnexpectedCharacters) and getattr(getattr(error, "token", None), "type", "") == "$END"
        )
        if at_end or column < 1:
            column = len(text.rstrip().rsplit("\n", 1)[-1]) + 1
            message = "the formula ends too early"
        else:
            found = text.split("\n")[row - 1][column - 1 : column + 9]
            message = f"'{found}' is not understood here"
        shift = span.column - 1 if row == 1 else 0
        raise InputError(Mistake(message, Span(span.file, span.line + row - 1, column + shift))) from None
    result = builder.build(tree)
    if builder.mistakes:
        raise InputError(builder.mistakes)
    return result
