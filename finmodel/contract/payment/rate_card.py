"""Rate card: a price for every person for whom an outcome is achieved."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.contract.outcomes import Scored
from finmodel.contract.payment.mechanism import Flow, Mechanism, Result, Surroundings
from finmodel.lines import Expr, Family, clip, literal, maximum, minimum
from finmodel.scenario import Money, PaidOnAccount, RealMoneyPerPerson, Share, TrueFalse
from finmodel.scenario.parts import Name, Part
from finmodel.scenario.problems import Problem
from finmodel.units import POINT, POUND, REAL_POUND


class Price(Part):
    """What is paid for one outcome of a rate card."""

    price: RealMoneyPerPerson = Field(examples=["£5,000 a person"])
    """£ for each person more for whom the outcome is achieved, at year-1 prices where the card has an index."""
    start: Share | None = Field(default=None, alias="from", examples=["1pp"])
    """Only the improvement beyond this one is paid for. Default: all of it."""
    most_per_person: RealMoneyPerPerson | None = Field(default=None, examples=["£250 a person"])
    """The most for each person measured, at the prices of `price`. Default: no limit."""


class RateCard(Mechanism):
    """By outcome: people(y) x min(price(y) max(0, improvement(y) - from(y)), most_per_person(y)) x I_index(y).

    People are those measured in the year, the improvement is the measured level less the level to beat, so people times
    improvement is the number of people more for whom the outcome was achieved. Only outcomes that are rates have a
    price. Scores, weights, gates and tests of significance count for nothing, and so chance pays too: where nothing has
    changed, half of the years still show an improvement.

    Without an index the prices are £ of the year. `most` limits the year's money of all outcomes together: they use it
    up in the order in which they are known (of those known together, as written), so that nothing is paid on a figure
    that is not known yet. Where the card is `symmetric`, people fewer than the level to beat are charged at the same
    price, to the same limits. Each outcome's money falls when its score is known.

    Source: Illustration, in the form of the rate cards of social impact bonds.

    Example: 600 people, 3 points above the level to beat, are 18 people more; £5,000 for each is £90,000.

    >>> better = {"home": {"people": 600, "improvement": 0.03}}
    >>> worked("{kind: rate_card, outcomes: {home: {price: £5000}}}", outcomes=better)
    90000.0
    >>> worked("{kind: rate_card, outcomes: {home: {price: £5000, from: 1pp}}, most: £50000}", outcomes=better)
    50000.0
    """

    known_later = True
    kind: Literal["rate_card"]
    """A price for every person for whom an outcome is achieved."""
    outcomes: Annotated[dict[Name, Price], Field(min_length=1)] = Field(
        examples=[{"lung_survival": {"price": "£5,000 a person", "from": "1pp"}}]
    )
    """The outcomes that have a price, by name; each is a rate with a source."""
    index: Name | None = Field(default=None, examples=["tariff"])
    """The index, one of `indices`, by which the prices rise. Default: the prices are £ of the year."""
    most: Money | None = Field(default=None, examples=["£1.5m", ["£0.5m"] * 2 + ["£1.5m"] * 8])
    """The most in a year for all outcomes together, £ of the year. Default: no limit."""
    symmetric: TrueFalse = Field(default=False, examples=[True])
    """Whether people fewer than the level to beat are charged. Default: false."""

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if isinstance(self.paid, PaidOnAccount):
            message = "a rate card is not paid on account; say 'monthly', or how long after it is known"
            raise Problem(message, ("paid",)).for_pydantic()
        if self.services is not None:
            message = "a rate card is for the services of its outcomes; leave 'services' out"
            raise Problem(message, ("services",)).for_pydantic()
        return self

    def result(self, around: Surroundings) -> Result:
        found = {name: around.outcome(name, f"outcomes.{name}") for name in self.outcomes}
        for name, (_, outcome) in found.items():
            if outcome.improvement.unit == POINT:
                message = f"the outcome '{name}' is a mean of points; a rate card pays for people, so for rates"
                raise around.mistake(message, f"outcomes.{name}")
        by_time = sorted(found, key=lambda name: found[name][1].lag_months)
        amounts = {name: self._due(around, name, found[name][1]) for name in by_time}
        most: Expr | None = None
        if self.most is not None:
            most = around.value(self.most, "most", "Most in a year for all outcomes")
            amounts = self._limited(around, amounts, most)
        services = list(around.shared.care.planned)
        flows = [
            Flow(
                f"earned.{name}",
                f"earned, {found[name][1].label}",
                by_service=Family("service", {s: amount if s == found[name][0] else literal(0.0) for s in services}),
                months_late=found[name][1].lag_months + (self.months_late or 0),
                outcome=True,
                earned_by=name,
            )
            for name, amount in amounts.items()
        ]
        if most is None:
            return Result(flows)
        first = found[by_time[0]][0]  # only the sum over services is read: the card pays nothing on account
        return Result(flows, Family("service", {s: most if s == first else literal(0.0) for s in services}))

    def _due(self, around: Surroundings, name: str, outcome: Scored) -> Expr:
        """What an outcome earns, were there no limit for all together."""
        card, key, label = self.outcomes[name], f"outcomes.{name}", outcome.label
        better = outcome.improvement
        if card.start is not None:
            start = around.value(card.start, f"{key}.from", f"{label}: paid for beyond")
            worse = maximum(-better - start, 0)
            better = maximum(better - start, 0)
            better = better - worse if self.symmetric else better
        elif not self.symmetric:
            better = maximum(better, 0)
        each = around.value(card.price, f"{key}.price", f"{label}: price a person") * better
        if card.most_per_person is not None:
            limit = around.value(card.most_per_person, f"{key}.most_per_person", f"{label}: most a person")
            each = clip(each, -limit, limit) if self.symmetric else minimum(each, limit)
        if self.index is not None:
            rise = around.shared.indices[self.index]
        else:
            rise = around.given("no_index", 1.0, "Prices are £ of the year", POUND / REAL_POUND)
        return around.line(f"due.{name}", outcome.people * each * rise, f"{label}: before the limit for all")

    def _limited(self, around: Surroundings, amounts: dict[str, Expr], most: Expr) -> dict[str, Expr]:
        """What each outcome adds to the limited sum of those known by then."""
        found: dict[str, Expr] = {}
        before: Expr | None = None
        so_far: Expr | None = None
        for name, amount in amounts.items():
            so_far = amount if so_far is None else so_far + amount
            limited = clip(so_far, -most, most) if self.symmetric else minimum(so_far, most)
            after = around.line(f"so_far.{name}", limited, "Earned by the outcomes known so far")
            found[name] = after if before is None else after - before
            before = after
        return found
