"""The report in the terminal: the questions in the order the board asks them, as far as this run answers them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Summary
from finmodel.contract import TITLES, Caution
from finmodel.report.checks import TITLE as CHECKS
from finmodel.report.checks import show_checks
from finmodel.report.grid import FAINT, Grid
from finmodel.report.headlines import headlines
from finmodel.report.own import own
from finmodel.report.questions import QUESTIONS, reading

PIPED_WIDTH = 120
"""Columns where there is no terminal to ask."""

_ELSEWHERE = (
    "Other commands answer 2 shares of the risk and 5 under several views (finmodel compare), 6 what matters most\n"
    "(finmodel sensitivity), 7 terms to negotiate, as a grid (finmodel sweep), 8 the year just ended (finmodel settle)."
)
_NO_CAPITAL = "4 is answered where the scenario states the integrator's capital."


def show_run(
    console: Console,
    summary: Summary,
    folder: Path,
    seconds: float,
    *,
    reused: bool,
    warnings: Sequence[Caution] = (),
    continued: int = 0,
    precision: str = "",
) -> None:
    """Print the whole report; `continued` trials were there before, `precision` says how sure the run was to be."""
    about = summary.about
    console.print(Text(about.title, style="bold"), soft_wrap=True)
    models = "1 payment model" if len(about.models) == 1 else f"{len(about.models)} payment models"
    drawn = f"{about.trials:,} trials, seed {about.seed}, sampler {about.sampler}, {models}"
    console.print(Text(drawn, style=FAINT), soft_wrap=True)
    for override in about.overrides:
        console.print(Text(f"Changed for this run: {override}", style="bold"), soft_wrap=True)
    if precision:
        console.print(Text(f"Precision: {precision}", style="bold"), soft_wrap=True)
    for line in reading(about):
        console.print(Text(line, style=FAINT), soft_wrap=True)
    _listed(console, "First of all", headlines(summary))
    _listed(console, "Said aloud", about.notes)
    _questionable(console, warnings)
    answered = set()
    for number, (question, grids) in QUESTIONS.items():
        found = [grid for grid in grids(summary) if not grid.empty]
        if not found:
            continue
        answered.add(number)
        console.print()
        console.print(Text(f"{number}  {question}", style="bold underline"), soft_wrap=True)
        for grid in found:
            console.print()
            _show(console, grid)
    if summary.checks:
        console.print()
        console.print(Text(CHECKS, style="bold underline"), soft_wrap=True)
        console.print()
        show_checks(console, summary)
    figures = [grid for grid in own(summary) if not grid.empty]
    if figures:
        console.print()
        console.print(Text("Own figures", style="bold underline"), soft_wrap=True)
    for grid in figures:
        console.print()
        _show(console, grid)
    console.print()
    console.print(Text(_ELSEWHERE, style=FAINT), soft_wrap=True)
    if 4 not in answered:
        console.print(Text(_NO_CAPITAL, style=FAINT), soft_wrap=True)
    if reused:
        console.print(Text(f"Already there, nothing computed: {folder}"), soft_wrap=True)
    else:
        earlier = f"; {continued:,} of {about.trials:,} trials were there already" if continued else ""
        console.print(Text(f"Kept in {folder} ({seconds:.1f} s{earlier})"), soft_wrap=True)


def _show(console: Console, grid: Grid) -> None:
    console.print(Text("\n").join(grid.lines(console.width)), soft_wrap=True)


def _questionable(console: Console, warnings: Sequence[Caution]) -> None:
    """What the scenario may do and yet deserves a second look; the board sees what was accepted and why."""
    lines = [f"{one.code} {one.path}: {one.message}" for one in warnings if one.accepted is None]
    accepted = {one.code: one.accepted for one in warnings if one.accepted is not None}
    lines += [f"{code} {TITLES[code]}, accepted: {reason}" for code, reason in sorted(accepted.items())]
    _listed(console, "Questionable, but legal (docs/reference/warnings.md)", lines)


def _listed(console: Console, title: str, notes: Sequence[str]) -> None:
    if not notes:
        return
    console.print()
    console.print(Text(title, style="bold"))
    for note in notes:
        for line in textwrap.wrap(note, console.width, initial_indent="  ", subsequent_indent="    "):
            console.print(Text(line), soft_wrap=True)
