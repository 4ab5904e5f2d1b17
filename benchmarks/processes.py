"""Whole processes, as a user starts them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.flagship import SCENARIO
from benchmarks.measure import ROOT, child_environment
from benchmarks.registry import Prepared


def python(*arguments: str) -> Prepared:
    """`python ARGUMENTS` in a process of its own."""
    return _process([sys.executable, *arguments])


def finmodel(*arguments: str) -> Prepared:
    """`finmodel ARGUMENTS` in a process of its own."""
    return _process([sys.executable, str(ROOT / "cli.py"), *arguments])


def flagship_run(trials: int, workers: int = 1) -> Prepared:
    """`finmodel run` of the flagship with all its payment models, into a folder that goes again.

    What a trial stores is among the facts once it has run.
    """
    facts: dict[str, float | int | str] = {"trials": trials, "workers": workers}

    def go() -> None:
        with tempfile.TemporaryDirectory() as place:
            out = Path(place) / "run"
            finmodel("run", str(SCENARIO), "--trials", str(trials), "--workers", str(workers), "--out", str(out)).go()
            stored = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["stored"]
            facts.update({"columns": stored["columns"], "bytes a trial": round(stored["bytes_per_trial"])})

    return Prepared(go, trials, facts)


def _process(command: Sequence[str]) -> Prepared:
    def go() -> None:
        subprocess.run(command, cwd=ROOT, env=child_environment(), check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program

    return Prepared(go)


def at_scale(trials: int, scale: float) -> int:
    """So many trials, or fewer to try out."""
    return max(round(trials * scale), 64)
