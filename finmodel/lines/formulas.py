"""Formulas as people write them: `min(0.5 * max(target - cost, 0), 5% * target)`. Every mistake names its column.

Nothing is evaluated: names are looked up through `resolve`, functions in one table, and the result is an expression
whose units have been checked. `%` is a hundredth; `£1.2m` and `600 people` become input lines of their
own through `amount`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.lines.expressions import Expr, Literal, UnitError, literal, operate
from finmodel.lines.periods import Period
from finmodel.lines.syntax import parsed
from finmodel.lines.vocabulary import FUNCTIONS, PERIODS, Arguments
from finmodel.units import MONTH, PERSON, POINT, POUND, YEAR, Unit

if TYPE_CHECKING:
    from lark import Token, Tree

MAX_DEPTH = 100

_COMPARE = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal"}
_OTHERWISE = {"if": "where", "IF": "where", "ifelse": "where", "iif": "where"}  # what others call it
_BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_SCALE = {"bn": 1e9, "m": 1e6, "k": 1e3}
_WORDS = {"people": PERSON, "person": PERSON, "points": POINT, "point": POINT}
_WORDS |= {"years": YEAR, "year": YEAR, "months": MONTH, "month": MONTH}


Resolve = Callable[[str], Expr | None]
Amount = Callable[[float, str, Unit], Expr]


@dataclass(frozen=True)
class _Around:
    """What the formula may ask of its surroundings; see `parse_formula`."""

    resolve: Resolve
    earlier: Resolve | None
    names: Callable[[], Iterable[str]]
    amount: Amount | None
    cumulative: Callable[[Expr], Expr] | None


class _Builder:
    def __init__(self, text: str, around: _Around, span: Span) -> None:
        self.text, self.around, self.span = text, around, span
        self.mistakes: list[Mistake] = []

    def at(self, token: Token | Tree[Any]) -> Span:
        place: Any = getattr(token, "meta", token)
        return self.span.inside(self.text, int(place.start_pos))

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
            return self._name(parts[0], self.around.resolve)
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
        number, _, word = text.partition(" ") if " " in text else text.partition("\t")
        word, money, percent = word.strip(), text.startswith("£"), number.endswith(("%", "pp"))
        number = number.removeprefix("£").removesuffix("%").removesuffix("pp")
        scale = next((letters for letters in _SCALE if number.endswith(letters)), "")
        value = float(number.removesuffix(scale)) * _SCALE.get(scale, 1.0)
        if scale and not money:
            return self.wrong(token, f"'{text}': {scale} stands after an amount of money such as £1.2m")
        if percent and money:
            return self.wrong(token, f"'{text}' is both money and a percentage")
        if word and (money or percent):
            return self.wrong(token, f"'{text}': '{word}' stands after a plain number such as 600 {word}")
        if not money and not word:
            return self._checked(token, lambda: literal(value / 100.0 if percent else value))
        if self.around.amount is None:
            what = "an amount of money" if money else "a number with a unit"
            return self.wrong(token, f"'{text}': {what} cannot stand in this formula")
        if not math.isfinite(value):
            return self.wrong(token, f"'{text}' is too large")
        return self.around.amount(value, text, POUND if money else _WORDS[word])

    def _name(self, token: Token, resolve: Resolve) -> Expr:
        """What the name stands for; a mistake within what it names is told once, where that is written."""
        try:
            found = resolve(str(token))
        except UnitError as error:
            return self.wrong(token, str(error))
        except InputError as error:
            self.mistakes += error.mistakes
            return literal(0.0)
        if found is not None:
            return found
        if str(token) in FUNCTIONS:
            return self.wrong(token, f"'{token}' is a function: {FUNCTIONS[str(token)].usage}")
        near = nearest(str(token), self.around.names())
        return self.wrong(token, f"there is no line named '{token}' above this one", near)

    def _call(self, tree: Tree[Any], token: Token, arguments: list[Tree[Any]], depth: int) -> Expr:
        name = str(token)
        record = FUNCTIONS.get(name)
        if record is None or not record.least <= len(arguments) <= record.most:
            if record:
                refused = self.wrong(token, f"{name} takes {record.usage}, not {len(arguments)} values")
            else:
                near = _OTHERWISE.get(name) or nearest(name, FUNCTIONS)
                refused = self.wrong(token, f"there is no function '{name}'", near)
            for argument in arguments:  # what is wrong inside the brackets is told as well
                if argument.data != "name" or str(argument.children[0]) not in PERIODS:
                    self.build(argument, depth)
            return refused
        period = Period.ONCE
        if record.takes_period:
            *arguments, last = arguments
            word = str(last.children[0]) if last.data == "name" else "?"
            if word not in PERIODS:
                self.build(arguments[0], depth)
                return self.wrong(last, f"{name} takes contract_year or financial_year here", nearest(word, PERIODS))
            period = PERIODS[word]
        if name == "lag" and arguments[0].data == "name" and self.around.earlier is not None:
            first: Any = arguments.pop(0).children[0]
            values = [self._name(first, self.around.earlier)]
        else:
            values = []
        values += [self.build(argument, depth) for argument in arguments]
        given = Arguments(values, record.usage, period, self.around.cumulative)
        return self._checked(tree, lambda: record.apply(given))


def parse_formula(
    text: str,
    resolve: Resolve,
    *,
    earlier: Resolve | None = None,
    names: Callable[[], Iterable[str]] = tuple,
    amount: Amount | None = None,
    cumulative: Callable[[Expr], Expr] | None = None,
    span: Span | None = None,
) -> Expr:
    """Read a formula. `resolve` gives a line's value by name, or None; `earlier` the same inside `lag`.

    `names` lists what could be meant; `amount` makes an input line of a number, its text and its unit. Raises
    `InputError` with every mistake at its own line and column, counted from `span` (where the text begins).
    """
    span = span or Span("formula", 1, 1)
    builder = _Builder(text, _Around(resolve, earlier, names, amount, cumulative), span)
    result = builder.build(parsed(text, span))
    if builder.mistakes:
        raise InputError(builder.mistakes)
    return result
