"""When an amount counts as over a limit, and a result as a loss: rounding in the last digits must decide neither."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HALF_A_PENNY = 0.005


def over(amount: NDArray[np.float64], limit: NDArray[np.float64] | float) -> NDArray[np.bool_]:
    """Whether `amount` is over `limit` (both £): more than half a penny and more than a billionth of it."""
    return amount > limit + np.maximum(HALF_A_PENNY, 1e-9 * np.abs(limit))


def loses(surplus: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a surplus (£) is a loss, of more than half a penny."""
    return surplus < -HALF_A_PENNY


def beyond(figure: float, limit: float) -> bool:
    """Whether a figure is over a limit by more than rounding: on the limit it is not (docs/conventions.md, rule 23)."""
    return figure > limit + 1e-9 * max(1.0, abs(limit))


def short_of(figure: float, limit: float) -> bool:
    """Whether a figure is under a limit by more than rounding."""
    return figure < limit - 1e-9 * max(1.0, abs(limit))
