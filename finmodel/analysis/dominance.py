"""Stochastic dominance between two costs, of which less is better: what everybody would choose, and the cautious.

`x` dominates `y` in the first order where every quantile of x is at most that of y: whoever prefers paying less chooses
x. It dominates in the second order where, for every share q, the mean of the dearest q of x is at most that of y (the
increasing convex order of costs): whoever also dislikes a wider spread chooses x. The first implies the second. What is
said is of the trials that were drawn: a few more may undo it where the two lie close.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.thresholds import HALF_A_PENNY

Array = NDArray[np.float64]


def dominance(x: Array, y: Array) -> int:
    """1 or 2, the order in which costs `x` dominate costs `y`, or 0; both ascending and of one length, £.

    Differences within half a penny count for neither.
    """
    if np.all(x <= y + HALF_A_PENNY):
        return 1 if np.any(x < y - HALF_A_PENNY) else 0
    dearest = np.arange(1, len(x) + 1)
    gap = np.cumsum(x[::-1] - y[::-1]) / dearest  # of the means of the k dearest, k = 1 … n
    return 2 if np.all(gap <= HALF_A_PENNY) and np.any(gap < -HALF_A_PENNY) else 0
