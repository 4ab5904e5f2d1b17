"""Run a job into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finmodel.simulation.job import Job
from finmodel.simulation.parts import finished_blocks, make_folders
from finmodel.simulation.workers import Crew

Progress = Callable[[int], None]
"""Called in the parent with the number of trials done so far."""


def simulate(job: Job, folder: Path, crew: Crew, progress: Progress | None = None) -> int:
    """Compute the draw-blocks of `job` that are not there yet, each one Parquet file a table under `folder`/trials.

    The bytes written depend on the contract and the trials only, not on the number of workers. Short runs stay in this
    process: starting others costs more than it gains. Returns how many trials were there already.
    """
    make_folders(job, folder)
    done = finished_blocks(job, folder)
    trials = sum(job.trials_in(block) for block in done)
    told = progress or _untold
    if done:
        told(trials)
    crew.compute(job, folder, sorted(set(range(job.blocks)) - set(done)), lambda more: told(trials + more))
    return trials


def _untold(_: int) -> None:
    """Nobody watches."""
