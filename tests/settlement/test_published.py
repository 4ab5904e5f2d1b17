"""The shipped settlements give the amounts that Medicare published, within the rounding of the published inputs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from finmodel.analysis import Settled, settle
from tests.settlement.published import HERE, MODELS, MSSP, REACH, Row, read, whole, write

DUE = "due.medicare.organisation"
UNEXPLAINED = ("D0128", "2022")  # publishes 0 after sequestration


def of(settled: Settled, name: str) -> list[float]:
    return [row.values[name] for row in settled.rows]


def mssp_misses(rows: list[Row], model: str, tmp_path: Path) -> list[str]:
    settled = settle(MODELS / f"{model}.yaml", write(tmp_path / "actuals.csv", rows))
    return [
        f"{row['aco_id']} {row['year']}: {due}, published {row['official_earned_or_owed']}"
        for row, due in zip(rows, of(settled, DUE), strict=True)
        if abs(due - float(row["official_earned_or_owed"])) > float(row["tolerance"])
    ]


@pytest.mark.parametrize("model", MSSP)
def test_shared_savings_restated_rows(model: str, tmp_path: Path) -> None:
    rows = [row for row in read(HERE / "mssp.csv") if row["year"] in MSSP[model]]

    assert len(rows) >= 25
    assert mssp_misses(rows, model, tmp_path) == []


def test_every_reproducible_shared_savings_row(tmp_path: Path) -> None:
    rows = whole("mssp-settlements.csv")
    misses, counted = [], 0
    for model, years in MSSP.items():
        chosen = [row for row in rows if row["year"] in years and row["reproducible"] == "yes"]
        counted += len(chosen)
        misses += mssp_misses(chosen, model, tmp_path)

    assert counted == 2485
    assert misses == []


def rate_misses(rows: list[Row], tmp_path: Path) -> list[str]:
    """Rows whose rate is not the scale's, to the last digit printed: an empty rate leaves it to the scale."""
    columns = {row["aco_id"] + row["py"]: row for row in rows}
    actuals = [
        {
            "aco_id": key, "year": "2013", "track": "1", "beneficiaries": str(round(float(row["n_ab"]))),
            "benchmark": "1000000", "expenditure": "1000000", "minimum_savings_rate_pct": "",
            "met_quality_standard": "1", "quality_score_pct": "", "published_final_share_rate_pct": "50",
            "disaster_adjustment": "",
        }
        for key, row in columns.items()
    ]  # fmt: skip
    settled = settle(MODELS / "mssp-2013-2018.yaml", write(tmp_path / "actuals.csv", actuals))
    found = dict(zip(columns, of(settled, "minimum_savings_rate"), strict=True))
    return [
        f"{key}: {100 * found[key]}, published {row['msr_pct']}"
        for key, row in columns.items()
        if abs(100 * found[key] - float(row["msr_pct"])) > (1e-6 if row["full_precision"] == "True" else 0.005)
    ]


def test_minimum_savings_rate_restated_cases(tmp_path: Path) -> None:
    rows = [row | {"full_precision": "True"} for row in read(HERE / "minimum_savings_rates.csv")]

    assert len(rows) >= 20
    assert rate_misses(rows, tmp_path) == []


def test_every_minimum_savings_rate(tmp_path: Path) -> None:
    rows = whole("mssp-minimum-savings-rate-cases.csv")

    assert len(rows) == 1821
    assert rate_misses(rows, tmp_path) == []


CENT = 0.010001
DIGITS = 10
"""How many digits of an amount the file of 2022 prints; that of 2021 has four decimals of each."""
UNEXPLAINED_CENTS = {"D0084": 0.10, "D0147": 0.41}
"""Two organisations of 2022 whose printed inputs miss their savings by more than that; nothing printed says why."""


def rounding(row: Row) -> float:
    """By how much benchmark less cost may miss the published savings: a cent, and half of their last digits printed."""
    if row["perf_year"] == "2021":
        return CENT
    benchmark, cost = Decimal(row["corridor_benchmark"]), Decimal(row["tot_cost_care_net"])
    last = [Decimal(1).scaleb(max(amount.adjusted() + 1 - DIGITS, -2)) for amount in (benchmark, cost)]
    return CENT + max(float(sum(last)) / 2, UNEXPLAINED_CENTS.get(row["aco_id"], 0.0))


def reach_misses(rows: list[Row], tmp_path: Path) -> list[str]:
    settled = settle(REACH, write(tmp_path / "actuals.csv", rows))
    misses = []
    for row, found in zip(rows, settled.rows, strict=True):
        slack = rounding(row)
        pairs = [("gross_savings", "gross_savings", slack), ("shared_savings", "shared_savings", slack)]
        if (row["aco_id"], row["perf_year"]) != UNEXPLAINED:
            pairs.append((DUE, "shared_savings_seq", 1.0))
        misses += [
            f"{found.name} {name}: {found.values[name]}, published {row[column]}"
            for name, column, tolerance in pairs
            if abs(found.values[name] - float(row[column])) > tolerance
        ]
    return misses


def with_exact_savings(rows: list[Row]) -> list[Row]:
    """The rows with the cost that the published gross savings mean: the corridors alone are then tested."""
    return [
        row | {"tot_cost_care_net": f"{Decimal(row['corridor_benchmark']) - Decimal(row['gross_savings'])}"}
        for row in rows
    ]


def corridor_misses(rows: list[Row], tmp_path: Path) -> list[str]:
    settled = settle(REACH, write(tmp_path / "exact.csv", with_exact_savings(rows)))
    return [
        f"{found.name}: {found.values['shared_savings']}, published {row['shared_savings']}"
        for row, found in zip(rows, settled.rows, strict=True)
        if abs(found.values["gross_savings"] - float(row["gross_savings"])) > CENT
        or abs(found.values["shared_savings"] - float(row["shared_savings"])) > CENT
    ]


def test_reach_restated_rows(tmp_path: Path) -> None:
    rows = read(HERE / "reach.csv")

    assert len(rows) >= 30
    assert reach_misses(rows, tmp_path) == []
    assert corridor_misses(rows, tmp_path) == []


def test_every_reach_row(tmp_path: Path) -> None:
    rows = whole("reach-settlements.csv")

    assert len(rows) == 152
    assert reach_misses(rows, tmp_path) == []
    assert corridor_misses(rows, tmp_path) == []


def test_a_wrong_rule_is_noticed(tmp_path: Path) -> None:
    """Sequestered after the cap instead of before it, and 3% for 2%: the published rows refuse either."""
    for right, wrong in (
        ("min(share * max(savings, 0) * (1 - 2%), savings_cap * benchmark)",
         "min(share * max(savings, 0), savings_cap * benchmark) * (1 - 2%)"),
        ("(1 - 2%)", "(1 - 3%)"),
    ):  # fmt: skip
        text = (MODELS / "mssp-2013-2018.yaml").read_text(encoding="utf-8")
        assert right in text
        model = tmp_path / "wrong.yaml"
        model.write_text(text.replace(right, wrong), encoding="utf-8")
        rows = [row for row in read(HERE / "mssp.csv") if row["year"] in MSSP["mssp-2013-2018"]]
        settled = settle(model, write(tmp_path / "actuals.csv", rows))
        misses = [
            row
            for row, due in zip(rows, of(settled, DUE), strict=True)
            if abs(due - float(row["official_earned_or_owed"])) > float(row["tolerance"])
        ]
        assert misses
