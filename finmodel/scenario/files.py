"""Reading a file that a person wrote, or one clear mistake; and writing new ones, never over another."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span

_SETTLEMENT = re.compile(r"""^["']?settlement["']?\s*:""", re.MULTILINE)

LARGEST = 10_000_000  # bytes


@dataclass(frozen=True)
class TextFile:
    """A file: its path, its name as errors show it, its text without a byte order mark, its bytes' SHA-256 in hex.

    The text of a workbook is its bytes in base64.
    """

    path: Path
    name: str
    text: str
    sha256: str


def read_text(path: Path, *, named_at: Span | None = None, named_by: str = "") -> TextFile:
    """Read a UTF-8 file; InputError says what stops it, at `named_at` where another file names this one."""
    content = _content(path, named_at, named_by)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = "the file is not UTF-8 text; save it as UTF-8"
        raise InputError(Mistake(message, Span(str(path), line, column), named_by)) from None
    return TextFile(path, str(path), text, sha256(content).hexdigest())


def read_bytes(path: Path, *, named_at: Span | None = None, named_by: str = "") -> tuple[TextFile, bytes]:
    """Read a file that is no text, such as a workbook; InputError as for a text."""
    content = _content(path, named_at, named_by)
    return TextFile(path, str(path), b64encode(content).decode(), sha256(content).hexdigest()), content


def _content(path: Path, named_at: Span | None, named_by: str) -> bytes:
    def refuse(message: str) -> InputError:
        return InputError(Mistake(f"{path.name}: {message}" if named_at else message, named_at or start, named_by))

    start = Span(str(path), 1, 1)
    try:
        if path.is_dir():
            raise refuse("expected a file, but this is a folder")
        if not path.is_file():
            raise refuse("there is no such file")
        if path.stat().st_size > LARGEST:
            raise refuse(f"the file is larger than {LARGEST // 1_000_000} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not possible"
        raise refuse(f"the file cannot be read: {reason.lower()}") from None


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all; InputError where it is, or cannot be written."""
    write_all_new({path: text})


def write_all_new(texts: Mapping[Path, str]) -> None:
    """Write files that are not there yet, all of them whole or none; InputError where one is, or cannot be written."""
    there = [path for path in texts if os.path.lexists(path)]
    if there:
        raise InputError([_there_already(path) for path in there])
    made: list[Path] = []
    path = Path()
    try:
        for path, text in texts.items():
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except BaseException as error:
        for one in made:
            one.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise InputError(_there_already(path)) from None
        if isinstance(error, (OSError, ValueError)):
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not possible"
            message = f"the file cannot be written: {reason.lower()}"
            raise InputError(Mistake(message, Span(str(path), 1, 1))) from None
        raise


def _there_already(path: Path) -> Mistake:
    return Mistake("there is a file of this name already; it is left as it is", Span(str(path), 1, 1))


def is_settlement(path: str | Path) -> bool:
    """Whether a file that can be read holds a settlement rather than a scenario."""
    try:
        return _SETTLEMENT.search(read_text(Path(path)).text) is not None
    except InputError:
        return False
