"""Kinds of payment term from other packages, found by the entry point group `finmodel.mechanisms`.

The name of an entry point is the kind. What is installed is listed once a process; a class is imported only when its
kind is asked for, so that a package that cannot be loaded stops nobody who does not use it.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from finmodel.contract.payment.mechanism import Mechanism
from finmodel.errors import InputError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "finmodel.mechanisms"


@dataclass(frozen=True)
class Origin:
    """Where a kind comes from: its package, that package's version, and the sha256 of its source."""

    package: str
    version: str
    sha256: str


class Kinds(Mapping[str, type[Mechanism]]):
    """The built-in kinds and those of other packages, by the word that a modeller writes after `kind:`."""

    def __init__(self, built_in: Mapping[str, type[Mechanism]]) -> None:
        self._built_in = built_in
        self._loaded: dict[str, type[Mechanism]] = {}

    @cached_property
    def _entries(self) -> Mapping[str, EntryPoint]:
        """What other packages offer; InputError where two things have the same name."""
        found: dict[str, EntryPoint] = {}
        if not _any_installed():
            return found
        from importlib.metadata import entry_points

        for entry in entry_points(group=GROUP):
            if entry.name in self._built_in:
                raise InputError(f"{_told(entry)} has the name of a kind of finmodel's own: it needs another")
            if entry.name in found and found[entry.name] != entry:
                raise InputError(f"{_told(entry)} has the name of {_told(found[entry.name])}: leave one of the two out")
            found[entry.name] = entry
        return found

    def __getitem__(self, kind: str) -> type[Mechanism]:
        entry = self._entries.get(kind)
        if entry is None:
            return self._built_in[kind]
        if kind not in self._loaded:
            self._loaded[kind] = _load(entry)
        return self._loaded[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._entries or kind in self._built_in

    def __iter__(self) -> Iterator[str]:
        return iter([*self._built_in, *sorted(self._entries)])

    def __len__(self) -> int:
        return len(self._built_in) + len(self._entries)

    def origin(self, kind: str) -> Origin | None:
        """The package that a kind comes from; None for those of finmodel's own."""
        entry = self._entries.get(kind)
        if entry is None:
            return None
        package, version = _package(entry)
        return Origin(package, version, _fingerprint(self[kind]))


def _any_installed() -> bool:
    """Whether a package on the path may have the group: `entry_points` takes ten times as long to say that none has."""
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return True  # packages may be anywhere
    group = GROUP.encode()
    for place in dict.fromkeys(path or "." for path in sys.path):
        if Path(place).is_file():
            return True  # an archive
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    with suppress(OSError), open(f"{entry.path}/entry_points.txt", "rb") as file:  # noqa: PTH123 - quick
                        if group in file.read():
                            return True
    return False


def _package(entry: EntryPoint) -> tuple[str, str]:
    return (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "unknown")


def _told(entry: EntryPoint) -> str:
    return f"the entry point '{entry.name} = {entry.value}' of the package {' '.join(_package(entry))}"


def _load(entry: EntryPoint) -> type[Mechanism]:
    """The class of an entry point; InputError says what is wrong with it."""
    try:
        found = entry.load()
    except Exception as error:
        message = f"{_told(entry)} cannot be loaded: {type(error).__name__}: {error}".splitlines()[0]
        raise InputError(message) from error
    if not (isinstance(found, type) and issubclass(found, Mechanism)):
        raise InputError(f"{_told(entry)} is not a class derived from finmodel.mechanism.Mechanism")
    if inspect.isabstract(found):
        raise InputError(f"{_told(entry)} has no method 'result'")
    if get_args(found.model_fields["kind"].annotation) != (entry.name,):
        message = f"""expected 'kind: Literal["{entry.name}"]' in the class, because the entry point has that name"""
        raise InputError(f"{_told(entry)}: {message}")
    return found


def _fingerprint(cls: type[Mechanism]) -> str:
    """sha256 over the source of the package that a class is in, so that a changed rule is noticed."""
    import hashlib

    root = sys.modules[cls.__module__.partition(".")[0]]
    folders = [Path(folder) for folder in getattr(root, "__path__", ())]
    files = [path for folder in folders for path in folder.rglob("*.py")] or [Path(root.__file__ or "")]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
