"""Rows of the published results that the tests of settlements share.

Sources, works of the US Government: Centers for Medicare & Medicaid Services, Medicare Shared Savings Program,
performance year financial and quality results (public use files 2013, 2014, 2016, 2018, 2021, 2022); GPDC and ACO REACH
Model, performance year results 2021 and 2022. mssp.csv, reach.csv and minimum_savings_rates.csv restate some of their
rows as they are printed; the columns `official_…`, `gross_savings`, `shared_savings…` and `msr_pct` are the results,
`tolerance` in dollars is the rounding of the printed inputs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODELS = ROOT / "scenarios" / "settlements"
WHOLE = ROOT.parent / "shared" / "validation"
MSSP = {"mssp-2013-2018": {"2013", "2014", "2016", "2018"}, "mssp-2021-2022": {"2021", "2022"}}
REACH = MODELS / "aco-reach-2021-2022.yaml"

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def whole(name: str) -> list[Row]:
    """A published file as a whole, where it lies beside the project."""
    path = WHOLE / name
    if not path.is_file():
        pytest.skip(f"{path} is not there: only the rows restated in {HERE.name} were tested")
    return read(path)


def write(path: Path, rows: Sequence[Row], columns: Iterable[str] | None = None) -> Path:
    names = list(columns or rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path
