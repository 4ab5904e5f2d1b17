"""How the trials of a run were drawn, which is all that a standard error needs to know of them.

Trials come in units: those of one unit depend on one another, units do not (conventions, rule 15). At random a unit is
one trial. Antithetic pairs are units of two, replicates of a Latin hypercube or of Sobol points units of 1,024. What a
unit's trials add up to is one observation, and the spread of the units gives the error (rule 20).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.moments import Moments
from finmodel.special import special

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Design:
    """`trials` trials in units of `unit` consecutive ones; a run has whole units.

    `seen_alike` is how many trials of a unit can be alike in whether something happened: both of an antithetic pair,
    for what comes at either end of a driver. Stratified trials are less alike than independent ones, not more.
    """

    trials: int
    unit: int = 1
    seen_alike: int = 1

    @classmethod
    def of(cls, sampler: str, trials: int) -> Design:
        """The design of a run by its sampler."""
        from finmodel.uncertainty.samplers import unit_of

        return cls(trials, unit_of(sampler), 2 if sampler == "antithetic" else 1)

    @property
    def at_random(self) -> bool:
        """Whether trials are independent."""
        return self.unit == 1

    @property
    def units(self) -> int:
        """How many independent observations there are."""
        return self.trials // self.unit

    @property
    def interval_factor(self) -> float | None:
        """Standard errors from a mean of all trials to either end of its 95% interval; None from a single unit."""
        return self.factor(self.trials)

    def factor(self, values: int) -> float | None:
        """The same for a mean of so many trials: Student's t for units less one, at random for trials less one."""
        observations = values if self.at_random else self.units
        return _student(observations - 1) if observations > 1 else None

    def moments(
        self, values: Array, below: Array | None = None, places: Places | None = None, trials: int = 0
    ) -> Moments:
        """The moments of what units of a chunk add up to: of `values`, beside `below` (by default one for each value).

        Where not every trial has a value, `places` are those that have, from 0 in the chunk of `trials`.
        """
        if places is None:
            sums = values.reshape(-1, self.unit).sum(axis=1)
            other = np.full(sums.shape, float(self.unit)) if below is None else below.reshape(-1, self.unit).sum(axis=1)
        else:
            unit, count = places // self.unit, trials // self.unit
            sums = np.bincount(unit, weights=values, minlength=count)
            other = np.bincount(unit, weights=below, minlength=count).astype(np.float64)
        return Moments.of(sums, other)

    def resolved(self, error: float | None) -> float | None:
        """The error of a share: from units never less than one trial in all, since those that agree can be wrong."""
        return error if error is None or self.at_random else max(error, 1 / self.trials)


@lru_cache(maxsize=256)
def _student(freedom: int) -> float:
    """Standard errors to either end of a 95% interval, with so many degrees of freedom."""
    return float(special.stdtrit(freedom, 0.975))


def whole_trials(sampler: str, trials: int) -> int:
    """`trials` rounded up to whole units of the sampler."""
    unit = Design.of(sampler, trials).unit
    return -(-trials // unit) * unit
