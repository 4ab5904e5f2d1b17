"""Every key of the scenario language says what it means: a docstring below the field, shown by editors."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest

from finmodel.contract import BUILT_IN
from finmodel.scenario.document import Scenario
from finmodel.scenario.draft import Draft
from finmodel.scenario.parts import Part


def parts(cls: type[Part]) -> list[type[Part]]:
    return [cls, *(found for below in cls.__subclasses__() for found in parts(below))]


def undocumented(cls: type[Part]) -> list[str]:
    """The fields of a class that no docstring follows."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    followed = [
        following.value.value
        if isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
        else ""
        for following in [*body[1:], ast.Pass()]
    ]
    return [
        line.target.id
        for line, text in zip(body, followed, strict=True)
        if isinstance(line, ast.AnnAssign) and not line.target.id.startswith("_") and not text.strip()
    ]


MODELS = [cls for cls in parts(Part) if cls.__module__.startswith("finmodel.") and cls is not Draft]


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_every_key_says_what_it_means(cls: type[Part]) -> None:
    assert undocumented(cls) == []


def test_all_kinds_and_sections_are_looked_at() -> None:
    assert {Scenario, *BUILT_IN.values()} <= set(MODELS)


def test_a_key_without_a_sentence_is_found() -> None:
    class Bare(Part):
        said: int
        """What it is."""
        unsaid: int

    assert undocumented(Bare) == ["unsaid"]
