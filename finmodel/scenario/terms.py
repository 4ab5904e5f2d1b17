"""Payment models: per phase an ordered list of terms. The order is the order of calculation.

The kinds of term belong to a later room. It hands them to the loader as a mapping from the word in `kind:` to a class
derived from `Term` that adds the kind's own keys.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, ValidationInfo, model_validator

from finmodel.errors import nearest
from finmodel.scenario.parts import MONTHLY, Name, PaidWhen, Part, Text, TrueFalse
from finmodel.scenario.problems import Problem, one_of, shown

Party = Literal["commissioners", "integrator", "providers"]


class Term(Part):
    """Who pays whom, for what, by which kind, and when. Kinds derive from this and add their own keys."""

    name: Name
    kind: str
    payer: Party = Field(alias="from")
    payee: Party = Field(alias="to")
    label: Text | None = None
    paid: PaidWhen = MONTHLY

    @model_validator(mode="after")
    def _two_parties(self) -> Self:
        if self.payer == self.payee:
            raise Problem(
                f"a term is paid from one party to another, not from {self.payer} to itself", ("to",)
            ).for_pydantic()
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
    return kinds[kind].model_validate(written, context=info.context)


TermField = Annotated[Term, PlainValidator(_term, json_schema_input_type=Term)]


class PaymentModel(Part):
    """One way of paying: whether it has an integrator, savings and the outcome effect, and its terms by phase."""

    label: Text
    description: Text | None = None
    integrator: TrueFalse
    savings: TrueFalse
    effect: TrueFalse
    phases: dict[Name, list[TermField]]
