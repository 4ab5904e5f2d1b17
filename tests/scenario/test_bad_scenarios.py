"""One defect a file: the message, its line and its column are those that the file's first lines expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from finmodel.cli import app
from finmodel.contract import compile_contract, open_scenario
from finmodel.errors import InputError

FOLDER = Path(__file__).resolve().parents[1] / "bad_scenarios"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "base.yaml")
MARK = "# expect: "


def expected(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


def test_base_has_no_defect() -> None:
    assert open_scenario(FOLDER / "base.yaml").name == "small"


def test_every_file_expects_something_and_uses_its_register_or_table() -> None:
    assert len(FILES) >= 45
    assert all(expected(path) for path in FILES)
    texts = "".join(path.read_text(encoding="utf-8") for path in [*FILES, FOLDER / "base.yaml"])
    assert all(f"file: {path.name}" in texts or f"table: {path.name}" in texts for path in FOLDER.glob("*.csv"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_message_and_place(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        compile_contract(open_scenario(path))
    found = [str(mistake).removeprefix(f"{FOLDER}/").removeprefix(f"{path.name}:") for mistake in caught.value.mistakes]
    assert found == expected(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_command_line_tells_the_same(path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", str(path)])
    told = result.output.splitlines()
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for line in expected(path):
        place, message = line.split(": ", 1)
        file = f"{FOLDER}/" if place.count(":") == 2 else f"{path}:"
        assert f"{file}{place}: {message}" in told
