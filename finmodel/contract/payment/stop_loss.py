"""Stop-loss: cost beyond an attachment is carried by the payer, up to a limit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.limits import Sides, limit, one_way, reference
from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.lines import Expr, Family, maximum, minimum
from finmodel.scenario import Factor, Money, Share
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name
from finmodel.scenario.problems import Problem


class StopLoss(Mechanism):
    """share x min(max(cost - attachment, 0), limit): what the payer carries of the cost beyond the attachment.

    Aggregate, paid to the integrator: cost is the integrator's (as in the gain and loss share: what it pays providers
    by the terms above, its running cost, and VAT where the scenario says so). Attachment and limit are £ of the year,
    or shares of the target or of the earlier terms in `of` (of nothing where their sum is negative).

    With `per: contract`, paid to providers: each contract's cost of care after savings by itself, attachment and limit
    in £ a contract or as shares of its plan, price_c x plan_c. Large overspends of one contract are not set off against
    another's underspend. There are no single patients in the model, so a stop-loss for patients (the United States cut
    each at the 99th percentile of cost) cannot be said.

    Example: a target of £100m; costs of £101m, £102m, £106m and £120m. 80% beyond 102%, of at most £10m. Then a
    contract with plan of 1,000 people at £200: its care costs £230,000, attachment 105%.

    >>> aggregate = "{kind: stop_loss, attachment_share: 102%, limit: £10m, share: 80%}"
    >>> worked(aggregate, target=100e6, cost=[101e6, 102e6, 106e6, 120e6])
    [0.0, 0.0, 3200000.0, 8000000.0]
    >>> each = "{kind: stop_loss, per: contract, attachment_share: 105%}"
    >>> worked(each, price=200, plan=1_000, cost_of_care=230_000)
    20000.0

    Source: Illustration; the thresholds of the United States' programme are of patients (42 CFR 425.606 and 425.610).
    """

    kind: Literal["stop_loss"]
    """Cost beyond an attachment is carried by the payer, up to a limit."""
    attachment: Money | None = Field(default=None, examples=["£125m"])
    """Where the payer begins to carry cost, in £ of the year."""
    attachment_share: Factor | None = Field(default=None, examples=["102%"])
    """Where the payer begins to carry cost, as a share of the target, of the terms in `of`, or of a contract's plan."""
    limit: Money | None = Field(default=None, examples=["£10m"])
    """The most cost beyond the attachment that is shared, in £ of the year. Default: no limit."""
    limit_share: Factor | None = Field(default=None, examples=["10%"])
    """The most cost beyond the attachment that is shared, as a share like that of the attachment. Default: no limit."""
    of: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """The earlier terms that the shares are of. Default: the target."""
    per: Literal["contract"] | None = Field(default=None, examples=["contract"])
    """Whether each existing contract is looked at by itself. Default: the integrator's cost as a whole."""
    share: Share = Field(default_factory=one, examples=["80%"])
    """The share of the cost between attachment and limit that the payer carries. Default: 100%."""

    @model_validator(mode="after")
    def _limits(self) -> Self:
        try:
            one_way("attachment", self._attachment)
            one_way("limit", self._limit)
        except Problem as problem:
            raise problem.for_pydantic() from None
        if self._attachment == (None, None):
            raise Problem("expected an attachment, in £ or as a share").for_pydantic()
        if self.of is not None and self.per is not None:
            raise Problem("per contract shares are of the contract's plan: leave 'of' out", ("of",)).for_pydantic()
        if self.of is not None and self.attachment_share is None and self.limit_share is None:
            raise Problem("'of' says what a share is of; there is no share", ("of",)).for_pydantic()
        return self

    @property
    def _attachment(self) -> Sides:
        return self.attachment, self.attachment_share

    @property
    def _limit(self) -> Sides:
        return self.limit, self.limit_share

    def allowed(self) -> tuple[tuple[str, str], ...]:
        if self.per == "contract":
            return ((COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))
        return ((COMMISSIONERS, INTEGRATOR),)

    def result(self, around: Surroundings) -> Result:
        if self.per == "contract":
            costs, label = around.cost_of_care(), "Cost carried by the payer, before the phase is looked at"
            amounts = {
                c: around.line(f"each[{c}]", self._carried(around, cost, partial(self._plan, around, c)), label)
                for c, cost in costs.members.items()
            }
            return Result([Flow("", "", by_contract=Family("contract", amounts), months_late=self.months_late)])
        cost = around.line("cost", around.integrator_cost(), "Integrator's cost")
        whole = self._carried(around, cost, lambda: reference(around, self.of, None))
        return Result([Flow("", "", whole=whole, months_late=self.months_late)])

    @staticmethod
    def _plan(around: Surroundings, contract: str) -> Expr:
        return around.shared.care.price[contract] * around.shared.care.plan[contract]

    def _carried(self, around: Surroundings, cost: Expr, size: Callable[[], Expr]) -> Expr:
        attachment = limit(around, "attachment", self._attachment, size, "Attachment")
        assert attachment is not None
        most = limit(around, "limit", self._limit, size, "Most cost that is shared")
        beyond = maximum(cost - attachment, 0)
        share = around.value(self.share, "share", "Share that the payer carries")
        return share * (beyond if most is None else minimum(beyond, most))
