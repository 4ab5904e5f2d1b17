"""A block payment: a share of the expenditure target, fixed whatever the activity."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import allocate_by
from finmodel.scenario import Factor
from finmodel.scenario.models import one


class Block(Mechanism):
    """share(y) x T_s(y) by service; the whole target where no share is stated.

    Source: a fixed sum a year, as in years 1-2 of the Staffordshire programme (NHS Confederation, 9 September 2014);
    95% is an illustration.

    Example: the whole of a target of £122.2m, and 95% of it.

    >>> worked("{kind: block}", target=122_200_000)
    122200000.0
    >>> worked("{kind: block, share: 95%}", target=122_200_000)
    116090000.0
    """

    kind: Literal["block"]
    """A fixed share of the expenditure target."""
    share: Factor = Field(default_factory=one, examples=["100%", "95%"])
    """The share of the target, one a year where it changes. Default: 100%."""

    def result(self, around: Surroundings) -> Result:
        share = around.value(self.share, "share", "Share of the target")
        return Result(
            [
                Flow(
                    "",
                    "block",
                    by_service=allocate_by(share, around.shared.target.by_service),
                    months_late=self.months_late,
                )
            ]
        )
