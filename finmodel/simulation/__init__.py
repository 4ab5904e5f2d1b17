"""Runs a compiled contract over many trials and keeps what came out.

The room knows trials, draw-blocks, worker processes and the run folder. It must not know what a column means: totals,
percentiles and chances belong to `analysis`, and how anything looks to `report`.
"""

from finmodel.simulation.columns import TrialColumns, TrialFiles
from finmodel.simulation.job import BLOCK, BlockSource, Job, NonFiniteError
from finmodel.simulation.manifest import Manifest, describe_machine, engine_fingerprint
from finmodel.simulation.run import simulate
from finmodel.simulation.store import check_target, new_run, read_manifest, write_manifest
from finmodel.simulation.workers import IN_PROCESS_TRIALS, Crew, WorkerError, available_cores, processes_for

__all__ = [
    "BLOCK",
    "IN_PROCESS_TRIALS",
    "BlockSource",
    "Crew",
    "Job",
    "Manifest",
    "NonFiniteError",
    "TrialColumns",
    "TrialFiles",
    "WorkerError",
    "available_cores",
    "check_target",
    "describe_machine",
    "engine_fingerprint",
    "new_run",
    "processes_for",
    "read_manifest",
    "simulate",
    "write_manifest",
]
