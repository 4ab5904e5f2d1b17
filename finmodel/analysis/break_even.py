"""The share of the claimed savings that those who deliver need to break even, in the base case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def break_even(contract: Contract, models: Sequence[str], years: int) -> dict[str, BreakEven]:
    """By payment model, over the first `years` contract years of the base case, of an integrator that stays.

    The margin is the lower of the integrator's own and that of integrator and providers together.
    """
    from finmodel.contract import margins_in_base_case

    known: dict[float, Mapping[str, float]] = {}
    claimed = claimed_in(contract, years)
    in_base_case = margins_in_base_case(contract, models)

    def margins(share: float) -> Mapping[str, float]:
        """The margin of the first years where this share of the claimed savings comes about."""
        if share not in known:
            found: dict[str, float] = {}
            for model, by_year in in_base_case(share if claimed else None).items():
                own = sum(year[0] for year in by_year[:years])
                found[model] = min(own, sum(sum(year) for year in by_year[:years]))
            known[share] = found
        return known[share]

    if not claimed:
        return {model: BreakEven(m, m, 0.0 if m >= -_HALF_A_PENNY else None) for model, m in margins(0.0).items()}
    return {model: _of(model, margins) for model in models}


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
