"""Shared savings: published settlements, every threshold exactly and a hair to either side, and any savings at all."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.contract.payment.worked import Facts, paid_on, worked
from finmodel.errors import InputError
from tests.contract.flat import M, base_case, flat, rows, term, with_outcomes
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED
from tests.settlement.published import HERE, Row, read, whole

HALVES = "[{share: 50%}, {share: 50%, outcomes_at_least: 40%}]"
# The sliding scale of 42 CFR 425.604(b), by the number of beneficiaries
SCALE = (
    "[[5000, 3.9%], [5999, 3.6%], [6000, 3.6%], [6999, 3.4%], [7000, 3.4%], [7999, 3.2%], [8000, 3.2%], [8999, 3.1%],"
    " [9000, 3.1%], [9999, 3%], [10000, 3%], [14999, 2.7%], [15000, 2.7%], [19999, 2.5%], [20000, 2.5%],"
    " [49999, 2.2%], [50000, 2.2%], [59999, 2%]]"
)
# Cap, largest share and, of the two-sided tracks, the least and the largest share of losses
TRACKS = {
    "1": (10, 50, None), "1+": (10, 50, (30, 30)), "2": (15, 60, (40, 60)), "3": (20, 75, (40, 75)),
    "A": (10, 100, None), "B": (10, 100, None), "C": (10, 100, (30, 30)), "D": (10, 100, (30, 30)),
    "E": (10, 100, (30, 30)), "EN": (20, 100, (40, 75)),
}  # fmt: skip


def column(values: list[float]) -> np.ndarray:
    return np.array([values])


def by_score(row: Row) -> bool:
    """Whether the share is the track's largest by the quality score, or only the final share was published."""
    return row["quality_score_pct"] != "" and int(row["year"]) < 2021


def settle(rows: list[Row], track: str, minimum: str) -> np.ndarray:
    """What the term pays for organisations of one track and one minimum rate."""
    cap, largest, losses = TRACKS[track]
    (scored,) = {by_score(row) for row in rows}
    share = largest if scored else 100
    column_of_score = "quality_score_pct" if share < 100 else "published_final_share_rate_pct"
    scores = [float(row[column_of_score]) / 100 * (row["met_quality_standard"] == "1") for row in rows]
    owed = "" if losses is None else f", loss_share_between: {{least: {losses[0]}%, most: {losses[1]}%}}"
    written = (
        f"{{kind: shared_savings, on: [benchmark], cost: [spent], share: {share}%, scaled_by_outcomes: true, "
        f"{minimum}, cap: {cap}%, sequestration: 2%{owed}}}"
    )
    figures = {"population": column([float(row["beneficiaries"]) for row in rows])}
    earlier = {
        "benchmark": column([float(row["benchmark"]) for row in rows]),
        "spent": column([float(row["expenditure"]) for row in rows]),
    }
    outcomes = {"quality": {"weight": column([1.0] * len(rows)), "score": column(scores)}}
    return paid_on(written, Facts(figures, earlier, outcomes))[0]


def misses(found: list[Row]) -> tuple[int, list[str]]:
    """How many organisations were settled, and which of them not as published (those adjusted for disasters apart)."""

    def group(row: Row) -> tuple[str, bool, str]:
        printed = float(row["minimum_savings_rate_pct"] or 0)
        whole_tenths = bool(row["minimum_savings_rate_pct"]) and np.isclose(printed * 10, round(printed * 10))
        by_people = not whole_tenths and float(row["beneficiaries"]) >= 5000  # below, the scale says nothing
        return row["track"], by_score(row), "" if by_people else f"{printed:g}"

    chosen = sorted((row for row in found if float(row["disaster_adjustment"] or 0) == 0), key=group)
    wrong = []
    for (track, _, rate), one in groupby(chosen, key=group):
        rows_of_group = list(one)
        minimum = f"minimum_savings: {rate}%" if rate else f"minimum_by_people: {SCALE}"
        for row, due in zip(rows_of_group, settle(rows_of_group, track, minimum), strict=True):
            if abs(due - float(row["official_earned_or_owed"])) > float(row["tolerance"]) + 0.01:
                wrong.append(f"{row['aco_id']} {row['year']}: {due:.2f}, published {row['official_earned_or_owed']}")
    return len(chosen), wrong


def test_published_settlements_of_the_medicare_programme() -> None:
    count, wrong = misses(read(HERE / "mssp.csv"))

    assert count > 60
    assert wrong == []


def test_every_published_settlement_of_the_medicare_programme() -> None:
    count, wrong = misses([row for row in whole("mssp-settlements.csv") if row["reproducible"] == "yes"])

    assert count > 2400
    assert wrong == []


TWO_SIDED = (
    "{kind: shared_savings, share: 50%, minimum_savings: 2%, minimum_losses: 3%, cap: 10%, loss_share: 40%, "
    "loss_limit: 5%, sequestration: 2%}"
)


@pytest.mark.parametrize(
    ("saved", "paid"),
    [
        (0, 0), (1.9999, 0), (2, 0.98), (2.0001, 0.980049),  # reached exactly, then from the first pound
        (20.408, 9.99992), (20.40816327, 10), (20.5, 10), (50, 10),  # 49% of it is 10% of the benchmark
        (-2.9999, 0), (-3, -1.2), (-3.0001, -1.20004), (-12.5, -5), (-12.6, -5), (-60, -5),
    ],
)  # fmt: skip
def test_thresholds_of_a_two_sided_share(saved: float, paid: float) -> None:
    """£100m, so that a saving in £m is one in per cent."""
    assert worked(TWO_SIDED, target=100 * M, cost=(100 - saved) * M) == pytest.approx(paid * M, abs=0.02)


@pytest.mark.parametrize(("people", "rate"), [(1, 4), (50, 4), (75, 3), (100, 2), (900, 2)])
def test_the_minimum_by_people_is_straight_between_points_and_flat_outside(people: int, rate: float) -> None:
    written = "{kind: shared_savings, share: 100%, minimum_by_people: [[50, 4%], [100, 2%]]}"
    cost = [100 * M - rate * M - 1, 100 * M - rate * M, 100 * M - rate * M + 1]

    assert worked(written, target=100 * M, cost=cost, population=people) == [rate * M + 1, rate * M, 0]


@pytest.mark.parametrize(
    ("keys", "score", "gain", "loss"),
    [
        ("scaled_by_outcomes: true", 0.5, 2.4, -4),
        ("scaled_by_outcomes: true", 1.2, 5.76, -4),  # a bonus counts
        ("outcomes_at_least: 40%", 0.39999, 0, -4),
        ("outcomes_at_least: 40%", 0.4, 4.8, -4),
        ("outcomes_at_least: 40%, scaled_by_outcomes: true", 0.4, 1.92, -4),
        (f"release: {HALVES}", 0.39999, 2.4, -4),
        (f"release: {HALVES}", 0.4, 4.8, -4),
        (f"release: {HALVES}, outcomes_at_least: 50%", 0.45, 0, -4),
        (f"release: {HALVES}, scaled_by_outcomes: true", 0.5, 2.4, -4),
        ("release: [{share: 30%, outcomes_at_least: 20%}, {share: 70%, outcomes_at_least: 90%}]", 0.6, 1.44, -4),
    ],
)
def test_what_outcomes_do(keys: str, score: float, gain: float, loss: float) -> None:
    """60% of a saving of £8m on £100m; half of a loss of £8m, which outcomes leave alone."""
    written = f"{{kind: shared_savings, share: 60%, loss_share: 50%, {keys}}}"
    outcomes = {"home": {"weight": 0.25, "score": score}, "back": {"weight": 0.75, "score": score}}

    assert worked(written, target=100 * M, cost=[92 * M, 108 * M], outcomes=outcomes) == pytest.approx(
        [gain * M, loss * M]
    )


@pytest.mark.parametrize(("score", "owed"), [(1.0, 4.0), (0.7, 4.75), (0.5, 6.25), (0.2, 7.5), (0.0, 7.5)])
def test_losses_by_outcomes(score: float, owed: float) -> None:
    """100% less 75% x score of a loss of £10m, from 40% to 75%."""
    written = (
        "{kind: shared_savings, share: 75%, scaled_by_outcomes: true, loss_share_between: {least: 40%, most: 75%}}"
    )
    paid = worked(written, target=100 * M, cost=110 * M, outcomes={"home": {"weight": 1, "score": score}})
    assert paid == pytest.approx(-owed * M)


def test_the_score_weighs_services_by_their_targets(tmp_path: Path) -> None:
    """`survival` (a: £60m) scores 50% at a fifth of its weight, b (£30m) 100%: (60 x 10% + 30 x 100%) / 90 = 40%."""
    share = term("shared_savings", share="50%", scaled_by_outcomes=True, cost=["chain"], on=["block"])
    found = with_outcomes([SUPPLY_CHAIN, term("block", share="110%"), share], [0.05])
    found.rows = rows(60 * M, 30 * M)
    for service, pool in (("a", 60), ("b", 30)):
        found.data["services"][service]["pool"] = f"£{pool}m"
    done = {"trend": "0pp", "effect": "0pp", "reference": "static", "score": [["-1pp", "0%"], ["0pp", "100%"]]}
    found.data["outcomes"]["done"] = {**found.data["outcomes"]["other"], "service": "b", "weight": "100%", **done}
    values = base_case(tmp_path, found)
    assert values[f"{TESTED}.later.shared_savings.outcome_score"][0] == pytest.approx(0.4)
    assert values[f"{TESTED}.later.shared_savings"][0] == pytest.approx(0.5 * 0.4 * 9 * M)


def test_a_service_without_outcomes_weighs_nothing_in_the_score(tmp_path: Path) -> None:
    """`survival` (a) scores 50% and all of its weight counts; b at £53.5m has no outcome, c at £10m scores 100%."""
    share = term("shared_savings", share="50%", scaled_by_outcomes=True, cost=["chain"], on=["block"])
    found = with_outcomes([SUPPLY_CHAIN, term("block", share="110%"), share], [0.05])
    services, outcomes = found.data["services"], found.data["outcomes"]
    services["c"] = {**services["b"], "pool": f"£{10 * M:.0f}"}
    found.rows = (*rows(68.7 * M, 53.5 * M), ("C", "hospice", "c", "", "south", round(10 * M), "block", 1.0, "100%"))
    outcomes["survival"]["weight"] = "100%"
    outcomes["other"].update(service="c", weight="100%", score=[["-1pp", "0%"], ["0pp", "100%"]])
    values = base_case(tmp_path, found)
    expected = (68.7 * 0.5 + 10 * 1.0) / (68.7 + 10)
    assert values[f"{TESTED}.later.shared_savings.outcome_score"][0] == pytest.approx(expected)


def cash(folder: Path, paid: str, block: str = "100%", **keys: Any) -> dict[int, float]:
    """The share's own cash by calendar month of the contract, £m: target £100m, care £90m, score 50%, known after 24
    months.
    """
    found = []
    share = term("shared_savings", share="100%", cost=["chain"], on=["block"], paid=paid, **keys)
    for terms in ([share], []):  # with and without the share: what is left is its own
        world = with_outcomes([SUPPLY_CHAIN, term("block", share=block), *terms], [0.05])
        world.rows = rows(60 * M, 30 * M)
        for service, pool in (("a", 200 / 3), ("b", 100 / 3)):
            world.data["services"][service]["pool"] = f"£{pool * M:.6f}"
        world.data["contract_register"]["differences"] = [
            {"name": f"more_{s}", "service": s, "amount": f"£{x * M:.6f}", "reason": "A test."}
            for s, x in (("a", 20 / 3), ("b", 10 / 3))
        ]
        world.data["outcomes"]["survival"]["weight"], world.data["outcomes"]["other"]["weight"] = "100%", "0%"
        values = base_case(folder, world)
        found.append(sum(values[f"{TESTED}.cash_by_month[{k}]"] for k in ("north", "south")))
    size = max(len(one) for one in found)
    with_share, without = (np.pad(one, (0, size - len(one))) for one in found)
    own = np.round((with_share - without) / M, 6)
    return {month: float(amount) for month, amount in enumerate(own, start=1) if amount}


LOSS = {"block": "80%", "scaled_by_outcomes": True}
HALF = [{"share": "50%"}, {"share": "50%", "outcomes_at_least": "50%"}]


@pytest.mark.parametrize(
    ("paid", "keys", "expected"),
    [
        ("monthly", {}, dict.fromkeys(range(1, 13), 0.833333)),
        ("6 months after year end", {}, {18: 10.0}),
        ("monthly", {"scaled_by_outcomes": True}, {36: 5.0}),
        ("6 months after year end", {"outcomes_at_least": "50%"}, {42: 10.0}),
        ("6 months after year end", {"release": HALF}, {18: 5.0, 42: 5.0}),
        # the share itself waits, and so does the half that no score holds back
        ("6 months after year end", {"release": HALF, "scaled_by_outcomes": True}, {42: 5.0}),
        # a loss of £10m: 30% of it known with the year; 100% less 50%, known with the score
        ("6 months after year end", {**LOSS, "loss_share": "30%"}, {18: -3.0}),
        ("6 months after year end", {**LOSS, "loss_share_between": {"least": "40%", "most": "75%"}}, {42: -5.0}),
    ],
)
def test_what_waits_for_scores_is_paid_when_they_are_known(
    tmp_path: Path, paid: str, keys: dict[str, Any], expected: dict[int, float]
) -> None:
    assert cash(tmp_path, paid, **keys) == expected


def test_services_share_what_is_saved_on_them_alone(tmp_path: Path) -> None:
    """a: £66m against £60m; what b saves is not shared."""
    share = term("shared_savings", share="50%", services=["a"], cost=["chain"], on=["block"])
    found = flat([SUPPLY_CHAIN, term("block", share="110%"), share], rows(60 * M, 30 * M))
    assert base_case(tmp_path, found)[f"{TESTED}.later.shared_savings[a]"][0] == pytest.approx(3 * M)


def test_a_benchmark_above_the_target() -> None:
    written = "{kind: shared_savings, share: 50%, benchmark: 103%, cap: 1%}"
    assert worked(written, target=100 * M, cost=[102 * M, 90 * M]) == [0.5 * M, 1.03 * M]


def test_a_score_needs_an_outcome_with_a_source(tmp_path: Path) -> None:
    share = term("shared_savings", share="50%", scaled_by_outcomes=True)
    with pytest.raises(InputError) as caught:
        flat([SUPPLY_CHAIN, share], rows(60 * M, 30 * M)).compile(tmp_path)
    (mistake,) = caught.value.mistakes
    assert mistake.message == "no outcome has a sourced baseline and a weight, so there is no score to go by"
    assert mistake.path.endswith("later.shared_savings")


amounts = st.lists(st.integers(0, 300), min_size=2, max_size=12, unique=True)


@settings(max_examples=30)
@given(costs=amounts, minimum=st.integers(0, 20), share=st.integers(0, 100), scale=st.sampled_from([1, 2, 1000]))
def test_any_savings(costs: list[int], minimum: int, share: int, scale: int) -> None:
    """Never rising with cost where savings are (and where losses are), scale-free, each case by itself."""
    written = (
        f"{{kind: shared_savings, share: {share}%, minimum_savings: {minimum}%, cap: 30%, loss_share: {share}%, "
        "loss_limit: 20%}"
    )

    def paid(values: list[float], k: int = 1) -> np.ndarray:
        figures = {"target": column([100 * M * k] * len(values)), "cost": column([x * M * k for x in values])}
        return paid_on(written, Facts(figures, {}, {}))[0]

    ordered = sorted(costs)
    found = paid(ordered)
    assert (np.diff(found) <= 1e-6).all()  # a dearer year never pays more: jumps are towards zero on both sides
    np.testing.assert_allclose(paid(ordered, scale), scale * found, rtol=1e-9, atol=1e-6)
    np.testing.assert_array_equal(paid(ordered[::-1]), found[::-1])
    inside = [100 - 0.999999 * minimum, 100 + 0.999999 * minimum]
    assert not minimum or (paid(inside) == 0).all()
