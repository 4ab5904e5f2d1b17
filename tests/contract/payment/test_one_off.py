"""One-off payments: in their years and in no other, indexed or not, within their phase."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract.payment.worked import worked
from tests.contract.flat import M, flat, payment
from tests.contract.scenarios import TO_INTEGRATOR

YEARS = 5
INDEX = [1.0, 1.02, 1.05, 1.1, 1.2]


def term(payments: list[tuple[int, int]], index: str = "") -> str:
    written = ", ".join(f"{{year: {year}, amount: £{amount}}}" for year, amount in payments)
    return f"{{kind: one_off, payments: [{written}]{index}}}"


def test_the_first_the_last_and_the_same_year_twice() -> None:
    found = worked(term([(1, 100), (5, 7), (3, 20), (3, 1)]), index=INDEX)
    assert found == [100, 0, 21, 0, 7]
    indexed = worked(term([(1, 100), (5, 7), (3, 20), (3, 1)], ", index: tariff"), index=INDEX)
    assert indexed == [100, 0, 22.05, 0, 8.4]


def test_paid_in_the_contract_with_its_index(tmp_path: Path) -> None:
    """£2m and £0.5m at prices of year 1; 3% a year."""
    payments = [{"year": 1, "amount": "£2m", "label": "Mobilisation"}, {"year": 3, "amount": "£0.5m"}]
    one: dict[str, object] = {"name": "start_up", "kind": "one_off", **TO_INTEGRATOR, "payments": payments}
    assert payment(tmp_path, flat([one], years=4)) == pytest.approx([2 * M, 0, 0.5 * M, 0])
    found = flat([{**one, "index": "prices"}], years=4)
    found.data["indices"]["prices"] = {"change": "3%"}
    assert payment(tmp_path, found) == pytest.approx([2 * M, 0, 0.5 * M * 1.03 * 1.03, 0])


STATED = st.lists(st.tuples(st.integers(1, YEARS), st.integers(0, 10**7)), min_size=1, max_size=6)


@given(STATED, st.integers(2, 9))
def test_every_pound_is_paid_once_and_scales(payments: list[tuple[int, int]], k: int) -> None:
    found = worked(term(payments), index=INDEX)
    assert isinstance(found, list)
    assert found == [sum(amount for year, amount in payments if year == at) for at in range(1, YEARS + 1)]
    assert worked(term([(year, k * amount) for year, amount in payments]), index=INDEX) == [k * x for x in found]
    assert worked(term(payments[::-1]), index=INDEX) == found
