"""Runs payment models of one or several scenarios on the same futures and sets them against one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from finmodel.analysis.bids import bids_of
from finmodel.analysis.comparison import MEASURES, Comparison, Dominance, Measure, Option, Pair, View
from finmodel.analysis.design import Design
from finmodel.analysis.dominance import dominance
from finmodel.analysis.estimates import mean
from finmodel.analysis.gather import Array
from finmodel.analysis.kept import KeptRun, kept_run
from finmodel.analysis.paired import difference
from finmodel.analysis.risk_shares import borne_by, risk_shares
from finmodel.analysis.run import Request, run_scenario
from finmodel.errors import InputError, Mistake, nearest
from finmodel.simulation import Manifest

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CompareRequest:
    """What to compare. What is None is as the first scenario says, or as the machine allows.

    `models` are run in every scenario that has them; all, where empty. `baseline` is a payment model, of the first
    scenario that has it, or `scenario:model`; by default the first payment model of the first scenario.
    """

    files: tuple[str, ...]
    models: tuple[str, ...] = ()
    baseline: str | None = None
    overrides: tuple[str, ...] = ()
    trials: int | None = None
    seed: int | None = None
    workers: int | None = None
    overwrite: bool = False
    sampler: str | None = None


def compare(request: CompareRequest, progress: Progress | None = None) -> Comparison:
    """Run what has not been run yet, and compare. Raises InputError with every mistake in what is asked for."""
    models = _models(request)
    runs: list[KeptRun] = []
    trials, seed, sampler = request.trials, request.seed, request.sampler
    for file, chosen in models.items():
        one = Request(
            file,
            request.overrides,
            chosen,
            trials,
            seed,
            request.workers,
            overwrite=request.overwrite,
            sampler=sampler,
        )
        runs.append(kept_run(run_scenario(one, progress).folder))
        first = runs[0].manifest
        trials, seed, sampler = first.trials, first.seed, first.sampler  # the others see the futures of the first
    return compare_runs(runs, request.baseline)


def compare_runs(runs: Sequence[KeptRun], baseline: str | None = None) -> Comparison:
    """Compare runs that are kept; InputError where they are not of the same futures."""
    _check(runs)
    of = {run.summary.about.name: run for run in runs}
    options = tuple(_options(runs))
    chosen = _baseline(baseline, options)
    design = runs[0].summary.about.design
    pairs: list[Pair] = []
    cash: dict[str, Array] = {}
    for measure in MEASURES:
        totals = {one.key: of[one.scenario].total(one.model, measure.figure) for one in options}
        pairs += _pairs(measure, totals, design)
        if measure.figure == "cash":
            cash = totals
    return Comparison(
        trials=runs[0].manifest.trials,
        seed=runs[0].manifest.seed,
        sampler=runs[0].manifest.sampler,
        scenarios={name: run.summary.about.title for name, run in of.items()},
        options=options,
        baseline=chosen,
        pairs=tuple(pairs),
        dominance=tuple(_dominance(cash)),
        shares={one.key: risk_shares(borne_by(of[one.scenario], one.model), design) for one in options},
        views=tuple(_views(options, cash, design)),
        runs=tuple(runs),
        bids=bids_of(options),
    )


def _models(request: CompareRequest) -> dict[str, tuple[str, ...]]:
    """The payment models to run, by file; none of a file stands for all of it."""
    from finmodel.contract import open_scenario

    twice = [file for file, count in Counter(request.files).items() if count > 1]
    mistakes = [Mistake("the file is named twice", path=file) for file in twice]
    having: dict[str, list[str]] = {}
    for file in dict.fromkeys(request.files):
        try:
            having[file] = list(open_scenario(file, request.overrides).payment_models)
        except InputError as error:
            mistakes += error.mistakes
    known = dict.fromkeys(name for names in having.values() for name in names)
    wanted = list(request.models)
    if request.baseline and request.baseline.rpartition(":")[2] not in wanted and wanted:
        wanted.append(request.baseline.rpartition(":")[2])
    for name in wanted:
        if having and name not in known:
            mistakes.append(
                Mistake(f"there is no payment model '{name}' in any of the files", suggestion=nearest(name, known))
            )
    if mistakes:
        raise InputError(mistakes)
    found = {file: tuple(name for name in names if name in wanted) for file, names in having.items()}
    if not wanted:
        return found
    none = [
        Mistake(f"has none of the payment models {', '.join(wanted)}", path=f) for f, own in found.items() if not own
    ]
    if none:
        raise InputError(none)
    return found


def _check(runs: Sequence[KeptRun]) -> None:
    mistakes = []
    names = Counter(run.summary.about.name for run in runs)
    for name, count in names.items():
        if count > 1:
            mistakes.append(Mistake(f"{count} scenarios are called '{name}'; give each a name of its own", path="name"))
    first = runs[0].manifest
    for run in runs[1:]:
        here = run.manifest
        if _futures(here) != _futures(first):
            mistakes.append(
                Mistake(
                    f"has {here.trials:,} {here.sampler} trials of seed {here.seed}, but {runs[0].folder} has "
                    f"{first.trials:,} {first.sampler} trials of seed {first.seed}: only runs on the same futures can "
                    "be compared",
                    path=str(run.folder),
                )
            )
    if mistakes:
        raise InputError(mistakes)


def _futures(of: Manifest) -> tuple[int, int, int, str]:
    return of.trials, of.seed, of.block_size, of.sampler


def _options(runs: Sequence[KeptRun]) -> Iterator[Option]:
    """Every payment model of every run; a model's name alone is its key where no other scenario has it."""
    named = Counter(model.name for run in runs for model in run.summary.about.models)
    for run in runs:
        about = run.summary.about
        for model in about.models:
            alone = named[model.name] == 1
            key = model.name if alone else f"{about.name}:{model.name}"
            label = model.label if alone else f"{model.label} ({about.name})"
            yield Option(key, label, about.name, model.name, model.integrator, run.summary)


def _baseline(wanted: str | None, options: Sequence[Option]) -> str:
    if wanted is None:
        return options[0].key
    for option in options:
        if wanted in (option.key, option.model, f"{option.scenario}:{option.model}"):
            return option.key
    keys = [option.key for option in options]
    raise InputError(
        Mistake(f"there is no '{wanted}' to compare with", path="--baseline", suggestion=nearest(wanted, keys))
    )


def _pairs(measure: Measure, totals: Mapping[str, Array], design: Design) -> Iterator[Pair]:
    for first, second in permutations(totals, 2):
        found = difference(totals[first], totals[second], design)
        yield Pair(measure.figure, first, second, found, found.lower if measure.less_is_better else found.higher)


def _dominance(cash: Mapping[str, Array]) -> Iterator[Dominance]:
    ascending = {key: np.sort(values) for key, values in cash.items()}
    for first, second in permutations(ascending, 2):
        order = dominance(ascending[first], ascending[second])
        if order:
            yield Dominance(first, second, order)


def _views(options: Sequence[Option], cash: Mapping[str, Array], design: Design) -> Iterator[View]:
    """Each payment model that all scenarios have, under each of them; nothing where there is one scenario."""
    scenarios = list(dict.fromkeys(option.scenario for option in options))
    if len(scenarios) < 2:
        return
    by_name = {(option.scenario, option.model): option for option in options}
    common = [m for m in dict.fromkeys(o.model for o in options) if all((s, m) in by_name for s in scenarios)]
    for scenario in scenarios:
        mine = [by_name[scenario, model] for model in common]
        means = {option.key: float(cash[option.key].mean()) for option in mine}
        for option in mine:
            cheapest = min(means, key=means.__getitem__)
            found = option.spread("cash")
            assert found is not None
            yield View(
                scenario,
                option.model,
                found.mean,
                found.at(80),
                option.chance("over_allocation"),
                option.chance("integrator_loses"),
                mean(cash[option.key] - cash[cheapest], design),
            )
