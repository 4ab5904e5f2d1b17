"""What a run says: figures with their spread, events with their chance, and whose and when they are.

Figures (`figure`, unit, period, members), for each payment model unless said otherwise:

    allocation           £  financial year   commissioner, all     (no model)
    envelope             £  contract year    all                   (no model)
    cash                 £  financial year   commissioner, all     run-off years included
    headroom             £  financial year   commissioner, all     allocation less cash, by trial
    cash_difference      £  all years        all                   cash less that of the first model, by trial
    present_value        £real financial year all
    payment              £  contract year    all                   accrued
    cash_before_break    £  break            all                   cash until then; period: years before it
    due_before_break     £  break            all                   payment of the contract years before it
    owed_at_break        £  break            all                   what is due less cash, by trial
    commissioners_net    £  contract year    all                   minus payment
    integrator_surplus   £  contract year    all
    integrator_return    rate all years      all                   of the trials that have one (integrator_has_return)
    exit_extra_cost      £  all years        all                   what commissioners pay more because it went
    exit_unpaid          £  all years        all                   loss that neither capital nor guarantee covers
    guarantee_called     £  all years        all
    …_if_it_goes         £  all years        all                   the first two, of the trials with an exit
    guarantee, security  £  all years        all                   security is guarantee and capital
    loss_to_break        £  break            all                   if the integrator stays; negative: a gain
    exit_cost_at_break   £  break            all                   what commissioners pay more if it goes there
    cash_low             £  contract year    all                   integrator's lowest month-end cash, capital included
    working_capital      £  all years        all                   what its lowest cash asks for
    worst_month          month all years     all                   in which that is; 0: never below nothing
    opening_cost         £  contract year 1  all                   of care before savings, running, VAT, unpriced work
    margin_if_it_stays   £  contract year    integrator            also all years; together (with providers) all years
    should_cost          £  all years        all                   paid to staff, suppliers and HMRC, if it stays
    loss_to_first_break  £  break            all                   or to the end; period: years before it
    unpriced             £  all years        all                   variations that nobody priced, if it stays
    outcome_at_risk      £  contract year    all                   at full score, if it stays
    providers_surplus    £  contract year    all
    provider_surplus     £  all years        provider
    outcome_earned, outcome_maximum £ contract year all
    outcome_uncapped     £  contract year    all                   the part of what is earned that has no maximum
    outcome_share        rate contract year  all                   the rest over maximum; the mean is a ratio of means
    outcome_paid         £  all years        outcome, all          paid because of outcomes: docs/conventions.md, rule 9
    outcome_standing_still, outcome_deadweight, outcome_attributable, outcome_noise: its parts, likewise; with `_share`
                         rate, the part over what is paid; a ratio of means
    outcome_static_baseline £ all years      all                   what stated baselines would pay for the trend alone
    extra_outcomes       person all years    one_more.OUTCOME      beyond the first model's; also `_discounted`
    cost_per_extra_outcome £real/person all years one_more.OUTCOME ratio of means; left out where undefined (rule 7)
    pay_for_one_more, cost_of_one_more £real/person all years outcome  of the integrator, base case
    own                  any contract year   own line              (also without a model: lines that all share)

Events: over_allocation (cash against allocation), over_allocation_in_a_year (all commissioners together),
over_envelope (payment against envelope), over_quoted_cash (cash
against the publicly quoted cash), integrator_goes (by the year at whose end; members failed, left), cash_below_zero
(the integrator's, month-end, by contract year), integrator_loses, integrator_loses_in_a_year, provider_loses,
any_provider_loses.
Of members integrator and together, if the integrator stays: loses_if_it_stays, loses_so_far_if_it_stays.
Of the integrator's surpluses year by year: integrator_has_return, integrator_has_several_returns,
integrator_gets_nothing_back (losses first, and no rate), integrator_gains_first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from finmodel.analysis.design import Design
from finmodel.analysis.estimates import Chance, Spread
from finmodel.analysis.findings import Finding

ALL_YEARS = "all years"
"""The period label of a total over years; its `period` is None. A `member` of None means all of them together."""

Key = tuple[str | None, str, str | None, int | None]


@dataclass(frozen=True)
class Model:
    """A payment model as the report names it."""

    name: str
    label: str
    integrator: bool


@dataclass(frozen=True)
class About:
    """What the figures are of.

    `sampler` says how futures were drawn, which their standard errors rest on.
    `labels` names commissioners and own lines as people write them; `quoted_cash` is nominal £.
    """

    name: str
    title: str
    trials: int
    seed: int
    models: tuple[Model, ...]
    labels: dict[str, str]
    notes: tuple[str, ...] = ()
    quoted_cash: float | None = None
    overrides: tuple[str, ...] = ()
    discount_rate: str = ""
    green_book: str = ""
    sampler: str = "random"
    bidder: str = ""
    """Whose bid the scenario holds, and under which legal form; nothing where it holds none."""
    legal_form: str = ""
    next_bid_gap: float | None = None
    """Of a bid that states no next bid: T4 is AMBER where another is dearer by more."""
    remarks: dict[str, str] = field(default_factory=dict)
    """What must be said beside what one more costs, by outcome."""
    events: dict[str, str] = field(default_factory=dict)
    """How likely each event is stated to be."""

    @property
    def design(self) -> Design:
        """How the trials depend on one another."""
        return Design.of(self.sampler, self.trials)

    def label(self, member: str | None) -> str:
        """How to name a member: by its label where it has one."""
        return "all" if member is None else self.labels.get(member, member)


@dataclass(frozen=True)
class Figure:
    """One figure over the trials. `unit` is £ (nominal), £real (base-year prices), rate, or that of an own line.

    `base` is the figure of the base case: every draw at its central value, no noise. It need not be the mean.
    """

    model: str | None
    figure: str
    member: str | None
    period: int | None
    period_label: str
    unit: str
    spread: Spread
    base: float | None = None


@dataclass(frozen=True)
class Event:
    """How often something happened. `series` and `against` name what was compared."""

    model: str | None
    event: str
    series: str
    against: str
    member: str | None
    period: int | None
    period_label: str
    chance: Chance


@dataclass(frozen=True)
class Summary:
    """Every figure and event of a run."""

    about: About
    figures: tuple[Figure, ...]
    events: tuple[Event, ...]
    checks: tuple[Finding, ...] = ()
    """What the checks before signature found; of a run, not of its base case."""

    @cached_property
    def _figures(self) -> dict[Key, Figure]:
        return {(f.model, f.figure, f.member, f.period): f for f in self.figures}

    @cached_property
    def _events(self) -> dict[Key, Event]:
        return {(e.model, e.event, e.member, e.period): e for e in self.events}

    def figure(
        self, model: str | None, figure: str, member: str | None = None, period: int | None = None
    ) -> Figure | None:
        """The figure of that name, or None where the run has none."""
        return self._figures.get((model, figure, member, period))

    def spread(
        self, model: str | None, figure: str, member: str | None = None, period: int | None = None
    ) -> Spread | None:
        """The spread of a figure, or None where the run has none."""
        found = self.figure(model, figure, member, period)
        return found.spread if found else None

    def base(self, model: str | None, figure: str) -> float | None:
        """The base case of a figure over all years, or None where the run has none."""
        found = self.figure(model, figure)
        return found.base if found else None

    def with_base_case(self, base: Summary) -> Summary:
        """The same summary with the figures of the base case, which is a summary of one trial, beside its own."""
        figures = tuple(
            replace(
                f, base=spread.mean.value if (spread := base.spread(f.model, f.figure, f.member, f.period)) else None
            )
            for f in self.figures
        )
        return replace(self, figures=figures)

    def chance(
        self, model: str | None, event: str, member: str | None = None, period: int | None = None
    ) -> Chance | None:
        """How often an event happened, or None where the run did not look."""
        found = self._events.get((model, event, member, period))
        return found.chance if found else None

    def members(self, model: str | None, figure: str) -> tuple[str, ...]:
        """The members that a figure is given for, in the order of the run."""
        found = (f.member for f in self.figures if f.model == model and f.figure == figure and f.member is not None)
        return tuple(dict.fromkeys(found))

    def periods(self, model: str | None, figure: str) -> dict[int, str]:
        """The periods that a figure is given for, with their labels, in order of time."""
        found = {
            f.period: f.period_label
            for f in self.figures
            if f.model == model and f.figure == figure and f.period is not None
        }
        return dict(sorted(found.items()))
