"""Each page of docs/explanation: its worked figures are what its code prints, and it names norm and sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documentation import ROOT, blocks

PAGES = sorted((ROOT / "docs" / "explanation").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_figures_are_what_the_code_prints(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [block for block in blocks("python", "text") if block.page == page]
    assert [block.language for block in steps] == ["python", "text"] * (len(steps) // 2)
    assert steps

    names: dict[str, object] = {}
    for code, shown in zip(steps[::2], steps[1::2], strict=True):
        exec(compile(code.text, str(code), "exec"), names)  # noqa: S102 - that the page runs is what is tested
        assert capsys.readouterr().out == shown.text, str(shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_refers_to_the_norm_and_to_its_sources(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    body, _, sources = text.partition("\n## Sources\n")

    assert re.search(r"\]\(\.\./(model|conventions)\.md", body)
    assert len(re.findall(r"^- .*", sources, flags=re.MULTILINE)) >= 3
