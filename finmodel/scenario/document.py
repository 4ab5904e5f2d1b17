"""The whole scenario: the typed file, where it came from, and the register of contracts beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PrivateAttr

from finmodel.errors import Span
from finmodel.scenario.appraisal import Appraisal
from finmodel.scenario.bid import Bid
from finmodel.scenario.correlations import Correlation
from finmodel.scenario.events import EventField
from finmodel.scenario.files import TextFile
from finmodel.scenario.indexation import Index
from finmodel.scenario.models import (
    Assumption,
    Commissioner,
    ContractRegister,
    ContractTerms,
    Parties,
    Savings,
    Service,
    Simulation,
)
from finmodel.scenario.outcomes import OutcomeField
from finmodel.scenario.own_lines import OwnLine
from finmodel.scenario.parts import Day, Name, Part, Text, checked
from finmodel.scenario.positions import Path, Positions
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.signature import SignatureChecks
from finmodel.scenario.terms import PaymentModel
from finmodel.scenario.values import Named, Uncertain, Value, place


@dataclass(frozen=True)
class RegisterRow:
    """One existing contract: worth `annual_value` £ a year at base-year prices and activity. `line` is its line number.

    `loading` multiplies the service's shock; `marginal_rate` is the share of the price paid above plan (kind activity).
    """

    contract: str
    provider: str
    service: str
    site: str | None
    commissioner: str
    annual_value: float
    kind: Literal["block", "activity", "cost"]
    loading: float
    marginal_rate: float
    note: str
    line: int


@dataclass(frozen=True)
class Origin:
    """Where a scenario came from: every file that was read, the scenario's own first."""

    files: tuple[TextFile, ...]
    overrides: tuple[str, ...]
    data: Any
    positions: Positions


def _format(written: Any) -> int:
    if written != 1 or isinstance(written, bool) or not isinstance(written, int):
        raise Problem(f"this version reads scenarios of format 1, got {shown(written)}")
    return written


class Scenario(Part):
    """A checked scenario. Attributes are named as the keys of the file."""

    extends: list[Text] | Text | None = Field(default=None, examples=["staffordshire.yaml"])
    """Scenario files that this one stands over, by paths relative to this file; of several the later wins."""
    finmodel: Annotated[Literal[1], checked(_format, {"const": 1})] = Field(examples=[1])
    """The format of this file: 1."""
    name: Name = Field(examples=["staffordshire"])
    """The scenario's name; folders of results begin with it."""
    title: Text = Field(examples=["Staffordshire, cancer and end of life care"])
    """The scenario's title in reports."""
    description: Text | None = None
    """What the scenario is about. Default: none."""
    contract: ContractTerms
    """When the contract runs, in which phases, for how many people."""
    appraisal: Appraisal
    """How cash becomes real present value."""
    indices: dict[Name, Index] = Field(min_length=1, examples=[{"tariff": {"change": "2.5%", "efficiency": "2%"}}])
    """Price indices by name; at least one."""
    services: dict[Name, Service] = Field(min_length=1)
    """The services by name; at least one."""
    contract_register: ContractRegister
    """The existing contracts, and how their cost behaves."""
    parties: Parties
    """Who takes part."""
    savings: Savings | None = None
    """Savings that an integrator claims. Default: none."""
    outcomes: dict[Name, OutcomeField] = Field(default_factory=dict)
    """Outcomes by name. Default: none."""
    assumptions: dict[Name, Assumption] = Field(default_factory=dict)
    """Numbers with a name, an owner and a source; other places use the name. Default: none."""
    events: dict[Name, EventField] = Field(
        default_factory=dict,
        examples=[
            {
                "paused": {
                    "label": "Procurement paused",
                    "kind": "start_delay",
                    "probability": "30%",
                    "size": {"triangular": ["3 months", "9 months", "24 months"]},
                    "source": "Assumption: paused twice in the past.",
                }
            }
        ],
    )
    """What may happen to the contract: events by name, each with probability, time and size. Default: none."""
    lines: dict[Name, OwnLine] = Field(
        default_factory=dict,
        examples=[{"target_a_death": {"formula": "target[end_of_life] / people[end_of_life]", "unit": "£/person"}}],
    )
    """Lines of the modeller's own, over those that all payment models share, by name. Default: none."""
    correlations: list[Correlation] = Field(default_factory=list)
    """Rank correlations between uncertain numbers. Default: none."""
    sources: dict[str, Text] = Field(default_factory=dict, examples=[{"services.cancer.pool": "HSJ, November 2014"}])
    """Where each number comes from, by its dotted path. Default: none."""
    known_on: dict[str, Day] = Field(default_factory=dict, examples=[{"services.cancer.pool": "2014-11-11"}])
    """The day on which each number was known, by its dotted path; a day for a block holds for every number in it. Where
    days are stated, every number has one. Default: not stated."""
    known_by: Day | None = Field(default=None, examples=["2014-11-30"])
    """Only what was known by this day stands in the scenario: `known_on` gives no later day. Default: no limit."""
    accepted: dict[str, Text] = Field(default_factory=dict, examples=[{"W01": "Confirmed by the tax adviser."}])
    """Warnings that are meant so, by their code, each with the reason. Default: none."""
    bid: Bid | None = None
    """A bidder's offer over this contract. Default: none."""
    checks: SignatureChecks | None = None
    """What the checks before signature need to know. Default: nothing is known, thresholds are as shipped."""
    payment_models: dict[Name, PaymentModel] = Field(min_length=1)
    """The ways of paying that are compared, by name; at least one."""
    simulation: Simulation = Field(default_factory=Simulation, examples=[{"trials": 10000, "seed": 2016}])
    """How many futures, from which seed."""

    _origin: Origin = PrivateAttr()
    _register: tuple[RegisterRow, ...] = PrivateAttr(default=())

    @property
    def files(self) -> tuple[TextFile, ...]:
        """Every file that the scenario was read from: its own first, then those it extends, overrides, the register."""
        return self._origin.files

    @property
    def data(self) -> dict[str, Any]:
        """The composed scenario as plain data, overrides applied."""
        found: dict[str, Any] = self._origin.data
        return found

    @property
    def positions(self) -> Positions:
        """Where each part of `data` is written."""
        return self._origin.positions

    @property
    def path(self) -> FilePath:
        """The scenario file."""
        return self.files[0].path

    @property
    def text(self) -> str:
        """The text of the scenario file, without overrides."""
        return self.files[0].text

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, in hex."""
        return self.files[0].sha256

    @property
    def overrides(self) -> tuple[str, ...]:
        """The overrides applied, as they were given."""
        return self._origin.overrides

    @property
    def register(self) -> tuple[RegisterRow, ...]:
        """The contracts of the register, in its order."""
        return self._register

    @property
    def commissioners(self) -> dict[str, Commissioner]:
        """The commissioners by name, in the order of the file."""
        return self.parties.commissioners

    def span(self, path: str) -> Span:
        """Where a dotted path is written, or the nearest part around it."""
        return self._origin.positions.value(raw_path(path, self._origin.data)[0])

    def value_of(self, value: Value) -> Value:
        """The value itself, or what the assumption holds that it names."""
        while isinstance(value, Named):
            value = self.assumptions[value.name].value
        return value

    def values(self) -> Iterator[Value]:
        """Every number of the scenario, in the order of the file's sections."""
        for _, value in values_within(self, ()):
            yield value

    def uncertain(self) -> dict[str, Uncertain]:
        """Every distribution by the name of its driver: its assumption's, or the dotted path where it is written."""
        return {driver_name(value): value for value in self.values() if isinstance(value, Uncertain)}


def driver_name(value: Uncertain) -> str:
    """The name under which a distribution is drawn."""
    section, _, rest = value.path.partition(".")
    return rest.removesuffix(".value") if section == "assumptions" else value.path


def values_within(part: Any, path: Path) -> Iterator[tuple[Path, Value]]:
    """Every Value in a model, with its path in the file."""
    if isinstance(part, Value):
        yield path, part
    elif isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            yield from values_within(getattr(part, name), (*path, field.alias or name))
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from values_within(below, (*path, name))
    elif isinstance(part, (list, tuple)):
        for at, below in enumerate(part):
            yield from values_within(below, (*path, at))


def place_values(part: BaseModel, data: Any, positions: Positions) -> None:
    """Tell every value in `part` its dotted path and its place."""
    for path, value in values_within(part, ()):
        place(value, dotted(path, data), positions.value(path))


def dotted(path: Path, data: Any) -> str:
    """A path as people write it: entries of a list by their `name`, or else by number from 0."""
    words = []
    for step in path:
        below = data[step] if _holds(data, step) else None
        named = isinstance(data, list) and isinstance(below, dict) and isinstance(below.get("name"), str)
        words.append(str(below["name"]) if named and below else str(step))
        data = below
    return ".".join(words)


def raw_path(written: str, data: Any) -> tuple[Path, list[str]]:
    """The path of keys and numbers for a dotted path, as far as it exists, and the words that do not."""
    path: Path = ()
    words = written.split(".")
    while words:
        step = _step(words[0], data)
        if step is None:
            break
        path, data, words = (*path, step), data[step], words[1:]
    return path, words


def _step(word: str, data: Any) -> str | int | None:
    if isinstance(data, dict):
        return word if word in data else None
    if not isinstance(data, list):
        return None
    for at, item in enumerate(data):
        if isinstance(item, dict) and item.get("name") == word:
            return at
    return int(word) if word.isascii() and word.isdigit() and len(word) < 6 and int(word) < len(data) else None


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def options_in(data: Any) -> list[str]:
    """The words that can follow in a dotted path: keys, or the names or numbers of a list's entries."""
    if isinstance(data, dict):
        return [str(key) for key in data]
    if isinstance(data, list):
        return [dotted((at,), data) for at in range(len(data))]
    return []


def part_at(path: Path, data: Any) -> Any:
    """What stands at a path that exists."""
    for step in path:
        data = data[step]
    return data
