"""Tables with one row, or one column, a payment model, which a run and a comparison share on their one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finmodel.analysis import Option, Summary
from finmodel.report.amounts import DASH, chance, millions, percent
from finmodel.report.by_scenario import apart, rows_of
from finmodel.report.grid import Cell, Column, Grid


def options_of(summary: Summary) -> list[Option]:
    """The payment models of a run, as those of a comparison."""
    about = summary.about
    return [Option(one.name, one.label, about.name, one.name, one.integrator, summary) for one in about.models]


def over_allocation(options: Sequence[Option]) -> Iterator[Grid]:
    """Question 1: how likely each commissioner overspends, a table a scenario."""
    for title, own in apart("P(cash over the allocation), all years, by commissioner", options):
        grid = Grid(title, "", [Column(one.model_label, label=True) for one in own])
        for member in dict.fromkeys(member for one in own for member in one.summary.members(one.model, "headroom")):
            chances = [chance(one.chance("over_allocation", member)) for one in own]
            grid.row(own[0].summary.about.label(member), chances)
        yield grid


def outcome_money(options: Sequence[Option]) -> Grid:
    """Question 3: how much outcome money is earned, and the shares of what it is paid for."""
    uncapped = any(one.spread("outcome_uncapped") for one in options)
    parts = {"standing_still": "Standing\nstill", "deadweight": "Dead-\nweight", "attributable": "Attribut-\nable"}
    columns = [
        Column("Maximum", spared=True),
        Column("Earned"),
        Column("Share of\nmaximum"),
        *(Column(heading) for heading in (*parts.values(), "Noise")),
        *([Column("Earned with\nno maximum")] if uncapped else []),
    ]
    grid = Grid("Outcome money, all years, nominal, £m; of what is paid, shares by what it is paid for", "", columns)
    for label, option in rows_of(grid, (one for one in options if one.spread("outcome_earned"))):
        earned = option.spread("outcome_earned")
        most, share, without = (option.spread(f"outcome_{one}") for one in ("maximum", "share", "uncapped"))
        shares = [option.spread(f"outcome_{part}_share") for part in (*parts, "noise")]
        cells = [millions(one.mean if one else None) for one in (most, earned)]
        cells += [percent(share.mean if share else None)]
        cells += [percent(one.mean) if one else DASH for one in shares]
        cells += [millions(without.mean if without else None)] if uncapped else []
        grid.row(label, cells)
    grid.notes.append(
        "Standing still: if nothing changed; deadweight: for the trend; attributable: for the effect; noise: by chance."
    )
    if uncapped:
        grid.notes.append("A rate card without a cap has no maximum: what it earns is in 'Earned' and in no share.")
    return grid


def exit_of_each(options: Sequence[Option]) -> Grid:
    """Question 4: how likely the integrator goes, and what that costs; of models whose integrator can go."""
    chances = ("P(fails)", "P(leaves)", "P(goes)")
    headings = (*chances, "Commissioners\npay more", "P95", "Guarantee\ncalled", "Left\nuncovered")
    grid = Grid("The integrator fails, or leaves at a break; all years, £m", "", [Column(h) for h in headings])
    for label, option in rows_of(grid, (one for one in options if one.spread("exit_extra_cost"))):
        extra = option.spread("exit_extra_cost")
        cells: list[Cell] = [chance(option.chance("integrator_goes", cause)) for cause in ("failed", "left", None)]
        others = [option.spread(figure) for figure in ("guarantee_called", "exit_unpaid")]
        cells += [millions(extra.mean), millions(extra.at(95))] if extra else [DASH, DASH]
        grid.row(label, [*cells, *(millions(one.mean) if one else DASH for one in others)])
    return grid
