"""What to run: a contract, how many trials, on how many processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from finmodel.errors import FinmodelError

BLOCK = 4096
"""Trials in a draw-block. A run that ends inside one draws it whole and keeps its beginning."""


def blocks_of(trials: int) -> int:
    """How many draw-blocks that many trials touch."""
    return -(-trials // BLOCK)


class BlockSource(Protocol):
    """Whatever computes the result columns of one draw-block."""

    def block(self, number: int) -> NDArray[np.float64]:
        """Columns of draw-block `number` (from 0), shape (columns, BLOCK) or as many as are kept."""
        ...


class NonFiniteError(FinmodelError):
    """A result is not a finite number, which only a scenario can cause. No figure is made from such a run."""

    exit_code = 2

    def __init__(self, column: str, trial: int) -> None:
        self.column, self.trial = column, trial
        model = "MODEL" if column.startswith("contract/") else column.partition("/")[0]  # contract/: of every model
        super().__init__(
            f"'{column}' is not a finite number in trial {trial}: a term divides by zero or the like; "
            f"see its rows with: finmodel explain FILE --model {model} --trial {trial}"
        )

    def __reduce__(self) -> tuple[type[NonFiniteError], tuple[str, int]]:
        return NonFiniteError, (self.column, self.trial)


@dataclass(frozen=True)
class Job:
    """One run. `evaluator(contract)` builds the block source; each worker process builds its own.

    `tables` names the rows of every block, in order, and groups them: each table is kept in files of its own, so that
    one payment model can be read without the others. `contract` and `evaluator` must be picklable.
    """

    contract: Any
    tables: Mapping[str, tuple[str, ...]]
    trials: int
    evaluator: Callable[[Any], BlockSource]
    workers: int = 1

    def __post_init__(self) -> None:
        if self.trials < 1:
            raise ValueError(f"at least one trial is needed, not {self.trials}")
        if self.workers < 1:
            raise ValueError(f"at least one worker is needed, not {self.workers}")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all tables, in the order of a block's rows."""
        return tuple(column for columns in self.tables.values() for column in columns)

    @property
    def blocks(self) -> int:
        """How many draw-blocks the trials touch."""
        return blocks_of(self.trials)

    def trials_in(self, block: int) -> int:
        """How many trials of draw-block `block` the run keeps: all, or the beginning of the last one."""
        return min(BLOCK, self.trials - block * BLOCK)
