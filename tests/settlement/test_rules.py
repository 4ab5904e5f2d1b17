"""Laws that any settlement obeys, against decimal arithmetic and against itself: order, scale, thresholds, rounding."""

from __future__ import annotations

import itertools
import math
import random
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.analysis.settlement import Settled, settle, settle_rows
from finmodel.contract import open_settlement
from finmodel.scenario.actuals import ActualRow, Actuals
from finmodel.scenario.files import TextFile
from tests.settlement.plain import due
from tests.settlement.published import HERE, MODELS, MSSP, REACH, Row, read, write

DUE = "due.medicare.organisation"
SAVINGS = open_settlement(MODELS / "mssp-2013-2018.yaml")
CORRIDORS = open_settlement(REACH)
MONEY = st.decimals(min_value=1, max_value=3_000_000_000, places=2)


def row(**changed: str) -> Row:
    return {
        "aco_id": "A1", "year": "2018", "track": "2", "beneficiaries": "10000", "benchmark": "100000000",
        "expenditure": "95000000", "minimum_savings_rate_pct": "2", "met_quality_standard": "1",
        "quality_score_pct": "90", "published_final_share_rate_pct": "0", "disaster_adjustment": "",
    } | changed  # fmt: skip


def shared(rows: list[Row], folder: Path) -> Settled:
    numbered = [one | {"aco_id": f"A{at}"} for at, one in enumerate(rows)]
    return settle(MODELS / "mssp-2013-2018.yaml", write(folder / "actuals.csv", numbered))


def dues(settled: Settled) -> list[float]:
    return [one.values[DUE] for one in settled.rows]


def corridors(arrangement: str, pairs: list[tuple[float, float]]) -> Settled:
    rows = tuple(
        ActualRow(at, (str(at), "2021"), {"benchmark": benchmark, "cost": cost},
                  {"perf_year": "2021", "risk_arrangement": arrangement}, frozenset())
        for at, (benchmark, cost) in enumerate(pairs, start=2)
    )  # fmt: skip
    return settle_rows(CORRIDORS, Actuals(TextFile(Path("x.csv"), "x.csv", "", ""), rows, ()))


ROWS = st.builds(
    lambda track, benchmark, cost, rate, met, score, disaster: row(
        track=track, benchmark=str(benchmark), expenditure=str(cost), minimum_savings_rate_pct=str(rate),
        met_quality_standard=met, quality_score_pct=score, published_final_share_rate_pct="45",
        disaster_adjustment=disaster,
    ),
    st.sampled_from(["1", "1+", "2", "3"]), MONEY, MONEY, st.decimals(min_value=0, max_value=12, places=7),
    st.sampled_from("01"), st.sampled_from(["", "0", "77.125", "100"]), st.sampled_from(["", "0", "-250000.5"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=12))
def test_shared_savings_are_those_of_plain_decimal_arithmetic(
    rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = dues(shared(rows, tmp_path_factory.mktemp("rows")))

    # an amount may lie so near half a cent that the last bit of a float decides
    assert all(abs(Decimal(repr(have)) - due(one)) <= Decimal("0.01") for have, one in zip(found, rows, strict=True))
    assert all(have == round(have, 2) for have in found)


def test_plain_arithmetic_agrees_with_what_was_published() -> None:
    rows = [one for one in read(HERE / "mssp.csv") if one["year"] in MSSP["mssp-2013-2018"]]

    assert [
        one["aco_id"]
        for one in rows
        if abs(float(due(one)) - float(one["official_earned_or_owed"])) > float(one["tolerance"])
    ] == []


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(ROWS, min_size=2, max_size=12), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    rows: list[Row], order: random.Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each row has the same lines to the bit wherever it stands, and the totals are the same to the penny."""
    folder = tmp_path_factory.mktemp("orders")
    numbered = [one | {"aco_id": f"A{at}"} for at, one in enumerate(rows)]
    shuffled = order.sample(numbered, len(numbered))
    model = MODELS / "mssp-2013-2018.yaml"
    one = settle(model, write(folder / "one.csv", numbered))
    other = settle(model, write(folder / "other.csv", shuffled))

    assert [row.actual.key[0] for row in other.rows] == [row["aco_id"] for row in shuffled]
    assert {row.actual.key: row.values for row in one.rows} == {row.actual.key: row.values for row in other.rows}
    assert [one.total(name) for name in (*one.terms, *one.dues)] == [
        other.total(name) for name in (*other.terms, *other.dues)
    ]


def test_the_order_of_published_rows_changes_nothing(tmp_path: Path) -> None:
    rows = [one for one in read(HERE / "mssp.csv") if one["year"] in MSSP["mssp-2021-2022"]]
    model = MODELS / "mssp-2021-2022.yaml"
    one = settle(model, write(tmp_path / "one.csv", rows))
    other = settle(model, write(tmp_path / "other.csv", rows[::-1]))

    assert {row.actual.key: row.values for row in one.rows} == {row.actual.key: row.values for row in other.rows}
    assert [one.total(name) for name in one.dues] == [other.total(name) for name in other.dues]


@pytest.mark.parametrize("at", [0, 7, 20])
def test_one_row_alone_is_settled_as_among_others(at: int, tmp_path: Path) -> None:
    rows = [one for one in read(HERE / "mssp.csv") if one["year"] in MSSP["mssp-2021-2022"]]
    model = MODELS / "mssp-2021-2022.yaml"
    together = settle(model, write(tmp_path / "all.csv", rows))
    alone = settle(model, write(tmp_path / "one.csv", [rows[at]]))

    assert alone.rows[0].values == together.rows[at].values


@settings(max_examples=40, deadline=None)
@given(
    benchmark=st.floats(1e6, 1e9), part=st.floats(0.2, 2.0), scale=st.sampled_from([0.5, 2.0, 1024.0]),
    arrangement=st.sampled_from(["Global", "Professional"]),
)  # fmt: skip
def test_corridors_are_free_of_scale(benchmark: float, part: float, scale: float, arrangement: str) -> None:
    one, other = corridors(
        arrangement, [(benchmark, part * benchmark), (scale * benchmark, scale * part * benchmark)]
    ).rows

    assert other.values["shared_savings"] == scale * one.values["shared_savings"]  # a power of two scales exactly


@settings(max_examples=40, deadline=None)
@given(
    costs=st.lists(st.floats(1e5, 3e6), min_size=2, max_size=30),
    arrangement=st.sampled_from(["Global", "Professional"]),
)
def test_what_is_shared_rises_with_savings_and_never_beyond_them(costs: list[float], arrangement: str) -> None:
    found = corridors(arrangement, [(1e6, cost) for cost in sorted(costs)])
    amounts = [one.values[DUE] for one in found.rows]

    assert all(later <= earlier for earlier, later in itertools.pairwise(amounts))
    assert all(
        abs(one.values["shared_savings"]) <= abs(one.values["gross_savings"]) * (1 + 1e-12) for one in found.rows
    )


@pytest.mark.parametrize(
    ("arrangement", "gain", "shared"),
    [
        ("Professional", 0.05, 0.025), ("Professional", 0.10, 0.0425), ("Professional", 0.15, 0.05),
        ("Professional", 0.35, 0.06), ("Global", 0.25, 0.25), ("Global", 0.35, 0.30), ("Global", 0.50, 0.3375),
        ("Global", 0.60, 0.3475),
    ],
)  # fmt: skip
def test_each_corridor_ends_where_it_is_said(arrangement: str, gain: float, shared: float) -> None:
    """By hand: the sums of the marginal shares, for gains and for losses."""
    saved, lost = corridors(arrangement, [(1e6, 1e6 * (1 - gain)), (1e6, 1e6 * (1 + gain))]).rows

    assert math.isclose(saved.values["shared_savings"], 1e6 * shared, rel_tol=1e-12)
    assert math.isclose(lost.values["shared_savings"], -1e6 * shared, rel_tol=1e-12)
    assert saved.values[DUE] == round(1e6 * shared * 0.98, 2)
    assert lost.values[DUE] == -round(1e6 * shared, 2)


@pytest.mark.parametrize("rate", ["2", "2.7", "3.9", "0.1", "7"])
def test_the_minimum_rate_is_reached_when_hit_exactly(rate: str, tmp_path: Path) -> None:
    benchmark = Decimal("123456789.10")
    limit = benchmark * Decimal(rate) / 100
    costs = [benchmark - limit, benchmark - limit + 1, benchmark + limit, benchmark + limit - 1]
    rows = [row(benchmark=str(benchmark), expenditure=str(cost), minimum_savings_rate_pct=rate) for cost in costs]
    hit, short, lost, nearly = dues(shared(rows, tmp_path))

    assert hit == float(due(rows[0])) > 0
    assert short == 0
    assert lost == float(due(rows[2])) < 0
    assert nearly == 0


def test_cap_and_floor_hold_when_hit_exactly(tmp_path: Path) -> None:
    """Track 2: 60% x 98% = 58.8% of savings up to 15% of the benchmark; an adjustment as large as the loss leaves 0."""
    at_cap = Decimal("15e6") / Decimal("0.588")
    rows = [
        row(quality_score_pct="100", expenditure=str(Decimal("1e8") - at_cap.quantize(Decimal("0.01")))),
        row(quality_score_pct="100", expenditure="1000"),
        row(expenditure="110000000", disaster_adjustment="-4600000"),
        row(expenditure="110000000", disaster_adjustment="-4600000.01"),
        row(expenditure="110000000", disaster_adjustment="-4599999.99"),
    ]
    found = dues(shared(rows, tmp_path))

    assert found == [15_000_000.0, 15_000_000.0, 0.0, 0.0, -0.01]


TO_CENTS = """
finmodel: 1
settlement: halves
title: Rounding
source: "Illustration"
rounding: £{step}
key: [row]
parties: {{a: A, b: B}}
inputs: {{amount: {{unit: money}}}}
terms: [{{name: paid, from: a, to: b, formula: amount}}, {{name: half, from: a, to: b, formula: paid / 2}}]
"""


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=3), min_size=1, max_size=40),
    step=st.sampled_from(["0.01", "1"]),
)
def test_amounts_are_rounded_half_away_from_zero(
    amounts: list[Decimal], step: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The decimal module rounds the figures as they are printed; a term that reads another reads it rounded."""
    folder = tmp_path_factory.mktemp("halves")
    (folder / "model.yaml").write_text(TO_CENTS.format(step=step), encoding="utf-8")
    rows = [{"row": str(at), "amount": str(amount)} for at, amount in enumerate(amounts)]
    settled = settle(folder / "model.yaml", write(folder / "actuals.csv", rows))

    unit = Decimal(step)
    for amount, found in zip(amounts, settled.rows, strict=True):
        paid = amount.quantize(unit, ROUND_HALF_UP)
        half = (paid / 2).quantize(unit, ROUND_HALF_UP)
        assert found.values["paid"] == float(paid)
        assert found.values["half"] == float(half)
        assert found.values["due.a.b"] == float(paid + half)


def test_the_last_of_a_split_takes_what_rounding_leaves(tmp_path: Path) -> None:
    """£100 in three: 33.33, 33.33 and, for the payee who is named to take the rest, 33.34."""
    model = tmp_path / "split.yaml"
    model.write_text(
        """
finmodel: 1
settlement: split
title: A split
source: "Illustration"
key: [row]
parties: {payer: Payer, a: A, b: B, c: C}
inputs: {amount: {unit: money}}
terms:
  - {name: to_a, from: payer, to: a, formula: amount / 3}
  - {name: to_b, from: payer, to: b, formula: amount / 3}
  - {name: to_c, from: payer, to: c, formula: amount - to_a - to_b}
""",
        encoding="utf-8",
    )
    settled = settle(model, write(tmp_path / "actuals.csv", [{"row": "1", "amount": "100"}]))

    assert [settled.rows[0].values[name] for name in settled.terms] == [33.33, 33.33, 33.34]
