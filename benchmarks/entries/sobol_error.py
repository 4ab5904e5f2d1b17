"""How sure the flagship's mean total payment is: 8,192 trials of each sampler against 100,000 random ones."""

from __future__ import annotations

import itertools
import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.flagship import contract
from benchmarks.registry import Case, Entry, Limit, Prepared, register
from finmodel.contract import Evaluator
from finmodel.uncertainty import BLOCK_SIZE
from finmodel.uncertainty.samplers import SAMPLERS

MODEL = "programme"
BLOCKS = 2  # 8,192 trials
SEEDS = 30
RANDOM_TRIALS = 100_000


def _payments(seed: int, sampler: str) -> NDArray[np.float64]:
    """Total payment of the first 8,192 trials, £, shape (trials,)."""
    drawn = contract().drawn(seed, sampler)
    rows = [at for at, one in enumerate(drawn.outputs) if (one.model, one.figure) == (MODEL, "payment")]
    evaluator = Evaluator(drawn)
    return np.concatenate([evaluator.block(number)[rows].sum(axis=0) for number in range(BLOCKS)])


def _error(sampler: str, scale: float) -> Prepared:
    """The root mean square error of the mean over further seeds each round, about their own mean."""
    seeds, count = itertools.count(1), max(2, round(SEEDS * scale))

    def error() -> float:
        means = [_payments(next(seeds), sampler).mean() for _ in range(count)]
        return float(np.std(means, ddof=1))

    return Prepared(lambda: None, 1, {"trials": BLOCKS * BLOCK_SIZE, "seeds a round": count}, error)


def _random(_scale: float) -> Prepared:
    """`sd / sqrt(100,000)`: what random trials give, from the spread of another seed's trials each round."""
    seeds = itertools.count(1_001)

    def error() -> float:
        return float(_payments(next(seeds), "random").std(ddof=1)) / math.sqrt(RANDOM_TRIALS)

    return Prepared(lambda: None, 1, {"trials": RANDOM_TRIALS}, error)


register(
    Entry(
        "sobol-error",
        "the error of the flagship's mean total payment: 8,192 trials of each sampler, and 100,000 random ones",
        "£",
        (
            *(Case(name, partial(_error, name)) for name in SAMPLERS if name != "random"),
            Case("100,000 random trials", _random),
        ),
        (Limit("sobol", "100,000 random trials", 1.0),),
        clock="error",
        on_request=True,
    )
)
