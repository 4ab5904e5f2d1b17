from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import finmodel as package
from finmodel.cli import app

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "staffordshire.yaml")
COMMANDS = ["new", "run", "compare", "sensitivity", "report", "validate", "lines", "explain", "schema", "assumptions"]
HEARS_CTRL_C = (  # whoever starts the tests in the background has Ctrl-C ignored, and what they start inherits that
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    f"sys.path.insert(0, {str(ROOT)!r})\n"
    "from finmodel.cli import main; main()"
)
HEAVY = {"altair", "jinja2", "vl_convert", "numpy", "pandas", "scipy", "pyarrow", "rich", "pydantic", "yaml", "lark"}


def finmodel(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = finmodel(command, "--help")

    assert done.exit_code == 0
    assert f"Example: finmodel {command} " in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS), ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from finmodel.cli import app\n"
        f"try: app({arguments!r})\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert set(done.stdout.rpartition("LOADED")[2].split()) & HEAVY == set()


def test_nothing_is_looked_through_for_garbage_as_a_command_ends() -> None:
    code = (
        "import gc, sys; sys.argv = ['finmodel', '--version']; from finmodel.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, gc.get_freeze_count() > 0, gc.get_count()[0] < 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "0 True True"


def test_the_version_is_printed() -> None:
    assert finmodel("--version").stdout == f"finmodel {package.__version__}\n"


def test_an_unknown_option_ends_with_2() -> None:
    assert finmodel("run", "--nonsense").exit_code == 2


def test_a_checkout_starts_by_itself(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert done.stdout == f"finmodel {package.__version__}\n"


def test_validate_tells_every_file(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("finmodel: 1\nname: Wrong Name\n", encoding="utf-8")
    done = finmodel("validate", SCENARIO, str(wrong), str(tmp_path / "none.yaml"))

    assert done.exit_code == 2
    assert done.stdout.startswith(f"OK {SCENARIO}: ")
    assert "wrong.yaml:2:" in done.stderr
    assert "none.yaml" in done.stderr
    assert done.stderr.endswith("in 2 of 3 files\n")


def test_validate_finds_a_correlation_that_cannot_be() -> None:
    base = str(ROOT / "tests" / "bad_scenarios" / "base.yaml")
    done = finmodel("validate", base, "--set", "correlations.0.rank=0.95")

    assert done.exit_code == 2
    assert "impossible rank correlations (cancer_growth and nhs_cost_inflation: 0.95)" in done.stderr
    assert "the largest feasible value is 0.8" in done.stderr


def test_validate_leaves_out_what_it_does_not_need() -> None:
    code = (
        "import sys; from finmodel.cli import app\n"
        f"try: app(['validate', {SCENARIO!r}])\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    unneeded = {"numpy", "pandas", "scipy", "pyarrow", "rich", "lark"}
    assert set(done.stdout.rpartition("LOADED")[2].split()) & unneeded == set()


def test_validate_as_json(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("finmodel: 1\nname: Wrong Name\n", encoding="utf-8")
    done = finmodel("validate", SCENARIO, str(wrong), "--json")
    files = json.loads(done.stdout)["files"]

    assert done.exit_code == 2
    assert [file["ok"] for file in files] == [True, False]
    assert {mistake["line"] for mistake in files[1]["mistakes"]} >= {2}


def test_validate_is_content_with_a_right_file() -> None:
    assert finmodel("validate", SCENARIO).exit_code == 0


def test_lines_are_listed_with_what_they_read() -> None:
    lines = json.loads(finmodel("lines", SCENARIO, "--json").stdout)["lines"]
    names = {line["name"] for line in lines}

    assert len(names) == len(lines)
    assert all(set(line["reads"]) <= names for line in lines)
    target = next(line for line in lines if line["name"] == "target")
    assert (target["unit"], target["period"]) == ("£", "contract year")
    assert target["formula"] == " + ".join(target["reads"])


def test_lines_of_one_model_are_fewer_and_hold_no_other_model() -> None:
    names = [
        line["name"]
        for line in json.loads(finmodel("lines", SCENARIO, "--model", "programme", "--json").stdout)["lines"]
    ]

    assert not any(name.startswith("existing_contracts.") for name in names)
    assert "programme.payment" in names
    assert "programme.payment" in finmodel("lines", SCENARIO, "--model", "programme").stdout


def test_lines_of_an_unknown_model_are_refused() -> None:
    done = finmodel("lines", SCENARIO, "--model", "programe")

    assert done.exit_code == 2
    assert "did you mean 'programme'?" in done.stderr


def test_a_pipe_that_nobody_reads_is_no_error() -> None:
    script = f"{sys.executable} cli.py lines {SCENARIO} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode in {0, 141}
    assert len(done.stdout.splitlines()) == 1


def _a_block_is_there(folder: Path) -> bool:
    tables = list(folder.glob("runs/*.partial/trials/*"))
    return bool(tables) and all(any(table.glob("part-*0.parquet")) for table in tables)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_stopped_half_way_keeps_what_is_finished(tmp_path: Path, number: signal.Signals, code: int) -> None:
    command = [sys.executable, "-c", HEARS_CTRL_C, "run", SCENARIO, "--trials", "2000000", "--workers", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            deadline = time.monotonic() + 60
            while not _a_block_is_there(tmp_path) and time.monotonic() < deadline:
                time.sleep(0.05)
            os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
            _, told = process.communicate(timeout=30)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # what does not stop would run on for minutes

    assert process.returncode == code
    (partial,) = (tmp_path / "runs").iterdir()
    assert partial.suffix == ".partial"
    assert not (partial / "manifest.json").exists()
    assert told.startswith("stopped" if number == signal.SIGINT else "ended from outside")
    assert f"trials are kept in runs/{partial.name}; the same command goes on from there" in told
    assert "Traceback" not in told
