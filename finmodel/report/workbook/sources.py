"""Where an input cell comes from: the number of the scenario that it holds, or what finmodel made it of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.lines import Line
from finmodel.lines.expressions import Drawn

if TYPE_CHECKING:
    from finmodel.analysis import AssumptionsRegister, Entry

_UNDER_OTHER_NAMES = (
    (r"^outcomes\.(\w+)\.baseline_number$", r"outcomes.\1.baseline.people"),
    (r"^outcomes\.(\w+)\.(?:low|high)$", r"outcomes.\1.scale"),
    (r"^outcomes\.(\w+)\.score_at_\d+$", r"outcomes.\1.score"),
    (r"^outcomes\.(\w+)\.people$", r"outcomes.\1.cohort.people"),
    (r"^(.+)\.band_(\d+)$", r"\1.bands.\2.up_to"),
    (r"^(.+)\.share_(\d+)$", r"\1.bands.\2.commissioners"),
)
_MADE = (
    (r"^outcomes\.(\w+)\.years_since_baseline$", r"outcomes.\1.baseline.period", "Counted from"),
    (r"^outcomes\.\w+\.years_of_effect$", "contract.phases", "Counted from the phases,"),
    (r"\.weight\.(\w+)$", r"outcomes.\1.weight", "Weights of the outcomes that count, made to add up to 1: "),
)
"""Lines under other names than the paths of their numbers, and lines made of a number (bands count from 0 in paths)."""

_BY_DEFINITION = {
    "contract_year": "Number of the year",
    "par": "1 by definition",
    "one_person": "1 by definition",
}


@dataclass(frozen=True)
class Source:
    """`stated`: the cell holds a number of the scenario as it is written there, or a draw of one."""

    text: str
    stated: bool


class Sources:
    """Finds the source of an input by the path that its line is named after."""

    def __init__(self, register: AssumptionsRegister, trial: int | None) -> None:
        self._entries = {_normal(entry.number.path): entry for entry in register.entries}
        self._by_assumption = {entry.name: entry for entry in register.named}
        self._drawn = "Central value" if trial is None else f"Drawn in trial {trial}"

    def of(self, line: Line) -> Source:
        """The source of an input line."""
        if line.name in _BY_DEFINITION:
            return Source(_BY_DEFINITION[line.name], stated=False)
        entry = self._entry(line)
        if isinstance(line.expr, Drawn):
            of = f" of {entry.number.text}. {_said(entry)}" if entry else ": a normal score, mean 0 and deviation 1"
            return Source(f"{self._drawn}{of}", stated=True)
        if entry:
            return Source(_said(entry), stated=True)
        for pattern, path, how in _MADE:
            match = re.search(pattern, line.name)
            if match:
                found = self._entries.get(match.expand(path))
                said = f" ({_said(found)})" if found else ""
                return Source(f"{how} {match.expand(path)}{said}".replace("  ", " "), stated=False)
        return Source(self._made_of(line), stated=False)

    def _entry(self, line: Line) -> Entry | None:
        name = line.expr.driver if isinstance(line.expr, Drawn) else line.name
        stem = name.partition("[")[0]
        if name.startswith("assumptions."):
            return self._by_assumption.get(name.removeprefix("assumptions."))
        found = self._by_assumption.get(stem)
        column = f"contract_register.file.{stem.rpartition('.')[2]}"
        for path in (stem, f"{stem}.value", column, *_other_names(stem)):
            found = found or self._entries.get(path) or self._entries.get(f"payment_models.{path}")
        return found

    def _made_of(self, line: Line) -> str:
        """The closest block of the scenario whose numbers it can be made of."""
        words = line.name.partition("[")[0].split(".")
        for length in range(len(words), 0, -1):
            block = _normal(".".join(words[:length]))
            for start in (block, f"payment_models.{block}"):
                inside = [entry for path, entry in self._entries.items() if path.startswith(f"{start}.")]
                if inside:
                    sources = dict.fromkeys(_said(entry) for entry in inside)
                    only = f" ({next(iter(sources))})" if len(sources) == 1 else ""
                    return f"Set by the scenario under {start}{only}"
        return "Set by the scenario"


def _other_names(name: str) -> list[str]:
    """The paths, as lines are named, of a number whose line is called otherwise."""
    found = []
    for pattern, path in _UNDER_OTHER_NAMES:
        match = re.search(pattern, name)
        if match:
            made = match.expand(path)
            found.append(re.sub(r"\.bands\.(\d+)", lambda band: f".bands.{int(band[1]) - 1}", made))
    return found


def _normal(path: str) -> str:
    """`contract_register.file[loading]` and `payment_models.m.phases.p.t.x` as lines are named."""
    text = re.sub(r"\[(\w+)\]", r".\1", path)
    return re.sub(r"^(payment_models\.\w+)\.phases\.", r"\1.", text)


def _said(entry: Entry) -> str:
    return entry.number.source or ("No source stated" if entry.number.status == "no source" else "Setting")
