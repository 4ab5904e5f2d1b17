from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "staffordshire.yaml")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def compare(*arguments: str) -> Result:
    command = ["compare", SCENARIO, "--trials", "700", "--models", "existing_contracts,programme", *arguments]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def test_the_questions_are_answered_in_their_order_and_shares_add_up() -> None:
    told = compare("--out", "pack", "--full").stdout
    places = [told.index(f"\n{number}  ") for number in (1, 2, 3, 5)]

    assert places == sorted(places)
    assert told.count("100.0%") >= 4  # both kinds of share, of both models
    assert "Percentiles do not add" in told
    assert "differences are from: Existing contracts continue" in told
    assert told.endswith("Written to pack\n")
    assert "--full" not in told
    assert {path.name for path in Path("pack").iterdir()} >= {"comparison.json", "pairs.csv", "risk_shares.csv"}


def test_one_page_is_printed_unless_all_is_asked_for() -> None:
    page, told = compare().stdout, compare("--full").stdout
    places = [page.index(f"\n{number}  ") for number in (1, 2, 3, 5)]

    assert places == sorted(places)
    assert "--full" in page.splitlines()[-1]
    assert len(page.splitlines()) < 90 < len(told.splitlines())
    assert page.count("100.0%") >= 2
    for words in ("by financial year", "dominate", "Share of its worst 5%", "Providers' surplus"):
        assert (words in page, words in told) == (False, True)
    for text in (page, told):  # of a surplus the low side is the bad one
        table = text[text.index("Integrator's surplus") : text.index("P(better)", text.index("Integrator's surplus"))]
        assert "1 in 10" in table
        assert "P10" not in table


def test_full_is_no_matter_of_json() -> None:
    done = compare("--full", "--json")

    assert done.exit_code == 2
    assert "--full" in done.stderr


def test_json_names_every_pair_in_every_measure() -> None:
    found = json.loads(compare("--json", "--baseline", "programme").stdout)

    assert found["baseline"] == "programme"
    assert len(found["pairs"]) == 4 * 2
    assert {row["party"] for row in found["risk_shares"]} == {"commissioners", "integrator", "providers"}


def test_a_misspelt_model_ends_with_2() -> None:
    done = CliRunner().invoke(app, ["compare", SCENARIO, "--models", "existing_contract"])

    assert done.exit_code == 2
    assert "did you mean 'existing_contracts'?" in done.stderr
