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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread, current_thread, main_thread
from types import TracebackType
from typing import Any, Self

from finmodel.errors import FinmodelError
from finmodel.simulation.job import BlockSource, Job, blocks_of
from finmodel.simulation.parts import write_part

IN_PROCESS_TRIALS = 10_000
"""Up to this many trials a run stays in the calling process: starting others would take longer."""


_AHEAD = 2
"""Tasks given to a worker at once, so that it need not wait while this process is at work itself."""

Task = tuple[Callable[..., Any], Any]


class WorkerError(FinmodelError):
    """A worker process failed in a way nobody foresaw, or died."""


def available_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_for(trials: int, workers: int) -> int:
    """How many processes a run is worth; 1 means this one."""
    return 1 if trials <= IN_PROCESS_TRIALS else min(workers, blocks_of(trials))


class Crew:
    """The calling process and others: on a job's draw-blocks first, then whatever can be done side by side.

    Use as a context manager. This process works too, so that nothing waits while the others start; `start` may be
    called before there is a job, so that they load what they need meanwhile. Results never depend on their number.
    """

    def __init__(self) -> None:
        self._others: dict[Connection, SpawnProcess] = {}
        self._ready: set[Connection] = set()
        self._own: _Hands | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss()

    def start(self, processes: int, evaluator: Callable[[Any], BlockSource]) -> None:
        """See that there are this many processes, this one included, which have loaded the module of `evaluator`."""
        context = get_context("spawn")
        while len(self._others) < processes - 1:
            here, there = context.Pipe()
            worker = context.Process(target=_serve, args=(there, evaluator), daemon=True)
            with _deaf_to_ctrl_c():
                worker.start()
            there.close()  # so that the death of the worker reads as the end of the pipe
            self._others[here] = worker

    def compute(self, job: Job, folder: Path, blocks: Sequence[int], progress: Callable[[int], None]) -> None:
        """Compute and write these draw-blocks; `progress` is told how many of their trials are done so far."""
        done = 0

        def told(place: int, _: object) -> None:
            nonlocal done
            done += job.trials_in(blocks[place])
            progress(done)

        self.start(processes_for(job.trials, job.workers), job.evaluator)  # also for what comes after the blocks
        self._own = _Hands(job, folder)
        payload = pickle.dumps((job, folder)) if self._others else b""
        self._ready.clear()
        for pipe, worker in self._others.items():
            _send(pipe, worker, payload)
        self._share_out([(_block, number) for number in blocks], told)

    def call(
        self,
        function: Callable[[Any, Any], Any],
        shared: Any,
        items: Sequence[Any],
        told: Callable[[int, Any], None],
    ) -> None:
        """`function(shared, item)` for each item, in any order; `told` gets each item's number and answer as it comes.

        A module's own function, so that it can travel. `shared` may be large, an item must be small. Where the order of
        the answers matters, it is the caller's task.
        """
        if self._others and (largest := max((len(pickle.dumps(item)) for item in items), default=0)) > _SMALL:
            raise ValueError(f"an item of {largest:,} bytes; what is large belongs to what is shared")
        with _shared_with(self._others, shared) as known:
            self._share_out([(function, (known, item)) for item in items], told)

    def _share_out(self, tasks: Sequence[Task], told: Callable[[int, object], None]) -> None:
        """Do every task, here or in whoever is free; `told` gets each task's place and its answer.

        Where that fails, nobody is left at work: what they have written can be removed.
        """
        try:
            self._work_off(tasks, told)
        except BaseException:
            self._dismiss()
            raise

    def _work_off(self, tasks: Sequence[Task], told: Callable[[int, object], None]) -> None:
        assert self._own is not None, "compute comes first"
        waiting = deque(enumerate(tasks))
        given: dict[Connection, deque[int]] = {pipe: deque() for pipe in self._others}

        def give(pipe: Connection) -> None:
            while waiting and len(given[pipe]) < _AHEAD:
                place, task = waiting.popleft()
                given[pipe].append(place)
                _send(pipe, self._others[pipe], task)

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


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Whoever is started meanwhile ignores Ctrl-C, which reaches the whole group: the parent decides."""
    if current_thread() is not main_thread():  # only there can it be done
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


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
        known, own = item
        return function(known.value, own)


def _block(number: int) -> None:
    """Stands for the computing of a draw-block among the tasks."""
    raise AssertionError(f"draw-block {number} is computed by the hands of a process")


class _Ready:
    """A worker's first word: it has started, and can be given work."""


@dataclass(frozen=True)
class _Failure:
    """What went wrong in a worker: an error of ours, or the text of a traceback."""

    error: FinmodelError | str


class _Known:
    """What a function is given beside its items; to other processes it travels by a file, which each reads once."""

    def __init__(self, value: Any, path: Path | None) -> None:
        self._value, self._path, self._read = value, path, True

    def __getstate__(self) -> Path | None:
        return self._path

    def __setstate__(self, path: Path | None) -> None:
        self._path, self._read = path, False

    @property
    def value(self) -> Any:
        """What is known."""
        if not self._read:
            assert self._path is not None
            self._value, self._read = _read_known(self._path), True
        return self._value


@lru_cache(maxsize=1)
def _read_known(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # noqa: S301 - written by the parent


@contextmanager
def _shared_with(others: Mapping[Connection, SpawnProcess], value: Any) -> Iterator[_Known]:
    if not others:
        yield _Known(value, None)
        return
    with TemporaryDirectory(prefix="finmodel-") as folder:
        path = Path(folder) / "known.pickle"
        path.write_bytes(pickle.dumps(value))
        yield _Known(value, path)


_SMALL = 4096
"""Bytes of a task at most, so that those that wait in a pipe fit into it.

Otherwise this process could wait for a worker to read, while that waits for its own long answer to be read.
"""


def _send(pipe: Connection, worker: SpawnProcess, message: object) -> None:
    try:
        pipe.send(message)
    except ConnectionError:
        raise WorkerError(_epitaph(worker)) from None


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


class _Answers:
    """Sends a worker's answers while it goes on: the parent may be at work itself, and takes a long one only then."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._waiting: Queue[bytes] = Queue(maxsize=1)  # memory: one that is sent, one that waits
        Thread(target=self._send, daemon=True).start()

    def put(self, answer: object) -> None:
        """Send it as soon as those before it are sent."""
        self._waiting.put(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))

    def done(self) -> None:
        """Wait until all are sent."""
        self._waiting.join()

    def _send(self) -> None:
        while True:
            answer = self._waiting.get()
            with suppress(OSError):  # the parent is gone: the worker finds out by itself
                self._pipe.send_bytes(answer)
            self._waiting.task_done()


def _serve(pipe: Connection, _evaluator: Callable[[Any], BlockSource]) -> None:
    """The life of a worker: receive a job, then do one task after another, or take another job, until dismissed.

    That the evaluator is an argument has its module loaded before the job arrives.
    """
    answers = _Answers(pipe)
    try:
        hands: _Hands | None = None
        while True:
            message = pipe.recv()
            if isinstance(message, bytes):
                hands = _Hands(*pickle.loads(message))  # noqa: S301 - from the parent, over a pipe of its own
                hands.prepare()
                answers.put(_Ready())
            else:
                assert hands is not None, "a job comes first"
                answers.put(hands.do(*message))
    except (EOFError, ConnectionError):
        return  # the parent is gone
    except FinmodelError as error:
        answers.put(_Failure(error))
    except Exception:  # noqa: BLE001 - whatever it is, the parent tells it
        answers.put(_Failure(traceback.format_exc()))
    answers.done()
