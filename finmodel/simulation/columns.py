"""Reading a run's columns back, in trial order and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from finmodel.simulation.job import BLOCK, blocks_of
from finmodel.simulation.parts import part_path

READ_AHEAD = 16 * 2**20
"""Bytes held at once by one reader of columns: more costs new memory, less opens each file more often (measured)."""

_KEPT_OPEN = 64
"""Files that stay open. Opening one takes as long as reading a tenth of its columns."""


class TrialFiles:
    """The part files of one table of a run. Use as a context manager: files stay open until its end."""

    def __init__(self, folder: Path, table: str, last: int, first: int = 0) -> None:
        """The trials `first` (which begins a draw-block) up to and without `last` (which ends one, or the run)."""
        if first % BLOCK:
            raise ValueError(f"trial {first} begins no draw-block")
        self.trials = last - first
        self._paths = [part_path(folder, table, block) for block in range(first // BLOCK, blocks_of(last))]
        self._open: dict[Path, Any] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.clear()
        self._stack.close()

    def read(self, names: Sequence[str], into: NDArray[np.float64]) -> NDArray[np.float64]:
        """The columns, shape (names, trials), in the first rows of `into`."""
        found = into[: len(names)]
        start = 0
        for path in self._paths:
            with self._file(path) as file:
                table = file.read(columns=list(names), use_threads=False)
            for row, column in zip(found, table.columns, strict=True):
                at = start
                for chunk in column.chunks:  # to_numpy would import pandas to look at them first
                    row[at : at + len(chunk)] = np.from_dlpack(chunk)
                    at += len(chunk)
            start += table.num_rows
        return found

    @contextmanager
    def _file(self, path: Path) -> Iterator[Any]:
        import pyarrow.parquet as pq

        if path in self._open:
            yield self._open[path]
        elif len(self._open) < _KEPT_OPEN:
            self._open[path] = self._stack.enter_context(pq.ParquetFile(path, pre_buffer=False))
            yield self._open[path]
        else:
            with pq.ParquetFile(path, pre_buffer=False) as file:
                yield file


class TrialColumns:
    """The chosen columns of a run. Asking for one reads it with those that follow it, as far as memory allows."""

    def __init__(self, files: TrialFiles, columns: Sequence[str], read_ahead: int = READ_AHEAD) -> None:
        self._files = files
        self._columns = tuple(columns)
        self._place = {column: place for place, column in enumerate(columns)}
        self._at_once = max(1, read_ahead // (8 * files.trials))
        self._first = 0
        self._room: NDArray[np.float64] | None = None  # filled again and again: fresh memory costs more than the copy
        self._held: NDArray[np.float64] = np.empty((0, files.trials))

    def __call__(self, column: str) -> NDArray[np.float64]:
        """All trials of `column`, shape (trials,), read-only."""
        place = self._place[column]
        if not self._first <= place < self._first + len(self._held):
            if self._room is None:
                self._room = np.empty((min(self._at_once, len(self._columns)), self._files.trials))
            self._held = self._files.read(self._columns[place : place + self._at_once], self._room).view()
            self._held.flags.writeable = False
            self._first = place
        found: NDArray[np.float64] = self._held[place - self._first]
        return found
