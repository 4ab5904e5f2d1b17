"""The flagship's drivers drawn for a block of trials, by each sampler that there is."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.flagship import contract
from benchmarks.registry import Case, Entry, Prepared, register
from finmodel.contract.evaluate import make_draws
from finmodel.uncertainty import BLOCK_SIZE
from finmodel.uncertainty.samplers import SAMPLERS


def _draws(sampler: str, _scale: float) -> Prepared:
    draws, years = make_draws(contract().drawn(None, sampler)), contract().calendar.total_years

    def go() -> None:
        draws.start_block(0)
        for year in range(1, years + 1):
            draws.start_year(year)

    return Prepared(go, BLOCK_SIZE * years * len(contract().drivers), {"drivers": len(contract().drivers)})


def _normals(_scale: float) -> Prepared:
    generator, out = np.random.Generator(np.random.SFC64(1)), np.empty(BLOCK_SIZE)
    count = contract().calendar.total_years * len(contract().drivers)

    def go() -> None:
        for _ in range(count):
            generator.standard_normal(out=out)

    return Prepared(go, BLOCK_SIZE * count)


register(
    Entry(
        "samplers",
        "the flagship's drivers, drawn for a block of trials",
        "driver, trial and year",
        (
            *(Case(name, partial(_draws, name)) for name in SAMPLERS),
            Case("as many normals, nothing else", _normals),
        ),
    )
)
