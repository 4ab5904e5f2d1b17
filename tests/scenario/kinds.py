"""Kinds of term with the parameters the loader must read, for tests of the loader alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.scenario import Constant, Factor, Name, Part, Rate, RealMoney, RealMoneyPerPerson, Share, Term


def whole() -> Constant:
    return Constant(1.0)


class ExistingContracts(Term):
    kind: Literal["existing_contracts"]


class Fee(Term):
    kind: Literal["fee"]
    share: Rate | None = None
    amount: RealMoney | None = None
    index: Name | None = None


class Block(Term):
    kind: Literal["block"]
    share: Factor = Field(default_factory=whole)


class Activity(Term):
    kind: Literal["activity"]
    above: Factor
    below: Factor = Field(default_factory=whole)


class Capitation(Term):
    kind: Literal["capitation"]
    per_person: RealMoneyPerPerson
    need: Factor = Field(default_factory=whole)
    index: Name


class OutcomeWithhold(Term):
    kind: Literal["outcome_withhold"]
    on: list[Name]
    rate: Share


class IncentivePool(Term):
    kind: Literal["incentive_pool"]
    rate: Share


class Band(Part):
    up_to: Share | None = None
    commissioners: Share


class GainLossShare(Term):
    kind: Literal["gain_loss_share"]
    on: list[Name]
    bands: list[Band]
    cap: Share = Field(default_factory=whole)


class Formula(Term):
    kind: Literal["formula"]
    formula: str


KINDS: dict[str, type[Term]] = {
    "existing_contracts": ExistingContracts,
    "fee": Fee,
    "block": Block,
    "activity": Activity,
    "capitation": Capitation,
    "outcome_withhold": OutcomeWithhold,
    "incentive_pool": IncentivePool,
    "gain_loss_share": GainLossShare,
    "formula": Formula,
}
