"""Whether and when the integrator goes (docs/model.md, "Exit").

It is decided on lines of the year before, so that nothing reads itself: `exited` of a year follows from the closing
position and the outlook of the year before.
"""

from __future__ import annotations

from finmodel.contract import ledger as accounts
from finmodel.contract.after_exit import post_existing_contracts
from finmodel.contract.breaks import breaks_of
from finmodel.contract.exit_costs import ExitCosts
from finmodel.contract.flows import ModelLines
from finmodel.contract.ledger import Book
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, Period, literal, maximum, reached, sum_over, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import Integrator, PaymentModel
from finmodel.units import POUND, PURE

PLANNED, REMAINING, CARRIED = "planned_margin", "planned_remaining", "carried_forward"
"""Lines that hold figures of the base case: written empty, stated once it is known (`finmodel.contract.planned`)."""


def can_exit(shared: Shared, model: PaymentModel) -> bool:
    """Whether a payment model's integrator may fail or leave: the scenario states its capital."""
    integrator = shared.scenario.parties.integrator
    return model.integrator and integrator is not None and integrator.capital is not None


def judges_breaks(shared: Shared, model: PaymentModel) -> bool:
    """Whether it may leave at a break, which it judges by the base case."""
    return can_exit(shared, model) and bool(shared.scenario.contract.breaks)


class ExitLines:
    """The exit of one payment model's integrator. `begin` stands above its terms, `finish` below them."""

    def __init__(self, shared: Shared, name: str, model: PaymentModel) -> None:
        self.shared, self.sheet, self.name = shared, shared.sheet, name
        self._last_year: dict[str, Expr] = {}
        self.on, self.breaks = can_exit(shared, model), judges_breaks(shared, model)

    @property
    def integrator(self) -> Integrator:
        found = self.shared.scenario.parties.integrator
        assert found is not None
        return found

    def begin(self) -> Expr | None:
        """Write `exited`, 1 in every year after the integrator has gone; None where it stays whatever happens."""
        if not self.on:
            return None
        gone = self._earlier("exited")
        for key in ("fails", "leaves") if self.breaks else ("fails",):
            gone = maximum(gone, self._earlier(key))
        return self._flag("exited", gone, "Integrator has gone (1) or not (0)")

    def finish(self, lines: ModelLines) -> None:
        """Post what an exit costs and decide at each year's end; the terms and costs are posted already."""
        if lines.ledger.in_force.always:
            return
        costs = ExitCosts(self.shared, lines) if self.on else None
        post_existing_contracts(self.shared, lines, costs.extra_cost() if costs else None)
        if costs is None:
            return
        self._lines = lines
        exited = self.sheet.ref(f"{self.name}.exited")
        first = self._flag("goes", exited - exited.lag(), "First year without the integrator (1) or not (0)")
        left: Expr | None = None
        if self.breaks:
            left = self._flag("left", self._last_year["leaves"], "It left at the break before the year (1) or not (0)")
        costs.before_margin(first, left)
        self._if_it_stays()
        margin = self._money("margin", lines.ledger.position(accounts.INTEGRATOR), "Integrator's margin")
        position = self._so_far("position", margin, "Integrator's margin so far")
        costs.after_margin(position, left)
        self._decide(exited, position, costs)

    def _earlier(self, key: str) -> Expr:
        """Last year's value of a line that is written below."""
        self._last_year[key] = self.sheet.promise(f"{self.name}.{key}", PURE, opening=0.0).lag()
        return self._last_year[key]

    def _flag(self, key: str, formula: Expr, label: str) -> Ref:
        return self.sheet.add(f"{self.name}.{key}", formula, unit=PURE, label=label)

    def _money(self, key: str, formula: Expr, label: str) -> Ref:
        return self.sheet.add(f"{self.name}.{key}", formula, unit=POUND, label=label, period=Period.CONTRACT_YEAR)

    def _so_far(self, key: str, amount: Expr, label: str) -> Expr:
        earlier = self.sheet.promise(f"{self.name}.{key}", POUND, opening=0.0)
        return self._money(key, earlier.lag() + amount, label)

    def _if_it_stays(self) -> None:
        """What margin and payment would be if the integrator stayed whatever happened."""
        ledger, payers = self._lines.ledger, self.shared.target.payers
        stays = ledger.in_force.without_exit
        margin = stays.settle(ledger.position(accounts.INTEGRATOR, Book.TERMS), literal(0.0))
        self._money("margin_if_it_stays", margin, "Integrator's margin, if it stays")
        line = self.sheet.ref(f"{self.name}.margin_if_it_stays")
        self._so_far("position_if_it_stays", line, "Integrator's margin so far, if it stays")
        paid = {
            book: sum_over(Family("payer", {k: ledger.paid(accounts.commissioner(k), book) for k in payers}))
            for book in (Book.TERMS, Book.AFTER_EXIT)
        }
        both = stays.settle(paid[Book.TERMS], paid[Book.AFTER_EXIT])
        if_stays = self._money("payment_if_it_stays", both, "Payment of the year, if the integrator stays")
        if_gone = self._money(
            "payment_if_it_is_gone", paid[Book.AFTER_EXIT], "Payment of a year without the integrator"
        )
        label = "Payment so far without the integrator less that with it"
        self._so_far("gone_less_stays", if_gone - if_stays, label)

    def _decide(self, exited: Expr, position: Expr, costs: ExitCosts) -> None:
        """It fails where its loss exceeds capital and guarantee; it leaves at a break where staying is worse."""
        here, security = exited <= 0, self._money("security", costs.security, "Capital and guarantee")
        label = "It fails at the end of the year (1) or not (0)"
        fails = self._flag("fails", where(here & ~reached(security, -position), 1, 0), label)
        self._year_of("failed_after", fails, "Year at whose end the integrator failed, else 0")
        if not self.breaks:
            return
        outlook = self._outlook()
        cost = self._money("cost_of_leaving", costs.of_leaving(), "Guarantee callable and exit charge")
        worse = here & (fails <= 0) & (self._break_follows() > 0) & ~reached(outlook, -cost)
        leaves = self._flag("leaves", where(worse, 1, 0), "It leaves at the end of the year (1) or not (0)")
        self._year_of("left_after", leaves, "Year at whose end the integrator left, else 0")
        line = self.sheet.ref(f"{self.name}.gone_less_stays")
        label = (
            "Less the cost of leaving if it has stayed, less payment so far without the integrator less that with it"
        )
        self._money("on_leaving", -costs.of_leaving_if_it_stays() - line, label)

    def _break_follows(self) -> Expr:
        name = "break_follows"
        if name in self.sheet:
            return self.sheet.ref(name)
        breaks = dict(breaks_of(self.shared))
        follows: Expr = literal(0.0)
        for year in breaks:
            follows = where(self.shared.inputs.year.equals(year), 1, follows)
        return self.sheet.add(name, follows, label="A break follows the year (1) or not (0)")

    def _year_of(self, key: str, flag: Expr, label: str) -> None:
        earlier = self.sheet.promise(f"{self.name}.{key}", PURE, opening=0.0)
        self._flag(key, maximum(earlier.lag(), flag * self.shared.inputs.year), label)

    def _outlook(self) -> Expr:
        """The margin expected of the remaining years: as planned, and the last known departure carried forward."""
        empty = [0.0] * self.shared.scenario.contract.years
        planned, remaining, carried = (
            self.sheet.given(f"{self.name}.{key}", empty, unit, label=label)
            for key, unit, label in (
                (PLANNED, POUND, "Margin planned: that of the base case"),
                (REMAINING, POUND, "Margin planned for the remaining years"),
                (CARRIED, PURE, "Remaining years, at planned prices, for one of the last year known"),
            )
        )
        margin = self.sheet.ref(f"{self.name}.margin_if_it_stays")
        departure = self._money("departure", margin - planned, "Margin less the margin planned")
        late = years_until_known(self.integrator)
        known = departure.lag(late) if late else departure
        label = "Margin expected of the remaining years"
        return self._money("expected_remaining", remaining + known * carried, label)


def years_until_known(integrator: Integrator) -> int:
    """Whole years after which the margin of a contract year is known at a break."""
    return -(-integrator.exit_terms.margin_known // 12)
