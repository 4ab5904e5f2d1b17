"""Question 6: which assumptions matter most, told from the run itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.analysis.driver_values import driver_group, driver_values
from finmodel.analysis.figures import Model
from finmodel.analysis.influence import Influence, influence
from finmodel.analysis.kept import KeptRun, kept_run
from finmodel.analysis.run import Request, open_for, run_scenario
from finmodel.analysis.thresholds import over

if TYPE_CHECKING:
    from finmodel.contract import Contract


@dataclass(frozen=True)
class Sensitivity:
    """By payment model, the drivers that move commissioners' nominal cash, those that explain most of it first."""

    title: str
    trials: int
    seed: int
    models: tuple[Model, ...]
    influences: Mapping[str, Mapping[str, Influence]]
    companions: Mapping[str, frozenset[str]]
    """By payment model, the drivers that its cash does not read: they move with others that it reads."""

    def top(self, number: int) -> list[str]:
        """The drivers that explain most of any payment model's cash, companions left out."""
        shares: dict[str, float] = {}
        for model, drivers in self.influences.items():
            for name, one in drivers.items():
                if name not in self.companions[model]:
                    shares[name] = max(shares.get(name, 0.0), one.variance_share.value)
        return sorted(shares, key=lambda name: -shares[name])[:number]


def sensitivity(request: Request, progress: Callable[[int, int], None] | None = None) -> tuple[Contract, Sensitivity]:
    """Run the scenario (or find its run kept) and tell what moved it. Raises InputError."""
    run = kept_run(run_scenario(request, progress).folder)
    contract = open_for(request.file, request.overrides, request.models, run.manifest.seed, run.manifest.sampler)
    return contract, sensitivity_of(contract, run)


def sensitivity_of(contract: Contract, run: KeptRun) -> Sensitivity:
    """What moved the cash of a run that is kept. The event is payment over the envelope, both accrued, all years."""
    drivers = driver_values(contract, run.manifest.trials)
    about = run.summary.about
    found: dict[str, dict[str, Influence]] = {}
    companions: dict[str, frozenset[str]] = {}
    for model in about.models:
        cash = run.total(model.name, "cash")
        exceeds = over(run.total(model.name, "payment"), run.total(None, "envelope"))
        each = {name: influence(values, cash, exceeds, about.design) for name, values in drivers.items()}
        ranked = sorted(
            ((name, one) for name, one in each.items() if one is not None),
            key=lambda item: (-item[1].variance_share.value, -abs(item[1].rank_correlation.value)),
        )
        found[model.name] = dict(ranked)
        companions[model.name] = frozenset(found[model.name]) - _read(contract, model.name)
    return Sensitivity(about.title, run.manifest.trials, run.manifest.seed, about.models, found, companions)


def _read(contract: Contract, model: str) -> set[str]:
    """The drivers that the cash of a payment model reads, by the names of `driver_values`."""
    from finmodel.contract import drivers_behind

    lines = [output.line for output in contract.outputs if output.model == model and output.figure == "cash"]
    return {driver_group(name) for name in drivers_behind(contract.sheet, lines)}
