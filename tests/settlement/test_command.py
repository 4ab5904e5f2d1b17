"""finmodel settle: the table, one row explained, CSV and JSON, from CSV and from a workbook."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app
from tests.scenario.books import write_book
from tests.settlement.published import HERE, MODELS, MSSP, read, write

BASE = HERE / "bad" / "base.yaml"
ACTUALS = HERE / "actuals.csv"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["settle", *map(str, words)])


def test_the_table_has_rows_terms_and_what_is_due() -> None:
    done = run(BASE, "--actuals", ACTUALS)

    assert done.exit_code == 0, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0] == "Gain share with providers"
    # North 2024/25: 50% of 100,000, and 1% of 80% of a million. 2025/26: 1.5% is below 2%, and no quality is given.
    assert "2 North, 2024/25 50,000.00 8,000.00 58,000.00" in lines
    assert "3 North, 2025/26 0.00 0.00 0.00" in lines
    # South: 60% of 99,999.50; its kind is not scored
    assert "4 South, 2025/26 59,999.70 0.00 59,999.70" in lines
    assert "All 3 rows 109,999.70 8,000.00 117,999.70" in lines


@pytest.mark.parametrize("row", ["South, 2025/26", "South,2025/26", "4"])
def test_a_row_is_explained_by_key_or_number(row: str) -> None:
    done = run(BASE, "--actuals", ACTUALS, "--explain", row)

    assert done.exit_code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "Row 4: South, 2025/26" in lines
    at = next(at for at, line in enumerate(lines) if line.startswith("gain_share.exact  = £59,999.70"))
    assert lines[at + 1] == "    where(reached(gain / target, 2%), share * max(gain, 0), 0)"
    assert lines[at + 2] == "  = where(reached(£99,999.50 / £2,000,000.00, 2%), 0.6 * max(£99,999.50, 0), 0)"
    assert "gain  = £99,999.50  Gain" in lines
    assert "  = by community" in lines


def test_an_empty_cell_says_that_its_default_went_in() -> None:
    done = run(BASE, "--actuals", ACTUALS, "--explain", "3")

    lines = done.stdout.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("quality  = "))
    assert lines[at].startswith("quality  = 1  Quality")
    assert lines[at + 1] == "    empty cell: the default"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("9", "there is no row 9: rows with figures go from 2 to 4"),
        (
            "Soth, 2025/26",
            "there is no row 'Soth, 2025/26' (its key is provider, year); did you mean 'South, 2025/26'?",
        ),
    ],
)
def test_a_row_that_is_not_there(row: str, told: str) -> None:
    done = run(BASE, "--actuals", ACTUALS, "--explain", row)

    assert done.exit_code == 2
    assert told in done.stderr


def test_the_file_holds_every_line_of_every_row(tmp_path: Path) -> None:
    out = tmp_path / "due.csv"
    first = run(BASE, "--actuals", ACTUALS, "--out", out)
    again = run(BASE, "--actuals", ACTUALS, "--out", out)
    over = run(BASE, "--actuals", ACTUALS, "--out", out, "--overwrite")

    assert (first.exit_code, again.exit_code, over.exit_code) == (0, 2, 0)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "provider", "year", "kind", "target", "cost", "quality", "patients", "share", "scored", "gain", "per_patient",
        "gain_share.exact", "gain_share", "quality_bonus.exact", "quality_bonus", "due.commissioner.provider",
    ]  # fmt: skip
    assert rows[2] == {
        "provider": "South", "year": "2025/26", "kind": "community", "target": "2000000", "cost": "1900000.5",
        "quality": "0.925", "patients": "900", "share": "0.6", "scored": "no", "gain": "99999.5",
        "per_patient": repr(99999.5 / 900), "gain_share.exact": "59999.7", "gain_share": "59999.70",
        "quality_bonus.exact": "0", "quality_bonus": "0.00", "due.commissioner.provider": "59999.70",
    }  # fmt: skip


def test_json_for_programs() -> None:
    found = json.loads(run(BASE, "--actuals", ACTUALS, "--json").stdout)
    one = json.loads(run(BASE, "--actuals", ACTUALS, "--explain", "2", "--json").stdout)

    assert found["currency"] == "£"
    assert found["rows"][0]["key"] == {"provider": "North", "year": "2024/25"}
    assert found["rows"][0]["due"] == [{"from": "commissioner", "to": "provider", "amount": 58_000.0}]
    assert found["rows"][1]["lines"]["scored"] is True
    assert found["totals"]["terms"] == {"gain_share": 109_999.7, "quality_bonus": 8_000.0}
    assert {"name": "gain", "label": "Gain", "value": "£100,000.00", "formula": "target - cost",
            "numbers": "£1,000,000.00 - £900,000.00"} in one["lines"]  # fmt: skip


def test_a_workbook_is_settled_as_the_csv_file_is(tmp_path: Path) -> None:
    book = tmp_path / "actuals.xlsx"
    header = ACTUALS.read_text(encoding="utf-8").splitlines()[0].split(",")
    rows = [
        ["North", "2024/25", "acute", (1_000_000, '"£"#,##0'), 900_000, 80, 1160],
        ["North", "2025/26", "acute", 1_000_000, 985_000, None, 1200],
        ["South", "2025/26", "community", 2_000_000, 1_900_000.5, (0.925, "0.0%"), 900],
    ]
    write_book(book, {"Notes": [["nothing"]], "2025": [header, *rows]})

    found = json.loads(run(BASE, "--actuals", book, "--sheet", "2025", "--json").stdout)
    same = json.loads(run(BASE, "--actuals", ACTUALS, "--json").stdout)

    assert found["rows"] == same["rows"]


def test_many_rows_and_columns_that_nothing_reads(tmp_path: Path) -> None:
    rows = [row | {"note": "=1"} for row in read(HERE / "mssp.csv") if row["year"] in MSSP["mssp-2013-2018"]]
    done = run(MODELS / "mssp-2013-2018.yaml", "--actuals", write(tmp_path / "actuals.csv", rows))

    assert len(rows) > 40
    assert f"{len(rows) - 40} more rows are not shown" in done.stdout
    assert "Columns that nothing reads: official_earned_or_owed, tolerance, note" in done.stdout
    assert "Amounts in $" in done.stdout


def test_terms_of_another_year_are_refused(tmp_path: Path) -> None:
    rows = [row for row in read(HERE / "mssp.csv") if row["year"] == "2016"][:1]
    done = run(MODELS / "mssp-2021-2022.yaml", "--actuals", write(tmp_path / "actuals.csv", rows))

    assert done.exit_code == 2
    assert "year: expected 2021 or 2022, got '2016'" in done.stderr


def test_numbers_as_programs_write_them(tmp_path: Path) -> None:
    """Powers of ten, and per cent in a column whose scale is per cent."""
    text = ACTUALS.read_text(encoding="utf-8").replace("1000000,985000", "1e6,9.85E+05")
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(text, encoding="utf-8")

    found = json.loads(run(BASE, "--actuals", actuals, "--json").stdout)["rows"][1]["lines"]

    assert (found["target"], found["cost"]) == (1_000_000, 985_000)


@pytest.mark.parametrize("model", sorted(MODELS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_settlement_as_show_prints_it_gives_the_same_amounts(model: Path, tmp_path: Path) -> None:
    """Composed (2021 stands over 2018), with every input, term and rounding."""
    shown, actuals = tmp_path / "shown.yaml", tmp_path / "actuals.csv"
    rows = read(HERE / ("reach.csv" if "reach" in model.stem else "mssp.csv"))
    if model.stem == "stop-loss":
        rows = [{"row": "1", "loss": "900", "attachment": "500", "limit": "250.5", "share": "80%"}]
    write(actuals, [row for row in rows if model.stem not in MSSP or row["year"] in MSSP[model.stem]])

    printed = CliRunner().invoke(app, ["show", str(model), "--out", str(shown)])
    checked = CliRunner().invoke(app, ["validate", str(shown)])
    first, second = (json.loads(run(path, "--actuals", actuals, "--json").stdout) for path in (model, shown))

    assert printed.exit_code == 0, printed.stderr
    assert checked.exit_code == 0, checked.stderr
    assert "extends" not in shown.read_text(encoding="utf-8").split("\n\n")[0]
    assert first["rows"]
    assert first["rows"] == second["rows"]
