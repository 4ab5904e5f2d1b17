"""A scenario file as a tree whose parts know where they are written: what composition merges, shows and compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finmodel.errors import Span
from finmodel.scenario.positions import Path, Positions

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Node:
    """A block of keys, a list or a single value; `span` is its place, `key` that of the key it stands under."""

    value: dict[str, Node] | list[Node] | Scalar
    span: Span
    key: Span | None = None

    @property
    def block(self) -> dict[str, Node]:
        """The keys of a block; nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def entries(self) -> list[Node]:
        """The entries of a list; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []

    def says(self, key: str) -> bool:
        """Whether this is a block that holds `key: true`."""
        return key in self.block and self.block[key].value is True

    def without(self, *keys: str) -> Node:
        """A block without some of its keys."""
        return Node({name: below for name, below in self.block.items() if name not in keys}, self.span, self.key)


def tree_of(data: Any, positions: Positions, path: Path = ()) -> Node:
    """The tree of plain data and the places of its parts."""
    value: dict[str, Node] | list[Node] | Scalar = data
    if isinstance(data, dict):
        value = {name: tree_of(below, positions, (*path, name)) for name, below in data.items()}
    elif isinstance(data, list):
        value = [tree_of(below, positions, (*path, at)) for at, below in enumerate(data)]
    return Node(value, positions.value(path), positions.keys.get(path))


def plain(node: Node) -> Any:
    """The plain data of a tree."""
    if isinstance(node.value, dict):
        return {name: plain(below) for name, below in node.value.items()}
    if isinstance(node.value, list):
        return [plain(below) for below in node.value]
    return node.value


def positions_of(node: Node, file: str) -> Positions:
    """The places of a tree's parts; `file` is the scenario that was asked for, whatever it extends."""
    positions = Positions(file)
    for path, part in walk(node):
        positions.values[path] = part.span
        if part.key is not None:
            positions.keys[path] = part.key
    return positions


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every part of a tree with its path, outer before inner."""
    yield path, node
    below: Iterator[tuple[str | int, Node]] = iter(node.block.items() or enumerate(node.entries))
    for step, part in below:
        yield from walk(part, (*path, step))


def entry_name(node: Node) -> str | None:
    """What an entry of a list is known by: its `name`, or the pair it stands `between`; None where it has neither."""
    name = node.block.get("name")
    if name is not None and isinstance(name.value, str):
        return name.value
    pair = node.block.get("between")
    if pair is not None and all(isinstance(one.value, str) for one in pair.entries):
        return " and ".join(sorted(str(one.value) for one in pair.entries)) or None
    return None
