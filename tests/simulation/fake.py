"""A stand-in for a contract: columns that follow from the draw-block's number alone, picklable, quick."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096


@dataclass(frozen=True)
class FakeOutput:
    column: str
    model: str | None
    figure: str
    member: str | None
    period: int
    period_label: str
    unit: str = "£"


def outputs_for(models: tuple[str, ...], commissioners: tuple[str, ...], years: int) -> tuple[FakeOutput, ...]:
    found: list[FakeOutput] = []

    def add(model: str | None, figure: str, member: str | None, count: int, *, financial: bool) -> None:
        for period in range(1, count + 1):
            label = f"{2015 + period}/{(16 + period) % 100:02d}" if financial else str(period)
            name = f"{model or ''}.{figure}[{member or ''}]:{period}"
            found.append(FakeOutput(name, model, figure, member, period, label))

    add(None, "envelope", None, years, financial=False)
    for commissioner in commissioners:
        add(None, "allocation", commissioner, years, financial=True)
    for model in models:
        for commissioner in commissioners:
            add(model, "cash", commissioner, years + 2, financial=True)
        for figure in ("payment", "integrator_surplus", "providers_surplus"):
            add(model, figure, None, years, financial=False)
        for provider in ("uhnm", "rwt"):
            add(model, "provider_surplus", provider, years, financial=False)
        for figure in ("outcome_earned", "outcome_maximum"):
            add(model, figure, None, years, financial=False)
        add(model, "present_value", None, years + 2, financial=True)
    return tuple(found)


@dataclass(frozen=True)
class FakeContract:
    models: tuple[str, ...] = ("existing", "programme")
    commissioners: tuple[str, ...] = ("stoke", "stafford")
    years: int = 3
    seed: int = 7
    trials: int = 500
    notes: tuple[str, ...] = ("a thing said aloud",)
    outputs: tuple[FakeOutput, ...] = field(default=())
    scenario: SimpleNamespace = field(default_factory=SimpleNamespace)
    sheet: tuple[int, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(output.column for output in self.outputs)


def fake_contract(**fields: object) -> FakeContract:
    bare = FakeContract(**fields)  # type: ignore[arg-type]
    outputs = outputs_for(bare.models, bare.commissioners, bare.years)
    return FakeContract(**{**fields, "outputs": outputs})  # type: ignore[arg-type]


class FakeEvaluator:
    """Column c of trial t: level of the figure x (1 + 5% x a normal score of (seed, figure, member, period, block))."""

    def __init__(self, contract: FakeContract) -> None:
        self.contract = contract

    def block(self, number: int) -> NDArray[np.float64]:
        rows = []
        for output in self.contract.outputs:
            key = abs(hash_of(f"{output.figure}{output.member}{output.period}"))
            score = np.random.default_rng([self.contract.seed, key, number]).standard_normal(BLOCK)
            rows.append(_level(output, len(self.contract.commissioners), score))
        return np.stack(rows)


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode()[-8:], "big")


def _level(output: FakeOutput, commissioners: int, score: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = 120e6 * 1.02 ** (output.period - 1)
    second = output.model == "programme"
    match output.figure:
        case "envelope":
            return np.full(BLOCK, grown)
        case "allocation":
            return np.full(BLOCK, grown / commissioners * 1.02)
        case "cash":
            return grown / commissioners * (1 + (0.02 if second else 0.03) * score)
        case "payment":
            return grown * (1 + 0.03 * score) if second else np.full(BLOCK, grown)
        case "integrator_surplus":
            return (4e6 * score + 1e6) if second else np.zeros(BLOCK)
        case "providers_surplus":
            return 3e6 * score
        case "provider_surplus":
            return 2e6 * score + 1e6
        case "outcome_maximum":
            return np.full(BLOCK, 5e6 if second and output.period > 1 else 0.0)
        case "outcome_earned":
            return np.clip(2.5e6 + 2e6 * score, 0, 5e6) if second and output.period > 1 else np.zeros(BLOCK)
        case _:
            return 0.9 * grown * (1 + 0.03 * score)
