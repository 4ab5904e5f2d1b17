"""Read a settlement: composition, types, names; what is wrong in one part does not hide the others.

The formulas belong to a later room, which adds its mistakes to those found here.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.compose import Composed, compose
from finmodel.scenario.document import dotted, raw_path
from finmodel.scenario.files import TextFile
from finmodel.scenario.mistakes import mistakes_from, path_of
from finmodel.scenario.positions import Path as Place
from finmodel.scenario.problems import no_such, shown
from finmodel.scenario.settlement import GIVEN, Settlement

_SECTIONS = ("inputs", "lookups", "lines", "terms")
_ROUNDS = 6


@dataclass
class SettlementFile:
    """A settlement with the places of its parts and the mistakes found so far.

    `missing` are names of parts that were left out because they are wrong themselves: who names them is not told again.
    """

    settlement: Settlement
    composed: Composed
    mistakes: list[Mistake] = field(default_factory=list)
    missing: frozenset[str] = frozenset()
    clash: bool = False
    """Whether one name stands for two parts."""

    @property
    def files(self) -> tuple[TextFile, ...]:
        """The file asked for, then those that it extends."""
        return self.composed.files

    def span(self, path: str) -> Span:
        """Where a dotted path is written."""
        return self.composed.positions.value(raw_path(path, self.composed.data)[0])

    def own(self, path: str) -> bool:
        """Whether a part is written in the file asked for, not in one that it extends."""
        place = raw_path(path, self.composed.data)[0]
        return self.composed.positions.key(place).file == self.composed.main.name

    def refuse(self, message: str, path: str, suggestion: str | None = None, *, on_key: bool = False) -> None:
        """Add a mistake at a dotted path."""
        place = raw_path(path, self.composed.data)[0]
        positions = self.composed.positions
        span = positions.key(place) if on_key else positions.value(place)
        self.mistakes.append(Mistake(message, span, path, suggestion))

    def finish(self) -> None:
        """InputError with every mistake, in the order of the text, if there is one."""
        if not self.mistakes:
            return
        main = self.composed.main.name

        def order(mistake: Mistake) -> tuple[bool, Span]:
            span = mistake.span or Span(main, 1, 1)
            return span.file != main, span

        raise InputError(sorted(dict.fromkeys(self.mistakes), key=order))


def load_settlement(path: str | Path) -> SettlementFile:
    """Read and check a settlement file. InputError where so much is wrong that its formulas cannot be looked at."""
    composed = compose(path)
    data = composed.data
    if "settlement" not in data:
        hint = ": this is a scenario (finmodel run)" if "payment_models" in data else ""
        message = f"the key 'settlement' is missing{hint}"
        raise InputError([*composed.mistakes, Mistake(message, Span(composed.main.name, 1, 1))])
    models: dict[int, type[Any]] = {}
    context = {"currency": data.get("currency", "£"), "models": models}
    found: Settlement | None = None
    mistakes, missing = list(composed.mistakes), set[str]()
    try:
        found = Settlement.model_validate(data, context=context)
    except ValidationError as error:
        mistakes += mistakes_from(error, data, composed.positions, models)
        found = _partial(error, data, context, missing)
    nothings = [
        Mistake("nothing is written here: give a value, or leave the key out", composed.positions.value(place))
        for place in _nothings(data, ())
        if composed.positions.value(place) not in {one.span for one in mistakes}
    ]
    mistakes += nothings
    if found is None:
        raise InputError(sorted(mistakes, key=lambda one: one.span or Span("", 1, 1)))
    file = SettlementFile(found, composed, mistakes, frozenset(missing))
    _check(file)
    return file


def _partial(error: ValidationError, data: Any, context: dict[str, Any], missing: set[str]) -> Settlement | None:
    """The settlement without the inputs, lookups, lines and terms that hold mistakes; None where others are wrong."""
    pruned = copy.deepcopy(data)
    for _ in range(_ROUNDS):
        gone: set[Place] = set()
        for detail in error.errors(include_url=False, include_context=True):
            path = path_of(detail)
            unknown = detail["type"] == "extra_forbidden"
            if not unknown and (len(path) < 2 or path[0] not in _SECTIONS):
                return None
            gone.add(path if unknown else path[:2])
        for path in sorted(gone, key=str, reverse=True):
            missing.add(_name(path, pruned))
            _delete(path, pruned)
        try:
            return Settlement.model_validate(pruned, context={**context, "models": None})
        except ValidationError as still:
            error = still
    return None


def _name(path: Place, data: Any) -> str:
    return dotted(path, data).split(".")[-1] if len(path) == 2 else ""


def _delete(path: Place, data: Any) -> None:
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict):
        data.pop(path[-1], None)
    elif isinstance(data, list) and isinstance(path[-1], int) and path[-1] < len(data):
        del data[path[-1]]


def _nothings(data: Any, path: Place) -> Iterator[Place]:
    if data is None:
        yield path
    elif isinstance(data, dict):
        for key, below in data.items():
            yield from _nothings(below, (*path, key))
    elif isinstance(data, list):
        for at, below in enumerate(data):
            yield from _nothings(below, (*path, at))


def _check(file: SettlementFile) -> None:
    settlement = file.settlement
    _check_names(file)
    for term in settlement.terms:
        for key, party in (("from", term.payer), ("to", term.payee)):
            if party not in settlement.parties:
                message, near = no_such("party", party, list(settlement.parties))
                file.refuse(message, f"terms.{term.name}.{key}", near)
        if term.payer == term.payee:
            message = f"a term is paid from one party to another, not from {term.payer} to itself"
            file.refuse(message, f"terms.{term.name}.to")
    for name, lookup in settlement.lookups.items():
        _check_lookup(file, name, lookup.by)
    for at, column in enumerate(settlement.key):
        if column in settlement.key[:at]:
            file.refuse(f"the column '{column}' stands here twice", f"key.{at}")
    read: dict[str, str] = {}
    for name, one in settlement.inputs.items():
        column = one.column or name
        if column in read:
            file.refuse(f"the column '{column}' is already read as '{read[column]}'", f"inputs.{name}", on_key=True)
        read.setdefault(column, name)


def _check_names(file: SettlementFile) -> None:
    """A name means one thing, be it an input, a lookup, a line or a term."""
    settlement = file.settlement
    taken: dict[str, str] = {}
    names = [(f"{section}.{name}", name) for section in _SECTIONS[:3] for name in getattr(settlement, section)]
    names += [(f"terms.{term.name}", term.name) for term in settlement.terms]
    for path, name in names:
        if name in taken:
            what = f"there are two terms '{name}'" if path == taken[name] else f"{taken[name]} has this name already"
            file.refuse(what, path, on_key=True)
            file.clash = True
        taken.setdefault(name, path)
    for name, one in settlement.inputs.items():
        if one.default is not None and GIVEN in (one.values or ()):
            file.refuse(f"the text '{GIVEN}' and {name}.{GIVEN} (whether the cell is filled) clash", f"inputs.{name}")


def _check_lookup(file: SettlementFile, name: str, by: str) -> None:
    lookup, path = file.settlement.lookups[name], f"lookups.{name}"
    if by in file.missing:
        return
    texts = {key: one.values for key, one in file.settlement.inputs.items() if one.values is not None}
    if by not in texts:
        message, near = no_such("input with values", by, list(texts))
        file.refuse(message, f"{path}.by", near)
        return
    known = texts[by]
    for key in lookup.values:
        if key not in known:
            message, near = no_such("text", key, known, f" among the values of {by}")
            file.refuse(message, f"{path}.values.{key}", near, on_key=True)
    left = [key for key in known if key not in lookup.values]
    if left and lookup.otherwise is None:
        message = f"nothing is said for {shown(left[0])}" + (f" and {len(left) - 1} more" if left[1:] else "")
        file.refuse(f"{message}; say it, or what holds otherwise", f"{path}.values", on_key=True)
