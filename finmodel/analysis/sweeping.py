"""A grid of values, each point of it run on the same futures and set against the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from finmodel.analysis.comparison import MEASURES
from finmodel.analysis.figures import Summary
from finmodel.analysis.kept import KeptRun, kept_run
from finmodel.analysis.paired import Difference, difference
from finmodel.analysis.run import Request, run_scenario
from finmodel.errors import InputError, Mistake, Span

MOST_POINTS = 1_000
"""Points of a grid: each is a run that is kept."""

_OPENING, _CLOSING = "([{", ")]}"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SweepRequest:
    """What to vary: `PATH=a,b,c` for each path. What is None is as the scenario says, or as the machine allows."""

    file: str
    vary: tuple[str, ...]
    models: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    trials: int | None = None
    seed: int | None = None
    workers: int | None = None
    overwrite: bool = False
    sampler: str | None = None


@dataclass(frozen=True)
class Point:
    """A point of the grid: the values, its kept run, and by (model, measure) the paired difference from the first."""

    values: tuple[str, ...]
    folder: str
    summary: Summary
    differences: dict[tuple[str, str], Difference]


@dataclass(frozen=True)
class Sweep:
    """A grid. `paths` are what varies, in the order of each point's values; the last one varies fastest."""

    paths: tuple[str, ...]
    trials: int
    seed: int
    points: tuple[Point, ...]


def sweep(request: SweepRequest, progress: Progress | None = None) -> Sweep:
    """Run every point of the grid that is not kept yet. Raises InputError with all mistakes of all points, before."""
    varied = _varied(request.vary)
    grid = list(product(*varied.values()))
    if len(grid) > MOST_POINTS:
        raise InputError(Mistake(f"a grid of {len(grid):,} points; at most {MOST_POINTS:,} are run", path="--vary"))
    overrides = [_overrides(request.overrides, varied, values) for values in grid]
    _check(request, overrides)
    first: KeptRun | None = None
    points: list[Point] = []
    for values, own in zip(grid, overrides, strict=True):
        one = Request(
            request.file,
            own,
            request.models,
            request.trials,
            request.seed,
            request.workers,
            overwrite=request.overwrite,
            sampler=request.sampler,
        )
        run = kept_run(run_scenario(one, progress).folder)
        first = first or run
        points.append(Point(values, str(run.folder), run.summary, _differences(run, first)))
    about = points[0].summary.about
    return Sweep(tuple(varied), about.trials, about.seed, tuple(points))


def _differences(run: KeptRun, first: KeptRun) -> dict[tuple[str, str], Difference]:
    return {
        (model, measure.figure): difference(
            run.total(model, measure.figure), first.total(model, measure.figure), first.summary.about.design
        )
        for model in run.manifest.models
        for measure in MEASURES
        if run is not first and run.summary.figure(model, measure.figure)
    }


def _check(request: SweepRequest, overrides: Sequence[tuple[str, ...]]) -> None:
    """Open every point's scenario, and raise all their mistakes at once, each once."""
    from finmodel.contract import open_scenario

    mistakes: dict[str, Mistake] = {}
    for own in overrides:
        try:
            open_scenario(request.file, own)
        except InputError as error:
            mistakes |= {str(mistake): mistake for mistake in error.mistakes}
    if mistakes:
        raise InputError(list(mistakes.values()))


def _overrides(
    overrides: tuple[str, ...], varied: dict[str, tuple[str, ...]], values: tuple[str, ...]
) -> tuple[str, ...]:
    return (*overrides, *(f"{path}={value}" for path, value in zip(varied, values, strict=True)))


def _varied(vary: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The values of each path; InputError with every mistake in the way they are written."""
    found: dict[str, tuple[str, ...]] = {}
    mistakes: list[Mistake] = []
    for written in vary:
        path, equals, text = written.partition("=")
        path = path.strip()
        span = Span(f"--vary {path}", 1, 1)
        values = _split(text)
        if not equals or not path or not all(values):
            mistakes.append(Mistake(f"expected PATH=VALUE,VALUE…, got '{written}'", Span("--vary", 1, 1)))
        elif path in found:
            mistakes.append(Mistake("the same value is varied twice", span))
        elif thousands := _thousands(values):
            mistakes.append(Mistake(f"a comma separates values: write {thousands} without it, or as in £1.2m", span))
        elif len(set(values)) < len(values):
            mistakes.append(Mistake("the same value stands there twice", span))
        found[path] = values
    if mistakes:
        raise InputError(mistakes)
    return found


def _split(text: str) -> tuple[str, ...]:
    """Parts between commas, but for those in brackets.

    >>> _split("1%, {pert: [0%, 1%, 2%]}")
    ('1%', '{pert: [0%, 1%, 2%]}')
    """
    depth, parts = 0, [""]
    for letter in text:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return tuple(part.strip() for part in parts)


def _thousands(values: Sequence[str]) -> str | None:
    """Two parts that read like one number with a comma before its thousands."""
    for before, after in pairwise(values):
        if re.search(r"(^|[^\d.])\d{1,3}$", before) and re.match(r"\d{3}(?!\d)", after) and not after.isdigit():
            return f"{before},{after}"
        if re.search(r"£\d{1,3}$", before) and re.fullmatch(r"\d{3}", after):
            return f"{before},{after}"
    return None
