"""Lines that a modeller writes: a formula with a name, calculated beside those of the contract."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator

from finmodel.scenario.models import read_unit
from finmodel.scenario.parts import Part, Text, TrueFalse, checked
from finmodel.scenario.problems import Problem, formula_text
from finmodel.units import Unit


def _formula(written: object) -> str:
    try:
        return formula_text(written)
    except Problem as problem:
        raise problem.for_pydantic() from None


Formula = Annotated[str, PlainValidator(_formula, json_schema_input_type=str | float)]


class OwnLine(Part):
    """A line of the modeller's own over lines of the contract, assumptions and other own lines, in any order."""

    formula: Formula = Field(examples=["target[end_of_life] / people[end_of_life]"])
    """What the line is calculated by (docs/formulas.md)."""
    unit: Annotated[Unit | None, checked(read_unit, {"type": "string"})] = Field(default=None, examples=["£/person"])
    """The unit that the formula must give. Needed where the line reads its own earlier value. Default: not checked."""
    label: Text | None = Field(default=None, examples=["Target for each death"])
    """What the line is called in reports. Default: its name."""
    report: TrueFalse = Field(default=False, examples=[True])
    """Whether its mean and percentiles appear in the report and in the summary. Default: false."""
