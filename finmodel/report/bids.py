"""Bids in tables: price against what the contract should cost, what each brings, and its rank in every view."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Bid, Comparison, Estimate
from finmodel.report.amounts import DASH, chance, millions, percent, plain
from finmodel.report.grid import Cell, Column, Grid


def bid_tables(found: Comparison) -> Iterator[Grid]:
    """Three tables; empty where no scenario holds a bid."""
    yield _ranking(found)
    yield _should_cost(found)
    yield _outcomes(found)


def _groups(found: Comparison, grid: Grid) -> Iterator[Bid]:
    """The bids, with a heading for each payment model."""
    model = ""
    for bid in found.bids:
        if bid.model != model:
            model = bid.model
            label = next(one.label for one in found.option(bid.key).summary.about.models if one.name == model)
            grid.group(label)
        yield bid


def _ranking(found: Comparison) -> Grid:
    columns = [
        Column("Cost, mean\n£m"),
        Column("P(integrator\nloses)"),
        Column("RED"),
        Column("Rank:\noutcomes"),
        Column("cost"),
        Column("risk"),
        Column("flags"),
    ]
    grid = Grid("Bids ranked by outcomes gained, cost, risk and flags", "Bidder", columns)
    for bid in _groups(found, grid):
        ranks = [Cell(str(bid.ranks[view])) for view in ("outcomes", "cost", "risk", "flags")]
        cells = [millions(bid.cost), chance(bid.loses), Cell(str(len(bid.red))), *ranks]
        grid.row(f"  {bid.bidder}", cells)
    for bid in found.bids:
        flags = ", ".join(bid.red) if bid.red else "nothing"
        grid.notes.append(f"{bid.bidder} ({bid.legal_form}), {bid.model}: RED on {flags}.")
    grid.notes += [
        "1 is best. Cost is commissioners’ nominal cash, exits included; risk is how often the integrator has lost by",
        "the end, if it stays; flags are the checks before signature that are RED; outcomes: the mean of the ranks in",
        "the table of outcomes. Nobody but the board can weigh one against another.",
    ]
    return grid


def _should_cost(found: Comparison) -> Grid:
    headings = ("Price\n£m", "over\nP20", "over\nP50", "over\nP80", "Lowest other\nbid over it", "T4")
    grid = Grid("Each bid’s price over what the contract should cost", "Bidder", [Column(one) for one in headings])
    for bid in _groups(found, grid):
        over = [percent(one) for one in bid.should_cost.values()]
        other = DASH if bid.next_bid is None else percent(Estimate(bid.next_bid, 0.0))
        status = DASH if bid.low_bid is None else Cell(bid.low_bid.status)
        grid.row(f"  {bid.bidder}", [millions(Estimate(bid.price, 0.0)), *over, other, status])
    grid.notes += [
        "Price: what commissioners pay for all years in the base case, nominal. Should cost: what staff, suppliers",
        "and HMRC are paid, with the savings that the scenario believes in. Below 100% of P20 a bid is RED (T4), below",
        "that of P50 AMBER, and so where the lowest of the other bids is dearer by more than the threshold (5% unless",
        "the file says otherwise); a bid whose file states the next bid goes by that alone.",
    ]
    return grid


def _outcomes(found: Comparison) -> Grid:
    labels = list(dict.fromkeys(label for bid in found.bids for label in bid.outcomes))
    grid = Grid("How many more achieve each outcome, all years", "Bidder", [Column(one, label=True) for one in labels])
    for bid in _groups(found, grid) if labels else ():
        grid.row(f"  {bid.bidder}", [plain(bid.outcomes[one]) if one in bid.outcomes else DASH for one in labels])
    grid.notes.append(
        "Against the first payment model of the scenario; only what the scenario says of effects and effort."
    )
    return grid
