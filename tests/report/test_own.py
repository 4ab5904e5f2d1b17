"""Own lines from file to report: by hand where they are certain, named alike in run, lines and explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.cli import app
from tests.contract.flat import M, flat, rows, term
from tests.contract.scenarios import TESTED

HEAD = "target[a] / people[a]"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Service a: £2m a year, 1,000 people give or take a tenth; two years."""
    found = flat([term("block"), {**term("fee", share={"formula": "5% + tenth"}), "name": "fee"}], rows(2 * M, M), 2)
    found.data["services"]["a"]["demand_shock"] = {"uniform": ["-10%", "10%"], "vary": "yearly"}
    found.data["lines"] = {
        "a_head": {"formula": HEAD, "unit": "£/person", "label": "Target a head", "report": True},
        "quiet": {"formula": "2 * a_head"},
    }
    source = {"source": "Illustration", "owner": "Finance", "confidence": "red"}
    found.data["assumptions"] = {"tenth": {"unit": "rate", "formula": "1 / 10", **source}}
    model = found.data["payment_models"][TESTED]
    model["lines"] = {"extra": {"formula": "payment - target", "report": True}}
    return str(found.write(tmp_path_factory.mktemp("own")))


def told(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    return result.output


def test_own_figures_are_summarised_by_year(file: str, tmp_path: Path) -> None:
    run = json.loads(told("run", file, "--trials", "3000", "--out", str(tmp_path / "run"), "--json"))
    own = {(one["member"], one["period"]): one for one in run["figures"] if one["figure"] == "own"}
    assert set(own) == {(line, year) for line in ("lines.a_head", f"{TESTED}.lines.extra") for year in (1, 2)}
    for year in (1, 2):  # the mean of 1 / x over 0.9 to 1.1 is ln(1.1 / 0.9) / 0.2
        head, extra = own["lines.a_head", year], own[f"{TESTED}.lines.extra", year]
        assert head["unit"] == "£/person"
        assert head["base"] == pytest.approx(2000)
        assert head["mean"]["value"] == pytest.approx(2000 * 1.00335347731, abs=5 * head["mean"]["se"])
        assert head["model"] is None
        assert extra["mean"]["value"] == pytest.approx(0.15 * 3 * M)
        assert extra["model"] == TESTED
    report = told("run", file, "--trials", "3000", "--out", str(tmp_path / "run"))
    assert "Own figures" in report
    assert "Target a head, £/person" in report
    assert "Extra, £m" in report


def test_a_figure_that_is_not_always_a_number_is_an_error(tmp_path: Path) -> None:
    """Half of service a's people may stay away, but not in the base case."""
    found = flat([term("block")], rows(2 * M, M))
    shock = {"discrete": {"values": ["-50%", "10%"], "probabilities": [0.5, 0.5]}}
    found.data["services"]["a"]["demand_shock"] = shock
    found.data["lines"] = {"a_head": {"formula": "1 / where(people[a] > 600 people, 1, 0) * target", "report": True}}
    file = str(found.write(tmp_path))
    result = CliRunner().invoke(app, ["run", file, "--trials", "100", "--out", str(tmp_path / "run")])
    assert result.exit_code == 2
    assert "'contract/own/lines.a_head/year-1' is not a finite number in trial" in result.output


def test_own_lines_are_named_alike_everywhere(file: str) -> None:
    lines = told("lines", file)
    assert f"lines.a_head  £/person, contract year  Target a head\n  = {HEAD}\n" in lines
    explained = told("explain", file, "--model", TESTED, "--trial", "5", "--year", "1")
    start = explained.index("Own lines and calculated assumptions")
    for text in (
        "assumptions.tenth  = 0.1 rate",
        f"    {HEAD}\n  = 2,000,000.00 / ",
        "lines.quiet  = ",
        f"    {TESTED}.payment - target\n  = 3,450,000.00 - 3,000,000.00",
    ):
        assert text in explained[start:]
    alone = told("explain", file, "--model", TESTED, "--line", "lines.quiet", "--depth", "2")
    assert "Own lines and calculated" not in alone
    assert "people[a]" in alone
