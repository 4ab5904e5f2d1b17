"""Measures that are withdrawn, comparators, effects of a payment model's own, effort, and counts: by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.contract import compile_contract
from tests.contract.flat import M, base_case, flat, term, with_outcomes
from tests.contract.money import evaluate, failures
from tests.contract.scenarios import TESTED, Term, World, outcome


def pool() -> list[Term]:
    """One term; each scenario has its own."""
    return [term("incentive_pool", rate="10%")]


AT_STAKE = 6.87 * M
LINEAR = [["0pp", "0%"], ["10pp", "100%"]]
TRIALS = 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measures")


def ends(weight: str, **keys: Any) -> World:
    """`survival` (20% of the pool) improves 1, 4, 7 and 3pp; `other` (80%) always has half its score."""
    found = with_outcomes(pool(), [0.01, 0.04, 0.07, 0.03], score=LINEAR, withdrawn={"weight": weight, **keys})
    found.data["outcomes"]["other"]["score"] = [["-1pp", "50%"], ["1pp", "50%"], ["90pp", "100%"]]
    return found


@pytest.mark.parametrize(
    ("weight", "keys", "own", "other"),
    [
        ("last_score", {}, [0.1, 0.4, 0.4, 0.4], [0.5] * 4),
        ("score", {"score": "60%"}, [0.1, 0.4, 0.6, 0.6], [0.5] * 4),
        ("others", {}, [0.1, 0.4, 0, 0], [0.5, 0.5, 0.5 / 0.8, 0.5 / 0.8]),
    ],
)
def test_what_is_paid_once_a_measure_is_withdrawn(
    folder: Path, weight: str, keys: dict[str, Any], own: list[float], other: list[float]
) -> None:
    """From year 3; `other` earns 80% of the pool, and all of it where it takes over the weight."""
    values = base_case(folder, ends(weight, **{"from": 3}, **keys))
    expected = AT_STAKE * (0.2 * np.array(own) + 0.8 * np.array(other))
    assert values[f"{TESTED}.outcome_earned"] == pytest.approx(expected)
    assert values[f"{TESTED}.outcome_maximum"] == pytest.approx([AT_STAKE] * 4)


def test_a_measure_that_was_never_taken_has_no_last_score(folder: Path) -> None:
    values = base_case(folder, ends("last_score", **{"from": 1}))
    assert values["outcomes.survival.score"] == pytest.approx([0] * 4)


def test_it_is_withdrawn_by_chance_as_often_as_stated_and_for_good(folder: Path) -> None:
    """30% a year from year 2 on: still measured in year y with probability 0.7^(y - 1)."""
    values = evaluate(ends("others", **{"from": 2}, chance="30%").compile(folder), TESTED, TRIALS)
    withdrawn = values["outcomes.survival.withdrawn"]
    assert (np.diff(withdrawn, axis=0) >= 0).all()
    for year in range(4):
        expected = 0.7**year
        assert np.mean(withdrawn[year] == 0) == pytest.approx(expected, abs=4 * np.sqrt(0.25 / TRIALS))
    by_others = values["outcomes.other.weight_now"]
    assert by_others == pytest.approx(np.where(withdrawn[:4] > 0, 1.0, 0.8))


def test_the_base_case_withdraws_nothing_that_is_less_likely_than_not(folder: Path) -> None:
    seldom = base_case(folder, ends("score", chance="30%", score="60%"))
    often = base_case(folder, ends("score", chance="50%", score="60%"))
    assert seldom["outcomes.survival.score"] == pytest.approx([0.1, 0.4, 0.7, 0.3])
    assert often["outcomes.survival.score"] == pytest.approx([0.6] * 4)


def test_gates_and_prices_stand_on_the_last_figures(folder: Path) -> None:
    card = term("rate_card", outcomes={"survival": {"price": "£5000"}})
    found = ends("last_score", **{"from": 3})
    found.data["payment_models"][TESTED]["phases"]["later"] = [*pool(), card]
    gate = {"outcome": "survival", "figure": "level", "at_least": "44%"}
    found.data["outcomes"]["other"]["gates"] = [gate]
    values = base_case(folder, found)
    assert values["outcomes.other.score"] == pytest.approx([0, 0.5, 0.5, 0.5])
    card_line = f"{TESTED}.later.rate_card.earned.survival[a]"
    assert values[card_line] == pytest.approx([30_000, 120_000, 120_000, 120_000])
    found.data["outcomes"]["survival"]["withdrawn"] = {"from": 3, "weight": "others"}
    assert base_case(folder, found)[card_line] == pytest.approx([30_000, 120_000, 0, 0])


def test_the_ledger_holds_with_measures_that_end_and_with_effort(folder: Path) -> None:
    found = effort("£10")
    found.data["outcomes"]["survival"]["withdrawn"] = {"chance": "30%", "weight": "others"}
    contract = found.compile(folder)
    assert failures(contract, TESTED, evaluate(contract, TESTED, 50)) == []


# Comparators


def compared(drift: str = "0pp") -> World:
    """From 40%, 1pp more each year; elsewhere from 50%, as much and `drift`."""
    baseline = {"value": "50%", "period": "2014/15", "people": "90000 people"}
    elsewhere = {"label": "England", "baseline": baseline, "people": "80000 people", "drift": drift}
    found = with_outcomes(pool(), [0.01, 0.02, 0.03], score=LINEAR, reference="comparator", comparator=elsewhere)
    found.data["outcomes"]["survival"].update(trend="1pp", effect="0.5pp")
    return found


def test_the_level_to_beat_moves_with_the_comparator(folder: Path) -> None:
    """It is a year further from its own baseline: it has risen by 2, 3 and 4 points, with drift by 2.4, 3.6, 4.8."""
    values = base_case(folder, compared())
    assert values["outcomes.survival.comparator.measured"] == pytest.approx([0.52, 0.53, 0.54])
    assert values["outcomes.survival.reference"] == pytest.approx([0.42, 0.43, 0.44])
    values = base_case(folder, compared("0.2pp"))
    assert values["outcomes.survival.reference"] == pytest.approx([0.424, 0.436, 0.448])


def test_the_comparator_shares_the_draw_of_the_trend_and_has_errors_of_its_own(folder: Path) -> None:
    found = compared()
    found.data["outcomes"]["survival"]["trend"] = {"normal": ["1pp", "1pp"]}
    values = evaluate(found.compile(folder), TESTED, TRIALS)
    true, elsewhere = values["outcomes.survival.trend_so_far"], values["outcomes.survival.comparator.trend_so_far"]
    np.testing.assert_allclose(elsewhere[0], 2 * true[0], rtol=1e-12)
    error = values["outcomes.survival.comparator.measured"][0] - values["outcomes.survival.comparator.true"][0]
    assert np.std(error) == pytest.approx(np.sqrt(0.52 * 0.48 / 80_000), rel=4 / np.sqrt(2 * TRIALS) + 0.01)
    own = values["outcomes.survival.measured"][0] - values["outcomes.survival.true"][0]
    assert abs(np.corrcoef(error, own)[0, 1]) < 4 / np.sqrt(TRIALS)


# Effects of a payment model


def effective(effect: Any) -> World:
    found = with_outcomes(pool(), [0.0, 0.0], score=LINEAR)
    found.data["outcomes"]["survival"].update(trend="0pp", effect="1pp", one_more="person alive")
    found.data["outcomes"]["other"].update(effect="2pp", one_more="person alive")
    found.data["payment_models"][TESTED]["effect"] = effect
    return found


@pytest.mark.parametrize(
    ("effect", "own", "other"),
    [
        (True, 0.01, 0.02),
        (False, 0, 0),
        ({"scale": "50%"}, 0.005, 0.01),
        ({"outcomes": {"survival": "3pp"}}, 0.03, 0.02),
        ({"scale": "50%", "outcomes": {"survival": "3pp"}}, 0.03, 0.01),
    ],
)
def test_a_payment_model_scales_or_replaces_the_effect(folder: Path, effect: Any, own: float, other: float) -> None:
    """600 people are measured of each; the second year has twice the effect of the first, and is discounted."""
    values = base_case(folder, effective(effect))
    variant = {True: "", False: ".without_effect"}.get(effect if isinstance(effect, bool) else None, f".under_{TESTED}")
    assert values[f"outcomes.survival{variant}.true"] == pytest.approx([0.4 + own, 0.4 + 2 * own])
    assert values[f"outcomes.other{variant}.true"] == pytest.approx([0.4 + other, 0.4 + 2 * other])
    line = f"{TESTED}.extra_outcomes.so_far[survival]"
    if effect is False:
        assert line not in values
        return
    of_year = 600 * (own + other)
    assert values[line] == pytest.approx([of_year, 3 * of_year])
    discounted = values[f"{TESTED}.extra_outcomes_discounted.so_far[survival]"]
    assert discounted == pytest.approx([of_year, of_year + 2 * of_year / 1.015])


# Effort: one outcome, 600 people, straight between 0 and 10pp over two years; AT_STAKE x 20% / 10pp / 600 people each


def effort(cost: str, **keys: Any) -> World:
    found = effective(True)
    found.data["outcomes"]["survival"].update(score=[["-50pp", "0%"], ["50pp", "100%"]], marginal_cost=cost, **keys)
    found.data["payment_models"][TESTED]["effort"] = True
    return found


PAY = AT_STAKE * 0.2 / 1.0 / 600


@pytest.mark.parametrize("cost", [0.0, PAY / 4, PAY * 0.999, PAY, PAY * 3])
def test_effort_goes_as_far_as_one_more_pays_its_cost(folder: Path, cost: float) -> None:
    found = effort(f"£{cost:.6f}")
    (known,) = compile_contract(found.open(folder)).marginal
    assert known.pay == pytest.approx(PAY)
    values = base_case(folder, found)
    share = max(0.0, 1 - cost / PAY)
    assert values[f"{TESTED}.effort[survival]"] == pytest.approx(share, abs=1e-6)
    assert values[f"outcomes.survival.under_{TESTED}.effect_so_far"] == pytest.approx([0.01 * share, 0.02 * share])
    assert values[f"outcomes.other.under_{TESTED}.effect_so_far"] == pytest.approx([0.02, 0.04])  # it has no cost
    spent = [600 * full * cost * np.log(PAY / cost) if 0 < cost < PAY else 0.0 for full in (0.01, 0.02)]
    assert values[f"{TESTED}.cost_of_effort"] == pytest.approx(spent, abs=0.01)
    assert values[f"{TESTED}.integrator_surplus"] == pytest.approx(values[f"{TESTED}.outcome_earned"] - spent, abs=0.01)


def test_effort_earns_the_integrator_more_than_any_other_share(folder: Path) -> None:
    """Two years of pay less cost, at shares around the one that is chosen: it is the best of them."""
    cost = PAY / 3
    chosen = 1 - cost / PAY
    people = 600 * 0.03  # of the full effect, both years

    def profit(share: float) -> float:
        return people * (PAY * share + cost * np.log(1 - share))

    values = base_case(folder, effort(f"£{cost:.6f}"))
    own = f"{TESTED}.outcome_money.with_effect.so_far[survival]"
    without = f"{TESTED}.outcome_money.with_trend.so_far[survival]"
    gained = values[own][-1] - values[without][-1] - values[f"{TESTED}.cost_of_effort"].sum()
    assert gained == pytest.approx(profit(chosen), rel=1e-6)
    assert all(profit(chosen) > profit(other) for other in (0.0, chosen - 0.05, chosen + 0.05, 0.99))


def test_more_pay_brings_more_effect_and_ever_less_of_it(folder: Path) -> None:
    shares = []
    for rate in ("5%", "10%", "20%", "40%"):
        found = effort(f"£{PAY / 3:.6f}")
        found.data["payment_models"][TESTED]["phases"]["later"][0]["rate"] = rate
        shares.append(float(np.ravel(base_case(folder, found)[f"{TESTED}.effort[survival]"])[0]))
    gains = np.diff(shares)
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()


def test_a_step_within_chance_pays_by_its_chance(folder: Path) -> None:
    """One tier half a standard error up: between one error down and one up all the money is earned."""
    error = np.sqrt(0.24 / 600)
    tier = {"tiers": [[f"{50 * error:.6f}pp", "100%"]]}
    found = effort("£1")
    del found.data["outcomes"]["survival"]["score"]
    found.data["outcomes"]["survival"].update(tier)
    (known,) = compile_contract(found.open(folder)).marginal
    assert known.pay == pytest.approx(AT_STAKE * 0.2 / (2 * error * 600))


def test_a_ceiling_on_what_is_paid_leaves_nothing_for_one_more(folder: Path) -> None:
    found = effort("£100")
    found.data["payment_models"][TESTED]["phases"]["later"].append(term("collar", ceiling="£1"))
    (known,) = compile_contract(found.open(folder)).marginal
    assert known.pay == pytest.approx(0)
    assert base_case(folder, found)[f"{TESTED}.effort[survival]"] == pytest.approx(0)


def test_no_effort_is_made_where_no_term_pays_for_it(folder: Path) -> None:
    found = effort("£1")
    found.data["payment_models"][TESTED]["phases"]["later"] = [term("block")]
    (known,) = compile_contract(found.open(folder)).marginal
    assert known.pay == 0
    assert base_case(folder, found)[f"{TESTED}.extra_outcomes.so_far[survival]"] == pytest.approx([12, 36])  # `other`


def test_of_a_mean_one_more_is_a_point_for_a_person(folder: Path) -> None:
    found = flat(pool(), years=2)
    views = outcome(
        "a",
        "100%",
        measure="mean",
        scale=[0, 10],
        sd="1.6 points",
        baseline={"value": "7 points", "period": "2015/16", "people": "300 people"},
        trend="0 points",
        effect="0.1 points",
        marginal_cost="£1000",
        cohort={"people": "400 people"},
        score=[["-2 points", "0%"], ["2 points", "100%"]],
    )
    found.data["outcomes"] = {"views": views}
    (known,) = compile_contract(found.open(folder)).marginal
    assert known.pay == pytest.approx(AT_STAKE / 4 / 400)
    assert base_case(folder, found)[f"{TESTED}.extra_outcomes.so_far[views]"] == pytest.approx([40, 120])
