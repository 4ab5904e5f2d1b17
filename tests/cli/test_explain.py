from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "staffordshire.yaml")


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["explain", SCENARIO, "--model", "programme", *arguments], catch_exceptions=False)


def explained(*arguments: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(explain(*arguments, "--json").stdout)
    return data


@pytest.mark.parametrize("year", ["1", "2", "3", "10", "11"])
@pytest.mark.parametrize("trial", [["--trial", "4213"], []])
def test_bars_add_up_to_their_total(year: str, trial: list[str]) -> None:
    for waterfall in explained("--year", year, *trial)["waterfalls"]:
        assert sum(bar["value"] for bar in waterfall["bars"]) == pytest.approx(waterfall["total"], abs=0.005)


def test_the_numbers_are_those_of_the_run_to_the_bit(tmp_path: Path) -> None:
    options = ["--trials", "5000", "--model", "programme", "--seed", "9", "--out", str(tmp_path / "run"), "--quiet"]
    CliRunner().invoke(app, ["run", SCENARIO, *options], catch_exceptions=False)
    trials = pq.read_table(tmp_path / "run" / "trials" / "programme")
    found = explained("--trial", "4213", "--seed", "9", "--year", "6")
    totals = {waterfall["title"]: waterfall["total"] for waterfall in found["waterfalls"]}

    assert totals["What commissioners pay for the year"] == trials.column("programme/payment/year-6")[4213].as_py()
    assert totals["What the integrator keeps"] == trials.column("programme/integrator_surplus/year-6")[4213].as_py()


def test_a_line_is_shown_with_what_it_reads() -> None:
    rows = {row["name"]: row for row in explained("--trial", "3", "--year", "4", "--line", "target")["rows"]}
    target = rows["target"]

    assert set(target["reads"]) == set(rows) - {"target"}
    assert target["value"] == pytest.approx(sum(rows[name]["value"] for name in target["reads"]))
    assert target["numbers"] == " + ".join(f"{rows[name]['value']:,.2f}" for name in target["reads"])


def test_a_lag_shows_the_number_of_the_year_before() -> None:
    now = explained("--trial", "3", "--year", "4", "--line", "index.tariff", "--depth", "0")["rows"][0]
    before = explained("--trial", "3", "--year", "3", "--line", "index.tariff", "--depth", "0")["rows"][0]

    assert now["numbers"].startswith(f"{before['value']:.10g} * ")


def test_more_depth_shows_more() -> None:
    shallow, deep = (explained("--line", "programme.payment", "--depth", depth)["rows"] for depth in ("1", "3"))

    assert {row["name"] for row in shallow} < {row["name"] for row in deep}


def test_the_text_shows_formula_and_numbers() -> None:
    done = explain("--trial", "4213", "--year", "6")

    assert done.exit_code == 0
    assert "Payment of the year, all commissioners" in done.stdout
    assert "trial 4,213, seed 2016" in done.stdout
    assert "where(6 >= 3, " in done.stdout
    assert max(len(line) for line in done.stdout.splitlines() if line.startswith("  = ")) <= 120
    assert "base case" in explain("--line", "target").stdout


def test_like_lines_are_folded_unless_all_are_asked_for() -> None:
    line = ("--line", "programme.integrator_surplus")
    short, full = explain(*line).stdout, explain(*line, "--full").stdout

    assert len(short.splitlines()) < 120 < len(full.splitlines())
    assert "more like it" not in full
    assert "--full shows them" not in full
    left_out = [name for row in explained(*line)["rows"] if f"{(name := row['name'])}  = " not in short]
    assert left_out
    assert all(f"{name}  = " in full for name in left_out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--line", "targt"], "did you mean 'target'?"),
        (["--line", "surplus of nobody"], "finmodel lines FILE names them all"),
        (["--year", "99"], "there is no year 99"),
        (["--trial", "-1"], "--trial"),
        (["--full", "--json"], "--full"),
    ],
)
def test_wrong_questions_are_answered_with_2(arguments: list[str], words: str) -> None:
    done = explain(*arguments)

    assert done.exit_code == 2
    assert words in done.stderr
