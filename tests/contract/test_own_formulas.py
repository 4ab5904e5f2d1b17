"""Formulas wherever a modeller can write one: assumptions, own lines, numbers of terms, terms by member; by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.contract import compile_contract, open_scenario, trial
from finmodel.scenario.positions import read_yaml
from tests.contract.flat import M, base_case, flat, payment, rows, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, World, world

PEOPLE = ["-10%", "0%", "10%", "30%"]
"""Departures of service a's 1,000 planned people, a year each."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formulas")


def assumption(**written: Any) -> dict[str, Any]:
    return {"unit": "rate", **written, "source": "Illustration", "owner": "Finance", "confidence": "amber"}


def rule(formula: str, **other: Any) -> dict[str, Any]:
    return {**term("formula"), "name": "rule", "formula": formula, **other}


def walked(terms: list[dict[str, Any]]) -> World:
    """Service a is worth £2m for 1,000 people, of whom 900, 1,000, 1,100 and 1,300 come; b £1m for 400."""
    found = flat(terms, rows(2 * M, 1 * M), years=4)
    found.data["services"]["a"]["demand_shock"] = PEOPLE
    return found


# Assumptions


def test_an_assumption_is_calculated_from_others_and_varies_by_year(folder: Path) -> None:
    """Growth of 0.5 x (0%, 2%, 4%) + 0.2% a year, the first not applied: 1,000 x 1.012 x 1.022."""
    found = flat([term("block")], rows(2 * M, 1 * M), years=3)
    found.data["assumptions"] = {
        "frailty_growth": assumption(formula="0.5 * cancer_growth + 0.2%"),
        "cancer_growth": assumption(value=["0%", "2%", "4%"]),
    }
    found.data["services"]["a"]["sites"]["x"]["growth"] = "frailty_growth"
    values = base_case(folder, found)
    assert values["assumptions.frailty_growth"] == pytest.approx([0.002, 0.012, 0.022])
    assert values["people[a]"] == pytest.approx([1000, 1012, 1012 * 1.022])


def test_an_assumption_reads_year_population_and_indices_and_is_read_in_any_order(folder: Path) -> None:
    """Prices rise by half of what the index general rises: by 5% where that is 10% a year."""
    found = flat([term("block")], rows(2 * M, 1 * M), years=3)
    found.data["contract"]["population_growth"] = "crowding"
    found.data["indices"] = {
        "prices": {"change": "follow"},
        "general": {"change": "10%"},
        "costs": {"change": 0},
    }
    found.data["assumptions"] = {
        "follow": assumption(formula="0.5 * (index.general / lag(index.general) - 1)"),
        "crowding": assumption(formula="where(contract_year >= 3, 2 * one_percent, 0)"),
        "one_percent": assumption(formula="1%"),
        "heads": assumption(formula="population / 876000 people * 100%"),
    }
    found.data["savings"]["stranded"] = "heads_over_two"
    found.data["assumptions"]["heads_over_two"] = assumption(formula="heads / 2")
    values = base_case(folder, found)
    assert values["population"] == pytest.approx([876_000, 876_000, 876_000 * 1.02])
    assert values["index.prices"] == pytest.approx([1, 1.05, 1.05**2])
    assert values["assumptions.heads_over_two"] == pytest.approx([0.5, 0.5, 0.51])


def test_a_calculated_assumption_goes_on_in_run_off(folder: Path) -> None:
    """Prices rise after the contract as well: an assumption is no part of the service."""
    found = flat([{**term("block"), "paid": "6 months after year end"}], rows(2 * M, 1 * M), years=2)
    found.data["indices"]["general"] = {"change": "inflation"}
    found.data["assumptions"] = {"inflation": assumption(formula="2 * 5%")}
    compiled = found.compile(folder)
    assert compiled.calendar.run_off == 1
    assert trial(compiled, TESTED, None).values["index.general"] == pytest.approx([1, 1.1, 1.21])


def test_an_uncertain_assumption_makes_its_formula_uncertain(folder: Path) -> None:
    found = flat([term("block")], rows(2 * M, 1 * M))
    found.data["assumptions"] = {
        "double": assumption(formula="2 * drawn"),
        "drawn": assumption(value={"uniform": ["10%", "20%"]}),
    }
    found.data["services"]["a"]["demand_shock"] = "double"
    compiled = found.compile(folder)
    for number in (0, 7):
        values = trial(compiled, TESTED, number).values
        assert 0.2 < values["assumptions.double"][0] < 0.4
        assert values["assumptions.double"][0] == 2 * values["assumptions.drawn"][0]


def test_two_names_of_one_number_see_the_same_draws(folder: Path) -> None:
    found = flat([term("block")], rows(2 * M, 1 * M))
    found.data["assumptions"] = {
        "other": assumption(value="drawn"),
        "drawn": assumption(value={"uniform": ["10%", "20%"]}),
    }
    found.data["services"]["a"]["demand_shock"] = "drawn"
    found.data["services"]["b"]["demand_shock"] = "other"
    values = trial(found.compile(folder), TESTED, 3).values
    assert values["people[a]"][0] / 1000 == pytest.approx(values["people[b]"][0] / 400, rel=1e-15)


# Own lines


def test_own_lines_in_any_order_and_over_several_years(folder: Path) -> None:
    found = walked([term("block")])
    found.data["lines"] = {
        "twice": {"formula": "2 * a_head", "label": "Twice the target a person"},
        "a_head": {"formula": "target[a] / people[a]", "unit": "£/person"},
        "balance": {"formula": "lag(balance) + target[b] - £0.9m", "unit": "£"},
        "before": {"formula": "lag(after) + target[b]", "unit": "£"},
        "after": {"formula": "lines.before * 2", "unit": "£"},
        "late": {"formula": "contract_year >= 3"},
        "counted": {"formula": "where(late, 600 people, 0)"},
    }
    values = base_case(folder, found)
    a_head = [2 * M / people for people in (900, 1000, 1100, 1300)]
    assert values["lines.twice"] == pytest.approx([2 * x for x in a_head])
    assert values["lines.balance"] == pytest.approx([0.1 * M, 0.2 * M, 0.3 * M, 0.4 * M])
    assert values["lines.before"] == pytest.approx([1 * M, 3 * M, 7 * M, 15 * M])
    assert values["lines.counted"] == pytest.approx([0, 0, 600, 600])


def test_an_own_line_reads_lines_that_terms_write_later(folder: Path) -> None:
    """Outcomes and savings are written when a term first needs them; which models run changes nothing."""
    found = world([], [{**SUPPLY_CHAIN}, term("incentive_pool", rate="1%")], uncertain=False)
    found.data["lines"] = {
        "saved": {"formula": "1 - savings_rate"},
        "gap": {"formula": "outcomes.survival.measured - outcomes.survival.without_effect.measured", "unit": "rate"},
    }
    found.data["payment_models"]["bare"] = {
        **found.data["payment_models"][TESTED],
        "savings": False,
        "phases": {"first": [], "later": [{**SUPPLY_CHAIN}]},
    }
    values = trial(found.compile(folder, "bare"), "bare", None).values
    assert values["lines.saved"] == pytest.approx([1 - 0.1 * 0.4] * 3)
    assert values["lines.gap"] == pytest.approx([0, 0.005, 0.01])


def test_lines_of_a_payment_model_read_its_terms_and_are_read_by_those_below(folder: Path) -> None:
    """Core is the target, £3m a year; half of what is above £2.9m comes back in the next term."""
    found = flat([{**term("block"), "name": "core"}, rule("-0.5 * excess")], rows(2 * M, 1 * M), years=2)
    found.data["payment_models"][TESTED]["lines"] = {
        "margin": {"formula": f"payment - {TESTED}.later.rule", "report": True},
        "excess": {"formula": "max(later.core - allowed, 0)", "unit": "£"},
    }
    found.data["lines"] = {"allowed": {"formula": "target - £0.1m"}}
    values = base_case(folder, found)
    assert values[f"{TESTED}.lines.excess"] == pytest.approx([0.1 * M] * 2)
    assert values[f"{TESTED}.payment"] == pytest.approx([2.95 * M] * 2)
    assert values[f"{TESTED}.lines.margin"] == pytest.approx([3 * M] * 2)


# Numbers of terms


def test_an_outcome_is_named_as_the_payment_model_has_it() -> None:
    """The same formula: with the effect in the programme, without it where no effect is assumed."""
    line = "lines={seen: {formula: outcomes.lung_survival.measured, unit: rate}}"
    overrides = [f"payment_models.{model}.{line}" for model in ("existing", "programme")]
    contract = compile_contract(open_scenario(Path(__file__).parents[1] / "bad_scenarios" / "base.yaml", overrides))
    without, with_it = (trial(contract, model, 7).values for model in ("existing", "programme"))
    np.testing.assert_array_equal(
        without["existing.lines.seen"], without["outcomes.lung_survival.without_effect.measured"]
    )
    np.testing.assert_array_equal(with_it["programme.lines.seen"], with_it["outcomes.lung_survival.measured"])
    assert (with_it["programme.lines.seen"][1:] > without["existing.lines.seen"][1:]).all()


def test_a_number_of_a_term_is_a_formula(folder: Path) -> None:
    """The marginal rate is 70% up to 110% of plan and 20% beyond it."""
    above = {"formula": "where(reached(1.1, crowd), 70%, 20%)"}
    found = walked([term("activity", above=above)])
    found.data["lines"] = {"crowd": {"formula": "people[a] / 1000 people"}}
    a = [2 * M * 0.9, 2 * M, 2 * M * (1 + 0.7 * 0.1), 2 * M * (1 + 0.2 * 0.3)]
    assert payment(folder, found) == pytest.approx([x + 1 * M for x in a])
    values = base_case(folder, found)
    assert values[f"{TESTED}.later.activity.above"] == pytest.approx([0.7, 0.7, 0.7, 0.2])


def test_a_formula_in_base_year_money_reads_amounts_in_base_year_money(folder: Path) -> None:
    fee = {"formula": "£2m + £100 / 1 person * max(people[a] - 1000 people, 0)"}
    found = walked([term("fee", amount=fee, index="general")])
    found.data["indices"]["general"] = {"change": "10%"}
    expected = [2 * M, 2 * M * 1.1, 2.01 * M * 1.21, 2.03 * M * 1.331]
    assert payment(folder, found) == pytest.approx(expected)


def test_an_earlier_term_and_an_assumption_stand_in_a_number_of_a_term(folder: Path) -> None:
    found = flat([{**term("block"), "name": "core"}, term("fee", share={"formula": "ten * core / target"})])
    found.data["assumptions"] = {"ten": assumption(formula="5% + 5%")}
    assert payment(folder, found) == pytest.approx([1.1 * 122.2 * M])


# Terms by member: the three examples of docs/formulas.md

PAGE = (Path(__file__).parents[2] / "docs" / "formulas.md").read_text(encoding="utf-8")
BLOCKS = [
    read_yaml(text, "page")[0] for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
]
THRESHOLD, HALF_BELOW, GUARD_RAIL = next(block for block in BLOCKS if isinstance(block, list) and len(block) == 3)


def by_hand(share: list[float]) -> list[float]:
    """£2m times the shares for a, and £1m for b, which is at plan."""
    return [2 * M * part + 1 * M for part in share]


def test_a_new_threshold(folder: Path) -> None:
    """Everybody up to 105% of plan at the full price, half of it beyond: 110% is paid as 107.5%, 130% as 117.5%."""
    found = walked([THRESHOLD])
    assert payment(folder, found) == pytest.approx(by_hand([0.9, 1.0, 1.075, 1.175]))


def test_half_a_rate_below_it(folder: Path) -> None:
    """900 of 1,000 people: half of the 100 who stay away are paid for."""
    found = walked([HALF_BELOW])
    assert payment(folder, found) == pytest.approx(by_hand([0.95, 1.0, 1.0, 1.0]))
    values = base_case(folder, found)
    assert values[f"{TESTED}.later.floor.each[A]"] == pytest.approx([1.9 * M, 2 * M, 2 * M, 2 * M])
    assert values[f"{TESTED}.payment[north]"] == pytest.approx([1.9 * M, 2 * M, 2 * M, 2 * M])


def test_a_guard_rail(folder: Path) -> None:
    """2% of the service's target, nothing where 120% of plan is reached: exactly there, and beyond."""
    found = walked([GUARD_RAIL])
    found.data["services"]["a"]["demand_shock"] = ["-20%", "19.9999%", "20%", "-21%"]
    expected = [0.02 * 3 * M, 0.02 * 3 * M, 0.02 * M, 0.02 * M]
    assert payment(folder, found) == pytest.approx(expected)


def test_each_member_has_its_own_figures(folder: Path) -> None:
    """Costs vary with 60% of people; existing block terms pay the value; earlier terms are known by service."""
    for formula, a, b in [
        ("value * par", 2 * M, 1 * M),
        ("target", 2 * M, 1 * M),
        ("existing", 2 * M, 1 * M),
        ("cost", 2 * M * 1.18, 1 * M),
        ("core / 2", 1 * M, 0.5 * M),
        ("£1 / 1 person * people", 1300, 400),
        ("£1 / 1 person * plan", 1000, 400),
        ("cumulative(where(contract_year < 4, 0, target))", 2 * M, 1 * M),
    ]:
        found = walked([{**term("block"), "name": "core"}, rule(formula, by="service")])
        values = base_case(folder, found)
        assert values[f"{TESTED}.later.rule[a]"][3] == pytest.approx(a), formula
        assert values[f"{TESTED}.later.rule[b]"][3] == pytest.approx(b), formula
