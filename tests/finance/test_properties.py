"""What holds for every rate of return: against the polynomial's roots, scaled, shifted, alone or among others."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from finmodel.analysis import (
    Outcome,
    dated_rate_of_return,
    internal_rate_of_return,
    modified_rate_of_return,
    net_present_value,
    net_present_value_excel,
    rate_of_return_at,
)

Floats = NDArray[np.float64]

POUNDS = st.integers(-1_000, 1_000).map(float)
ROWS = st.lists(POUNDS, min_size=2, max_size=9)
TABLES = st.integers(2, 8).flatmap(
    lambda periods: st.lists(st.lists(POUNDS, min_size=periods, max_size=periods), min_size=1, max_size=12)
)


def polynomial_rates(row: list[float]) -> tuple[Floats, bool]:
    """Rates by numpy's companion matrix; and whether they are clear: none real or double only by rounding."""
    roots = np.roots(row)  # amount k times g^(n - k), g = 1 + rate
    roots = roots[roots != 0]  # amounts of nothing at the end
    off = np.abs(roots.imag) / np.abs(roots)
    real = roots[off < 1e-7].real
    positive = np.sort(real[(real > 1e-9) & (real < 1e9)])
    clear = not ((off > 1e-12) & (off < 1e-3)).any() and bool((np.diff(np.log(positive)) > 1e-3).all())
    return positive - 1, clear


@given(ROWS)
@example([10.0, -1.0, 10.0])
@example([-1.0, 2.3, -1.32])
@example([0.0, 0.0, -5.0, 0.0, 6.0, 0.0])
def test_the_rates_are_the_roots_of_the_polynomial(row: list[float]) -> None:
    rates, clear = polynomial_rates(row)
    assume(clear)
    found = internal_rate_of_return(row)
    signs = {np.sign(amount) for amount in row if amount}

    if len(signs) < 2:
        assert found.outcome == Outcome.NO_SIGN_CHANGE
        assert np.isnan(found.rate)
    elif not len(rates):
        assert found.outcome == Outcome.NO_RATE
        assert np.isnan(found.rate)
    else:
        assert found.outcome == (Outcome.ONE_RATE if len(rates) == 1 else Outcome.SEVERAL_RATES)
        nearest = rates[np.argmin(np.abs(np.log1p(rates)))]
        assert np.abs(np.log1p(float(found.rate))) == pytest.approx(np.abs(np.log1p(nearest)), rel=1e-7, abs=1e-9)
        assert (found.lowest, found.highest) == (pytest.approx(rates[0], 1e-7, 1e-9), pytest.approx(rates[-1], 1e-7))


@given(TABLES)
def test_the_present_value_at_the_rate_is_nothing(table: list[list[float]]) -> None:
    flows = np.array(table).T
    found = internal_rate_of_return(flows)
    for trial in np.flatnonzero(found.found):
        rate = float(found.rate[trial])
        growth = (1 + rate) ** -np.arange(len(flows), dtype=np.float64)
        scale = (np.abs(flows[:, trial]) * growth).sum()

        assert abs((flows[:, trial] * growth).sum()) <= 1e-11 * scale  # a double root: 1e-12 by its definition


@given(TABLES, st.sampled_from([2.0**-20, 0.01, 3.0, -1.0, 1e9]))
def test_only_the_ratio_of_amounts_counts(table: list[list[float]], factor: float) -> None:
    flows = np.array(table).T
    found, scaled = internal_rate_of_return(flows), internal_rate_of_return(flows * factor)

    clear = np.array([polynomial_rates(row)[1] for row in table])
    assert np.array_equal(found.outcome[clear], scaled.outcome[clear])
    np.testing.assert_allclose(scaled.rate[clear], found.rate[clear], rtol=1e-9, atol=1e-11)


@given(TABLES)
def test_a_rate_does_not_depend_on_the_other_trials(table: list[list[float]]) -> None:
    flows = np.array(table).T
    together = internal_rate_of_return(flows)
    alone = [internal_rate_of_return(flows[:, trial]) for trial in range(flows.shape[1])]
    backwards = internal_rate_of_return(flows[:, ::-1])

    np.testing.assert_array_equal(together.rate, [one.rate for one in alone])
    np.testing.assert_array_equal(together.outcome, [one.outcome for one in alone])
    np.testing.assert_array_equal(together.rate, backwards.rate[::-1])


DATED = st.lists(st.tuples(st.integers(0, 3_000), POUNDS), min_size=2, max_size=9, unique_by=lambda one: one[0])


@given(DATED, st.integers(-20_000, 20_000))
def test_later_by_the_same_days_changes_no_rate(flows: list[tuple[int, float]], later: int) -> None:
    start = date(2016, 4, 1)
    amounts = [amount for _, amount in flows]
    now = dated_rate_of_return([start + timedelta(days=day) for day, _ in flows], amounts)
    then = dated_rate_of_return([start + timedelta(days=day + later) for day, _ in flows], amounts)

    np.testing.assert_array_equal(now.rate, then.rate)
    assert now.outcome == then.outcome


@given(DATED)
def test_the_order_of_the_flows_changes_no_rate(flows: list[tuple[int, float]]) -> None:
    def of(some: list[tuple[int, float]]) -> Floats:
        return rate_of_return_at([day / 365 for day, _ in some], [amount for _, amount in some]).rate

    np.testing.assert_array_equal(of(flows), of(flows[::-1]))


@given(ROWS)
def test_flows_a_year_apart_have_the_rate_of_periods(row: list[float]) -> None:
    assume(polynomial_rates(row)[1])
    by_time, by_period = rate_of_return_at(range(len(row)), row), internal_rate_of_return(row)

    np.testing.assert_allclose(by_time.rate, by_period.rate, rtol=1e-9, atol=1e-10)
    assert by_time.outcome == by_period.outcome


@given(st.integers(1, 8), st.floats(-0.5, 2))
def test_what_a_deposit_earns_is_its_rate(periods: int, rate: float) -> None:
    """Put in 1, take out the interest each period and the deposit at the end: IRR and MIRR are the interest."""
    row = np.array([-1.0, *[rate] * (periods - 1), 1 + rate])
    if rate >= 0:
        assert float(internal_rate_of_return(row).rate) == pytest.approx(rate, abs=1e-12)
        assert float(modified_rate_of_return(row, 0.1, rate)) == pytest.approx(rate, abs=1e-12)
    assert float(net_present_value(rate, row)) == pytest.approx(0, abs=1e-9 * max(1, (1 + rate) ** -periods))
    assert float(net_present_value_excel(rate, row)) * (1 + rate) == pytest.approx(
        float(net_present_value(rate, row)), abs=1e-9
    )


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ([0.0, 0.0, 0.0], Outcome.NO_SIGN_CHANGE),
        ([5.0], Outcome.NO_SIGN_CHANGE),
        ([10.0, -1.0, 10.0], Outcome.NO_RATE),
        ([-1.0, 1e13], Outcome.NO_RATE),  # beyond the limits
        ([-1e13, 1.0], Outcome.NO_RATE),
        ([-100.0, 100.0], Outcome.ONE_RATE),
        ([1.0, -2.0, 1.0], Outcome.ONE_RATE),  # 0% twice: touched, not crossed
        ([-1.0, 2.2, -1.21], Outcome.ONE_RATE),  # 10% twice
        ([-1.0, 3.6, -4.31, 1.716], Outcome.SEVERAL_RATES),  # 10%, 20%, 30%
    ],
)
def test_how_each_row_ends(row: list[float], outcome: Outcome) -> None:
    found = internal_rate_of_return(row)

    assert found.outcome == outcome
    assert bool(found.found) == (not np.isnan(found.rate))


def test_several_rates_are_bounded_and_the_nearest_is_given() -> None:
    found = internal_rate_of_return([[-1.0, -1.0], [3.6, 0.0], [-4.31, 0.0], [1.716, 1.331]])

    np.testing.assert_allclose(found.rate, [0.1, 0.1], rtol=1e-9)
    np.testing.assert_allclose(found.lowest, [0.1, 0.1], rtol=1e-9)
    np.testing.assert_allclose(found.highest, [0.3, 0.1], rtol=1e-9)
    assert found.outcome.tolist() == [Outcome.SEVERAL_RATES, Outcome.ONE_RATE]


def test_monthly_flows_do_not_overflow_at_the_ends_of_the_range() -> None:
    """120 months, of which the first forty are empty: the rate of the two that are not."""
    flows = np.zeros((120, 2))
    flows[40], flows[119] = [-1.0, -1e-3], [1e3, 1e-30]
    found = internal_rate_of_return(flows)

    np.testing.assert_allclose(found.rate, np.array([1e3, 1e-27]) ** (1 / 79) - 1, rtol=1e-10)


@pytest.mark.parametrize("wrong", [[], [[[1.0]]], [1.0, float("nan")], [1.0, float("inf")]])
def test_what_is_no_table_of_amounts_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="amount"):
        internal_rate_of_return(wrong)


def test_a_rate_of_minus_100_per_cent_has_no_present_value() -> None:
    with pytest.raises(ValueError, match="above -100%, not -1"):
        net_present_value(-1.0, [1.0, 2.0])
    with pytest.raises(ValueError, match="3 times for 2 amounts"):
        rate_of_return_at([0, 1, 2], [1.0, 2.0])


def test_nothing_given_or_nothing_received_has_no_modified_rate() -> None:
    flows = np.array([[-1.0, 1.0, -1.0], [1.1, 1.0, -1.0]])

    np.testing.assert_allclose(modified_rate_of_return(flows, 0.1, 0.1), [0.1, np.nan, np.nan], rtol=1e-12)
