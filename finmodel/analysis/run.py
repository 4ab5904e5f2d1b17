"""A scenario from file to folder: open, compile, simulate, summarise, keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from finmodel.analysis.about import about_contract
from finmodel.analysis.figures import About, Summary
from finmodel.analysis.stored import read_summary, write_columns, write_summary
from finmodel.analysis.streaming import Call
from finmodel.analysis.summary import base_case, summarise, tables
from finmodel.errors import InputError, Mistake
from finmodel.simulation import (
    Crew,
    Job,
    Manifest,
    available_cores,
    check_target,
    describe_machine,
    new_run,
    processes_for,
    read_manifest,
    simulate,
    write_manifest,
)
from finmodel.simulation.manifest import Source

if TYPE_CHECKING:
    from finmodel.contract import Caution, Contract

RUNS = Path("runs")


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


def open_for(
    file: str, overrides: tuple[str, ...] = (), models: tuple[str, ...] = (), seed: int | None = None
) -> Contract:
    """The compiled contract of a scenario file, with the seed of `--seed` where given. Raises InputError."""
    from finmodel.contract import compile_contract, open_scenario

    contract = compile_contract(open_scenario(file, overrides), models or None)
    return contract if seed is None else contract.with_seed(seed)


def run_scenario(request: Request, progress: Callable[[int, int], None] | None = None) -> Run:
    """Run a scenario and keep the run, or find it kept already. `progress` is told (trials done, trials)."""
    from finmodel.contract import Evaluator

    started, clock = datetime.now(UTC), time.perf_counter()
    if request.trials is not None and request.trials < 1:
        raise InputError(Mistake("at least one trial is needed", path="--trials"))
    workers = request.workers or available_cores()
    with Crew() as crew:
        if request.trials:  # they load what they need while this process compiles
            crew.start(processes_for(request.trials, workers), Evaluator)
        contract = open_for(request.file, request.overrides, request.models, request.seed)
        trials = request.trials or contract.scenario.simulation.trials
        about = about_contract(contract, trials)
        manifest = _manifest(contract, request, about.notes, trials, workers)
        folder = request.out or RUNS / f"{contract.scenario.name}-{manifest.run_hash}"
        if check_target(folder, manifest, overwrite=request.overwrite):
            earlier = read_manifest(folder)
            return Run(folder, read_summary(folder), earlier or manifest, reused=True, warnings=_warnings(contract))
        job = Job(contract, tables(contract.outputs), trials, Evaluator, workers)
        with new_run(folder, overwrite=request.overwrite) as place:
            simulate(job, place, crew, (lambda done: progress(done, trials)) if progress else None)
            summary = _keep(place, contract, about, crew.call)
            seconds = round(time.perf_counter() - clock, 3)
            notes = summary.about.notes
            manifest = replace(manifest, started=started.isoformat(timespec="seconds"), seconds=seconds, notes=notes)
            write_manifest(place, manifest)
    return Run(folder, summary, manifest, reused=False, warnings=_warnings(contract))


def _warnings(contract: Contract) -> tuple[Caution, ...]:
    from finmodel.contract import warnings_of

    others = [f"payment_models.{name}." for name in contract.scenario.payment_models if name not in contract.models]
    return tuple(one for one in warnings_of(contract.scenario) if not one.path.startswith(tuple(others)))


def _keep(place: Path, contract: Contract, about: About, call: Call) -> Summary:
    """Summarise the trials in a folder and write the summary beside them."""
    from finmodel.contract import central

    summary = summarise(place, contract.outputs, about, call)
    summary = summary.with_base_case(base_case(contract.outputs, central(contract).tolist(), about))
    write_summary(place, summary)
    write_columns(place, [asdict(output) for output in contract.outputs])
    return summary


def _manifest(contract: Contract, request: Request, notes: tuple[str, ...], trials: int, workers: int) -> Manifest:
    scenario = contract.scenario
    return Manifest(
        name=scenario.name,
        files=tuple(Source(file.path.name, file.sha256, file.text) for file in scenario.files),
        overrides=request.overrides,
        models=tuple(contract.models),
        seed=contract.seed,
        trials=trials,
        machine=describe_machine(),
        workers=workers,
        notes=notes,
        mechanisms=_mechanisms(contract),
    )


def _mechanisms(contract: Contract) -> dict[str, dict[str, str]]:
    """The kinds of term from other packages that the payment models of a run have, and where they come from."""
    from finmodel.contract.payment import KINDS

    models = (contract.scenario.payment_models[name] for name in contract.models)
    kinds = {term.kind for model in models for terms in model.phases.values() for term in terms}
    origins = {kind: KINDS.origin(kind) for kind in sorted(kinds)}
    return {kind: asdict(origin) for kind, origin in origins.items() if origin is not None}
