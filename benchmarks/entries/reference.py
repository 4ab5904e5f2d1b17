"""The reference job, sampling, evaluation and report, on lines and as written for NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks import reference_file, reference_sheet
from benchmarks.processes import at_scale
from benchmarks.registry import Case, Entry, Limit, Prepared, register
from finmodel.lines import BoundPlan
from finmodel.uncertainty import BLOCK_SIZE

_CHUNK = 250
"""Trials at a time for the NumPy versions: their best on the machines where it was tried."""


def _trials(scale: float) -> int:
    return at_scale(2 * BLOCK_SIZE, scale)


def _lines(scale: float) -> Prepared:
    plan, trials = reference_sheet.plan(), _trials(scale)
    size = min(trials, BLOCK_SIZE)
    bound = BoundPlan(plan, reference_sheet.draws(1, size), size)
    results = np.empty((len(plan.columns), trials))

    def go() -> Any:
        for block in range(-(-trials // size)):
            kept = results[:, block * size : (block + 1) * size]
            np.copyto(kept, bound.run(block)[:, : kept.shape[1]])
        return reference_sheet.report(results)

    return Prepared(go, trials, {"operations a trial": plan.operations_per_year() * reference_sheet.YEARS})


def _numpy(function: str, scale: float) -> Prepared:
    job, trials, rng = reference_file.module(), _trials(scale), np.random.default_rng(1)

    def go() -> Any:
        return job.report(job.run_chunks(job.sample(trials, rng), _CHUNK, getattr(job, function)))

    return Prepared(go, trials, {"trials at a time": _CHUNK})


register(
    Entry(
        "reference",
        "65 contracts x 120 months: sampling, evaluation and report, one process",
        "trial",
        (
            Case("lines, monthly periods", _lines),
            Case("NumPy, whole arrays (model)", lambda scale: _numpy("model", scale)),
            Case("NumPy, buffers (model_buf)", lambda scale: _numpy("model_buf", scale)),
        ),
        (
            Limit("lines, monthly periods", "NumPy, whole arrays (model)", 0.5),
            Limit("lines, monthly periods", "NumPy, buffers (model_buf)", 1.0),
        ),
        missing=reference_file.missing,
    )
)
