"""The pages of the reference: what a key's row says, whatever keys there are."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from pydantic import Field

from finmodel.contract import reference_pages
from finmodel.contract.payment import KINDS
from finmodel.scenario import Share, Term
from finmodel.scenario.document import Scenario
from finmodel.scenario.fields import ANY_RATE
from finmodel.scenario.models import zero
from finmodel.scenario.parts import Part
from finmodel.scenario.positions import read_yaml
from finmodel.scenario.reference import reference_pages as pages_of
from finmodel.scenario.reference import slug
from finmodel.scenario.reference_keys import HEAD, in_table, in_yaml, words
from finmodel.scenario.reference_prose import FORM_EXAMPLES

PAGES = reference_pages()


class Stair(Part):
    """One stair."""

    up: Share = Field(examples=["5%"])
    """How far | up it goes."""


class Invented(Term):
    """Pays a < b.

    Example: £1m.
    """

    kind: Literal["invented"]
    """An invented rule."""
    needed: Share = Field(examples=["7%"])
    """A share that is needed."""
    spared: Share = Field(default_factory=zero, examples=["1%"])
    """A share that is not. Default: 0%. Rarely used."""
    stairs: list[Stair] = Field(default_factory=list)
    """Several stairs. Default: none."""


@pytest.fixture(scope="module")
def page() -> str:
    pair = [("commissioners", "integrator")]
    kinds: dict[str, type[Term]] = {"invented": Invented, "fee": KINDS["fee"]}
    return pages_of(kinds, dict.fromkeys(kinds, pair))["payment-terms.md"]


def test_a_new_kind_of_term_has_its_section(page: str) -> None:
    section = page.split("## `kind: invented`")[1].split("## `kind: fee`", maxsplit=1)[0]
    link = "[any form](numbers.md#which-form-where)"

    assert "Pays a \\< b.\n\nExample: £1m.\n\nPaid from commissioners to integrator." in section
    assert "- {name: invented, kind: invented, from: commissioners, to: integrator, needed: 7%}" in section
    assert (
        f"| `needed` | A share that is needed. | a share such as 60%, 0% to 100%; {link}<br>`7%` | required |"
        in section
    )
    assert "| `spared` | A share that is not. Rarely used. |" in section
    assert f"{link}<br>`1%` | 0% |" in section
    assert "| a list, each [`invented.stairs`](#inventedstairs) | none |" in section
    assert "### `invented.stairs`\n\nOne stair." in section
    assert "How far \\| up it goes." in section


def test_every_section_of_a_scenario_is_told() -> None:
    told = re.findall(r"^\| \[?`(\w+)`", PAGES["README.md"], flags=re.MULTILINE)

    assert sorted(told) == sorted(Scenario.model_fields)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_rows_have_the_cells_of_their_head(name: str) -> None:
    tables = re.findall(r"(?:^\|.*\n)+", PAGES[name], flags=re.MULTILINE)
    counts = [{len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()} for table in tables]

    assert counts == [{next(iter(count))} for count in counts]


def test_no_row_is_without_meaning_or_words_of_a_schema() -> None:
    rows = [row.split(" | ") for page in PAGES.values() for row in page.splitlines() if row.startswith("| `")]

    assert [row[0] for row in rows if len(row) == HEAD.splitlines()[0].count("|") - 1 and not row[1].strip()] == []
    assert not re.search(r"\$ref|patternE|anyOf|additionalProperties", "".join(PAGES.values()))


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 3000}, "a whole number from 1 to 3,000"),
        ({"type": "boolean"}, "`true` or `false`"),
        ({"enum": ["a", "b", "c"]}, "`a`, `b` or `c`"),
        (
            {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["string", "number"]}},
            "a list of 2 numbers",
        ),
        ({"type": "string", "patternErrorMessage": "expected a date such as 2016-04-01"}, "a date such as 2016-04-01"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "by name: text"),
        ({"anyOf": [{"const": "none"}, {"type": "string", "pattern": "x"}]}, "`none` or text"),
        ({}, ""),
    ],
)
def test_what_may_be_written_is_told_in_words(schema: dict[str, object], told: str) -> None:
    assert words(schema, str) == told


@pytest.mark.parametrize(("form", "example"), FORM_EXAMPLES.items())
def test_the_example_of_a_form_is_read(form: str, example: str) -> None:
    written = read_yaml(example, "")[0]

    assert list(written) == [form]
    assert ANY_RATE.read(written, 10)


def test_code_stands_as_it_is_in_a_table() -> None:
    assert in_table("a < b, `a < b`, a * b | c<br>d") == "a \\< b, `a < b`, a \\* b \\| c<br>d"


def test_examples_are_written_as_people_do() -> None:
    assert (
        in_yaml({"people": "1,160 people", "score": [["0pp", "0%"]]}) == '{people: "1,160 people", score: [[0pp, 0%]]}'
    )


def test_anchors_are_those_of_github() -> None:
    assert [slug("`contract.target`"), slug("`kind: fee`"), slug("Which form where")] == [
        "contracttarget", "kind-fee", "which-form-where",
    ]  # fmt: skip
