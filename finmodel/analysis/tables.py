"""A kept run as tidy tables: figures, probabilities, trials, what each column means, and what each field means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from finmodel.analysis.estimates import PERCENTILES
from finmodel.analysis.kept import KeptRun
from finmodel.analysis.stored import figure_rows, probability_rows
from finmodel.analysis.summary import EVERY_MODEL
from finmodel.errors import InputError, Mistake, nearest
from finmodel.simulation import blocks_of, part_path

if TYPE_CHECKING:
    import pandas as pd

_KEYS = {
    "model": "payment model; empty where the row is of all",
    "figure": "what is measured, such as payment or integrator_surplus (docs/model.md)",
    "member": "commissioner, provider or own line; empty for all together",
    "period": "number of the contract or financial year, from 1; empty for all years",
    "period_label": "the period in words: year 3, 2018/19",
    "unit": "£, £real (base-year prices), person, rate …",
}
_SPREAD = {"mean": "mean over trials"} | {
    f"p{percent}": f"{percent}th percentile (Hyndman-Fan type 7), whether more is good or bad: of a surplus p5 is the "
    "bad side; percentiles of parts do not add"
    for percent in PERCENTILES
}
FIELDS: dict[str, dict[str, str]] = {
    "figures": _KEYS
    | {"base": "base case: every driver at its central value; empty where there is none"}
    | {
        name: meaning
        for key, text in _SPREAD.items()
        for name, meaning in ((key, text), (f"{key}_se", f"standard error of {key}"))
    },
    "probabilities": {
        "model": _KEYS["model"],
        "event": "over or below",
        "series": "the amount that is compared",
        "against": "what it is compared with",
        "member": _KEYS["member"],
        "period": _KEYS["period"],
        "period_label": _KEYS["period_label"],
        "value": "part of trials in which the event happens",
        "se": "standard error of value; empty where the event was never or always seen",
        "bound": "where it was never or always seen: the 95% bound on the other side (3 / trials)",
        "seen": "trials in which it happened",
        "trials": "trials in all",
    },
    "columns": {"column": "name of a column of the trials"} | _KEYS | {"line": "the line of `finmodel lines` it holds"},
    "trials (wide)": {"trial": "number of the trial, from 0", "…": "one column a figure, named in the table columns"},
    "trials (long)": {"trial": "number of the trial, from 0"} | _KEYS | {"value": "the figure in that trial"},
}
"""Tables and the meaning of their fields."""


def figures_table(run: KeptRun) -> pd.DataFrame:
    """Every figure: base case, mean and percentiles, each with its standard error."""
    return _table("figures", figure_rows(run.summary))


def probabilities_table(run: KeptRun) -> pd.DataFrame:
    """Every probability with its standard error or bound."""
    return _table("probabilities", probability_rows(run.summary))


def columns_table(run: KeptRun) -> pd.DataFrame:
    """What each column of the trials means."""
    return _table("columns", [asdict(column) for column in run.columns])


def fields_table() -> pd.DataFrame:
    """What each field of each table means."""
    import pandas as pd

    rows = [(table, name, text) for table, fields in FIELDS.items() for name, text in fields.items()]
    return pd.DataFrame(rows, columns=["table", "field", "meaning"])


def trial_tables(run: KeptRun) -> tuple[str, ...]:
    """The payment models of a run, and `every-model` for what all have in common (envelope, allocations)."""
    return (EVERY_MODEL, *run.manifest.models)


def trial_chunks(run: KeptRun, table: str, *, long: bool = False) -> Iterator[pd.DataFrame]:
    """The trials of a table, some thousand at a time: one row a trial, or with `long` one row a trial and figure.

    Raises InputError for a payment model that the run does not have.
    """
    import pyarrow.parquet as pq

    if table not in trial_tables(run):
        message = f"there is no payment model '{table}' in this run"
        raise InputError(Mistake(message, suggestion=nearest(table, trial_tables(run))))
    for block in range(blocks_of(run.manifest.trials)):
        part = part_path(run.folder, table, block)
        if not part.exists():
            raise InputError(Mistake("is missing: the run is not whole", path=str(part)))
        frame: pd.DataFrame = pq.read_table(part, use_threads=False).to_pandas()
        yield _long(frame, run) if long else frame


def _long(frame: pd.DataFrame, run: KeptRun) -> pd.DataFrame:
    """One row a trial and figure, in the order of trials, then of columns."""
    melted = frame.melt("trial", var_name="column", value_name="value")
    keyed = melted.merge(columns_table(run), on="column", validate="many_to_one")
    return keyed.sort_values("trial", kind="stable", ignore_index=True)[list(FIELDS["trials (long)"])]


def _table(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """A table whose fields stand in their documented order; numbers of periods may be missing."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(FIELDS[name]))
    return frame.astype({"period": "Int64"})
