"""Run a job into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finmodel.simulation.job import Job
from finmodel.simulation.parts import finished_blocks, make_folders
from finmodel.simulation.workers import Crew

Progress = Callable[[int], None]
"""Called in the parent with the number of trials done so far."""


def simulate(job: Job, folder: Path, crew: Crew, progress: Progress | None = None, cluster: str | None = None) -> int:
    """Compute the draw-blocks of `job` that are not there yet, each one Parquet file a table under `folder`/trials.

    The bytes written depend on the contract and the trials only, not on the number of workers, nor on whether those of
    the Dask scheduler at the address `cluster` compute them. Short runs stay in this process: starting others costs
    more than it gains. Returns how many trials were there already.
    """
    make_folders(job, folder)
    done = finished_blocks(job, folder)
    trials = sum(job.trials_in(block) for block in done)
    told = progress or _untold
    if done:
        told(trials)
    missing = sorted(set(range(job.blocks)) - set(done))

    def more(computed: int) -> None:
        told(trials + computed)

    if cluster and missing:
        from finmodel.simulation.cluster import compute_on_cluster

        compute_on_cluster(cluster, job, folder, missing, more)
        missing = []
    crew.compute(job, folder, missing, more)
    return trials


def _untold(_: int) -> None:
    """Nobody watches."""
