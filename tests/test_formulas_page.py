"""docs/formulas.md knows every function of the grammar, as the grammar says it, and its example works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finmodel.lines import Expr, Sheet, parse_formula
from finmodel.lines.vocabulary import FUNCTIONS
from finmodel.units import POUND, Unit

PAGE = (Path(__file__).parents[1] / "docs" / "formulas.md").read_text(encoding="utf-8")


def test_the_table_is_the_grammars() -> None:
    printed = re.findall(r"^\| `([a-z_]+)(\([^`]*)` \|", PAGE, flags=re.MULTILINE)
    table = [f"| `{record.usage}` | {record.meaning} |" for record in FUNCTIONS.values()]

    assert [name for name, _ in printed] == list(FUNCTIONS)
    assert "\n".join(["| function | meaning |", "|---|---|", *table]) in PAGE


def test_the_example_is_a_formula_in_pounds() -> None:
    found = re.search(r'name: early_gain, .*formula: "([^"]+)"', PAGE)
    assert found is not None
    sheet = Sheet()
    lines: dict[str, Expr] = {name: sheet.given(name, [1e8, 2e8], POUND) for name in ("target", "cost")}

    assert parse_formula(found[1], lines.get).unit == POUND


@pytest.mark.parametrize("word", ["£1.2m", "£250k", "£1.2bn", "5%", "0.5"])
def test_the_numbers_on_the_page_are_read(word: str) -> None:
    amounts: list[float] = []

    def amount(value: float, written: str, unit: Unit) -> Expr:
        amounts.append(value)
        return Sheet().given(written, value, unit)

    parse_formula(word, lambda _: None, amount=amount)
    assert amounts == ([] if "£" not in word else [{"£1.2m": 1.2e6, "£250k": 2.5e5, "£1.2bn": 1.2e9}[word]])
