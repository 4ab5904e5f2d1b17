"""Work buffers that transforms share, so that a block of trials allocates nothing."""

from __future__ import annotations

from finmodel.arrays import np


class Scratch:
    """Two buffers of numbers and one of table indices, each of shape (size,); nothing in them outlives a call."""

    def __init__(self, size: int) -> None:
        self.first = np.empty(size)
        self.second = np.empty(size)
        self.index = np.empty(size, dtype=np.intp)
