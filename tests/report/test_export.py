"""What `finmodel export` writes is what the run holds."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from finmodel.analysis import FIELDS, Request, run_scenario
from finmodel.cli import app

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "mechanisms" / "shared-savings.yaml"
TRIALS = 4100  # more than a draw-block, so that a table has two parts


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "run"
    return run_scenario(Request(str(SCENARIO), (), ("shared_savings",), TRIALS, workers=1, out=folder)).folder


def export(run: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["export", str(run), *arguments], catch_exceptions=False)


def stored(run: Path) -> pd.DataFrame:
    return pq.read_table(run / "trials" / "shared_savings").to_pandas()


def test_csv_holds_every_figure_and_trial_with_all_digits(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = export(run, "--format", "csv", "--out", str(out))

    assert told.exit_code == 0
    assert [Path(line) for line in told.stdout.split()] == sorted(out.iterdir())
    trials = cells(out / "trials-shared_savings.csv")
    wide = stored(run)
    assert list(trials[0]) == list(wide)
    assert [[float(cell) for cell in row.values()] for row in trials] == wide.to_numpy(dtype=float).tolist()
    figures = json.loads((run / "summary.json").read_text())["figures"]
    table = cells(out / "figures.csv")
    assert [float(row["mean"]) for row in table] == [figure["mean"]["value"] for figure in figures]
    assert [float(row["p80"]) for row in table] == [figure["p80"]["value"] for figure in figures]
    assert [row["period"] for row in table] == [str(figure["period"] or "") for figure in figures]


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_long_trials_are_the_wide_ones(run: Path, tmp_path: Path, form: str) -> None:
    export(run, "--format", form, "--trials", "long", "--out", str(tmp_path / "out"))
    path = tmp_path / "out" / f"trials-shared_savings.{form}"
    long = pd.read_csv(path, encoding="utf-8-sig") if form == "csv" else pd.read_parquet(path)
    wide = stored(run)

    assert list(long) == list(FIELDS["trials (long)"])
    assert len(long) == TRIALS * (len(wide.columns) - 1)
    assert list(long.trial) == sorted(long.trial)
    third = long[(long.figure == "payment") & (long.period == 3)]
    np.testing.assert_allclose(third.value, wide["shared_savings/payment/year-3"], rtol=1e-14)


def test_parquet_keeps_every_bit(run: Path, tmp_path: Path) -> None:
    export(run, "--format", "parquet", "--out", str(tmp_path / "out"))
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out" / "trials-shared_savings.parquet"), stored(run), check_exact=True
    )
    columns = pd.read_parquet(tmp_path / "out" / "columns.parquet")
    assert set(stored(run)) - {"trial"} <= set(columns.column)


def test_a_workbook_has_a_sheet_a_table(run: Path, tmp_path: Path) -> None:
    told = export(run, "--format", "xlsx", "--out", str(tmp_path / "out"))
    book = openpyxl.load_workbook(told.stdout.strip(), read_only=True)

    small, models = ["figures", "probabilities", "columns", "fields"], ["every-model", "shared_savings"]
    assert book.sheetnames == [*small, *(f"trials {model}" for model in models)]
    rows = list(book["trials shared_savings"].iter_rows(values_only=True))
    wide = stored(run)
    assert list(rows[0]) == list(wide)
    np.testing.assert_allclose(np.array(rows[1:], dtype=float), wide.to_numpy(dtype=float), rtol=1e-15)  # 16 digits


def test_every_field_is_explained(run: Path, tmp_path: Path) -> None:
    export(run, "--format", "csv", "--trials", "none", "--out", str(tmp_path / "out"))

    assert not list((tmp_path / "out").glob("trials*"))
    with (tmp_path / "out" / "fields.csv").open(encoding="utf-8-sig") as file:
        explained = {(row["table"], row["field"]) for row in csv.DictReader(file) if row["meaning"]}
    for name in ("figures", "probabilities", "columns"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            assert {(name, field) for field in next(csv.reader(file))} <= explained


def test_nothing_is_written_over_and_nothing_in_part(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    told = export(run, "--format", "csv", "--out", str(out))
    assert (told.exit_code, list(out.iterdir())) == (2, [])
    assert "is there already" in told.stderr

    told = export(tmp_path, "--format", "csv", "--out", str(tmp_path / "new"))
    assert (told.exit_code, (tmp_path / "new").exists()) == (2, False)
    assert "no run" in told.stderr


def test_trials_that_excel_cannot_hold_are_refused(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finmodel.report.export._ROWS", TRIALS)  # Excel's own limit takes half a minute to come near
    told = export(run, "--format", "xlsx", "--out", str(tmp_path / "out"))
    assert told.exit_code == 2
    assert f"'every-model' are {TRIALS:,} rows" in told.stderr
    assert "parquet" in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_text_that_looks_like_a_formula_is_kept_from_being_one(tmp_path: Path) -> None:
    from finmodel.report.export import _write_csv

    frame = pd.DataFrame({"provider": ["=1+1", "trust", None], "value": [-1.5, 2.0, 3.0]})
    _write_csv(tmp_path / "t.csv", iter([frame]))

    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "provider,value\n'=1+1,-1.5\ntrust,2.0\n,3.0\n"
