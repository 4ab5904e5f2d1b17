"""ARCHITECTURE.md tells the truth about the tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w.*-]+(?:/[\w.*-]+)*/?)`", ARCHITECTURE)))
PATHS = [name for name in NAMED if "/" in name or Path(name).suffix in {".py", ".md", ".toml", ".yaml", ".csv"}]
PACKAGE = ROOT / "finmodel"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if folder.is_dir() and any(folder.glob("*.py")))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_page_names_paths_at_all() -> None:
    assert len(PATHS) >= 15


@pytest.mark.parametrize("name", PATHS)
def test_every_path_named_exists(name: str) -> None:
    found = list(ROOT.glob(name.rstrip("/")))

    assert found, f"ARCHITECTURE.md names {name}, which does not exist"
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


def test_the_page_is_at_most_two_pages() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 110
