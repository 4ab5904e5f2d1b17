"""Worker processes: each builds its own evaluator, is handed draw-blocks and writes their files itself.

Processes and pipes are used directly instead of an executor, so that a worker that dies is noticed at once and Ctrl-C
can end all of them without waiting for the blocks in progress.
"""

from __future__ import annotations

import os
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from finmodel.errors import FinmodelError
from finmodel.simulation.job import BlockSource, Job
from finmodel.simulation.parts import write_part

IN_PROCESS_TRIALS = 10_000
"""Up to this many trials a run stays in the calling process: starting others would take longer."""


_AHEAD = 2
"""Tasks given to a worker at once, so that it need not wait while this process is at work itself."""

Task = tuple[Callable[[Any], Any], Any]


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


class Crew:
    """The calling process and others on one job: its draw-blocks first, then whatever can be done side by side.

    Use as a context manager. This process works too, so that nothing waits while the others start. Results never depend
    on how many processes there are.
    """

    def __init__(self, job: Job, folder: Path) -> None:
        self.job, self.folder = job, folder
        self._others: dict[Connection, SpawnProcess] = {}
        self._ready: set[Connection] = set()
        self._own = _Hands(job, folder)

    def __enter__(self) -> Self:
        others = processes_for(self.job) - 1
        if others > 0:
            context = get_context("spawn")
            payload = pickle.dumps((self.job, self.folder))
            try:
                for _ in range(others):
                    here, there = context.Pipe()
                    worker = context.Process(target=_serve, args=(there, payload), daemon=True)
                    worker.start()
                    there.close()  # so that the death of the worker reads as the end of the pipe
                    self._others[here] = worker
            except BaseException:
                self._dismiss()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss()

    def compute(self, progress: Callable[[int], None]) -> None:
        """Compute and write every draw-block; `progress` is told the trials done so far."""
        done = 0

        def told(block: int, _: object) -> None:
            nonlocal done
            done += self.job.trials_in(block)
            progress(done)

        self._share_out([(_block, number) for number in range(self.job.blocks)], told)

    def call(self, function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
        """`function(item)` for each item, in the order of the items; a module's own function, so that it can travel."""
        answers: list[Any] = [None] * len(items)

        def told(place: int, answer: object) -> None:
            answers[place] = answer

        self._share_out([(function, item) for item in items], told)
        return answers

    def _share_out(self, tasks: Sequence[Task], told: Callable[[int, object], None]) -> None:
        """Do every task, here or in whoever is free; `told` gets each task's place and its answer."""
        waiting = deque(enumerate(tasks))
        given: dict[Connection, deque[int]] = {pipe: deque() for pipe in self._others}

        def give(pipe: Connection) -> None:
            while waiting and len(given[pipe]) < _AHEAD:
                place, task = waiting.popleft()
                given[pipe].append(place)
                try:
                    pipe.send(task)
                except ConnectionError:
                    raise WorkerError(_epitaph(self._others[pipe])) from None

        def listen(seconds: float | None) -> None:
            for ready in wait(list(given), seconds):
                assert isinstance(ready, Connection)
                answer = _answer(ready, self._others[ready])
                if isinstance(answer, _Ready):
                    self._ready.add(ready)
                else:
                    told(given[ready].popleft(), answer)
                give(ready)

        for pipe in self._ready:
            give(pipe)
        while waiting:
            place, (function, item) = waiting.popleft()
            told(place, self._own.do(function, item))
            listen(0)
        while any(given.values()):
            listen(None)

    def _dismiss(self) -> None:
        for pipe, worker in self._others.items():
            worker.terminate()
            pipe.close()
        for worker in self._others.values():
            worker.join()
        self._others.clear()


class _Hands:
    """What one process works with: the evaluator of the job, made when the first block is asked for."""

    def __init__(self, job: Job, folder: Path) -> None:
        self._job, self._folder = job, folder
        self._source: BlockSource | None = None

    def prepare(self) -> BlockSource:
        """The evaluator with its buffers."""
        if self._source is None:
            self._source = self._job.evaluator(self._job.contract)
        return self._source

    def do(self, function: Callable[..., Any], item: Any) -> Any:
        """Compute and write a draw-block, or call any other function."""
        if function is _block:
            write_part(self._job, self._folder, item, self.prepare().block(item))
            return None
        self._source = None  # the blocks are done: their buffers make room
        return function(item)


def _block(number: int) -> None:
    """Stands for the computing of a draw-block among the tasks."""
    raise AssertionError(f"draw-block {number} is computed by the hands of a process")


class _Ready:
    """A worker's first word: it has started, and can be given work."""


@dataclass(frozen=True)
class _Failure:
    """What went wrong in a worker: an error of ours, or the text of a traceback."""

    error: FinmodelError | str


def _answer(pipe: Connection, worker: SpawnProcess) -> object:
    """What a worker has finished; whatever went wrong there is raised here."""
    try:
        answer = pipe.recv()
    except (EOFError, ConnectionError):
        raise WorkerError(_epitaph(worker)) from None
    if not isinstance(answer, _Failure):
        return answer
    if isinstance(answer.error, FinmodelError):
        raise answer.error
    last = answer.error.strip().splitlines()[-1]
    raise WorkerError(f"a worker process failed: {last}") from RuntimeError(answer.error)


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


def _serve(pipe: Connection, payload: bytes) -> None:
    """The life of a worker: do one task after another until dismissed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    try:
        job, folder = pickle.loads(payload)  # noqa: S301 - from the parent, over a pipe of its own
        hands = _Hands(job, folder)
        hands.prepare()
        pipe.send(_Ready())
        while True:
            function, item = pipe.recv()
            pipe.send(hands.do(function, item))
    except (EOFError, BrokenPipeError):
        return  # the parent is gone
    except FinmodelError as error:
        pipe.send(_Failure(error))
    except Exception:  # noqa: BLE001 - whatever it is, the parent tells it
        pipe.send(_Failure(traceback.format_exc()))
