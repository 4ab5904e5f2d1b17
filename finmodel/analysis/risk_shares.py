"""Who bears the risk: each party's share of the variance of the system's cost, and of its worst trials.

`S` is the system's cost and `X_k` the net cost that party k bears, with `sum of X_k = S` in every trial. Variance share
`Cov(X_k, S) / Var(S)`; tail share `(E[X_k | S in its worst 5%] - E[X_k]) / (E[S | S in its worst 5%] - E[S])`. Each
adds up to one over the parties and may be negative: who gains when the system loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.design import Design
from finmodel.analysis.estimates import Estimate, symmetric

if TYPE_CHECKING:
    from finmodel.analysis.kept import KeptRun

Array = NDArray[np.float64]

OUTSIDE = "guarantor and bank"
"""Who bears what neither commissioners nor integrator nor providers do."""

WORST = 0.05
"""The share of trials that counts as the tail."""

_GROUPS = 32
_FEWEST = 20 * _GROUPS
"""Trials below which a group would hold next to nothing of the tail, and no standard error is told."""


@dataclass(frozen=True)
class RiskShares:
    """The shares of one party, as rates."""

    variance: Estimate
    tail: Estimate


def borne_by(run: KeptRun, model: str) -> dict[str, Array]:
    """Net cost by party over all contract years, £, shape (trials,) each: what it pays or is left short of.

    Where the integrator may go, what neither of them bears falls on who stands outside: guarantor and bank.
    """
    borne = {
        "commissioners": run.total(model, "payment"),
        "integrator": -run.total(model, "integrator_surplus"),
        "providers": -run.total(model, "providers_surplus"),
    }
    if any(column.model == model and column.figure == "system_cost" for column in run.columns):
        within = borne["commissioners"] + borne["integrator"] + borne["providers"]
        borne[OUTSIDE] = run.total(model, "system_cost") - within
    return borne


def risk_shares(borne: Mapping[str, Array], design: Design) -> dict[str, RiskShares]:
    """The shares of each party, from the net cost that it bears, £, shape (trials,) each; empty where nothing varies.

    Standard errors are those of the jackknife: 32 groups of consecutive trials are left out in turn, or as many as
    there are where whole units of trials are fewer.
    """
    costs = np.array(list(borne.values()))
    system = costs.sum(axis=0)
    if float(np.ptp(system)) <= 1e-9 * max(1.0, float(np.abs(system).max())):
        return {}
    values = _shares(costs)
    groups = min(_GROUPS, design.units)
    errors = _jackknife(costs, design, groups) if system.size >= _FEWEST and groups > 1 else None
    factor = Design(groups).interval_factor
    return {
        party: RiskShares(
            *(
                symmetric(float(values[kind, place]), None if errors is None else float(errors[kind, place]), factor)
                for kind in (0, 1)
            )
        )
        for place, party in enumerate(borne)
    }


def _shares(costs: Array) -> Array:
    """Variance and tail share by party, shape (2, parties), from `costs`, shape (parties, trials)."""
    above = costs - costs.mean(axis=1, keepdims=True)  # squares of £1bn would lose digits
    system = above.sum(axis=0)
    worst = system >= np.quantile(system, 1 - WORST)
    together = (above * system).mean(axis=1)
    tail = above[:, worst].mean(axis=1)
    return np.array([together / together.sum(), tail / tail.sum()])


def _jackknife(costs: Array, design: Design, groups: int) -> Array:
    ends = np.linspace(0, costs.shape[1] // design.unit, groups + 1).astype(int) * design.unit
    without = np.array([_shares(np.delete(costs, np.s_[first:end], axis=1)) for first, end in pairwise(ends)])
    spread = (without - without.mean(axis=0)) ** 2
    return np.asarray(np.sqrt((groups - 1) / groups * spread.sum(axis=0)))
