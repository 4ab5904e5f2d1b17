"""What made a run: everything that determines its numbers, and where and when it was computed."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import finmodel
from finmodel.errors import InputError
from finmodel.simulation.job import BLOCK

SCHEMA = 2

_OUTSIDE_THE_ENGINE = ("report", "cli")


@dataclass(frozen=True)
class Source:
    """A file the run was made from, kept whole so that the run can be repeated; `sha256` is of its bytes."""

    file: str
    sha256: str
    text: str


@lru_cache(maxsize=1)
def engine_fingerprint() -> str:
    """sha256 over the source of every room that numbers pass through, so that a changed engine is noticed."""
    root = Path(finmodel.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] not in _OUTSIDE_THE_ENGINE:
            digest.update(place.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def describe_machine() -> dict[str, Any]:
    """Package versions and processor features: where these are equal, numbers are equal to the bit."""
    import numpy as np

    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "versions": {
            "finmodel": finmodel.__version__,
            "python": platform.python_version(),
            **{package: version(package) for package in ("numpy", "scipy", "pyarrow")},
        },
        "engine": engine_fingerprint(),
        "cpu": {
            "machine": platform.machine(),
            "features": sorted([*simd.get("baseline", []), *simd.get("found", [])]),
        },
        "platform": platform.platform(),
    }


def machine_differences(now: dict[str, Any], earlier: dict[str, Any], *, stored: bool, word: str = "now") -> list[str]:
    """What differs of two machines that decides the numbers, with `stored` also what decides the bytes of files.

    `word` stands before what it is `now`.
    """
    found = []
    for package in ("finmodel", "numpy", "scipy", *(("pyarrow",) if stored else ())):
        old, new = earlier["versions"].get(package), now["versions"].get(package)
        if old != new:
            found.append(f"{package} ({old}, {word} {new})")
    if now["versions"]["finmodel"] == earlier["versions"]["finmodel"] and now["engine"] != earlier["engine"]:
        found.append("the source code of finmodel")
    if now["cpu"] != earlier["cpu"]:
        found.append("the processor")
    return found


@dataclass(frozen=True)
class Manifest:
    """The record `manifest.json` of a run folder. `seed`, `trials`, … are those used, after options and overrides.

    `files` are the scenario, what it extends, files of overrides, and the contract register. `mechanisms` are the kinds
    of payment term from other packages, each with its package, version and the sha256 of its source. `continued` is how
    many of the trials an earlier run or an interrupted one had computed already. `stored`: how many columns are kept,
    and how many bytes they take in all and a trial.
    """

    name: str
    files: tuple[Source, ...]
    overrides: tuple[str, ...]
    models: tuple[str, ...]
    seed: int
    trials: int
    machine: dict[str, Any]
    block_size: int = BLOCK
    workers: int = 1
    started: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())
    mechanisms: dict[str, dict[str, str]] = field(default_factory=dict)
    continued: int = 0
    stored: dict[str, float] = field(default_factory=dict)
    sampler: str = "random"

    @property
    def run_hash(self) -> str:
        """Eight hex digits over everything the user chose that determines the numbers."""
        chosen = [
            SCHEMA,
            [file.sha256 for file in self.files],
            self.overrides,
            self.models,
            self.seed,
            self.sampler,
            self.trials,
            self.block_size,
        ]
        return hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:8]

    def differences(self, other: Manifest, *, trials: bool = True, stored: bool = False) -> list[str]:
        """What of all that determines the numbers differs in `other`, in words; empty for the very same run.

        Without `trials` their number may differ: one run is then the beginning of the other. With `stored` what
        determines the bytes of its files counts too.
        """
        found = self._other_files(other)
        for what, here, there in (
            ("overrides", self.overrides, other.overrides),
            ("payment models", self.models, other.models),
            ("seed", self.seed, other.seed),
            ("sampler", self.sampler, other.sampler),
            ("trials", self.trials, other.trials),
            ("draw-block size", self.block_size, other.block_size),
        ):
            if here != there and (trials or what != "trials"):
                found.append(f"the {what} ({_show(there)}, now {_show(here)})")
        found += machine_differences(self.machine, other.machine, stored=stored)
        for kind in {**self.mechanisms, **other.mechanisms}:
            if self.mechanisms.get(kind) != other.mechanisms.get(kind):
                found.append(f"the package of '{kind}' ({_package(other, kind)}, now {_package(self, kind)})")
        return found

    def _other_files(self, other: Manifest) -> list[str]:
        here, there = ({file.file: file.sha256 for file in one.files} for one in (self, other))
        return [f"the file {name}" for name in {**there, **here} if here.get(name) != there.get(name)]

    def to_json(self) -> dict[str, Any]:
        """Plain data, in the order a person reads it: the long texts last."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "hash": self.run_hash,
            "models": list(self.models),
            "seed": self.seed,
            "sampler": self.sampler,
            "trials": self.trials,
            "draw_block_size": self.block_size,
            "overrides": list(self.overrides),
            "workers": self.workers,
            "started": self.started,
            "seconds": self.seconds,
            "notes": list(self.notes),
            **self.machine,
            "mechanisms": self.mechanisms,
            "continued": self.continued,
            "stored": self.stored,
            "files": [vars(file) for file in self.files],
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Manifest:
        """Read what `to_json` wrote; InputError for another schema version."""
        if data.get("schema") != SCHEMA:
            raise InputError(f"the run has manifest schema {data.get('schema')}; this finmodel reads {SCHEMA}")
        return Manifest(
            name=data["name"],
            files=tuple(Source(**file) for file in data["files"]),
            overrides=tuple(data["overrides"]),
            models=tuple(data["models"]),
            seed=data["seed"],
            sampler=data.get("sampler", "random"),
            trials=data["trials"],
            machine={key: data[key] for key in ("versions", "engine", "cpu", "platform")},
            block_size=data["draw_block_size"],
            workers=data["workers"],
            started=data["started"],
            seconds=data["seconds"],
            notes=tuple(data["notes"]),
            mechanisms=data.get("mechanisms", {}),
            continued=data.get("continued", 0),
            stored=data.get("stored", {}),
        )


def _package(manifest: Manifest, kind: str) -> str:
    """Package, version and the beginning of the source's sha256."""
    found = manifest.mechanisms.get(kind)
    return f"{found['package']} {found['version']}, source {found['sha256'][:8]}" if found else "none"


def _show(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return value if isinstance(value, str) else f"{value:,}"
