"""Banking: the integrator's part of savings is kept for years of losses, and paid out by and by."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, clip, maximum, sum_over, where
from finmodel.scenario import Factor, Share
from finmodel.scenario.parts import Name


class Banking(Mechanism):
    """P(y) = -(1 - share(y)) G(y) + b(y-1) - b(y), with the gain G(y) = sum of `on` - integrator's cost.

    Of a year's savings or loss G the integrator's part is share x G, and the commissioners' part is settled in the
    year. The integrator's part goes through a bank that the commissioners hold: they pay less in a year that adds to
    it, and more in a year that draws on it. With k(y) = b(y-1) + share(y) G(y), kept between -overdraft(y) T(y) and
    limit(y) T(y) where T is the target:

        b(y) = k(y) - paid_out(y) max(k(y), 0), and nothing in the last year of the phase

    So savings beyond the limit are kept by the integrator at once, a loss is met from the bank first, and each year
    part of the balance is paid out, the rest with the last year of the phase. With an overdraft a loss beyond the bank
    is carried forward too, advanced by the commissioners and set off against later savings; what has not been made
    good by the last year of the phase is then borne by the integrator. There is no interest: whatever the path, the
    sum of P over the phase is minus the sum of the commissioners' parts. What stands in the bank at a break date is
    not in what is due at the break.

    Source: Illustration.

    Example: £4m saved, £3m lost and £1m saved of £100m a year; half is the integrator's. £2m is banked, £1.5m of it
    meets the loss, and £1m is paid out at the end: £1m in all, half of the £2m saved.

    >>> costs = [96e6, 103e6, 99e6]
    >>> written = "{kind: banking, on: [core], share: 50%, limit: 3%}"
    >>> worked(written, earlier={"core": 100e6}, target=100e6, cost=costs)
    [-4000000.0, 3000000.0, 0.0]
    """

    kind: Literal["banking"]
    """The integrator's part of savings, kept by the commissioners for years of losses and paid out later."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """Earlier terms whose sum is the base that cost is measured against."""
    share: Share = Field(examples=["50%"])
    """The integrator's part of savings and losses; the rest is the commissioners' and is settled in the year."""
    limit: Factor = Field(examples=["3%"])
    """The most that is kept in the bank, as a share of the target."""
    paid_out: Share | None = Field(default=None, examples=["25%"])
    """The part of the balance that is paid out each year. Default: nothing before the last year of the phase."""
    overdraft: Factor | None = Field(default=None, examples=["1%"])
    """The most by which losses may leave the bank short, as a share of the target. Default: nothing."""

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR),)

    def result(self, around: Surroundings) -> Result:
        base = around.line("base", sum_over(around.earlier(self.on)), "What savings are measured against")
        cost = around.line("cost", around.integrator_cost(), "Integrator's cost")
        gain = around.line("gain", base - cost, "Savings (loss if negative)")
        share = around.value(self.share, "share", "Integrator's part of savings and losses")
        own = around.line("own", share * gain, "Integrator's part")
        target = around.shared.target.total
        most = around.value(self.limit, "limit", "Most in the bank, as a share of the target") * target
        least: Expr | int = 0
        if self.overdraft is not None:
            least = -around.value(self.overdraft, "overdraft", "Most that it may be short") * target
        out = None
        if self.paid_out is not None:
            out = around.value(self.paid_out, "paid_out", "Part of the balance paid out a year")
        carried: list[Expr] = []

        def step(before: Expr) -> Expr:
            carried.append(before)
            kept = clip(before + own, least, most)
            left = kept if out is None else kept - out * maximum(kept, 0)
            return where(around.last_year(), 0, left)

        bank = around.balance("bank", step, "Kept by the commissioners for the integrator")
        change = around.line("change", carried[0] - bank, "Drawn from the bank (added if negative)")
        return Result([Flow("", "", whole=own - gain + change, months_late=self.months_late)])
