"""Draw-blocks computed on a dask.distributed scheduler; nothing else knows Dask (extra `cluster`).

A worker sends back the bytes of a block's part files, and the calling process writes them as if it had computed them:
the run is the same to the bit. So every worker must have the same versions, source code and processor features; one
that differs is refused by name, also one that joins later. A block whose worker dies is computed by another one.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import urlsplit

from finmodel.errors import FinmodelError, InputError, Mistake
from finmodel.simulation.job import BlockSource, Job
from finmodel.simulation.manifest import describe_machine, machine_differences
from finmodel.simulation.parts import part_bytes, part_path, put_part
from finmodel.simulation.workers import WorkerError

OPTION = "--cluster"

_AHEAD = 3
"""Blocks asked for at once for each thread of the cluster: finished ones wait in the workers' memory to be fetched."""

_PATIENCE = 20
"""Seconds to wait for the scheduler, and for a first worker."""

_mine = local()
"""What a worker's thread keeps from one block to the next: its evaluator, which has buffers of its own."""


def compute_on_cluster(
    address: str, job: Job, folder: Path, blocks: Sequence[int], progress: Callable[[int], None]
) -> None:
    """Compute these draw-blocks on the scheduler at `address` and write them; `progress` is told the trials done.

    Raises InputError where nobody answers or a worker differs, WorkerError where the cluster fails.
    """
    payload = pickle.dumps(job)
    digest = hashlib.sha256(payload).hexdigest()
    machine = describe_machine()
    with _client(address) as client:
        _check_workers(client, machine)
        import distributed

        # As a task, and not as data that is scattered: should its holders die, the scheduler still has it.
        shared = client.submit(_as_it_is, payload, key=f"finmodel-job-{digest}")
        waiting = iter(blocks)
        threads = sum(client.nthreads().values())

        def submit() -> Any:
            block = next(waiting, None)
            if block is None:
                return None
            key = f"finmodel-{digest}-{block}"
            return client.submit(_block, shared, digest, machine, block, key=key, pure=False)

        begun = [future for _ in range(_AHEAD * max(1, threads)) if (future := submit()) is not None]
        finished = distributed.as_completed(begun, loop=client.loop)  # not the loop of some other client
        done = 0
        for future in finished:
            block, answer = future.result()
            if isinstance(answer, InputError):
                raise answer
            for table, content in answer.items():
                put_part(part_path(folder, table, block), content)
            future.release()
            done += job.trials_in(block)
            progress(done)
            if (more := submit()) is not None:
                finished.add(more)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError:
        raise InputError(Mistake("needs Dask: pip install 'finmodel[cluster]'", path=OPTION)) from None
    _check_address(address)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told by us, once
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(Mistake(f"no scheduler answers at '{address}': {error}", path=OPTION)) from error
    try:
        yield client
    except FinmodelError:
        raise
    except Exception as error:
        text = str(error).strip().splitlines() or [type(error).__name__]
        raise WorkerError(f"the cluster at {address} failed: {text[0]}") from error
    finally:
        client.close(timeout=5)


def _check_address(address: str) -> None:
    """InputError at once where nobody listens; Dask would go on trying."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or parts.scheme not in {"tcp", "tls"}:
        raise InputError(Mistake(f"expected an address as in tcp://10.0.0.5:8786, got '{address}'", path=OPTION))
    try:
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except OSError as error:
        raise InputError(
            Mistake(f"no scheduler answers at '{address}': {error.strerror or error}", path=OPTION)
        ) from error


def _check_workers(client: Any, machine: dict[str, Any]) -> None:
    """InputError that names every worker that differs, or says that there are none."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise InputError(Mistake(f"the scheduler has no worker after {_PATIENCE} seconds", path=OPTION)) from None
    mistakes = []
    for worker, found in client.run(describe_machine, on_error="return").items():
        if isinstance(found, BaseException):
            mistakes.append(Mistake(f"worker {worker} cannot work: {found}", path=OPTION))
        elif text := _refusal(worker, machine, found):
            mistakes.append(Mistake(text, path=OPTION))
    if mistakes:
        raise InputError(mistakes)


def _refusal(worker: str, machine: dict[str, Any], found: dict[str, Any]) -> str | None:
    different = machine_differences(found, machine, stored=True, word="there")
    if not different:
        return None
    return f"worker {worker} is refused: it differs in {', '.join(different)}"


def _as_it_is(payload: bytes) -> bytes:
    return payload


def _block(payload: bytes, digest: str, machine: dict[str, Any], block: int) -> tuple[int, Any]:
    """In a worker: the part files of a draw-block, or why this worker is refused."""
    import distributed

    if text := _refusal(distributed.get_worker().address, machine, describe_machine()):
        return block, InputError(Mistake(text, path=OPTION))
    job, source = _evaluator(payload, digest)
    parts = part_bytes(job, block, source.block(block))
    return block, {table: content.to_pybytes() for table, content in parts.items()}


def _evaluator(payload: bytes, digest: str) -> tuple[Job, BlockSource]:
    if getattr(_mine, "digest", None) != digest:
        job: Job = pickle.loads(payload)  # noqa: S301 - from whoever may use the scheduler, as all that Dask runs
        _mine.digest, _mine.job, _mine.source = digest, job, job.evaluator(job.contract)
    return _mine.job, _mine.source
