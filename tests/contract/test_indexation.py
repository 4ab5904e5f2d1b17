"""Price indices as clauses: worked out by hand, against a closed form, by their properties, against the reference."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from finmodel.contract import Contract, compile_contract
from finmodel.contract.evaluate import make_draws
from finmodel.lines import BoundPlan, compile_plan
from finmodel.uncertainty import BLOCK_SIZE
from tests.contract.agreement import compare_world
from tests.contract.clauses import Clause, clauses, indices, limits
from tests.contract.flat import M, base_case, flat, rows, term
from tests.contract.money import Floats
from tests.contract.scenarios import VOLUME, World, every_mechanism, percent
from tests.contract.strategies import few, percents

CHANGES = ["0%", "3%", "4%", "5%", "6%"]


def world_of(**given: Any) -> World:
    """Five years of block payments by the index `prices`; further indices may be stated."""
    found = flat([term("block")], years=5)
    found.data["indices"] |= given
    return found


def levels(folder: Path, clause: Clause, **others: Clause) -> list[float]:
    return [float(x) for x in base_case(folder, world_of(prices=clause, **others))["index.prices"]]


def simulated(contract: Contract, line: str, periods: int) -> Floats:
    """A line in the first draw-block, by year and trial."""
    plan = compile_plan(contract.sheet, contract.calendar, [(line, range(1, periods + 1))])
    return BoundPlan(plan, make_draws(contract), BLOCK_SIZE).run(0).copy()


@pytest.mark.parametrize(
    ("clause", "growth"),
    [
        ({"change": CHANGES}, [1.03, 1.04, 1.05, 1.06]),
        ({"change": CHANGES, "efficiency": "2%"}, [1.03 * 0.98, 1.04 * 0.98, 1.05 * 0.98, 1.06 * 0.98]),
        # Year 2 pays the change into year 1, which was known at signature.
        ({"change": ["2%", *CHANGES[1:]], "lag": "1 year", "opening_change": "2%"}, [1.02, 1.03, 1.04, 1.05]),
        ({"change": "7%", "lag": "2 years", "opening_change": ["1%", "2%"]}, [1.01, 1.02, 1.07, 1.07]),
        ({"change": CHANGES, "lag": "2 years", "opening_change": ["1%", "0%"]}, [1.01, 1.00, 1.03, 1.04]),
        ({"change": CHANGES, "lag": "3 years", "opening_change": ["1%", "2%", "0%"]}, [1.01, 1.02, 1.00, 1.03]),
        ({"change": "7%", "lag": "2 years", "opening_change": "1%"}, [1.01, 1.01, 1.07, 1.07]),
        ({"change": "7%", "lag": "9 years", "opening_change": "1%"}, [1.01] * 4),
        ({"change": CHANGES, "collar": "3.5%", "cap": "5.5%"}, [1.035, 1.04, 1.05, 1.055]),
        ({"change": CHANGES, "cap": ["0%", "2%", "3%", "9%", "6%"]}, [1.02, 1.03, 1.05, 1.06]),
        ({"change": CHANGES, "collar": "4%", "cap": "4%"}, [1.04] * 4),
        # The limit holds before efficiency, and after the lag: 3% capped at 2.5%, less 2%.
        ({"change": CHANGES, "cap": "2.5%", "efficiency": "2%"}, [1.025 * 0.98] * 4),
        (
            {"change": "7%", "lag": "1 year", "opening_change": "1%", "collar": "2%", "cap": "5%"},
            [1.02, 1.05, 1.05, 1.05],
        ),
        # Half of what the award exceeds the expected 2% by is paid, and stays in the level.
        ({"change": CHANGES, "expected": "2%", "true_up": "50%"}, [1.025, 1.03, 1.035, 1.04]),
        ({"change": CHANGES, "expected": "2%", "true_up": "0%"}, [1.02] * 4),
        (
            {"change": CHANGES, "expected": "2%", "true_up": ["0%", "0%", "100%", "25%", "0%"]},
            [1.02, 1.04, 1.0275, 1.02],
        ),
        ({"change": CHANGES, "expected": "9%", "true_up": "50%", "cap": "5%"}, [1.04, 1.045, 1.05, 1.05]),
        (
            {"change": CHANGES, "expected": "2%", "true_up": "50%", "efficiency": "1%"},
            [1.025 * 0.99, 1.03 * 0.99, 1.035 * 0.99, 1.04 * 0.99],
        ),
    ],
)
def test_levels_by_hand(tmp_path: Path, clause: Clause, growth: list[float]) -> None:
    assert levels(tmp_path, clause) == pytest.approx([1.0, *np.cumprod(growth)], rel=1e-13)


def test_an_index_follows_the_change_of_another_and_nothing_else_of_it(tmp_path: Path) -> None:
    """Through a chain, and before the lag, cap, efficiency and true-up of those that it follows."""
    survey = {"change": CHANGES, "efficiency": "2%", "cap": "1%", "expected": "0%", "true_up": "10%"}
    middle = {"follows": "survey", "lag": "1 year", "opening_change": "0%", "efficiency": "1%"}
    found = levels(tmp_path, {"follows": "middle", "efficiency": "0.5%"}, survey=survey, middle=middle)
    assert found == pytest.approx([1.0, *np.cumprod(np.array([1.03, 1.04, 1.05, 1.06]) * 0.995)], rel=1e-13)


def test_two_indices_that_follow_one_draw_move_together(tmp_path: Path) -> None:
    drawn = {"change": {"normal": ["2%", "1%"], "vary": "yearly"}}
    found = world_of(prices={"follows": "pay"}, costs={"follows": "pay", "efficiency": "1%"}, pay=drawn)
    contract = compile_contract(found.open(tmp_path))
    prices, costs = (simulated(contract, f"index.{name}", 5) for name in ("prices", "costs"))
    kept = 0.99 ** np.arange(5)
    np.testing.assert_allclose(costs, prices * kept[:, None], rtol=1e-13)
    assert [driver.name for driver in contract.drivers] == ["indices.pay.change"]


def test_a_lag_reads_the_draws_of_earlier_years(tmp_path: Path) -> None:
    drawn = {"change": {"normal": ["2%", "1%"], "vary": "yearly"}}
    found = world_of(prices={**drawn, "lag": "2 years", "opening_change": ["1%", "3%"]})
    contract = compile_contract(found.open(tmp_path))
    published, acts = (simulated(contract, line, 5) for line in ("indices.prices.change", "index.prices.change"))
    np.testing.assert_array_equal(acts[3:], published[1:3])
    np.testing.assert_array_equal(acts[1:3], np.broadcast_to([[0.01], [0.03]], (2, BLOCK_SIZE)))


def test_an_earlier_base_lifts_what_is_quoted_at_its_prices(tmp_path: Path) -> None:
    """Pools, register and allocations at 2014/15 prices, which rise by 4% (paid) and 5% (cost) to year 1."""
    found = flat([{**term("existing_contracts"), "to": "providers"}], rows(60 * M, 40 * M), years=2)
    found.data["indices"] |= {
        "prices": {"change": "2%", "base": "2014/15", "since_base": "4%"},
        "costs": {"change": "3%", "base": "2014/15", "since_base": "5%"},
    }
    values = base_case(tmp_path, found)
    assert values["target"] == pytest.approx([104 * M, 104 * M * 1.02])
    assert values["tested.payment"][:2] == pytest.approx([104 * M, 104 * M * 1.02])
    assert values["tested.staff_and_suppliers"][:2] == pytest.approx([105 * M, 105 * M * 1.03])
    assert values["opening_allocation[north]"] == pytest.approx([60 * M * 1.04 * 1.01])
    present = np.array([104.0, 104 * 1.02 / 1.035]) * M  # the deflator is flat and begins at 1 in 2016/17
    assert values["tested.present_value"][:2] == pytest.approx(present)
    assert any("prices of 2014/15" in note for note in compile_contract(found.open(tmp_path)).notes)


def test_a_base_of_the_start_says_what_holds_anyway(tmp_path: Path) -> None:
    assert levels(tmp_path, {"change": "2%", "base": "2016/17"}) == levels(tmp_path, {"change": "2%"})


def test_limits_may_be_assumptions(tmp_path: Path) -> None:
    found = world_of(prices={"change": CHANGES, "collar": "floor", "cap": "ceiling"})
    beside = {"unit": "rate", "source": "The contract", "owner": "Finance", "confidence": "green"}
    found.data["assumptions"] = {
        "floor": {**beside, "value": "3.5%"},
        "ceiling": {**beside, "value": {"ramp": {"from": "4%", "to": "5%", "start": 3, "end": 5}}},
    }
    expected = [1.0, *np.cumprod([1.035, 1.04, 1.045, 1.05])]
    assert list(base_case(tmp_path, found)["index.prices"]) == pytest.approx(expected)


def test_the_mean_of_a_change_between_collar_and_cap_is_the_closed_form(tmp_path: Path) -> None:
    """E[min(max(X, a), b)] = a Phi(p) + b (1 - Phi(q)) + mu (Phi(q) - Phi(p)) - sigma (phi(q) - phi(p))."""
    mu, sigma, low, high = 0.02, 0.03, 0.0, 0.035
    change = {"normal": [percent(mu), percent(sigma)], "vary": "yearly"}
    clause = {"change": change, "collar": percent(low), "cap": percent(high)}
    contract = compile_contract(world_of(prices=clause).open(tmp_path))
    drawn = simulated(contract, "index.prices.change", 5)[1:]
    p, q = ((x - mu) / sigma for x in (low, high))
    phi, pdf = stats.norm.cdf, stats.norm.pdf
    expected = low * phi(p) + high * (1 - phi(q)) + mu * (phi(q) - phi(p)) - sigma * (pdf(q) - pdf(p))
    error = drawn.std() / sqrt(drawn.size)
    assert abs(drawn.mean() - expected) < 4 * error
    assert abs(expected - mu) > 10 * error  # the limits matter here


DRAWN = {"change": {"normal": ["2%", "3%"], "vary": "yearly"}}


def path_of(folder: Path, clause: Clause, line: str = "index.prices") -> Floats:
    found = flat([term("block")], years=3)
    found.data["indices"] |= {"prices": {**DRAWN, **clause}}
    return simulated(compile_contract(found.open(folder)), line, 3)


@few(15)
@given(clause=clauses())
def test_growth_before_efficiency_stays_between_collar_and_cap(
    tmp_path_factory: pytest.TempPathFactory, clause: Clause
) -> None:
    """Whatever the lag, the expectation and the part of the true-up that is paid."""
    level = path_of(tmp_path_factory.mktemp("limits"), clause)

    def rate(key: str, year: int, otherwise: float) -> float:
        stated = clause.get(key, percent(otherwise))
        return float((stated[year] if isinstance(stated, list) else stated).rstrip("%")) / 100

    for year in (1, 2):
        change = level[year] / level[year - 1] / (1 - rate("efficiency", year, 0)) - 1
        assert (change >= rate("collar", year, -9) - 1e-12).all()
        assert (change <= rate("cap", year, 9) + 1e-12).all()


@few(10)
@given(clause=limits(), efficiency=percents(0, 0.03), expected=percents(-0.05, 0.1))
def test_a_full_true_up_is_the_plain_index(
    tmp_path_factory: pytest.TempPathFactory, clause: Clause, efficiency: str, expected: str
) -> None:
    folder = tmp_path_factory.mktemp("full")
    plain = {**clause, "efficiency": efficiency}
    trued = path_of(folder, {**plain, "expected": expected, "true_up": "100%"})
    np.testing.assert_allclose(trued, path_of(folder, plain), rtol=1e-13)


def test_what_leaves_everything_open_is_today_s_index_to_the_bit(tmp_path: Path) -> None:
    plain = path_of(tmp_path, {"efficiency": "1%"})
    for clause in ({"lag": "0 years"}, {"lag": 0}, {"collar": "-99%", "cap": "900%"}, {"base": "2016/17"}):
        np.testing.assert_array_equal(path_of(tmp_path, {"efficiency": "1%", **clause}), plain)


@few(10)
@given(clause=clauses(), key=st.sampled_from(["cap", "collar", "expected"]), at=st.integers(0, 500))
def test_a_level_moves_no_more_than_the_clause_that_moves_it(
    tmp_path_factory: pytest.TempPathFactory, clause: Clause, key: str, at: int
) -> None:
    """Continuity: a basis point on a limit or the expectation moves a growth by at most a basis point."""
    folder = tmp_path_factory.mktemp("continuous")
    clause = {k: v for k, v in clause.items() if k not in ("cap", "collar")}
    clause = {"true_up": "50%", **clause} if key == "expected" else clause
    one, other = (path_of(folder, {**clause, key: percent(points / 10_000)}) for points in (at, at + 1))
    growth = [level[1:] / level[:-1] for level in (one, other)]
    assert (np.abs(growth[1] - growth[0]) <= 1e-4 + 1e-12).all()
    if key != "expected":
        assert (growth[1] >= growth[0] - 1e-12).all()


@few(12)
@given(data=st.data())
def test_clauses_drawn_at_random_agree_with_the_reference_to_the_penny(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """In a contract of the terms that read an index: what other terms make of these is tested elsewhere."""
    found = every_mechanism()
    found.data["indices"] = data.draw(indices())
    for phase, terms in found.data["payment_models"]["tested"]["phases"].items():
        kept = [one for one in terms if one["kind"] in VOLUME or "index" in one]
        found.data["payment_models"]["tested"]["phases"][phase] = kept
    compare_world(tmp_path_factory.mktemp("clauses"), found, [None, 0, data.draw(st.integers(1, 10_000))])


def test_an_index_goes_on_in_run_off(tmp_path: Path) -> None:
    """The deflator and lagged changes are read after the last contract year too."""
    late = {**term("block"), "paid": "14 months after year end"}
    found = flat([late], years=2)
    found.data["indices"]["prices"] = {"change": "3%", "lag": "3 years", "opening_change": ["1%", "2%", "4%"]}
    found.data["indices"]["general"] = {"follows": "prices"}
    values = base_case(tmp_path, found)
    assert values["index.prices"] == pytest.approx(np.cumprod([1, 1.01, 1.02, 1.04]))
    assert values["index.general"] == pytest.approx(1.03 ** np.arange(4))
