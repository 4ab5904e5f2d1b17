"""What the pages of the documentation hold: YAML and CSV blocks, commands, outputs, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finmodel.errors import InputError
from finmodel.scenario.positions import read_yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
WHERE = re.compile(r"# in: ([\w.]+)\n")
TOP = "scenario"  # `# in: scenario`: keys of the scenario itself
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([\w./-]+\.\w+)`[^`\n]*:$")


@dataclass(frozen=True)
class Block:
    """A fenced block. `file` is where the line above it says that it is saved, from the root or the page's folder."""

    page: Path
    line: int
    language: str
    text: str
    above: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def file(self) -> Path | None:
        found = _NAMED.search(self.above)
        if not found:
            return None
        return Path(found[1]) if "/" in found[1] else self.page.parent.relative_to(ROOT) / found[1]

    @property
    def data(self) -> Any:
        return read_yaml(self.text, str(self))[0]

    @property
    def form(self) -> str:
        """`whole`, `fragment` or `overrides`; `unknown` where a block is none of them."""
        if WHERE.match(self.text):
            return "fragment"
        try:
            data = self.data
        except InputError:
            return "unknown"
        if isinstance(data, dict) and {"finmodel", "extends"} & set(data):
            return "whole"
        return "overrides" if isinstance(data, dict) and all("." in key for key in data) else "unknown"


def blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in these languages."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for fence in _FENCE.finditer(text):
            before = text[: fence.start()].rstrip("\n").rpartition("\n")[2]
            line = text.count("\n", 0, fence.start()) + 1
            found.append(Block(page, line, fence[1], fence[2], before))
    return [block for block in found if block.language in languages]


def over(fragment: Block, base: str) -> str:
    """A scenario that puts a fragment where its first line says."""
    found = WHERE.match(fragment.text)
    assert found is not None
    path = [] if found[1] == TOP else found[1].split(".")
    lines = [f"{'  ' * depth}{key}:" for depth, key in enumerate(path)]
    body = ["  " * len(path) + line for line in fragment.text.splitlines()[1:]]
    return "\n".join([f"extends: {base}", "name: fragment", *lines, *body]) + "\n"


def commands(text: str) -> list[str]:
    """The lines and pieces of code on a page that are commands of finmodel."""
    fenced = [line for fence in _FENCE.finditer(text) if fence[1] in ("sh", "") for line in fence[2].splitlines()]
    indented = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    inline = re.findall(r"`(finmodel [^`\n]+)`", _FENCE.sub("", text))
    return [found for found in (*fenced, *indented, *inline) if found.startswith("finmodel ")]
