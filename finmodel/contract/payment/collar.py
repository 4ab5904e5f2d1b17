"""A floor, a ceiling or both under what earlier terms pay."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.limits import Sides, acted_on, limit, one_way, reference, rising
from finmodel.contract.payment.mechanism import (
    COMMISSIONERS,
    INTEGRATOR,
    PROVIDERS,
    Flow,
    Mechanism,
    Result,
    Surroundings,
)
from finmodel.lines import Expr, maximum, minimum
from finmodel.scenario import Factor, Money, Share
from finmodel.scenario.models import one
from finmodel.scenario.parts import Name
from finmodel.scenario.problems import Problem


class Collar(Mechanism):
    """share x (min(max(x, floor), ceiling) - x), x the sum of the terms in `on`: what brings x within its limits.

    Positive below the floor (a minimum income guarantee), negative above the ceiling (a cap on payments), else nothing.
    Each limit is £ of the year, or a share of the target or of the earlier terms in `of` (of nothing where their sum is
    negative); where the floor lies above the ceiling, the ceiling holds. It is worked out for the whole contract and
    not service by service; with `services` x, target and the terms in `of` are those of these services alone, so that a
    collar each for a service is a term each.

    Example: a target of £100m with a floor of 95% and a ceiling of 105%. Earlier terms pay £92m, £100m and £107m.
    With half of the excess over the ceiling taken alone, the last is £1m.

    >>> collar = "{kind: collar, on: [core], floor_share: 95%, ceiling_share: 105%}"
    >>> worked(collar, earlier={"core": [92e6, 100e6, 107e6]}, target=100e6)
    [3000000.0, 0.0, -2000000.0]
    >>> worked("{kind: collar, on: [core], ceiling_share: 105%, share: 50%}", earlier={"core": 107e6}, target=100e6)
    -1000000.0

    Source: Illustration. English contracts have such caps and collars (Oxford Health); their numbers are not published.
    """

    kind: Literal["collar"]
    """A floor, a ceiling or both under what earlier terms pay."""
    on: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """The earlier terms whose sum is held within the limits. Default: all terms above in the phase between the same
    parties.
    """
    floor: Money | None = Field(default=None, examples=["£110m"])
    """The least that is paid, in £ of the year. Default: none."""
    floor_share: Factor | None = Field(default=None, examples=["95%"])
    """The least that is paid, as a share of the target or of the terms in `of`. Default: none."""
    ceiling: Money | None = Field(default=None, examples=["£130m"])
    """The most that is paid, in £ of the year. Default: none."""
    ceiling_share: Factor | None = Field(default=None, examples=["105%"])
    """The most that is paid, as a share of the target or of the terms in `of`. Default: none."""
    of: Annotated[list[Name], Field(min_length=1)] | None = Field(default=None, examples=[["capitation"]])
    """The earlier terms that the shares are of. Default: the target."""
    share: Share = Field(default_factory=one, examples=["50%"])
    """The share of what lies beyond a limit that is paid or taken back. Default: 100%."""

    @model_validator(mode="after")
    def _limits(self) -> Self:
        try:
            one_way("floor", self._floor)
            one_way("ceiling", self._ceiling)
            rising("floor", self._floor, "ceiling", self._ceiling)
        except Problem as problem:
            raise problem.for_pydantic() from None
        if self._floor == self._ceiling == (None, None):
            raise Problem("expected a floor, a ceiling or both, in £ or as a share").for_pydantic()
        if self.of is not None and self.floor_share is None and self.ceiling_share is None:
            raise Problem("'of' says what a share is of; neither limit is a share", ("of",)).for_pydantic()
        return self

    @property
    def _floor(self) -> Sides:
        return self.floor, self.floor_share

    @property
    def _ceiling(self) -> Sides:
        return self.ceiling, self.ceiling_share

    def allowed(self) -> tuple[tuple[str, str], ...]:
        return ((COMMISSIONERS, INTEGRATOR), (COMMISSIONERS, PROVIDERS), (INTEGRATOR, PROVIDERS))

    def result(self, around: Surroundings) -> Result:
        paid = around.line("acted_on", acted_on(around, self.on, self.services), "What the terms acted on pay")

        def size() -> Expr:
            return reference(around, self.of, self.services)

        low = limit(around, "floor", self._floor, size, "Least that is paid")
        high = limit(around, "ceiling", self._ceiling, size, "Most that is paid")
        within = paid if low is None else maximum(paid, low)
        within = around.line("within", within if high is None else minimum(within, high), "The same within its limits")
        share = around.value(self.share, "share", "Share of what lies beyond a limit")
        return Result([Flow("", "", whole=share * (within - paid), months_late=self.months_late)])
