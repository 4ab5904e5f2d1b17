"""Question 3: how much of the outcome money is earned."""

from __future__ import annotations

import numpy as np

from finmodel.analysis.estimates import Spread, percentiles, ratio_of_means
from finmodel.analysis.gather import Array, Collector, Results


def outcome_money(results: Results, into: Collector, model: str) -> None:
    """Outcome payments earned against their maximum, by the contract year they reward; none where there are none."""
    earned, maximum = results.zeros(), results.zeros()
    for year in results.periods(model, "outcome_maximum").items():
        most = results.values(model, "outcome_maximum", None, year[0]).copy()
        got = results.values(model, "outcome_earned", None, year[0])
        earned += got
        maximum += most
        _add(into, model, got, most, year)
    _add(into, model, earned, maximum, None)


def _add(into: Collector, model: str, earned: Array, maximum: Array, year: tuple[int, str] | None) -> None:
    if not maximum.any():
        return
    into.figure(model, "outcome_earned", earned, year=year)
    into.figure(model, "outcome_maximum", maximum, year=year)
    share = np.divide(earned, maximum, out=np.zeros_like(earned), where=maximum != 0)
    both = Spread(ratio_of_means(earned, maximum), percentiles(share))
    into.figure(model, "outcome_share", both, year=year, unit="rate")
