"""One draw-block of the flagship against what its operations and draws must cost."""

from __future__ import annotations

from functools import partial

from benchmarks.flagship import Floor, contract, fastest
from benchmarks.registry import Case, Entry, Limit, Prepared, register
from finmodel.contract import Evaluator
from finmodel.uncertainty import BLOCK_SIZE


def _block(_scale: float) -> Prepared:
    """The fastest of a few in each round, as the floor is made of the fastest goes: other programs interrupt both."""
    evaluator = Evaluator(contract())
    go = partial(evaluator.block, 0)
    return Prepared(go, BLOCK_SIZE, seconds=lambda: fastest(go, goes=1, rounds=5))


def _floor(_scale: float) -> Prepared:
    floor, years = Floor(), contract().calendar.total_years
    facts = {
        "operations a trial-year": round(floor.operations / years, 1),
        "normals a trial-year": round(floor.normals / years, 1),
        "years": years,
    }
    return Prepared(lambda: None, BLOCK_SIZE, facts, seconds=floor.seconds)


register(
    Entry(
        "floor",
        "the flagship, drawn and evaluated, against its floor",
        "trial",
        (Case("a draw-block of all payment models", _block), Case("the floor", _floor)),
        (Limit("a draw-block of all payment models", "the floor", 1.5),),
    )
)
