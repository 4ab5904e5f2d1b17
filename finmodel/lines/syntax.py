"""The grammar of formulas, and what is said where a text does not fit it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from finmodel.errors import InputError, Mistake, Span

if TYPE_CHECKING:
    from lark import Lark, Tree
    from lark.exceptions import UnexpectedInput

MAX_LENGTH = 4_000

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
QUANTITY: /£?\d+(\.\d+)?([eE][+-]?\d+)?(bn|m|k)?(%|pp)?(?![A-Za-z0-9_])/ UNIT?
UNIT: /[ \t]+(people|person|points?|years?|months?)(?![A-Za-z0-9_.\[(])/
NAME: /(?!(?:and|or|not)\b)[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*(\[[A-Za-z0-9_.]+\])?/
%ignore /[ \t\r\n]+/
"""
_THOUSANDS = re.compile(r"(?<![\w.])£?[1-9]\d{0,2}(?:,\d{3})+(?!\w)")
_HINTS = (
    (re.compile(r"\^|\*"), "a power is a product: x * x"),
    (re.compile(r"!="), "write not (a == b)"),
    (re.compile(r"="), "equal is =="),
    (re.compile(r"%"), "no space stands before %"),
    (re.compile(r"\.\d"), "a number begins with a digit: 0.5"),
    (re.compile(r"£\s"), "no space stands after £"),
    (re.compile(r"[<>]"), "join two comparisons by and"),
    (re.compile(r"not\b"), "put what is negated in brackets"),
)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True)


@lru_cache(maxsize=256)
def _tree(text: str) -> Tree[Any]:
    """The text taken apart; kept, since a rule for each contract reads one text many times."""
    return _parser().parse(text)


def parsed(text: str, span: Span) -> Tree[Any]:
    """The formula taken apart; InputError at its place where it does not fit the grammar. `span`: where it begins."""
    from lark.exceptions import UnexpectedInput

    if not text.strip():
        raise InputError(Mistake("the formula is empty", span))
    if len(text) > MAX_LENGTH:
        raise InputError(Mistake(f"the formula is longer than {MAX_LENGTH} characters; split it into lines", span))
    number = _THOUSANDS.search(text)
    if number:  # min(gain, £1,000,000) would be the least of four values, two of them nothing
        plain = number[0].replace(",", "")
        message = f"'{number[0]}' reads as several values: write {plain}, or a space after each comma between values"
        raise InputError(Mistake(message, span.inside(text, number.start())))
    try:
        return _tree(text)
    except UnexpectedInput as error:
        raise InputError(_refused(text, error, span)) from None


def syntax_mistakes(text: str, span: Span, path: str) -> tuple[Mistake, ...]:
    """What does not fit the grammar; names and units are not looked at."""
    try:
        parsed(text, span)
    except InputError as error:
        return tuple(Mistake(one.message, one.span, path, one.suggestion) for one in error.mistakes)
    return ()


def _refused(text: str, error: UnexpectedInput, span: Span) -> Mistake:
    from lark.exceptions import UnexpectedCharacters

    row, column = max(getattr(error, "line", 1), 1), getattr(error, "column", 1)
    at_end = (
        not isinstance(error, UnexpectedCharacters) and getattr(getattr(error, "token", None), "type", "") == "$END"
    )
    rows = text.split("\n")
    offset = sum(len(one) + 1 for one in rows[: row - 1]) + column - 1
    if at_end or column < 1:
        offset, message = len(text), "the formula ends too early"
    else:
        message = f"'{rows[row - 1][column - 1 : column + 9]}' is not understood here"
    opened = _opened(text[:offset])
    if opened is not None and (at_end or (text[offset] == "," and not _of_function(text, opened))):
        place = span.inside(text, opened)
        message += f": the bracket opened at {place.line}:{place.column} is not closed"
    elif opened is None and text[offset : offset + 1] == ")":
        message += ": no bracket is open"
    else:
        hint = next((said for form, said in _HINTS if form.match(text, offset)), "")
        message += f": {hint}" if hint else ""
    return Mistake(message, span.inside(text, offset))


def _opened(text: str) -> int | None:
    """Where the innermost bracket that is still open stands."""
    open_at: list[int] = []
    for at, letter in enumerate(text):
        if letter == "(":
            open_at.append(at)
        elif letter == ")" and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None


def _of_function(text: str, at: int) -> bool:
    """Whether the bracket is that of a function's values."""
    return bool(re.search(r"[A-Za-z0-9_]\s*$", text[:at])) and not re.search(r"\b(and|or|not)\s*$", text[:at])
