"""A scenario from file to folder: open, compile, simulate, summarise, keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from finmodel.analysis.about import about_contract
from finmodel.analysis.checks import checks_of
from finmodel.analysis.continued import earlier_run, left_to_continue
from finmodel.analysis.design import whole_trials
from finmodel.analysis.figures import About, Summary
from finmodel.analysis.marginal import marginal_figures
from finmodel.analysis.optimism import optimism_figures
from finmodel.analysis.precision import Goal, Reached, goal_for
from finmodel.analysis.stated import stated_by, write_stated
from finmodel.analysis.stored import read_summary, write_columns, write_summary
from finmodel.analysis.summary import base_case, summarise, tables
from finmodel.errors import InputError, Mistake
from finmodel.simulation import (
    BLOCK,
    Crew,
    Job,
    Manifest,
    adopt_parts,
    available_cores,
    check_target,
    describe_machine,
    new_run,
    processes_for,
    read_manifest,
    simulate,
    size_of_parts,
    trim_parts,
    write_manifest,
)
from finmodel.simulation.manifest import Source

if TYPE_CHECKING:
    from finmodel.contract import Caution, Contract

RUNS = Path("runs")

MAX_TRIALS = 1_000_000
"""Where a run until a precision gives up unless told otherwise."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request:
    """What the user asks for. What is None is as the scenario says, or as the machine allows."""

    file: str
    overrides: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    trials: int | None = None
    seed: int | None = None
    workers: int | None = None
    out: Path | None = None
    overwrite: bool = False
    extend: Path | None = None
    """An earlier run, or an unfinished one, whose trials are the first of this one."""
    precision: str | None = None
    """Run until a figure is that sure: see `finmodel.analysis.precision`."""
    max_trials: int = MAX_TRIALS
    """Where `precision` gives up."""
    sampler: str | None = None
    cluster: str | None = None
    """The address of a Dask scheduler whose workers compute the draw-blocks."""


@dataclass(frozen=True)
class Run:
    """A run that is kept in `folder`; `reused` where it was there already and nothing was computed.

    `warnings` are those of the scenario, less what concerns payment models that were not run.
    """

    folder: Path
    summary: Summary
    manifest: Manifest
    reused: bool
    warnings: tuple[Caution, ...] = ()
    reached: Reached | None = None


def open_for(
    file: str,
    overrides: tuple[str, ...] = (),
    models: tuple[str, ...] = (),
    seed: int | None = None,
    sampler: str | None = None,
) -> Contract:
    """The compiled contract of a scenario file, with `--seed` and `--sampler` where given. Raises InputError."""
    from finmodel.contract import compile_contract, open_scenario

    return compile_contract(open_scenario(file, overrides), models or None).drawn(seed, sampler)


def run_scenario(request: Request, progress: Progress | None = None) -> Run:
    """Run a scenario and keep the run, or find it kept already. `progress` is told (trials done, trials).

    With `precision` it runs in growing batches; the run is then that of the number of trials reached, and is kept under
    its name. Raises StoppedError where what is finished is left to be continued.
    """
    from finmodel.contract import Evaluator

    started, clock = datetime.now(UTC), time.perf_counter()
    if request.trials is not None and request.trials < 1:
        raise InputError(Mistake("at least one trial is needed", path="--trials"))
    workers = request.workers or available_cores()
    with Crew() as crew:
        if request.trials:  # they load what they need while this process compiles
            crew.start(processes_for(request.trials, workers), Evaluator)
        contract = open_for(request.file, request.overrides, request.models, request.seed, request.sampler)
        asked = request.trials or contract.scenario.simulation.trials
        most = whole_trials(contract.sampler, request.max_trials)
        if request.precision:
            asked = min(asked, most)
        trials = whole_trials(contract.sampler, asked)
        manifest = _manifest(contract, request, trials, workers)
        earlier = earlier_run(request.extend, manifest, more=request.precision is None) if request.extend else None
        goal = (
            goal_for(request.precision, base_of(contract, about_contract(contract, 1)), most)
            if request.precision
            else None
        )
        folder = request.out or _folder(manifest, goal)
        warnings = _warnings(contract)
        if check_target(folder, manifest, overwrite=request.overwrite):
            return _again(folder, warnings)
        with new_run(folder, manifest, overwrite=request.overwrite) as new, left_to_continue(new.folder):
            work = _Work(contract, new.folder, crew, workers, progress, request.cluster, warnings)
            if earlier:
                adopt_parts(work.job(trials), earlier, new.folder)
            made = work.until(goal, trials, asked)
            manifest = replace(manifest, trials=made.trials)
            if goal and not request.out:
                new.target = _folder(manifest)
                if new.is_there(manifest):
                    return _again(new.target, warnings, made.reached)
            manifest = replace(
                manifest,
                started=started.isoformat(timespec="seconds"),
                notes=made.summary.about.notes,
                continued=made.there,
                stored=work.keep(made),
                seconds=round(time.perf_counter() - clock, 3),
            )
            write_manifest(new.folder, manifest)
    return Run(new.target, made.summary, manifest, reused=False, warnings=warnings, reached=made.reached)


@dataclass(frozen=True)
class _Made:
    """What a folder holds: so many trials, `there` of which were there before, and their summary."""

    trials: int
    there: int
    summary: Summary
    reached: Reached | None


@dataclass(frozen=True)
class _Work:
    """A run in the making."""

    contract: Contract
    folder: Path
    crew: Crew
    workers: int
    progress: Progress | None
    cluster: str | None
    warnings: tuple[Caution, ...]

    def job(self, trials: int) -> Job:
        """So many trials of the contract."""
        from finmodel.contract import Evaluator

        evaluator = partial(Evaluator, trials=min(trials, BLOCK))
        return Job(self.contract, tables(self.contract.outputs), trials, evaluator, self.workers)

    def until(self, goal: Goal | None, trials: int, asked: int) -> _Made:
        """So many trials, `asked` before they were made whole, or more until `goal` is reached or gives up."""
        first = None
        while True:
            tell = partial(self._told, trials) if self.progress else None
            there = simulate(self.job(trials), self.folder, self.crew, tell, self.cluster)
            first = there if first is None else first
            about = about_contract(self.contract, trials, trials if goal else asked)
            summary = summarise(self.folder, self.contract.outputs, about, self.crew.call)
            reached = goal.reached(summary) if goal else None
            if reached is None or reached.more is None:
                base = base_of(self.contract, summary.about)
                whole = summary.with_base_case(base)
                beside = (*marginal_figures(self.contract), *optimism_figures(self.contract, base))
                whole = replace(whole, figures=(*whole.figures, *beside))
                whole = replace(whole, checks=checks_of(self.contract, whole))
                return _Made(trials, first, whole, reached)
            trials = reached.more

    def keep(self, made: _Made) -> dict[str, float]:
        """Write the summary beside the trials; how many columns are stored, and bytes a trial."""
        job = self.job(made.trials)
        trim_parts(job, self.folder)
        write_summary(self.folder, made.summary)
        write_columns(self.folder, [vars(output) for output in self.contract.outputs])
        write_stated(self.folder, stated_by(self.contract.scenario, self.warnings))
        size = size_of_parts(self.folder)
        return {"columns": len(job.columns), "bytes": size, "bytes_per_trial": round(size / made.trials, 1)}

    def _told(self, trials: int, done: int) -> None:
        assert self.progress is not None
        self.progress(done, trials)


def base_of(contract: Contract, about: About) -> Summary:
    """The base case of a contract as a summary of one trial."""
    from finmodel.contract import central

    return base_case(contract.outputs, central(contract).tolist(), about)


def _again(folder: Path, warnings: tuple[Caution, ...], reached: Reached | None = None) -> Run:
    """A run that is there already."""
    manifest = read_manifest(folder)
    assert manifest is not None
    return Run(folder, read_summary(folder), manifest, reused=True, warnings=warnings, reached=reached)


def _folder(manifest: Manifest, goal: Goal | None = None) -> Path:
    """Where a run is kept by default; one that runs until a goal does so under another name."""
    return RUNS / f"{manifest.name}-{manifest.run_hash}{f'-until-{goal.slug}' if goal else ''}"


def _warnings(contract: Contract) -> tuple[Caution, ...]:
    from finmodel.contract import warnings_of

    others = [f"payment_models.{name}." for name in contract.scenario.payment_models if name not in contract.models]
    return tuple(one for one in warnings_of(contract.scenario) if not one.path.startswith(tuple(others)))


def _manifest(contract: Contract, request: Request, trials: int, workers: int) -> Manifest:
    scenario = contract.scenario
    return Manifest(
        name=scenario.name,
        files=tuple(Source(file.path.name, file.sha256, file.text) for file in scenario.files),
        overrides=request.overrides,
        models=tuple(contract.models),
        seed=contract.seed,
        sampler=contract.sampler,
        trials=trials,
        machine=describe_machine(),
        workers=workers,
        notes=tuple(contract.notes),
        mechanisms=_mechanisms(contract),
    )


def _mechanisms(contract: Contract) -> dict[str, dict[str, str]]:
    """The kinds of term from other packages that the payment models of a run have, and where they come from."""
    from finmodel.contract.payment import KINDS

    models = (contract.scenario.payment_models[name] for name in contract.models)
    kinds = {term.kind for model in models for terms in model.phases.values() for term in terms}
    origins = {kind: KINDS.origin(kind) for kind in sorted(kinds)}
    return {kind: asdict(origin) for kind, origin in origins.items() if origin is not None}
