"""What every part of a scenario shares: the base model and the small types of text, names, years and dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.quantities import parse_quantity
from finmodel.scenario.schema_numbers import months_schema
from finmodel.units import MONTH, YEAR


class Part(BaseModel):
    """A block of keys in a scenario: frozen, and no key beyond those declared."""

    # Built when first read: a command that reads one scenario needs few of the classes by themselves.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _remember(cls, written: Any, info: ValidationInfo) -> Any:
        """Note which model reads which block, so that a mistake can name the keys that are allowed there."""
        models = (info.context or {}).get("models")
        if models is not None:
            models[id(written)] = cls
        return written

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of this block, with each key's docstring as its description."""
        from finmodel.scenario.schema import described

        made = handler(schema)
        described(cls, handler.resolve_ref_schema(made))
        return made


def checked(read: Callable[[Any], Any], schema: dict[str, Any] | None = None) -> BeforeValidator:
    """A pydantic validator from a function that reads what is written and raises Problem.

    `schema` tells an editor what may be written; it must refuse nothing that `read` accepts.
    """

    def validate(written: Any) -> Any:
        try:
            return read(written)
        except Problem as problem:
            raise problem.for_pydantic() from None

    return BeforeValidator(validate, json_schema_input_type=Annotated[Any, WithJsonSchema(schema or {})])


def read_name(written: Any) -> str:
    """A name as the keys of a scenario are written, or Problem."""
    if isinstance(written, str) and re.fullmatch("[a-z][a-z0-9_]*", written) and len(written) <= 60:
        return written
    message = "a name is lower-case letters, digits and '_', begins with a letter and has at most 60 characters"
    raise Problem(f"{message}; got {shown(written)}")


def _text_or_year(written: Any) -> Any:
    return str(written) if isinstance(written, int) and not isinstance(written, bool) else written


def _text(written: Any) -> str:
    if isinstance(written, str) and written.strip():
        return written
    hint = " (put quotes round it)" if isinstance(written, (int, float)) else ""
    raise Problem(f"expected text, got {shown(written) if written != '' else 'nothing'}{hint}")


def whole(least: int, most: int) -> BeforeValidator:
    """A whole number between the two, ends included."""

    def read(written: Any) -> int:
        if isinstance(written, bool) or not isinstance(written, int) or not least <= written <= most:
            raise Problem(f"expected a whole number from {least} to {most:,}, got {shown(written)}")
        return written

    return checked(read, {"type": "integer", "minimum": least, "maximum": most})


def _day(written: Any) -> date:
    day = written if isinstance(written, date) else None
    if isinstance(written, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise Problem(f"there is no such day as {shown(written)}") from None
    if day is None:
        raise Problem(f"expected a date such as 2016-04-01, got {shown(written)}")
    return day


def read_start(written: Any) -> date:
    """The first day of a contract, or Problem."""
    day = _day(written)
    if not date(2010, 4, 1) <= day <= date(2100, 1, 1):
        raise Problem(f"expected a start from 2010-04-01 to 2100-01-01, got {shown(written)}")
    return day


def _months(written: Any) -> int:
    message = f"expected a time such as 24 months or 2 years, got {shown(written)}"
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise Problem(message)
    try:
        found = parse_quantity(written)
    except ValueError:
        raise Problem(message) from None
    months = found.amount * 12 if found.unit == YEAR else found.amount
    if found.unit not in (MONTH, YEAR) and not (found.amount == 0 and not found.marked):
        raise Problem(message)
    if not 0 <= months <= 120 or abs(months - round(months)) > 1e-9:
        raise Problem(f"expected whole months, from 0 to 120, got {shown(written)}")
    return round(months)


@dataclass(frozen=True)
class Phase:
    """The contract years from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def years(self) -> range:
        """The contract years of the phase."""
        return range(self.first, self.last + 1)

    @classmethod
    def read(cls, written: Any) -> Self:
        """`1-2`, or a single year."""
        if isinstance(written, cls):
            return written
        found = None
        if isinstance(written, (str, int)) and not isinstance(written, bool):
            found = re.fullmatch(r"([1-9][0-9]?)(?:\s?[-–]\s?([1-9][0-9]?))?", str(written).strip())
        if found is None:
            raise Problem(f"expected contract years such as 3-10 or 3, got {shown(written)}")
        first, last = int(found[1]), int(found[2] or found[1])
        if first > last:
            raise Problem(f"the first year comes after the last in {shown(written)}")
        return cls(first, last)


_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60}
_TEXT = {"type": "string", "pattern": r"\S"}
_YEAR_TEXT = {"anyOf": [_TEXT, {"type": "integer"}]}
_DAY = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "patternErrorMessage": "expected a date such as 2016-04-01",
}
_PHASE_TEXT = {
    "type": "string",
    "pattern": r"^\s*[1-9][0-9]?(\s?[-–]\s?[1-9][0-9]?)?\s*$",
    "patternErrorMessage": "expected contract years such as 3-10 or 3",
}
_PHASE = {"anyOf": [_PHASE_TEXT, {"type": "integer"}]}

Name = Annotated[str, checked(read_name, _NAME)]
Text = Annotated[str, checked(_text, _TEXT)]
YearText = Annotated[  # the last named runs first: 2022 is "2022"
    str,
    checked(_text),
    BeforeValidator(_text_or_year, json_schema_input_type=Annotated[Any, WithJsonSchema(_YEAR_TEXT)]),
]
TrueFalse = StrictBool
Day = Annotated[date, checked(_day, _DAY)]
StartDate = Annotated[date, checked(read_start, _DAY)]
Months = Annotated[int, checked(_months, months_schema())]
YearsOfPhase = Annotated[Phase, checked(Phase.read, _PHASE)]
