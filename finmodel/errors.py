"""What can go wrong, and how it is told.

    FinmodelError            exit code 1
    └── InputError           exit code 2: the input is wrong; carries every mistake found, each with its place

Rooms raise `InputError`; only the command line turns it into text and an exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Span:
    """A place in a text that a person wrote: line and column count from 1."""

    file: str
    line: int
    column: int
    source: str = field(default="", compare=False, repr=False)
    """What is written from here on, with its quotes and line breaks, where that is not simply what is read."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def inside(self, text: str, offset: int) -> Span:
        """The place of letter `offset` (from 0) of `text`, which begins here; after its end, just behind it."""
        end = len(text.rstrip())
        behind = 1 if offset >= end > 0 else 0
        at = end - 1 if behind else offset
        if self.source:
            before = self.source[: _places(self.source, text)[at] + behind] if text else ""
        else:
            before = text[: at + behind]
        rows = before.split("\n")
        shift = self.column if len(rows) == 1 else 1
        return Span(self.file, self.line + len(rows) - 1, shift + len(rows[-1]))


_ESCAPES = {"x": 4, "u": 6, "U": 10}


def _stands_for_space(escape: str) -> bool:
    """Whether what follows a backslash is a space, a tab or a line break."""
    size = _ESCAPES.get(escape[:1])
    return chr(int(escape[1 : size - 1], 16)).isspace() if size else escape[:1] in " \tntvfr_NLP"


def _places(source: str, text: str) -> list[int]:
    """Where in the written `source` each letter of the `text` read from it stands.

    YAML changes white space at line breaks, doubles or escapes quotes, and nothing else.
    """
    quote = source[0] if source[0] in "'\"" else ""
    at = 1 if quote else source.find("\n") + 1 if source[0] in "|>" else 0
    found: list[int] = []
    for letter in text:
        while source[at : at + 1] == "\\" and quote == '"' and source[at + 1 : at + 2] in "\r\n":
            at += 2  # an escaped line break joins two lines
            at += len(source[at:]) - len(source[at:].lstrip())
        if quote == '"' and source[at : at + 1] == "\\" and letter.isspace() == _stands_for_space(source[at + 1 :]):
            found.append(at)
            at += _ESCAPES.get(source[at + 1 : at + 2], 2)
            continue
        gap = len(source[at:]) - len(source[at:].lstrip())
        if letter.isspace():
            found.append(min(at, len(source) - 1))
            at += gap if "\n" in source[at : at + gap] else min(gap, 1)  # several letters may stand for one line break
            continue
        at = min(at + gap, len(source) - 1)
        found.append(at)
        at += 2 if letter == quote == "'" else 1
    return found


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
