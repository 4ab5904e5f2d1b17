"""As much of a scenario as can be typed, so that one mistake does not hide the next.

Where the file has mistakes of form, the parts that hold them are left out (an unknown key alone, a term, a service, an
outcome, or a whole section) and the rest is typed as usual.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from finmodel.errors import Mistake
from finmodel.scenario.appraisal import Appraisal
from finmodel.scenario.bid import Bid
from finmodel.scenario.correlations import Correlation
from finmodel.scenario.document import Scenario, dotted, place_values
from finmodel.scenario.events import EventField
from finmodel.scenario.indexation import Index
from finmodel.scenario.mistakes import path_of
from finmodel.scenario.models import (
    Assumption,
    ContractRegister,
    ContractTerms,
    Parties,
    Savings,
    Service,
)
from finmodel.scenario.outcomes import OutcomeField
from finmodel.scenario.own_lines import OwnLine
from finmodel.scenario.parts import Part
from finmodel.scenario.positions import Path, Positions
from finmodel.scenario.problems import no_such
from finmodel.scenario.signature import SignatureChecks
from finmodel.scenario.terms import BROKEN, NAMELESS, PaymentModel
from finmodel.scenario.values import ByYear, Calculated, Constant, Named, Ramp, Uncertain, Value

_BY_NAME = ("indices", "services", "outcomes", "assumptions", "events", "lines", "payment_models")
_ROUNDS = 6


class Draft(Part):
    """The sections that could be typed; those that could not are None or lack the entries with mistakes."""

    model_config = ConfigDict(extra="ignore")

    contract: ContractTerms | None = None
    appraisal: Appraisal | None = None
    indices: dict[str, Index] = Field(default_factory=dict)
    services: dict[str, Service] = Field(default_factory=dict)
    contract_register: ContractRegister | None = None
    parties: Parties | None = None
    savings: Savings | None = None
    outcomes: dict[str, OutcomeField] = Field(default_factory=dict)
    assumptions: dict[str, Assumption] = Field(default_factory=dict)
    events: dict[str, EventField] = Field(default_factory=dict)
    lines: dict[str, OwnLine] = Field(default_factory=dict)
    correlations: list[Correlation | None] = Field(default_factory=list)
    bid: Bid | None = None
    checks: SignatureChecks | None = None
    payment_models: dict[str, PaymentModel] = Field(default_factory=dict)


@dataclass
class Checked:
    """What the cross-checks look at: the draft, the data as written, its places, and the mistakes found so far."""

    draft: Draft
    data: dict[str, Any]
    positions: Positions
    complete: bool
    mistakes: list[Mistake] = field(default_factory=list)

    def refuse(self, message: str, path: Path, suggestion: str | None = None, *, on_key: bool = False) -> None:
        """Note a mistake at a path of the file."""
        place = self.positions.key(path) if on_key else self.positions.value(path)
        self.mistakes.append(Mistake(message, place, dotted(path, self.data), suggestion))

    def resolved(self, value: Value) -> Constant | ByYear | Ramp | Uncertain | Calculated | None:
        """What a chain of names ends in; None for a circle or a name that is not there."""
        seen: set[str] = set()
        while isinstance(value, Named):
            assumption = self.draft.assumptions.get(value.name)
            if assumption is None or value.name in seen:
                return None
            seen.add(value.name)
            value = assumption.value
        return value

    def written(self, *path: str) -> Mapping[str, Any]:
        """The block of keys at a path as it is written, typed or not; empty where there is none."""
        data: Any = self.data
        for step in path:
            data = data.get(step) if isinstance(data, dict) else None
        return data if isinstance(data, dict) else {}

    def known(self, what: str, name: str, path: Path, *section: str) -> None:
        """Note a mistake where `name` is not in a section, if the section is written as a block of keys at all."""
        names = self.names(*section)
        if names and name not in names:
            message, near = no_such(what, name, names)
            self.refuse(message, path, near)

    def names(self, *path: str) -> list[str]:
        """The names written in a section, those of entries with mistakes included."""
        return [str(name) for name in self.written(*path)]


def draft_of(scenario: Scenario) -> Draft:
    """The draft of a scenario without mistakes of form: all of it."""
    return Draft.model_construct(**{name: getattr(scenario, name) for name in Draft.model_fields})


def draft_from(error: ValidationError, data: Any, positions: Positions, context: Mapping[str, Any]) -> Draft:
    """The draft of data in which pydantic found mistakes."""
    pruned, partial = copy.deepcopy(data), {**context, "models": None, "partial": True}
    for _ in range(_ROUNDS):
        for detail in error.errors(include_url=False, include_context=True):
            _leave_out(path_of(detail), detail["type"], pruned)
        try:
            draft = Draft.model_validate(pruned, context=partial)
        except ValidationError as still:
            error = still
            continue
        place_values(draft, data, positions)
        return draft
    return Draft()


def _leave_out(path: Path, kind: str, data: Any) -> None:
    """Take the part that holds a mistake out of the data."""
    if not isinstance(data, dict) or not path:
        return
    section, *rest = path
    if kind == "extra_forbidden":
        _delete(path, data)
    elif section == "payment_models" and len(rest) > 3 and rest[1] == "phases":
        _break_term(path[:5], data)
    elif section in _BY_NAME and rest:
        _delete(path[:2], data)
    elif section == "parties" and len(rest) > 1:
        _delete(path[:3] if rest[0] == "commissioners" else path[:2], data)
    elif section == "correlations" and rest and isinstance(data.get(section), list):
        data[section][rest[0]] = None
    else:
        _delete(path[:1], data)


def _delete(path: Path, data: Any) -> None:
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict):
        data.pop(path[-1], None)


def _break_term(path: Path, data: Any) -> None:
    *_, place = path
    try:
        terms = data[path[0]][path[1]][path[2]][path[3]]
        name = terms[place].get("name") if isinstance(terms[place], dict) else None
        known = isinstance(name, str) and name.isascii() and name.isidentifier() and name.islower()
        terms[place] = {"name": name if known else NAMELESS, "kind": BROKEN, "from": "commissioners", "to": "providers"}
    except (KeyError, IndexError, TypeError):
        _delete(path[:2], data)
