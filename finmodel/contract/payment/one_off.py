"""One-off payments: amounts in stated contract years, for mobilisation or for closing down."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, Family, sum_over, where
from finmodel.scenario import Constant, Money
from finmodel.scenario.parts import Name, Part, Text, whole
from finmodel.units import POUND, REAL_POUND


class OneOffPayment(Part):
    """An amount in one contract year."""

    year: Annotated[int, whole(1, 30)] = Field(examples=[1])
    """The contract year, one of the phase's."""
    amount: Money = Field(examples=["£2m"])
    """What is paid, in £ of that year; with `index` at year-1 prices."""
    label: Text | None = Field(default=None, examples=["Mobilisation"])
    """What it is for. Default: the label of the term."""


class OneOff(Mechanism):
    """Whole contract: the sum of the amounts of year y, times I_index(y) where an index is stated; else nothing.

    Several payments may fall in one year. Illustration.

    Example: £2m to mobilise and £0.5m for records in year 1, £1m in year 3, when prices have risen by 10%.

    >>> amounts = "[{year: 1, amount: £2m}, {year: 1, amount: £0.5m}, {year: 3, amount: £1m}]"
    >>> worked(f"{{kind: one_off, payments: {amounts}}}", index=[1, 1.05, 1.1])
    [2500000.0, 0.0, 1000000.0]
    >>> worked(f"{{kind: one_off, payments: {amounts}, index: tariff}}", index=[1, 1.05, 1.1])
    [2500000.0, 0.0, 1100000.0]
    """

    kind: Literal["one_off"]
    """Amounts in stated contract years, such as mobilisation."""
    payments: Annotated[list[OneOffPayment], Field(min_length=1)] = Field(
        examples=[[{"year": 3, "amount": "£2m"}, {"year": 4, "amount": "£0.5m"}]]
    )
    """The amounts, each with its contract year."""
    index: Name | None = Field(default=None, examples=["tariff"])
    """The index, one of `indices`, by which the amounts rise. Default: none, they are in £ of their year."""

    def result(self, around: Surroundings) -> Result:
        year = around.inputs.year
        due: dict[str, Expr] = {}
        for number, payment in enumerate(self.payments, start=1):
            label = payment.label or f"One-off payment of year {payment.year}"
            amount = around.value(payment.amount, f"payment_{number}", label)
            due[str(number)] = where((year >= payment.year) & (year <= payment.year), amount, 0)
        paid = sum_over(Family("payment", due))
        if self.index is not None:
            a_pound = around.value(Constant(1.0, REAL_POUND / POUND), "a_pound", "£ at year-1 prices for a £ stated")
            paid = (
                around.line("at_year_1_prices", paid * a_pound, "At year-1 prices") * around.shared.indices[self.index]
            )
        return Result([Flow("", "", whole=paid, months_late=self.months_late)])
