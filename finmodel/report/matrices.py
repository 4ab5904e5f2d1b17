"""Options of a comparison each against each: how often one is better, and which dominates which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from finmodel.analysis import MEASURES, Comparison, Option
from finmodel.report.amounts import DASH, chance
from finmodel.report.by_scenario import apart, brief_names
from finmodel.report.grid import Cell, Column, Grid

_ORDERS = {0: Cell("no"), 1: Cell("1st order"), 2: Cell("2nd order")}


def how_often_better(found: Comparison, figures: Sequence[str]) -> Iterator[Grid]:
    """How often one option is better than another for whom the figure matters to."""
    for measure in MEASURES:
        if measure.figure in figures:
            title = f"{measure.party.capitalize()}: P(the option of the row is better than that of the column)"
            yield from _matrix(found, title, partial(_better, found, measure.figure))


def dominating(found: Comparison) -> list[Grid]:
    """Which option dominates which in commissioners' nominal cash."""
    orders = {(one.option, one.over): one.order for one in found.dominance}

    def dominates(first: Option, second: Option) -> Cell:
        return _ORDERS[orders.get((first.key, second.key), 0)]

    title = "Commissioners’ cash: does the option of the row dominate that of the column"
    grids = list(_matrix(found, title, dominates))
    for grid in grids[-1:]:
        grid.notes += [
            "1st order: every percentile is lower. 2nd: the mean of the dearest x% is lower for every x, which decides",
            "for whoever dislikes spread. Of these trials, and of cash alone: it says nothing of what is bought.",
        ]
    return grids


def _better(found: Comparison, figure: str, first: Option, second: Option) -> Cell:
    pair = found.pair(figure, first.key, second.key)
    return chance(pair.better if pair else None)


def _matrix(found: Comparison, title: str, cell: Callable[[Option, Option], Cell]) -> Iterator[Grid]:
    """Each against each: the payment models of every scenario, then every model that several scenarios have."""
    names = brief_names(found.options)
    blocks = [(heading, own, [one.model_label for one in own]) for heading, own in apart(title, found.options)]
    for model in dict.fromkeys(one.model for one in found.options):
        own = [one for one in found.options if one.model == model]
        blocks.append((f"{title}: {own[0].model_label}", own, [names[one.scenario] for one in own]))
    for heading, own, labels in blocks:
        if len(own) > 1:
            grid = Grid(heading, "", [Column(label, label=True) for label in labels])
            for label, row in zip(labels, own, strict=True):
                grid.row(label, [DASH if row.key == one.key else cell(row, one) for one in own])
            yield grid
