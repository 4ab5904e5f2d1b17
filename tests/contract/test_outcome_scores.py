"""Scores of outcomes: tiers, bonus, gates, pooled years and significance, by hand and exactly on thresholds."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from finmodel.contract.warnings import change_error
from tests.contract.flat import M, base_case, flat, term, with_outcomes
from tests.contract.money import Floats, evaluate, failures
from tests.contract.scenarios import TESTED, World, outcome, percent
from tests.contract.strategies import few

POOL = [term("incentive_pool", rate="10%")]
AT_STAKE = 6.87 * M
STEP = 1e-6  # well beyond a rounding error


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scores")


def scored(improvements: list[float], **keys: Any) -> World:
    """`survival` earns 20% of the pool of service a; nothing else earns anything."""
    found = with_outcomes(POOL, improvements)
    del found.data["outcomes"]["survival"]["score"]
    found.data["outcomes"]["survival"].update(keys)
    return found


def scores(folder: Path, found: World, name: str = "survival") -> Floats:
    return base_case(folder, found)[f"outcomes.{name}.score"]


TIERS = {"tiers": [["1pp", "40%"], ["2pp", "70%"], ["3pp", "100%"]]}


def test_the_highest_tier_reached_pays(folder: Path) -> None:
    improvements = [-0.01, 0.0, 0.01 - STEP, 0.01, 0.01 + STEP, 0.02 - STEP, 0.02, 0.03 - STEP, 0.03, 0.5]
    expected = [0, 0, 0, 0.4, 0.4, 0.4, 0.7, 0.7, 1, 1]
    values = base_case(folder, scored(improvements, **TIERS))
    assert values["outcomes.survival.score"] == pytest.approx(expected, abs=1e-12)
    assert values[f"{TESTED}.outcome_earned"] == pytest.approx(0.2 * AT_STAKE * np.array(expected))
    assert values[f"{TESTED}.outcome_maximum"] == pytest.approx([AT_STAKE] * len(expected))


def test_one_tier_is_all_or_nothing(folder: Path) -> None:
    found = scored([0.02 - STEP, 0.02, 0.02 + STEP, 0.3], tiers=[["2pp", "100%"]])
    assert scores(folder, found) == pytest.approx([0, 1, 1, 1], abs=1e-12)


def test_a_bonus_goes_on_above_100_percent_straight(folder: Path) -> None:
    """From 100% at 4pp to 120% at 6pp; the pool's maximum follows: 20% of it can earn 120%, 80% 100%."""
    curve = [["0pp", "0%"], ["3pp", "100%"]]
    improvements = [0.015, 0.03, 0.035, 0.04, 0.05, 0.06, 0.08]
    expected = [0.5, 1, 1, 1, 1.1, 1.2, 1.2]
    found = scored(improvements, score=curve, bonus={"from": "4pp", "to": "6pp", "share": "120%"})
    values = base_case(folder, found)
    assert values["outcomes.survival.score"] == pytest.approx(expected, abs=1e-12)
    assert values[f"{TESTED}.outcome_earned"] == pytest.approx(0.2 * AT_STAKE * np.array(expected))
    assert values[f"{TESTED}.outcome_maximum"] == pytest.approx([AT_STAKE * (0.2 * 1.2 + 0.8)] * 7)


def test_a_bonus_above_tiers_at_once(folder: Path) -> None:
    found = scored([0.03, 0.05 - STEP, 0.05, 0.06], **TIERS, bonus={"from": "5pp", "share": "110%"})
    assert scores(folder, found) == pytest.approx([1, 1, 1.1, 1.1], abs=1e-12)


def test_a_withhold_can_pay_back_more_than_it_kept(folder: Path) -> None:
    terms = [term("block"), term("outcome_withhold", on=["block"], rate="10%")]
    found = with_outcomes(terms, [0.05], score=[["0pp", "0%"], ["3pp", "100%"]], bonus={"from": "3pp", "share": "150%"})
    found.data["outcomes"]["other"]["score"] = [["-1pp", "0%"], ["0pp", "100%"]]
    values = base_case(folder, found)
    assert values[f"{TESTED}.later.outcome_withhold.withheld[a]"][0] == pytest.approx(-AT_STAKE)
    assert values[f"{TESTED}.outcome_earned"][0] == pytest.approx(AT_STAKE * 1.1)
    assert values[f"{TESTED}.outcome_maximum"][0] == pytest.approx(AT_STAKE * 1.1)
    assert values[f"{TESTED}.payment"][0] == pytest.approx(122.2 * M + 0.1 * AT_STAKE)


def test_the_maximum_follows_a_score_that_cannot_be_full(folder: Path) -> None:
    found = scored([0.1], score=[["0pp", "0%"], ["3pp", "60%"]])
    values = base_case(folder, found)
    assert values[f"{TESTED}.outcome_maximum"][0] == pytest.approx(AT_STAKE * (0.2 * 0.6 + 0.8))


# Gates

FULL = {"score": [["-2pp", "0%"], ["-1pp", "100%"]]}


@pytest.mark.parametrize(
    ("figure", "at_least", "edge"),
    [("score", "50%", 0.015), ("improvement", "2pp", 0.02), ("level", "44%", 0.04)],
)
def test_a_gate_opens_exactly_at_its_threshold(folder: Path, figure: str, at_least: str, edge: float) -> None:
    """`survival` starts at 40% and has full score at 3pp; `other`, always full, is paid only while the gate is open."""
    gate = {"outcome": "survival", "figure": figure, "at_least": at_least}
    found = scored([edge - STEP, edge, edge + STEP], score=[["0pp", "0%"], ["3pp", "100%"]])
    found.data["outcomes"]["other"].update(FULL, gates=[gate])
    values = base_case(folder, found)
    assert values["outcomes.other.score"] == pytest.approx([0, 1, 1])
    assert values["outcomes.other.score_ungated"] == pytest.approx([1, 1, 1])


def test_a_gate_of_a_service_holds_for_all_but_the_outcome_it_names(folder: Path) -> None:
    found = scored([0.0, 0.03], score=[["0pp", "10%"], ["3pp", "100%"]])
    found.data["outcomes"]["other"].update(FULL)
    found.data["services"]["a"]["outcome_gates"] = [{"outcome": "survival", "at_least": "50%"}]
    values = base_case(folder, found)
    assert values["outcomes.survival.score"] == pytest.approx([0.1, 1])
    assert values["outcomes.other.score"] == pytest.approx([0, 1])


def test_gates_wait_for_scores_after_their_own_gates_and_for_the_latest_of_the_lags(folder: Path) -> None:
    """first (6 months) waits for second's score (12), which waits for the level of third (36): all known after 36."""
    found = flat(POOL, years=2)
    still = {"trend": "0pp", "effect": "0pp", **FULL}
    score_gate = [{"outcome": "second", "at_least": "100%"}]
    level_gate = [{"outcome": "third", "figure": "level", "at_least": "41%"}]
    rising = {"trend": ["0pp", "1pp"], "baseline": {"value": "40%", "period": "2015/16", "people": "600 people"}}
    found.data["outcomes"] = {
        "first": outcome("a", "50%", lag="6 months", **still, gates=score_gate),
        "second": outcome("a", "50%", lag="12 months", **still, gates=level_gate),
        "third": outcome("a", "0%", lag="36 months", **{**still, **rising}),
    }
    values = base_case(folder, found)
    assert values["outcomes.first.score"] == pytest.approx([0, 1])
    assert values["outcomes.second.score"] == pytest.approx([0, 1])
    cash = values[f"{TESTED}.cash[north]"]
    assert cash[:4] == pytest.approx([0] * 4)
    assert cash[4] == pytest.approx(AT_STAKE)  # year 2 ends in the second financial year; 36 months on is the fifth


def test_two_outcomes_may_each_ask_for_the_level_of_the_other(folder: Path) -> None:
    found = scored([0.0, 0.02], **FULL)
    found.data["outcomes"]["survival"]["gates"] = [{"outcome": "other", "figure": "level", "at_least": "40%"}]
    found.data["outcomes"]["other"].update(FULL)
    found.data["outcomes"]["other"]["gates"] = [{"outcome": "survival", "figure": "level", "at_least": "42%"}]
    values = base_case(folder, found)
    assert values["outcomes.survival.score"] == pytest.approx([1, 1])
    assert values["outcomes.other.score"] == pytest.approx([0, 1])


def test_an_outcome_may_ask_for_a_level_of_its_own(folder: Path) -> None:
    found = scored([0.03, 0.05], **TIERS)
    found.data["outcomes"]["survival"]["gates"] = [{"outcome": "survival", "figure": "level", "at_least": "45%"}]
    assert scores(folder, found) == pytest.approx([0, 1])


# Pooled years

LINEAR = [["0pp", "0%"], ["10pp", "100%"]]


def test_pooled_years_weigh_by_people_from_contract_year_1(folder: Path) -> None:
    people, improvements = [100, 300, 600, 200], [0.01, 0.03, 0.05, 0.02]
    found = scored(improvements, score=LINEAR, pooled_years=3)
    # a list has one entry a contract year
    found.data["outcomes"]["survival"]["cohort"] = {"people": [f"{n} people" for n in people]}
    expected = []
    for year in range(4):
        years = range(max(0, year - 2), year + 1)
        expected.append(sum(people[y] * improvements[y] for y in years) / sum(people[y] for y in years) / 0.1)
    assert scores(folder, found) == pytest.approx(expected, abs=1e-12)


def test_a_trend_to_beat_is_pooled_like_what_is_measured(folder: Path) -> None:
    """What rises as expected, year by year, is no improvement, however many years are pooled."""
    found = scored([0.01, 0.02, 0.03, 0.04], score=LINEAR, pooled_years=3)
    found.data["outcomes"]["survival"].update(reference="trend", expected_trend="1pp")
    assert scores(folder, found) == pytest.approx([0] * 4, abs=1e-12)
    found.data["outcomes"]["survival"]["expected_trend"] = "0.5pp"
    assert scores(folder, found) == pytest.approx([0.05, 0.075, 0.1, 0.15], abs=1e-12)


def test_pooling_one_year_changes_nothing(folder: Path) -> None:
    found = scored([0.0, 0.0, 0.0], score=LINEAR)
    alone = evaluate(found.compile(folder), TESTED, 500)
    found.data["outcomes"]["survival"]["pooled_years"] = 1
    pooled = evaluate(found.compile(folder), TESTED, 500)
    np.testing.assert_array_equal(alone["outcomes.survival.score"], pooled["outcomes.survival.score"])


def test_pooling_k_years_divides_the_variance_by_k(folder: Path) -> None:
    """Without an error of the baseline: 400 people a year, at 40%."""
    found = scored([0.0] * 4, score=LINEAR, pooled_years=4, cohort={"people": "400 people"})
    found.data["outcomes"]["survival"]["baseline"]["people"] = "100000000000 people"
    measured = evaluate(found.compile(folder), TESTED, 20_000)["outcomes.survival.measured_pooled"]
    for year in range(4):
        variance = 0.24 / 400 / (year + 1)
        assert np.var(measured[year]) == pytest.approx(variance, rel=4 * np.sqrt(2 / 20_000))


def test_the_warning_of_noise_knows_that_years_are_pooled(folder: Path) -> None:
    found = scored([0.0] * 4, score=LINEAR, pooled_years=3, cohort={"people": "400 people"}).open(folder)
    error = change_error(found, found.outcomes["survival"], 4)
    assert error == pytest.approx(np.sqrt(0.24 / 1200 + 0.24 / 600))


# Significance: of no change at all, the share of trials paid is 1 - level

ANY = {"score": [["-50pp", "100%"], ["50pp", "100%"]]}
TRIALS = 40_000
MEAN = {
    "measure": "mean",
    "scale": [0, 10],
    "sd": "1.6 points",
    "baseline": {"value": "7 points", "period": "2015/16", "people": "300 people"},
    "trend": "0 points",
    "score": [["-5 points", "100%"], ["5 points", "100%"]],
}


def paid(folder: Path, found: World, year: int = 1) -> float:
    """The share of trials in which `survival` earns something."""
    values = evaluate(found.compile(folder), TESTED, TRIALS)
    return float(np.mean(values["outcomes.survival.score"][year - 1] > 0))


@pytest.mark.parametrize(
    ("level", "keys", "years"),
    [
        ("90%", {"cohort": {"people": "2000 people"}}, 1),
        ("95%", {"cohort": {"people": "2000 people"}, "overdispersion": 1.5}, 1),
        ("99%", {**MEAN, "effect": "0 points", "cohort": {"people": "400 people"}}, 1),
        ("95%", {"cohort": {"people": "2000 people"}, "pooled_years": 3}, 3),
    ],
)
def test_chance_alone_is_paid_as_often_as_the_level_says(
    folder: Path, level: str, keys: dict[str, Any], years: int
) -> None:
    found = scored([0.0] * years, **{**ANY, "significant_at": level, **keys})
    expected = 1 - float(level.rstrip("%")) / 100
    assert paid(folder, found, years) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / TRIALS))


def test_chance_among_few_people_follows_the_binomial(folder: Path) -> None:
    """60 people at 40%, the baseline known: paid from the smallest count that is significant, 31 of 60."""
    found = scored([0.0], **ANY, significant_at="95%", cohort={"people": "60 people"})
    found.data["outcomes"]["survival"]["baseline"]["people"] = "100000000000 people"
    threshold = 0.4 + NormalDist().inv_cdf(0.95) * np.sqrt(0.24 / 60)
    least = int(np.ceil(60 * threshold))
    expected = float(binom.sf(least - 1, 60, 0.4))
    assert least == 31
    assert paid(folder, found) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / TRIALS))


def test_a_true_change_is_found_as_often_as_its_power_says(folder: Path) -> None:
    """3 points better among 2,000 against 1,000: the normal closed form, with the variance of each true level."""
    found = scored([0.03], **ANY, significant_at="95%", cohort={"people": "2000 people"})
    found.data["outcomes"]["survival"]["baseline"]["people"] = "1000 people"
    threshold = NormalDist().inv_cdf(0.95) * np.sqrt(0.24 / 2000 + 0.24 / 1000)
    spread = np.sqrt(0.43 * 0.57 / 2000 + 0.24 / 1000)
    expected = 1 - NormalDist(0.03, spread).cdf(threshold)
    assert paid(folder, found) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / TRIALS))


def test_significance_exactly_at_its_threshold(folder: Path) -> None:
    edge = NormalDist().inv_cdf(0.95) * np.sqrt(0.24 / 600 + 0.24 / 600)
    found = scored([edge - STEP, edge, edge + STEP], **ANY, significant_at="95%")
    values = base_case(folder, found)
    assert values["outcomes.survival.score"] == pytest.approx([0, 1, 1])
    assert values["outcomes.survival.significant_from"] == pytest.approx(edge)


def test_significance_at_50_percent_is_a_gate_at_no_improvement(folder: Path) -> None:
    tested = scored([0.0, -0.01, 0.01], score=LINEAR, significant_at="50%")
    gate = {"outcome": "survival", "figure": "improvement", "at_least": "0pp"}
    gated = scored([0.0, -0.01, 0.01], score=LINEAR, gates=[gate])
    one, other = (evaluate(found.compile(folder), TESTED, 2_000) for found in (tested, gated))
    np.testing.assert_array_equal(one["outcomes.survival.score"], other["outcomes.survival.score"])
    assert 0 < np.mean(one["outcomes.survival.score"] > 0) < 1


@few(10)
@given(data=st.data())
def test_a_better_level_never_scores_less(folder: Path, data: st.DataObject) -> None:
    """Tiers, bonus, a test and a gate of its own level, along a rising level."""
    improvements = sorted(data.draw(st.sets(st.integers(-400, 900), min_size=3, max_size=8)))
    edges = sorted(data.draw(st.sets(st.integers(-100, 500), min_size=1, max_size=4)))
    tiers = [[f"{edge / 100}pp", percent((n + 1) / len(edges))] for n, edge in enumerate(edges)]
    bonus = {"from": f"{(edges[-1] + data.draw(st.integers(0, 200))) / 100}pp", "share": "130%"}
    keys: dict[str, Any] = {"tiers": tiers, "bonus": bonus}
    if data.draw(st.booleans()):
        keys["significant_at"] = "80%"
    if data.draw(st.booleans()):
        keys["gates"] = [{"outcome": "survival", "figure": "level", "at_least": "42%"}]
    found = scores(folder, scored([x / 10_000 for x in improvements], **keys))
    assert (np.diff(found) >= 0).all()
    assert found.min() >= 0
    assert found.max() <= 1.3


# Provisional payment

LAST_KNOWN = "lag(outcomes.survival.score, 3) * 20% * maximum"


@pytest.mark.parametrize(
    ("amount", "first"), [("60% * maximum", [0.6, 0.6, 0.6, 0.6]), (LAST_KNOWN, [0, 0, 0, 0.2 * 0.1])]
)
def test_a_provisional_score_is_paid_on_account_and_trued_up(folder: Path, amount: str, first: list[float]) -> None:
    """Of `maximum`, £6.87m: a stated share, or the last score known when the year begins (lag 24 months)."""
    found = scored([0.01, 0.04, 0.07, 0.03], score=LINEAR, lag="24 months")
    paid_when = {"on_account": {"amount": amount}, "reconciled": "when known"}
    found.data["payment_models"][TESTED]["phases"]["later"][0]["paid"] = paid_when
    contract = found.compile(folder)
    values = base_case(folder, found)
    on_account = values[f"{TESTED}.later.incentive_pool.on_account"]
    assert on_account == pytest.approx(AT_STAKE * np.array(first))
    cash = values[f"{TESTED}.cash[north]"]
    earned = AT_STAKE * 0.2 * np.array([0.1, 0.4, 0.7, 0.3])
    rest = earned - AT_STAKE * np.array(first)
    expected = np.concatenate([AT_STAKE * np.array(first), [0, 0]])
    expected[2:] += rest
    assert cash[:6] == pytest.approx(expected, abs=0.01)
    assert failures(contract, TESTED, evaluate(contract, TESTED, 50)) == []
