"""How a field says what is wrong with what is written: in the user's words, and where inside the field."""

from __future__ import annotations

import re
from typing import Any

from pydantic_core import PydanticCustomError

from finmodel.errors import nearest

PROBLEM = "finmodel_problem"


class Problem(Exception):  # noqa: N818  # not an error to the user yet: a field or the loader turns it into a Mistake
    """What is wrong, at `below` inside the part being read; `on_key` where the key rather than the value is wrong."""

    def __init__(
        self, message: str, below: tuple[str | int, ...] = (), suggestion: str | None = None, *, on_key: bool = False
    ) -> None:
        self.message, self.below, self.suggestion, self.on_key = message, below, suggestion, on_key
        super().__init__(message)

    def for_pydantic(self) -> PydanticCustomError:
        """The same, as the error that pydantic collects."""
        return PydanticCustomError(PROBLEM, "{problem}", {"problem": self})


def shown(written: Any) -> str:
    """What stands in the file, short enough for a message."""
    if written is None:
        return "nothing"
    if isinstance(written, bool):
        return f"'{str(written).lower()}'"
    if isinstance(written, dict):
        return f"a block of keys ({short(', '.join(map(str, written)))})" if written else "an empty block"
    if isinstance(written, (list, tuple)):
        return f"a list of {len(written)}" if written else "an empty list"
    return f"'{short(str(written))}'"


def short(text: str) -> str:
    """At most 60 characters of a text, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def formula_text(written: Any, below: tuple[str | int, ...] = ()) -> str:
    """The text of a formula: a number alone is one as well."""
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return str(written)
    if isinstance(written, str) and written.strip():
        return written
    raise Problem(f"expected a formula in quotes, got {shown(written) if written != '' else 'nothing'}", below)


def cut_formula(key: str) -> str | None:
    """What to say of a key that is the rest of a formula, cut at a comma; None where it may be a key."""
    if re.fullmatch(r"[a-z_]+", key):
        return None
    return f"'{short(key)}' is read as a key: inside {{ }} a formula with a comma needs quotes"


def one_of(options: list[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def no_such(what: str, name: str, options: list[str], where: str = "") -> tuple[str, str | None]:
    """The message and the nearest right spelling for a name that does not exist."""
    near = nearest(name, options)
    known = "" if near or not options else f"; there is {one_of(options[:8])}{' …' if len(options) > 8 else ''}"
    return f"there is no {what} '{short(name)}'{where}{known}", near
