"""The JSON Schema of scenario and settlement files, for editors: made from the same models that read them.

Descriptions are the docstrings below the fields. They are read from the source only here, because reading them whenever
a class is made would cost every command a quarter of a second.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema

from finmodel.scenario.document import Scenario
from finmodel.scenario.schema_numbers import LATER, PREFIX, REFERENCE, Schema, number_definition
from finmodel.scenario.schema_over import with_extends
from finmodel.scenario.settlement import Settlement
from finmodel.scenario.terms import Term

DRAFT = "http://json-schema.org/draft-07/schema#"  # what YAML editors know best


def scenario_schema(kinds: Mapping[str, type[Term]]) -> Schema:
    """The schema of a scenario file in which these kinds of payment term are known, and of a settlement file."""
    classes: list[type[BaseModel]] = [Scenario, Settlement, *kinds.values()]
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(cls, "validation") for cls in classes]
    references, made = models_json_schema(models, ref_template=PREFIX + "{model}", schema_generator=_Generator)
    definitions: dict[str, Schema] = _referring(made["$defs"])
    for part in definitions.values():
        part.pop("title", None)
    definitions[Term.__name__] = _by_kind(
        {kind: references[cls, "validation"][REFERENCE] for kind, cls in kinds.items()}
    )
    top = definitions.pop(Scenario.__name__)
    top["description"] = "A finmodel scenario: a care contract, its parties, what is uncertain, and the ways of paying."
    terms_alone = definitions[Settlement.__name__]
    terms_alone["description"] = (
        "A finmodel settlement: payment terms alone, evaluated on actual figures, one row each."
    )
    _complete(top, definitions)
    top = with_extends(top, definitions, terms_alone)
    return {"$schema": DRAFT, "title": "finmodel scenario", **top, "definitions": dict(sorted(definitions.items()))}


def schema_text(kinds: Mapping[str, type[Term]]) -> str:
    """The schema as the text of its file: one line a definition, so that a change shows where it is."""
    schema = scenario_schema(kinds)
    definitions = ",\n".join(f"  {_json(name)}: {_json(part)}" for name, part in schema.pop("definitions").items())
    above = "".join(f" {_json(key)}: {_json(value)},\n" for key, value in schema.items())
    return f'{{\n{above} "definitions": {{\n{definitions}\n }}\n}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def described(cls: type[BaseModel], schema: Schema) -> None:
    """Put what each key means into the schema of a block, and take out what the loader does not read in the same way.

    A key without a value is refused, so null is no option; a default is told in words.
    """
    texts = docstrings(cls)
    for name, field in cls.model_fields.items():
        properties = schema["properties"]
        key = field.alias or name
        here = _without_null(properties[key])
        here.pop("title", None)
        if not isinstance(here.get("default"), (str, int)):
            here.pop("default", None)
        if name in texts:
            here["description"] = texts[name]
        properties[key] = _names_as_keys(here)


@cache
def docstrings(cls: type[BaseModel]) -> Mapping[str, str]:
    """The docstring below each field of a class, those of its bases included, in one line each."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base in BaseModel.__mro__ or not issubclass(base, BaseModel):
            continue
        try:
            (node,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        except OSError:  # a package of others may come without its source
            continue
        assert isinstance(node, ast.ClassDef)
        for line, below in zip(node.body, node.body[1:], strict=False):
            if (
                isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                found[line.target.id] = " ".join(below.value.value.split())
    return found


class _Generator(GenerateJsonSchema):
    def normalize_name(self, name: str) -> str:
        """A class that shares its name with one of another package: both get their module's, still as one word."""
        return "".join(part[:1].upper() + part[1:] for part in super().normalize_name(name).split("__"))

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title that only repeats the key says nothing."""
        return False

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:
        """As pydantic's, but examples keep the order in which a person writes their keys."""
        return cast("JsonSchemaValue", _with_examples(super().sort(value, parent_key), value))


def _with_examples(made: Any, stated: Any) -> Any:
    """A schema with the examples of another that differs only in the order of keys."""
    if isinstance(made, dict):
        return {key: stated[key] if key == "examples" else _with_examples(made[key], stated[key]) for key in made}
    if isinstance(made, list) and len(made) == len(stated):
        return [_with_examples(one, other) for one, other in zip(made, stated, strict=True)]
    return made


def _complete(top: Schema, definitions: dict[str, Schema]) -> None:
    """Add the definitions that schemas of numbers refer to, and those that these refer to."""
    wanted = {found for part in (top, *definitions.values()) for found in _references(part)}
    while wanted:
        name = wanted.pop()
        made = None if name in definitions else number_definition(name)
        if made is not None:
            definitions[name] = made
            wanted |= set(_references(made))


def _by_kind(classes: Mapping[str, str]) -> Schema:
    references = dict(sorted(classes.items()))
    return {
        "description": "A payment term: who pays whom, for what, by which rule.",
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"enum": list(references), "description": "The rule by which the amount is worked out."}
        },
        "discriminator": {"propertyName": "kind", "mapping": references},
        "oneOf": [{REFERENCE: reference} for reference in references.values()],
    }


def _without_null(schema: Schema) -> Schema:
    """`X or null` as X."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    return {**options[0], **{key: value for key, value in schema.items() if key != "anyOf"}}


def _names_as_keys(schema: Schema) -> Schema:
    """A block whose keys are names: a wrong name is refused, where pydantic would let it pass unread."""
    patterns = schema.pop("patternProperties", None)
    if patterns:
        (pattern, values), *_ = patterns.items()
        schema["propertyNames"] = {"pattern": pattern} | schema.get("propertyNames", {})
        schema["additionalProperties"] = values
    return schema


def _referring(schema: Any) -> Any:
    """A schema in which references that pydantic was not to follow are references."""
    if isinstance(schema, dict):
        return {(REFERENCE if key == LATER else key): _referring(below) for key, below in schema.items()}
    return [_referring(below) for below in schema] if isinstance(schema, list) else schema


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get(REFERENCE), str):
            yield schema[REFERENCE].removeprefix(PREFIX)
        schema = list(schema.values())
    if isinstance(schema, list):
        for below in schema:
            yield from _references(below)
