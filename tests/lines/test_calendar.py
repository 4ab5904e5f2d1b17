"""Contract years, months and financial years on each other."""

from __future__ import annotations

from datetime import date

import pytest

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
    ],
)
def test_financial_years_begin_on_the_first_of_april(start: date, offset: int, first: str) -> None:
    calendar = Calendar(start, 10)

    assert calendar.offset == offset
    assert calendar.financial_year_label(1) == first


@pytest.mark.parametrize("month", range(1, 13))
def test_a_financial_year_of_the_calendar_ends_with_march(month: int) -> None:
    calendar = Calendar(date(2018, month, 1), 3)

    for year in (1, 2, 3):
        last_month = calendar.month_label(12 * year - calendar.offset)
        assert last_month == f"{calendar.first_financial_year + year}-03"
        assert calendar.financial_year_label(year)[-2:] == last_month[2:4]


def test_labels() -> None:
    calendar = Calendar(date(2016, 11, 1), 3, 2)

    assert calendar.total_years == 5
    assert [calendar.label(Period.MONTH, n) for n in (1, 2, 3, 14, 60)] == [
        "2016-11", "2016-12", "2017-01", "2017-12", "2021-10",
    ]  # fmt: skip
    assert [calendar.label(Period.CONTRACT_YEAR, n) for n in range(1, 6)] == [
        "year 1", "year 2", "year 3", "run-off 1", "run-off 2",
    ]  # fmt: skip
    assert [calendar.label(Period.FINANCIAL_YEAR, n) for n in (1, 5)] == ["2016/17", "2020/21"]
    assert calendar.label(Period.ONCE, 1) == "once"


def test_counts() -> None:
    calendar = Calendar(date(2016, 11, 1), 3, 2)

    assert {period: calendar.count(period) for period in Period} == {
        Period.ONCE: 1,
        Period.MONTH: 60,
        Period.CONTRACT_YEAR: 5,
        Period.FINANCIAL_YEAR: 5,
    }
