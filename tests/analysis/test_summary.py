"""Figures against sums written out by hand over the trials of a stand-in contract."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from finmodel.analysis import About, Model, Summary, summary_from_json, summary_to_json
from finmodel.analysis.gather import Collector, Results
from finmodel.analysis.outcomes import outcome_money
from finmodel.analysis.stored import read_summary, write_summary
from finmodel.analysis.summary import summary_of_results
from finmodel.errors import InputError
from tests.simulation.fake import FakeContract, FakeEvaluator, fake_contract

TRIALS = 1_000
ABOUT = About(
    name="fake",
    title="A stand-in",
    trials=TRIALS,
    seed=7,
    models=(
        Model("existing", "Existing contracts", integrator=False),
        Model("programme", "Programme", integrator=True),
    ),
    labels={"stoke": "NHS Stoke-on-Trent CCG"},
    quoted_cash=610e6,
    discount_rate="3.5%",
)
Trials = dict[str, NDArray[np.float64]]


def trials_of(contract: FakeContract, count: int = TRIALS) -> Trials:
    block = FakeEvaluator(contract).block(0)[:, :count]
    return dict(zip(contract.columns, block, strict=True))


def summary_of(contract: FakeContract, trials: Trials, about: About = ABOUT) -> Summary:
    results = Results(contract.outputs, trials.__getitem__, trials.__getitem__, about.trials)
    return summary_of_results(results, about)


@pytest.fixture(scope="module")
def contract() -> FakeContract:
    return fake_contract()


@pytest.fixture(scope="module")
def trials(contract: FakeContract) -> Trials:
    return trials_of(contract)


@pytest.fixture(scope="module")
def summary(contract: FakeContract, trials: Trials) -> Summary:
    return summary_of(contract, trials)


@pytest.fixture(scope="module")
def total(contract: FakeContract, trials: Trials) -> Callable[..., NDArray[np.float64]]:
    def add(
        model: str | None, figure: str, member: str | None = None, period: int | None = None
    ) -> NDArray[np.float64]:
        wanted = [
            trials[output.column]
            for output in contract.outputs
            if (output.model, output.figure) == (model, figure)
            and member in {None, output.member}
            and period in {None, output.period}
        ]
        return np.sum(wanted, axis=0)

    return add


Total = Callable[..., NDArray[np.float64]]


@pytest.mark.parametrize("model", ["existing", "programme"])
@pytest.mark.parametrize("member", [None, "stoke", "stafford"])
@pytest.mark.parametrize("period", [None, 1, 3, 5])
def test_cash_adds_over_commissioners_and_years(
    summary: Summary, total: Total, model: str, member: str | None, period: int | None
) -> None:
    found = summary.spread(model, "cash", member, period)
    values = total(model, "cash", member, period)

    assert found is not None
    assert found.mean.value == pytest.approx(values.mean())
    assert found.mean.se == pytest.approx(values.std(ddof=1) / np.sqrt(TRIALS))
    assert found.at(80).value == pytest.approx(np.quantile(values, 0.8))


@pytest.mark.parametrize("member", [None, "stoke"])
@pytest.mark.parametrize("period", [None, 2])
def test_headroom_is_allocation_less_cash_by_trial(
    summary: Summary, total: Total, member: str | None, period: int | None
) -> None:
    room = total(None, "allocation", member, period) - total("programme", "cash", member, period)
    found = summary.spread("programme", "headroom", member, period)
    happened = summary.chance("programme", "over_allocation", member, period)

    assert found is not None
    assert happened is not None
    assert found.mean.value == pytest.approx(room.mean())
    assert found.at(20).value == pytest.approx(np.quantile(room, 0.2))
    assert happened.seen == np.count_nonzero(room < -0.005)


def test_headroom_at_p80_is_the_allocation_less_p80_of_cash(summary: Summary) -> None:
    allocation = summary.spread(None, "allocation", "stoke", 1)
    cash = summary.spread("programme", "cash", "stoke", 1)
    room = summary.spread("programme", "headroom", "stoke", 1)

    assert allocation
    assert cash
    assert room
    assert room.at(20).value == pytest.approx(allocation.mean.value - cash.at(80).value)


@pytest.mark.parametrize("period", [4, 5])
def test_run_off_years_have_cash_but_no_allocation(summary: Summary, period: int) -> None:
    assert summary.spread("programme", "cash", None, period)
    assert summary.spread("programme", "headroom", None, period) is None
    assert summary.chance("programme", "over_allocation", "stoke", period) is None


def test_a_payment_equal_to_the_envelope_is_not_over_it(summary: Summary) -> None:
    found = summary.chance("existing", "over_envelope")

    assert found is not None
    assert found.seen == 0


def test_the_envelope_is_compared_with_what_is_accrued(summary: Summary, total: Total) -> None:
    for period in (None, 1, 2, 3):
        found = summary.chance("programme", "over_envelope", None, period)
        assert found is not None
        assert found.seen == np.count_nonzero(
            total("programme", "payment", None, period) > total(None, "envelope", None, period)
        )


def test_quoted_cash_is_compared_with_all_cash(summary: Summary, total: Total) -> None:
    found = summary.chance("existing", "over_quoted_cash")

    assert found is not None
    assert 0 < found.seen < TRIALS
    assert found.seen == np.count_nonzero(total("existing", "cash") > 610e6)


def test_models_are_compared_trial_by_trial(summary: Summary, total: Total) -> None:
    found = summary.spread("programme", "cash_difference")
    difference = total("programme", "cash") - total("existing", "cash")

    assert found is not None
    assert found.mean.value == pytest.approx(difference.mean())
    assert found.mean.se == pytest.approx(difference.std(ddof=1) / np.sqrt(TRIALS))
    assert summary.spread("existing", "cash_difference") is None


def test_the_integrator_may_lose_over_the_contract_or_in_a_year(summary: Summary, trials: Trials) -> None:
    years = np.array([trials[f"programme.integrator_surplus[]:{period}"] for period in (1, 2, 3)])
    whole = summary.chance("programme", "integrator_loses")
    ever = summary.chance("programme", "integrator_loses_in_a_year")

    assert whole
    assert ever
    assert whole.seen == np.count_nonzero(years.sum(axis=0) < 0)
    assert ever.seen == np.count_nonzero((years < 0).any(axis=0))


def test_a_model_without_integrator_has_no_figure_of_one(summary: Summary) -> None:
    assert summary.spread("existing", "integrator_surplus") is None
    assert summary.chance("existing", "integrator_loses") is None


def test_any_provider_loses_where_one_of_them_does(summary: Summary, total: Total) -> None:
    both = [total("programme", "provider_surplus", name) for name in ("uhnm", "rwt")]
    found = summary.chance("programme", "any_provider_loses")

    assert found is not None
    assert found.seen == np.count_nonzero((both[0] < 0) | (both[1] < 0))


def test_commissioners_net_position_is_minus_what_they_pay(summary: Summary, total: Total) -> None:
    found = summary.spread("programme", "commissioners_net")

    assert found is not None
    assert found.mean.value == pytest.approx(-total("programme", "payment").mean())


def test_outcome_share_is_a_ratio_of_means(summary: Summary, total: Total) -> None:
    found = summary.spread("programme", "outcome_share")
    earned, maximum = total("programme", "outcome_earned"), total("programme", "outcome_maximum")

    assert found is not None
    assert found.mean.value == pytest.approx(earned.mean() / maximum.mean())
    assert found.at(90).value == pytest.approx(np.quantile(earned / maximum, 0.9))
    assert summary.spread("programme", "outcome_share", None, 1) is None  # nothing could be earned
    assert summary.spread("existing", "outcome_share") is None


def test_what_has_no_maximum_is_earned_and_in_no_share(contract: FakeContract) -> None:
    """Of £3m and £5m earned, £2m each year have no maximum of £4m; where nothing has one, there is no share."""
    outputs = tuple(o for o in contract.outputs if o.model == "programme" and o.figure.startswith("outcome_"))
    earned = [o for o in outputs if o.figure == "outcome_earned" and o.period < 3]
    maximum = [o for o in outputs if o.figure == "outcome_maximum" and o.period < 3]
    uncapped = [replace(o, figure="outcome_uncapped", column=f"uncapped {o.period}") for o in earned]
    amounts = {o.column: np.full(4, 1e6 * (1 + 2 * o.period)) for o in earned}
    amounts |= {o.column: np.full(4, 4e6) for o in maximum} | {o.column: np.full(4, 2e6) for o in uncapped}
    into = Collector(ABOUT.design)
    outcome_money(
        Results([*earned, *maximum, *uncapped], amounts.__getitem__, amounts.__getitem__, 4), into, "programme"
    )
    means = {(one.figure, one.period): one.spread.mean.value for one in into.figures}
    assert [means["outcome_earned", at] for at in (1, 2, None)] == [3e6, 5e6, 8e6]
    assert [means["outcome_uncapped", at] for at in (1, 2, None)] == [2e6, 2e6, 4e6]
    assert [means["outcome_share", at] for at in (1, 2, None)] == [0.25, 0.75, 0.5]

    into = Collector(ABOUT.design)
    outcome_money(Results([*earned, *uncapped], amounts.__getitem__, amounts.__getitem__, 4), into, "programme")
    assert {one.figure for one in into.figures} == {"outcome_earned", "outcome_uncapped"}


def test_a_commissioner_without_allocation_is_left_out_aloud() -> None:
    contract = fake_contract()
    kept = tuple(o for o in contract.outputs if not (o.figure == "allocation" and o.member == "stafford"))
    contract = replace(contract, outputs=kept)
    trials = {output.column: np.full(4, 1e6 * output.period) for output in kept}
    found = summary_of(contract, trials, replace(ABOUT, trials=4))

    everyone, stoke = found.spread("existing", "headroom"), found.spread("existing", "headroom", "stoke")
    assert everyone == stoke
    assert found.spread("existing", "headroom", "stafford") is None
    assert any("stafford" in note for note in found.about.notes)


def test_a_summary_survives_its_folder(summary: Summary, tmp_path: Path) -> None:
    write_summary(tmp_path, summary)

    assert read_summary(tmp_path) == summary
    assert summary_from_json(json.loads(json.dumps(summary_to_json(summary)))) == summary


def test_a_single_trial_gives_json_without_nan(contract: FakeContract, tmp_path: Path) -> None:
    one = summary_of(contract, trials_of(contract, 1), replace(ABOUT, trials=1))
    write_summary(tmp_path, one)

    assert json.loads((tmp_path / "summary.json").read_text())["figures"][0]["mean"]["se"] is None
    assert read_summary(tmp_path) == one


def test_the_words_of_the_json_stay(summary: Summary) -> None:
    data = summary_to_json(summary)

    assert list(data) == [
        "schema", "name", "title", "trials", "seed", "models", "labels", "notes", "quoted_cash", "overrides",
        "discount_rate",
        "green_book", "sampler", "bidder", "legal_form", "next_bid_gap", "remarks", "events",
        "interval_factor", "figures", "probabilities", "checks",
    ]  # fmt: skip
    assert list(data["figures"][0]) == [
        "model", "figure", "member", "period", "period_label", "unit",
        "base", "mean", "p5", "p10", "p20", "p50", "p80", "p90", "p95",
    ]  # fmt: skip
    assert list(data["probabilities"][0]) == [
        "model", "event", "series", "against", "member", "period", "period_label",
        "value", "se", "low", "high", "bound", "seen", "trials", "seen_alike",
    ]  # fmt: skip


def test_tables_are_tidy(summary: Summary, tmp_path: Path) -> None:
    write_summary(tmp_path, summary)
    with (tmp_path / "summary.csv").open(encoding="utf-8", newline="") as file:
        figures = list(csv.DictReader(file))
    with (tmp_path / "probabilities.csv").open(encoding="utf-8", newline="") as file:
        chances = list(csv.DictReader(file))

    assert len(figures) == len(summary.figures)
    assert len(chances) == len(summary.events)
    key = ("model", "figure", "member", "period")
    assert len({tuple(row[name] for name in key) for row in figures}) == len(figures)
    cash = next(row for row in figures if [row[name] for name in key] == ["programme", "cash", "stoke", "2"])
    found = summary.spread("programme", "cash", "stoke", 2)
    assert found is not None
    assert (float(cash["p80"]), float(cash["p80_se"])) == (found.at(80).value, found.at(80).se)


def test_a_summary_of_another_schema_is_refused() -> None:
    with pytest.raises(InputError, match="schema 1"):
        summary_from_json({"schema": 1})
