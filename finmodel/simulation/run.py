"""Run a job into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finmodel.simulation.job import Job
from finmodel.simulation.parts import TRIALS_FOLDER
from finmodel.simulation.workers import in_process, over_processes, processes_for

Progress = Callable[[int], None]
"""Called in the parent with the number of trials done so far."""


def simulate(job: Job, folder: Path, progress: Progress | None = None) -> None:
    """Compute every draw-block of `job` and write it as one Parquet file under `folder`/trials.

    The bytes written depend on the contract and the trials only, not on the number of workers. Short runs stay in this
    process: starting others costs more than it gains.
    """
    (folder / TRIALS_FOLDER).mkdir()
    tell = progress or _untold
    processes = processes_for(job)
    if processes == 1:
        in_process(job, folder, tell)
    else:
        over_processes(job, folder, processes, tell)


def _untold(_: int) -> None:
    """Nobody watches."""
