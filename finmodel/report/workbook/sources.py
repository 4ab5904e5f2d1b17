"""Where an input cell comes from: the number of the scenario that it holds, or what else it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finmodel.lines import Line
from finmodel.lines.expressions import Drawn
from finmodel.scenario import Constant, Scenario, gates_of

if TYPE_CHECKING:
    from finmodel.analysis import AssumptionsRegister, Entry

_UNDER_OTHER_NAMES = (
    (r"^(outcomes\.\w+(?:\.comparator)?)\.baseline_number$", r"\1.baseline.people"),
    (r"^(outcomes\.\w+(?:\.comparator)?)\.baseline$", r"\1.baseline.value"),
    (r"^outcomes\.(\w+)\.(?:low|high)$", r"outcomes.\1.scale"),
    (r"^outcomes\.(\w+)\.score_at_\d+$", r"outcomes.\1.score"),
    (r"^outcomes\.(\w+)\.tier_\d+$", r"outcomes.\1.tiers"),
    (r"^outcomes\.(\w+)\.people$", r"outcomes.\1.cohort.people"),
    (r"^(.+)\.band_(\d+)$", r"\1.bands.\2.up_to"),
    (r"^(.+)\.share_(\d+)$", r"\1.bands.\2.commissioners"),
    (r"^(.+)\.(?:from|to)$", r"\1"),
)
"""Lines under other names than the paths of their numbers (bands count from 0 in paths)."""

_NO_INPUTS = (
    (r"^contract_year$", "Number of the year"),
    (r"^month_number$", "Number of the month"),
    (r"^months_a_year$", "12 by definition"),
    (r"^(?:par|one_person|one_year)$", "1 by definition"),
    (r"^outcomes\.\w+\.(?:low|high)$", "A rate lies between 0% and 100%"),
    (r"^contract\.middle_of_year_1$", "From the date in contract.start"),
    (r"^(outcomes\.\w+(?:\.comparator)?)\.baseline_middle$", r"From the period in \1.baseline.period"),
    (r"^(outcomes\.\w+)\.significant_score$", r"The normal score of the level in \1.significant_at"),
    (r"\.(?:planned_margin|planned_remaining|carried_forward)$", "Of the base case, which finmodel evaluates first"),
    (r"\.pay_for_one_more$", "Of the base case with one more, which finmodel evaluates first"),
)
"""Numbers that follow from a definition, a date or the base case: nobody sets them."""

_IN_A_FORMULA = re.compile(r"\.amount_\w+$")


@dataclass(frozen=True)
class Source:
    """`stated`: the cell is an input, a number that `--set` can change or a draw of one."""

    text: str
    stated: bool


class Sources:
    """Finds the source of an input by the path that its line is named after."""

    def __init__(self, scenario: Scenario, register: AssumptionsRegister, trial: int | None) -> None:
        self._scenario = scenario
        self._entries = {_normal(entry.number.path): entry for entry in register.entries}
        self._by_assumption = {entry.name: entry for entry in register.named}
        self._drawn = "Central value" if trial is None else f"Drawn in trial {trial}"

    def of(self, line: Line) -> Source:
        """The source of an input line."""
        entry = self.entry(line)
        if isinstance(line.expr, Drawn):
            of = f" of {entry.number.text}. {_said(entry)}" if entry else ": a normal score, mean 0 and deviation 1"
            return Source(f"{self._drawn}{of}", stated=True)
        if entry:
            return Source(_said(entry), stated=True)
        stem = line.name.partition("[")[0]
        for pattern, text in _NO_INPUTS:
            match = re.search(pattern, stem)
            if match:
                return Source(match.expand(text), stated=False)
        if _IN_A_FORMULA.search(stem):
            return Source(f"Written in a formula as {line.label}. {self._around(stem)}", stated=True)
        for path in (stem, _of_term(stem)):
            if _holds_number(self._scenario, path):
                return Source(f"Not stated by the scenario, at {path}: what finmodel takes then", stated=True)
        return Source(self._around(stem), stated=False)

    def entry(self, line: Line) -> Entry | None:
        """The number of the register that a line holds, or one that it is drawn from."""
        name = line.expr.driver if isinstance(line.expr, Drawn) else line.name
        stem = name.partition("[")[0]
        if name.startswith("assumptions."):
            words = name.split(".")
            return self._by_assumption.get(words[1])
        found = self._by_assumption.get(stem)
        column = f"contract_register.file.{stem.rpartition('.')[2]}"
        for path in (stem, f"{stem}.value", column, *_other_names(stem), *self._gate(stem)):
            found = found or self._entries.get(path) or self._entries.get(f"payment_models.{path}")
        return found

    def _gate(self, stem: str) -> list[str]:
        """The path of a gate's threshold: gates of the service follow the outcome's own."""
        match = re.fullmatch(r"outcomes\.(\w+)\.gate_(\d+)", stem)
        if match is None:
            return []
        gates = gates_of(match[1], self._scenario.outcomes[match[1]], self._scenario.services)
        return [".".join(map(str, (*gates[int(match[2]) - 1][0], "at_least")))]

    def _around(self, stem: str) -> str:
        """The closest block of the scenario with numbers, and its source if there is but one."""
        words = stem.split(".")
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


def _of_term(stem: str) -> str:
    """`payment_models.m.phases.p.t.x` of `m.p.t.x`."""
    model, _, rest = stem.partition(".")
    return f"payment_models.{model}.phases.{rest}"


def _holds_number(scenario: Scenario, path: str) -> bool:
    """Whether the scenario has a number there, stated or not."""
    found: Any = scenario
    for word in path.split("."):
        if isinstance(found, (list, tuple)):
            found = next((item for item in found if getattr(item, "name", None) == word), None)
        else:
            found = found.get(word) if hasattr(found, "get") else getattr(found, word, None)
    return isinstance(found, Constant)


def _normal(path: str) -> str:
    """`contract_register.file[loading]` and `payment_models.m.phases.p.t.x` as lines are named."""
    text = re.sub(r"\[(\w+)\]", r".\1", path)
    return re.sub(r"^(payment_models\.\w+)\.phases\.", r"\1.", text)


def _said(entry: Entry) -> str:
    return entry.number.source or ("No source stated" if entry.number.status == "no source" else "Setting")
