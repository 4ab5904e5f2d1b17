"""Worker processes: each builds its own evaluator, is handed one draw-block at a time and writes its file itself.

Processes and pipes are used directly instead of an executor, so that a worker that dies is noticed at once and Ctrl-C
can end all of them without waiting for the blocks in progress.
"""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from finmodel.errors import FinmodelError
from finmodel.simulation.job import Job
from finmodel.simulation.parts import write_part

IN_PROCESS_TRIALS = 10_000
"""Up to this many trials a run stays in the calling process: starting others would take longer."""


class WorkerError(FinmodelError):
    """A worker process failed in a way nobody foresaw, or died."""


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_for(job: Job) -> int:
    """How many processes the job is worth; 1 means this one."""
    return 1 if job.trials <= IN_PROCESS_TRIALS else min(job.workers, job.blocks)


def in_process(job: Job, folder: Path, progress: Callable[[int], None]) -> None:
    """Compute every block here, in order."""
    source = job.evaluator(job.contract)
    done = 0
    for block in range(job.blocks):
        write_part(job, folder, block, source.block(block))
        done += job.trials_in(block)
        progress(done)


def over_processes(job: Job, folder: Path, processes: int, progress: Callable[[int], None]) -> None:
    """Compute the blocks on `processes` new processes; blocks go to whoever is free, which changes no number."""
    context = get_context("spawn")
    payload = pickle.dumps(job)
    workers: dict[Connection, SpawnProcess] = {}
    try:
        for _ in range(processes):
            here, there = context.Pipe()
            worker = context.Process(target=_serve, args=(there, payload, str(folder)), daemon=True)
            worker.start()
            there.close()  # so that the death of the worker reads as the end of the pipe
            workers[here] = worker
        _hand_out(job, workers, progress)
    finally:
        for pipe, worker in workers.items():
            worker.terminate()
            pipe.close()
        for worker in workers.values():
            worker.join()


def _hand_out(job: Job, workers: dict[Connection, SpawnProcess], progress: Callable[[int], None]) -> None:
    """Give every block to a worker and wait for all of them."""
    waiting = iter(range(job.blocks))
    busy: set[Connection] = set()

    def give(pipe: Connection) -> None:
        busy.discard(pipe)
        if (block := next(waiting, None)) is not None:
            try:
                pipe.send(block)
            except ConnectionError:
                raise WorkerError(_epitaph(workers[pipe])) from None
            busy.add(pipe)

    for pipe in workers:
        give(pipe)
    done = 0
    while busy:
        for ready in wait(list(busy)):
            assert isinstance(ready, Connection)
            done += job.trials_in(_answer(ready, workers[ready]))
            progress(done)
            give(ready)


def _answer(pipe: Connection, worker: SpawnProcess) -> int:
    """The block a worker has finished; whatever went wrong there is raised here."""
    try:
        answer = pipe.recv()
    except (EOFError, ConnectionError):
        raise WorkerError(_epitaph(worker)) from None
    if isinstance(answer, FinmodelError):
        raise answer
    if isinstance(answer, str):
        last = answer.strip().splitlines()[-1]
        raise WorkerError(f"a worker process failed: {last}") from RuntimeError(answer)
    assert isinstance(answer, int)
    return answer


def _epitaph(worker: SpawnProcess) -> str:
    """Why a worker died, as far as its exit code tells."""
    worker.join(timeout=5)
    code = worker.exitcode
    if code is not None and code < 0:
        return (
            f"a worker process was ended by signal {signal.Signals(-code).name}, perhaps for want of memory; "
            "try fewer with --workers"
        )
    return f"a worker process ended by itself with exit code {code}"


def _serve(pipe: Connection, payload: bytes, folder: str) -> None:
    """The life of a worker: answer each block number with itself once its file is written, or with what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    try:
        job: Job = pickle.loads(payload)  # noqa: S301 - from the parent, over a pipe of its own
        source = job.evaluator(job.contract)
        while True:
            block = pipe.recv()
            write_part(job, Path(folder), block, source.block(block))
            pipe.send(block)
    except EOFError:
        return  # the parent is gone
    except FinmodelError as error:
        pipe.send(error)
    except Exception:  # noqa: BLE001 - whatever it is, the parent tells it
        pipe.send(traceback.format_exc())
