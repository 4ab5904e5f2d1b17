"""The schema of a scenario that extends another: any part may be left out, and what the base has may be taken out.

Made from the whole schema: nothing is required, and every block knows `remove`, `replace`, `after` and `before`.
"""

from __future__ import annotations

from typing import Any

from finmodel.scenario.schema_numbers import AMOUNT, PREFIX, REFERENCE, Schema

OVER = "_over"
_TRUE = {"const": True}
WORDS: Schema = {
    "remove": {**_TRUE, "description": "Takes what the base has here out; says nothing else beside it."},
    "replace": {**_TRUE, "description": "This block stands instead of the base's, not merged with it."},
    "after": {"type": "string", "description": "In a list: stands after the entry of this name."},
    "before": {"type": "string", "description": "In a list: stands before the entry of this name."},
}
_REMOVED: Schema = {
    "type": "object",
    "properties": {"remove": WORDS["remove"]},
    "required": ["remove"],
    "additionalProperties": False,
}


def with_extends(top: Schema, definitions: dict[str, Schema], settlement: Schema) -> Schema:
    """The schema of a file that is either whole or extends others, a scenario or a settlement.

    Adds the definitions that it needs.
    """
    extends = top["properties"].pop("extends")
    definitions |= {name + OVER: _over(part) for name, part in definitions.items() if not name.startswith(AMOUNT)}
    definitions["Whole"], definitions["Extending"] = top, _extending(top, extends, "name")
    definitions["ExtendingSettlement"] = _extending(settlement, extends, "settlement")
    return {
        "description": top["description"],
        "type": "object",
        "if": {"type": "object", "required": ["settlement"]},
        "then": _whole_or_extending("Settlement", "ExtendingSettlement"),
        "else": _whole_or_extending("Whole", "Extending"),
    }


def _extending(whole: Schema, extends: Schema, name: str) -> Schema:
    over = _over({key: value for key, value in whole.items() if key != "description"})
    over["properties"] = {"extends": extends, **over["properties"]}
    over["required"] = ["extends", name]
    return over


def _whole_or_extending(whole: str, extending: str) -> Schema:
    return {
        "if": {"type": "object", "required": ["extends"]},
        "then": {REFERENCE: PREFIX + extending},
        "else": {REFERENCE: PREFIX + whole},
    }


def _over(schema: Schema) -> Schema:
    """A schema of which everything is optional."""
    found = {key: value for key, value in schema.items() if key not in ("required", "minProperties", "discriminator")}
    if REFERENCE in found and not found[REFERENCE].startswith(PREFIX + AMOUNT):
        found[REFERENCE] += OVER
    if all(REFERENCE in option for option in found.get("oneOf", [])) and "oneOf" in found:
        found["anyOf"] = found.pop("oneOf")  # a term that leaves its kind out may be of several
    elif "oneOf" in found:
        del found["oneOf"]  # one of several keys is required
    for key in ("anyOf", "allOf"):
        if key in found:
            found[key] = [_over(option) for option in found[key]]
    if isinstance(found.get("items"), dict):
        found["items"] = _over(found["items"])
    if found.get("type") == "object":
        found |= _block(found)
    return found


def _block(schema: Schema) -> Schema:
    made: Schema = {}
    if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
        below = {key: _removable(_over(value)) for key, value in schema.get("properties", {}).items()}
        made["properties"] = below | WORDS
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = _removable(_over(schema["additionalProperties"]))
    return made


def _removable(schema: Schema) -> Schema:
    """A schema that takes `{remove: true}` too."""
    if _takes_block(schema):
        return schema
    kept: Schema = {key: schema[key] for key in ("description", "examples") if key in schema}
    return {**kept, "anyOf": [{key: value for key, value in schema.items() if key not in kept}, _REMOVED]}


def _takes_block(schema: Any) -> bool:
    reference = schema.get(REFERENCE)
    if reference is not None:
        return not reference.startswith(PREFIX + AMOUNT)
    return schema.get("type") == "object" or any(_takes_block(option) for option in schema.get("anyOf", []))
