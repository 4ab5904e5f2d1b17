"""Letters of a text, found where they are written: in quotes, with escapes, folded over lines, indented in a block."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from finmodel.errors import Span
from finmodel.scenario.positions import read_yaml


def written(file: str, path: tuple[str, ...] = ("a", "formula")) -> tuple[str, Span]:
    """The text at a path of a file, and where it begins."""
    data, positions = read_yaml(file, "s.yaml")
    for key in path:
        data = data[key]
    return data, positions.value(path)


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("a: {formula: 1 + x}", "s.yaml:1:18"),
        ("a: {formula: '1 + x'}", "s.yaml:1:19"),
        ("a: {formula: ' 1 + x'}", "s.yaml:1:20"),
        ('a:\n  formula: "1 +\n    x"', "s.yaml:3:5"),
        ('a:\n  formula: "1 \\\n    + \\u0031 * x"', "s.yaml:3:16"),
        ("a:\n  formula: '''1'' + x'", "s.yaml:2:21"),
        ("a:\n  formula: 1\n    +\n\n    x", "s.yaml:5:5"),
        ("a:\n  formula: >-  # a rule\n    1\n    + x", "s.yaml:4:7"),
        ("a:\n  formula: |\n    1\n\n      + x\n", "s.yaml:5:9"),
        ("a:\r\n  formula: >\r\n    1\r\n    + x\r\n", "s.yaml:4:7"),
        ("£: £\na: {formula: '£1 + x'}", "s.yaml:2:20"),
    ],
)
def test_a_letter_is_found_where_it_is_written(file: str, place: str) -> None:
    text, span = written(file)
    assert str(span.inside(text, text.index("x"))) == place


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("a: {formula: '1 + '}", "s.yaml:1:18"),
        ("a:\n  formula: >\n    1\n    +\n", "s.yaml:4:6"),
        ("a: {formula: 1 +}", "s.yaml:1:17"),
    ],
)
def test_the_end_is_just_behind_the_last_letter(file: str, place: str) -> None:
    text, span = written(file)
    assert str(span.inside(text, len(text))) == place


words = st.lists(st.sampled_from(["x", "min(", ")", "'", '"', "\\", "é", "£5", "#", ": ", ",", "  ", "\n", "\t", "%"]))


@given(words.map("".join), st.sampled_from(["'", '"', "|", ">", None]), st.integers(10, 40), st.booleans())
@example("x  x", "'", 10, False)
@example("\n \n x\n\n", "|", 10, False)
def test_every_letter_of_any_text_is_found(text: str, style: str | None, width: int, escaped: bool) -> None:
    file = yaml.dump({"a": {"formula": text}}, default_style=style, width=width, allow_unicode=not escaped)
    read, span = written(file)
    if not isinstance(read, str):  # nothing, or a number
        return
    rows = file.split("\n")
    for at, letter in enumerate(read):
        if letter.isspace():
            continue
        place = span.inside(read, at)
        found = rows[place.line - 1][place.column - 1]
        assert found in (letter, "\\")
