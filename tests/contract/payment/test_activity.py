"""Activity around a baseline: every threshold by hand, and what holds for any people, plan and price."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.arrays import FloatArray
from finmodel.contract.payment.worked import Facts, paid_on, worked

PLAN, PRICE = 1_000, 200.0
BLENDED = "{kind: activity, above: 20%, below: 20%}"
BAND = "{kind: activity, above: 20%, below: 30%, tolerance: 2%}"
GLASS = "{kind: activity, above: 20%, below: 30%, tolerance: 2%, break_glass: 15%}"
API_2022 = "{kind: activity, baseline: 104%, above: 75%, below: 75%}"
API_2023 = "{kind: activity, above: 100%}"


def paid(written: str, people: float) -> float:
    found = worked(written, price=PRICE, plan=PLAN, people=people)
    assert isinstance(found, float)
    return found


def cases(*people: float, plan: float = PLAN, price: float = PRICE) -> Facts:
    """One year, as many cases as numbers of people."""
    row = np.array([people], dtype=float)
    return Facts({"people": row, "plan": np.full_like(row, plan), "price": np.full_like(row, price)}, {}, {})


@pytest.mark.parametrize(("people", "due"), [(1_100, 204_000), (1_000, 200_000), (900, 196_000), (0, 160_000)])
def test_blended_payment_of_2019(people: float, due: float) -> None:
    """£200 x 1,000 and a fifth of £200 for each of 100 people, either way."""
    assert paid(BLENDED, people) == due


@pytest.mark.parametrize(
    ("people", "due"),
    [
        (1_040, 208_000),  # exactly 104% of base: the fixed sum
        (1_041, 208_150),  # 75% of £200
        (1_039, 207_850),
        (1_000, 202_000),
        (1_140, 223_000),
    ],
)
def test_aligned_payment_of_2022(people: float, due: float) -> None:
    assert paid(API_2022, people) == due


def test_aligned_payment_from_2023_pays_for_everyone_in_full() -> None:
    assert [paid(API_2023, people) for people in (0, 900, 1_000, 1_100)] == [0, 180_000, 200_000, 220_000]
    variable = "{kind: activity, baseline: 0%, above: 100%}"  # the same, written as nothing fixed
    assert [paid(variable, people) for people in (0, 900, 1_000, 1_100)] == [0, 180_000, 200_000, 220_000]


@pytest.mark.parametrize(
    ("people", "due"),
    [
        (980, 200_000),
        (979.99, 200_000 - 0.01 * 60),
        (980.01, 200_000),
        (1_020, 200_000),
        (1_019.99, 200_000),
        (1_020.01, 200_000 + 0.01 * 40),
        (1_100, 203_200),
        (900, 195_200),
    ],
)
def test_within_the_tolerance_nothing_varies(people: float, due: float) -> None:
    assert paid(BAND, people) == pytest.approx(due, abs=0.005)


@pytest.mark.parametrize(
    ("people", "due"),
    [
        (1_149.99, 200_000 + 129.99 * 40),  # 129.99 people beyond 1,020 at a fifth
        (1_150, 230_000),  # everyone at £200
        (1_150 - 1e-8, 230_000),  # a rounding error of the threshold counts as reached
        (1_150.01, 230_002),
        (850.01, 200_000 - 129.99 * 60),
        (850, 170_000),
        (849.99, 169_998),
        (0, 0),
    ],
)
def test_the_fixed_sum_is_reopened_from_the_threshold_on(people: float, due: float) -> None:
    assert paid(GLASS, people) == pytest.approx(due, abs=0.005)


def test_a_fixed_sum_paid_elsewhere_is_left_out_also_when_it_is_reopened() -> None:
    alone = "{kind: activity, baseline: 104%, fixed: 0%, above: 75%, below: 75%, break_glass: 10%}"
    assert paid(alone, 1_040) == 0
    assert paid(alone, 1_050) == 1_500
    assert paid(alone, 1_144) == 20_800  # 104 people of 1,040 are 10%: all of them at £200


RATE = st.integers(0, 100)
PEOPLE = st.floats(0, 3_000)


@st.composite
def terms(draw: st.DrawFn, *, glass: bool = True) -> str:
    keys = [f"above: {draw(RATE)}%", f"below: {draw(RATE)}%"]
    more = {
        "baseline": (50, 150),
        "fixed": (0, 150),
        "tolerance": (0, 10),
        **({"break_glass": (11, 60)} if glass else {}),
    }
    keys += [f"{key}: {draw(st.integers(*ends))}%" for key, ends in more.items() if draw(st.booleans())]
    return f"{{kind: activity, {', '.join(keys)}}}"


def amounts(written: str, facts: Facts) -> FloatArray:
    return paid_on(written, facts)[0]


@given(terms(), st.lists(PEOPLE, min_size=2, max_size=6))
def test_more_people_are_never_paid_less(written: str, people: list[float]) -> None:
    """Where rates are 100% at most, the break of the glass is a step upwards too."""
    assert (np.diff(amounts(written, cases(*sorted(people)))) >= -1e-6).all()


@given(terms(glass=False), PEOPLE)
def test_without_break_glass_a_person_more_costs_a_price_at_most(written: str, people: float) -> None:
    step = np.diff(amounts(written, cases(people, people + 1e-3)))
    assert -1e-6 <= step[0] <= PRICE * 1e-3 + 1e-6


@given(terms(), st.lists(PEOPLE, min_size=1, max_size=6), st.floats(0.01, 100))
def test_price_scales_all_money_and_cases_do_not_see_each_other(written: str, people: list[float], k: float) -> None:
    found = amounts(written, cases(*people))
    np.testing.assert_allclose(amounts(written, cases(*people, price=k * PRICE)), k * found, rtol=1e-12, atol=1e-9)
    np.testing.assert_array_equal(amounts(written, cases(*reversed(people)))[::-1], found)


@given(RATE, RATE, st.integers(0, 10), PEOPLE)
def test_the_tolerance_is_a_baseline_for_each_side(above: int, below: int, tolerance: int, people: float) -> None:
    """Beyond the band it pays what the same rates give around the band's end, less the fixed sum between them."""
    banded = f"{{kind: activity, above: {above}%, below: {below}%, tolerance: {tolerance}%}}"
    high = f"{{kind: activity, above: {above}%, below: 0%, baseline: {100 + tolerance}%, fixed: 100%}}"
    low = f"{{kind: activity, above: 0%, below: {below}%, baseline: {100 - tolerance}%, fixed: 100%}}"
    facts = cases(people)
    expected = amounts(high, facts) + amounts(low, facts) - PRICE * PLAN
    np.testing.assert_allclose(amounts(banded, facts), expected, rtol=1e-12)
