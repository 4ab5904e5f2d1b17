"""The report in the terminal: one page for a board or everything, in the order of the questions it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from finmodel.analysis import About, Summary
from finmodel.contract import Caution
from finmodel.report.questions import OWN, QUESTIONS, SAID, SIGNATURE, reading
from finmodel.report.said import Told
from finmodel.report.section import faint, show_section

PIPED_WIDTH = 120
"""Columns where there is no terminal to ask."""

_ELSEWHERE = (
    "Other commands: 2 shares of the risk, 5 under several views (finmodel compare), 6 what matters most (finmodel "
    "sensitivity), 7 terms to negotiate (finmodel sweep), 8 the year just ended (finmodel settle)."
)
_NO_CAPITAL = "4 needs the integrator's capital stated."
_ONE_PAGE = (
    "This is one page. The same command with --full prints everything, at once: by year, commissioner and outcome."
)


@dataclass(frozen=True)
class Kept:
    """Where a run is kept, in how many seconds it was made, and of how many trials that were there `already`."""

    folder: Path
    seconds: float = 0.0
    reused: bool = False
    already: int = 0


def show_run(
    console: Console,
    summary: Summary,
    kept: Kept,
    *,
    warnings: Sequence[Caution] = (),
    precision: str = "",
    full: bool = False,
) -> None:
    """Print one page of the report, or all of it; `precision` says how sure the run was to be."""
    about = summary.about
    _show_heading(console, about, precision, full=full)
    told = Told(summary, warnings)
    for said in SAID:
        show_section(console, said, told, full=full)
    answered = {
        number
        for number, section in QUESTIONS.items()
        if show_section(console, section, summary, full=full, number=number)
    }
    show_section(console, SIGNATURE, summary, full=full)
    show_section(console, OWN, summary, full=full)
    console.print()
    faint(console, [" ".join([_ELSEWHERE, *([] if 4 in answered else [_NO_CAPITAL])])])
    if kept.reused:
        console.print(Text(f"Already there, nothing computed: {kept.folder}"), soft_wrap=True)
    else:
        earlier = f"; {kept.already:,} of {about.trials:,} trials were there already" if kept.already else ""
        console.print(Text(f"Kept in {kept.folder} ({kept.seconds:.1f} s{earlier})"), soft_wrap=True)
    if not full:
        faint(console, [_ONE_PAGE])


def _show_heading(console: Console, about: About, precision: str, *, full: bool) -> None:
    console.print(Text(about.title, style="bold"), soft_wrap=True)
    models = "1 payment model" if len(about.models) == 1 else f"{len(about.models)} payment models"
    faint(console, [f"{about.trials:,} trials, seed {about.seed}, sampler {about.sampler}, {models}"])
    for override in about.overrides:
        console.print(Text(f"Changed for this run: {override}", style="bold"), soft_wrap=True)
    if precision:
        console.print(Text(f"Precision: {precision}", style="bold"), soft_wrap=True)
    told = list(reading(about))
    faint(console, told if full else [told[0], told[-1]])
