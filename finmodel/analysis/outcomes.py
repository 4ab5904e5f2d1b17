"""Question 3: how much of the outcome money is earned."""

from __future__ import annotations

from finmodel.analysis.gather import Array, Collector, Ratio, Results


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
    has_maximum, has_uncapped = bool(maximum.any()), bool(uncapped.any())
    into.figure(model, "outcome_earned", earned, year=year, when=has_maximum or has_uncapped)
    into.figure(model, "outcome_uncapped", uncapped, year=year, when=has_uncapped)
    into.figure(model, "outcome_maximum", maximum, year=year, when=has_maximum)
    into.figure(model, "outcome_share", Ratio(earned - uncapped, maximum), year=year, unit="rate", when=has_maximum)
