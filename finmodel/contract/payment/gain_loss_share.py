"""Gain and loss share in bands: the difference between what earlier terms pay and what care costs is split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, Family, maximum, minimum, reached, sum_over, where
from finmodel.scenario import ConstantShare, Factor
from finmodel.scenario.parts import Name, Part, TrueFalse
from finmodel.scenario.problems import Problem


class Band(Part):
    """Up to this share of the base, the commissioners take this part of the gain or loss."""

    up_to: ConstantShare | None = Field(default=None, examples=["5%"])
    """Where the band ends, as a share of the base; left out in the last band only."""
    commissioners: ConstantShare = Field(examples=["50%"])
    """The commissioners' part of the gain or loss within the band."""


class GainLossShare(Mechanism):
    """S = sum over bands of share_j (clip(x, lo_j B, hi_j B) - lo_j B), at most cap x B where a cap is stated.

    The base is the sum of the earlier terms in `on`, the gain is that less the integrator's cost, and B is the base, or
    nothing where it is negative. The commissioners pay their
    share of a loss and receive their share of a gain.

    Example: B £100m, cost £92m, bands 50% up to 5% and 80% beyond: the commissioners receive £2.5m + £2.4m.

    >>> bands = "[{up_to: 5%, commissioners: 50%}, {commissioners: 80%}]"
    >>> worked(f"{{kind: gain_loss_share, on: [core], bands: {bands}}}", earlier={"core": 100e6}, cost=92e6)
    -4900000.0

    Bands are marginal: a pound is shared at the rate of the band it lies in, and what is paid never jumps. With
    `from_first_pound` the band that the whole gain or loss reaches sets the rate of all of it: 80% of £8m.

    >>> written = f"{{kind: gain_loss_share, on: [core], bands: {bands}, from_first_pound: true}}"
    >>> worked(written, earlier={"core": 100e6}, cost=[95e6 + 1, 95e6, 92e6])
    [-2499999.5, -4000000.0, -6400000.0]

    Example: the risk corridors of 42 USC 18062 are marginal: nothing within 3%, 50% from there to 8%, 80% beyond. Cost
    of £110m against a target of £100m: £2.5m + £1.6m is paid.

    >>> corridor = "[{up_to: 3%, commissioners: 0%}, {up_to: 8%, commissioners: 50%}, {commissioners: 80%}]"
    >>> worked(f"{{kind: gain_loss_share, on: [core], bands: {corridor}}}", earlier={"core": 100e6}, cost=110e6)
    4100000.0

    Source: 42 USC 18062 (risk corridors); Monitor, "Local payment examples: community services" (caps).
    Illustration: 5%, 50% and 80%.
    """

    kind: Literal["gain_loss_share"]
    """The difference between what earlier terms pay and what care costs, shared in bands."""
    on: Annotated[list[Name], Field(min_length=1)] = Field(examples=[["capitation"]])
    """Earlier terms whose sum is the base that cost is measured against."""
    bands: Annotated[list[Band], Field(min_length=1)] = Field(
        examples=[[{"up_to": "5%", "commissioners": "50%"}, {"commissioners": "80%"}]]
    )
    """The bands, from the first pound of gain or loss outwards."""
    cap: Factor | None = Field(default=None, examples=["10%"])
    """The most that is shared, as a share of the base. Default: no limit."""
    from_first_pound: TrueFalse = Field(default=False, examples=[True])
    """Whether the band that a gain or loss reaches counts for all of it (exactly at its edge is reached), not only for
    the part within the band. Default: false.
    """

    @model_validator(mode="after")
    def _rising(self) -> Self:
        *inner, last = self.bands
        if last.up_to is not None:
            raise Problem(
                "the last band has no up_to: it holds all that is beyond", ("bands", len(inner))
            ).for_pydantic()
        edge = 0.0
        for number, band in enumerate(inner):
            if band.up_to is None:
                raise Problem(
                    "the key 'up_to' is missing; only the last band has none", ("bands", number)
                ).for_pydantic()
            if band.up_to.amount <= edge:
                raise Problem("each band must end above the one before", ("bands", number, "up_to")).for_pydantic()
            edge = band.up_to.amount
        return self

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR),)

    def result(self, around: Surroundings) -> Result:
        base = around.line("base", sum_over(around.earlier(self.on)), "What the gain or loss is measured against")
        cost = around.line("cost", around.integrator_cost(), "Integrator's cost")
        size = around.line("size", maximum(base, 0), "What bands and limit are a share of")
        gain = around.line("gain", base - cost, "Gain (loss if negative)")
        cap = around.value(self.cap, "cap", "Limit of the shared amount, as a share of the base") if self.cap else None
        edges: list[Expr] = [
            around.given(f"band_{i + 1}", b.up_to.amount, "Band ends at") for i, b in enumerate(self.bands) if b.up_to
        ]
        shares: list[Expr] = [
            around.given(f"share_{i + 1}", b.commissioners.amount, "Commissioners' share")
            for i, b in enumerate(self.bands)
        ]

        share_of = _from_first_pound if self.from_first_pound else _within_bands

        def part(amount: Expr) -> Expr:
            shared = share_of(amount, size, edges, shares)
            return shared if cap is None else minimum(shared, cap * size)

        of_gain = around.line("of_gain", part(gain), "Commissioners' share of a gain")
        of_loss = around.line("of_loss", part(-gain), "Commissioners' share of a loss")
        return Result([Flow("", "", whole=of_loss - of_gain, months_late=self.months_late)])


def _within_bands(amount: Expr, size: Expr, edges: Sequence[Expr], shares: Sequence[Expr]) -> Expr:
    """Each band's share of what lies within it."""
    parts: list[Expr] = []
    low: Expr | None = None  # the end of the band below; the first begins at nothing
    for number, share in enumerate(shares):
        within = maximum(amount, 0 if low is None else low)
        high = edges[number] * size if number < len(edges) else None
        within = within if high is None else minimum(within, high)
        parts.append(share * (within if low is None else within - low))
        low = high
    return sum_over(Family("band", {str(i): x for i, x in enumerate(parts)}))


def _from_first_pound(amount: Expr, size: Expr, edges: Sequence[Expr], shares: Sequence[Expr]) -> Expr:
    """The share of the band that is reached, of everything."""
    share = shares[0]
    for edge, beyond in zip(edges, shares[1:], strict=True):
        share = where(reached(amount, edge * size), beyond, share)
    return share * maximum(amount, 0)
