"""A bidder's offer over a contract: a `bid:` block in a file that extends it, whose numbers become the model's terms.

What a bidder offers stands in one place; `finmodel.scenario.bid_placed` moves it to where the contract has it. The
price stays in the block.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, WithJsonSchema, model_validator

from finmodel.scenario.fields import ConstantGrowth, ConstantRealMoney, MoneyOnce, Share
from finmodel.scenario.integrator import Guarantee, VatTier
from finmodel.scenario.parts import Name, Part, Text
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import Problem
from finmodel.scenario.schema_numbers import any_number_schema

BID = "bid"
PLACES: dict[str, Path] = {
    "savings_claimed": ("savings", "claimed"),
    "capital": ("parties", "integrator", "capital"),
    "guarantee": ("parties", "integrator", "guarantee"),
    "vat_tiers": ("parties", "integrator", "vat_tiers"),
}
"""Where the contract has what a bid offers."""


class Bid(Part):
    """A bidder's offer. But for bidder, legal form and price, each key takes the place of what the contract says."""

    bidder: Text = Field(examples=["Bidder A"])
    """Who bids."""
    legal_form: Text = Field(examples=["NHS foundation trust, inside the NHS VAT group"])
    """The legal form of the integrator that the bidder would set up, which decides its VAT."""
    source: Text = Field(examples=["Assumption: illustrative."])
    """Where the offer is documented; the source of each of its numbers."""
    price: ConstantRealMoney | None = Field(default=None, examples=["£1.18bn"])
    """The price over all years, in £ at year-1 prices and activity as the pools are; payments by the target fall (or
    rise) in proportion to the pools. Or `discount`.
    """
    discount: ConstantGrowth | None = Field(default=None, examples=["3.5%"])
    """The same as a discount on the target; negative where the bid is dearer. Or `price`."""
    savings_claimed: Share | None = Field(default=None, examples=["6%"])
    """Savings that the bidder claims, in place of `savings.claimed`. Default: as the contract has it."""
    effects: dict[Name, Annotated[Any, WithJsonSchema(any_number_schema())]] | None = Field(
        default=None, examples=[{"lung_survival": {"triangular": ["0pp", "0.3pp", "0.8pp"]}}]
    )
    """The effect on each outcome that the bidder's plan supports, in place of `outcomes.NAME.effect`. Default: as the
    contract has it.
    """
    capital: MoneyOnce | None = Field(default=None, examples=["£2m"])
    """The integrator's capital, in place of `parties.integrator.capital`. Default: as the contract has it."""
    guarantee: Guarantee | None = None
    """Its guarantee, in place of `parties.integrator.guarantee`. Default: as the contract has it."""
    vat_tiers: list[VatTier] | None = None
    """VAT by tier under this legal form, in place of `parties.integrator.vat_tiers` and `vat_leakage`. Default: as the
    contract has it.
    """

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.price is None) == (self.discount is None):
            raise Problem("expected either price or discount").for_pydantic()
        return self
