"""Whether it is safe to sign: all checks of all payment models in one picture, then why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finmodel.analysis import Finding, Option, Summary
from finmodel.report.checks import judged_of, status_cells, threshold_cell, titles_of
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.page.glance import by_scenario, called
from finmodel.report.page.headlines import short


def signature_picture(options: Sequence[Option], titles: Mapping[str, str]) -> Grid:
    """Each payment model with an integrator against the nine checks; empty where there is none."""
    judged = judged_of(options)
    titles_of_tests = titles_of(judged)
    columns = [Column(f"{test} {title}") for test, title in titles_of_tests.items()]
    grid = Grid("The nine checks before signature, at a glance", "Payment model", columns, words=True)
    for title, own in by_scenario(judged, titles):
        grid.group(title)
        for one in own:
            grid.row(called(one), status_cells(one, titles_of_tests))
    grid.notes.append("RED: beyond the threshold. AMBER: close to it, or it cannot be told. –: does not apply.")
    return grid


def reasons(summary: Summary) -> Grid:
    """What each check found, once for all payment models of which it found the same."""
    columns = [Column(one) for one in ("Found", "Threshold", "Payment model", "Why")]
    grid = Grid("What was found, and why", "Check", columns, words=True)
    labels = {model.name: model.label for model in summary.about.models}
    judged = {check.model for check in summary.checks}
    merged: dict[tuple[str, str, str], list[Finding]] = {}
    for check in sorted(summary.checks, key=lambda one: one.test):
        merged.setdefault((check.test, check.status, check.reason), []).append(check)
    for same in merged.values():
        first = same[0]
        whose = "all" if len(same) == len(judged) > 1 else "; ".join(short(labels[one.model]) for one in same)
        why = f"{first.reason[0].upper()}{first.reason[1:]}."
        cells = [Cell(first.status), threshold_cell(first), Cell(whose), Cell(why)]
        grid.row(f"{first.test} {first.title}", cells)
    return grid
