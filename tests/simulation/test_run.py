from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from finmodel.errors import FinmodelError
from finmodel.simulation import (
    BLOCK,
    Crew,
    Job,
    NonFiniteError,
    StorageError,
    TrialColumns,
    TrialFiles,
    WorkerError,
    columns,
    processes_for,
    simulate,
    workers,
)
from finmodel.simulation.parts import part_path
from tests.simulation.fake import FakeContract, FakeEvaluator, fake_contract


class WaitsForTheOther(FakeEvaluator):
    """Block 0, which the parent computes first, takes until the other process has started and gone wrong."""

    def block(self, number: int) -> NDArray[np.float64]:
        if multiprocessing.parent_process() is None:
            time.sleep(3)
        else:
            self.go_wrong()
        return super().block(number)

    def go_wrong(self) -> None:
        raise NotImplementedError


class Dies(WaitsForTheOther):
    def go_wrong(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Fails(WaitsForTheOther):
    def go_wrong(self) -> None:
        raise ZeroDivisionError("nothing to divide by")


class HasAFullDisk(WaitsForTheOther):
    def go_wrong(self) -> None:
        raise StorageError("x: cannot be written: No space left on device")


class InfiniteInBlockOne(FakeEvaluator):
    def block(self, number: int) -> NDArray[np.float64]:
        values = super().block(number).copy()
        if number == 1:
            values[4, 20] = np.inf
            values[2, 30] = np.nan
        return values


def job(trials: int, count: int = 1, evaluator: Any = FakeEvaluator) -> Job:
    contract = fake_contract()
    return Job(contract, {"first": contract.columns[:9], "rest": contract.columns[9:]}, trials, evaluator, count)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes however short the run."""
    monkeypatch.setattr(workers, "IN_PROCESS_TRIALS", 0)


def run(folder: Path, work: Job) -> list[bytes]:
    folder.mkdir()
    with Crew() as crew:
        simulate(work, folder, crew)
        return [path.read_bytes() for path in sorted((folder / "trials").rglob("*.parquet"))]


@pytest.mark.usefixtures("processes")
def test_one_worker_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    alone, together = run(tmp_path / "one", job(9_000)), run(tmp_path / "two", job(9_000, 2))

    assert len(alone) == 6
    assert alone == together


def test_a_shorter_run_is_the_beginning_of_a_longer_one(tmp_path: Path) -> None:
    run(tmp_path / "short", job(5_000))
    run(tmp_path / "long", job(9_000))

    short = pq.read_table(tmp_path / "short" / "trials" / "rest")
    longer = pq.read_table(tmp_path / "long" / "trials" / "rest")
    assert short.num_rows == 5_000
    assert short.equals(longer.slice(0, 5_000))


def test_each_file_holds_one_draw_block_and_the_last_only_its_beginning(tmp_path: Path) -> None:
    run(tmp_path / "run", job(5_000))

    first, last = (pq.read_table(part_path(tmp_path / "run", "rest", block)) for block in (0, 1))
    assert first.column("trial").to_pylist() == list(range(BLOCK))
    assert last.column("trial").to_pylist() == list(range(BLOCK, 5_000))
    assert [str(kind) for kind in first.schema.types] == ["int64"] + ["double"] * len(fake_contract().columns[9:])
    assert first.column_names == ["trial", *fake_contract().columns[9:]]


@pytest.mark.usefixtures("processes")
def test_progress_counts_trials_up_to_all_of_them(tmp_path: Path) -> None:
    told: list[int] = []
    with Crew() as crew:
        simulate(job(9_000, 2), tmp_path, crew, told.append)

    assert told == sorted(told)
    assert told[-1] == 9_000


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.usefixtures("processes")
def test_a_result_that_is_no_number_names_column_and_trial(tmp_path: Path, count: int) -> None:
    with pytest.raises(NonFiniteError, match=f"not a finite number in trial {BLOCK + 20}") as caught:
        run(tmp_path / "run", job(9_000, count, InfiniteInBlockOne))

    assert caught.value.column == fake_contract().columns[4]


def test_a_column_beyond_the_end_of_the_run_may_be_infinite(tmp_path: Path) -> None:
    run(tmp_path / "run", job(BLOCK + 20, 1, InfiniteInBlockOne))

    assert pq.read_table(tmp_path / "run" / "trials" / "first").num_rows == BLOCK + 20


@pytest.mark.usefixtures("processes")
def test_a_worker_that_is_killed_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="ended by signal SIGKILL"):
        run(tmp_path / "run", job(9_000, 2, Dies))


@pytest.mark.usefixtures("processes")
def test_an_error_in_a_worker_is_told_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="ZeroDivisionError: nothing to divide by") as caught:
        run(tmp_path / "run", job(9_000, 2, Fails))

    assert "go_wrong" in str(caught.value.__cause__) or "test_run.py" in str(caught.value.__cause__)
    assert isinstance(caught.value, FinmodelError)


@pytest.mark.usefixtures("processes")
def test_a_full_disk_in_a_worker_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No space left on device"):
        run(tmp_path / "run", job(9_000, 2, HasAFullDisk))


def test_short_runs_stay_in_this_process() -> None:
    assert processes_for(10_000, 2) == 1
    assert processes_for(10_001, 2) == 2
    assert processes_for(10_001, 64) == 3  # as many as there are blocks


@pytest.mark.parametrize("read_ahead", [1, 8 * 9_000 * 7, 2**30])
@pytest.mark.parametrize("kept_open", [1, 64])
def test_columns_read_back_are_those_computed(
    tmp_path: Path, read_ahead: int, kept_open: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_KEPT_OPEN", kept_open)
    work = job(9_000)
    run(tmp_path / "run", work)
    source = FakeEvaluator(fake_contract())
    blocks = [source.block(number) for number in range(3)]

    with TrialFiles(tmp_path / "run", "rest", 9_000) as files:
        read = TrialColumns(files, work.tables["rest"], read_ahead)
        for row, column in [*[*enumerate(work.columns)][9:], (9, work.columns[9])]:
            expected = np.concatenate([block[row] for block in blocks])[:9_000]
            assert np.array_equal(read(column), expected)


def test_columns_read_back_cannot_be_changed(tmp_path: Path) -> None:
    work = job(10)
    run(tmp_path / "run", work)

    with TrialFiles(tmp_path / "run", "first", 10) as files, pytest.raises(ValueError, match="read-only"):
        TrialColumns(files, work.tables["first"])(work.columns[0])[0] = 1


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.usefixtures("processes")
def test_other_work_is_shared_out_and_answered_by_number(tmp_path: Path, count: int) -> None:
    answers: dict[int, int] = {}
    with Crew() as crew:
        simulate(job(9_000, count), tmp_path, crew)
        crew.call(operator.add, 10, [3, 4, 5, 6, 7], answers.__setitem__)
    assert answers == dict(enumerate([13, 14, 15, 16, 17]))


@pytest.mark.usefixtures("processes")
def test_long_answers_and_much_that_is_shared_block_nobody(tmp_path: Path) -> None:
    """Each side would wait for the other if a worker's answer of 32 MB met a task that does not fit into the pipe."""
    lengths: dict[int, int] = {}
    with Crew() as crew:
        simulate(job(9_000, 2), tmp_path, crew)
        crew.call(_long, b"x" * 2**22, [8] * 12, lambda number, answer: lengths.setdefault(number, len(answer)))
    assert lengths == dict.fromkeys(range(12), 2**25)


def _long(shared: bytes, times: int) -> bytes:
    return shared * times


@pytest.mark.usefixtures("processes")
def test_an_item_that_could_fill_a_pipe_is_refused(tmp_path: Path) -> None:
    with Crew() as crew:
        simulate(job(9_000, 2), tmp_path, crew)
        with pytest.raises(ValueError, match="an item of 5,"):
            crew.call(operator.add, b"", [b"x" * 5_000], lambda *_: None)


def test_a_job_without_trials_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        Job(FakeContract(), {}, 0, FakeEvaluator)
