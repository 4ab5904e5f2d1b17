"""Text of a cell with columns left open: the same along a row, as a spreadsheet fills it to the right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Part: TypeAlias = "str | int | Callable[[int], str]"
"""Text, or how many columns left of the own one a reference points, or what stands there in a column."""

ATOM = 10
_PLAIN = re.compile(r"^[A-Za-z_]{4,}$")  # shorter ones may be cells, truth values


@dataclass(frozen=True)
class Text:
    """A formula's text with columns left open, and how firmly it binds."""

    parts: tuple[Part, ...]
    binds: int = ATOM

    def in_brackets(self) -> Text:
        """`(…)`."""
        return Text(("(", *self.parts, ")"))

    def bound(self, least: int) -> Text:
        """With brackets where it binds less firmly than its surroundings."""
        return self if self.binds >= least else self.in_brackets()

    def at(self, column: int) -> str:
        """The text in a column (from 0)."""
        return "".join(_shown(part, column) for part in self.parts)


def _shown(part: Part, column: int) -> str:
    if isinstance(part, str):
        return part
    return column_letters(column - part) if isinstance(part, int) else part(column)


def text(*pieces: str | Text, binds: int = ATOM) -> Text:
    """Pieces one after the other."""
    parts: list[Part] = []
    for piece in pieces:
        parts += [piece] if isinstance(piece, str) else piece.parts
    return Text(tuple(parts), binds)


def filled(form: str, operands: list[Text], binds: int = ATOM) -> Text:
    """A form such as `MIN({0},{1})` with its operands in place."""
    pieces: list[str | Text] = []
    rest = form
    while rest:
        before, brace, rest = rest.partition("{")
        pieces.append(before)
        if brace:
            number, _, rest = rest.partition("}")
            pieces.append(operands[int(number)])
    return text(*(piece for piece in pieces if piece != ""), binds=binds)


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """`AB` for column 27 (from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_prefix(name: str) -> str:
    """`Inputs!` or `'Existing terms'!`."""
    if _PLAIN.match(name):
        return f"{name}!"
    doubled = name.replace("'", "''")
    return f"'{doubled}'!"
