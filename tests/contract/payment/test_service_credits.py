"""Service credits by hand: exactly at a target, at the allowance and at the most; on services and on the chain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import M, base_case, flat, rows, term
from tests.contract.money import evaluate
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED


def kpi(performance: str, points: int = 10) -> str:
    return f"{{performance: {performance}, target: 95%, points: {points}}}"


def credit(kpis: list[str], keys: str, base: float = 10 * M) -> float:
    written = ", ".join(f"kpi_{at}: {one}" for at, one in enumerate(kpis))
    paid = worked(f"{{kind: service_credits, on: [core], kpis: {{{written}}}, {keys}}}", earlier={"core": base})
    assert isinstance(paid, float)
    return -paid


@pytest.mark.parametrize(
    ("performance", "expected"),
    [("94.99%", 0.5 * M), ("94.9999999999%", 0.0), ("95%", 0.0), ("95.01%", 0.0), ("0%", 0.5 * M)],
)
def test_exactly_at_the_target_it_is_not_missed(performance: str, expected: float) -> None:
    """Ten points at 0.5% each; a rounding error below the target is none below it."""
    assert credit([kpi(performance)], "rate: 0.5%, most: 10%") == expected


@pytest.mark.parametrize(("points", "expected"), [(9, 0), (10, 0), (11, 0.05 * M), (12, 0.1 * M)])
def test_points_up_to_the_allowance_cost_nothing(points: int, expected: float) -> None:
    assert credit([kpi("90%", points)], "rate: 0.5%, allowance: 10, most: 10%") == expected


@pytest.mark.parametrize(("points", "expected"), [(19, 0.95 * M), (20, 1 * M), (21, 1 * M), (100, 1 * M)])
def test_no_more_is_taken_off_than_the_most(points: int, expected: float) -> None:
    assert credit([kpi("90%", points)], "rate: 0.5%, most: 10%") == pytest.approx(expected)


def test_points_of_all_that_miss_add_up() -> None:
    """10 and 4 of 10, 7 and 4: those beyond the 5 allowed are 9."""
    kpis = [kpi("90%", 10), kpi("95%", 7), kpi("94%", 4)]
    assert credit(kpis, "rate: 1%, allowance: 5, most: 20%") == pytest.approx(0.9 * M)


def test_nothing_is_taken_off_what_is_owed_the_other_way() -> None:
    assert credit([kpi("90%")], "rate: 0.5%, most: 10%", base=-10 * M) == 0


def test_performance_target_and_rate_by_year() -> None:
    one = "{performance: [94%, 94%, 94%], target: [95%, 94%, 93%], points: 10}"
    written = f"{{kind: service_credits, on: [core], kpis: {{one: {one}}}, rate: [1%, 1%, 1%], most: 100%}}"
    assert worked(written, earlier={"core": [10 * M] * 3}) == [-1 * M, 0, 0]


KPIS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 20)), min_size=1, max_size=5)


@given(
    kpis=KPIS,
    better=st.integers(0, 500),
    rate=st.integers(0, 300),
    most=st.integers(0, 10_000),
    free=st.integers(1, 50),
)
def test_properties(kpis: list[tuple[int, int]], better: int, rate: int, most: int, free: int) -> None:
    """Better performance never costs more; neither the order of indicators and cases nor the scale matters."""

    def taken(of: list[tuple[int, int]], base: list[float]) -> list[float]:
        written = ", ".join(f"k{at}: {kpi(f'{x / 100}%', points)}" for at, (x, points) in enumerate(of))
        keys = f"rate: {rate / 100}%, allowance: {free}, most: {most / 100}%"
        facts = Facts({}, {"core": np.array([base])}, {})
        found = paid_on(f"{{kind: service_credits, on: [core], kpis: {{{written}}}, {keys}}}", facts)
        return [-float(x) for x in found[0]]

    base = [1.0 * M, 3.0 * M, 0.0, -1.0 * M]
    found = taken(kpis, base)
    assert found == taken(kpis[::-1], base)
    assert found == taken(kpis, base[::-1])[::-1]
    assert all(0 <= x <= most / 1e4 * max(b, 0) + 1e-6 for x, b in zip(found, base, strict=True))
    np.testing.assert_allclose(taken(kpis, [10 * b for b in base]), [10 * x for x in found], rtol=1e-12)
    improved = taken([(min(x + better, 10_000), points) for x, points in kpis], base)
    assert all(x <= y for x, y in zip(improved, found, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("credits")


def test_each_service_bears_its_part_and_the_credit_can_be_passed_down(folder: Path) -> None:
    """5% off £7m and £1m; of the integrator's payments as much, so that it neither gains nor loses by the misses."""
    missed = {"kpis": {"one": {"performance": "90%", "target": "95%", "points": 5}}, "rate": "1%", "most": "10%"}
    off = term("service_credits", on=["block"], **missed)
    down = {**off, "name": "down", "on": ["chain"], "from": "integrator", "to": "providers"}
    values = base_case(folder, flat([SUPPLY_CHAIN, term("block"), off, down], rows(7 * M, 1 * M)))

    assert values[f"{TESTED}.later.service_credits[a]"] == pytest.approx([-0.35 * M])
    assert values[f"{TESTED}.later.service_credits[b]"] == pytest.approx([-0.05 * M])
    assert values[f"{TESTED}.payment"] == pytest.approx([7.6 * M])
    assert values[f"{TESTED}.integrator_surplus"] == pytest.approx([0.0], abs=1e-6)
    assert values[f"{TESTED}.providers_surplus"] == pytest.approx([-0.4 * M])


def test_uncertain_performance_is_missed_as_often_as_it_should_be(folder: Path) -> None:
    """Uniform from 90% to 100%: below 95% in half of the years."""
    performance = {"uniform": ["90%", "100%"], "vary": "yearly"}
    one = {"performance": performance, "target": "95%", "points": 5}
    off = term("service_credits", on=["block"], kpis={"one": one}, rate="1%", most="10%")
    values = evaluate(flat([term("block"), off], rows(7 * M, 1 * M), years=5).compile(folder), TESTED, trials=2_000)
    taken = values[f"{TESTED}.later.service_credits.taken"]
    assert set(np.unique(np.round(taken, 9))) == {0.0, 0.05}
    assert abs((taken > 0).mean() - 0.5) < 4 * 0.5 / np.sqrt(taken.size)
