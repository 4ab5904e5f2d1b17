"""Reading a text file that a person wrote, or one clear mistake."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span

LARGEST = 10_000_000  # bytes


@dataclass(frozen=True)
class TextFile:
    """A file's name as errors show it, its text without a byte order mark, and the SHA-256 of its bytes in hex."""

    name: str
    text: str
    sha256: str


def read_text(path: Path, *, named_at: Span | None = None, named_by: str = "") -> TextFile:
    """Read a UTF-8 file; InputError says what stops it, at `named_at` where another file names this one."""

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
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not possible"
        raise refuse(f"the file cannot be read: {reason.lower()}") from None
    digest = sha256(content).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        message = "the file is not UTF-8 text; save it as UTF-8"
        raise InputError(Mistake(message, Span(str(path), line, column), named_by)) from None
    return TextFile(str(path), text, digest)
