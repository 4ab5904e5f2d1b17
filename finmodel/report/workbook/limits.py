"""What Excel allows, asserted while a workbook is written: other spreadsheet programs take more than Excel does."""

from __future__ import annotations

import re

from finmodel.errors import InputError

FORMULA_LENGTH = 8192
ARGUMENTS = 255
LEVELS = 64
ROWS, COLUMNS = 1_048_576, 16_384
SHEET_NAME_LENGTH = 31
NAME_LENGTH = 255
TEXT_LENGTH = 32_767

_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),]|[^'"(),]+""")
_CELL_LIKE = re.compile(r"^([a-z]{1,3}[0-9]+|r[0-9]*|c[0-9]*|r[0-9]*c[0-9]*)$", re.IGNORECASE)


class WorkbookLimitError(InputError):
    """The contract does not fit into a spreadsheet; the text says which limit and where."""


def check_formula(formula: str, where: str) -> str:
    """The formula, if Excel takes it: length, arguments of a function, levels of brackets."""
    if len(formula) > FORMULA_LENGTH:
        raise WorkbookLimitError(f"{where}: a formula of {len(formula)} characters; Excel takes {FORMULA_LENGTH}")
    commas: list[int] = []
    for piece in _TOKEN.findall(formula):
        if piece == "(":
            commas.append(0)
            if len(commas) > LEVELS:
                raise WorkbookLimitError(f"{where}: more than {LEVELS} levels of brackets, which Excel does not take")
        elif piece == "," and commas:
            commas[-1] += 1
            if commas[-1] >= ARGUMENTS:
                raise WorkbookLimitError(f"{where}: a function of more than {ARGUMENTS} values, Excel's limit")
        elif piece == ")":
            commas.pop()
    return formula


def check_cell(row: int, column: int, where: str) -> None:
    """Row and column (from 0) must exist in Excel."""
    if row >= ROWS or column >= COLUMNS:
        raise WorkbookLimitError(f"{where}: Excel's sheets have {ROWS:,} rows and {COLUMNS:,} columns")


def cell_name(text: str, taken: set[str]) -> str:
    """A name for a cell made of a line's name, such as `share_of_C01` of `share_of[C01]`; added to `taken`.

    Letters, digits, dots and underscores, beginning with a letter or underscore; never what Excel reads as a cell
    (CCG1, R1C1, R) or a truth value; unlike every other whatever the case.
    """
    made = re.sub(r"[^A-Za-z0-9_.]+", "_", text).strip("_") or "_"
    if not re.match(r"[A-Za-z_]", made):
        made = f"_{made}"
    if _CELL_LIKE.match(made) or made.lower() in {"true", "false"}:
        made = f"{made}_"
    return _unlike(made, taken, NAME_LENGTH, "_")


def sheet_name(text: str, taken: set[str]) -> str:
    r"""A name for a sheet: at most 31 characters, none of []:*?/\, no apostrophe at either end, not `History`."""
    made = re.sub(r"[\[\]:*?/\\]+", " ", text).strip(" '") or "Sheet"
    if made.lower() == "history":
        made = f"{made} sheet"
    return _unlike(made, taken, SHEET_NAME_LENGTH, " ")


def _unlike(made: str, taken: set[str], length: int, between: str) -> str:
    """`made`, shortened, with a number behind it where it is taken already (Excel does not look at the case)."""
    found, number = made[:length].rstrip(), 1
    while found.lower() in taken:
        number += 1
        end = f"{between}{number}"
        found = f"{made[: length - len(end)].rstrip()}{end}"
    taken.add(found.lower())
    return found
