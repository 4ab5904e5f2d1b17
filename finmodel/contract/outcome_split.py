"""Outcome money split: what is paid for standing still, for the trend, for the effect and for noise.

Outcome money is what commissioners pay less what they would pay were every score nothing and every level the level to
beat: all that is paid because of outcomes, whichever term pays it. It is worked out four times on the same draws, with
demand, cost and exit as they are (what an exit itself costs stays out): without trend, effect and noise; with the
trend; with the effect too; and as it is, with noise. The parts are the differences, so that they add up.
docs/conventions.md, rule 9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from finmodel.contract.flows import ModelLines
from finmodel.contract.outcome_figures import OutcomeFigures
from finmodel.lines import Expr, Family, Period, Sheet, literal, sum_over
from finmodel.lines.sheet import reads
from finmodel.lines.variants import Readers, Variant
from finmodel.units import POUND

PAID, STILL, TREND, EFFECT = "paid", "standing_still", "with_trend", "with_effect"
STATIC = "static_with_trend"
_NOTES = {
    PAID: "as it is",
    STILL: "without trend, effect and noise",
    TREND: "with trend, without effect and noise",
    EFFECT: "with trend and effect, without noise",
    STATIC: "with trend alone, held against the stated baselines",
}
_NO_SCORE = "without_scores"
OTHERS = "other_terms"
"""In the place of an outcome's name: terms that no single outcome earns."""


@dataclass(frozen=True)
class Facts:
    """What replaces lines in one working out, and which lines it may change."""

    suffix: str
    note: str
    replaced: Mapping[str, Expr]
    affected: frozenset[str]


def write_split(sheet: Sheet, figures: OutcomeFigures, models: list[ModelLines]) -> None:
    """The lines of every payment model's outcome money, by outcome and in all, each year and so far."""
    if not figures.found:
        return
    held, readers = held_in(models), Readers(sheet)
    cases = _cases(readers, figures, held)
    without = _facts(readers, _NO_SCORE, "without scores", _no_scores(sheet, figures), held)
    changed = {name for case in (*cases, without) for name in case.affected}
    for lines in models:
        own = [one for one in lines.spent if changed & set(reads(one.amount))]
        if own:
            earned_by = [one.earned_by or OTHERS for one in own]
            _write_model(sheet, lines, earned_by, [one.amount for one in own], cases, without)


def held_in(models: Iterable[ModelLines]) -> set[str]:
    """What stays as it is in every working out: whether the integrator has gone."""
    return {f"{lines.name}.exited" for lines in models}


def _write_model(
    sheet: Sheet, lines: ModelLines, outcomes: list[str], amounts: list[Expr], cases: list[Facts], without: Facts
) -> None:
    base = _variant(sheet, without)
    nothing = [base.of(amount) for amount in amounts]
    actual = Facts(PAID, _NOTES[PAID], {}, frozenset())
    for case in (actual, *cases):
        worked = _variant(sheet, case)
        parts = [worked.of(amount) - none for amount, none in zip(amounts, nothing, strict=True)]
        _add(sheet, lines, case, "", parts)
        if case.suffix == STATIC:
            continue
        for outcome in dict.fromkeys(outcomes):
            own = [part for part, earned_by in zip(parts, outcomes, strict=True) if earned_by == outcome]
            _add(sheet, lines, case, outcome, own)


def _add(sheet: Sheet, lines: ModelLines, case: Facts, outcome: str, parts: list[Expr]) -> None:
    member = f"[{outcome}]" if outcome else ""
    label = f"Outcome money{f' of {outcome}' if outcome else ''}, {case.note}"
    every = sum_over(Family("part", {str(at): part for at, part in enumerate(parts)}))
    total = lines.ledger.in_force.settle(every, literal(0.0))
    name = f"{lines.name}.outcome_money.{case.suffix}"
    of_year = sheet.add(f"{name}{member}", total, unit=POUND, label=label, period=Period.CONTRACT_YEAR)
    so_far = f"{name}.so_far{member}"
    earlier = sheet.promise(so_far, POUND, opening=0.0)
    sheet.add(so_far, earlier.lag() + of_year, label=f"{label}, so far")
    lines.split.append((case.suffix, outcome or None, so_far))


def _cases(readers: Readers, figures: OutcomeFigures, held: Collection[str]) -> list[Facts]:
    found = {
        STILL: figures.facts(trend=False, effect=False),
        TREND: figures.facts(trend=True, effect=False),
        EFFECT: figures.facts(trend=True, effect=True),
    }
    moving = {name: readers.sheet.ref(f"outcomes.{name}.baseline") for name in figures.names if figures.moves(name)}
    if moving:
        found[STATIC] = found[TREND] | {f"outcomes.{name}.reference": stated for name, stated in moving.items()}
    return [_facts(readers, suffix, _NOTES[suffix], replaced, held) for suffix, replaced in found.items()]


def _no_scores(sheet: Sheet, figures: OutcomeFigures) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for path, name in figures.paths():
        found[f"{path}.measured"] = found[f"{path}.true"] = figures.level_to_beat(name)
        if f"{path}.score" in sheet:
            found[f"{path}.score"] = literal(0.0)
    return found


def _facts(readers: Readers, suffix: str, note: str, replaced: Mapping[str, Expr], held: Collection[str]) -> Facts:
    return Facts(suffix, note, replaced, readers.affected_by(replaced, held))


def _variant(sheet: Sheet, facts: Facts) -> Variant:
    return Variant(sheet, facts.suffix, facts.replaced, facts.affected, facts.note)
