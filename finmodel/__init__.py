"""finmodel: what a ten-year, outcomes-based care contract will cost each party, and how sure we are.

From Python: `finmodel.load` opens a scenario, `finmodel.run` simulates it, `finmodel.open_run` reads a kept run,
`finmodel.compare` sets payment models against one another.
Results are pandas DataFrames (docs/how-to/use-from-python.md). Each name is loaded at its first use.

Rooms, in the order data flows; imports run only upward (a later room may import an earlier one):
`scenario`, `lines`, `uncertainty`, `contract`, `simulation`, `analysis`, `report`, `api`, `cli`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from finmodel.api import Compared, Model, Results, compare, load, open_run, run
    from finmodel.errors import FinmodelError, InputError, Mistake

__version__ = "0.1.0"

_HOMES = {
    "Compared": "finmodel.api",
    "FinmodelError": "finmodel.errors",
    "InputError": "finmodel.errors",
    "Mistake": "finmodel.errors",
    "Model": "finmodel.api",
    "Results": "finmodel.api",
    "compare": "finmodel.api",
    "load": "finmodel.api",
    "open_run": "finmodel.api",
    "run": "finmodel.api",
}

__all__ = [
    "Compared",
    "FinmodelError",
    "InputError",
    "Mistake",
    "Model",
    "Results",
    "__version__",
    "compare",
    "load",
    "open_run",
    "run",
]


def __getattr__(name: str) -> Any:
    """Load a public name where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'finmodel' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
