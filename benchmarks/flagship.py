"""The scenario that most entries are about, and its floor."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from finmodel.contract import Contract, Evaluator, compile_contract, open_scenario
from finmodel.contract.evaluate import make_draws
from finmodel.lines import BoundPlan, InputSource, Plan
from finmodel.uncertainty import BLOCK_SIZE
from finmodel.uncertainty.streams import Stream

SCENARIO = Path(__file__).parent.parent / "scenarios" / "staffordshire.yaml"


@cache
def contract() -> Contract:
    """The flagship with all its payment models."""
    return compile_contract(open_scenario(SCENARIO, ()))


def block() -> Callable[[], object]:
    """One draw-block, drawn and evaluated."""
    evaluator = Evaluator(contract())
    return lambda: evaluator.block(0)


class _Watched(BoundPlan):
    """A plan that tells each call before it is made."""

    tell: Callable[[Any, tuple[Any, ...], Any], None] | None = None

    def _execute(self, key: Any, number: int) -> None:
        programs = self._programs.get(key)
        for function, values, out in programs[number - 1].instructions if programs else ():
            if self.tell is not None:
                self.tell(function, values, out)
            function(*values, out=out)


class Floor:
    """What one draw-block must cost: each call of the plan alone, on buffers in the cache, and each normal drawn.

    A call's buffers are its own few, so nothing is fetched from memory; what they hold is what the plan's first call of
    that kind was given. `binomial_quantile`, whose cost depends on the number of people, counts call by call.
    """

    def __init__(self, plan: Plan | None = None, source: InputSource | None = None) -> None:
        watched = _Watched(plan or contract().plan, source or make_draws(contract()), BLOCK_SIZE)
        counts: Counter[tuple[Any, ...]] = Counter()
        samples: dict[tuple[Any, ...], tuple[Any, tuple[Any, ...], Any]] = {}
        self.operations = 0

        def told(function: Any, values: tuple[Any, ...], out: Any) -> None:
            name = getattr(function, "__name__", type(function).__name__)
            kind = (name, out.shape, *((value.shape, value.dtype.char) for value in values))
            if name == "_binomial_quantile":
                kind = (*kind, len(counts))
            counts[kind] += 1
            self.operations += out.ndim > 0 and name != "Keep"
            if kind not in samples:
                copies = tuple(np.array(value) for value in values)
                samples[kind] = (
                    (_store, copies, np.empty(BLOCK_SIZE)) if name == "Keep" else (function, copies, out.copy())
                )

        watched.tell = told
        self.normals = _counted_normals(lambda: watched.run(0))
        self._calls = [(count, *samples[kind]) for kind, count in counts.items()]

    def seconds(self) -> float:
        """The floor of one block, now: machines have slower and faster hours."""
        total = 0.0
        with np.errstate(all="ignore"):
            for count, function, values, out in self._calls:
                total += count * fastest(partial(function, *values, out=out))
        generator, scores = np.random.Generator(np.random.SFC64(1)), np.empty(BLOCK_SIZE)
        return total + self.normals * fastest(partial(generator.standard_normal, out=scores))


def _store(value: Any, *, out: Any) -> None:
    np.copyto(out, value)


def fastest(call: Callable[[], object], goes: int = 5, rounds: int = 4) -> float:
    """Seconds of processor time that one call takes where nothing gets in its way."""
    call()
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(goes):
            call()
        best = min(best, (time.process_time() - start) / goes)
    return best


def _counted_normals(run: Callable[[], object]) -> int:
    """How many blocks of normals a run draws."""
    drawn = 0
    draw = Stream.draw_block

    def counted(self: Stream, year: int, block: int, out: Any) -> None:
        nonlocal drawn
        drawn += 1
        draw(self, year, block, out)

    Stream.draw_block = counted  # type: ignore[method-assign]
    try:
        run()
    finally:
        Stream.draw_block = draw  # type: ignore[method-assign]
    return drawn
