"""YAML text -> plain data (dict, list, str, int, float, bool, None) and the place of every part.

The words of YAML 1.2, so that what is written is what is meant: only `true` and `false` are booleans; `no`, `on`,
`012`, `12:30`, `1_000` and dates stay text. Duplicate keys, tags, merge keys, several documents, NaN and infinity are
refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from finmodel.errors import InputError, Mistake, Span

Path = tuple[str | int, ...]

_DEEPEST = 40
_MOST_NODES = 100_000  # of the text as written
_MOST_REPEATED = 10_000  # put in by aliases
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_WORDS |= {"FALSE": False, "null": None, "Null": None, "NULL": None, "~": None, "": None}
_PLAIN, _QUOTED, _LIST, _BLOCK = "plain", "quoted", "list", "block"

_TOO_DEEP = "blocks and lists are nested too deeply"
_IN_PLAIN_WORDS = {
    "exceeded maximum nesting depth": _TOO_DEEP,  # newer libraries stop by themselves
    "mapping values are not allowed in this context": "a ':' is not expected here; put text that holds ': ' in quotes, "
    "and check that the lines above are indented alike",
    "could not find expected ':'": "expected 'key: value' with a ':' after the key",
    "found character that cannot start any token": "text cannot begin with this character (a tab, '@', '`' or '%'); "
    "indent with spaces and put such text in quotes",
    "did not find expected key": "expected a key; check the indentation of this line and the quotes and brackets above",
    "did not find expected ',' or ']'": "expected ',' or ']'",
    "did not find expected ',' or '}'": "expected ',' or '}' (inside { } text with a bracket or comma needs quotes)",
    "found unexpected end of stream": "the text ends inside a quotation; a closing quote is missing",
    "did not find expected node content": "a value is missing, or a bracket is not closed",
    "did not find expected '-' indicator": "expected '-' as on the lines of the list above; check the indentation",
    "but found another document": "one file holds one document: remove the '---' line",
}


@dataclass
class Positions:
    """Where each part of the data is written: its value, and the key it stands under."""

    file: str
    values: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)

    def value(self, path: Path) -> Span:
        """The place of a value, or of the nearest part around it that is written."""
        while path:
            found = self.values.get(path) or self.keys.get(path)
            if found:
                return found
            path = path[:-1]
        return self.values.get((), Span(self.file, 1, 1))

    def key(self, path: Path) -> Span:
        """The place of the key that a value stands under; of the value itself in a list."""
        return self.keys.get(path) or self.value(path)

    def part(self, path: Path) -> Positions:
        """The places within a path, as those of a document of its own."""
        found, depth = Positions(self.file), len(path)
        found.values = {known[depth:]: span for known, span in self.values.items() if known[:depth] == path}
        found.keys = {known[depth:]: span for known, span in self.keys.items() if known[:depth] == path}
        return found

    def replace(self, path: Path, other: Positions) -> None:
        """Put the places of `other`, a document of its own, where `path` was."""
        for places in (self.values, self.keys):
            for below in [known for known in places if known[: len(path)] == path]:
                del places[below]
        self.values |= {path + below: span for below, span in other.values.items()}
        self.keys |= {path + below: span for below, span in other.keys.items()}
        self.keys[path] = other.key(())


def read_yaml(text: str, file: str) -> tuple[Any, Positions]:
    """The data in `text` and its places; InputError with every mistake of form. Places carry the name `file`."""
    text = text.removeprefix("\ufeff")
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _within(text, mark.line + 1, mark.column + 1, file) if mark else Span(file, 1, 1)
        problem = str(error.problem or error.context or "it cannot be read")
        raise InputError(Mistake(_IN_PLAIN_WORDS.get(problem, f"this is not valid YAML: {problem}"), place)) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise InputError(_refused_character(text, file, getattr(error, "position", None))) from None
    if root is None:
        raise InputError(Mistake("the file is empty", Span(file, 1, 1)))
    reader = _Reader(file, text)
    data = reader.read(root, (), 0)
    if reader.mistakes:
        raise InputError(reader.mistakes)
    return data, reader.positions


def _within(text: str, line: int, column: int, file: str) -> Span:
    """The place, or the end of the text where the reader stopped beyond it."""
    lines = text.splitlines() or [""]
    return Span(file, line, column) if line <= len(lines) else Span(file, len(lines), len(lines[-1]) + 1)


def _refused_character(text: str, file: str, position: int | None) -> Mistake:
    odd = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", text)
    start = odd.start() if odd else min(position or 0, len(text))
    line, column = text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1
    return Mistake("a character here is not allowed in text (a control character?)", Span(file, line, column))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the base is chosen at run time
    """Composes nodes; marks each plain, quoted, list or block, so that any other mark is a tag somebody wrote."""

    depth = 0

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _QUOTED
        return _LIST if kind is yaml.SequenceNode else _BLOCK

    def descend_resolver(self, parent: yaml.Node | None, index: Any) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise yaml.MarkedYAMLError(None, None, _TOO_DEEP, _mark(parent))

    def ascend_resolver(self) -> None:
        self.depth -= 1


def _mark(node: yaml.Node | None) -> yaml.Mark | None:
    return node.start_mark if node is not None else None


class _Reader:
    """Nodes -> data. Keeps reading after a mistake, so that all are found."""

    def __init__(self, file: str, text: str) -> None:
        self.positions, self.text = Positions(file), text
        self.mistakes: list[Mistake] = []
        self.nodes = 0
        self.seen: set[int] = set()
        self.repeated = 0

    def span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        source = ""
        if isinstance(node, yaml.ScalarNode) and (node.style or end.line > start.line):
            source = self.text[start.index : end.index]
        return Span(self.positions.file, start.line + 1, start.column + 1, source)

    def refuse(self, message: str, node: yaml.Node, path: Path) -> None:
        self.mistakes.append(Mistake(message, self.span(node), ".".join(map(str, path))))

    def read(self, node: yaml.Node, path: Path, depth: int) -> Any:
        """The data of one node; deeper and larger than any scenario is refused at once."""
        self.nodes += 1
        self.repeated += id(node) in self.seen
        self.seen.add(id(node))
        if self.repeated > _MOST_REPEATED or self.nodes > _MOST_NODES or depth > _DEEPEST:
            self.refuse("too much text, nested or repeated by '*' too often", node, path[:4])
            raise InputError(self.mistakes)
        self.positions.values[path] = self.span(node)
        if node.tag not in (_PLAIN, _QUOTED, _LIST, _BLOCK):
            self.refuse(
                f"tags such as '{str(node.tag).replace('tag:yaml.org,2002:', '!!')}' are not used here", node, path
            )
        if isinstance(node, yaml.MappingNode):
            return self._block(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, place), depth + 1) for place, item in enumerate(node.value)]
        return self._scalar(node, path) if node.tag == _PLAIN else str(node.value)

    def _block(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        block: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            if key in block:
                first = self.positions.keys[*path, key]
                self.refuse(f"the key '{key}' stands here twice; the first is in line {first.line}", key_node, path)
                continue
            self.positions.keys[*path, key] = self.span(key_node)
            block[key] = self.read(value_node, (*path, key), depth + 1)
        return block

    def _key(self, node: yaml.Node, path: Path) -> str | None:
        """The key as text. A number is taken as it is written (`2013:`); anything else that is not text is refused."""
        if not isinstance(node, yaml.ScalarNode) or node.tag not in (_PLAIN, _QUOTED):
            self.refuse("a key must be text", node, path)
            return None
        key = str(node.value)
        if node.tag == _PLAIN and key == "<<":
            self.refuse("merge keys ('<<') are not used here; write the keys out", node, path)
            return None
        if node.tag == _PLAIN and (key in _WORDS or _NOT_FINITE.fullmatch(key)):
            self.refuse(f"a key must be text, not '{key}'; put it in quotes if it is meant so", node, path)
            return None
        return key

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text = str(node.value)
        if text in _WORDS:
            return _WORDS[text]
        if _NOT_FINITE.fullmatch(text):
            self.refuse(f"'{text}' is not a number that can be used", node, path)
            return 0
        if _INT.fullmatch(text) or _OTHER_INT.fullmatch(text):
            if len(text) > 18:
                self.refuse("too large a number", node, path)
                return 0
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            number = float(text)
            if not math.isfinite(number):
                self.refuse("too large a number", node, path)
                return 0
            return number
        return text
