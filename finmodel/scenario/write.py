"""A composed scenario as YAML text, each value with the file and line that it comes from."""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path

from finmodel.errors import InputError, Span
from finmodel.scenario.compose import Composed
from finmodel.scenario.nodes import Node, tree_of
from finmodel.scenario.positions import read_yaml

_WIDTH = 100


def composed_text(composed: Composed, folder: Path, *, origins: bool = True) -> str:
    """The text of a scenario that stands by itself in `folder`: paths of other files are made relative to it.

    Reading it gives the same data as `composed`. With `origins` each line ends in a comment that names its source.
    """
    writer = _Writer(origins)
    root = _with_paths(tree_of(composed.data, composed.positions), composed, folder)
    for number, (key, part) in enumerate(root.block.items()):
        if number and (part.block or part.entries):
            writer.lines.append("")
        writer.key(key, part)
    return "\n".join(writer.lines) + "\n"


def written_short(node: Node) -> str:
    """A part on one line, as a person would write it."""
    return _flow(node) if node.block or node.entries else " ".join(str(_scalar(node.value)).split())


def _with_paths(node: Node, composed: Composed, folder: Path, above: str = "") -> Node:
    """The tree with paths of files relative to `folder`."""
    if node.block:
        value: dict[str, Node] = {}
        for key, part in node.block.items():
            if key == "table" or (above, key) == ("contract_register", "file"):
                where = os.path.relpath(composed.folder_of(part.span) / str(part.value), folder)
                value[key] = Node(Path(where).as_posix(), part.span, part.key)
            else:
                value[key] = _with_paths(part, composed, folder, key)
        return Node(value, node.span, node.key)
    if node.entries:
        return Node([_with_paths(part, composed, folder) for part in node.entries], node.span, node.key)
    return node


class _Writer:
    """Writes lines of YAML."""

    def __init__(self, origins: bool) -> None:  # noqa: FBT001  # a private class
        self.lines: list[str] = []
        self._origins = origins

    def line(self, text: str, span: Span) -> None:
        """One line and where it comes from."""
        self.lines.append(f"{text}  # {span.file}:{span.line}" if self._origins else text)

    def key(self, key: str, node: Node, depth: int = 0) -> None:
        """A key and what stands under it."""
        self.entry(node, depth, f"{_key(key)}:")

    def entry(self, node: Node, depth: int, lead: str) -> None:
        """A key or list entry: on one line where it is short and comes from one place, else below its lead."""
        indent = "  " * depth
        short = _flow(node) if node.block or node.entries else _line(node.value)
        one_place = len(_places(node)) == 1
        if short is not None and one_place and len(indent) + len(lead) + len(short) < _WIDTH:
            self.line(f"{indent}{lead} {short}", node.span)
        elif isinstance(node.value, dict):
            self._block(node, depth, lead)
        elif isinstance(node.value, list):
            self.line(f"{indent}{lead}", node.span)
            for part in node.entries:
                self.entry(part, depth + 1, "-")
        else:
            self._long(str(node.value), node.span, depth, lead)

    def _block(self, node: Node, depth: int, lead: str) -> None:
        first = True
        if lead != "-":
            self.line("  " * depth + lead, node.span)
            first = False
        for key, part in node.block.items():
            before = len(self.lines)
            self.key(key, part, depth + 1)
            if first:  # the first key of a list's entry stands beside the dash
                text = self.lines[before]
                self.lines[before] = "  " * depth + "- " + text.lstrip()
                first = False

    def _long(self, text: str, span: Span, depth: int, lead: str) -> None:
        """A long text, folded over lines where that reads back the same."""
        indent = "  " * (depth + 1)
        folded = textwrap.wrap(text, _WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
        if _reads_as(f"x: >-\n{''.join(f'  {one}' + chr(10) for one in folded)}", {"x": text}):
            self.line(f"{'  ' * depth}{lead} >-", span)
            self.lines.extend(indent + one for one in folded)
        else:
            self.line(f"{'  ' * depth}{lead} {_scalar(text)}", span)


def _places(node: Node) -> set[tuple[str, int]]:
    """The lines that a part and all within it come from."""
    here = {(node.span.file, node.span.line)}
    for part in (*node.block.values(), *node.entries):
        here |= _places(part)
    return here


def _line(value: object) -> str | None:
    """A single value beside its key; None where it holds line ends."""
    return None if isinstance(value, str) and "\n" in value else _scalar(value)


def _flow(node: Node) -> str:
    """The part on one line."""
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(part)}" for key, part in node.block.items()) + "}"
    if isinstance(node.value, list):
        return "[" + ", ".join(_flow(part) for part in node.entries) + "]"
    return _scalar(node.value, within=True)


def _scalar(value: object, *, within: bool = False) -> str:
    if isinstance(value, str):
        return _text(value, within=within)
    return "null" if value is None else json.dumps(value)


def _text(text: str, *, within: bool = False) -> str:
    """A text as it is, or in quotes where it would read as something else."""
    sample: tuple[str, object] = (f"[{text}]", [text]) if within else (f"x: {text}", {"x": text})
    return text if _reads_as(*sample) else json.dumps(text, ensure_ascii=False)


def _key(text: str) -> str:
    """A key as it is, or in quotes."""
    return text if _reads_as(f"{{{text}: 1}}", {text: 1}) else json.dumps(text, ensure_ascii=False)


def _reads_as(written: str, data: object) -> bool:
    try:
        found = read_yaml(written, "")[0]
    except InputError:
        return False
    return bool(found == data) and repr(found) == repr(data)
