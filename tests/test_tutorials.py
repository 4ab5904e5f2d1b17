"""Each tutorial is a session: its page is done from top to bottom in a fresh folder, as the reader does it.

A block of `yaml` or `csv` is saved where the line above it says (`NAME.yaml`:); a block of `diff` changes that file,
once and exactly there; a block of `sh` is run, line by line. A block under `<!-- output -->` stands in what the last
command printed; under `<!-- mistakes -->` too, and that command must have ended with exit code 2. A line `…` stands
for lines left out.
"""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.cli import app
from tests.documentation import ROOT, TUTORIALS, Block, blocks

OUTPUT, MISTAKES = "<!-- output -->", "<!-- mistakes -->"
GAP = "…"


@dataclass
class Session:
    """A reader at work in `folder`."""

    folder: Path
    printed: str = ""
    code: int = 0

    def do(self, block: Block, *, refused: bool) -> None:
        """What the page tells at this block; `refused` where its command is to end with exit code 2."""
        if block.above in (OUTPUT, MISTAKES):
            missing = not_printed(block.text, self.printed)
            assert missing is None, f"{block} shows what is not printed:\n{missing}\n--- printed is:\n{self.printed}"
        elif block.language == "diff":
            self._change(block)
        elif block.language == "sh":
            for line in block.text.splitlines():
                self._run(line)
            assert self.code == (2 if refused else 0), f"{block}: exit code {self.code}\n{self.printed}"
        else:
            (self.folder / self._named(block)).write_text(block.text, encoding="utf-8")

    def _run(self, line: str) -> None:
        word, *words = shlex.split(line, comments=True)
        assert word == "finmodel", line
        done = CliRunner().invoke(app, words)
        self.printed, self.code = done.output, done.exit_code

    def _change(self, block: Block) -> None:
        path = self.folder / self._named(block)
        lines = [(line[:1], line[1:]) for line in block.text.splitlines()]
        assert {sign for sign, _ in lines} <= {" ", "+", "-"}, f"{block}: each line begins with a space, + or -"
        before, after = ("".join(f"{text}\n" for sign, text in lines if sign != skipped) for skipped in "+-")
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{block}: {path.name} holds this {text.count(before)} times:\n{before}"
        path.write_text(text.replace(before, after), encoding="utf-8")

    def _named(self, block: Block) -> str:
        found = re.search(r"`([\w./-]+)`[^`]*:$", block.above)
        assert found, f"{block}: the line above says in which file, as in: Save this as `NAME.yaml`:"
        return found[1]


def not_printed(shown: str, printed: str) -> str | None:
    """The first piece of `shown`, between gaps, that does not stand in `printed` after the pieces before it."""
    left = [line.rstrip() for line in printed.splitlines()]
    for piece in re.split(rf"^{GAP}\n", shown, flags=re.MULTILINE):
        lines = [line.rstrip() for line in piece.splitlines()]
        starts = (at for at in range(len(left) - len(lines) + 1) if left[at : at + len(lines)] == lines)
        start = next(starts, None)
        if start is None:
            return piece
        left = left[start + len(lines) :]
    return None


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_works(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    session = Session(tmp_path)
    steps = [block for block in blocks("", "csv", "diff", "sh", "yaml") if block.page == page]

    for block, following in zip(steps, [*steps[1:], None], strict=True):
        session.do(block, refused=following is not None and following.above == MISTAKES)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_shows_what_is_printed(page: Path) -> None:
    steps = [block for block in blocks("", "sh") if block.page == page]
    unmarked = [str(block) for block in steps if not block.language and block.above not in (OUTPUT, MISTAKES)]

    assert unmarked == []
    assert sum(block.above == OUTPUT for block in steps) >= 3


def test_pieces_stand_in_their_order() -> None:
    printed = "a\nb  \nc\nd\n"

    assert not_printed("a\nb\n", printed) is None
    assert not_printed(f"a\n{GAP}\nd\n", printed) is None
    assert not_printed(f"{GAP}\nc\n", printed) is None
    assert not_printed("a\nc\n", printed) == "a\nc\n"
    assert not_printed(f"d\n{GAP}\na\n", printed) == "a\n"
