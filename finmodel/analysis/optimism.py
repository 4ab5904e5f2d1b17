"""The base case with optimism bias: what commissioners would pay were all of it so much dearer than was proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finmodel.analysis.estimates import PERCENTILES, Estimate, Spread
from finmodel.analysis.figures import ALL_YEARS, Figure, Summary

if TYPE_CHECKING:
    from finmodel.contract import Contract

BIASED = {"cash": "cash_with_optimism_bias", "present_value": "present_value_with_optimism_bias"}
"""Figures of the base case, and the same with optimism bias."""


def optimism_figures(contract: Contract, base: Summary) -> tuple[Figure, ...]:
    """Base case x (1 + rate x (1 - mitigation)), all years, for payment models with an integrator; one number each."""
    bias = contract.scenario.appraisal.optimism_bias
    if bias is None or not bias.on_base_case:
        return ()
    found = []
    for model in base.about.models:
        for figure, biased in BIASED.items():
            plain = base.figure(model.name, figure)
            if model.integrator and plain is not None:
                amount = plain.spread.mean.value * (1 + bias.uplift)
                spread = Spread(Estimate(amount, 0.0), (Estimate(amount, 0.0),) * len(PERCENTILES))
                found.append(Figure(model.name, biased, None, None, ALL_YEARS, plain.unit, spread, base=amount))
    return tuple(found)
