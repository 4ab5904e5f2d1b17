from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app

SMALL = str(Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml")
TESTS = [f"T{number}" for number in range(1, 10)]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def finmodel(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_every_test_is_told_of_payment_models_with_an_integrator() -> None:
    done = finmodel("check", SMALL, "--trials", "50")
    assert done.exit_code == 0
    assert "Outcomes programme: " in done.stdout
    assert "Existing contracts continue" not in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  T")] == TESTS
    assert all(len(line) <= 120 for line in done.stdout.splitlines() if not line.startswith("The run"))


def test_json_is_for_programs_and_the_run_says_the_same() -> None:
    told = json.loads(finmodel("check", SMALL, "--trials", "50", "--json").stdout)
    assert [one["test"] for one in told["checks"]] == TESTS
    assert told["red"] == sum(one["status"] == "RED" for one in told["checks"]) > 0
    run = json.loads(finmodel("run", SMALL, "--trials", "50", "--json").stdout)
    assert (run["reused"], run["checks"]) == (True, told["checks"])
    page = finmodel("run", SMALL, "--trials", "50").stdout
    assert "Before signature: the nine checks" in page
    assert "Outcomes programme: RED before signature: T1, " in page
    colours = dict(re.findall(r"^(T\d) .*  (RED|AMBER|GREEN|–)$", page, flags=re.MULTILINE))
    judged = {one["test"]: one["status"] for one in told["checks"]}
    assert {test for test, colour in judged.items() if colour in ("RED", "AMBER")} == set(colours)
    assert all(judged[test] == colour for test, colour in colours.items())
    screen = finmodel("run", SMALL, "--trials", "50", "--full").stdout
    assert "Before signature: the nine checks" in screen
    assert "Outcomes programme: RED before signature: T1 opening baseline gap" in screen.replace("\n    ", " ")


def test_strict_exits_with_3_only_where_something_is_red() -> None:
    assert finmodel("check", SMALL, "--trials", "50", "--strict").exit_code == 3
    assert finmodel("check", SMALL, "--trials", "50", "--strict", "--model", "existing").exit_code == 0


def test_nothing_to_check_without_an_integrator() -> None:
    done = finmodel("check", SMALL, "--trials", "50", "--model", "existing")
    assert done.exit_code == 0
    assert "No payment model has an integrator" in done.stdout


def test_a_threshold_of_the_scenarios_own_is_used() -> None:
    own = "checks={thresholds: {vat: {red: 0%, reason: One rate was agreed}}}"
    told = json.loads(finmodel("check", SMALL, "--trials", "50", "--json", "--set", own).stdout)
    found = {one["test"]: one for one in told["checks"]}
    assert (found["T5"]["status"], found["T5"]["threshold"]) == ("AMBER", 0.0)
