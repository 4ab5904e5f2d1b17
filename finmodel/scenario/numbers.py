"""Every number of a scenario as it is written: where, in which unit, what it stands for, and where it comes from.

A number is whatever holds an amount: a value, the points of a score, a date, the years of a phase, a correlation, an
amount inside a formula. The name of an assumption is a use of a number and no number itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Literal

from finmodel.errors import Span
from finmodel.scenario.checks import say_unit
from finmodel.scenario.document import Scenario, dotted, raw_path, values_within
from finmodel.scenario.parts import Part
from finmodel.scenario.positions import Path
from finmodel.scenario.quantities import parse_quantity, write_quantity
from finmodel.scenario.signature import said_of_checks
from finmodel.scenario.values import ByYear, Calculated, Constant, Named, Ramp, Uncertain, Value
from finmodel.units import MONTH, POUND

Kind = Literal["constant", "by year", "ramp", "distribution", "list", "date", "contract years", "formula", "register"]
Status = Literal["sourced", "sourced in part", "assumed", "no source", "setting"]

_TEXTS = {"label", "title", "description", "note", "source", "sources", "owner", "name", "kind", "file", "green_book"}
_TEXTS |= {"finmodel", "extends", "evidence", "measure", "reason", "sheet", "reconciled", "known_on", "known_by"}
_TEXTS |= {"bidder", "legal_form"}
_REFERENCE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_DATE = re.compile(r"(19|20)[0-9]{2}([-/][0-9]{2,4}){0,2}")
_MARK = "Assumption:"


@dataclass(frozen=True)
class Number:
    """One number of the file. `path` is what `--set` takes; `value` is None where it is no number of a typed field."""

    path: str
    label: str
    meaning: str
    text: str
    unit: str
    kind: Kind
    status: Status
    source: str
    span: Span
    value: Value | None = None

    @property
    def assumption(self) -> str:
        """The name of the assumption that holds it, or nothing."""
        section, _, rest = self.path.partition(".")
        return rest.removesuffix(".value").removesuffix(".formula") if section == "assumptions" else ""


def numbers_of(scenario: Scenario) -> tuple[Number, ...]:
    """Every number, in the order of the file; the columns of the register stand where the file names it."""
    reader = _Reader(scenario)
    return tuple(reader.within(scenario.data, ()))


def uses_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The dotted paths that name each assumption, formulas included; none for an assumption that nothing names."""
    found: dict[str, list[str]] = {name: [] for name in scenario.assumptions}
    for path, value in values_within(scenario, ()):
        if isinstance(value, Named):
            found[value.name].append(dotted(path, scenario.data))
    for path, text in _formulas(scenario.data, ()):
        for name in dict.fromkeys(re.findall(r"[a-z][a-z0-9_]*", text)):
            if name in found:
                found[name].append(dotted(path, scenario.data))
    return {name: tuple(paths) for name, paths in found.items()}


def unused_assumptions(scenario: Scenario) -> tuple[str, ...]:
    """The assumptions on which no number of the contract rests, neither directly nor through another assumption."""
    uses = uses_of(scenario)
    reached: set[str] = set()
    grown = True
    while grown:
        new = {
            name
            for name, paths in uses.items()
            if name not in reached
            and any(not p.startswith("assumptions.") or p.split(".")[1] in reached for p in paths)
        }
        reached |= new
        grown = bool(new)
    return tuple(name for name in uses if name not in reached)


class _Reader:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.values = dict(values_within(scenario, ()))
        self.sources = {raw_path(name, scenario.data)[0]: text for name, text in scenario.sources.items()}

    def within(self, data: Any, path: Path) -> Iterator[Number]:
        value = self.values.get(path)
        if isinstance(value, Named) or (path and path[-1] in _TEXTS and not _file_of_register(path)):
            return
        if path[:1] == ("assumptions",) and len(path) == 3 and path[2] not in ("value", "formula"):
            return
        if value is not None:
            yield self.number(path, data, say_unit(value.unit), _kind(value), value)
        elif _file_of_register(path):
            yield from self.columns(path)
        elif isinstance(data, dict):
            for key, below in data.items():
                yield from self.within(below, (*path, key))
        elif isinstance(data, list) and any(isinstance(item, dict) for item in data):
            for at, below in enumerate(data):
                yield from self.within(below, (*path, at))
        elif _holds_number(data):
            yield self.number(path, data, *_unit_and_kind(data, path))

    def number(self, path: Path, data: Any, unit: str, kind: Kind, value: Value | None = None) -> Number:
        label, meaning = _said(self.scenario, path)
        status, source = self.source(path)
        span = self.scenario.positions.value(path)
        name = dotted(path, self.scenario.data)
        return Number(name, label, meaning, flow(data), unit, kind, status, source, span, value)

    def source(self, path: Path) -> tuple[Status, str]:
        """What the number comes from: its assumption's source, else that of the nearest block around it."""
        text = ""
        if path[0] == "assumptions":
            text = self.scenario.assumptions[str(path[1])].source
        elif path[:2] == ("contract_register", "differences") and len(path) > 2:
            difference = self.scenario.contract_register.differences[int(path[2])]
            text = difference.source or f"{_MARK} {difference.reason}"
        elif path[0] == "events" and len(path) > 1:
            text = self.scenario.events[str(path[1])].source
        elif path[0] == "bid":
            text = self.scenario.bid.source if self.scenario.bid else ""
        elif path[0] == "checks":
            text = said_of_checks(self.scenario.checks, path)
        else:
            for length in range(len(path), 0, -1):
                if path[:length] in self.sources:
                    text = self.sources[path[:length]]
                    break
        text = " ".join(text.split())
        if not text:
            return ("setting" if path[0] == "simulation" else "no source"), ""
        if text.startswith(_MARK):
            return "assumed", text
        return ("sourced in part" if _MARK in text else "sourced"), text

    def columns(self, path: Path) -> Iterator[Number]:
        """The numbers of the register of contracts, a column at a time."""
        rows = self.scenario.register
        if not rows:
            return
        status, source = self.source(path)
        total = write_quantity(round(sum(row.annual_value for row in rows), 2), POUND)
        columns = {
            "annual_value": (f"{len(rows)} contracts, {total} a year together", "£real/year", "Annual value"),
            "loading": (_range([row.loading for row in rows], len(rows)), "number", "Loading of the service's shock"),
            "marginal_rate": (_range([r.marginal_rate for r in rows], len(rows)), "rate", "Price paid above plan"),
        }
        written = str(self.scenario.contract_register.file)
        files = [file.name for file in self.scenario.files if file.path.name == FilePath(written).name]
        span = Span(next(iter(files), written), rows[0].line, 1)
        for column, (text, unit, label) in columns.items():
            name, meaning = f"{dotted(path, self.scenario.data)}[{column}]", "One number a contract, in the register"
            yield Number(name, f"Register: {label}", meaning, text, unit, "register", status, source, span)


def _file_of_register(path: Path) -> bool:
    return path == ("contract_register", "file")


def _range(amounts: list[float], count: int) -> str:
    low, high = min(amounts), max(amounts)
    return f"{count} contracts, {low:g}" + ("" if low == high else f" to {high:g}")


def _formulas(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, dict):
        for key, below in data.items():
            yield from _formulas(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            yield from _formulas(below, (*path, at))
    elif isinstance(data, str) and path[-1] == "formula":
        yield path, data


def _holds_number(data: Any) -> bool:
    """Whether a digit stands in what is written, other than in a name."""
    if isinstance(data, list):
        return any(_holds_number(item) for item in data)
    if isinstance(data, bool) or data is None:
        return False
    text = str(data)
    return any(character.isdigit() for character in text) and not _REFERENCE.fullmatch(text)


def _kind(value: Value) -> Kind:
    if isinstance(value, Uncertain):
        return "distribution"
    if isinstance(value, Ramp):
        return "ramp"
    if isinstance(value, ByYear):
        return "by year"
    if isinstance(value, Calculated):
        return "formula"
    assert isinstance(value, Constant)
    return "constant"


def _unit_and_kind(data: Any, path: Path) -> tuple[str, Kind]:
    """Of a number in a field that holds no Value."""
    if isinstance(data, list):
        units = dict.fromkeys(_unit_of(item) for item in _flat(data))
        return ", ".join(unit for unit in units if unit != "number" or len(units) == 1), "list"
    text = str(data)
    if path[-1] == "formula":
        return "£", "formula"
    if path[:2] == ("contract", "phases"):
        return "contract years", "contract years"
    if path == ("contract", "years"):
        return "years", "constant"
    if isinstance(data, str) and _DATE.fullmatch(text):
        return "date", "date"
    return _unit_of(data), "constant"


def _unit_of(data: Any) -> str:
    try:
        found = parse_quantity(data)
    except ValueError:
        months = re.search(r"[0-9] (months?|years?|days?)\b", str(data))
        return f"{months[1].rstrip('s')}s" if months else ""
    if not found.marked:
        return "number"
    return "months" if found.unit == MONTH else say_unit(found.unit)


def _flat(data: Any) -> Iterator[Any]:
    for item in data:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


def flow(data: Any) -> str:
    """What is written, on one line, as YAML would write it in braces and brackets."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{key}: {flow(below)}' for key, below in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(flow(item) for item in data)}]"
    if isinstance(data, bool):
        return str(data).lower()
    return " ".join(str(data).split())


def _said(scenario: Scenario, path: Path) -> tuple[str, str]:
    """The labels of the blocks around a number with its key, and what the key means."""
    from finmodel.scenario.schema import docstrings  # with all that a schema is made of

    part: Any = scenario
    labels: list[str] = []
    words: list[str] = []
    meaning = ""
    for step in path:
        if isinstance(part, Part):
            fields = type(part).model_fields
            field = next((name for name, one in fields.items() if step in (one.alias, name)), None)
            if field is None:
                break
            meaning = docstrings(type(part)).get(field, "")
            part = getattr(part, field)
        else:
            part = _below(part, step)
        label = getattr(part, "label", None)
        if label:
            labels += [word for word in words[1:] if path[0] == "payment_models"]  # the phase
            labels.append(str(label))
            words = []
        else:
            words.append(str(step + 1) if isinstance(step, int) else step.replace("_", " "))
    if path[0] == "assumptions":
        return str(path[1]), ""
    if path[0] == "correlations":
        return " with ".join(scenario.correlations[int(path[1])].names), meaning
    if not labels:
        labels, words = [words[0].capitalize()], words[1:]
    return f"{', '.join(labels)}: {' '.join(words)}" if words else labels[0], meaning


def _below(part: Any, step: str | int) -> Any:
    """What stands under a key or at a place of a list; None inside an object that is no block of keys."""
    if isinstance(part, dict):
        return part.get(step)
    return part[step] if isinstance(part, (list, tuple)) and isinstance(step, int) and step < len(part) else None
