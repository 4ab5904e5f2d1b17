"""Cases side by side for a term on its own: each figure a row of cases in one contract year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from finmodel.contract.payment.worked import Facts, paid_on

Row = float | Sequence[float]


def paid(
    written: str,
    *,
    earlier: Mapping[str, Row] | None = None,
    scores: Mapping[str, tuple[float, Row]] | None = None,
    **figures: Row,
) -> np.ndarray:
    """What the term pays in each case. `scores`: by outcome its weight and its scores. A number holds in every case."""
    rows = [*figures.values(), *(earlier or {}).values(), *(score for _, score in (scores or {}).values())]
    size = max((len(row) for row in rows if not isinstance(row, float)), default=1)

    def one(row: Row) -> np.ndarray:
        return np.array([[row] * size if isinstance(row, float) else row], dtype=float)

    outcomes = {name: {"weight": one(weight), "score": one(score)} for name, (weight, score) in (scores or {}).items()}
    facts = Facts({n: one(x) for n, x in figures.items()}, {n: one(x) for n, x in (earlier or {}).items()}, outcomes)
    return paid_on(written, facts)[0]
