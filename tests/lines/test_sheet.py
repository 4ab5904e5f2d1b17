"""The sheet: names, declared units and periods, lines that read themselves, inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from finmodel.lines import Calendar, Period, Sheet, UnitError, hold, spread, sum_periods
from finmodel.lines.sheet import reads
from finmodel.units import PERSON, POUND, PURE
from tests.lines.sheets import evaluate

THREE = Calendar(date(2020, 4, 1), 3, 1)


@pytest.fixture
def sheet() -> Sheet:
    found = Sheet()
    found.given("cost", [5.0, 6.0], POUND)
    found.given("people", 100.0, PERSON)
    return found


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda s: s.add("cost", 1), "there are two lines named 'cost'"),
        (lambda s: s.given("people", 1, PURE), "there are two lines named 'people'"),
        (lambda s: s.promise("cost", POUND, opening=0), "there are two lines named 'cost'"),
        (lambda s: [s.promise("x", POUND, opening=i) for i in (0, 1)], "there are two lines named 'x'"),
        (lambda s: s.add("x", s.ref("cost"), unit=PERSON), "line 'x' is declared in person but its formula gives £"),
        (lambda s: s.add("x", 5, unit=POUND), "line 'x' is declared in £ but its formula gives rate"),
        (
            lambda s: s.add("x", s.ref("cost"), period=Period.MONTH),
            "line 'x' is declared by month but its formula is by contract year",
        ),
        (
            lambda s: s.add("x", s.promise("later", POUND, opening=0) + s.ref("cost")),
            "line 'x' reads 'later', which is not above it",
        ),
        (
            lambda s: s.add("x", s.promise("x", POUND, opening=0) + s.ref("cost")),
            "line 'x' reads 'x', which is not above it",
        ),
        (
            lambda s: (s.promise("x", POUND, opening=0), s.add("x", s.ref("people"))),
            "line 'x' was promised in £ by contract year",
        ),
        (
            lambda s: (s.promise("x", POUND, opening=0, period=Period.MONTH), s.add("x", s.ref("cost"))),
            "line 'x' was promised in £ by month",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_words(sheet: Sheet, write: Callable[[Sheet], object], message: str) -> None:
    with pytest.raises(UnitError, match=f"^{re.escape(message)}$"):
        write(sheet)


def test_a_promise_must_be_kept(sheet: Sheet) -> None:
    sheet.add("x", sheet.promise("y", POUND, opening=0).lag() + sheet.ref("cost"))
    sheet.promise("z", PURE, opening=0)
    with pytest.raises(UnitError, match="lines promised but never added: y, z"):
        sheet.close()

    sheet.add("y", sheet.ref("cost"))
    sheet.add("z", 1, period=Period.CONTRACT_YEAR)
    sheet.close()


def test_a_line_that_reads_itself_begins_at_its_opening_value(sheet: Sheet) -> None:
    total = sheet.promise("total", POUND, opening=100.0)
    sheet.add("total", total.lag() + sheet.ref("cost"), service=False)

    assert sheet["total"].opening == 100.0
    assert evaluate(sheet, THREE, "total") == [[105.0, 111.0, 117.0, 123.0]]


def test_a_declared_unit_is_that_of_a_formula_of_nothing_but_0(sheet: Sheet) -> None:
    assert sheet.add("x", 0, unit=POUND).unit == POUND
    assert sheet.add("y", 0).unit == PURE
    assert sheet.add("z", sheet.ref("x") * 0, unit=PERSON).unit == PERSON


def test_inputs_repeat_their_last_value(sheet: Sheet) -> None:
    sheet.monthly("monthly", [1.0, 2.0, 3.0], POUND)

    cost, people, monthly = evaluate(sheet, THREE, "cost", "people", "monthly")

    assert cost == [5.0, 6.0, 6.0, 6.0]
    assert people == [100.0]
    assert monthly == [1.0, 2.0] + [3.0] * 46
    assert [line.is_input for line in sheet] == [True, True, True]


def test_what_a_formula_reads(sheet: Sheet) -> None:
    cost, people = sheet.ref("cost"), sheet.ref("people")
    later = sheet.promise("later", POUND, opening=0)
    formula = cost * people / people + (later.lag() + cost)
    months = sum_periods(spread(formula) * hold(cost), Period.CONTRACT_YEAR)

    assert reads(formula) == ("cost", "people")
    assert reads(formula, lags=True) == ("cost", "people", "later")
    assert reads(months, lags=True) == ("cost", "people", "later")
    assert reads(later.lag()) == ()


def test_a_sheet_is_a_table_of_lines_in_the_order_written(sheet: Sheet) -> None:
    sheet.add("x", sheet.ref("cost"), label="A copy")

    assert sheet.names == ("cost", "people", "x") == tuple(line.name for line in sheet)
    assert len(sheet) == 3
    assert "x" in sheet
    assert "y" not in sheet
    assert sheet["x"].label == "A copy"
    assert sheet["x"].service
    assert not sheet["cost"].service
    assert not sheet["x"].is_input
