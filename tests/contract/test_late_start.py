"""The effect on outcomes builds up from the day on which the service starts, not from the day planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finmodel.contract import trial
from tests.contract.scenarios import PASS_THROUGH, SUPPLY_CHAIN, TESTED, World, world

DELAY = {"label": "A pause", "kind": "start_delay", "probability": "100%", "source": "Assumption: a test."}


def late(months: int, *, integrator: bool = True) -> World:
    first = {"name": "pool", "kind": "incentive_pool", "from": "commissioners", "rate": "1%"}
    to = "integrator" if integrator else "providers"
    chain = [dict(SUPPLY_CHAIN if integrator else PASS_THROUGH), {**first, "to": to}]
    found = world(chain, chain, integrator=integrator, uncertain=False)
    found.data["events"] = {"pause": {**DELAY, "size": f"{months} months"}}
    return found


def effect(folder: Path, scenario: World) -> list[float]:
    values: dict[str, Any] = dict(trial(scenario.compile(folder), TESTED, None).values)
    (line,) = [name for name in values if name.startswith("outcomes.survival.") and name.endswith("effect_so_far")]
    return [round(float(value), 10) for value in values[line]]


@pytest.mark.parametrize(
    ("months", "so_far"),
    [
        (0, [0.0, 0.005, 0.01]),
        (12, [0.0, 0.005, 0.01]),  # gone before its phase begins in year 2
        (18, [0.0, 0.0025, 0.0075]),  # half of year 2
        (30, [0.0, 0.0, 0.0025]),
    ],
)
def test_half_a_point_a_year_of_what_has_begun(tmp_path: Path, months: int, so_far: list[float]) -> None:
    assert effect(tmp_path, late(months)) == so_far


def test_without_an_integrator_nothing_starts_late(tmp_path: Path) -> None:
    assert effect(tmp_path, late(30, integrator=False)) == [0.0, 0.005, 0.01]
