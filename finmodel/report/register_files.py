"""The assumptions register as a file: CSV and XLSX for people, JSON for programs.

A text never becomes a formula. In XLSX it is written as a string. CSV has no types, so a text that a spreadsheet could
take for a formula (it begins with = + - @, a tab or a carriage return), or that begins with an apostrophe itself, gets
an apostrophe in front, which whoever reads the file takes off; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from finmodel.analysis import AssumptionsRegister, Entry

Cell = str | float | None

COLUMNS = (
    "path", "assumption", "label", "meaning", "value", "unit", "kind", "distribution", "mean_year_1", "p10_year_1",
    "p50_year_1", "p90_year_1", "later_years", "status", "source", "owner", "confidence", "review_by", "note", "file",
    "line", "payment_models", "used_at", "used",
)  # fmt: skip
SUFFIXES = (".csv", ".json", ".xlsx")

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")
_WIDTHS = {"label": 34, "meaning": 44, "value": 34, "source": 70, "note": 40, "path": 44, "used_at": 40}
_FILLS = {"green": "#C6E0B4", "amber": "#FFE699", "red": "#F8B4AE"}
_SHEETS = ("Register", "No source", "Not used")


def rows(register: AssumptionsRegister, entries: Sequence[Entry]) -> list[dict[str, Cell]]:
    """One row a number, by column; percentiles are plain numbers in the unit itself (0.025 for 2.5%)."""
    return [_row(entry, register) for entry in entries]


def write_register(path: Path, register: AssumptionsRegister, entries: Sequence[Entry]) -> None:
    """Write the entries to `path`; its ending says how. The file is there whole or not at all."""
    if path.suffix == ".json":
        content = json.dumps(register_to_json(register, entries), ensure_ascii=False, indent=1).encode()
    elif path.suffix == ".csv":
        content = to_csv(rows(register, entries)).encode("utf-8-sig")  # so that Excel sees £
    else:
        content = to_xlsx(register, entries)
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, over an earlier one, whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def register_to_json(register: AssumptionsRegister, entries: Sequence[Entry]) -> dict[str, Any]:
    """The register for programs: lists stay lists, percentiles of every year."""
    return {
        "schema": 1,
        "name": register.scenario,
        "title": register.title,
        "overrides": list(register.overrides),
        "payment_models": list(register.all_models),
        "numbers": [_to_json(entry) for entry in entries],
        "no_source": [entry.number.path for entry in register.without_source],
        "unused": list(register.unused),
    }


def to_csv(table: Sequence[dict[str, Cell]]) -> str:
    """Comma-separated, a heading line first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in table:
        writer.writerow([guarded(row[column]) for column in COLUMNS])
    return out.getvalue()


def guarded(cell: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def to_xlsx(register: AssumptionsRegister, entries: Sequence[Entry]) -> bytes:
    """A workbook: the register, the numbers with no source, the assumptions not used."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    chosen = {entry.name for entry in entries}
    parts = (entries, register.without_source, register.unused_entries)
    for name, part in zip(_SHEETS, parts, strict=True):
        _write_sheet(book, name, rows(register, [entry for entry in part if entry.name in chosen]))
    book.close()
    return out.getvalue()


def _write_sheet(book: Any, name: str, table: Sequence[dict[str, Cell]]) -> None:
    sheet = book.add_worksheet(name)
    top = {"valign": "top", "text_wrap": True}
    heading, plain = book.add_format({"bold": True, "bottom": 1, "valign": "top"}), book.add_format(top)
    fills = {colour: book.add_format({**top, "bg_color": fill}) for colour, fill in _FILLS.items()}
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, _WIDTHS.get(column, 16))
        sheet.write_string(0, place, column.replace("_", " ").capitalize(), heading)
        for at, row in enumerate(table, start=1):
            cell = row[column]
            look = fills.get(str(cell), plain) if column == "confidence" else plain
            if isinstance(cell, str):
                sheet.write_string(at, place, cell, look)
            elif cell is not None:
                sheet.write_number(at, place, cell, look)
    sheet.freeze_panes(1, 1)
    if table:
        sheet.autofilter(0, 0, len(table), len(COLUMNS) - 1)


def _row(entry: Entry, register: AssumptionsRegister) -> dict[str, Cell]:
    first, later = (entry.percentiles[0] if entry.percentiles else None), entry.percentiles[1:]
    models = "all" if entry.models == register.all_models else "; ".join(entry.models) or "none"
    cells: dict[str, Cell] = {
        **_texts(entry),
        "mean_year_1": first.mean if first else None,
        "p10_year_1": first.p10 if first else None,
        "p50_year_1": first.p50 if first else None,
        "p90_year_1": first.p90 if first else None,
        "later_years": "; ".join(f"{p.year}: mean {p.mean:g}, P10 {p.p10:g}, P90 {p.p90:g}" for p in later),
        "line": entry.number.span.line,
        "payment_models": models,
        "used_at": "; ".join(entry.used_at),
        "used": "no" if entry.number.assumption in register.unused else "yes",
    }
    return {column: cells[column] if cells[column] != "" else None for column in COLUMNS}


def _texts(entry: Entry) -> dict[str, str]:
    number = entry.number
    return {
        "path": number.path,
        "assumption": number.assumption,
        "label": number.label,
        "meaning": number.meaning,
        "value": number.text,
        "unit": number.unit,
        "kind": number.kind,
        "distribution": entry.distribution,
        "status": number.status,
        "source": number.source,
        "owner": entry.owner,
        "confidence": entry.confidence,
        "review_by": _day(entry.review_by),
        "note": entry.note,
        "file": number.span.file,
    }


def _to_json(entry: Entry) -> dict[str, Any]:
    spread = [{"year": p.year, "mean": p.mean, "p10": p.p10, "p50": p.p50, "p90": p.p90} for p in entry.percentiles]
    texts: dict[str, Any] = {key: text or None for key, text in _texts(entry).items()}
    return texts | {
        "line": entry.number.span.line,
        "percentiles": spread,
        "payment_models": list(entry.models),
        "used_at": list(entry.used_at),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
