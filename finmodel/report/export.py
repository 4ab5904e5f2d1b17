"""A kept run as files for other programs: CSV, Parquet or one Excel workbook, with the meaning of every field."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from finmodel.analysis import (
    KeptRun,
    columns_table,
    fields_table,
    figures_table,
    kept_run,
    probabilities_table,
    trial_chunks,
    trial_tables,
)
from finmodel.errors import InputError, Mistake
from finmodel.report.register_files import guarded

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["csv", "parquet", "xlsx"]
Trials = Literal["wide", "long", "none"]
FORMATS: tuple[Format, ...] = ("csv", "parquet", "xlsx")
TRIALS: tuple[Trials, ...] = ("wide", "long", "none")
_ROWS, _COLUMNS = 1_048_576, 16_384


def export_run(folder: Path, form: Format, out: Path, trials: Trials = "wide") -> tuple[Path, ...]:
    """Write a run's tables into the new folder `out`, whole or not at all; the files that are there then.

    Raises InputError where `folder` is no run, where `out` is there already, or where trials do not fit Excel.
    """
    run = kept_run(folder)
    if out.exists():
        raise InputError(Mistake("is there already; choose another --out", path=str(out)))
    if form == "xlsx":
        _check_fits(run, trials)
    with _new_folder(out) as place:
        if form == "xlsx":
            _write_xlsx(place / f"{run.manifest.name}.xlsx", run, trials)
        else:
            for name, frame in _small(run):
                _write(place / f"{name}.{form}", iter([frame]), form)
            if trials != "none":
                for table in trial_tables(run):
                    chunks = trial_chunks(run, table, long=trials == "long")
                    _write(place / f"trials-{table}.{form}", chunks, form)
        names = sorted(path.name for path in place.iterdir())
    return tuple(out / name for name in names)


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out`, which becomes it on leaving; any exception, Ctrl-C included, removes it."""
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(out))) from error
    try:
        yield place
        place.chmod(0o755)  # mkdtemp is for the owner alone
        place.rename(out)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _small(run: KeptRun) -> list[tuple[str, pd.DataFrame]]:
    return [
        ("figures", figures_table(run)),
        ("probabilities", probabilities_table(run)),
        ("columns", columns_table(run)),
        ("fields", fields_table()),
    ]


def _write(path: Path, chunks: Iterator[pd.DataFrame], form: Format) -> None:
    if form == "csv":
        _write_csv(path, chunks)
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = pa.Table.from_pandas(next(chunks), preserve_index=False)
    with pq.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for chunk in chunks:
            writer.write_table(pa.Table.from_pandas(chunk, schema=first.schema, preserve_index=False))


def _write_csv(path: Path, chunks: Iterator[pd.DataFrame]) -> None:
    """Numbers with all their digits; a text that a spreadsheet could take for a formula has an apostrophe in front."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # so that Excel sees £
        for at, chunk in enumerate(chunks):
            texts = chunk.select_dtypes(exclude="number").columns
            safe = chunk.assign(**{name: chunk[name].map(guarded, na_action="ignore") for name in texts})
            safe.to_csv(file, index=False, header=at == 0, lineterminator="\n")


def _check_fits(run: KeptRun, trials: Trials) -> None:
    """InputError where a sheet of trials would be larger than Excel's."""
    if trials == "none":
        return
    for table in trial_tables(run):
        own = sum((column.model or trial_tables(run)[0]) == table for column in run.columns)
        rows, columns = run.manifest.trials, own + 1
        if trials == "long":
            rows, columns = rows * own, 8
        if rows >= _ROWS or columns > _COLUMNS:
            message = (
                f"the trials of '{table}' are {rows:,} rows and {columns:,} columns; a sheet of Excel has "
                f"{_ROWS:,} and {_COLUMNS:,}: export them as parquet or csv, or leave them out with --trials none"
            )
            raise InputError(Mistake(message, path="--format xlsx"))


def _write_xlsx(path: Path, run: KeptRun, trials: Trials) -> None:
    """One sheet a table; a text is written as a text, whatever it begins with."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    heading = book.add_format({"bold": True, "bottom": 1})
    taken: set[str] = set()
    for name, frame in _small(run):
        _write_sheet(book, _sheet(name, taken), iter([frame]), heading)
    if trials != "none":
        for table in trial_tables(run):
            chunks = trial_chunks(run, table, long=trials == "long")
            _write_sheet(book, _sheet(f"trials {table}", taken), chunks, heading)
    book.close()


def _sheet(name: str, taken: set[str]) -> str:
    from finmodel.report.workbook.limits import sheet_name

    return sheet_name(name, taken)


def _write_sheet(book: Any, name: str, chunks: Iterator[pd.DataFrame], heading: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    row = 0
    for chunk in chunks:
        if row == 0:
            sheet.set_column(0, len(chunk.columns) - 1, 16)
            for column, title in enumerate(chunk.columns):
                sheet.write_string(0, column, str(title), heading)
            row = 1
        for cells in chunk.itertuples(index=False, name=None):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif isinstance(cell, bool) or not _missing(cell):
                    sheet.write_number(row, column, float(cell))
            row += 1


def _missing(cell: Any) -> bool:
    import pandas as pd

    return cell is None or cell is pd.NA or (isinstance(cell, float) and not math.isfinite(cell))
