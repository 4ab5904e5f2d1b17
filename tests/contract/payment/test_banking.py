"""Banked savings by hand, exactly at the limits, and proved to add up whatever the path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked
from tests.contract.flat import M, base_case, fixed, flat, rows, term
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, percent

BASE = 100.0


def paid(saved: list[float], keys: str) -> list[float]:
    """What the commissioners pay, £m, of £100m a year, given what is saved in £m; half is the integrator's."""
    written = f"{{kind: banking, on: [core], share: 50%, {keys}}}"
    costs = [(BASE - one) * M for one in saved]
    found = worked(written, earlier={"core": BASE * M}, target=BASE * M, cost=costs)
    assert isinstance(found, list)
    return [round(one / M, 8) for one in found]


def test_all_is_paid_out_in_the_last_year() -> None:
    """£2m + £3m are kept; the commissioners have £4m and £6m less to pay, and pay the £5m in year 3."""
    assert paid([4, 6, 0], "limit: 10%") == [-4, -6, 5]


def test_the_only_year_is_the_last() -> None:
    assert paid([4], "limit: 10%") == paid([4], "limit: 0%") == [-2]


@pytest.mark.parametrize(("saved", "kept"), [(5.9998, 2.9999), (6.0, 3.0), (6.0002, 3.0), (20.0, 3.0)])
def test_savings_beyond_the_limit_are_the_integrators_at_once(saved: float, kept: float) -> None:
    assert paid([saved, 0], "limit: 3%") == pytest.approx([-saved / 2 - kept, kept])


@pytest.mark.parametrize(("lost", "met"), [(3.9998, 1.9999), (4.0, 2.0), (4.0002, 2.0), (20.0, 2.0)])
def test_a_loss_is_met_from_the_bank_first(lost: float, met: float) -> None:
    """£2m in the bank: the commissioners bear half of the loss and pay the integrator's half from the bank."""
    assert paid([4, -lost, 0], "limit: 10%") == pytest.approx([-4, lost / 2 + met, 2 - met])


@pytest.mark.parametrize(("lost", "advanced"), [(3.9998, 1.9999), (4.0, 2.0), (4.0002, 2.0), (20.0, 2.0)])
def test_a_loss_is_carried_forward_as_far_as_the_overdraft(lost: float, advanced: float) -> None:
    """Set off against half of the next year's £6m; the rest, £3m less what was advanced, is paid out."""
    keys = "limit: 10%, overdraft: 2%"
    assert paid([-lost, 6, 0], keys) == pytest.approx([lost / 2 + advanced, -3 - 3, 3 - advanced])


def test_what_is_not_made_good_is_borne_in_the_last_year() -> None:
    assert paid([-4, 0, 0], "limit: 10%, overdraft: 5%") == [4, 0, -2]


def test_part_of_the_balance_is_paid_out_each_year() -> None:
    """£2m less a quarter is £1.5m, less a quarter is £1.125m, and that is the rest."""
    assert paid([4, 0, 0], "limit: 10%, paid_out: 25%") == [-2 - 1.5, 0.375, 1.125]


def test_an_overdraft_is_not_paid_out() -> None:
    assert paid([-4, 0, 0], "limit: 10%, paid_out: 25%, overdraft: 5%") == [4, 0, -2]


def test_a_limit_that_falls_sets_free_what_is_above_it() -> None:
    assert paid([4, 0, 0], "limit: [3%, 1%, 1%]") == [-4, 1, 1]


YEARS = 5
PERCENTS = st.lists(st.integers(0, 100), min_size=YEARS, max_size=YEARS)
SAVED = st.lists(st.lists(st.floats(-60, 60), min_size=YEARS, max_size=YEARS), min_size=2, max_size=5)


def written(shares: list[int], limits: list[int], out: list[int], short: list[int]) -> str:
    def by_year(numbers: list[int]) -> str:
        return "[" + ", ".join(f"{number}%" for number in numbers) + "]"

    keys = zip(("share", "limit", "paid_out", "overdraft"), (shares, limits, out, short), strict=True)
    return "{kind: banking, on: [core], " + ", ".join(f"{key}: {by_year(numbers)}" for key, numbers in keys) + "}"


def facts_of(saved: list[list[float]], scale: float = M) -> Facts:
    gains = np.array(saved).T
    base = np.full_like(gains, BASE)
    return Facts({"target": base * scale, "cost": (base - gains) * scale}, {"core": base * scale}, {})


@given(saved=SAVED, shares=PERCENTS, limits=PERCENTS, out=PERCENTS, short=PERCENTS)
def test_the_sum_over_the_phase_is_the_sum_of_the_commissioners_parts(
    saved: list[list[float]], shares: list[int], limits: list[int], out: list[int], short: list[int]
) -> None:
    """Nothing is made or lost on the way, whatever is saved, lost, kept, advanced and paid out."""
    found = paid_on(written(shares, limits, out, short), facts_of(saved))
    parts = (1 - np.array(shares) / 100) * np.array(saved) * M
    np.testing.assert_allclose(found.sum(axis=0), -parts.sum(axis=1), atol=1e-4)


@given(saved=SAVED, shares=PERCENTS, limits=PERCENTS, out=PERCENTS, short=PERCENTS, step=st.floats(0, 1))
def test_properties(
    saved: list[list[float]],
    shares: list[int],
    limits: list[int],
    out: list[int],
    short: list[int],
    step: float,
) -> None:
    """No jump and no turn in what is saved; the same at any scale and in any order of the cases."""
    keys = written(shares, limits, out, short)
    found: FloatArray = paid_on(keys, facts_of(saved))
    np.testing.assert_array_equal(paid_on(keys, facts_of(saved[::-1])), found[:, ::-1])
    np.testing.assert_allclose(paid_on(keys, facts_of(saved, 10 * M)), 10 * found, atol=1e-3)
    more = np.array(saved)
    more[:, 0] += step  # in year 1: the integrator's surplus is never less in any year, by no more than is saved
    change = paid_on(keys, facts_of(more.tolist())) - found
    change[0] += step * M
    assert (change >= -1e-4).all()
    assert (change.sum(axis=0) <= step * M + 1e-3).all()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("banks")


def test_each_phase_has_a_bank_of_its_own_and_the_money_is_the_commissioners_until_then(folder: Path) -> None:
    """£10m a year, care £8m: half of £2m is kept in year 1 and paid out in year 2, and again in years 3 and 4."""
    bank = term("banking", on=["base"], share="50%", limit="50%")
    found = flat([SUPPLY_CHAIN, fixed(10 * M), bank], rows(7 * M, 1 * M), years=4)
    found.data["contract"]["phases"] = {"early": "1-2", "later": "3-4"}
    phases = found.data["payment_models"][TESTED]["phases"]
    phases["early"] = phases["later"]

    values = base_case(folder, found)

    assert values[f"{TESTED}.integrator_surplus"] == pytest.approx([0, 2 * M, 0, 2 * M])
    assert values[f"{TESTED}.payment"] == pytest.approx([8 * M, 10 * M, 8 * M, 10 * M])
    assert values[f"{TESTED}.early.banking.bank"] == pytest.approx([1 * M, 0, 0, 0])
    assert values[f"{TESTED}.later.banking.bank"] == pytest.approx([0, 0, 1 * M, 0])


@pytest.mark.parametrize("limit", [0.0, 0.05])
def test_a_bank_without_room_is_a_gain_and_loss_share(folder: Path, limit: float) -> None:
    """With no room in it nothing is kept, and half of every gain and loss is the commissioners'."""
    bank = term("banking", on=["base"], share="50%", limit=percent(limit))
    share = term("gain_loss_share", on=["base"], bands=[{"commissioners": "50%"}])
    costs = ["-15%", "0%", "10%"]
    paid_by = []
    for one in (bank, share):
        found = flat([SUPPLY_CHAIN, fixed(8 * M), one], rows(7 * M, 1 * M, "activity"), years=3)
        found.data["services"]["a"]["demand_shock"] = costs
        paid_by.append(base_case(folder, found)[f"{TESTED}.payment"])
    assert np.allclose(*paid_by) == (limit == 0)
    assert sum(paid_by[0]) == pytest.approx(sum(paid_by[1]))
