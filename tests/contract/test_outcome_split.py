"""What outcome money is paid for: the published check values and sampling errors, derived in closed form and then met.

Score: nothing at the baseline, all at 3pp above it, straight in between; eight outcome years; the baseline known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from scipy import integrate
from scipy.stats import norm

from finmodel.contract import Evaluator, compile_contract
from finmodel.uncertainty import BLOCK_SIZE
from tests.contract.flat import flat, term
from tests.contract.money import evaluate
from tests.contract.scenarios import TESTED, World, outcome
from tests.contract.strategies import few, worlds

FULL = 0.03
YEARS = 8
PARTS = ("standing_still", "with_trend", "with_effect", "paid")


def clipped(mean: float, sd: float) -> float:
    """E[min(max(X, 0), 3pp)] / 3pp of X normal: the mean of a straight score, by parts of the normal density."""
    a, b = -mean / sd, (FULL - mean) / sd
    inner = mean * (norm.cdf(b) - norm.cdf(a)) + sd * (norm.pdf(a) - norm.pdf(b))
    return float((inner + FULL * norm.sf(b)) / FULL)


def test_the_closed_form_is_the_integral() -> None:
    for mean, sd in ((0.0, 0.0195), (0.01, 0.02), (0.05, 0.0066)):
        paid, _ = integrate.quad(
            lambda x, m=mean, s=sd: min(max(x, 0.0), FULL) / FULL * norm.pdf(x, m, s),
            mean - 9 * sd,
            mean + 9 * sd,
            limit=200,
        )
        assert clipped(mean, sd) == pytest.approx(paid, abs=1e-7)


def by_year(level: float, people: float, trend: float) -> list[float]:
    """What is earned in each outcome year: the trend runs from the year before the first of them."""
    rises = [trend * (year + 1) for year in range(YEARS)]
    return [clipped(rise, np.sqrt((level + rise) * (1 - level - rise) / people)) for rise in rises]


def mean_paid(level: float, people: float, trend: float) -> float:
    return float(np.mean(by_year(level, people, trend)))


def for_the_trend(trend: float) -> float:
    """What the trend alone earns, without noise."""
    return float(np.mean([min(trend * (year + 1), FULL) / FULL for year in range(YEARS)]))


# name: level, people, trend a year; mean share earned without and with the trend, in whole per cent, as published
PUBLISHED = {
    "lung": (0.354, 600, 0.0082, 24, 77),
    "all_cancer": (0.702, 4800, 0.0067, 9, 77),
    "usual_place": (0.453, 7900, 0.009, 8, 84),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_shares_follow_in_closed_form(name: str) -> None:
    level, people, trend, still, risen = PUBLISHED[name]
    assert 100 * mean_paid(level, people, 0.0) == pytest.approx(still, abs=1)
    assert 100 * mean_paid(level, people, trend) == pytest.approx(risen, abs=1)


def test_the_published_split_of_lung_money_follows_in_closed_form() -> None:
    """77% paid with the trend alone: deadweight 83% of the maximum, noise -6%; without trend 24%, all of it noise."""
    level, people, trend, _, _ = PUBLISHED["lung"]
    assert 100 * for_the_trend(trend) == pytest.approx(83, abs=1)
    assert 100 * (mean_paid(level, people, trend) - for_the_trend(trend)) == pytest.approx(-6, abs=1)


# Sampling errors: name: n, p, standard error, smallest detectable effect, chance to look 1pp better, three years' error
NOISE = {
    "all-cancer": (4800, 0.702, 0.66, 1.6, 6, 0.38),
    "breast": (740, 0.967, 0.66, 1.6, 6, 0.38),
    "prostate": (640, 0.95, 0.86, 2.1, 12, 0.50),
    "lung": (600, 0.354, 1.95, 4.9, 30, 1.13),
    "bladder": (140, 0.74, 3.71, 9.2, 39, 2.14),
    "usual place": (7900, 0.453, 0.56, 1.4, 4, 0.32),
    "preferred place": (2500, 0.50, 1.00, 2.5, 16, 0.58),
    "local survey": (340, 0.75, 2.35, 5.8, 34, 1.36),
}
TRIALS = 2 * BLOCK_SIZE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("split")


def known_baseline(level: float, period: str) -> dict[str, Any]:
    return {"value": f"{100 * level:.6g}%", "period": period, "people": "1000000000000 people"}


def of_table(name: str, **more: Any) -> dict[str, Any]:
    people, level, *_ = NOISE[name]
    keys = {"trend": "0pp", "effect": "0pp", "score": [["-50pp", "0%"], ["50pp", "100%"]], "lag": 0, "pooled_years": 3}
    return outcome(
        "a", "0%", baseline=known_baseline(level, "2015"), cohort={"people": f"{people} people"}, **keys, **more
    )


@pytest.fixture(scope="module")
def noise(folder: Path) -> dict[str, Any]:
    """Three years of every measure of the table."""
    found = flat([term("incentive_pool", rate="10%")], years=3)
    names = {name: name.replace(" ", "_").replace("-", "_") for name in NOISE}
    found.data["outcomes"] = {"full": outcome("a", "100%", lag=0)} | {names[n]: of_table(n) for n in NOISE}
    found.data["lines"] = {  # a line that reads an outcome has its lines written
        f"seen_{name}": {"formula": f"outcomes.{name}.score", "unit": "rate", "label": "Seen"}
        for name in names.values()
    }
    values = evaluate(found.compile(folder), TESTED, TRIALS)
    return {
        name: (values[f"outcomes.{w}.measured"], values[f"outcomes.{w}.measured_pooled"]) for name, w in names.items()
    }


@pytest.mark.parametrize("name", NOISE)
def test_the_published_sampling_errors(name: str, noise: dict[str, Any]) -> None:
    """The table's figures from `sqrt(p (1 - p) / n)`, and the engine's measured figures within four standard errors."""
    people, level, error, detectable, looks, pooled = NOISE[name]
    exact = np.sqrt(level * (1 - level) / people)
    assert 100 * exact == pytest.approx(error, abs=0.0051)
    assert 100 * exact / np.sqrt(3) == pytest.approx(pooled, abs=0.0051)
    # one-sided 5%, power 80%: (1.645 + 0.842) standard errors, as rounded in the table
    assert 100 * exact * (norm.ppf(0.95) + norm.ppf(0.8)) == pytest.approx(detectable, abs=0.07)
    chance = float(norm.sf(0.01 / exact))
    assert 100 * chance == pytest.approx(looks, abs=0.6)
    measured, of_three = noise[name]
    spread = 4 / np.sqrt(2 * TRIALS)
    assert np.std(measured[2]) == pytest.approx(exact, rel=spread)
    assert np.std(of_three[2]) == pytest.approx(exact / np.sqrt(3), rel=spread)
    seen = np.mean(measured[2] >= level + 0.01)
    assert seen == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / TRIALS))


def test_the_published_sampling_error_of_the_patient_survey(folder: Path) -> None:
    """1,160 answers with a standard deviation of 1.6 points: 0.047 points, 0.12 detectable, three years 0.03."""
    exact = 1.6 / np.sqrt(1160)
    assert exact == pytest.approx(0.047, abs=0.0005)
    assert 1.96 * exact == pytest.approx(0.09, abs=0.005)
    assert exact * (norm.ppf(0.95) + norm.ppf(0.8)) == pytest.approx(0.12, abs=0.005)
    assert exact / np.sqrt(3) == pytest.approx(0.03, abs=0.005)
    found = flat([term("incentive_pool", rate="10%")], years=3)
    views = outcome(
        "a",
        "100%",
        measure="mean",
        scale=[0, 10],
        sd="1.6 points",
        baseline={"value": "8.74 points", "period": "2015/16", "people": "1000000000000 people"},
        trend="0 points",
        effect="0 points",
        cohort={"people": "1160 people"},
        score=[["0 points", "0%"], ["0.3 points", "100%"]],
        pooled_years=3,
    )
    found.data["outcomes"] = {"views": views}
    values = evaluate(found.compile(folder), TESTED, TRIALS)
    spread = 4 / np.sqrt(2 * TRIALS)
    assert np.std(values["outcomes.views.measured"][2]) == pytest.approx(exact, rel=spread)
    assert np.std(values["outcomes.views.measured_pooled"][2]) == pytest.approx(exact / np.sqrt(3), rel=spread)


def programme(level: float, people: int, trend: float, **keys: Any) -> World:
    """Eight outcome years from contract year 1; the baseline is the year before, so that the trend starts there."""
    found = flat([term("incentive_pool", rate="10%")], years=YEARS)
    found.data["contract"]["phases"] = {"later": f"1-{YEARS}"}
    found.data["payment_models"][TESTED]["phases"].pop("first", None)
    found.data["outcomes"] = {
        "survival": outcome(
            "a",
            "100%",
            baseline=known_baseline(level, "2015/16"),
            trend=f"{100 * trend:.6g}pp",
            effect="0pp",
            cohort={"people": f"{people} people"},
            lag=0,
            score=[["0pp", "0%"], ["3pp", "100%"]],
            **keys,
        )
    }
    return found


def shares(folder: Path, found: World) -> dict[str, float]:
    """Each working out over the maximum: means over the trials."""
    contract = compile_contract(found.open(folder))
    values = np.concatenate([Evaluator(contract).block(number).mean(axis=1)[:, None] for number in range(2)], axis=1)
    means = {
        output.figure: float(values[at].mean()) for at, output in enumerate(contract.outputs) if output.member is None
    }
    at_most = [at for at, output in enumerate(contract.outputs) if output.figure == "outcome_maximum"]
    most = float(sum(values[at].mean() for at in at_most))
    return {part: means[f"outcome_money_{part}"] / most for part in PARTS}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_engine_pays_the_published_shares(folder: Path, name: str) -> None:
    level, people, trend, still, risen = PUBLISHED[name]
    without = shares(folder, programme(level, people, 0.0))
    assert without["standing_still"] == without["with_trend"] == without["with_effect"] == 0
    assert 100 * without["paid"] == pytest.approx(still, abs=1)
    assert without["paid"] == pytest.approx(mean_paid(level, people, 0.0), abs=0.006)
    with_trend = shares(folder, programme(level, people, trend))
    assert 100 * with_trend["paid"] == pytest.approx(risen, abs=1)
    assert with_trend["paid"] == pytest.approx(mean_paid(level, people, trend), abs=0.006)
    assert with_trend["standing_still"] == 0
    assert with_trend["with_trend"] == with_trend["with_effect"] == pytest.approx(for_the_trend(trend), abs=1e-12)


def test_lung_money_is_split_as_published(folder: Path) -> None:
    found = shares(folder, programme(*PUBLISHED["lung"][:3]))
    assert 100 * (found["with_trend"] - found["standing_still"]) == pytest.approx(83, abs=1)
    assert 100 * (found["with_effect"] - found["with_trend"]) == 0
    assert 100 * (found["paid"] - found["with_effect"]) == pytest.approx(-6, abs=1)


def test_a_comparator_with_the_same_trend_leaves_noise_of_both_alone(folder: Path) -> None:
    """The trend cancels whatever it is; what is paid is a clipped normal of both errors."""
    elsewhere = {"label": "England", "baseline": known_baseline(0.354, "2015/16"), "people": "2400 people"}
    found = shares(folder, programme(0.354, 600, 0.0, reference="comparator", comparator=elsewhere))
    error = np.sqrt(0.354 * 0.646 * (1 / 600 + 1 / 2400))
    assert found["paid"] == pytest.approx(clipped(0.0, error), abs=0.006)
    risen = shares(folder, programme(0.354, 600, 0.01, reference="comparator", comparator=elsewhere))
    assert risen["with_trend"] == pytest.approx(0, abs=1e-12)
    assert risen["paid"] == pytest.approx(found["paid"], abs=0.01)


def test_what_later_terms_take_of_outcome_money_is_not_paid_for_outcomes(folder: Path) -> None:
    """A ceiling on all payments takes back half of what outcomes earn: half of each part is left."""
    found = programme(0.354, 600, 0.0082)
    free = shares(folder, found)
    found.data["payment_models"][TESTED]["phases"]["later"].append(term("collar", ceiling="£0", share="50%"))
    held = shares(folder, found)
    for part in PARTS:
        assert held[part] == pytest.approx(free[part] / 2, abs=1e-12)


def test_exit_is_held_where_it_is_however_outcomes_are_worked_out(folder: Path) -> None:
    """An integrator without capital goes at its first loss, which outcome money alone can spare it: from then on
    nothing counts in any working out, though without noise it would have stayed or gone at another time.
    """
    found = programme(0.354, 600, 0.0082)
    found.data["payment_models"][TESTED]["phases"]["later"].append(term("one_off", payments=one_off_losses()))
    found.data["parties"]["integrator"].update(capital="£0", running_cost="£4m")
    values = evaluate(found.compile(folder), TESTED, 400)
    gone = values[f"{TESTED}.exited"][:YEARS] > 0
    assert 0 < gone.mean() < 1
    for part in PARTS:
        line = values[f"{TESTED}.outcome_money.{part}"]
        assert (line[gone] == 0).all()
    trend = values[f"{TESTED}.outcome_money.with_trend"]
    expected = 6.87e6 * np.minimum(0.0082 * np.arange(1, YEARS + 1), FULL)[:, None] / FULL
    np.testing.assert_allclose(trend, np.where(gone, 0.0, expected), rtol=1e-9)


def one_off_losses() -> list[dict[str, Any]]:
    """A first year that lasts."""
    return [{"year": 1, "amount": "£3m"}]


@few(8)
@given(world=worlds(formulas=False, holds="incentive_pool"))
def test_the_parts_add_up_to_what_is_paid_for_every_outcome(
    tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    """Outcomes and other terms add up to all; where nothing but outcomes earn, what is paid is what they earned."""
    contract = world.compile(tmp_path_factory.mktemp("adds"))
    values = evaluate(contract, TESTED, 200)
    prefix = f"{TESTED}.outcome_money"
    for part in PARTS:
        members = [line for line in values if line.startswith(f"{prefix}.{part}[")]
        total = np.sum([values[line] for line in members], axis=0)
        np.testing.assert_allclose(total, values[f"{prefix}.{part}"], rtol=1e-12, atol=1e-6)
    others = [line for line in values if line == f"{prefix}.paid[other_terms]"]
    if not others:
        np.testing.assert_allclose(values[f"{prefix}.paid"], values[f"{TESTED}.outcome_earned"], rtol=1e-12, atol=1e-6)
