"""What is achieved beyond the first payment model, what one more costs, and whether one more pays the integrator."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from finmodel.analysis import Estimate, Model, Summary
from finmodel.report.amounts import DASH, plain
from finmodel.report.grid import Cell, Column, Grid

_WIDTH = 110


def achieved(summary: Summary) -> Iterator[Grid]:
    """Extra outcomes and their cost; then pay and cost of one more for the integrator, where known."""
    yield _extra(summary)
    yield _one_more(summary)


def _extra(summary: Summary) -> Grid:
    about = summary.about
    first = about.models[0]
    columns = [
        Column("More of it"),
        Column("discounted", spared=True),
        Column("Cost of one\nmore, £"),
        Column("95% interval"),
        Column("if discounted, £", spared=True),
    ]
    grid = Grid(f"What is achieved beyond “{first.label}”, all years, and what one more costs", "", columns)
    told: list[str] = []
    for model in about.models[1:]:
        members = summary.members(model.name, "extra_outcomes")
        if members:
            grid.group(model.label)
        for member in members:
            grid.row(f"  {_capital(about.label(member))}", _extra_cells(summary, model, member))
            name = member.removeprefix("one_more.")
            told += [f"{_capital(about.label(member))}: {about.remarks[name]}"] if name in about.remarks else []
    grid.notes += [
        f"Cost: all of the real present value beyond “{first.label}”, over each outcome alone; negative: it saves.",
        "A ratio of means. Undefined where the difference in outcomes is within two standard errors of zero.",
        *(line for one in dict.fromkeys(told) for line in textwrap.wrap(one, _WIDTH)),
    ]
    return grid


def _extra_cells(summary: Summary, model: Model, member: str) -> list[Cell]:
    cells = []
    for figure in ("extra_outcomes", "extra_outcomes_discounted"):
        found = summary.spread(model.name, figure, member)
        cells.append(plain(found.mean if found else None))
    for figure in ("cost_per_extra_outcome", "cost_per_extra_outcome_discounted"):
        found = summary.spread(model.name, figure, member)
        cells.append(Cell("undefined") if found is None else plain(found.mean))
        if figure == "cost_per_extra_outcome":
            cells[-1] = Cell(cells[-1].text)  # the interval says it
            cells.append(DASH if found is None else _interval(found.mean))
    return cells


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _interval(found: Estimate) -> Cell:
    return DASH if found.low is None or found.high is None else Cell(f"{found.low:,.0f} to {found.high:,.0f}")


def _one_more(summary: Summary) -> Grid:
    grid = Grid(
        "What the first one more pays the integrator and costs it, £ at year-1 prices, base case",
        "",
        [Column("It pays"), Column("It costs"), Column("Worth it")],
    )
    for model in summary.about.models:
        if summary.spread(model.name, "outcome_paid") is None:
            continue  # nothing is paid for outcomes
        members = summary.members(model.name, "pay_for_one_more")
        if members:
            grid.group(model.label)
        for member in members:
            pay, cost = (
                summary.spread(model.name, figure, member) for figure in ("pay_for_one_more", "cost_of_one_more")
            )
            assert pay is not None
            assert cost is not None
            worth = "yes" if pay.mean.value > cost.mean.value else "no"
            cells = [plain(pay.mean), plain(cost.mean), Cell(worth)]
            grid.row(f"  {summary.about.label(member)}", cells)
    grid.notes.append(
        "What is measured one standard error up and down in every year, beyond what comes anyway, all terms."
    )
    return grid
