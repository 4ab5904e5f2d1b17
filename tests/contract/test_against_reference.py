"""The engine against a second calculation of the same contract: plain Python, a trial and a year at a time.

The reference receives the numbers that the engine drew and nothing else. Money must agree to the penny in every year.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import Contract, TrialSheet, compile_contract, open_scenario, trial
from finmodel.contract.evaluate import trials
from finmodel.lines.expressions import Drawn
from tests.contract.exits import EXITS, may_go, walk, with_events
from tests.contract.scenarios import TESTED, World, every_mechanism
from tests.contract.strategies import MECHANISMS, STARTS, few, worlds
from tests.reference import contract as reference
from tests.reference import read, split

ROOT = Path(__file__).parents[2]
FLAGSHIP = ROOT / "scenarios" / "staffordshire.yaml"
SMALL = ROOT / "tests" / "bad_scenarios" / "base.yaml"
PENNY = 0.005


def drawn(sheet: TrialSheet) -> dict[str, list[float]]:
    """What this trial drew, by driver: one number a year."""
    years = sheet.contract.calendar.total_years
    found: dict[str, list[float]] = {}
    for line in sheet.lines():
        if isinstance(line.expr, Drawn):
            values = [float(value) for value in sheet.values[line.name]]
            found[line.expr.driver] = values * years if len(values) == 1 else values
    return found


def compare(sheet: TrialSheet, scenario: dict, draws: dict[str, list[float]], *, outcomes: bool = True) -> int:
    """Assert that every figure of a trial agrees; how many were compared."""
    model = sheet.model
    effort = split.pay(scenario, model) if scenario["payment_models"][model].get("effort") else None
    result = reference.calculate(scenario, model, draws, effort=effort)
    pairs: list[tuple[str, list[float]]] = [
        ("target", result.envelope),
        (f"{model}.integrator_surplus", result.integrator_surplus),
        (f"{model}.outcome_earned", result.outcome_earned),
        (f"{model}.outcome_maximum", result.outcome_maximum),
        (f"{model}.staff_and_suppliers", result.staff_and_suppliers),
        (f"{model}.hmrc", result.hmrc),
    ]
    pairs += [(f"{model}.payment[{k}]", amounts) for k, amounts in result.payment.items() if any(amounts)]
    pairs += [(f"{model}.cash[{k}]", amounts) for k, amounts in result.cash.items() if any(amounts)]
    pairs += [(f"{model}.cash_by_month[{k}]", amounts) for k, amounts in result.months.items() if any(amounts)]
    pairs += [(f"{model}.provider_surplus[{p}]", amounts) for p, amounts in result.provider_surplus.items()]
    pairs += [(f"allocation[{k}]", amounts) for k, amounts in result.allocation.items() if any(amounts)]
    pairs += [(f"contract_people[{c}]", amounts) for c, amounts in result.people.items()]
    if result.exited:
        pairs += [(f"{model}.exited", result.exited), (f"{model}.position", result.position)]
        pairs += [(f"{model}.excess_so_far", result.excess)]
        pairs += [(f"{model}.called_so_far", result.called)] if f"{model}.called_so_far" in sheet.values else []
        stays = reference.calculate(scenario, model, draws, effort=effort, stays=True)
        pairs += [(f"{model}.margin_if_it_stays", stays.integrator_surplus)]
        paid = [sum(amounts) for amounts in zip(*stays.payment.values(), strict=True)]
        pairs += [(f"{model}.payment_if_it_stays", paid)]
    pairs.append((f"{model}.present_value", result.present_value))
    compared = 0
    for name, expected in pairs:
        got = sheet.values[name]
        size = min(len(got), len(expected))
        assert size > 0
        np.testing.assert_allclose(got[:size], expected[:size], rtol=1e-11, atol=PENNY, err_msg=name)
        assert not any(abs(amount) > PENNY for amount in [*got[size:], *expected[size:]]), name
        compared += size
    for name, scores in result.score.items():
        variant = f"outcomes.{name}" if f"outcomes.{name}.score" in sheet.values else f"outcomes.{name}.without_effect"
        if f"{variant}.score" in sheet.values:
            np.testing.assert_allclose(sheet.values[f"{variant}.score"], scores, rtol=0, atol=1e-9, err_msg=name)
            compared += len(scores)
    return compared + (compare_outcomes(sheet, scenario, draws, result, effort) if outcomes else 0)


def compare_outcomes(
    sheet: TrialSheet, scenario: dict, draws: dict[str, list[float]], result: reference.Result, effort: Any
) -> int:
    """Assert that outcome money is split alike, and that as many outcomes more are counted."""
    model, compared = sheet.model, 0
    if f"{model}.outcome_money.paid" in sheet.values:
        for case, (paid, earned) in split.outcome_money(scenario, model, draws, effort).items():
            lines = {f"{model}.outcome_money.{case}.so_far": paid}
            lines |= {f"{model}.outcome_money.{case}.so_far[{name}]": amount for name, amount in earned.items()}
            for line, amount in lines.items():
                if line in sheet.values:
                    assert sheet.values[line][-1] == pytest.approx(amount, rel=1e-10, abs=PENNY), line
                    compared += 1
                elif case != "static_with_trend":  # that is known in all only
                    assert abs(amount) < PENNY, line
    for name, extra in result.extra.items():
        line = f"{model}.extra_outcomes.so_far[{name}]"
        if line in sheet.values and scenario["outcomes"][name].get("one_more") is None:
            assert sheet.values[line][-1] == pytest.approx(sum(extra), rel=1e-9, abs=1e-9), line
            compared += 1
    return compared


@pytest.fixture(scope="module", params=[FLAGSHIP, SMALL], ids=["flagship", "small"])
def case(request: pytest.FixtureRequest) -> tuple[Contract, dict]:
    path: Path = request.param
    return compile_contract(open_scenario(path)), read.read_scenario(path)


def test_the_base_case_agrees_to_the_penny(case: tuple[Contract, dict]) -> None:
    contract, scenario = case
    central = reference.central(scenario)
    for model in contract.models:
        sheet = trial(contract, model, None)
        for name, values in drawn(sheet).items():
            np.testing.assert_allclose(values, central[name][: len(values)], rtol=1e-12, atol=1e-15, err_msg=name)
        assert compare(sheet, scenario, central) > 100


def test_200_random_trials_agree_to_the_penny(case: tuple[Contract, dict]) -> None:
    contract, scenario = case
    unused = reference.central(scenario)  # drivers that this payment model never reads
    numbers = sorted(np.random.default_rng(65).choice(20_000, size=200, replace=False).tolist())
    for position, model in enumerate(contract.models):
        own = numbers[position :: len(contract.models)]
        for number, sheet in enumerate(trials(contract, model, own)):  # outcome money is worked out six times
            compare(sheet, scenario, {**unused, **drawn(sheet)}, outcomes=number < 3)


def compare_world(folder: Path, world: World, numbers: list[int | None]) -> None:
    contract = world.compile(folder)
    scenario = read.read_scenario(folder / "scenario.yaml")
    unused = reference.central(scenario)
    for sheet in trials(contract, TESTED, numbers):
        assert compare(sheet, scenario, {**unused, **drawn(sheet)}) > 20


@pytest.mark.parametrize("mechanism", [kind for kind in MECHANISMS if kind != "formula"])
@few(5)
@given(data=st.data())
def test_a_scenario_drawn_at_random_agrees_to_the_penny(
    tmp_path_factory: pytest.TempPathFactory, mechanism: str, data: st.DataObject
) -> None:
    """Any register, terms in any order, any start, cohorts of 1 to 130 people."""
    world = data.draw(worlds(formulas=False, anything=False, holds=mechanism))
    compare_world(tmp_path_factory.mktemp("world"), world, [None, 0, data.draw(st.integers(1, 10_000))])


@pytest.mark.parametrize("start", STARTS)
def test_every_mechanism_agrees_whatever_the_month_of_the_start(tmp_path: Path, start: str) -> None:
    world = every_mechanism()
    world.data["contract"]["start"] = start
    for phase, terms in world.data["payment_models"][TESTED]["phases"].items():
        kept = [term for term in terms if term["kind"] != "formula"]
        world.data["payment_models"][TESTED]["phases"][phase] = kept
    compare_world(tmp_path, world, [None, *range(5)])


@few(6)
@given(data=st.data())
def test_exits_and_events_agree_to_the_penny(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any security, breaks and start, any events: by the trial's own path."""
    world = data.draw(worlds(formulas=False, anything=False, holds="gain_loss_share"))
    world = with_events(data.draw, may_go(data.draw, world))
    compare_world(tmp_path_factory.mktemp("world"), world, [None, 0, 1, data.draw(st.integers(2, 10_000))])


def test_exits_by_both_causes_and_none_agree_to_the_penny(tmp_path: Path) -> None:
    """Long walks, of which some fail, some leave at a break and some stay."""
    seen: set[tuple[float, ...]] = set()
    for terms in EXITS:
        world = walk(7, **terms)
        world.data["contract"]["breaks"] = ["2018-04-01", "2021-04-01"]
        compare_world(tmp_path, world, list(range(16)))
        sheets = trials(world.compile(tmp_path), TESTED, list(range(16)))
        last = [(s.values[f"{TESTED}.failed_after"][6], s.values[f"{TESTED}.left_after"][6]) for s in sheets]
        assert {(failed > 0, left > 0) for failed, left in last} == {(True, False), (False, True), (False, False)}
        seen |= set(last)
    assert len(seen) > 6
