"""A run folder in the hands of its readers: pandas, and a second opinion on present value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy_financial as npf
import pandas as pd
import pytest

from finmodel.analysis import Request, Run, open_for, run_scenario
from finmodel.contract import trial as trial_sheet

FLAGSHIP = Path(__file__).parents[2] / "scenarios" / "staffordshire.yaml"
TRIALS = 300


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "flat"
    # Prices that do not move: real and nominal cash are then the same, and the rate alone is left.
    flat = ("correlations=[]", "assumptions.gdp_deflator_growth.value=0%")
    return run_scenario(Request(str(FLAGSHIP), flat, ("programme",), TRIALS, out=out))


def test_present_value_is_what_numpy_financial_makes_of_each_trial(run: Run) -> None:
    trials = pd.read_parquet(run.folder / "trials" / "programme").set_index("trial")
    columns = pd.read_csv(run.folder / "columns.csv")
    own = columns[columns.model == "programme"]
    cash = sum(
        trials[group.sort_values("period").column.tolist()].to_numpy()
        for _, group in own[own.figure == "cash"].groupby("member")
    )
    present = trials[own[own.figure == "present_value"].sort_values("period").column.tolist()].sum(axis=1)
    vat_free = present.to_numpy()

    assert cash.shape[0] == TRIALS
    for trial in range(0, TRIALS, 30):
        # The integrator's VAT is a transfer and left out; in trials without leakage nothing else differs.
        expected = npf.npv(0.035, cash[trial])
        assert vat_free[trial] <= expected + 0.01
    no_leak = [t for t in range(TRIALS) if vat_free[t] == pytest.approx(npf.npv(0.035, cash[t]), rel=1e-12)]
    assert 0.45 * TRIALS < len(no_leak) < 0.75 * TRIALS  # the scenario says 60%


def test_the_summary_reads_as_a_tidy_table_and_agrees_with_the_trials(run: Run) -> None:
    summary = pd.read_csv(run.folder / "summary.csv")
    trials = pd.read_parquet(run.folder / "trials" / "programme")
    row = summary[
        (summary.model == "programme") & (summary.figure == "payment") & (summary.period_label == "year 6")
    ].iloc[0]
    values = trials["programme/payment/year-6"]

    assert row["mean"] == pytest.approx(values.mean(), rel=1e-12)
    assert row["p90"] == pytest.approx(np.quantile(values, 0.9), rel=1e-12)
    assert row["mean_se"] == pytest.approx(values.std(ddof=1) / TRIALS**0.5, rel=1e-12)
    assert not summary["mean"].isna().any()


def test_the_base_case_beside_the_mean_is_the_one_that_is_explained(run: Run) -> None:
    contract = open_for(str(FLAGSHIP), ("correlations=[]", "assumptions.gdp_deflator_growth.value=0%"), ("programme",))
    base = trial_sheet(contract, "programme", None).values  # noqa: PD011 - not a table of pandas

    for figure in ("payment", "integrator_surplus", "outcome_earned"):
        by_year = base[f"programme.{figure}"]
        assert run.summary.base("programme", figure) == pytest.approx(by_year.sum(), rel=1e-12)
    year_6 = run.summary.figure("programme", "payment", None, 6)
    assert year_6 is not None
    assert year_6.base == base["programme.payment"][5]
    assert year_6.base != year_6.spread.mean.value
