"""The assumptions register: every number of a scenario with its source, its owner, its spread and what uses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from finmodel.errors import InputError, Mistake, nearest
from finmodel.scenario import ByYear, Ramp, Uncertain
from finmodel.scenario.numbers import Number, numbers_of, unused_assumptions, uses_of

if TYPE_CHECKING:
    from finmodel.analysis.shape import Percentiles
    from finmodel.contract import Contract

_BLOCKS = ("indices", "services", "outcomes", "parties", "savings")
"""Sections whose blocks become lines of their own. What stands elsewhere (contract years) holds for all models."""


@dataclass(frozen=True)
class Entry:
    """One number. Owner, confidence, review date and note are stated for named assumptions only.

    `percentiles` has one entry where every year has the same distribution, else one a contract year. `models` are the
    payment models whose lines read the number; `used_at` the paths that name an assumption.
    """

    number: Number
    percentiles: tuple[Percentiles, ...] = ()
    distribution: str = ""
    owner: str = ""
    confidence: str = ""
    review_by: date | None = None
    note: str = ""
    models: tuple[str, ...] = ()
    used_at: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The assumption's name, or the path of a number that has none."""
        return self.number.assumption or self.number.path

    @property
    def varies(self) -> bool:
        """Whether there is something to draw: it is uncertain, or differs by year."""
        return isinstance(self.number.value, (Uncertain, ByYear, Ramp))


@dataclass(frozen=True)
class AssumptionsRegister:
    """Every number of a scenario in the order of its file; `unused`: assumptions on which nothing rests."""

    scenario: str
    title: str
    overrides: tuple[str, ...]
    all_models: tuple[str, ...]
    years: int
    entries: tuple[Entry, ...]
    unused: tuple[str, ...]

    @property
    def named(self) -> tuple[Entry, ...]:
        """The assumptions with a name."""
        return tuple(entry for entry in self.entries if entry.number.assumption)

    @property
    def without_source(self) -> tuple[Entry, ...]:
        """The numbers for which neither they nor a block around them states a source."""
        return tuple(entry for entry in self.entries if entry.number.status == "no source")

    @property
    def unused_entries(self) -> tuple[Entry, ...]:
        """The assumptions that nothing uses."""
        return tuple(entry for entry in self.named if entry.number.assumption in self.unused)

    def overdue(self, today: date) -> tuple[Entry, ...]:
        """The assumptions whose review date has passed."""
        return tuple(entry for entry in self.named if entry.review_by is not None and entry.review_by < today)

    def chosen(self, names: Sequence[str]) -> tuple[Entry, ...]:
        """The entries named, by an assumption's name, a path, or a block and all within it; InputError for none."""
        if not names:
            return self.entries
        mistakes, wanted = [], set()
        for name in names:
            found = {entry.name for entry in self.entries if _answers(entry, name)}
            wanted |= found
            if not found:
                known = [entry.name for entry in self.entries]
                message = f"there is no number '{name}' in {self.scenario}"
                mistakes.append(Mistake(message, suggestion=nearest(name, known)))
        if mistakes:
            raise InputError(mistakes)
        return tuple(entry for entry in self.entries if entry.name in wanted)


def _answers(entry: Entry, name: str) -> bool:
    path = entry.number.path
    return name in (entry.name, path) or path.startswith((f"{name}.", f"{name}["))


def assumptions_register(contract: Contract) -> AssumptionsRegister:
    """The register of a compiled contract; its payment models are those that can use a number."""
    scenario = contract.scenario
    uses = uses_of(scenario)
    readers = _Readers(contract, uses)
    return AssumptionsRegister(
        scenario=scenario.name,
        title=scenario.title,
        overrides=scenario.overrides,
        all_models=contract.models,
        years=scenario.contract.years,
        entries=tuple(_entry(number, contract, readers, uses) for number in numbers_of(scenario)),
        unused=unused_assumptions(scenario),
    )


def _entry(number: Number, contract: Contract, readers: _Readers, uses: dict[str, tuple[str, ...]]) -> Entry:
    spread: tuple[Percentiles, ...] = ()
    kind = ""
    if isinstance(number.value, Uncertain):
        from finmodel.analysis.shape import percentiles
        from finmodel.contract.inputs import driver_of

        spread = percentiles(driver_of(number.value, number.path), contract.scenario.contract.years)
        kind = said_distribution(number.value)
    name = number.assumption
    models = readers.of_assumption(name) if name else readers.of_path(number.path)
    if not name:
        return Entry(number, spread, kind, models=models)
    stated = contract.scenario.assumptions[name]
    return Entry(
        number,
        spread,
        kind,
        owner=stated.owner,
        confidence=stated.confidence,
        review_by=stated.review_by,
        note=" ".join((stated.note or "").split()),
        models=models,
        used_at=uses[name],
    )


def said_distribution(value: Uncertain) -> str:
    """`normal within bounds, drawn every year, persistence 0.5`."""
    framed = " and ".join(
        word for word, there in (("shifted", value.shift != 0), ("within bounds", value.bounded)) if there
    )
    words = [f"{value.kind} {framed}".rstrip(), "drawn every year" if value.vary == "yearly" else "drawn once"]
    if value.persistence:
        words.append(f"persistence {value.persistence:g}")
    return ", ".join(words)


class _Readers:
    """Which payment models read a number: those whose lines hold its line, or else a line of the block around it."""

    def __init__(self, contract: Contract, uses: dict[str, tuple[str, ...]]) -> None:
        from finmodel.contract.evaluate import lines_of_model

        self.contract, self.uses = contract, uses
        self.lines = {model: lines_of_model(contract, model) for model in contract.models}

    def of_path(self, path: str) -> tuple[str, ...]:
        """The payment models, in the order of the scenario."""
        words = path.split(".")
        if words[0] == "payment_models":
            return tuple(model for model in self.contract.models if model == words[1])
        if words[0] == "correlations":
            return self._of_pair(int(words[1]))
        if words[0] == "events":  # probability and length have lines of other names
            return self._with_line(".".join(words[:2]))
        if words[0] not in _BLOCKS:
            return self._with_line(path.partition("[")[0]) or self.contract.models
        for length in range(len(words), 1, -1):
            block = ".".join(words[:length])
            if any(_within(line, block) for line in self.contract.sheet.names):
                return self._with_line(block)
        return ()

    def of_assumption(self, name: str, seen: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Of its own line, and of every place that names it."""
        found = set(self._with_line(f"assumptions.{name}"))
        for path in self.uses.get(name, ()):
            other = path.split(".")[1] if path.startswith("assumptions.") else ""
            if other and other not in seen:
                found |= set(self.of_assumption(other, seen | {name}))
            elif not other and f"assumptions.{name}" not in self.contract.sheet:
                found |= set(self.of_path(path))
        return tuple(model for model in self.contract.models if model in found)

    def _with_line(self, block: str) -> tuple[str, ...]:
        return tuple(model for model, lines in self.lines.items() if any(_within(line, block) for line in lines))

    def _of_pair(self, at: int) -> tuple[str, ...]:
        both = [
            set(self.of_assumption(name) if name in self.contract.scenario.assumptions else self.of_path(name))
            for name in self.contract.scenario.correlations[at].names
        ]
        return tuple(model for model in self.contract.models if all(model in one for one in both))


def _within(line: str, block: str) -> bool:
    return line == block or line.startswith((f"{block}.", f"{block}["))
