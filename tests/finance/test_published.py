"""Present values and rates of return agree with what spreadsheets, libraries and the Green Book published."""

from __future__ import annotations

import csv
import math
from collections import Counter
from datetime import date

import numpy as np
import numpy_financial as npf
import pytest

from finmodel.analysis import (
    Outcome,
    Rates,
    dated_present_value,
    dated_rate_of_return,
    internal_rate_of_return,
    net_present_value,
)
from finmodel.analysis.present_value import years_since
from finmodel.analysis.rate_roots import roots
from finmodel.contract import compile_contract, open_scenario, trial
from tests.conftest import ROOT
from tests.finance.published import HERE, Example, examples, series, whole, worked_out

RESTATED = examples(HERE / "examples.json")
NO_RATE_PUBLISHED_BUT_ONE_PROVEN = {"30-20", "30-45"}
"""The first amount is a loss and the last a gain: the present value must cross zero, and the library gave up."""


def misses(found: list[Example]) -> list[str]:
    wrong = []
    for one in found:
        value = worked_out(one)
        right = math.isnan(value) if one.expected is None else abs(value - one.expected) <= one.tolerance
        if not right:
            wrong.append(f"{one.name} {one.function}: {value}, published {one.expected}")
    return wrong


def test_restated_examples() -> None:
    assert len(RESTATED) >= 30
    assert misses(RESTATED) == []


def test_every_published_example() -> None:
    found = examples(whole("financial-functions.json"))

    assert len(found) == 67
    assert misses(found) == []


def test_where_numpy_financial_is_wrong_the_wrong_root_is_told_as_one_of_several() -> None:
    """numpy-financial 1.0.0 gives -0.99979 for 1.00426 of its own later test."""
    (one,) = [one for one in RESTATED if one.name == "irr_051"]
    found = internal_rate_of_return(one.args["amounts"])

    assert npf.irr(one.args["amounts"]) == pytest.approx(-0.99979, abs=1e-5)
    assert found.outcome == Outcome.SEVERAL_RATES
    assert found.rate == found.highest == pytest.approx(1.00426, abs=1e-4)
    assert found.lowest == pytest.approx(-0.99979, abs=1e-5)


def all_rates(days: list[date], amounts: list[float]) -> list[float]:
    """Every rate of dated amounts, no two on the same day."""
    order = sorted(range(len(days)), key=days.__getitem__)
    times = years_since(days[order[0]], [days[at] for at in order])
    _, x = roots(np.array([[amounts[at] for at in order]]), times[None, :])
    return [math.expm1(one) for one in x]


def test_every_published_series() -> None:
    """Of several rates the library takes one and we may take another: its rate, and any noted, is one of ours."""
    flows = series(whole("xirr-cashflows.csv"))
    with whole("xirr-expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    outcomes = []
    for row in rows:
        days, amounts = flows[row["case"]]
        found = dated_rate_of_return(days, amounts)
        outcomes.append(Outcome(int(found.outcome)).name)
        noted = [float(row[name]) for name in ("xirr_expected", "other_root_noted") if row[name]]
        if row["case"] in NO_RATE_PUBLISHED_BUT_ONE_PROVEN:
            around = [rate_of(found) * side for side in (1 - 1e-6, 1 + 1e-6)]
            below, above = (float(dated_present_value(rate, days, amounts)) for rate in around)
            assert not noted
            assert below * above < 0
            continue
        assert found.found == bool(noted), row["case"]
        if found.outcome == Outcome.ONE_RATE:
            assert [rate_of(found)] == pytest.approx(noted, rel=1e-9, abs=1e-9), row["case"]
        elif noted:
            ours = all_rates(*netted(days, amounts))
            ends = (float(found.lowest), float(found.highest))
            assert (min(ours), max(ours)) == pytest.approx(ends, rel=1e-9), row["case"]
            assert all(any(one == pytest.approx(rate, rel=1e-9) for rate in ours) for one in noted), row["case"]
        if row["xnpv_at_10pct_expected"]:
            worth = dated_present_value(0.1, days, amounts)
            assert worth == pytest.approx(float(row["xnpv_at_10pct_expected"]), rel=1e-9)

    assert Counter(outcomes) == {"ONE_RATE": 22, "SEVERAL_RATES": 30, "NO_RATE": 8}


def rate_of(found: Rates) -> float:
    return float(found.rate)


def netted(days: list[date], amounts: list[float]) -> tuple[list[date], list[float]]:
    """Amounts of the same day added up."""
    together: dict[date, float] = {}
    for day, amount in zip(days, amounts, strict=True):
        together[day] = together.get(day, 0.0) + amount
    return list(together), list(together.values())


def test_the_green_books_factors() -> None:
    """Table A1 and A2 to their four places, from present values and from the sheet of a scenario (its four years)."""
    with whole("green-book-discount-factors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 31
    for rate, column in ((0.035, "table_A1_stpr_3_5pct"), (0.015, "table_A2_health_1_5pct")):
        factors = net_present_value(rate, np.eye(31))
        printed = [float(row[column]) for row in rows]
        assert np.abs(factors - printed).max() <= 0.5e-4 + 1e-12

        scenario = open_scenario(
            ROOT / "scenarios" / "mechanisms" / "block-fee.yaml", [f"appraisal.discount_rate={rate:.1%}"]
        )
        contract = compile_contract(scenario)
        in_sheet = trial(contract, contract.models[0], None).values["discount_factor"]
        assert np.abs(in_sheet - printed[: len(in_sheet)]).max() <= 0.5e-4 + 1e-12
