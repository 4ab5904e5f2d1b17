"""A contract that starts on any day: instalments on the first day of each contract month, late money after its end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import compile_contract
from tests.contract.flat import M, base_case, flat, term
from tests.contract.scenarios import TESTED, World
from tests.contract.strategies import few

INSTALMENTS = [1.2, 2.4]  # £m a year: 0.1 and 0.2 a month
LATE = [0.5, 0.7]


def two_years(start: str, months_late: int) -> World:
    found = flat(
        [
            term("fee", amount=[f"£{x}m" for x in INSTALMENTS], index="general"),
            {
                **term("fee", amount=[f"£{x}m" for x in LATE], index="general"),
                "name": "late",
                "paid": f"{months_late} months after year end",
            },
        ],
        years=2,
    )
    found.data["contract"]["start"] = start
    return found


def cash(folder: Path, found: World) -> list[float]:
    """All commissioners' cash by financial year, £m, without the years at the end in which nothing is paid."""
    values = base_case(folder, found)
    years = sum(amounts for name, amounts in values.items() if name.startswith(f"{TESTED}.cash["))
    return [float(x) for x in np.trim_zeros(np.asarray(years) / M, "b")]


@pytest.mark.parametrize(
    ("start", "months_late", "expected"),
    [
        # Twelve instalments by 15 March; year 1 ends on 14 April 2017, 11 months later is 14 March 2018.
        ("2016-04-15", 11, [1.2, 2.4 + 0.5, 0.7]),
        ("2016-04-15", 12, [1.2, 2.4, 0.5, 0.7]),  # 14 April 2018, in 2018/19
        ("2016-04-01", 12, [1.2, 2.4 + 0.5, 0.7]),  # 31 March 2018, still in 2017/18
        # Six instalments on each side of 1 April; year 1 ends on 30 September 2017.
        ("2016-10-01", 6, [0.6, 0.6 + 1.2 + 0.5, 1.2 + 0.7]),  # 30 March 2018
        ("2016-10-01", 7, [0.6, 0.6 + 1.2, 1.2 + 0.5, 0.7]),  # 30 April 2018
        # Instalments on 31 January, 28 February and 31 March, then from 30 April; year 1 ends on 30 January 2018.
        ("2017-01-31", 1, [0.3, 0.9 + 0.6 + 0.5, 1.8 + 0.7]),  # 28 February 2018
        ("2017-01-31", 2, [0.3, 0.9 + 0.6 + 0.5, 1.8 + 0.7]),  # 30 March 2018
        ("2017-01-31", 3, [0.3, 0.9 + 0.6, 1.8 + 0.5, 0.7]),  # 30 April 2018
        # A leap day: 29 February and 29 March 2016, then 28 February 2017 begins year 2; year 1 ends on the 27th.
        ("2016-02-29", 1, [0.2, 1.0 + 0.4 + 0.5, 2.0 + 0.7]),  # 27 March 2017
        ("2016-02-29", 2, [0.2, 1.0 + 0.4, 2.0 + 0.5, 0.7]),  # 27 April 2017
        # The last day of a financial year holds one instalment.
        ("2017-03-31", 12, [0.1, 1.1 + 0.2, 2.2 + 0.5, 0.7]),  # 30 March 2019
        ("2017-03-31", 13, [0.1, 1.1 + 0.2, 2.2, 0.5, 0.7]),  # 30 April 2019
    ],
)
def test_cash_of_each_financial_year_by_hand(
    tmp_path: Path, start: str, months_late: int, expected: list[float]
) -> None:
    assert cash(tmp_path, two_years(start, months_late)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("start", "first"), [("2016-04-15", 12), ("2016-10-01", 6), ("2017-01-31", 3), ("2017-03-31", 1)]
)
def test_allocations_fall_due_with_the_instalments(tmp_path: Path, start: str, first: int) -> None:
    """A commissioner's money of a financial year and what it pays on account are parts of the same instalments."""
    values = base_case(tmp_path, two_years(start, 1))
    opening = values["opening_allocation[north]"][0]
    expected = [first, 12 - first + 1.02 * first, 1.02 * (12 - first)]
    assert values["allocation[north]"][:3] == pytest.approx([opening * n / 12 for n in expected])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["£12m", "£24m"], [6.0, 6.0 + 12.0, 12.0]),
        ("£12m", [6.0, 12.0, 6.0]),
        ({"table": "given.csv", "column": "amount", "rows": {"commissioner": "north"}}, [6.0, 6.0 + 12.0, 12.0]),
    ],
    ids=["list", "one", "table"],
)
def test_stated_allocations_by_financial_year(tmp_path: Path, written: object, expected: list[float]) -> None:
    """Half of each contract year's money lies on each side of 1 April; an amount stated is not indexed."""
    found = two_years("2016-10-01", 1)
    found.data["parties"]["commissioners"]["north"]["allocation"] = {"amounts": written}
    rows = ["south,2016/17,£7m", "north,2017/18,£24m", "north,2016/17,£12m"]
    (tmp_path / "given.csv").write_text("\n".join(["commissioner,year,amount", *rows]), encoding="utf-8")
    values = base_case(tmp_path, found)
    assert values["allocation[north]"][:3] == pytest.approx([1e6 * amount for amount in expected], abs=1e-3)


def test_part_years_are_marked_and_explained(tmp_path: Path) -> None:
    contract = compile_contract(two_years("2016-10-15", 18).open(tmp_path))
    labels = [o.period_label for o in contract.outputs if (o.figure, o.member) == ("cash", "north")]
    assert labels == [
        "2016/17 (part)", "2017/18", "2018/19 (part)", "2019/20 run-off", "2020/21 run-off",
    ]  # fmt: skip
    assert "tested/cash/north/2016-17-part" in [o.column for o in contract.outputs]
    assert any("15 October" in note and "instalment" in note for note in contract.notes)
    whole = compile_contract(two_years("2016-04-01", 18).open(tmp_path))
    assert not any("instalment" in note or "(part)" in note for note in whole.notes)


@few(15)
@given(start=st.dates(date(2010, 4, 1), date(2100, 1, 1)), months_late=st.integers(1, 30))
def test_financial_years_hold_what_contract_years_accrue(
    tmp_path_factory: pytest.TempPathFactory, start: date, months_late: int
) -> None:
    found = two_years(start.isoformat(), months_late)
    years = cash(tmp_path_factory.mktemp("any"), found)
    assert sum(years) == pytest.approx(sum(INSTALMENTS) + sum(LATE), rel=1e-12)
    assert all(amount > -1e-12 for amount in years)
