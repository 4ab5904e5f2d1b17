"""Payment models against one another in Python: pairs, shares of the risk and views as DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finmodel.api.model import Overrides, settings_of

if TYPE_CHECKING:
    import pandas as pd

    from finmodel.analysis import Comparison


def compare(
    *scenarios: str | Path,
    models: Sequence[str] = (),
    baseline: str | None = None,
    overrides: Overrides = (),
    trials: int | None = None,
    seed: int | None = None,
    sampler: str | None = None,
    workers: int | None = None,
) -> Compared:
    """Run payment models of one or several scenarios on the same futures and compare them, as `finmodel compare` does.

    `baseline` is the payment model that others are set against (default: the first of the first scenario). Raises
    InputError with every mistake.
    """
    from finmodel.analysis import CompareRequest
    from finmodel.analysis import compare as find

    request = CompareRequest(
        files=tuple(map(str, scenarios)),
        models=tuple(models),
        baseline=baseline,
        overrides=settings_of(overrides),
        trials=trials,
        seed=seed,
        sampler=sampler,
        workers=workers,
    )
    return Compared(find(request))


class Compared:
    """A comparison. Made by `finmodel.compare`; every table is that of `finmodel compare --out`."""

    def __init__(self, found: Comparison) -> None:
        self._found = found

    def __repr__(self) -> str:
        return f"<finmodel.Compared: {', '.join(option.key for option in self._found.options)}>"

    @property
    def baseline(self) -> str:
        """The key of the option that others are set against."""
        return self._found.baseline

    @property
    def options(self) -> pd.DataFrame:
        """What is compared: key, label, scenario, payment model."""
        return self._table("options")

    @property
    def pairs(self) -> pd.DataFrame:
        """Every pair in every measure: paired difference, how often the first is better, variance ratio."""
        return self._table("pairs")

    @property
    def dominance(self) -> pd.DataFrame:
        """Which option dominates which in nominal cash, and in which order."""
        return self._table("dominance")

    @property
    def risk_shares(self) -> pd.DataFrame:
        """Each party's share of the variance and of the worst 5% of the system's cost, by option."""
        return self._table("risk_shares")

    @property
    def views(self) -> pd.DataFrame:
        """The payment models that all scenarios have, under each of them, with regret; empty for one scenario."""
        return self._table("views")

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        from finmodel.analysis import comparison_to_json

        rows: list[dict[str, Any]] = comparison_to_json(self._found)[name]
        return pd.DataFrame(rows)
