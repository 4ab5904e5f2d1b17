"""The two commands that README.md prints are the two that .ci/run runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def extracted(name: str) -> str:
    return subprocess.run(
        [ROOT / "scripts" / "readme", name], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


@pytest.mark.parametrize(("position", "name"), [(0, "run"), (1, "test")])
def test_the_first_two_shell_blocks_are_what_ci_extracts(position: int, name: str) -> None:
    assert extracted(name) == SHELL_BLOCKS[position]


def test_each_command_is_one_line() -> None:
    assert [block.count("\n") for block in SHELL_BLOCKS[:2]] == [1, 1]


def test_a_missing_marker_is_an_error() -> None:
    answer = subprocess.run([ROOT / "scripts" / "readme", "nothing"], check=False, capture_output=True, text=True)

    assert answer.returncode == 1
    assert "no command under <!-- command: nothing -->" in answer.stderr


def test_ci_runs_the_extracted_commands_and_the_scripts() -> None:
    lines = CI.splitlines()
    steps = [line.split('" ', 1)[1] for line in lines if line.startswith('quietly "')]

    assert steps == ['bash -euo pipefail -c "$(scripts/readme run)"', "scripts/check"]
    assert any(line.startswith("scripts/test") for line in lines)
    assert "$(scripts/readme test)" in (ROOT / "scripts" / "test").read_text(encoding="utf-8")


def test_the_main_command_names_a_scenario_that_exists() -> None:
    words = shlex.split(extracted("run"))
    scenario = ROOT / words[words.index("run") + 1]

    assert scenario.is_file()


def test_links_inside_the_project_lead_somewhere() -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]

    assert [target for target in targets if target and not (ROOT / target).exists()] == []


def test_the_output_in_the_readme_is_what_the_command_prints(tmp_path: Path) -> None:
    shown = re.search(r"^<!-- output: run -->\n```\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    assert shown is not None
    words = shlex.split(extracted("run"))
    command = words[words.index("run") :]
    answer = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *command, "--out", str(tmp_path / "run")],
        check=True,
        capture_output=True,
        cwd=ROOT,
        text=True,
        encoding="utf-8",
    )

    assert shown[1] in answer.stdout
