"""Events as lines: `events.NAME` is what an event changes in a year, nothing where it does not happen.

Whether, when, for how long and how much are drivers of their own (`events.NAME.happens`, `.when`, `.years`,
`.size`), so that no event moves the draws of another. In the base case an event happens where its probability is at
least 50%.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr, maximum, minimum, where, whole
from finmodel.scenario import Constant
from finmodel.scenario.events import (
    AllocationShortfall,
    Event,
    EventInYears,
    InflationSpell,
    LateSavings,
    OpeningError,
    ProviderFailure,
    StartDelay,
    UnpricedVariation,
)
from finmodel.uncertainty import Driver
from finmodel.units import MONTH, PURE

EVENT_YEARS = "event_years"
"""The figure that counts in how many contract years an event acts."""


class Events:
    """Writes the events that something reads, each once."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs, self.sheet, self.stated = inputs, inputs.sheet, inputs.scenario.events

    def changes(self, name: str) -> Expr:
        """What the event changes in a year; zero in a year without it."""
        line, event = f"events.{name}", self.stated[name]
        if line in self.sheet:
            return self.sheet.ref(line)
        size = self.inputs.value(event.size, f"{line}.size", f"{event.label}: size")  # type: ignore[attr-defined]
        return self.sheet.add(line, where(self._acts(name, event) > 0, size, 0), label=event.label, service=False)

    def _acts(self, name: str, event: Event) -> Expr:
        """1 in the years in which the event acts, else 0."""
        happens = self._happens(name, event)
        if not isinstance(event, EventInYears):
            return happens
        return self._in_years(f"events.{name}", event, self._begins(name, event, happens))

    def _begins(self, name: str, event: EventInYears, happens: Expr) -> Expr:
        """1 in a year in which it begins, else 0."""
        year, path = self.inputs.year, f"events.{name}"
        if event.yearly:
            first = event.when.amount if isinstance(event.when, Constant) else 1.0
            within = year >= first
        else:
            label = f"{event.label}: contract year in which it begins"
            begin = whole(self.inputs.value(event.when, f"{path}.when", label))
            within = (year >= begin) & (year < begin + 1)
        label = f"{event.label}: begins (1) or not (0)"
        return self.sheet.add(f"{path}.begins", where(within, happens, 0), label=label, service=False)

    def _in_years(self, path: str, event: EventInYears, begins: Expr) -> Expr:
        """1 from each year in which it begins for as long as it lasts; one that begins within another may end later."""
        label = f"{event.label}: acts (1) or not (0)"
        if event.years is None:
            earlier = self.sheet.promise(f"{path}.acts", PURE, opening=0.0)
            return self.sheet.add(f"{path}.acts", maximum(earlier.lag(), begins), label=label, service=False)
        lasts = whole(self.inputs.value(event.years, f"{path}.years", f"{event.label}: years that it lasts"))
        before = self.sheet.promise(f"{path}.years_left", PURE, opening=0.0)
        left = self.sheet.add(
            f"{path}.years_left",
            maximum(before.lag() - 1, where(begins > 0, lasts, 0)),
            label=f"{event.label}: years that it still lasts, this one included",
            service=False,
        )
        return self.sheet.add(f"{path}.acts", where(left > 0, 1, 0), label=label, service=False)

    def years_acted(self, name: str) -> Expr | None:
        """In how many contract years so far the event has acted; None where nothing reads the event."""
        path, event = f"events.{name}", self.stated[name]
        if path not in self.sheet:
            return None
        line = f"{path}.years_acted"
        if line in self.sheet:
            return self.sheet.ref(line)
        acts = self.sheet.ref(f"{path}.acts" if isinstance(event, EventInYears) else f"{path}.happens")
        earlier = self.sheet.promise(line, PURE, opening=0.0)
        return self.sheet.add(line, earlier.lag() + acts, label=f"{event.label}: years in which it has acted so far")

    def _happens(self, name: str, event: Event) -> Expr:
        line = f"events.{name}.happens"
        stated = event.probability or getattr(event, "probability_a_year", None)
        assert stated is not None  # the one or the other is stated
        self.inputs.drivers[line] = Driver(line, "bernoulli", {"p": stated.amount}, event.yearly)
        label = f"{event.label}: happens (1) or not (0)"
        return self.sheet.drawn(line, line, PURE, yearly=event.yearly, label=label)

    # What each kind changes

    def of_kind(self, kind: type[Event]) -> list[str]:
        """The names of the events of a kind."""
        return [name for name, event in self.stated.items() if isinstance(event, kind)]

    def begun(self) -> Expr | None:
        """The part of a year for which the terms have begun: months of delay beyond the years before it are lost."""
        return self._once(
            "begun", self.of_kind(StartDelay), self._begun, "Part of the year in which terms are in force"
        )

    def _begun(self, names: Iterable[str]) -> Expr:
        year = self.inputs.year
        return 1 - minimum(maximum(self._sum(names) / self._months_a_year() - (year - 1), 0), 1)

    def saved_late(self, claimed: Expr) -> Expr:
        """Claimed savings, so many months later: straight between whole years; nothing before the first."""
        names = self.of_kind(LateSavings)
        if not names:
            return claimed
        if "savings.claimed_late" in self.sheet:
            return self.sheet.ref("savings.claimed_late")
        by_year = self.sheet.add(
            "savings.claimed_on_time", where(self.inputs.year >= 1, claimed, 0), label="Savings claimed, if on time"
        )
        years_late = self._sum(names) / self._months_a_year()
        late = self.sheet.add("savings.years_late", years_late, label="Years by which savings are late", service=False)
        found: Expr = by_year * maximum(1 - late, 0)
        for years in range(1, 6 * len(names)):
            weight = maximum(1 - maximum(late - years, years - late), 0)
            found = found + by_year.lag(years) * weight
        return self.sheet.add("savings.claimed_late", found, label="Savings claimed, as late as they come")

    def _months_a_year(self) -> Expr:
        name = "months_a_year"
        known = name in self.sheet
        return self.sheet.ref(name) if known else self.sheet.given(name, 12.0, MONTH, label="Months in a year")

    def opening_error(self, service: str, stated: Expr) -> Expr:
        """The opening error of a service, with those of events."""
        for name in self.of_kind(OpeningError):
            event = self.stated[name]
            assert isinstance(event, OpeningError)
            if event.services is None or service in event.services:
                stated = stated + self.changes(name)
        return stated

    def index_change(self, index: str, stated: Expr) -> Expr:
        """The change of an index, with the spells that act on it."""
        own = [name for name in self.of_kind(InflationSpell) if getattr(self.stated[name], "index", "") == index]
        if not own:
            return stated
        line = f"index.{index}.change_with_events"
        if line in self.sheet:
            return self.sheet.ref(line)
        return self.sheet.add(
            line, stated + self._sum(own), label="Change of prices a year, with events", service=False
        )

    def provider_cost(self, provider: str) -> Expr | None:
        """One plus what a provider's failure adds to the cost of its contracts; None without such an event."""
        own = [name for name in self.of_kind(ProviderFailure) if getattr(self.stated[name], "provider", "") == provider]
        label = f"{provider}: cost over cost without failure"
        return self._once(f"failure_cost[{provider}]", own, lambda names: 1 + self._sum(names), label)

    def allocation(self, payer: str) -> Expr | None:
        """What is left of an allocation; None without an event that concerns it."""
        own = []
        for name in self.of_kind(AllocationShortfall):
            chosen = getattr(self.stated[name], "commissioners", None)
            if chosen is None or payer in chosen:
                own.append(name)
        label = "Part of the allocation that is left"
        return self._once(f"allocation_left[{payer}]", own, lambda names: 1 - minimum(self._sum(names), 1), label)

    def variations(self) -> Mapping[str, UnpricedVariation]:
        """The unpriced variations by name."""
        return {name: event for name, event in self.stated.items() if isinstance(event, UnpricedVariation)}

    def _sum(self, names: Iterable[str]) -> Expr:
        first, *others = [self.changes(name) for name in names]
        for other in others:
            first = first + other
        return first

    def _once(self, line: str, names: list[str], make: Callable[[Iterable[str]], Expr], label: str) -> Expr | None:
        if not names:
            return None
        if line in self.sheet:
            return self.sheet.ref(line)
        return self.sheet.add(line, make(names), label=label, service=False)
