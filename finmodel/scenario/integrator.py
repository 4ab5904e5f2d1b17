"""The service integrator, and the VAT that is lost between it and those who provide care."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Self

from pydantic import Field, model_validator

from finmodel.scenario.fields import RealMoney, Share
from finmodel.scenario.parts import Name, Part, Text, TrueFalse
from finmodel.scenario.problems import Problem
from finmodel.scenario.values import Constant


class VatTier(Part):
    """A link of the supply chain: what of the payments to providers passes through it, and its VAT."""

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
