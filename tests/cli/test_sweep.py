"""A grid of values: its figures are those of runs with the values set, its differences those of their trials."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from finmodel.analysis.sweeping import _varied
from finmodel.cli import app
from finmodel.errors import InputError

GROWTH = "services.end_of_life.planned_growth"
SHARE = "contract.quoted_cash"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("scenario")
    made = ["new", "small", "--years", "2", "--pool", "£40m", "--population", "100,000 people", "--out", str(folder)]
    assert CliRunner().invoke(app, made).exit_code == 0
    return str(folder / "small.yaml")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def finmodel(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def cash(folder: str, model: str) -> pd.Series[float]:
    columns = pd.read_csv(Path(folder) / "columns.csv")
    own = columns[(columns.model == model) & (columns.figure == "cash")].column
    return pd.read_parquet(Path(folder) / "trials" / model)[list(own)].sum(axis=1)


def test_every_point_is_a_run_and_differences_are_paired_by_trial(scenario: str) -> None:
    done = finmodel(
        "sweep", scenario, "--vary", f"{GROWTH}=0%, 2%", "--vary", f"{SHARE}=£40m,£50m", "--trials", "300", "--json"
    )
    rows = json.loads(done.stdout)["points"]
    programme = [row for row in rows if row["model"] == "programme"]

    assert [(row[GROWTH], row[SHARE]) for row in programme] == [
        ("0%", "£40m"), ("0%", "£50m"), ("2%", "£40m"), ("2%", "£50m"),
    ]  # fmt: skip
    first = cash(programme[0]["run"], "programme")
    for row in programme[1:]:
        gap = cash(row["run"], "programme") - first
        assert row["cash_difference"] == pytest.approx(gap.mean(), abs=1e-6)
        assert row["cash_difference_se"] == pytest.approx(gap.std() / 300**0.5, abs=1e-6)
    assert programme[0]["cash_difference"] is None
    assert programme[1]["cash_difference"] == 0
    assert programme[2]["cash"] > programme[0]["cash"]

    alone = finmodel("run", scenario, "--trials", "300", "--set", f"{GROWTH}=2%", "--set", f"{SHARE}=£40m", "--json")
    assert json.loads(alone.stdout)["reused"] is True
    figures = json.loads(alone.stdout)["figures"]
    totals = [f["mean"] for f in figures if (f["figure"], f["model"]) == ("cash", "programme")]
    assert (programme[2]["cash"], programme[2]["cash_se"]) in [(one["value"], one["se"]) for one in totals]


def test_the_table_and_the_files_say_the_same(scenario: str) -> None:
    grid = ("--vary", f"{GROWTH}=0%,2%", "--trials", "100", "--model", "programme", "--out", "grid")
    done = finmodel("sweep", scenario, *grid)
    with Path("grid/sweep.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert done.exit_code == 0
    assert json.loads(Path("grid/sweep.json").read_text(encoding="utf-8"))["varied"] == [GROWTH]
    assert [row[GROWTH] for row in rows] == ["0%", "2%"]
    assert f"{float(rows[1]['cash_difference']) / 1e6:.1f}" in done.stdout
    assert f"Varied: {GROWTH} = 0%, 2%" in done.stdout
    again = finmodel("sweep", scenario, *grid)
    assert (again.exit_code, "is not an empty folder" in again.stderr) == (2, True)


def test_all_mistakes_of_all_points_are_told_before_anything_is_run(scenario: str) -> None:
    done = finmodel("sweep", scenario, "--vary", f"{GROWTH}=0%,£5,many", "--vary", "services.end_of_lif.pool=£1m,£2m")

    assert done.exit_code == 2
    assert "there is no 'services.end_of_lif.pool'" in done.stderr
    assert "£5" in done.stderr
    assert "many" in done.stderr
    assert len(done.stderr.splitlines()) == len(set(done.stderr.splitlines()))
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("a.b", "expected PATH=VALUE,VALUE…"),
        ("a.b=1,,2", "expected PATH=VALUE,VALUE…"),
        ("a.b=£1,000", "write £1,000 without it"),
        ("a.b=1,160 people,1", "write 1,160 people without it"),
        ("a.b=1%,1%", "stands there twice"),
    ],
)
def test_values_written_wrongly_are_refused(written: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        _varied([written])


def test_commas_in_brackets_separate_no_values() -> None:
    assert _varied(["a=1%, {pert: [0%, 1%, 2%]},[1%, 2%]", "b=100,200"]) == {
        "a": ("1%", "{pert: [0%, 1%, 2%]}", "[1%, 2%]"), "b": ("100", "200"),
    }  # fmt: skip


def test_a_grid_beyond_measure_is_refused(scenario: str) -> None:
    values = ",".join(f"{n}%" for n in range(40))
    done = finmodel("sweep", scenario, "--vary", f"a={values}", "--vary", f"b={values}")

    assert done.exit_code == 2
    assert "a grid of 1,600 points" in done.stderr
