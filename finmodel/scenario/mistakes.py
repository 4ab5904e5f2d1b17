"""What pydantic found, told in the user's words: where it is written, what was expected, the nearest right spelling."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from finmodel.errors import Mistake, nearest
from finmodel.scenario.document import dotted
from finmodel.scenario.positions import Path, Positions
from finmodel.scenario.problems import PROBLEM, Problem, cut_formula, one_of, shown

Models = dict[int, type[Any]]  # id of a block of keys -> the model that read it

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
    "list_type": "a list",
    "tuple_type": "a list",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def mistakes_from(error: ValidationError, data: Any, positions: Positions, models: Models) -> list[Mistake]:
    """One Mistake for each thing pydantic found. `models` says which model read which block of `data`."""
    details = error.errors(include_url=False)
    found = [_mistake(detail, data, positions, models) for detail in details]
    if any(_unknown(detail) and one.suggestion == "extends" for one, detail in zip(found, details, strict=True)):
        return [one for one, detail in zip(found, details, strict=True) if detail["type"] != "missing"]
    misspelt = {(one.path, one.suggestion) for one, detail in zip(found, details, strict=True) if _unknown(detail)}
    missing = [dotted(path_of(d)[:-1], data) if d["type"] == "missing" else None for d in details]
    return [
        one
        for one, detail, parent in zip(found, details, missing, strict=True)
        if parent is None or (parent, str(detail["loc"][-1])) not in misspelt  # the key is there, spelt wrongly
    ]


def _unknown(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def path_of(detail: ErrorDetails) -> Path:
    """The path in the file: pydantic's location without what is not written there (`[key]`)."""
    path: Path = ()
    for step in detail["loc"]:
        if step == "[key]":
            break
        path = (*path, step)
    problem = detail.get("ctx", {}).get("problem")
    if isinstance(problem, Problem):
        path += problem.below
    return path


def _mistake(detail: ErrorDetails, data: Any, positions: Positions, models: Models) -> Mistake:
    path, kind, written = path_of(detail), detail["type"], detail["input"]
    context = detail.get("ctx", {})
    problem = context.get("problem")
    if kind == PROBLEM and isinstance(problem, Problem):
        at_key = problem.on_key or "[key]" in detail["loc"]
        place = positions.key(path) if at_key else positions.value(path)
        return Mistake(problem.message, place, dotted(path, data), problem.suggestion)
    if kind == "missing":
        parent, key = path[:-1], path[-1]
        return Mistake(f"the key '{key}' is missing", positions.key(parent), dotted(parent, data))
    if kind == "extra_forbidden":
        parent, key = path[:-1], str(path[-1])
        message, near = _told_unknown(key, _at(parent, data), models)
        return Mistake(message, positions.key(path), dotted(parent, data), near)
    message, near = _told(kind, written, context)
    return Mistake(message, positions.value(path), dotted(path, data), near)


def _told_unknown(key: str, parent: Any, models: Models) -> tuple[str, str | None]:
    model = models.get(id(parent))
    if re.match(r"[0-9]{3}(?![0-9])", key):
        return f"'{key}' is read as a key: inside {{ }} a number with a comma, such as 1,160, needs quotes", None
    if "formula" in parent and (cut := cut_formula(key)):
        return cut, None
    allowed = [field.alias or name for name, field in model.model_fields.items()] if model else []
    near = nearest(key, [one for one in allowed if one not in parent]) or nearest(key, allowed)
    if near or not allowed:
        return f"unknown key '{key}'", near
    return f"unknown key '{key}'; allowed here: {', '.join(allowed)}", None


def _at(path: Path, data: Any) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _told(kind: str, written: Any, context: dict[str, Any]) -> tuple[str, str | None]:
    """The message for one of pydantic's own kinds of error, and the nearest right spelling."""
    if kind in _EXPECTED:
        hint = " (put quotes round it)" if kind == "string_type" and isinstance(written, (int, float)) else ""
        return f"expected {_EXPECTED[kind]}, got {shown(written)}{hint}", None
    if kind == "literal_error":
        options = [one.strip().strip("'") for one in str(context["expected"]).replace(" or ", ",").split(",")]
        near = nearest(written, options) if isinstance(written, str) else None
        return f"expected {one_of(options)}, got {shown(written)}", near
    if kind in _LIMITS:
        word, bound = _LIMITS[kind]
        return f"expected {word} {context[bound]}, got {shown(written)}", None
    if kind == "too_short":
        count = context["min_length"]
        return f"expected at least {count} {'entry' if count == 1 else 'entries'}, got {shown(written)}", None
    if kind == "too_long":
        return f"expected at most {context['max_length']} entries, got {shown(written)}", None
    if kind in ("value_error", "assertion_error"):
        return str(context["error"]), None
    return f"{shown(written)} cannot stand here", None
