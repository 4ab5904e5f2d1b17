"""The share of the claimed savings that those who deliver need to break even, in the base case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.analysis.figures import Summary
from finmodel.analysis.signature_figures import INTEGRATOR, MARGIN

if TYPE_CHECKING:
    from finmodel.contract import Contract

_MOST = 2.0
"""Twice the claim is looked at; who needs more is told so."""
_FINE = 1e-9
_HALF_A_PENNY = 0.005


@dataclass(frozen=True)
class BreakEven:
    """The margin of the first years with no saving and with all that is claimed, and the share at which it is zero.

    The share is 0 where none is needed, None where twice the claim is not enough.
    """

    without: float
    with_all: float
    share: float | None


def break_even(contract: Contract, summary: Summary, models: Sequence[str], years: int) -> dict[str, BreakEven]:
    """By payment model, over the first `years` contract years of the base case, of an integrator that stays.

    The margin is the lower of the integrator's own and that of integrator and providers together. `summary` holds the
    base case.
    """
    if not claimed_in(contract, years):
        by_model = {model: _margin(_no_savings_yet(contract, summary, model, years), years) for model in models}
        return {m: BreakEven(least, least, 0.0 if least >= -_HALF_A_PENNY else None) for m, least in by_model.items()}

    from finmodel.contract import margins_in_base_case

    known: dict[float, Mapping[str, float]] = {}
    in_base_case = margins_in_base_case(contract, models)

    def margins(share: float) -> Mapping[str, float]:
        """The margin of the first years where this share of the claimed savings comes about."""
        if share not in known:
            known[share] = {model: _margin(by_year, years) for model, by_year in in_base_case(share).items()}
        return known[share]

    return {model: _of(model, margins) for model in models}


def _no_savings_yet(contract: Contract, summary: Summary, model: str, years: int) -> Sequence[tuple[float, float]]:
    """The integrator's and the providers' surplus of the first years, in which no saving is claimed."""
    from finmodel.contract import margins_in_base_case

    if f"{model}.{MARGIN}" in contract.sheet:  # it may go: the summary has the providers' surplus with the exit
        return margins_in_base_case(contract, [model])(None)[model]

    def base(figure: str, member: str | None, year: int) -> float:
        found = summary.figure(model, figure, member, year)
        assert found is not None
        assert found.base is not None
        return found.base

    first = range(1, min(years, contract.calendar.years) + 1)
    return [(base(MARGIN, INTEGRATOR, year), base("providers_surplus", None, year)) for year in first]


def _margin(by_year: Sequence[tuple[float, float]], years: int) -> float:
    own = sum(year[0] for year in by_year[:years])
    return min(own, sum(sum(year) for year in by_year[:years]))


def claimed_in(contract: Contract, years: int) -> bool:
    """Whether any saving is claimed in the first `years` contract years."""
    from finmodel.contract import means

    savings = contract.scenario.savings
    return savings is not None and any(one != 0 for one in means(contract.scenario, savings.claimed)[:years])


def _of(model: str, margins: Callable[[float], Mapping[str, float]]) -> BreakEven:
    from scipy.optimize import brentq

    def at(share: float) -> float:
        return margins(share)[model]

    without, with_all = at(0.0), at(1.0)
    if without >= -_HALF_A_PENNY:
        return BreakEven(without, with_all, 0.0)
    if abs(with_all) < _HALF_A_PENNY:
        return BreakEven(without, with_all, 1.0)
    low, high = (0.0, 1.0) if with_all > 0 else (1.0, _MOST)
    if with_all < 0 and at(_MOST) < 0:
        return BreakEven(without, with_all, None)
    straight = low - at(low) / (at(high) - at(low)) * (high - low)  # margins are nearly always straight in the share
    if abs(at(straight)) < _HALF_A_PENNY:
        return BreakEven(without, with_all, straight)
    return BreakEven(without, with_all, float(brentq(at, low, high, xtol=_FINE)))
