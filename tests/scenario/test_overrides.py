from __future__ import annotations

from pathlib import Path

import pytest

from finmodel.errors import InputError, Span
from finmodel.scenario import Constant, Uncertain, load
from tests.scenario.kinds import KINDS

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"
WITHHOLD = "payment_models.programme.phases.outcomes_based.withhold.rate"


def told(*overrides: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(BASE, KINDS, overrides)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_values_are_read_as_in_the_file() -> None:
    overrides = ["contract.population_growth=2%", f"{WITHHOLD}={{triangular: [1%, 5%, 8%]}}", "simulation.seed=7"]
    scenario = load(BASE, KINDS, overrides)
    assert scenario.contract.population_growth == Constant(
        0.02, path="contract.population_growth", span=Span("--set contract.population_growth", 1, 1)
    )
    assert isinstance(scenario.uncertain()[WITHHOLD], Uncertain)
    assert scenario.simulation.seed == 7
    assert scenario.overrides == tuple(overrides)


def test_lists_by_name_or_number() -> None:
    by_number = WITHHOLD.replace("withhold", "2")
    for path in (WITHHOLD, by_number):
        term = load(BASE, KINDS, [f"{path}=9%"]).payment_models["programme"].phases["outcomes_based"][2]
        assert term.rate.amount == 0.09  # type: ignore[attr-defined]
        assert term.rate.path == WITHHOLD  # type: ignore[attr-defined]
    assert told(f"{WITHHOLD}=9%", f"{by_number}=8%") == [
        f"--set {by_number}:1:1: {by_number}: the same value is set twice"
    ]


def test_a_key_that_is_left_out_can_be_set() -> None:
    overrides = [f"{WITHHOLD.removesuffix('rate')}label=Kept back", "services.end_of_life.opening_error=2%"]
    scenario = load(BASE, KINDS, overrides)
    assert scenario.payment_models["programme"].phases["outcomes_based"][2].label == "Kept back"
    assert scenario.services["end_of_life"].opening_error == Constant(
        0.02, path="services.end_of_life.opening_error", span=Span("--set services.end_of_life.opening_error", 1, 1)
    )


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("services.cancr.pool=£7m", "--set services.cancr.pool:1:1: there is no 'services.cancr.pool' in the scenario"),
        ("services.cancr.pool=£7m", "did you mean 'services.cancer.pool'?"),
        ("services.cancer.pol=£7m", "did you mean 'services.cancer.pool'?"),
        (WITHHOLD.replace("withhold", "withold") + "=1%", f"did you mean '{WITHHOLD}'?"),
        ("assumptions.new={value: 2%}", "there is no 'assumptions.new' in the scenario"),
        (
            WITHHOLD.replace("rate", "above") + "=1%",
            f"there is no '{WITHHOLD.replace('rate', 'above')}' in the scenario",
        ),
        ("contract.population.high=2%", "there is no 'contract.population.high' in the scenario"),
        ("contract", "--set:1:1: expected PATH=VALUE or @FILE, got 'contract'"),
        ("=5", "--set:1:1: expected PATH=VALUE or @FILE, got '=5'"),
        ("contract.years=", "--set contract.years:1:1: expected a value after 'contract.years='"),
        ("contract.years=[", "--set contract.years:1:"),
        ("contract.years=\ud800", "--set contract.years:1:1: a character here is not allowed"),
        (
            "contract.years=ten",
            "--set contract.years:1:1: contract.years: expected a whole number from 1 to 30, got 'ten'",
        ),
        ("appraisal.discount_rate=£5", "--set appraisal.discount_rate:1:1: appraisal.discount_rate: expected a rate"),
        ("appraisal={discount_rate: 3%, deflater: x}", "--set appraisal:1:21: appraisal: unknown key 'deflater'"),
    ],
)
def test_mistakes(override: str, message: str) -> None:
    assert any(message in line for line in told(override))
