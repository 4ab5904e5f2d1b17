"""One trial of the engine against the slow reference, figure by figure; the reference gets the engine's draws alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.contract import TrialSheet
from finmodel.contract.evaluate import trials
from finmodel.lines.expressions import Drawn
from tests.contract.scenarios import TESTED, World
from tests.reference import contract as reference
from tests.reference import read, security, split

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
        ("envelope" if "bid" in scenario else "target", result.envelope),
        (f"{model}.integrator_surplus", result.integrator_surplus),
        (f"{model}.outcome_earned", result.outcome_earned),
        (f"{model}.outcome_maximum", result.outcome_maximum),
        (f"{model}.staff_and_suppliers", result.staff_and_suppliers),
        (f"{model}.hmrc", result.hmrc),
    ]
    if "target" in sheet.values:  # a model without terms that go by a bid's price reads the envelope alone
        pairs += [("target", _summed(result.target))]
    pairs += [(f"{model}.payment[{k}]", amounts) for k, amounts in result.payment.items() if any(amounts)]
    pairs += [(f"{model}.cash[{k}]", amounts) for k, amounts in result.cash.items() if any(amounts)]
    pairs += [(f"{model}.cash_by_month[{k}]", amounts) for k, amounts in result.months.items() if any(amounts)]
    pairs += [(f"{model}.provider_surplus[{p}]", amounts) for p, amounts in result.provider_surplus.items()]
    pairs += [(f"allocation[{k}]", amounts) for k, amounts in result.allocation.items() if any(amounts)]
    pairs += [(f"contract_people[{c}]", amounts) for c, amounts in result.people.items()]
    stays = result
    if result.exited:
        pairs += [(f"{model}.exited", result.exited), (f"{model}.position", result.position)]
        pairs += [(f"{model}.excess_so_far", result.excess)]
        pairs += [(f"{model}.called_so_far", result.called)] if f"{model}.called_so_far" in sheet.values else []
        stays = reference.calculate(scenario, model, draws, effort=effort, stays=True)
        pairs += [(f"{model}.margin_if_it_stays", stays.integrator_surplus)]
        pairs += [(f"{model}.payment_if_it_stays", _summed(stays.payment))]
        pairs += [(f"{model}.providers_margin_if_it_stays", _summed(stays.provider_surplus))]
        pairs += [(f"{model}.cash_low", security.lowest_cash(scenario, draws, stays))]
        compare_breaks(sheet, scenario, draws, stays)
    if scenario["payment_models"][model]["integrator"]:
        pairs += [(f"{model}.opening_cost", stays.before_savings)]
        pairs += [(f"{model}.unpriced", stays.unpriced)] if f"{model}.unpriced" in sheet.values else []
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


def compare_breaks(sheet: TrialSheet, scenario: dict, draws: dict[str, list[float]], stays: reference.Result) -> None:
    """Assert that the integrator needs the same cash, and that going at each break costs commissioners the same."""
    values, model = sheet.values, sheet.model
    most = max(security.working_capital(stays), 0.0)
    assert values[f"{model}.working_capital"][-1] == pytest.approx(most, rel=1e-10, abs=PENNY)
    for year in security.break_years(scenario):
        got = values[f"{model}.gone_less_stays"][-1] + values[f"{model}.on_leaving"][year - 1]
        if f"{model}.reprocurement_price" in values:
            got += values[f"{model}.reprocurement_price"][year]
        expected = security.exit_cost(scenario, draws, stays, year)
        assert got == pytest.approx(expected, rel=1e-10, abs=PENNY), f"break after year {year}"


def _summed(by_member: dict[str, list[float]]) -> list[float]:
    """By year, over all members."""
    return [sum(amounts) for amounts in zip(*by_member.values(), strict=True)]


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
            rate = scenario["appraisal"].get("outcome_discount_rate", 0.015)
            discounted = sum(amount / (1 + rate) ** at for at, amount in enumerate(extra))
            line = f"{model}.extra_outcomes_discounted.so_far[{name}]"
            assert sheet.values[line][-1] == pytest.approx(discounted, rel=1e-9, abs=1e-9), line
            compared += 1
    return compared


def compare_world(folder: Path, world: World, numbers: list[int | None]) -> None:
    contract = world.compile(folder)
    scenario = read.read_scenario(folder / "scenario.yaml")
    unused = reference.central(scenario)
    for sheet in trials(contract, TESTED, numbers):
        assert compare(sheet, scenario, {**unused, **drawn(sheet)}) > 20
