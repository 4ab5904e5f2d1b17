"""docs/how-to/settle-a-year.md: its example prints what the page shows, and the page names every key."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.cli import app
from finmodel.scenario.settlement import Lookup, Settlement, SettlementInput, SettlementLine, SettlementTerm
from tests.documentation import ROOT, blocks, commands

PAGE = ROOT / "docs" / "how-to" / "settle-a-year.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("output", "part"), [("settle", "--out"), ("layers", "stop-loss-2025")])
def test_the_example_prints_what_the_page_shows(
    output: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "scenarios" / "settlements", tmp_path / "scenarios" / "settlements")
    for block in blocks("yaml", "csv"):
        if block.page == PAGE and block.file is not None:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    shown = re.search(rf"<!-- output: {output} -->\n```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    command = next(found for found in commands(TEXT) if part in found)
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(app, shlex.split(command)[1:])

    assert done.exit_code == 0, done.stderr
    assert shown is not None
    assert done.stdout == shown[1]


@pytest.mark.parametrize("part", [Settlement, SettlementInput, Lookup, SettlementLine, SettlementTerm])
def test_the_page_names_every_key(part: type[Settlement]) -> None:
    keys = [field.alias or name for name, field in part.model_fields.items()]

    assert [key for key in keys if f"`{key}`" not in TEXT] == []
