"""ARCHITECTURE.md, and the table of where a change belongs, tell the truth about the tree."""

from __future__ import annotations

import ast
import math
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
CHANGES = (ROOT / "docs" / "where-a-change-belongs.md").read_text(encoding="utf-8")
LINES_A_PAGE, CHARACTERS_A_LINE = 60, 100  # what fits an A4 page at 10 points
PACKAGE = ROOT / "finmodel"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if folder.is_dir() and any(folder.glob("*.py")))


def paths(text: str) -> list[str]:
    """What a page names between backticks that looks like a path."""
    named = sorted(set(re.findall(r"`([\w.*-]+(?:/[\w.*-]+)*/?)`", text)))
    return [name for name in named if "/" in name or Path(name).suffix in {".py", ".md", ".toml", ".yaml", ".csv"}]


PATHS = paths(ARCHITECTURE)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_page_names_paths_at_all() -> None:
    assert len(PATHS) >= 15


@pytest.mark.parametrize("name", sorted({*PATHS, *paths(CHANGES)}))
def test_every_path_named_exists(name: str) -> None:
    found = list(ROOT.glob(name.rstrip("/")))

    assert found, f"{name} is named, and does not exist"
    assert all(path.is_dir() for path in found) or not name.endswith("/"), f"{name} is not a folder"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_named(room: str) -> None:
    assert f"finmodel/{room}/" in PATHS


def test_every_module_beside_the_rooms_is_named() -> None:
    beside = [relative(path) for path in sorted(PACKAGE.glob("*.py")) if path.name != "__init__.py"]

    assert [name for name in beside if name not in PATHS] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for(room: str) -> None:
    init = PACKAGE / room / "__init__.py"

    assert init.exists(), f"finmodel/{room} has no __init__.py"
    text = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    assert len(text.split()) >= 20, f"{relative(init)} needs a paragraph: what the room is for, what it must not know"


def test_every_file_can_be_read_in_one_sitting() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > 400} == {}


def pages(text: str) -> float:
    """How many printed A4 pages a text fills: a long line, such as a row of a table, takes several."""
    lines = [max(1, math.ceil(len(line) / CHARACTERS_A_LINE)) for line in text.splitlines()]
    return sum(lines) / LINES_A_PAGE


def test_the_page_is_at_most_two_pages() -> None:
    assert pages(ARCHITECTURE) <= 2, "tell it shorter, or file by file in docs/where-a-change-belongs.md"


def test_a_long_line_fills_several() -> None:
    assert pages("x" * 100 * 60) == 1
    assert pages("x\n" * 59 + "x" * 101) == pytest.approx(61 / 60)


def test_where_a_change_belongs_reaches_every_room() -> None:
    named = paths(CHANGES)

    assert [room for room in ROOMS if not any(f"finmodel/{room}/" in name for name in named)] == []
