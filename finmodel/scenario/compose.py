"""A scenario file together with the files that it extends: one tree, each part with the file and line it comes from.

`extends` names one base or a list of them, by paths relative to the file that names them. Every file counts once,
however many ways lead to it, after the files that it extends itself; of two bases the later stands over the earlier.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finmodel.errors import InputError, Mistake, Span
from finmodel.scenario.bid_placed import place_bid
from finmodel.scenario.document import raw_path
from finmodel.scenario.files import TextFile, read_text
from finmodel.scenario.merge import Merger
from finmodel.scenario.nodes import Node, plain, positions_of, tree_of
from finmodel.scenario.overrides import apply_overrides
from finmodel.scenario.positions import Positions, read_yaml
from finmodel.scenario.problems import shown
from finmodel.scenario.terms import Term

EXTENDS = "extends"
_MOST_FILES = 100


@dataclass(frozen=True)
class Composed:
    """A scenario in plain data, overrides applied, and what was wrong with putting it together.

    `files` are all that were read, the scenario asked for first.
    """

    data: dict[str, Any]
    positions: Positions
    files: tuple[TextFile, ...]
    mistakes: tuple[Mistake, ...] = ()

    @property
    def main(self) -> TextFile:
        """The file asked for."""
        return self.files[0]

    def folder_of(self, span: Span) -> Path:
        """The folder that a path written at `span` is relative to; an override's is the scenario's."""
        return next((file.path for file in self.files if file.name == span.file), self.main.path).parent


def compose(path: str | Path, overrides: Sequence[str] = (), kinds: Mapping[str, type[Term]] | None = None) -> Composed:
    """Read a scenario file and all that it extends, and apply overrides. InputError where a file cannot be read."""
    layers = _Layers()
    layers.add(Path(path), None, ())
    if layers.mistakes:
        raise InputError(layers.mistakes)
    merger = Merger()
    (main, own), *bases = reversed(layers.found)
    root = own
    if bases:
        root = bases[-1][1]
        for _, over in [*reversed(bases[:-1]), (main, own)]:
            root = merger.merge(root, over)
        _needs_name(own, root, main, merger.mistakes)
        root = _without_lost(root, main)
    data, positions = plain(root), positions_of(root, main.name)
    wrong, read = apply_overrides(overrides, data, positions, kinds or {})
    of_bid = place_bid(data, positions)
    files = (main, *(file for file, _ in bases), *read)
    return Composed(data, positions, files, (*merger.mistakes, *wrong, *of_bid))


class _Layers:
    """The files of a scenario, those that others extend first."""

    def __init__(self) -> None:
        self.found: list[tuple[TextFile, Node]] = []
        self.mistakes: list[Mistake] = []
        self._seen: set[Path] = set()

    def add(self, path: Path, named_at: Span | None, chain: tuple[Path, ...]) -> None:
        """Read a file and, before it, whatever it extends; a file that is already there is not read again."""
        here = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() fails on names that cannot be
        if here in chain:
            circle = " -> ".join(one.name for one in (*chain[chain.index(here) :], here))
            self.mistakes.append(Mistake(f"scenarios extend each other in a circle: {circle}", named_at, EXTENDS))
            return
        if here in self._seen:
            return
        self._seen.add(here)
        if len(self._seen) > _MOST_FILES:
            self.mistakes.append(Mistake(f"more than {_MOST_FILES} files are extended", named_at, EXTENDS))
            return
        try:
            file = read_text(path, named_at=named_at, named_by=EXTENDS if named_at else "")
            data, positions = read_yaml(file.text, file.name)
        except InputError as error:
            self.mistakes.extend(error.mistakes)
            return
        root = tree_of(data, positions)
        if not isinstance(root.value, dict):
            self.mistakes.append(Mistake(f"expected a scenario: a block of keys, got {shown(data)}", root.span))
            return
        if EXTENDS in root.block:
            for base in self._bases(root.block[EXTENDS]):
                self.add(_beside(path, str(base.value)), base.span, (*chain, here))
        self.found.append((file, root.without(EXTENDS)))

    def _bases(self, written: Node) -> list[Node]:
        """The bases that `extends` names."""
        entries = written.entries or [written]
        wrong = [one for one in entries if not isinstance(one.value, str) or not one.value.strip()]
        for one in wrong:
            self.mistakes.append(
                Mistake(f"expected the path of a scenario file, got {shown(plain(one))}", one.span, EXTENDS)
            )
        return [one for one in entries if one not in wrong]


def _beside(path: Path, written: str) -> Path:
    """A path relative to a file, as short as it can be said."""
    return Path(os.path.normpath(path.parent / written))


def _needs_name(own: Node, root: Node, main: TextFile, mistakes: list[Mistake]) -> None:
    key, what = ("settlement", "settlement") if "settlement" in root.block else ("name", "scenario")
    if key not in own.block:
        message = f"the key '{key}' is missing: a {what} that extends another has a name of its own"
        mistakes.append(Mistake(message, Span(main.name, 1, 1)))


def _without_lost(root: Node, main: TextFile) -> Node:
    """What a base says of numbers which are gone goes with them; the scenario's own words are checked later."""
    data, block = plain(root), dict(root.block)
    for section in ("sources", "known_on"):
        said = block.get(section)
        if said is not None and said.block:
            kept = {
                name: one
                for name, one in said.block.items()
                if one.span.file == main.name or not raw_path(name, data)[1]
            }
            block[section] = Node(kept, said.span, said.key)
    return Node(block, root.span, root.key)
