"""What may be written for a number, as JSON Schema: a quantity, a list, a table, a ramp, a distribution, a name.

Patterns accept whatever the loader accepts, and a little more: an editor helps while one types, the loader is strict.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from finmodel.scenario.distributions import ARITY
from finmodel.scenario.shapes import SCORES
from finmodel.units import MONTH, PERSON, POINT, PURE, YEAR, Unit

if TYPE_CHECKING:
    from finmodel.scenario.fields import NumberField

Schema = dict[str, Any]
REFERENCE = "$ref"
LATER = "x-ref"  # a reference that pydantic must not follow: it becomes one when the schema is complete
PREFIX = "#/definitions/"
_BLOCK, AMOUNT, _FIELD, _TABLE = "uncertain_", "amount_", "field_", "table"
_FIELDS: dict[str, NumberField] = {}  # the fields whose schema was asked for, by the name of its definition

_SIGN = r"[+\-−]?\s?"
_DIGITS = r"(([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?|\.[0-9]+)"
_NOUGHT = r"(0[0,]*(\.0+)?|\.0+)"
_NAME = "[a-z][a-z0-9_]*"
_WORDS = {PERSON: "people|person", POINT: "points?", MONTH: "months?", YEAR: "years?"}
_EACH = {YEAR: "year", PERSON: "person", MONTH: "month"}

_DISTRIBUTIONS = {
    "normal": "Normal: [mean, standard deviation].",
    "lognormal": "Lognormal: [mean, standard deviation] of the number itself, not of its logarithm.",
    "triangular": "Triangular: [least, most likely, most].",
    "pert": "PERT: [least, most likely, most], smoother than triangular.",
    "uniform": "Uniform: [least, most].",
    "beta": "Beta: [alpha, beta], from 0 to 1 or from min to max.",
    "discrete": "Discrete: {values: [...], probabilities: [...]}, which add up to 1.",
    "bernoulli": "1 with this probability, else 0.",
    "quantiles": "Through P50 and a pair such as P10 and P90: {P10: ..., P50: ..., P90: ...}.",
    "empirical": "What was observed, a list; straight between the observations in order.",
    "mixture": "One distribution or another: [{weight: 70%, of: {normal: [...]}}, ...]; weights add up to 100%.",
}


def number_schema(field: NumberField) -> Schema:
    """What may stand in a field for a number: a reference to a definition that all fields alike share."""
    words = re.sub(r"[^a-z]+", "_", field.expects.partition(" such as")[0].lower()).strip("_")
    limits = "_".join(f"{limit:g}" for limit in (field.limits.least, field.limits.most) if limit is not None)
    flags = [field.constant and "constant", field.once and "once", field.limits.open_least and "above", limits]
    name = "_".join([_FIELD + words, *(flag for flag in flags if flag)])
    _FIELDS[name] = field
    return {LATER: PREFIX + name, "description": field.expects}


def field_schema(field: NumberField) -> Schema:
    """What may stand in a field for a number, written out."""
    bare = _bare(field.unit)
    if not _is_money(field.unit):
        bare |= _limits(field)
    names = "" if field.constant else f"|{_NAME}"
    forms: list[Schema] = [
        {"type": "string", "pattern": _whole(f"{_quantity(field.unit)}{names}"), "patternErrorMessage": _wrong(field)},
        bare,
    ]
    if not field.constant:
        if not field.once:
            forms.append({"type": "array", "minItems": 1, "items": _amount(field.unit)})
            forms.append({REFERENCE: PREFIX + _TABLE})
        forms.append({REFERENCE: PREFIX + _BLOCK + _named(field.unit)})
    return {"anyOf": forms, "description": field.expects}


def any_number_schema() -> Schema:
    """What may stand for a number whose unit is known only from the file."""
    blocks = [{LATER: PREFIX + name} for name in (_TABLE, _BLOCK + _named(None))]
    return {"anyOf": [{"type": ["string", "number", "array"]}, *blocks]}


def months_schema() -> Schema:
    """A time in whole months, such as 24 months or 2 years."""
    text = "|".join([_amount_in(MONTH), _amount_in(YEAR), _SIGN + _NOUGHT])
    message = "expected a time such as 24 months or 2 years"
    return {"anyOf": [{"type": "string", "pattern": _whole(text), "patternErrorMessage": message}, {"const": 0}]}


def years_schema() -> Schema:
    """A time in whole years, such as 2 years."""
    text, message = "|".join([_amount_in(YEAR), _SIGN + _NOUGHT]), "expected whole years such as 1 year"
    return {"anyOf": [{"type": "string", "pattern": _whole(text), "patternErrorMessage": message}, {"const": 0}]}


def number_definition(name: str) -> Schema | None:
    """The definition of that name, where it is one that schemas of numbers refer to."""
    if name in _FIELDS:
        return field_schema(_FIELDS[name])
    if name == _TABLE:
        return table_schema()
    for start, make in ((_BLOCK, block_schema), (AMOUNT, amount_schema)):
        text = name.removeprefix(start)
        if text != name:
            unit = None if text == "number" else Unit.parse(text.replace("_per_", "/").replace("money", "£"))
            return make(unit)
    return None


def amount_schema(unit: Unit | None) -> Schema:
    """One amount in this unit."""
    if unit is None:
        return {"type": ["string", "number"]}
    return {"anyOf": [{"type": "string", "pattern": _whole(_quantity(unit))}, _bare(unit)]}


def table_schema() -> Schema:
    """A column of a table that stands for a list."""
    text: Schema = {"type": "string", "minLength": 1}
    name: Schema = {"type": ["string", "integer"]}
    rows: Schema = {"type": "object", "minProperties": 1, "additionalProperties": {"type": ["string", "number"]}}
    return {
        "type": "object",
        "description": "A column of a CSV or XLSX table, matched to contract years by the column year.",
        "properties": {
            "table": {**text, "description": "The CSV or XLSX file, by its path from this file."},
            "column": {**name, "description": "The column to read."},
            "sheet": {**name, "description": "The sheet of a workbook. Default: its only sheet."},
            "rows": {**rows, "description": "Which rows are read: {column: value}. Default: all."},
        },
        "required": ["table", "column"],
        "additionalProperties": False,
    }


def block_schema(unit: Unit | None) -> Schema:
    """A ramp, a formula or a distribution of numbers of this unit."""
    amount = _amount(unit)
    pure = _amount(PURE)
    year = {"type": "integer", "minimum": 1}
    ramp = {
        "description": "`from` until contract year `start`, `to` from contract year `end`, straight in between.",
        "type": "object",
        "properties": {"from": amount, "to": amount, "start": year, "end": year},
        "required": ["from", "to", "start", "end"],
        "additionalProperties": False,
    }
    kinds = {kind: _distribution(kind, amount, pure, PREFIX + _BLOCK + _named(unit)) for kind in ARITY}
    listed: Schema = {"type": "array", "minItems": 1, "items": amount}
    by_year: Schema = {"anyOf": [amount, listed, {REFERENCE: PREFIX + _TABLE}]}
    bound: Schema = {"anyOf": [{"const": "none"}, *by_year["anyOf"]]}
    return {
        "type": "object",
        "description": "A ramp, a formula, or a distribution.",
        "properties": {
            "ramp": ramp,
            "formula": {
                "type": ["string", "number"],
                "description": "In a payment term: a formula over lines, earlier terms and assumptions.",
            },
            **kinds,
            "vary": {
                "enum": ["once", "yearly"],
                "description": "Drawn once for the whole contract, or anew each year. Default: once.",
            },
            "persistence": {
                **_amount(PURE),
                "description": "With vary: yearly: correlation of a year with the next, 0 to less than 1. Default: 0.",
            },
            "central": {**amount, "description": "The value in the base case. Default: the mean."},
            "shift": {**by_year, "description": "Added to each value. Default: nothing."},
            "within": {
                "description": "[least, most] of the (shifted) value, none where open: what lies outside never comes.",
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": bound,
            },
        },
        "oneOf": [{"required": [name]} for name in ("ramp", "formula", *kinds)],
        "additionalProperties": False,
    }


def _distribution(kind: str, amount: Schema, pure: Schema, block_name: str) -> Schema:
    description = {"description": _DISTRIBUTIONS.get(kind, f"[{', '.join(ARITY[kind])}]")}
    one = {"alpha": pure, "beta": pure, "p": pure, "probabilities": pure}
    lists: list[Schema] = [{"type": "array"}, {REFERENCE: PREFIX + _TABLE}]
    if kind == "bernoulli":
        return {"anyOf": [pure, *lists], **description}
    if kind == "empirical":
        listed: Schema = {"type": "array", "minItems": 2, "items": amount}
        return {"anyOf": [listed, {REFERENCE: PREFIX + _TABLE}], **description}
    if kind == "quantiles":
        by_year: Schema = {"anyOf": [amount, *lists]}
        stated = ["P50", *(name for low, (high, _) in SCORES.items() for name in (low, high))]
        known: Schema = {"type": "object", "properties": dict.fromkeys(stated, by_year), "additionalProperties": False}
        return {**known, "required": ["P50"], "minProperties": 3, "maxProperties": 3, **description}
    if kind == "mixture":
        part: Schema = {"type": "object", "properties": {"weight": pure, "of": {REFERENCE: block_name}}}
        part |= {"required": ["weight", "of"], "additionalProperties": False}
        return {"type": "array", "minItems": 2, "items": part, **description}
    names = ARITY[kind]
    parts = {name: {"anyOf": [one.get(name, amount), *lists]} for name in names}
    optional = {"min": amount, "max": amount} if kind == "beta" else {}
    block = {
        "type": "object",
        "properties": parts | optional,
        "required": list(names),
        "additionalProperties": False,
    }
    if kind == "discrete":
        return {**block, **description}
    listed = {"type": "array", "minItems": len(names), "maxItems": len(names)}
    return {"anyOf": [listed, block], **description}


def _amount(unit: Unit | None) -> Schema:
    return {REFERENCE: PREFIX + AMOUNT + _named(unit)}


def _named(unit: Unit | None) -> str:
    if unit is None:
        return "number"
    return str(unit).replace("£real", "£").replace("£", "money").replace("/", "_per_")


def _is_money(unit: Unit) -> bool:
    return any(name in ("£", "£real") and power > 0 for name, power in unit.powers)


def _bare(unit: Unit) -> Schema:
    return {"const": 0} if _is_money(unit) else {"type": "number"}


def _limits(field: NumberField) -> Schema:
    """The limits of a bare number."""
    limits, found = field.limits, {}
    least, most = limits.least, limits.most
    if field.percent:
        least, most = max(-1.0, least if least is not None else -1.0), min(1.0, most if most is not None else 1.0)
    if least is not None:
        found["exclusiveMinimum" if limits.open_least and least == limits.least else "minimum"] = least
    if most is not None:
        found["maximum"] = most
    return dict(found)


def _quantity(unit: Unit) -> str:
    """The pattern of a quantity in this unit, as `NumberField.fits` takes it: a bare number passes unless for money."""
    bare = _SIGN + (_NOUGHT if _is_money(unit) else _DIGITS + _power())
    return f"{_amount_in(unit)}|{bare}"


def _amount_in(unit: Unit) -> str:
    """The pattern of an amount with its unit written out."""
    over = [Unit.of({name: 1}) for name, power in unit.powers if power > 0]
    under = [Unit.of({name: 1}) for name, power in unit.powers if power < 0]
    every = _any_case("|".join(_EACH[one] for one in under if one in _EACH))
    each = rf"(\s?(/|\b[aA]\b|\b{_any_case('per')}\b)\s?({every}))?" if under else ""
    if _is_money(unit):
        return rf"{_SIGN}£\s?{_DIGITS}{_power()}{each}"
    if not over:
        return rf"{_SIGN}{_DIGITS}{_power()}\s?(%|[pP][pP])?{each}"
    return rf"{_SIGN}{_DIGITS}{_power()}\s?({_any_case(_WORDS.get(over[0], '[a-z]+'))}){each}"


def _power() -> str:
    return rf"\s?({_any_case('k|m|bn|thousand|million|billion')})?"


def _any_case(words: str) -> str:
    """A pattern that matches capitals too: JSON Schema has no flag for it."""
    return "".join(f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in words)


def _whole(pattern: str) -> str:
    return rf"^\s*({pattern})\s*$"


def _wrong(field: NumberField) -> str:
    return f"expected {field.expects}" + ("" if field.constant else ", or the name of an assumption")


def number_field(name: str) -> NumberField | None:
    """The field that a definition was written for, where it is one of a number."""
    return _FIELDS.get(name)
