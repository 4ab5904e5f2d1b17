"""What is installed: version, command, type marker, and the names each room shows."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import distribution, entry_points
from importlib.resources import files
from pathlib import Path

import pytest

import finmodel

ROOT = Path(__file__).resolve().parents[1]
ROOMS = sorted(path.parent.name for path in (ROOT / "finmodel").glob("*/__init__.py"))


def test_the_installed_version_is_the_packages_own() -> None:
    assert distribution("finmodel").version == finmodel.__version__


def test_the_changelog_knows_the_version() -> None:
    headings = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert headings[0] == "Unreleased"
    assert finmodel.__version__ in headings


def test_the_command_starts_the_command_line() -> None:
    (command,) = entry_points(group="console_scripts", name="finmodel")

    assert command.value == "finmodel.cli:main"
    assert callable(command.load())


def test_the_package_says_that_it_is_typed() -> None:
    assert files("finmodel").joinpath("py.typed").is_file()


def test_the_template_of_a_new_scenario_is_part_of_the_package() -> None:
    assert files("finmodel.scenario").joinpath("starter.yaml").is_file()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_the_names_it_shows_and_each_exists(room: str) -> None:
    module = importlib.import_module(f"finmodel.{room}")

    assert module.__all__, f"finmodel.{room} shows nothing"
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_nothing_but_the_package_is_installed() -> None:
    modules = {str(path).split("/", maxsplit=1)[0] for path in distribution("finmodel").files or ()}

    assert modules & {"tests", "cli.py", "benchmarks", "scenarios"} == set()
