"""Tables of keys in Markdown, from the schema of scenarios: meaning, what may be written, an example, the default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from finmodel.errors import Span
from finmodel.scenario.nodes import Node
from finmodel.scenario.schema_numbers import PREFIX, REFERENCE, Schema, number_field
from finmodel.scenario.write import written_short

HEAD = "| key | meaning | what may be written | if left out |\n|---|---|---|---|"
NUMBERS = "numbers.md#which-form-where"
_DEFAULT = re.compile(r"\s*Default: (.*?)\.(?=\s+[A-Z`]|$)")
_EXPECTED = re.compile(r"^expected (.*?)(, or the name of an assumption)?$")
_NAME_PATTERN = "^[a-z][a-z0-9_]*$"
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a block",
}
_MANY = {"text": "texts", "a number": "numbers", "a name": "names"}

Link = Callable[[str], str]
"""How a page names the block of a class: a link to where its keys stand."""


def table_of_keys(properties: dict[str, Schema], required: Iterable[str], link: Link) -> str:
    """The table of a block's keys."""
    needed = set(required)
    rows = [row(f"`{key}`", schema, link, needed=key in needed) for key, schema in properties.items()]
    return "\n".join([HEAD, *rows])


def row(key: str, schema: Schema, link: Link, *, needed: bool) -> str:
    """One key. What follows "Default:" in its meaning has a column of its own."""
    meaning = schema.get("description", "")
    default = _DEFAULT.search(meaning)
    left_out = "required" if needed else default[1] if default else "may be left out"
    cells = [key, _DEFAULT.sub("", meaning), _written(schema, link), left_out]
    return "| " + " | ".join(in_table(cell) for cell in cells) + " |"


def in_table(text: str) -> str:
    """Text that neither ends a cell nor reads as HTML."""
    return prose(" ".join(text.split())).replace("|", "\\|")


def prose(text: str) -> str:
    """Text outside code in which '<' and '*' stand for themselves."""
    parts = re.split(r"(`[^`]*`|<br>)", text)
    return "".join(part if at % 2 else re.sub(r"([<*])", r"\\\1", part) for at, part in enumerate(parts))


def paragraphs(text: str) -> str:
    """Paragraphs of prose; those with examples (`>>> …`) as code."""
    found = [f"```pycon\n{one}\n```" if one.startswith(">>>") else prose(one) for one in text.split("\n\n")]
    return "\n\n".join(found)


def in_yaml(data: Any) -> str:
    """Data on one line, as a person would write it in a scenario."""
    return written_short(_node(data))


def _node(data: Any) -> Node:
    if isinstance(data, dict):
        return Node({key: _node(below) for key, below in data.items()}, Span("", 1, 1))
    if isinstance(data, (list, tuple)):
        return Node([_node(below) for below in data], Span("", 1, 1))
    return Node(data, Span("", 1, 1))


def _written(schema: Schema, link: Link) -> str:
    told = words(schema, link)
    examples = [in_yaml(example) for example in schema.get("examples", ())]
    more = [f"`{one}`" for one in examples if not re.search(rf"(?<![\w.]){re.escape(one)}(?![\w.])", told)]
    return "<br>".join(part for part in (told, *more) if part)


def words(schema: Schema, link: Link) -> str:
    """What may be written, in words; nothing where the schema does not say."""
    if REFERENCE in schema:
        return _of_reference(schema[REFERENCE].removeprefix(PREFIX), link)
    if "patternErrorMessage" in schema:
        found = _EXPECTED.match(schema["patternErrorMessage"])
        return found[1] if found else str(schema["patternErrorMessage"])
    if "const" in schema:
        return f"`{in_yaml(schema['const'])}`"
    if "enum" in schema:
        return _or([f"`{in_yaml(one)}`" for one in schema["enum"]])
    if "anyOf" in schema or "oneOf" in schema:
        return _of_options(schema.get("anyOf") or schema["oneOf"], link)
    return _of_type(schema, link)


def _of_reference(name: str, link: Link) -> str:
    field = number_field(name)
    if field is None:
        return f"[any number]({NUMBERS})" if name.startswith(("uncertain_", "amount_")) else link(name)
    form = "a plain amount" if field.constant else "one for all years" if field.once else "any form"
    # that nothing falls by more than all of it needs no saying in every row
    limits = "" if field.limits.least is None or field.limits.least < 0 else f", {field.range()}"
    return f"{field.expects}{limits}; [{form}]({NUMBERS})"


def _of_options(options: Sequence[Schema], link: Link) -> str:
    """Options joined; what a message says of text holds for the bare numbers beside it."""
    said = any("patternErrorMessage" in option for option in options)
    kept = [option for option in options if not (said and (option.get("type") in ("integer", "number")))]
    kept = [option for option in kept if not (said and option == {"const": 0})]
    numbers = [option for option in kept if str(option.get(REFERENCE, "")).startswith(PREFIX + "uncertain_")]
    if numbers:
        return words(numbers[0], link)
    return _or(list(dict.fromkeys(found for option in kept if (found := words(option, link)))))


def _of_type(schema: Schema, link: Link) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return "a number" if "number" in kind else "text" if "string" in kind else ""
    if kind == "integer" and "minimum" in schema and "maximum" in schema:
        return f"a whole number from {schema['minimum']} to {schema['maximum']:,}"
    if kind == "string" and schema.get("pattern") == _NAME_PATTERN:
        return "a name"
    if kind == "array":
        return _list(schema, link)
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        below = (
            "text or a number"
            if _is_cell(schema["additionalProperties"])
            else words(schema["additionalProperties"], link)
        )
        return f"by name: {below}" if below else "by name"
    return _TYPES.get(str(kind), "")


def _is_cell(schema: Schema) -> bool:
    """Whether this is the plain content of a cell; elsewhere a number may be text because of its unit."""
    return bool(schema.get("type") == ["string", "number"])


def _list(schema: Schema, link: Link) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    count = f" of {least}" if least is not None and least == most else ""
    items = schema.get("items")
    below = words(items, link) if isinstance(items, dict) else ""
    several = "lists" + below.removeprefix("a list") if below.startswith("a list") else _MANY.get(below)
    if several:
        return f"a list of{count.removeprefix(' of')} {several}"
    return f"a list{count}, each {below}" if below else f"a list{count}"


def _or(options: Sequence[str]) -> str:
    return " or ".join(part for part in (", ".join(options[:-1]), *options[-1:]) if part)
