"""Cross-checks of events: what they name exists, and they can happen in the contract's years."""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.scenario.draft import Checked
from finmodel.scenario.events import (
    AllocationShortfall,
    EventInYears,
    InflationSpell,
    LateSavings,
    OpeningError,
    ProviderFailure,
)
from finmodel.scenario.problems import no_such
from finmodel.scenario.support import amounts_of
from finmodel.scenario.values import Uncertain


def check_events(checked: Checked) -> None:
    """Note what no single event can tell."""
    draft = checked.draft
    for name, event in draft.events.items():
        path = ("events", name)
        if isinstance(event, OpeningError):
            for at, service in enumerate(event.services or []):
                checked.known("service", service, (*path, "services", at), "services")
        if isinstance(event, AllocationShortfall):
            for at, payer in enumerate(event.commissioners or []):
                checked.known("commissioner", payer, (*path, "commissioners", at), "parties", "commissioners")
        if isinstance(event, InflationSpell):
            checked.known("index", event.index, (*path, "index"), "indices")
            index = draft.indices.get(event.index)
            if index is not None and index.change is None:
                message = f"the index '{event.index}' states no change of its own; name the index that it follows"
                checked.refuse(message, (*path, "index"))
        if isinstance(event, LateSavings) and checked.complete and draft.savings is None:
            checked.refuse("there are no savings that could come late: the section 'savings' is missing", path)
        if isinstance(event, EventInYears) and draft.contract is not None:
            stated = checked.resolved(event.when)
            if event.yearly and isinstance(stated, Uncertain):
                message = "with probability_a_year the event begins by chance in a year; 'when' is then one year"
                checked.refuse(message, (*path, "when"))
            elif stated is not None and any(year > draft.contract.years for year in amounts_of(stated)[:1]):
                years = draft.contract.years
                checked.refuse(f"the event begins after the {years} years of the contract", (*path, "when"))


def check_providers(checked: Checked, providers: Sequence[str]) -> None:
    """A provider that may fail stands in the register, if that could be read."""
    known = list(dict.fromkeys(providers))
    for name, event in checked.draft.events.items():
        if isinstance(event, ProviderFailure) and known and event.provider not in known:
            message, near = no_such("provider", event.provider, known)
            checked.refuse(message, ("events", name, "provider"), near)
