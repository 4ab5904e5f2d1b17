"""Runs in Python: simulate, or read what was kept; figures, probabilities and trials as DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from finmodel.api.model import Model, Overrides, settings_of

if TYPE_CHECKING:
    import pandas as pd

    from finmodel.analysis import KeptRun


def run(  # noqa: PLR0913 - what may be asked of a run, each by its name
    scenario: str | Path | Model,
    overrides: Overrides = (),
    *,
    models: Sequence[str] = (),
    trials: int | None = None,
    seed: int | None = None,
    sampler: str | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
) -> Results:
    """Simulate a scenario and keep the run, as `finmodel run` does; the same run is never computed twice.

    `scenario` is a file or what `load` gave; `overrides` come after those of `load`. What is None is as the scenario
    says, or as the machine allows. Raises InputError with every mistake, or where `out` holds another run.
    """
    from finmodel.analysis import Request, run_scenario

    settings = settings_of(overrides)
    if isinstance(scenario, Model):
        settings = (*scenario.overrides, *settings)
        scenario = scenario.path
    folder = None if out is None else Path(out)
    request = Request(str(scenario), settings, tuple(models), trials, seed, workers, folder, overwrite, sampler=sampler)
    made = run_scenario(request)
    return open_run(made.folder)


def open_run(folder: str | Path) -> Results:
    """Read a run folder. InputError where it is none."""
    from finmodel.analysis import kept_run

    return Results(kept_run(Path(folder)))


class Results:
    """A kept run. Made by `finmodel.run` and `finmodel.open_run`; every table is read when it is asked for."""

    def __init__(self, kept: KeptRun) -> None:
        self._kept = kept

    def __repr__(self) -> str:
        return f"<finmodel.Results {self.folder}: {self.n_trials:,} trials of {', '.join(self.models)}>"

    @property
    def folder(self) -> Path:
        """Where the run is kept."""
        return self._kept.folder

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the payment models that were run."""
        return self._kept.manifest.models

    @property
    def n_trials(self) -> int:
        """How many trials the run has."""
        return self._kept.manifest.trials

    @property
    def seed(self) -> int:
        """The seed of the draws."""
        return self._kept.manifest.seed

    @property
    def figures(self) -> pd.DataFrame:
        """Every figure: base case, mean and percentiles with standard errors; fields as in `finmodel export`."""
        from finmodel.analysis import figures_table

        return figures_table(self._kept)

    @property
    def probabilities(self) -> pd.DataFrame:
        """Every probability with its standard error or bound."""
        from finmodel.analysis import probabilities_table

        return probabilities_table(self._kept)

    @property
    def columns(self) -> pd.DataFrame:
        """What each column of `trials` means."""
        from finmodel.analysis import columns_table

        return columns_table(self._kept)

    def trials(self, model: str, *, long: bool = False) -> pd.DataFrame:
        """The trials of a payment model, or of `every-model` for envelope and allocations.

        One row a trial, indexed by its number, and a column a figure; with `long` one row a trial and figure.
        InputError for an unknown payment model.
        """
        import pandas as pd

        from finmodel.analysis import trial_chunks

        found = pd.concat(trial_chunks(self._kept, model, long=long), ignore_index=True)
        return found if long else found.set_index("trial")

    def export(
        self,
        out: str | Path,
        form: Literal["csv", "parquet", "xlsx"] = "csv",
        *,
        trials: Literal["wide", "long", "none"] = "wide",
    ) -> tuple[Path, ...]:
        """Write the tables into the new folder `out`, as `finmodel export` does; the files written."""
        from finmodel.report.export import export_run

        return export_run(self.folder, form, Path(out), trials)
