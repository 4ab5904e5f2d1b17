"""kill -9 at any moment, to the command and its workers at once: every run folder stays readable, nothing is lost.

FINMODEL_KILLS=200 kills as often (`--log-level=info -rA` tells what was found); by default it is twice, for its time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from finmodel.analysis.stored import read_summary

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("FINMODEL_KILLS", "2"))
TRIALS = 25_000  # seven draw-blocks, so that there are workers


def readable(folder: Path, trials: int) -> None:
    """A whole run: its manifest, its summary, and every trial of every table."""
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["trials"] == trials
    assert read_summary(folder).about.trials == trials
    for table in (folder / "trials").iterdir():
        assert pq.read_table(table).column("trial").to_numpy().tolist() == list(range(trials))


def contents(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found["manifest.json"]
    return found


@pytest.mark.timeout(60 + 20 * KILLS)
def test_killed_at_any_moment_all_folders_stay_readable(tmp_path: Path) -> None:
    started = [sys.executable, str(ROOT / "cli.py")]

    def do(*words: str) -> None:
        subprocess.run([*started, *words], cwd=tmp_path, check=True, capture_output=True)

    do("new", "small", "--years", "2", "--pool", "£40m", "--population", "100,000 people")
    do("run", "small.yaml", "--trials", "4096", "--quiet", "--out", "earlier")
    before = time.monotonic()
    do("run", "small.yaml", "--trials", str(TRIALS), "--workers", "2", "--quiet", "--out", "fresh")
    takes = time.monotonic() - before
    earlier, fresh = contents(tmp_path / "earlier"), contents(tmp_path / "fresh")

    moments = random.Random(7)
    words = [
        "run",
        "small.yaml",
        "--trials",
        str(TRIALS),
        "--workers",
        "2",
        "--quiet",
        "--extend",
        "earlier",
        "--out",
        "run",
    ]
    finished = kept = killed = 0
    while killed < KILLS:
        with subprocess.Popen(
            [*started, *words], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        ) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=moments.uniform(0.2, 1.0) * takes)
            killed += process.poll() is None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            told = process.stderr.read().decode() if process.stderr else ""
            assert told == "", told
        assert contents(tmp_path / "earlier") == earlier
        parts = list(tmp_path.glob("run.partial/trials/*/part-*"))
        for part in parts:
            assert part.read_bytes() == fresh[part.relative_to(tmp_path / "run.partial").as_posix()]
        kept += bool(parts)
        if (tmp_path / "run").exists():
            assert not (tmp_path / "run.partial").exists()
            readable(tmp_path / "run", TRIALS)
            assert contents(tmp_path / "run") == fresh
            (tmp_path / "run").rename(tmp_path / f"run-{finished}")
            finished += 1
    do(*words)
    assert contents(tmp_path / "run") == fresh
    logging.getLogger(__name__).info("%d kills: %d runs ended before, %d kills left draw-blocks", KILLS, finished, kept)
