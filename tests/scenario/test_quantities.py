from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.scenario import parse_quantity, write_quantity
from finmodel.units import MONTH, PERSON, POINT, POUND, PURE, YEAR, Unit


@pytest.mark.parametrize(
    ("written", "amount", "unit"),
    [
        ("£687m", 687_000_000.0, POUND),
        ("£1.2bn", 1_200_000_000.0, POUND),
        ("£1.222bn", 1_222_000_000.0, POUND),
        ("£840k", 840_000.0, POUND),
        ("£139.50", 139.5, POUND),
        ("-£3m", -3_000_000.0, POUND),
        ("£-3m", None, POUND),
        ("£1,234,567", 1_234_567.0, POUND),
        ("1,160 people", 1_160.0, PERSON),
        ("1 person", 1.0, PERSON),
        ("3.5%", 0.035, PURE),
        ("+0.7pp", 0.007, PURE),
        ("−0.7pp", -0.007, PURE),
        ("24 months", 24.0, MONTH),
        ("2 years", 2.0, YEAR),
        ("8.74 points", 8.74, POINT),
        ("0.8pp a year", 0.008, Unit.parse("1/year")),
        ("£139.50 a person", 139.5, Unit.parse("£/person")),
        ("1.6", 1.6, PURE),
        (1.6, 1.6, PURE),
        (7, 7.0, PURE),
    ],
)
def test_as_people_write_them(written: str | float, amount: float | None, unit: Unit) -> None:
    if amount is None:
        with pytest.raises(ValueError, match="not a quantity"):
            parse_quantity(written)
        return
    found = parse_quantity(written)
    assert (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize(
    "written",
    ["", "£", "%", "3,5%", "1,22m", "£5%", "5m%", "1e6%", "nan", "£inf", "3.5.1", "1_000", "٣%", "9" * 61, "£5 people"],
)
def test_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"not a quantity|commas must|cannot stand together"):
        parse_quantity(written)


UNITS = [PURE, POUND, Unit.parse("£real"), PERSON, POINT, MONTH, YEAR, Unit.parse("£/person"), Unit.parse("1/year")]


@given(st.floats(min_value=-1e15, max_value=1e15), st.sampled_from(UNITS))
def test_what_is_written_reads_back_the_same(amount: float, unit: Unit) -> None:
    if 0 < abs(amount) < 1e-12:
        amount = 0.0
    written = write_quantity(amount, unit)
    if len(written) > 60:
        return
    found = parse_quantity(written)
    assert found.amount == amount
    assert math.copysign(1, found.amount) == 1 or amount < 0
    assert str(found.unit) == str(unit).replace("£real", "£")


@given(st.integers(-(10**9), 10**9), st.sampled_from(["k", "m", "bn"]))
def test_powers_are_exact(thousandths: int, power: str) -> None:
    times = {"k": 1, "m": 1_000, "bn": 1_000_000}[power]
    sign = "-" if thousandths < 0 else ""
    written = f"{sign}£{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}{power}"
    assert parse_quantity(written).amount == thousandths * times


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_quantity(text)
    except ValueError:
        return
    assert math.isfinite(found.amount)
