"""When a term's money moves: monthly, after the contract year, or on account with a reconciliation later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema, model_validator

from finmodel.scenario.parts import Part, Text, checked
from finmodel.scenario.problems import Problem, shown

_LATEST = 60


@dataclass(frozen=True)
class Paid:
    """A twelfth each month, or all of it some months after the contract year's end."""

    monthly: bool
    months_after_year_end: int = 0

    @classmethod
    def read(cls, written: Any) -> Self:
        """`monthly`, or `6 months after year end`."""
        if isinstance(written, cls):
            return written
        if written == "monthly":
            return cls(monthly=True)
        found = (
            re.fullmatch(r"([1-9][0-9]?) months? after (?:the )?year[ -]end", written)
            if isinstance(written, str)
            else None
        )
        if found is None or int(found[1]) > _LATEST:
            raise Problem(f"expected monthly, or 1 to 60 months as in '6 months after year end', got {shown(written)}")
        return cls(monthly=False, months_after_year_end=int(found[1]))


@dataclass(frozen=True)
class Reconciled:
    """`months` after the contract year's end or, with `when_known`, after the outcome is known (its lag)."""

    months: int
    when_known: bool = False

    @classmethod
    def read(cls, written: Any) -> Self:
        """`6 months after year end`, `when known` or `3 months after it is known`."""
        if isinstance(written, cls):
            return written
        if written == "when known":
            return cls(0, when_known=True)
        found = (
            re.fullmatch(r"([1-9][0-9]?) months? after (?:(?:the )?(year[ -]end)|(?:it is )?known)", written)
            if isinstance(written, str)
            else None
        )
        if found is None or int(found[1]) > _LATEST:
            raise Problem(
                "expected 1 to 60 months as in '6 months after year end' or, for outcome money, 'when known' or "
                f"'3 months after it is known'; got {shown(written)}"
            )
        return cls(int(found[1]), when_known=found[2] is None)


_MONTHS = "[1-9][0-9]? months? after "
_PAID = {"type": "string", "pattern": f"^(monthly|{_MONTHS}(the )?year[ -]end)$"}
_RECONCILED = {"type": "string", "pattern": f"^(when known|{_MONTHS}((the )?year[ -]end|(it is )?known))$"}

PaidWhen = Annotated[Paid, checked(Paid.read, _PAID)]
ReconciledWhen = Annotated[Reconciled, checked(Reconciled.read, _RECONCILED)]
MONTHLY = Paid(monthly=True)


class OnAccount(Part):
    """What is paid before the amount due is known."""

    amount: Text = Field(examples=["target", "60% * maximum"])
    """A formula in £ a year, split as the target is; `maximum` in it is the term's outcome money at full score."""
    paid: PaidWhen = Field(default=MONTHLY, examples=["monthly", "3 months after year end"])
    """When it is paid: `monthly` or `N months after year end`. Default: monthly."""


class PaidOnAccount(Part):
    """Cash on account, then the rest: what is due less what was paid on account (negative: money comes back)."""

    on_account: OnAccount = Field(examples=[{"amount": "60% * maximum", "paid": "3 months after year end"}])
    """What is paid on account, and when."""
    reconciled: ReconciledWhen = Field(examples=["6 months after year end", "when known"])
    """When the rest is paid: `N months after year end`; outcome money `when known` or `N months after it is known`."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first = self.on_account.paid
        if not self.reconciled.when_known and not first.monthly:
            months = first.months_after_year_end
            if self.reconciled.months <= months:
                raise Problem(
                    f"the reconciliation must come after the payment on account, {months} months after year end",
                    ("reconciled",),
                ).for_pydantic()
        return self


def _paid(written: Any, info: ValidationInfo) -> Paid | PaidOnAccount:
    if isinstance(written, (Paid, PaidOnAccount)):
        return written
    if isinstance(written, dict):
        return PaidOnAccount.model_validate(written, context=info.context)
    try:
        return Paid.read(written)
    except Problem as problem:
        raise problem.for_pydantic() from None


_Written = Annotated[Any, WithJsonSchema(_PAID)] | PaidOnAccount
PaidField = Annotated[Paid | PaidOnAccount, PlainValidator(_paid, json_schema_input_type=_Written)]
