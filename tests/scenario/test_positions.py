from __future__ import annotations

from typing import Any

import pytest

from finmodel.errors import InputError, Span
from finmodel.scenario.positions import read_yaml


def data(text: str) -> Any:
    return read_yaml(text, "s.yaml")[0]


def mistakes(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "s.yaml")
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("012", "012"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2016-04-01", "2016-04-01"),
        ("1e6", 1_000_000.0),
        ("-12", -12),
        ("0o17", 15),
        ("0x1F", 31),
        (".5", 0.5),
        ("null", None),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("£687m", "£687m"),
    ],
)
def test_words_of_yaml_1_2(written: str, meant: object) -> None:
    found = data(f"a: {written}")["a"]
    assert found == meant
    assert type(found) is type(meant)


def test_places_count_characters_from_one() -> None:
    _, positions = read_yaml("\ufeffa: 1\nb:\n  - {é£: x, c: y}\n", "s.yaml")
    assert positions.value(("a",)) == Span("s.yaml", 1, 4)
    assert positions.key(("b",)) == Span("s.yaml", 2, 1)
    assert positions.value(("b", 0, "c")) == Span("s.yaml", 3, 16)
    assert positions.key(("b", 0, "c")) == Span("s.yaml", 3, 13)
    assert positions.value(("b", 0, "not", "there")) == Span("s.yaml", 3, 5)


def test_keys_that_are_numbers_are_text() -> None:
    assert data("2013: a") == {"2013": "a"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\na: 2\n", "s.yaml:2:1: the key 'a' stands here twice; the first is in line 1"),
        ("a: !!str x", "s.yaml:1:4: a: tags such as '!!str' are not used here"),
        ("a: !odd x", "s.yaml:1:4: a: tags such as '!odd' are not used here"),
        ("a: {<<: {b: 1}}", "s.yaml:1:5: a: merge keys ('<<') are not used here; write the keys out"),
        ("true: 1", "s.yaml:1:1: a key must be text, not 'true'; put it in quotes if it is meant so"),
        ("? [a]\n: 1", "s.yaml:1:3: a key must be text"),
        ("a: .nan", "s.yaml:1:4: a: '.nan' is not a number that can be used"),
        ("a: -.inf", "s.yaml:1:4: a: '-.inf' is not a number that can be used"),
        ("a: 1e999", "s.yaml:1:4: a: too large a number"),
        ("a: " + "9" * 5000, "s.yaml:1:4: a: too large a number"),
        ("", "s.yaml:1:1: the file is empty"),
        ("# nothing\n", "s.yaml:1:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "s.yaml:2:1: one file holds one document: remove the '---' line"),
        ("a: b: c", "s.yaml:1:5: a ':' is not expected here"),
        ("a:\n\tb: 1", "s.yaml:2:1: text cannot begin with this character"),
        ("a: 'b", "s.yaml:1:6: the text ends inside a quotation"),
        ("a: \x01", "s.yaml:1:4: a character here is not allowed in text"),
        ("a: \ud800", "s.yaml:1:4: a character here is not allowed in text"),
        ("[" * 100_000, "blocks and lists are nested too deeply"),
        ("a: &x [*x]", "too much text, nested or repeated by '*' too often"),
        ("a: *x", "undefined alias"),
    ],
)
def test_refused(text: str, told: str) -> None:
    (mistake,) = mistakes(text)
    assert told in mistake


def test_aliases_within_reason() -> None:
    assert data("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}
    layers = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    layers += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    (mistake,) = mistakes("\n".join(layers))
    assert "repeated by '*' too often" in mistake


def test_all_mistakes_of_form_at_once() -> None:
    assert len(mistakes("a: 1\na: 2\nb: .nan\nc: !x y\n")) == 3
