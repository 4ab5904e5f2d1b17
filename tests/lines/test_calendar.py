"""Contract years, months and financial years on each other."""

from __future__ import annotations

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from finmodel.lines import Calendar, Period


@pytest.mark.parametrize(
    ("start", "offset", "first"),
    [
        (date(2016, 4, 1), 0, "2016/17"),
        (date(2016, 5, 1), 1, "2016/17"),
        (date(2016, 12, 1), 8, "2016/17"),
        (date(2017, 1, 1), 9, "2016/17"),
        (date(2017, 3, 1), 11, "2016/17"),
        (date(2017, 4, 1), 0, "2017/18"),
        (date(2099, 10, 1), 6, "2099/00"),
        (date(2100, 1, 1), 9, "2099/00"),
        (date(2008, 7, 1), 3, "2008/09"),
        (date(2016, 4, 15), 0, "2016/17"),
        (date(2016, 3, 31), 11, "2015/16"),
    ],
)
def test_financial_years_begin_on_the_first_of_april(start: date, offset: int, first: str) -> None:
    calendar = Calendar(start, 10)

    assert calendar.offset == offset
    assert calendar.financial_year_label(1) == (f"{first} (part)" if offset else first)


@pytest.mark.parametrize("month", range(1, 13))
def test_a_financial_year_of_the_calendar_ends_with_march(month: int) -> None:
    calendar = Calendar(date(2018, month, 1), 3)

    for year in (1, 2, 3):
        last_month = calendar.month_label(12 * year - calendar.offset)
        assert last_month == f"{calendar.first_financial_year + year}-03"
        assert calendar.financial_year_label(year)[5:7] == last_month[2:4]


def test_labels() -> None:
    calendar = Calendar(date(2016, 11, 1), 3, 2)

    assert calendar.total_years == 5
    assert [calendar.label(Period.MONTH, n) for n in (1, 2, 3, 14, 60)] == [
        "2016-11", "2016-12", "2017-01", "2017-12", "2021-10",
    ]  # fmt: skip
    assert [calendar.label(Period.CONTRACT_YEAR, n) for n in range(1, 6)] == [
        "year 1", "year 2", "year 3", "run-off 1", "run-off 2",
    ]  # fmt: skip
    assert [calendar.label(Period.FINANCIAL_YEAR, n) for n in (1, 3, 4, 5)] == [
        "2016/17 (part)", "2018/19", "2019/20 (part)", "2020/21",
    ]  # fmt: skip
    assert calendar.label(Period.ONCE, 1) == "once"


def test_counts() -> None:
    calendar = Calendar(date(2016, 11, 1), 3, 2)

    assert {period: calendar.count(period) for period in Period} == {
        Period.ONCE: 1,
        Period.MONTH: 60,
        Period.CONTRACT_YEAR: 5,
        Period.FINANCIAL_YEAR: 5,
    }


@given(start=st.dates(date(2010, 4, 1), date(2100, 1, 1)), number=st.integers(1, 120))
def test_days_are_those_of_an_independent_calendar(start: date, number: int) -> None:
    """dateutil, too, keeps the day of the start and takes the last day of a month that is too short."""
    calendar = Calendar(start, 10)
    due = calendar.instalment_due(number)

    assert due == start + relativedelta(months=number - 1)
    assert calendar.month_label(number) == f"{due.year}-{due.month:02d}"
    financial_year = due.year - (due.month < 4) - calendar.first_financial_year + 1
    assert financial_year == (calendar.offset + number - 1) // 12 + 1


@given(start=st.dates(date(2010, 4, 1), date(2100, 1, 1)), year=st.integers(1, 10), late=st.integers(0, 60))
def test_late_money_falls_so_many_months_after_the_year_ends(start: date, year: int, late: int) -> None:
    calendar = Calendar(start, 10)
    end = start + relativedelta(years=year) - relativedelta(days=1)
    due = end + relativedelta(months=late)

    assert calendar.year_end(year) == end
    assert calendar.month_label(12 * (year - 1) + calendar.closing_month + late) == f"{due.year}-{due.month:02d}"


@given(start=st.dates(date(2010, 4, 1), date(2100, 1, 1)), years=st.integers(1, 30))
def test_a_year_that_holds_some_of_twelve_instalments_is_a_part_year(start: date, years: int) -> None:
    calendar = Calendar(start, years)
    due = [calendar.instalment_due(number) for number in range(1, 12 * years + 1)]

    for number in range(1, years + 3):
        begins = date(calendar.first_financial_year + number - 1, 4, 1)
        inside = sum(begins <= day < begins + relativedelta(years=1) for day in due)
        assert calendar.instalments(number) == inside
        assert ("(part)" in calendar.financial_year_label(number)) == (0 < inside < 12)
