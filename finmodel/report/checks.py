"""The checks before signature in the terminal: a line each, with its colour, and the reason in a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Comparison, Estimate, Finding, Model, Option, Summary, red
from finmodel.report.amounts import DASH, millions, percent
from finmodel.report.by_scenario import rows_of
from finmodel.report.grid import FAINT, Cell, Column, Grid

STYLES = {"RED": "bold red", "AMBER": "yellow", "GREEN": "green"}


@dataclass(frozen=True)
class Findings:
    """The findings as lines, as a report shows them."""

    summary: Summary

    @property
    def empty(self) -> bool:
        """Whether nothing was checked."""
        return not self.summary.checks

    def lines(self, width: int) -> Iterator[Text]:
        """A line each, and the reason in a sentence."""
        return lines_of(self.summary, width)


def checks(summary: Summary) -> Iterator[Findings]:
    """Every finding with its figure, its threshold and its reason."""
    yield Findings(summary)


def checks_in_short(summary: Summary) -> Iterator[Grid]:
    """The colours: a row a check that is RED or AMBER somewhere, a column a payment model."""
    models = [model for model in summary.about.models if model.integrator]
    grid = Grid("", "", [Column(model.label, label=True) for model in models])
    found = {(one.test, one.model): one for one in summary.checks}
    well = []
    for test, title in {one.test: one.title for one in summary.checks}.items():
        statuses = [found[test, model.name].status for model in models]
        cells = [status_cell(one) for one in statuses]
        if {"RED", "AMBER"} & set(statuses):
            grid.row(f"{test} {title}", cells)
        else:
            well.append(test)
    others = f" Neither RED nor AMBER: {', '.join(well)}." if well and not grid.empty else ""
    if well and grid.empty:
        grid.row("All of them", [Cell("GREEN", "", STYLES["GREEN"]) for _ in models])
    grid.notes.append(f"Figures, thresholds and reasons: finmodel check FILE. –: not judged.{others}")
    yield grid


def judged_of(options: Iterable[Option]) -> list[Option]:
    """The payment models of a comparison that checks look at: those with an integrator."""
    return [one for one in options if one.integrator and one.summary.checks]


def titles_of(judged: Iterable[Option]) -> dict[str, str]:
    """The title of each test."""
    return {check.test: check.title for one in judged for check in one.summary.checks}


def status_cells(option: Option, tests: Iterable[str]) -> list[Cell]:
    """The colour of each test of a payment model."""
    found = {check.test: check.status for check in option.summary.checks if check.model == option.model}
    return [status_cell(found.get(test, "")) for test in tests]


def status_cell(status: str) -> Cell:
    """RED, AMBER or GREEN in its colour; a dash where a test does not apply."""
    return Cell(status, "", STYLES[status]) if status in STYLES else DASH


def checks_side_by_side(found: Comparison) -> Iterator[Grid]:
    """The colours of a comparison: a row a payment model with an integrator, a column a check."""
    judged = judged_of(found.options)
    titles = titles_of(judged)
    grid = Grid("", "", [Column(test) for test in titles])
    for label, one in rows_of(grid, judged):
        grid.row(label, status_cells(one, titles))
    named = "; ".join(f"{test} {title}" for test, title in titles.items())
    grid.notes += [f"{named}.", "Figures, thresholds and reasons: finmodel check FILE. –: not judged."]
    yield grid


def show_checks(console: Console, summary: Summary) -> None:
    """Print the findings, payment model by payment model; a sentence where there is none."""
    for line in lines_of(summary, console.width):
        console.print(line, soft_wrap=True)


def lines_of(summary: Summary, width: int) -> Iterator[Text]:
    """The findings as lines."""
    if not summary.checks:
        yield Text("No payment model has an integrator, so there is nothing to check before signature.")
        return
    for place, model in enumerate(one for one in summary.about.models if one.integrator):
        own = [one for one in summary.checks if one.model == model.name]
        if place:
            yield Text("")
        yield Text(f"{model.label}: {counted(own)}", style="bold")
        for finding in own:
            yield from _finding(finding, width)


def counted(findings: Sequence[Finding]) -> str:
    """`4 RED, 1 AMBER, 3 GREEN`."""
    parts = [(status, sum(one.status == status for one in findings)) for status in STYLES]
    return ", ".join(f"{count} {status}" for status, count in parts if count) or "nothing to judge"


def _figure(finding: Finding) -> Cell:
    if finding.figure is None:
        return DASH
    cell = _write(finding, finding.figure, finding.se)
    return cell if finding.unit != "£" else Cell(f"£{cell.text}m".replace("£-", "-£"), cell.error)


def threshold_cell(finding: Finding) -> Cell:
    """The threshold as it is written; a dash where there is none."""
    return DASH if finding.threshold is None else _write(finding, finding.threshold, None)


def _write(finding: Finding, amount: float, error: float | None) -> Cell:
    return (millions if finding.unit == "£" else percent)(Estimate(amount, error or 0.0))


def _beside(finding: Finding) -> str:
    """Figure and threshold in brackets behind the title."""
    figure = _figure(finding)
    parts = [] if figure is DASH else [f"{figure.text}{f' {figure.error}' if figure.error else ''}"]
    parts += [] if finding.threshold is None else [f"threshold {threshold_cell(finding).text}"]
    return "; ".join(parts)


def _finding(finding: Finding, width: int) -> Iterator[Text]:
    figure = _beside(finding)
    head = Text(f"  {finding.test}  ")
    head.append(finding.status.ljust(16), style=STYLES.get(finding.status, FAINT))
    head.append(finding.title, style="bold")
    if figure:
        head.append(f"  ({figure})", style=FAINT)
    yield head
    reason = finding.reason[0].upper() + finding.reason[1:]
    indent = " " * 22
    yield from (
        Text(line) for line in textwrap.wrap(f"{reason}.", width, initial_indent=indent, subsequent_indent=indent)
    )


def red_headlines(summary: Summary) -> Iterator[str]:
    """What a board must not miss: the checks that are RED, payment model by payment model."""
    for model in summary.about.models:
        yield from (f"{model.label}: {sentence}" for sentence in red_sentence(summary, model))


def red_in_short(summary: Summary) -> Iterator[str]:
    """The same with numbers alone."""
    for model in summary.about.models:
        found = red(summary.checks, model.name)
        if found:
            yield f"{model.label}: RED before signature: {', '.join(one.test for one in found)} (below)."


def red_sentence(summary: Summary, model: Model) -> Iterator[str]:
    """`RED before signature: T1 opening baseline gap, T7 …`; nothing where nothing is."""
    found = red(summary.checks, model.name)
    if found:
        titles = (one.title if one.title[:2].isupper() else f"{one.title[0].lower()}{one.title[1:]}" for one in found)
        named = ", ".join(f"{one.test} {title}" for one, title in zip(found, titles, strict=True))
        yield f"RED before signature: {named}."
