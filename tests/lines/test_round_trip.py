"""A formula written as text and read again is the same formula."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.lines import Calendar, Expr, Sheet, exp, formula_text, literal, log, parse_formula, where, whole
from finmodel.lines.syntax import MAX_LENGTH
from finmodel.units import PURE
from tests.lines.sheets import bind, sheets
from tests.lines.written import Written


def read_again(sheet: Sheet, expr: Expr) -> Expr:
    return parse_formula(formula_text(expr), lambda name: sheet.ref(name) if name in sheet else None)


def formulas(sheet: Sheet) -> st.SearchStrategy[Expr]:
    numbers: st.SearchStrategy[Expr] = st.sampled_from(["a", "b", "c"]).map(sheet.ref) | st.floats(
        allow_nan=False, allow_infinity=False
    ).map(literal)

    return st.recursive(numbers, larger, max_leaves=12)


def condition(a: Expr, b: Expr, kind: int) -> Expr:
    return [a < b, a <= b, a > b, a >= b, a.equals(b), ~(a < b), ~(a < b) & (b < 1), ~((a < b) | (b < 1))][kind]


def combined(a: Expr, b: Expr, c: Expr, kind: int) -> Expr:
    if kind < 16:
        first, second = condition(a, b, kind % 8), condition(b, c, kind // 2)
        return where(first & second if kind % 2 else first | second, c, a)
    return [a + b, a - b, a * b, a / (b * b + 1.0), -a, exp(a), log(a), whole(a)][kind - 16]


def larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.builds(combined, inner, inner, inner, st.integers(0, 23))


def three_lines() -> Sheet:
    sheet = Sheet()
    for driver in "abc":
        sheet.drawn(driver, driver, PURE, yearly=True)
    return sheet


@given(st.data())
def test_formulas_read_back_with_the_same_text_and_the_same_bits(data: st.DataObject) -> None:
    sheet = three_lines()
    first = sheet.add("first", data.draw(formulas(sheet)))
    text = formula_text(sheet["first"].expr)
    second = sheet.add("second", read_again(sheet, sheet["first"].expr))

    assert formula_text(sheet["second"].expr) == text
    assert (first.unit, first.period) == (second.unit, second.period)
    calendar = Calendar(date(2020, 4, 1), 2)
    values = [
        bind(sheet, calendar, 5, outputs=[(name, range(1, calendar.count(first.period) + 1))]).run(0)
        for name in ("first", "second")
    ]
    assert values[0].tobytes() == values[1].tobytes()


@given(sheets(jumps=True))
def test_every_line_of_a_sheet_reads_back(sheet: Sheet) -> None:
    for line in sheet:
        if not line.is_input and len(formula_text(line.expr)) <= MAX_LENGTH:
            again = read_again(sheet, line.expr)
            assert formula_text(again) == formula_text(line.expr)
            assert (again.unit, again.period, again.flag) == (line.expr.unit, line.expr.period, line.expr.flag)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("(cost + target) - (cost - target)", "cost + target - (cost - target)"),
        ("cost * (rate / 2)", "cost * (rate / 2)"),
        ("-(cost + target)", "-(cost + target)"),
        ("-(cost * 2)", "-(cost * 2)"),
        ("-cost * 2", "-cost * 2"),
        ("cost - -2 * cost", "cost - -2 * cost"),
        ("-(-cost)", "-(-cost)"),
        ("-(-5)", "-(-5)"),
        ("-5", "-5"),
        ("-0", "-0"),
        ("5% * 1e22", "0.05 * 1e+22"),
        ("not (late and cost < target) or late", "not (late and cost < target) or late"),
        ("not (cost < target)", "not cost < target"),
        ("late and (late or late)", "late and (late or late)"),
        ("late or (late or late)", "late or (late or late)"),
        ("min(1, 2, 3)", "min(min(1, 2), 3)"),
        ("clip(rate, 0, 1)", "min(max(rate, 0), 1)"),
        ("lag(cost, 1) + lag(cost, 2)", "lag(cost) + lag(cost, 2)"),
        ("sum_months(falls_in(cost, 3), financial_year)", "sum_months(falls_in(cost, 3), financial_year)"),
        ("last(hold(cost), contract_year)", "last(hold(cost), contract_year)"),
        ("last(spread(cost), financial_year)", "last(spread(cost), financial_year)"),
        ("last(cost, financial_year)", "last(cost, financial_year)"),
    ],
)
def test_brackets_stand_where_they_are_needed(text: str, written: str) -> None:
    sheet = Written()

    assert formula_text(sheet.read(text)) == written
    assert formula_text(sheet.read(written)) == written


def test_inputs_are_written_for_people() -> None:
    sheet = Written().sheet
    sheet.drawn("growth", "national growth", PURE, yearly=True)

    assert formula_text(sheet["growth"].expr) == "draw of national growth"
    assert formula_text(sheet["cost"].expr) == "[90, 130, 120]"
    assert formula_text(sheet["rate"].expr) == "0.4"


def test_an_explanation_shows_the_numbers_that_went_in() -> None:
    formula = Written().read("rate * (cost - target)")
    shown = iter(["0.4", "-3", "8"])

    assert formula_text(formula, lambda _: next(shown)) == "0.4 * (-3 - 8)"
