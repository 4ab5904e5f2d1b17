"""What can go wrong, and how it is told.

    FinmodelError            exit code 1
    └── InputError           exit code 2: the input is wrong; carries every mistake found, each with its place

Rooms raise `InputError`; only the command line turns it into text and an exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """A place in a text that a person wrote: line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Mistake:
    """One thing wrong: what, where, under which dotted path, and the nearest right spelling if there is one."""

    message: str
    span: Span | None = None
    path: str = ""
    suggestion: str | None = None

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        where = f"{self.path}: " if self.path else ""
        hint = f"; did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{place}{where}{self.message}{hint}"


class FinmodelError(Exception):
    """Anything finmodel raises on purpose."""

    exit_code = 1


class InputError(FinmodelError):
    """The input is wrong. `mistakes` holds all that were found, in the order of the text."""

    exit_code = 2

    def __init__(self, mistakes: Sequence[Mistake] | Mistake | str) -> None:
        if isinstance(mistakes, str):
            mistakes = [Mistake(mistakes)]
        elif isinstance(mistakes, Mistake):
            mistakes = [mistakes]
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option spelled most like `word`, or None where nothing is near."""
    found = difflib.get_close_matches(word, list(options), n=1, cutoff=0.6)
    return found[0] if found else None
