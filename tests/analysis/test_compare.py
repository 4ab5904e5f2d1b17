"""Comparisons of payment models, against sums by hand over the stored trials."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from finmodel.analysis import CompareRequest, Comparison, compare, comparison_to_json, pictures, write_comparison
from finmodel.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
STAFFORDSHIRE = ROOT / "scenarios" / "staffordshire.yaml"
TRIALS = 1_500

# The integrator's share of gains and losses within 5% of the target: 60% in place of 50%.
SIXTY = """
extends: {base}
name: sixty
title: Sixty per cent to the integrator
payment_models:
  programme:
    phases:
      outcomes_based:
        - name: share
          bands: [{{up_to: 5%, commissioners: 40%}}, {{commissioners: 80%}}]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def sixty(folder: Path) -> Path:
    path = folder / "sixty.yaml"
    path.write_text(SIXTY.format(base=STAFFORDSHIRE), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(folder: Path, sixty: Path) -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        models = ("existing_contracts", "programme")
        return compare(CompareRequest((str(STAFFORDSHIRE), str(sixty)), models, trials=TRIALS, seed=5))


def stored(folder: Path, scenario: str, model: str) -> pd.DataFrame:
    run = next(path for path in (folder / "runs").iterdir() if path.name.rpartition("-")[0] == scenario)
    return pd.read_parquet(run / "trials" / model)


def total(trials: pd.DataFrame, figure: str) -> np.ndarray:
    return trials[[name for name in trials if name.split("/")[1:2] == [figure]]].sum(axis=1).to_numpy()


def test_differences_are_those_of_the_stored_trials(folder: Path, found: Comparison) -> None:
    base, other = (total(stored(folder, "staffordshire", m), "cash") for m in ("existing_contracts", "programme"))
    pair = found.pair("cash", "staffordshire:programme", found.baseline)

    assert found.baseline == "staffordshire:existing_contracts"
    assert pair is not None
    assert pair.difference.mean.value == pytest.approx((other - base).mean())
    assert pair.difference.mean.se == pytest.approx((other - base).std(ddof=1) / np.sqrt(TRIALS))
    assert pair.better.seen == int((other < base - 0.005).sum())
    ratio = (other - base).var() / (other.var() + base.var())
    assert pair.difference.variance_ratio == pytest.approx(ratio)


def test_a_share_of_60_in_place_of_50_per_cent_is_compared_with_a_fifth_of_the_variance_at_most(
    found: Comparison,
) -> None:
    for measure in ("cash", "integrator_surplus"):
        pair = found.pair(measure, "sixty:programme", "staffordshire:programme")
        assert pair is not None
        assert pair.difference.variance_ratio is not None
        assert 0 < pair.difference.variance_ratio < 0.2


def test_every_pair_tells_its_ratio(found: Comparison) -> None:
    pairs = [pair for pair in found.pairs if pair.measure == "cash"]
    same = {"staffordshire:existing_contracts", "sixty:existing_contracts"}

    assert len(pairs) == 4 * 3
    assert all(pair.difference.variance_ratio is not None for pair in pairs)
    assert [p.difference.variance_ratio for p in pairs if {p.first, p.second} == same] == [0, 0]


def test_what_one_side_gains_more_often_the_other_gains_less_often(found: Comparison) -> None:
    for pair in found.pairs:
        back = found.pair(pair.measure, pair.second, pair.first)
        assert back is not None
        assert back.difference.mean.value == -pair.difference.mean.value
        assert pair.better.seen + back.better.seen <= TRIALS


def test_risk_shares_are_of_what_each_party_pays_or_is_short_of(folder: Path, found: Comparison) -> None:
    trials = stored(folder, "staffordshire", "programme")
    paid = total(trials, "payment")
    system = paid - total(trials, "integrator_surplus") - total(trials, "providers_surplus")
    shares = found.shares["staffordshire:programme"]

    assert shares["commissioners"].variance.value == pytest.approx(np.cov(paid, system)[0, 1] / system.var(ddof=1))
    assert sum(one.tail.value for one in shares.values()) == pytest.approx(1)


def test_pictures_take_the_shares_of_the_comparison_as_they_are(found: Comparison) -> None:
    """They are those that the pictures would work out for themselves."""
    run = found.runs[1]
    own = found.shares_of("sixty")

    assert list(own) == ["existing_contracts", "programme"]
    assert pictures(run).risk == own
    handed = {model: {} for model in own}
    assert pictures(run, shares=handed).risk == handed  # nothing is worked out again


def test_under_each_view_the_cheapest_has_no_regret(found: Comparison) -> None:
    by_scenario: dict[str, list[float]] = {}
    for view in found.views:
        by_scenario.setdefault(view.scenario, []).append(view.regret.value)

    assert set(by_scenario) == {"staffordshire", "sixty"}
    assert all(min(regrets) == 0 and len(regrets) == 2 for regrets in by_scenario.values())


def test_files_hold_what_is_shown_and_no_folder_is_written_over(found: Comparison, tmp_path: Path) -> None:
    written = write_comparison(found, tmp_path / "out")

    assert {path.name for path in written} >= {"comparison.json", "options.csv", "pairs.csv", "risk_shares.csv"}
    assert json.loads((tmp_path / "out" / "comparison.json").read_text()) == comparison_to_json(found)
    assert len(pd.read_csv(tmp_path / "out" / "pairs.csv")) == len(found.pairs)
    with pytest.raises(InputError, match="not empty"):
        write_comparison(found, tmp_path / "out")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (CompareRequest((str(STAFFORDSHIRE),), ("programe",)), "'programe' in any of the files; did you mean"),
        (CompareRequest((str(STAFFORDSHIRE),), baseline="existing"), "there is no 'existing' to compare with"),
        (CompareRequest((str(STAFFORDSHIRE), str(STAFFORDSHIRE))), "named twice"),
        (CompareRequest(("nowhere.yaml", "neither.yaml")), "neither.yaml"),
    ],
)
def test_mistakes_are_told(
    request_: CompareRequest, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    few = CompareRequest(request_.files, request_.models, request_.baseline, trials=2)
    with pytest.raises(InputError) as error:
        compare(few)
    assert message in "\n".join(str(mistake) for mistake in error.value.mistakes)


def test_scenarios_of_one_name_cannot_be_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    again = tmp_path / "again.yaml"
    again.write_text(
        f"extends: {STAFFORDSHIRE}\nname: staffordshire\ncontract: {{population: 900,000 people}}\n".replace(
            "900,000 people", '"900,000 people"'
        ),
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="2 scenarios are called 'staffordshire'"):
        compare(CompareRequest((str(STAFFORDSHIRE), str(again)), ("existing_contracts",), trials=2))
