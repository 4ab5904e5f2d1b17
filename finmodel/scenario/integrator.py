"""The service integrator, and the VAT that is lost between it and those who provide care."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from finmodel.scenario.fields import FactorOnce, MoneyOnce, RealMoney, RealMoneyOnce, Share, ShareOnce
from finmodel.scenario.parts import Months, Name, Part, Text, TrueFalse, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.values import Constant
from finmodel.units import POUND, REAL_POUND


class VatTier(Part):
    """A link of the supply chain: what of the payments to providers passes through it, and its VAT.

    Lost is share_of_payments x rate x (1 - recovered) of what the integrator pays providers, added up over the tiers.
    Example: of £100m a year 70% goes to trusts, which recover 95% of VAT at 20%, and 30% to charities, which recover
    all of it: £0.7m is lost. Source: HSJ, "Why trusts are paying unexpected VAT", 2017, for VAT that subcontractors of
    an integrator outside the NHS lose; the figures are illustrations.
    """

    name: Name = Field(examples=["trusts"])
    """The tier's name, once in the list."""
    share_of_payments: Share = Field(examples=["70%"])
    """What of the integrator's payments to providers passes through this tier. Tiers that follow one another may
    count the same payments, so shares need not add up to 100%.
    """
    rate: Share = Field(examples=["20%"])
    """The rate of VAT on these payments."""
    recovered: Share = Field(default_factory=partial(Constant, 0.0), examples=["95%", "100%"])
    """The part of that VAT that this tier recovers. Default: 0%."""


class Guarantee(Part):
    """What stands behind the integrator when its capital is lost: an amount, or a share of the annual value."""

    amount: MoneyOnce | None = Field(default=None, examples=["£12m"])
    """The most that can be called over the whole contract, in nominal £. Or `share`."""
    share: FactorOnce | None = Field(default=None, examples=["10%"])
    """The same as a share of the contract's annual value, the expenditure target of year 1. Or `amount`."""
    by: Literal["parent", "bank"] = Field(default="parent", examples=["parent"])
    """Who gives it: the integrator's parent, or a bank by a bond. Default: parent."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.amount is None) == (self.share is None):
            raise Problem("expected either amount or share").for_pydantic()
        return self


@dataclass(frozen=True)
class AfterExit:
    """What is left of the effect after an exit: nothing `fades_over` whole years after it; None: all of it stays."""

    fades_over: int | None

    @classmethod
    def read(cls, written: Any) -> Self:
        """`ends`, `stays` or `fades over 3 years`."""
        if isinstance(written, cls):
            return written
        if written == "stays":
            return cls(None)
        if written == "ends":
            return cls(1)
        found = re.fullmatch(_FADES, written) if isinstance(written, str) else None
        if found is None:
            raise Problem(f"expected ends, stays or 'fades over 3 years' (1 to 30), got {shown(written)}")
        return cls(int(found[1]))

    @property
    def told(self) -> str:
        """As a reader is told it."""
        if self.fades_over is None:
            return "stays as it was"
        return "ends with it" if self.fades_over == 1 else f"fades over {self.fades_over} years"


_FADES = r"fades over ([1-9]|[12][0-9]|30) years?"
_AFTER_EXIT = {
    "type": "string",
    "pattern": f"^(ends|stays|{_FADES})$",
    "patternErrorMessage": "expected ends, stays or 'fades over 3 years'",
}


class Exit(Part):
    """What happens, and what it costs, when the integrator fails or leaves."""

    charge: MoneyOnce = Field(default_factory=partial(Constant, 0.0, POUND), examples=["£1m"])
    """What the integrator pays commissioners when it leaves at a break, in nominal £. Default: £0."""
    callable_on_leaving: ShareOnce = Field(default_factory=partial(Constant, 1.0), examples=["50%"])
    """What commissioners may call of the guarantee then left, when the integrator leaves at a break. Default: 100%."""
    margin_known: Months = Field(default=12, examples=["12 months"])
    """Time from the end of a contract year until its margin is reconciled, in whole months: at a break the integrator
    judges by the last year so known. Default: 12 months.
    """
    excess_loss: Literal["providers", "commissioners", "bank"] = Field(default="providers", examples=["providers"])
    """Who bears the part of a failed integrator's loss that capital and guarantee do not cover: providers, who remain
    unpaid, commissioners, who make it good, or a bank, which has lent it. Default: providers.
    """
    forfeits: Literal["nothing", "late_money"] = Field(default="nothing", examples=["late_money"])
    """What the integrator loses by going: `nothing`, or `late_money`, which is due to it for earlier years and not yet
    paid when it goes (outcome money, reconciliations). What it owes is due all the same. Default: nothing.
    """
    reprocurement: RealMoneyOnce = Field(default_factory=partial(Constant, 0.0, REAL_POUND), examples=["£0.84m"])
    """What it costs commissioners to take the existing contracts back, once, in £ at year-1 prices. Default: £0."""
    extra_cost: FactorOnce = Field(default_factory=partial(Constant, 0.0), examples=["1%"])
    """What it costs commissioners to run the existing contracts themselves again, as a share of what these are paid, in
    each year after the exit. Default: 0%.
    """
    effect_after_exit: Annotated[AfterExit, checked(AfterExit.read, _AFTER_EXIT)] = Field(
        default=AfterExit(1), examples=["ends", "stays", "fades over 3 years"]
    )
    """What becomes of the effect on outcomes once the integrator has gone: it `ends` with the integrator, `fades over 3
    years` in equal steps, or `stays` as large as in its last year. It never grows on. Default: ends.
    """


class Integrator(Part):
    """The service integrator: what it costs to run (a year, at constant prices) and the VAT it cannot recover."""

    label: Text = Field(examples=["Service integrator"])
    """What the integrator is called in reports."""
    running_cost: RealMoney = Field(examples=["£2.1m", {"triangular": ["£1.8m", "£2.1m", "£2.7m"]}])
    """What it costs to run the integrator, in £ a year at year-1 prices."""
    vat_leakage: Share | None = Field(default=None, examples=["0.5%", "vat_leakage"])
    """VAT that the integrator cannot recover, as a share of what it pays providers. Or `vat_tiers`."""
    vat_tiers: Annotated[list[VatTier], Field(min_length=1)] | None = Field(
        default=None,
        examples=[
            [
                {"name": "trusts", "share_of_payments": "70%", "rate": "20%", "recovered": "95%"},
                {"name": "charities", "share_of_payments": "30%", "rate": "20%", "recovered": "100%"},
            ]
        ],
    )
    """The same by tier of the supply chain, in place of `vat_leakage`: the sum of share_of_payments x rate x (1 -
    recovered).
    """
    vat_in_shared_cost: TrueFalse = Field(examples=[True])
    """Whether that VAT counts as cost when gains and losses are shared."""
    capital: MoneyOnce | None = Field(default=None, examples=["£2m"])
    """What the integrator can lose before its guarantee is called, in nominal £. Stating it lets the integrator fail
    and, where the contract has breaks, leave. Default: it bears any loss and stays.
    """
    guarantee: Guarantee | None = None
    """What stands behind it beyond its capital. Needs `capital`. Default: nothing."""
    exit: Exit | None = None
    """What an exit costs and who bears it. Needs `capital`. Default: all of its defaults."""

    @model_validator(mode="after")
    def _can_exit(self) -> Self:
        for key in ("guarantee", "exit"):
            if getattr(self, key) is not None and self.capital is None:
                message = f"{key} needs the integrator's capital beside it (£0 where it has none)"
                raise Problem(message, (key,), on_key=True).for_pydantic()
        return self

    @property
    def exit_terms(self) -> Exit:
        """What an exit means, defaults where nothing is written."""
        return self.exit or Exit()

    @model_validator(mode="after")
    def _vat_one_way(self) -> Self:
        if self.vat_leakage is None and self.vat_tiers is None:
            raise Problem("the key 'vat_leakage' is missing (or 'vat_tiers')", on_key=True).for_pydantic()
        if self.vat_leakage is not None and self.vat_tiers is not None:
            message = (
                "either vat_leakage or vat_tiers, not both "
                "(over another scenario, write vat_leakage: {remove: true} as well)"
            )
            raise Problem(message, ("vat_tiers",), on_key=True).for_pydantic()
        names: list[str] = []
        for at, tier in enumerate(self.vat_tiers or []):
            if tier.name in names:
                raise Problem(f"there is already a tier '{tier.name}'", ("vat_tiers", at, "name")).for_pydantic()
            names.append(tier.name)
        return self
