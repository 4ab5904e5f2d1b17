"""Run a job into a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from finmodel.simulation.job import Job
from finmodel.simulation.parts import TRIALS_FOLDER
from finmodel.simulation.workers import Crew

Progress = Callable[[int], None]
"""Called in the parent with the number of trials done so far."""


@contextmanager
def simulate(job: Job, folder: Path, progress: Progress | None = None) -> Iterator[Crew]:
    """Compute every draw-block of `job`, each one Parquet file under `folder`/trials; then the crew is free for more.

    The bytes written depend on the contract and the trials only, not on the number of workers. Short runs stay in this
    process: starting others costs more than it gains.
    """
    for table in job.tables:
        (folder / TRIALS_FOLDER / table).mkdir(parents=True)
    with Crew(job, folder) as crew:
        crew.compute(progress or _untold)
        yield crew


def _untold(_: int) -> None:
    """Nobody watches."""
