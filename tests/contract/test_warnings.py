"""Warnings: each occurs where it should and not beside it; the noise is what a simulation of the measurement shows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from finmodel.cli import app
from finmodel.contract import TITLES, open_scenario, warnings_of
from finmodel.contract.warnings import change_error

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "tests" / "bad_scenarios" / "base.yaml"


def codes(*overrides: str) -> set[str]:
    return {one.code for one in warnings_of(open_scenario(BASE, overrides))}


@pytest.mark.parametrize(
    ("code", "with_it", "without"),
    [
        ("W01", ["parties.integrator.vat_leakage=0%"], ["parties.integrator.vat_leakage=0.1%"]),
        ("W02", [], ["outcomes.lung_survival.effect=3pp", "outcomes.experience.effect=1 points"]),
        ("W03", [], ["outcomes.lung_survival.effect=3pp", "outcomes.experience.effect=1 points"]),
        ("W04", [], ["indices.tariff.efficiency=0%"]),
        (
            "W05",
            ["payment_models.programme.phases.outcomes_based.withhold.rate=10.1%"],
            ["payment_models.programme.phases.outcomes_based.withhold.rate=10%"],
        ),
        ("W07", ["savings.claimed=10.1%", "savings.realised=50%"], ["savings.claimed=10%", "savings.realised=50%"]),
    ],
)
def test_a_warning_occurs_where_it_should(code: str, with_it: list[str], without: list[str]) -> None:
    assert code in codes(*with_it)
    assert code not in codes(*without)


LUNG = "services.cancer.sites.lung.people"
COST = "parties.integrator.running_cost"


@pytest.mark.parametrize(
    ("path", "value", "share"),
    [
        (LUNG, "{normal: [600 people, 200 people]}", stats.norm(600, 200).cdf(0)),
        (COST, "{normal: [[£2m, £2m, £1m, £2m], £0.5m], vary: yearly}", stats.norm(1, 0.5).cdf(0)),
        (
            "payment_models.programme.phases.fee_based.fee.amount",
            "{mixture: [{weight: 50%, of: {normal: [£1m, £0.5m]}}, {weight: 50%, of: {uniform: [£1m, £2m]}}]}",
            stats.norm(1, 0.5).cdf(0) / 2,
        ),
    ],
)
def test_a_distribution_that_reaches_below_zero_is_told_with_its_share(path: str, value: str, share: float) -> None:
    (one,) = (one for one in warnings_of(open_scenario(BASE, [f"{path}={value}"])) if one.code == "W08")

    assert one.path == path
    assert f" {share:.2%} of this distribution lies below 0" in f" {one.message}"


@pytest.mark.parametrize(
    "override",
    [
        f"{LUNG}={{normal: [600 people, 194 people]}}",  # 0.099% below zero
        f"{LUNG}={{normal: [600 people, 600 people], within: [1 people, none]}}",
        f"{COST}={{lognormal: [£2m, £2m]}}",
        f"{COST}={{triangular: [£0m, £1m, £2m]}}",
        "services.cancer.planned_growth={normal: [0%, 4%]}",  # growth may be negative
    ],
)
def test_a_distribution_that_does_not_reach_below_zero_is_not_told(override: str) -> None:
    assert "W08" not in codes(override)


def test_an_assumption_that_reaches_below_zero_is_told_once_where_it_is_written(tmp_path: Path) -> None:
    people = """assumptions:
  cohort: {unit: people, value: {normal: [600 people, 200 people]}, source: S, owner: O, confidence: red}
"""
    text = BASE.read_text(encoding="utf-8").replace("assumptions:\n", people, 1)
    for written in ("740 people, growth", "600 people, growth"):
        text = text.replace(f"people: {written}", "people: cohort, growth", 1)
    (tmp_path / "register.csv").write_bytes((BASE.parent / "register.csv").read_bytes())
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    (one,) = (one for one in warnings_of(open_scenario(tmp_path / "one.yaml")) if one.code == "W08")

    assert one.path == "assumptions.cohort.value"
    assert "services.cancer.sites.breast.people cannot be negative" in one.message


def test_a_number_that_matters_needs_a_source_of_its_own_or_of_a_block_around_it(tmp_path: Path) -> None:
    def told(sources: str) -> set[str]:
        text = BASE.read_text(encoding="utf-8").replace("  services.cancer.pool: Tender notice\n", sources)
        (tmp_path / "register.csv").write_bytes((BASE.parent / "register.csv").read_bytes())
        (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
        return {one.path for one in warnings_of(open_scenario(tmp_path / "one.yaml")) if one.code == "W09"}

    cancer, care = "services.cancer.pool", "services.end_of_life.pool"
    lung, experience = "outcomes.lung_survival.baseline.value", "outcomes.experience.baseline.value"
    rest = {"contract.start", "contract.population", "contract_register.file"}

    assert told("  services.cancer.pool: Tender notice\n") == {care, lung, experience, *rest}
    assert told("  services: S\n  contract: S\n") == {lung, experience, "contract_register.file"}
    assert told("  outcomes.experience: S\n  contract_register: S\n") == {cancer, care, lung, *rest} - {
        "contract_register.file"
    }


def test_a_mean_is_that_of_what_is_drawn_and_a_formula_warns_of_nothing() -> None:
    rate = "payment_models.programme.phases.outcomes_based.withhold.rate"
    mixed = "{mixture: [{weight: 50%, of: {uniform: [5%, 10%]}}, {weight: 50%, of: {uniform: [15%, 25%]}}]}"

    assert "W05" in codes(f"{rate}={mixed}")
    assert "W05" not in codes(f"{rate}={{normal: [20%, 1%], within: [0%, 9%]}}")
    assert "W05" not in codes(f'{rate}={{formula: "5%"}}')


def test_only_a_commissioner_that_pays_needs_an_allocation() -> None:
    told = [one.path for one in warnings_of(open_scenario(BASE)) if one.code == "W06"]

    assert told == ["parties.commissioners.south"]


def test_the_noise_of_a_change_is_that_of_two_measurements() -> None:
    scenario = open_scenario(BASE, ["services.cancer.sites.lung.growth=0%"])
    draws = np.random.default_rng(1)
    change = (draws.binomial(600, 0.354, 200_000) - draws.binomial(600, 0.354, 200_000)) / 600

    assert change_error(scenario, scenario.outcomes["lung_survival"], 4) == pytest.approx(change.std(), rel=0.01)


def test_the_page_lists_every_code_and_title() -> None:
    page = (ROOT / "docs" / "reference" / "warnings.md").read_text(encoding="utf-8")

    assert dict(re.findall(r"^\| (W[0-9]+) \| ([^|]+) \|", page, re.MULTILINE)) == TITLES


def test_an_accepted_warning_is_not_told_again(tmp_path: Path) -> None:
    text = BASE.read_text(encoding="utf-8").replace("payment_models:", "accepted: {W04: Agreed}\npayment_models:", 1)
    (tmp_path / "register.csv").write_bytes((BASE.parent / "register.csv").read_bytes())
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", str(tmp_path / "one.yaml")])

    assert done.exit_code == 0
    assert "W02 outcomes.lung_survival" in done.stdout
    assert "W04 " not in done.stdout
    assert "Accepted with a reason: W04" in done.stdout
