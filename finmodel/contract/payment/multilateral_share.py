"""Multilateral share: what care costs less or more than its target is split over all parties by stated shares."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.lines import clip, maximum, sum_over
from finmodel.scenario import ConstantShare, Factor
from finmodel.scenario.models import zero
from finmodel.scenario.parts import Name, Part
from finmodel.scenario.problems import Problem


class PartyShares(Part):
    """Each party's share of a gain or loss; together 100%."""

    commissioners: ConstantShare = Field(examples=["40%"])
    """The commissioners' share."""
    integrator: ConstantShare = Field(default_factory=zero, examples=["20%"])
    """The integrator's share, which it keeps: no term pays it. Default: 0%."""
    providers: ConstantShare = Field(default_factory=zero, examples=["40%"])
    """The share of all providers. Default: 0%."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.commissioners.amount + self.integrator.amount + self.providers.amount
        if abs(total - 1) > 1e-9:
            raise Problem(f"the shares of the parties add up to {100 * total:.6g}%, not 100%").for_pydantic()
        return self


class MultilateralShare(Mechanism):
    """x = base - integrator's cost is a gain, or a loss where negative; a party has clip(share x x, -cap x B, cap x B).

    The base is the sum of the terms in `on`, or the target; B is the base, or nothing where it is negative. The kind
    stands twice, with the same shares: from commissioners to integrator, who holds the difference, it pays the
    commissioners' part of a loss (negative: of a gain); from integrator to providers it pays the providers' part of a
    gain, split over the services as the target is. `cap` is that of the party which the term is for; the integrator
    keeps its own share and what lies beyond the caps.

    Example: a gain of £4m on £100m, a loss of £1m, and a gain of £6m, of which providers have no more than £2m.

    >>> shares = "{commissioners: 40%, integrator: 20%, providers: 40%}"
    >>> written = f"{{kind: multilateral_share, shares: {shares}, cap: 2%}}"
    >>> worked(written, target=100e6, cost=[96e6, 101e6, 94e6])
    [-1600000.0, 400000.0, -2000000.0]
    >>> providers = f"{{kind: multilateral_share, from: integrator, to: providers, shares: {shares}, cap: 2%}}"
    >>> worked(providers, target=100e6, cost=[96e6, 101e6, 94e6])
    [1600000.0, -400000.0, 2000000.0]

    Source: Monitor, "Local payment examples" (multilateral gain and loss sharing). Illustration: every share and cap.
    """

    kind: Literal["multilateral_share"]
    """Gains and losses on the target, split over commissioners, integrator and providers by stated shares."""
    on: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """Earlier terms whose sum is the base that cost is measured against. Default: the expenditure target."""
    shares: PartyShares = Field(examples=[{"commissioners": "40%", "integrator": "20%", "providers": "40%"}])
    """Each party's share; together 100%."""
    cap: Factor | None = Field(default=None, examples=["2%"])
    """The most that the party of this term gains or loses, as a share of the base. Default: no limit."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        of_providers = self.payee == PROVIDERS
        amounts = around.shared.target.by_service if self.on is None else around.earlier(self.on)
        base = around.line("base", sum_over(amounts), "What the gain or loss is measured against")
        cost = around.line("cost", around.integrator_cost(), "Integrator's cost")
        gain = around.line("gain", base - cost, "Gain (loss if negative)")
        stated = self.shares.providers if of_providers else self.shares.commissioners
        part = around.given("share", stated.amount, "The party's share") * gain
        if self.cap is not None:
            cap = around.value(self.cap, "cap", "Most that the party gains or loses, share of the base")
            limit = around.line("limit", cap * maximum(base, 0), "Most that the party gains or loses")
            part = clip(part, -limit, limit)
        part = around.line("part", part, "The party's part of the gain (loss if negative)")
        return Result([Flow("", "", whole=part if of_providers else -part, months_late=self.months_late)])
