"""What pictures of a run need beyond its summary: how cash is spread, where the pounds go, who bears the risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.kept import KeptRun
from finmodel.analysis.risk_shares import OUTSIDE, RiskShares, borne_by, risk_shares

Array = NDArray[np.float64]

BINS = 60
HALF_WIDTH = 0.005
"""A waterfall is the mean of the trials within so much of its percentile, on either side."""


@dataclass(frozen=True)
class Histogram:
    """`shares` of the trials between neighbouring `edges`, £; there is one edge more than shares."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Pounds:
    """Where the pounds of all contract years go, £: means over the same trials, so that they add up.

    `payments + outcome_money` is what commissioners pay; with what guarantor and bank bring in (`outside`) it is
    `integrator + providers + suppliers`: the surpluses of integrator and providers (negative: they pay in) and what
    staff, suppliers and HMRC receive.
    """

    payments: float
    outcome_money: float
    outside: float
    integrator: float
    providers: float
    suppliers: float
    trials: int


@dataclass(frozen=True)
class Pictures:
    """By payment model, waterfalls by percentile too. `paid_in_full`: whether all that is due is paid in each trial."""

    cash: Mapping[str, Histogram]
    pounds: Mapping[str, Mapping[int, Pounds]]
    risk: Mapping[str, Mapping[str, RiskShares]]
    paid_in_full: Mapping[str, bool]


def pictures(
    run: KeptRun,
    percentiles: tuple[int, ...] = (50, 90),
    shares: Mapping[str, Mapping[str, RiskShares]] | None = None,
) -> Pictures:
    """All that the page of a run draws from its trials; one payment model at a time is held in memory.

    `shares` of the risk, by payment model, where they are known already.
    """
    cash, pounds, paid = {}, {}, {}
    risk: dict[str, Mapping[str, RiskShares]] = {}
    for model in run.summary.about.models:
        borne = borne_by(run, model.name)
        due, spent = borne["commissioners"], run.total(model.name, "cash")
        earned = run.total(model.name, "outcome_earned")
        cash[model.name] = histogram(spent)
        paid[model.name] = bool(np.all(np.abs(spent - due) <= np.maximum(0.01, 1e-9 * np.abs(due))))
        pounds[model.name] = {p: where_pounds_go(borne, earned, p) for p in percentiles}
        risk[model.name] = risk_shares(borne, run.summary.about.design) if shares is None else shares[model.name]
    return Pictures(cash, pounds, risk, paid)


def histogram(values: Array) -> Histogram:
    """Between the least and the greatest value, in bins of one width."""
    counts, edges = np.histogram(values, bins=BINS if np.ptp(values) > 0 else 1)
    return Histogram(tuple(edges.tolist()), tuple((counts / len(values)).tolist()))


def where_pounds_go(borne: Mapping[str, Array], earned: Array, percentile: int) -> Pounds:
    """The waterfall at a percentile of what commissioners pay: the mean of the trials within half a per cent of it.

    `borne` is the net cost by party, as of `borne_by`; `earned` the outcome money within what commissioners pay.
    """
    due = borne["commissioners"]
    least, most = np.quantile(due, np.clip([percentile / 100 - HALF_WIDTH, percentile / 100 + HALF_WIDTH], 0, 1))
    near = (due >= least) & (due <= most)
    mean = {party: float(cost[near].mean()) for party, cost in borne.items()}
    outcome, outside = float(earned[near].mean()), mean.get(OUTSIDE, 0.0)
    return Pounds(
        payments=mean["commissioners"] - outcome,
        outcome_money=outcome,
        outside=outside,
        integrator=-mean["integrator"],
        providers=-mean["providers"],
        suppliers=sum(mean.values()),
        trials=int(near.sum()),
    )
