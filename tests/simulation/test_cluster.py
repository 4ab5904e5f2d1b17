"""A Dask cluster of this machine: the same bytes though a worker dies midway, and workers that differ are refused.

It is started in a process of its own, since it speaks over sockets, which tests may not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from finmodel.cli import app

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

ROOT = Path(__file__).resolve().parents[2]
TRIALS = 25_000  # seven draw-blocks

SCRIPT = """
    import json, os, signal, sys
    from pathlib import Path

    from distributed import Client, LocalCluster

    from finmodel.analysis import Request, run_scenario
    from finmodel.errors import InputError

    def differs(module):
        import importlib

        here = importlib.import_module(module)
        machine = here.describe_machine()
        other = {**machine, "versions": {**machine["versions"], "numpy": "0.9"}}
        here.describe_machine = lambda: other

    def refused(address):
        try:
            run_scenario(Request(sys.argv[1], trials=9_000, seed=1, out=Path("refused"), cluster=address))
        except InputError as error:
            return str(error)

    if __name__ == "__main__":
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
            with Client(cluster, set_as_default=False) as client:  # as if there were none
                address = cluster.scheduler_address
                pids = client.run(os.getpid)
                killed = []

                def kill_one(done, trials):
                    if not killed:
                        killed.append(done)
                        os.kill(pids.popitem()[1], signal.SIGKILL)

                trials = int(sys.argv[2])
                run_scenario(Request(sys.argv[1], trials=trials, out=Path("run"), workers=1, cluster=address), kill_one)
                client.wait_for_workers(2, timeout=30)
                names = list(client.run(os.getpid))
                # As if they had joined later: both, since one that is given no block has nothing to refuse.
                client.run(differs, "finmodel.simulation.cluster")
                later = refused(address)
                client.run(differs, "finmodel.simulation.manifest", workers=names[:1])
                at_once = refused(address)
        print(json.dumps({"killed_at": killed, "later": later, "at_once": at_once, "names": names}))
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("scenario")
    made = ["new", "small", "--years", "2", "--pool", "£40m", "--population", "100,000 people", "--out", str(folder)]
    assert CliRunner().invoke(app, made).exit_code == 0
    return str(folder / "small.yaml")


@pytest.fixture(scope="module")
def on_cluster(scenario: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("cluster")
    script = folder / "script.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    command = [sys.executable, str(script), scenario, str(TRIALS)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_a_worker_that_dies_midway_changes_no_bit(
    scenario: str, on_cluster: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, told = on_cluster
    alone = CliRunner().invoke(
        app, ["run", scenario, "--trials", str(TRIALS), "--quiet", "--out", str(tmp_path / "run")]
    )

    assert alone.exit_code == 0
    assert len(told["killed_at"]) == 1
    assert told["killed_at"][0] < TRIALS
    assert files(folder / "run") == files(tmp_path / "run")


def test_a_worker_that_differs_is_refused_by_name(on_cluster: tuple[Path, dict[str, Any]]) -> None:
    folder, told = on_cluster

    first, second = (f"worker {name} is refused: it differs in numpy (" for name in told["names"])
    assert first in told["later"] or second in told["later"]
    assert first in told["at_once"]
    assert second not in told["at_once"]
    for text in (told["later"], told["at_once"]):
        assert ", there 0.9)" in text
    assert not (folder / "refused").exists()
    assert not (folder / "refused.partial").exists()


def test_what_is_no_address_is_told(scenario: str, tmp_path: Path) -> None:
    words = ["run", scenario, "--trials", "10", "--out", str(tmp_path / "run"), "--cluster", "office"]
    done = CliRunner().invoke(app, words)

    assert done.exit_code == 2
    assert "--cluster: expected an address as in tcp://10.0.0.5:8786, got 'office'" in done.stderr
    assert not (tmp_path / "run.partial").exists()


def test_a_scheduler_that_is_not_there_is_wrong_input(scenario: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "run",
        scenario,
        "--trials",
        "10",
        "--cluster",
        "tcp://127.0.0.1:9",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "--cluster: no scheduler answers at 'tcp://127.0.0.1:9'" in done.stderr
    assert done.stderr.endswith("1 mistake\n")
    assert not list((tmp_path / "runs").iterdir())
