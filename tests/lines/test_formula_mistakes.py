"""Mistakes in formulas: each at its own column, in words, and never anything but InputError."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finmodel.errors import InputError, Mistake, Span
from finmodel.lines import Expr
from tests.lines.written import Written, refusal

LONG = "the formula is longer than 4000 characters; split it into lines"
DEEP = "the formula is nested more than 100 deep (each + of a long sum counts); split it into lines"
EARLY = "the formula ends too early"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        # names
        ("target - csot", "1:10", "there is no line named 'csot' above this one; did you mean 'cost'?"),
        ("2 * fee.core[acut]", "1:5", "above this one; did you mean 'fee.core[acute]'?"),
        ("xyzzy", "1:1", "there is no line named 'xyzzy' above this one"),
        ("min + 1", "1:1", "'min' is a function: min(a, b, …)"),
        ("lag(nobody)", "1:5", "there is no line named 'nobody' above this one"),
        # functions
        ("1 + mim(cost, 0)", "1:5", "there is no function 'mim'; did you mean 'min'?"),
        ("cost(2)", "1:1", "there is no function 'cost'"),
        ("1 + min(2)", "1:5", "min takes min(a, b, …), not 1 values"),
        ("abs()", "1:1", "abs takes abs(value), not 0 values"),
        ("clip(1, 2, 3, 4)", "1:1", "clip takes clip(value, low, high), not 4 values"),
        ("1 + curve(score, 0, 1, 2, 3, 4)", "1:5", "curve takes curve(value, x1, y1, x2, y2, …): points come in pairs"),
        ("curve(score, 0, 1, 0, 3)", "1:1", "the points of a curve must rise, but 0 does not come after 0"),
        ("steps(score, 0, 1, 2, 3)", "1:1", "steps takes steps(value, base, threshold1, value1, …): points come in"),
        ("sum_months(cash, year)", "1:18", "sum_months takes contract_year or financial_year here"),
        ("last(cash, finacial_year)", "1:12", "contract_year or financial_year here; did you mean 'financial_year'?"),
        ("last(cash, 1 + 1)", "1:12", "last takes contract_year or financial_year here"),
        ("2 * lag(cost + cost)", "1:5", "lag takes the name of a line"),
        ("lag(rate)", "1:1", "'rate' has one value only; it has no earlier period"),
        ("lag(cost, 0.5)", "1:1", "the lag must be a whole number"),
        ("lag(cost, -1)", "1:1", "a lag must be at least 1 period, not -1"),
        ("lag(cost, score)", "1:1", "the lag must be a whole number"),
        ("falls_in(cost, 13)", "1:1", "a month of the contract year is 1 to 12, not 13"),
        ("hold(cost) + cumulative(0)", "1:14", "cumulative takes a value with a unit, not the number 0"),
        # units, periods and conditions: at the expression whose operator they are
        ("cost + people", "1:1", "+: £ and person do not fit together"),
        ("1 * (cost - rate)", "1:6", "-: £ and rate do not fit together"),
        ("rate * 2 + min( people, cost)", "1:12", "min: person and £ do not fit together"),
        ("cost + 1", "1:1", "+: £ and rate do not fit together"),
        ("cost * 2 + £5 * people", "1:1", "+: £ and person*£ do not fit together"),
        ("cost / 0", "1:1", "/: division by the number 0"),
        ("2 + log(cost)", "1:5", "log: a pure number is needed, not £"),
        ("rate + (people < cost)", "1:9", "<: person and £ do not fit together"),
        ("rate + (2 < 3)", "1:1", "+ takes numbers; this is a condition: use where(condition, a, b)"),
        ("1 + where(rate, 1, 2)", "1:5", "where takes a condition such as a < b, not a number"),
        ("not rate", "1:1", "not takes a condition such as a < b, not a number"),
        ("late and rate", "1:1", "and takes a condition such as a < b, not a number"),
        ("0 * 2 + (cost + cash)", "1:10", "a value by contract year and a value by month do not fit together; change"),
        ("spread(cash)", "1:1", "spread takes a value by contract year, not by month"),
        # numbers
        ("cost + £5%", "1:8", "'£5%' is both money and a percentage"),
        ("rate * 1.2m", "1:8", "'1.2m': m stands after an amount of money such as £1.2m"),
        ("7bn", "1:1", "'7bn': bn stands after an amount of money such as £1.2m"),
        ("1 + 1e999", "1:5", "inf is not a number that a formula can hold"),
        ("cost + £1e999", "1:8", "'£1e999' is too large"),
        ("1.2.3", "1:4", "'.3' is not understood here"),
        (".5", "1:1", "'.5' is not understood here: a number begins with a digit: 0.5"),
        ("5 %", "1:3", "'%' is not understood here: no space stands before %"),
        ("1,000", "1:1", "'1,000' reads as several values: write 1000, or a space after each comma between values"),
        ("min(cost, £1,000,000)", "1:11", "'£1,000,000' reads as several values: write £1000000, or a space after"),
        ("min(£1,000, cost)", "1:5", "'£1,000' reads as several values: write £1000, or a space after"),
        ("clip(rate,0,1,000)", "1:13", "'1,000' reads as several values: write 1000, or a space after"),
        ("2x", "1:1", "'2x' is not understood here"),
        ("£ 5", "1:1", "'£ 5' is not understood here: no space stands after £"),
        # syntax
        ("", "1:1", "the formula is empty"),
        (" \n\t", "1:1", "the formula is empty"),
        ("cost +", "1:7", EARLY),
        ("cost +  ", "1:7", EARLY),
        ("(cost", "1:6", f"{EARLY}: the bracket opened at 1:1 is not closed"),
        ("min(cost,", "1:10", EARLY),
        ("((1 + 2) * 3", "1:13", f"{EARLY}: the bracket opened at 1:1 is not closed"),
        ("cost)", "1:5", "')' is not understood here: no bracket is open"),
        ("cost + * 2", "1:8", "'* 2' is not understood here"),
        ("cost cost", "1:6", "'cost' is not understood here"),
        ("3 ** 2", "1:4", "'* 2' is not understood here: a power is a product: x * x"),
        ("0 < rate < 1", "1:10", "'< 1' is not understood here: join two comparisons by and"),
        ("rate == rate == rate", "1:14", "'== rate' is not understood here"),
        ("rate = 1", "1:6", "'= 1' is not understood here: equal is =="),
        ("rate != 1", "1:6", "'!= 1' is not understood here: write not (a == b)"),
        ("and", "1:1", "'and' is not understood here"),
        ("1 < 2 and or 2 < 3", "1:11", "'or 2 < 3' is not understood here"),
        ("late andlate", "1:6", "'andlate' is not understood here"),
        ("late orlate", "1:6", "'orlate' is not understood here"),
        ("1 + not late", "1:5", "'not late' is not understood here: put what is negated in brackets"),
        ("__import__('os')", "1:12", "''os')' is not understood here"),
        (
            "max(0, (cost + 1, 2) - min(1, 2))",
            "1:17",
            "', 2) - min' is not understood here: the bracket opened at 1:8 is not closed",
        ),
        (
            "max((cost, 2) * 2, (cost))",
            "1:10",
            "', 2) * 2, ' is not understood here: the bracket opened at 1:5 is not closed",
        ),
        ("max(0,\n (cost, 2))", "2:7", "', 2))' is not understood here: the bracket opened at 2:2 is not closed"),
        ("1 + if(late, 1, 2)", "1:5", "there is no function 'if'; did you mean 'where'?"),
        ("cost; rate", "1:5", "'; rate' is not understood here"),
        ("min(1,,2)", "1:7", "',2)' is not understood here"),
        ("()", "1:2", "')' is not understood here"),
        # size
        ("1" * 4_001, "1:1", LONG),
        ("+".join(["rate"] * 3_000), "1:1", LONG),
        ("+".join(["1"] * 2_000), "1:1", DEEP),
        ("-" * 3_000 + "rate", "1:102", DEEP),
        ("not " * 900 + "late", "1:405", DEEP),
        ("abs(" * 500 + "1" + ")" * 500, "1:405", DEEP),
        # later lines
        ("cost +\n  2 *\n (people + 1", "3:13", EARLY),
        ("cost +\n  nobody", "2:3", "there is no line named 'nobody' above this one"),
        ("cost +\r\n rate", "1:1", "+: £ and rate do not fit together"),
        ("1 +\n\n  # 2", "3:3", "'# 2' is not understood here"),
    ],
)
def test_a_mistake_has_its_column(text: str, place: str, message: str) -> None:
    ((found, said),) = refusal(text)

    assert found == place
    assert said.startswith(message) or said.endswith(message)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("alpha + 2 * max(beta, gamma)", ["1:1", "1:17", "1:23"]),
        ("alpha +\n beta + (cost + people)", ["1:1", "2:2"]),
        ("nosuch(alpha, 2) + beta", ["1:1", "1:8", "1:20"]),
        ("clip(alpha) + 3m", ["1:1", "1:6", "1:15"]),
        ("sum_months(alpha, beta)", ["1:12", "1:19"]),
        ("nosuch(cash, contract_year) + 1", ["1:1"]),
    ],
)
def test_all_names_and_numbers_are_told_at_once_in_the_order_of_the_text(text: str, places: list[str]) -> None:
    assert [place for place, _ in refusal(text)] == places


def test_places_count_from_where_the_text_begins() -> None:
    begin = Span("model.yaml", 10, 21)

    assert [place for place, _ in refusal("cost + nobody\n + nothing", begin)] == ["10:28", "11:4"]
    assert [place for place, _ in refusal("cost +", begin)] == ["10:27"]
    assert [place for place, _ in refusal("cost +\n 2 *", begin)] == ["11:5"]
    with pytest.raises(InputError, match=r"^model\.yaml:10:21: the formula is empty$"):
        Written().read("  ", begin)


WORDS = (
    "cost rate cash late nobody min max where lag curve steps cumulative spread hold falls_in sum_months last reached "
    "contract_year financial_year and or not 0 1 2.5 1e9 1e999 m bn k pp 5% £1.2m <= == ² ٣ é"
)
pieces = st.sampled_from([*"()+-*/<>=,.%£ \n\t[]_#'\"", *WORDS.split()])
texts = (
    st.lists(pieces, max_size=40).map("".join)
    | st.lists(pieces, max_size=40).map(" ".join)
    | st.text(max_size=30)
    | st.builds(lambda a, n, b, c: a * n + b + c * n, pieces, st.integers(0, 4_000), pieces, pieces)
)


@given(texts)
@example("(" * 1_990 + "1" + ")" * 1_990)
@example("lag(cost, 1e300)")
@example("falls_in(cost, 1e300)")
@example("where(" * 60 + "late" + ",1,2)" * 60)
def test_any_text_is_a_formula_or_an_input_error(text: str) -> None:
    mistakes: tuple[Mistake, ...] = ()
    try:
        assert isinstance(Written().read(text), Expr)
    except InputError as error:
        mistakes = error.mistakes or (Mistake("nothing is said"),)

    rows = text.split("\n")
    for mistake in mistakes:
        assert mistake.span is not None
        assert 1 <= mistake.span.column <= len(rows[mistake.span.line - 1]) + 1
