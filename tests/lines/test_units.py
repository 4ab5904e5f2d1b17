"""Units: the laws of a group, reading and writing, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.units import KNOWN, PERSON, POUND, PURE, REAL_POUND, YEAR, Unit

units = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.integers(-3, 3)).map(Unit.of)


@given(units, units, units)
def test_units_are_a_commutative_group(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * PURE == a
    assert a * (PURE / a) == PURE
    assert a / b == a * (PURE / b)
    assert hash(a * b) == hash(b * a)


@given(units)
def test_the_root_of_a_square_is_the_unit_itself(a: Unit) -> None:
    assert (a * a).root() == a


@given(units)
def test_an_odd_power_has_no_root(a: Unit) -> None:
    assert (a * a * POUND).root() is None


@given(units)
def test_what_is_written_reads_back(a: Unit) -> None:
    assert Unit.parse(str(a)) == a


@pytest.mark.parametrize(
    ("text", "expected", "written"),
    [
        ("£", POUND, "£"),
        ("£real", REAL_POUND, "£real"),
        ("£ real", REAL_POUND, "£real"),
        ("people", PERSON, "person"),
        ("£/person", POUND / PERSON, "£/person"),
        (" £ / person ", POUND / PERSON, "£/person"),
        ("£/£real", POUND / REAL_POUND, "£/£real"),
        ("points/year", Unit.of({"point": 1, "year": -1}), "point/year"),
        ("£/person/year", POUND / PERSON / YEAR, "£/person/year"),
        ("£*person", POUND * PERSON, "person*£"),
        ("1/year", PURE / YEAR, "1/year"),
        ("rate/year", PURE / YEAR, "1/year"),
        ("£/£", PURE, "rate"),
        ("rate", PURE, "rate"),
        ("score", PURE, "rate"),
        ("flag", PURE, "rate"),
    ],
)
def test_reading(text: str, expected: Unit, written: str) -> None:
    assert Unit.parse(text) == expected
    assert str(expected) == written


@pytest.mark.parametrize(
    ("text", "word"), [("dollar", "dollar"), ("£/people/week", "week"), ("", ""), ("£/", ""), ("£ person", "£ person")]
)
def test_an_unknown_unit_is_named(text: str, word: str) -> None:
    known = "month, person, point, year, £, £real, rate"
    with pytest.raises(ValueError, match=f"^'{word}' is not a unit; known: {known}$"):
        Unit.parse(text)


def test_money_of_two_kinds_is_two_units() -> None:
    assert POUND != REAL_POUND
    assert REAL_POUND * Unit.parse("£/£real") == POUND
