"""Reading a run's columns back, in trial order and in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finmodel.simulation.job import BLOCK
from finmodel.simulation.parts import part_path

READ_AHEAD = 64 * 2**20
"""Bytes held at once: opening every file for each single column would cost more than the reading."""


class TrialColumns:
    """The chosen columns of one run. Asking for one reads it with those that follow it, as far as memory allows."""

    def __init__(self, folder: Path, trials: int, columns: Sequence[str], read_ahead: int = READ_AHEAD) -> None:
        self._folder, self._trials = folder, trials
        self._place = {column: place for place, column in enumerate(columns)}
        self._columns = tuple(columns)
        self._at_once = max(1, read_ahead // (8 * trials))
        self._metadata: list[Any] = []  # of each file: parsing it takes as long as reading a dozen columns
        self._first = 0
        self._held: NDArray[np.float64] = np.empty((0, trials))

    def __call__(self, column: str) -> NDArray[np.float64]:
        """All trials of `column`, shape (trials,), read-only."""
        place = self._place[column]
        if not self._first <= place < self._first + len(self._held):
            self._read(place)
        found: NDArray[np.float64] = self._held[place - self._first]
        return found

    def _read(self, first: int) -> None:
        import pyarrow.parquet as pq

        if not self._metadata:
            blocks = range(-(-self._trials // BLOCK))
            self._metadata = [pq.read_metadata(part_path(self._folder, block)) for block in blocks]
        names = self._columns[first : first + self._at_once]
        self._held = np.empty((0, self._trials))  # let go of the old before making the new
        held = np.empty((len(names), self._trials))
        start = 0
        for block, metadata in enumerate(self._metadata):
            path = part_path(self._folder, block)
            with pq.ParquetFile(path, metadata=metadata, pre_buffer=False) as part:
                table = part.read(columns=list(names), use_threads=False)
            for row, column in zip(held, table.columns, strict=True):
                at = start
                for chunk in column.chunks:  # to_numpy of the whole column would copy once more
                    row[at : at + len(chunk)] = chunk.to_numpy()
                    at += len(chunk)
            start += table.num_rows
        held.flags.writeable = False
        self._first, self._held = first, held
