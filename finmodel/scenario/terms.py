"""Payment models: per phase an ordered list of terms. The order is the order of calculation.

The kinds of term belong to a later room. It hands them to the loader as a mapping from the word in `kind:` to a class
derived from `Term` that adds the kind's own keys.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.errors import InputError, nearest
from finmodel.scenario.own_lines import OwnLine
from finmodel.scenario.paid import MONTHLY, PaidField, PaidOnAccount
from finmodel.scenario.parts import Name, Part, Text, TrueFalse
from finmodel.scenario.problems import Problem, one_of, shown
from finmodel.scenario.withdrawal import EffectField

Party = Literal["commissioners", "integrator", "providers"]


class Term(Part):
    """Who pays whom, for what, by which kind, and when. Kinds derive from this and add their own keys."""

    on_paid_to: ClassVar[str | None] = None
    """The party that every term in `on` must be paid to; None: any."""
    name: Name = Field(examples=["withhold"])
    """The term's name, once in its phase; other terms and formulas refer to it."""
    kind: str
    """The rule by which the amount is worked out."""
    payer: Party = Field(alias="from", examples=["commissioners"])
    """Who pays."""
    payee: Party = Field(alias="to", examples=["integrator"])
    """Who is paid."""
    label: Text | None = Field(default=None, examples=["Outcome withhold"])
    """What the term is called in reports. Default: its name."""
    services: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["cancer"]])
    """The services that the term is for: the amounts of others are left out, and an amount for the whole contract falls
    on these. Default: all.
    """
    paid: PaidField = Field(
        default=MONTHLY,
        examples=[
            "monthly",
            "6 months after year end",
            {"on_account": {"amount": "target"}, "reconciled": "6 months after year end"},
        ],
    )
    """When the money moves: a twelfth each month, all of it some months after the contract year's end, or an amount on
    account and the rest later. Default: monthly.
    """

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.payer == self.payee:
            raise Problem(
                f"a term is paid from one party to another, not from {self.payer} to itself", ("to",)
            ).for_pydantic()
        if self.services is not None and isinstance(self.paid, PaidOnAccount):
            message = "a term for some services only cannot pay on account; leave one of the two out"
            raise Problem(message, ("services",)).for_pydantic()
        return self


class BrokenTerm(Term):
    """Stands in for a term with mistakes of its own, so that the rest of the file can still be checked."""


BROKEN = "(broken)"
NAMELESS = "nameless_term"


def _term(written: Any, info: ValidationInfo) -> Term:
    if isinstance(written, Term):
        return written
    kinds: dict[str, type[Term]] = (info.context or {}).get("kinds", {})
    if not isinstance(written, dict):
        message = f"expected a term: a block of keys with name, kind, from and to; got {shown(written)}"
        raise Problem(message).for_pydantic()
    if "kind" not in written:
        message = f"the key 'kind' is missing; expected {one_of(sorted(kinds))}"
        raise Problem(message, on_key=True).for_pydantic()
    kind = written["kind"]
    if kind == BROKEN and (info.context or {}).get("partial"):
        return BrokenTerm.model_validate(written, context=info.context)
    if not isinstance(kind, str) or kind not in kinds:
        near = nearest(str(kind), kinds)
        known = "" if near else f"; expected {one_of(sorted(kinds))}"
        raise Problem(f"unknown kind of term {shown(kind)}{known}", ("kind",), near).for_pydantic()
    try:
        cls = kinds[kind]
    except InputError as error:  # another package's, and broken
        raise Problem(str(error), ("kind",)).for_pydantic() from error
    return cls.model_validate(written, context=info.context)


TermField = Annotated[Term, PlainValidator(_term, json_schema_input_type=Term)]


class PaymentModel(Part):
    """One way of paying: whether it has an integrator, savings and the outcome effect, and its terms by phase."""

    label: Text = Field(examples=["Capitation with gain share"])
    """What the payment model is called in reports."""
    description: Text | None = None
    """What it is, in a sentence. Default: none."""
    integrator: TrueFalse = Field(examples=[True])
    """Whether an integrator stands between commissioners and providers."""
    savings: TrueFalse = Field(examples=[True])
    """Whether the `savings` of the scenario come about under this model."""
    effect: EffectField = Field(examples=[True, {"scale": "50%"}])
    """Whether outcomes get the `effect` that they state, beyond their trend; or how this model's effect differs."""
    effort: TrueFalse = Field(default=False, examples=[True])
    """Whether that effect answers to what it pays: of each outcome with a `marginal_cost` the integrator brings about
    only the part that pays its way, and bears its cost. Default: false.
    """
    lines: dict[Name, OwnLine] = Field(
        default_factory=dict, examples=[{"margin": {"formula": "integrator_surplus / payment", "report": True}}]
    )
    """Lines of the modeller's own over lines and terms of this model, by name. Default: none."""
    phases: dict[Name, list[TermField]]
    """For each phase its terms, in the order of calculation."""
