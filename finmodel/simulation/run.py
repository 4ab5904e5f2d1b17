"""Run a job into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finmodel.simulation.job import Job
from finmodel.simulation.parts import TRIALS_FOLDER
from finmodel.simulation.workers import Crew

Progress = Callable[[int], None]
"""Called in the parent with the number of trials done so far."""


def simulate(job: Job, folder: Path, crew: Crew, progress: Progress | None = None) -> None:
    """Compute every draw-block of `job`, each one Parquet file a table under `folder`/trials.

    The bytes written depend on the contract and the trials only, not on the number of workers. Short runs stay in this
    process: starting others costs more than it gains.
    """
    for table in job.tables:
        (folder / TRIALS_FOLDER / table).mkdir(parents=True)
    crew.compute(job, folder, progress or _untold)


def _untold(_: int) -> None:
    """Nobody watches."""
