"""docs/how-to/rate-of-return.md: its command and its program print what the page shows, and it names every function."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel import analysis
from finmodel.analysis import present_value, rates_of_return
from finmodel.analysis.rates_of_return import Outcome
from finmodel.cli import app
from tests.documentation import ROOT, commands

PAGE = ROOT / "docs" / "how-to" / "rate-of-return.md"
TEXT = PAGE.read_text(encoding="utf-8")


def shown(name: str) -> str:
    found = re.search(rf"<!-- output: {name} -->\n```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_command_and_the_program_print_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    command = next(found for found in commands(TEXT) if "--out" in found)
    done = CliRunner().invoke(app, shlex.split(command)[1:])

    assert done.exit_code == 0, done.stderr
    assert shown("return") in done.stdout

    program = re.search(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert program is not None
    capsys.readouterr()
    exec(compile(program[1], str(PAGE), "exec"), {})  # noqa: S102 - the page's own program

    assert capsys.readouterr().out == shown("python")


def test_the_page_names_every_function_and_outcome() -> None:
    public = [
        name
        for module in (present_value, rates_of_return)
        for name, one in vars(module).items()
        if callable(one) and getattr(one, "__module__", "") == module.__name__ and hasattr(analysis, name)
    ]
    functions = [name for name in public if name.islower()]

    assert len(functions) == 7
    assert [name for name in [*functions, *(one.name for one in Outcome)] if f"`{name}" not in TEXT] == []
