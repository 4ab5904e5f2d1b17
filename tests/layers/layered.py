"""Losses through the layers of finmodel: the shipped stop-loss settlement, or the bands of a gain and loss share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.settlement import settle_rows
from finmodel.contract import open_settlement
from finmodel.contract.payment.worked import Facts, paid_on
from finmodel.scenario.actuals import ActualRow, Actuals
from finmodel.scenario.files import TextFile

ROOT = Path(__file__).resolve().parents[2]
STOP_LOSS = ROOT / "scenarios" / "settlements" / "stop-loss.yaml"

Floats = NDArray[np.float64]

_COMPILED = open_settlement(STOP_LOSS)


def ceded(
    losses: Floats, attachment: float = 0.0, limit: float | None = None, share: float = 1.0, *, rounded: bool = False
) -> Floats:
    """What `finmodel settle` makes the insurer's of each loss; to the penny only where `rounded`."""
    values, back = np.unique(losses, return_inverse=True)
    given = frozenset({"loss", "attachment", "share"} | ({"limit"} if limit is not None else set()))
    rows = tuple(
        ActualRow(
            at, (f"{at}",), {"loss": loss, "attachment": attachment, "limit": limit or 0.0, "share": share}, {}, given
        )
        for at, loss in enumerate(values.tolist())
    )
    settled = settle_rows(_COMPILED, Actuals(TextFile(STOP_LOSS, "drawn", "", ""), rows, ()))
    name = "stop_loss" if rounded else "stop_loss.exact"
    return np.array([row.values[name] for row in settled.rows])[back]


def shared(losses: Floats, target: float, bands: str, cap: str = "") -> Floats:
    """What commissioners pay of losses over `target` in a gain and loss share with these bands."""
    written = f"{{kind: gain_loss_share, on: [core], bands: {bands}{f', cap: {cap}' if cap else ''}}}"
    facts = Facts({"cost": losses[None, :]}, {"core": np.full((1, len(losses)), target)}, {})
    return np.asarray(paid_on(written, facts)[0])


def by_year(years: Floats | NDArray[np.intp], amounts: Floats) -> Floats:
    """Amounts of claims added up by year; `years` is the number of claims of each year."""
    which = np.repeat(np.arange(len(years)), years.astype(np.intp))
    return np.bincount(which, weights=amounts, minlength=len(years))
