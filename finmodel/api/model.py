"""A scenario in Python: its numbers, its lines in the base case or one trial, its workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from finmodel.errors import InputError, Mistake, nearest

if TYPE_CHECKING:
    import pandas as pd

    from finmodel.contract import Contract

Overrides: TypeAlias = "Mapping[str, object] | Sequence[str]"
"""`{"savings.stranded": "50%"}`, or as on the command line `["savings.stranded=50%"]`."""


def load(path: str | Path, overrides: Overrides = ()) -> Model:
    """Open and check a scenario. InputError holds every mistake, with file, line and column."""
    from finmodel.analysis import open_for

    settings = settings_of(overrides)
    return Model(Path(path), settings, open_for(str(path), settings))


class Model:
    """A checked scenario, with overrides. Immutable; made by `finmodel.load`."""

    def __init__(self, path: Path, overrides: tuple[str, ...], contract: Contract) -> None:
        self.path, self.overrides = path, overrides
        self._contract = contract

    def __repr__(self) -> str:
        return f"<finmodel.Model {self.name}: {', '.join(self.models)}>"

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self._contract.scenario.name

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self._contract.scenario.title

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the payment models, in the order of the file."""
        return self._contract.models

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of any result must know."""
        return self._contract.notes

    def assumptions(self) -> pd.DataFrame:
        """Every number of the scenario: path, text, unit, source, owner, spread, what reads it."""
        import pandas as pd

        from finmodel.analysis import assumptions_register
        from finmodel.report.register_files import COLUMNS, rows

        register = assumptions_register(self._contract)
        return pd.DataFrame(rows(register, register.entries), columns=list(COLUMNS))

    def lines(
        self, model: str, trial: int | None = None, *, seed: int | None = None, sampler: str | None = None
    ) -> pd.DataFrame:
        """Every line of a payment model in one trial (None: the base case), one row a line and period.

        Fields: line, label, unit, period (number, from 1), period_label, value. The numbers are those of the run with
        the same seed and sampler, to the bit. InputError for an unknown payment model.
        """
        import pandas as pd

        from finmodel.contract import trial as evaluate

        contract = self._contract.drawn(seed, sampler)
        self._known(model)
        calendar = contract.calendar
        sheet = evaluate(contract, model, trial)
        by_line = {line: numbers.tolist() for line, numbers in sheet.values.items()}  # noqa: PD011 - no table of pandas
        found = [
            (line.name, line.label, str(line.unit), at, calendar.label(line.period, at), value)
            for line in sheet.lines()
            for at, value in enumerate(by_line[line.name], start=1)
        ]
        return pd.DataFrame(found, columns=["line", "label", "unit", "period", "period_label", "value"])

    def workbook(self, path: str | Path, *, trial: int | None = None, overwrite: bool = False) -> Path:
        """Write the scenario as an Excel workbook with live formulas; the file's path.

        FileExistsError where the file is there and `overwrite` is not set.
        """
        from finmodel.report.register_files import write_whole
        from finmodel.report.workbook import workbook

        target = Path(path)
        if target.exists() and not overwrite:
            raise FileExistsError(f"{target} is there already; overwrite=True replaces it")
        write_whole(target, workbook(self._contract, trial))
        return target

    def _known(self, model: str) -> None:
        if model not in self.models:
            message = f"there is no payment model '{model}' in {self.name}"
            raise InputError(Mistake(message, suggestion=nearest(model, self.models)))


def settings_of(overrides: Overrides) -> tuple[str, ...]:
    """Overrides as `--set` takes them."""
    if isinstance(overrides, str):
        raise TypeError('overrides are a mapping or a list of "path=value", not one text')
    if isinstance(overrides, Mapping):
        return tuple(f"{path}={value}" for path, value in overrides.items())
    return tuple(overrides)
