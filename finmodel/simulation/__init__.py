"""Runs a compiled contract over many trials and keeps what came out.

The room knows trials, draw-blocks, worker processes and the run folder. It must not know what a column means: totals,
percentiles and chances belong to `analysis`, and how anything looks to `report`.
"""

from finmodel.simulation.columns import TrialColumns, TrialFiles
from finmodel.simulation.job import BLOCK, BlockSource, Job, NonFiniteError, blocks_of
from finmodel.simulation.manifest import Manifest, describe_machine, engine_fingerprint
from finmodel.simulation.parts import StorageError, adopt_parts, part_path, size_of_parts, trials_finished, trim_parts
from finmodel.simulation.run import simulate
from finmodel.simulation.store import (
    NewRun,
    check_target,
    discard,
    listed,
    new_run,
    read_manifest,
    read_unfinished,
    write_manifest,
)
from finmodel.simulation.workers import IN_PROCESS_TRIALS, Crew, WorkerError, available_cores, processes_for

__all__ = [
    "BLOCK",
    "IN_PROCESS_TRIALS",
    "BlockSource",
    "Crew",
    "Job",
    "Manifest",
    "NewRun",
    "NonFiniteError",
    "StorageError",
    "TrialColumns",
    "TrialFiles",
    "WorkerError",
    "adopt_parts",
    "available_cores",
    "blocks_of",
    "check_target",
    "describe_machine",
    "discard",
    "engine_fingerprint",
    "listed",
    "new_run",
    "part_path",
    "processes_for",
    "read_manifest",
    "read_unfinished",
    "simulate",
    "size_of_parts",
    "trials_finished",
    "trim_parts",
    "write_manifest",
]
