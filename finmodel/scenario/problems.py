"""How a field says what is wrong with what is written: in the user's words, and where inside the field."""

from __future__ import annotations

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


def one_of(options: list[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def no_such(what: str, name: str, options: list[str], where: str = "") -> tuple[str, str | None]:
    """The message and the nearest right spelling for a name that does not exist."""
    near = nearest(name, options)
    known = "" if near or not options else f"; there is {one_of(options[:8])}{' …' if len(options) > 8 else ''}"
    return f"there is no {what} '{short(name)}'{where}{known}", near
