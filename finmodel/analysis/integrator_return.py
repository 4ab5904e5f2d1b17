"""Question 2: what the integrator earns on the losses of its early years, where later years pay them back.

Its accrued surplus of each contract year counts at that year's end. A trial that begins with a gain puts nothing in: it
has an internal rate only as a borrower has, and none is told. Capital that the integrator brings is not modelled.
"""

from __future__ import annotations

import numpy as np

from finmodel.analysis.gather import Collector, Results
from finmodel.analysis.rates_of_return import Outcome, internal_rate_of_return
from finmodel.analysis.thresholds import HALF_A_PENNY


def integrator_return(results: Results, into: Collector, model: str) -> None:
    """The rate over the trials that have one, and how often trials have one, several, or none and why."""
    years = results.periods(model, "integrator_surplus")
    if not years:
        return
    surplus = np.array([results.values(model, "integrator_surplus", None, year) for year in years])
    surplus[np.abs(surplus) <= HALF_A_PENNY] = 0.0  # what rounding leaves is neither a loss nor a gain
    first = np.take_along_axis(surplus, np.argmax(surplus != 0, axis=0)[None, :], axis=0)[0]
    loses_first = np.flatnonzero(first < 0)
    rates = internal_rate_of_return(surplus[:, loses_first])
    rate, has_rate = results.zeros(), np.zeros(results.trials, dtype=np.bool_)
    rate[loses_first], has_rate[loses_first] = rates.rate, rates.found
    into.figure(model, "integrator_return", rate, unit="rate", when=has_rate)
    for event, trials in (
        ("integrator_has_return", loses_first[rates.found]),
        ("integrator_has_several_returns", loses_first[rates.outcome == Outcome.SEVERAL_RATES]),
        ("integrator_gets_nothing_back", loses_first[~rates.found]),
        ("integrator_gains_first", np.flatnonzero(first > 0)),
    ):
        happened = np.zeros(results.trials, dtype=np.bool_)
        happened[trials] = True
        into.event(model, event, happened, compared=("integrator_surplus", "zero"))
