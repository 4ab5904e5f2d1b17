"""A measure that stops being measured, and what then happens to its money; the effect that a payment model has."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.scenario.fields import (
    POINTS_PER_YEAR,
    RATE_PER_YEAR,
    ConstantShare,
    Factor,
    PointsPerYear,
    RatePerYear,
)
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name, Part, whole
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Value


class Withdrawn(Part):
    """When an outcome stops being measured, for good, and what its money then goes by."""

    start: Annotated[int, whole(1, 30)] = Field(default=1, alias="from", examples=[5])
    """The first contract year in which it may no longer be measured. Default: 1, which then needs a `chance`."""
    chance: ConstantShare | None = Field(default=None, examples=["5%"])
    """The probability in each year from then on that it is withdrawn in that year. Default: it is, in that year."""
    weight: Literal["last_score", "score", "others"] = Field(examples=["others"])
    """What its money goes by from then on: its `last_score` (nothing if it never had one), a stated `score`, or the
    `others` of its service, which take over its weight in proportion to theirs.
    """
    score: ConstantShare | None = Field(default=None, examples=["50%"])
    """The score that is paid from then on; only with `weight: score`."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.chance is None and "start" not in self.model_fields_set:
            raise Problem("expected the year from which it is withdrawn, a chance a year, or both").for_pydantic()
        if self.chance is not None and self.chance.amount <= 0:
            raise Problem("a chance of 0% never comes about; leave 'withdrawn' out", ("chance",)).for_pydantic()
        if self.weight == "score" and self.score is None:
            raise Problem("the key 'score' is missing; weight: score needs it", on_key=True).for_pydantic()
        if self.weight != "score" and self.score is not None:
            raise Problem("score is used only with weight: score", ("score",), on_key=True).for_pydantic()
        return self


def _a_year(written: Any, info: ValidationInfo) -> Value:
    """An effect a year: in points where points are written, else a rate."""
    field = POINTS_PER_YEAR if "point" in str(written) else RATE_PER_YEAR
    return field._validate(written, info)  # noqa: SLF001  # the same room; the unit is known only here


EffectOfOutcome = Annotated[Value, PlainValidator(_a_year, json_schema_input_type=RatePerYear | PointsPerYear)]


class ModelEffect(Part):
    """The effect on outcomes under one payment model, where it is not that which outcomes state."""

    scale: Factor = Field(default_factory=one, examples=["50%"])
    """The effect as a share of the stated one. Default: 100%."""
    outcomes: dict[Name, EffectOfOutcome] = Field(default_factory=dict, examples=[{"lung_survival": "0.4pp"}])
    """Effects a year in place of the stated ones, by outcome; `scale` does not touch them. Default: none."""


def read_effect(written: Any, info: ValidationInfo) -> bool | ModelEffect:
    """`true`, `false` or a block."""
    if isinstance(written, (bool, ModelEffect)):
        return written
    if not isinstance(written, dict):
        message = f"expected true, false, or a block of scale and outcomes, got {shown(written)}"
        raise Problem(message).for_pydantic()
    return ModelEffect.model_validate(written, context=info.context)


EffectField = Annotated[bool | ModelEffect, PlainValidator(read_effect, json_schema_input_type=bool | ModelEffect)]
