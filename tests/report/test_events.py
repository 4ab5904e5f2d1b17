"""The table of events: how likely they were stated to be beside how often they came about."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.cli import app

BASE = Path(__file__).resolve().parents[1] / "bad_scenarios" / "base.yaml"
YEARS = 4
EVENTS = f"""finmodel: 1
extends: {BASE}
name: what_may_happen
events:
  pause:
    {{label: A pause, kind: start_delay, probability: 30%, size: 9 months, source: "Assumption: test."}}
  spell:
    {{label: A spell, kind: inflation_spell, probability_a_year: 10%, years: {{uniform: [1, 2]}}, index: nhs_cost,
     size: 3%, source: "Assumption: test."}}
  late:
    {{label: Work, kind: unpriced_variation, probability: 60%, when: 3, size: 2%, source: "Assumption: test."}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("events")
    scenario = folder / "what_may_happen.yaml"
    scenario.write_text(EVENTS, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(scenario), "--trials", "8192", "--out", str(folder / "run"), "--full"])
    assert done.exit_code == 0, done.output
    return folder, done.stdout


def test_how_often_an_event_came_about_is_its_probability(run: tuple[Path, str]) -> None:
    """Once: the probability; anew in each of four years: 1 - 0.9^4."""
    with (run[0] / "run" / "probabilities.csv").open(encoding="utf-8") as file:
        found = {row["member"]: row for row in csv.DictReader(file) if row["event"] == "event_happens"}
    exact = {"events.pause": 0.3, "events.spell": 1 - 0.9**YEARS, "events.late": 0.6}
    assert found.keys() == exact.keys()
    for name, p in exact.items():
        assert abs(float(found[name]["value"]) - p) < 4 * (p * (1 - p) / 8192) ** 0.5, name


def test_the_table_shows_both_and_the_base_case(run: tuple[Path, str]) -> None:
    """Work begins in year 3 of 4, so that it acts in two; a delay concerns the whole contract."""
    table = run[1].partition("Events: how likely, and how often they came about")[2].partition("As stated:")[0]
    rows = {line.split("  ")[0].strip(): line for line in table.splitlines()}
    assert re.search(r"30%, once +(29|30|31)\.\d% .* 4\.000 +does not$", rows["A pause"].rstrip())
    assert re.search(r"10% a year +(33|34|35)\.\d% .* does not$", rows["A spell"].rstrip())
    assert re.search(r"60%, once +(59|60|61)\.\d% .* 2\.000 +happens$", rows["Work"].rstrip())


def test_the_register_of_assumptions_lists_their_numbers(run: tuple[Path, str]) -> None:
    done = CliRunner().invoke(app, ["assumptions", str(run[0] / "what_may_happen.yaml"), "events"])
    told = done.stdout
    assert done.exit_code == 0
    for name in ("pause.probability", "pause.size", "spell.probability_a_year", "spell.years", "late.when"):
        assert name in told
    assert re.search(r"spell\.years .*\n +mean 1\.50, P10 1\.10, P90 1\.90\n", told)
    used = re.findall(r"(\w+\.\w+) {3,}.*?Used by: ([^\n]+)", told, re.DOTALL)
    assert dict(used)["pause.probability"] == dict(used)["late.probability"] == "only programme"
    assert dict(used)["spell.probability_a_year"] == "every payment model"
