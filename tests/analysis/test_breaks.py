"""What commissioners are committed to until each break: by hand, against sums of other columns, and as it is shown."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from finmodel.analysis import Summary
from finmodel.analysis.about import about_contract
from finmodel.analysis.gather import Results
from finmodel.analysis.summary import base_case, summary_of_results
from finmodel.contract import Contract, Evaluator, central
from finmodel.errors import InputError
from finmodel.report import Kept, show_run
from tests.contract.flat import flat, rows, term
from tests.contract.scenarios import TESTED, every_mechanism

TRIALS = 400


def base_of(contract: Contract) -> Summary:
    return base_case(contract.outputs, central(contract).tolist(), about_contract(contract, 1))


def shown(summary: Summary) -> str:
    out = io.StringIO()
    show_run(Console(file=out, width=120, highlight=False), summary, Kept(Path("runs/fake-1"), 1.0), full=True)
    return out.getvalue()


@pytest.mark.parametrize("start", ["2016-04-01", "2016-10-01", "2016-04-15"])
def test_cash_due_and_owed_by_hand(tmp_path: Path, start: str) -> None:
    """£100,100 a month on account for £1,321,200 and £1,081,200; the rest six months after each year.

    The first break finds £120,000 unpaid; at the second it is paid, and £120,000 of year 2 is to come back.
    """
    timing = {"on_account": {"amount": "target"}, "reconciled": "6 months after year end"}
    found = flat([term("activity", above="100%", paid=timing)], rows(1_200_000, 1_200), years=3)
    found.data["services"]["a"]["demand_shock"] = ["10%", "-10%", "0%"]
    year, month = int(start[:4]), start[4:]
    found.data["contract"].update(start=start, breaks=[f"{year + 1}{month}", f"{year + 2}{month}"])
    summary = base_of(found.compile(tmp_path))
    assert summary.periods(TESTED, "due_before_break") == {1: f"{year + 1}{month}", 2: f"{year + 2}{month}"}
    expected = {
        "cash_before_break": [1_201_200, 2_522_400],
        "due_before_break": [1_321_200, 2_402_400],
        "owed_at_break": [120_000, -120_000],
    }
    for figure, amounts in expected.items():
        spreads = [summary.spread(TESTED, figure, None, years) for years in (1, 2)]
        assert [s.mean.value for s in spreads if s] == pytest.approx(amounts, abs=0.01), figure


def test_every_trial_adds_up_the_years_before_the_break(tmp_path: Path) -> None:
    """From 1 April contract years are financial years, whose cash is stored by commissioner."""
    found = every_mechanism()
    found.data["contract"]["breaks"] = ["2017-04-01", "2018-04-01"]
    contract = found.compile(tmp_path)
    block = Evaluator(contract).block(0)[:, :TRIALS].copy()
    columns = dict(zip((output.column for output in contract.outputs), block, strict=True))
    about = about_contract(contract, TRIALS)
    results = Results(contract.outputs, columns.__getitem__, columns.__getitem__, TRIALS)
    summary = summary_of_results(results, about)

    def total(figure: str, years: int) -> Any:
        first = [o.column for o in contract.outputs if o.figure == figure and o.period <= years]
        return np.sum([columns[name] for name in first], axis=0)

    for years in (1, 2):
        due, cash = total("payment", years), total("cash", years)
        for figure, values in (("due_before_break", due), ("cash_before_break", cash), ("owed_at_break", due - cash)):
            spread = summary.spread(TESTED, figure, None, years)
            assert spread is not None
            assert spread.mean.value == pytest.approx(values.mean(), abs=0.01)
            assert spread.at(10).value == pytest.approx(np.quantile(values, 0.1), abs=0.01)
            assert spread.at(90).value == pytest.approx(np.quantile(values, 0.9), abs=0.01)
    text = shown(summary)
    assert "Committed to the first break and to later ones" in text
    assert text.index("Break on 2017-04-01, after 1 contract year\n") < text.index("Break on 2018-04-01, after 2")


def test_without_breaks_nothing_is_said_of_them(tmp_path: Path) -> None:
    contract = flat([term("block")]).compile(tmp_path)
    assert not any("break" in output.figure for output in contract.outputs)
    assert "break" not in shown(base_of(contract))


def test_a_contract_of_one_year_has_no_break(tmp_path: Path) -> None:
    found = flat([term("block")])
    found.data["contract"]["breaks"] = ["2016-10-01"]
    with pytest.raises(InputError, match="a contract of one year has no break"):
        found.open(tmp_path)


def test_a_break_before_the_first_possible_one_names_it_alone(tmp_path: Path) -> None:
    found = flat([term("block")], years=3)
    found.data["contract"]["breaks"] = ["2016-10-01"]
    with pytest.raises(InputError, match="first day of a contract year: here 2017-04-01, not 2016-10-01"):
        found.open(tmp_path)


def test_money_due_on_the_last_day_of_a_year_is_paid_before_the_break(tmp_path: Path) -> None:
    """Year 1 from 31 January 2016 ends on 30 January 2017; 12 months later is 30 January 2018, the day before."""
    found = flat([term("block", paid="12 months after year end")], rows(6e6, 4e6), years=3)
    found.data["contract"].update(start="2016-01-31", breaks=["2017-01-31", "2018-01-31"])
    summary = base_of(found.compile(tmp_path))
    paid = [summary.spread(TESTED, "cash_before_break", None, years) for years in (1, 2)]
    assert [spread.mean.value for spread in paid if spread] == pytest.approx([0, 10e6])


def test_a_contract_from_29_february_breaks_on_the_28th(tmp_path: Path) -> None:
    found = flat([term("block")], years=5)
    found.data["contract"].update(start="2016-02-29", breaks=["2017-02-28", "2020-02-29"])
    summary = base_of(found.compile(tmp_path))
    assert summary.periods(TESTED, "due_before_break") == {1: "2017-02-28", 4: "2020-02-29"}
