"""Question 3: how much of the outcome money is earned."""

from __future__ import annotations

import numpy as np

from finmodel.analysis.estimates import Spread, percentiles, ratio_of_means
from finmodel.analysis.gather import Array, Collector, Results


def outcome_money(results: Results, into: Collector, model: str) -> None:
    """Outcome payments earned, against their maximum if they have one, by the contract year they reward."""
    earned, maximum, uncapped = results.zeros(), results.zeros(), results.zeros()
    for year in results.periods(model, "outcome_earned").items():

        def of_year(figure: str, period: int = year[0]) -> Array:
            known = period in results.periods(model, figure)
            return results.values(model, figure, None, period).copy() if known else results.zeros()

        got, most, without = of_year("outcome_earned"), of_year("outcome_maximum"), of_year("outcome_uncapped")
        earned += got
        maximum += most
        uncapped += without
        _add(into, model, got, most, without, year)
    _add(into, model, earned, maximum, uncapped, None)


def _add(
    into: Collector, model: str, earned: Array, maximum: Array, uncapped: Array, year: tuple[int, str] | None
) -> None:
    """`uncapped`: the part of what is earned that has no maximum, and so no share of one."""
    if not maximum.any() and not uncapped.any():
        return
    into.figure(model, "outcome_earned", earned, year=year)
    if uncapped.any():
        into.figure(model, "outcome_uncapped", uncapped, year=year)
    if not maximum.any():
        return
    into.figure(model, "outcome_maximum", maximum, year=year)
    limited = earned - uncapped
    share = np.divide(limited, maximum, out=np.zeros_like(limited), where=maximum != 0)
    both = Spread(ratio_of_means(limited, maximum), percentiles(share))
    into.figure(model, "outcome_share", both, year=year, unit="rate")
