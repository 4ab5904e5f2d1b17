"""Question 4 in tables: chance and time of an exit, who pays for it, what the security covers, and the cash needed."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import ALL_YEARS, Summary, cover
from finmodel.analysis.figures import Model
from finmodel.report.amounts import DASH, WORST_IN_10, WORST_IN_20, chance, millions, percent
from finmodel.report.each_model import exit_of_each, options_of
from finmodel.report.events import events
from finmodel.report.grid import Cell, Column, Grid

MUCH = 10.0
"""Security over loss beyond which the figure says no more."""


def exit_in_short(summary: Summary) -> Iterator[Grid]:
    """One row a payment model whose integrator can go."""
    yield exit_of_each(options_of(summary))


def exit_of_integrator(summary: Summary) -> Iterator[Grid]:
    """Events; then four tables of the payment models whose integrator can go, empty where no capital is stated."""
    models = [model for model in summary.about.models if summary.spread(model.name, "security")]
    yield events(summary)
    yield _chances(summary, models)
    yield _who_pays(summary, models)
    yield _breaks(summary, models)
    yield _liquidity(summary, models)


def _chances(summary: Summary, models: list[Model]) -> Grid:
    columns = [Column("P(fails)"), Column("P(leaves\nat a break)"), Column("P(goes)"), Column("P(gone\nby then)")]
    grid = Grid("The integrator goes at the end of a contract year", "End of", columns)
    for model in models:
        grid.group(model.label)
        breaks = summary.periods(model.name, "loss_to_break")
        for period, label in [*summary.periods(model.name, "cash_low").items(), (None, ALL_YEARS.capitalize())]:
            failed, left = (
                summary.chance(model.name, "integrator_goes", cause, period) for cause in ("failed", "left")
            )
            if period is not None and period not in breaks:
                left = None
            goes = summary.chance(model.name, "integrator_goes", None, period)
            by_then = summary.chance(model.name, "integrator_gone", None, period)
            grid.row(f"  {label}", [chance(failed), chance(left), chance(goes), chance(by_then)], total=period is None)
    grid.notes += [
        "It fails when its loss so far exceeds its capital and guarantee, and leaves at a break when the margin that",
        "it expects of the remaining years is worse than the guarantee callable and the exit charge.",
    ]
    return grid


def _who_pays(summary: Summary, models: list[Model]) -> Grid:
    figures = (
        ("exit_extra_cost", "Commissioners pay more"),
        ("exit_unpaid", "Loss that no security covers"),
        ("guarantee_called", "Guarantee called"),
    )
    columns = [Column("Expected"), Column("P90"), Column("P95"), Column("Mean if\nit goes"), Column("P95 if\nit goes")]
    grid = Grid("Who pays for the exit, over the whole contract, nominal, £m", "Payment model", columns)
    for model in models:
        grid.group(model.label)
        for figure, label in figures:
            found = summary.spread(model.name, figure)
            gone = summary.spread(model.name, f"{figure}_if_it_goes")
            if found is None:
                continue
            shown = [millions(one) for one in (found.mean, found.at(90), found.at(95))]
            if_gone = [millions(gone.mean), millions(gone.at(95))] if gone else [DASH, DASH]
            grid.row(f"  {label}", [*shown, *if_gone])
    grid.notes += [
        "Commissioners: payment of all years less what it were if the integrator stayed; negative where the existing",
        "contracts cost less. The loss that no security covers falls on whom the scenario names (excess_loss).",
    ]
    return grid


def _breaks(summary: Summary, models: list[Model]) -> Grid:
    columns = [
        Column("Loss until\nthen: P90"),
        Column("P95"),
        Column("Guarantee\nover P90", spared=True),
        Column("over\nP95", spared=True),
        Column("With capital\nover P90", spared=True),
        Column("over\nP95", spared=True),
        Column("It goes:\nmean", spared=True),
        Column("P90", spared=True),
    ]
    grid = Grid(
        "Security over the loss until each break, and what commissioners pay more if the integrator goes there, £m",
        "Payment model",
        columns,
    )
    days = {at: day for model in models for at, day in summary.periods(model.name, "loss_to_break").items()}
    for years, day in sorted(days.items()):
        grid.group(f"Break on {day}, after {years} contract year{'' if years == 1 else 's'}")
        for model in models:
            loss = summary.spread(model.name, "loss_to_break", None, years)
            cost = summary.spread(model.name, "exit_cost_at_break", None, years)
            if loss is None or cost is None:
                continue
            covers = [
                _cover(summary, model, figure, years, at) for figure in ("guarantee", "security") for at in (90, 95)
            ]
            losses = [millions(loss.at(at)) for at in (90, 95)]
            grid.row(model.label, [*losses, *covers, millions(cost.mean), millions(cost.at(90))])
    grid.notes += [
        "Loss, and payment with the integrator, are those of one that stays until then whatever happens; negative: a",
        "gain, against which no security is needed (–). It goes: payment without it less payment with it over the",
        "remaining years, and taking the contracts back, less exit charge and guarantee.",
    ]
    return grid


def _cover(summary: Summary, model: Model, figure: str, years: int, at: int) -> Cell:
    security = summary.spread(model.name, figure)
    loss = summary.spread(model.name, "loss_to_break", None, years)
    found = None if security is None or loss is None else cover(security.mean, loss.at(at))
    return Cell("> 1,000%") if found is not None and found.value > MUCH else percent(found)


def _liquidity(summary: Summary, models: list[Model]) -> Grid:
    columns = [
        Column("Lowest cash:\nmean"),
        Column("P50"),
        Column(WORST_IN_10),
        Column(WORST_IN_20),
        Column("P(below\nzero)"),
    ]
    grid = Grid(
        "The integrator’s lowest month-end cash of each year, its capital included, nominal, £m",
        "Contract year",
        columns,
    )
    for model in models:
        need, worst = summary.spread(model.name, "working_capital"), summary.spread(model.name, "worst_month")
        if need is None or worst is None:
            continue
        amounts = f"P50 {millions(need.at(50)).text}, P90 {millions(need.at(90)).text}"
        month = int(worst.at(50).value)
        when = f"; lowest in month {month} of the contract (median)" if month else ""
        grid.group(f"{model.label}: capital needed {amounts}{when}")
        for period, label in [*summary.periods(model.name, "cash_low").items(), (None, "Any year")]:
            low = summary.spread(model.name, "cash_low", None, period)
            amounts_of = [low.mean, low.at(50), low.at(10), low.at(5)] if low else [None] * 4
            below = summary.chance(model.name, "cash_below_zero", None, period)
            grid.row(f"  {label}", [*map(millions, amounts_of), chance(below)], total=period is None)
    grid.notes += [
        "If it stays: what commissioners pay it when they pay it, on account or late, against its costs in twelve",
        "equal instalments a year. Capital needed is what the lowest month-end cash of the contract asks for.",
    ]
    return grid
