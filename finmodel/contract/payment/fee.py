"""A fee: a share of the expenditure target, or an indexed amount a year."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import allocate_by
from finmodel.scenario import RealMoney, Share
from finmodel.scenario.parts import Name
from finmodel.scenario.problems import Problem


class Fee(Mechanism):
    """A fee for a service, whatever the activity.

    Either share(y) x T_s(y) by service, or amount(y) x I_index(y) for the whole contract (amount at base-year prices).

    Source: a fee in years 1-2 of the Staffordshire programme (NHS Confederation, 9 September 2014), whose size is not
    published: 2% and £2.4m are illustrations.

    Example: 2% of a target of £122.2m; £2.4m at an index of 1.05.

    >>> worked("{kind: fee, share: 2%}", target=122_200_000)
    2444000.0
    >>> worked("{kind: fee, amount: £2.4m, index: tariff}", index=1.05)
    2520000.0
    """

    kind: Literal["fee"]
    """A fee, whatever the activity: either `share`, or `amount` with `index`."""
    share: Share | None = Field(default=None, examples=["2%"])
    """The fee as a share of the target."""
    amount: RealMoney | None = Field(default=None, examples=["£2.4m"])
    """The fee in £ a year, at year-1 prices."""
    index: Name | None = Field(default=None, examples=["tariff"])
    """The index, one of `indices`, by which the amount rises."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.share is None) == (self.amount is None):
            raise Problem("expected either share, or amount with index").for_pydantic()
        if (self.amount is None) != (self.index is None):
            raise Problem("amount and index go together").for_pydantic()
        return self

    def result(self, around: Surroundings) -> Result:
        if self.amount is not None:
            assert self.index is not None
            amount = around.value(self.amount, "amount", "Fee a year at base-year prices")
            whole = amount * around.shared.indices[self.index]
            return Result([Flow("", "", whole=whole, months_late=self.months_late)])
        assert self.share is not None
        share = around.value(self.share, "share", "Fee as a share of the target")
        return Result(
            [
                Flow(
                    "",
                    "fee",
                    by_service=allocate_by(share, around.shared.target.by_service),
                    months_late=self.months_late,
                )
            ]
        )
