"""finmodel: what a ten-year, outcomes-based care contract will cost each party, and how sure we are.

From Python: `finmodel.load` opens a scenario, `finmodel.run` simulates it, `finmodel.open_run` reads a kept run,
`finmodel.compare` sets payment models against one another.
Results are pandas DataFrames (docs/how-to/use-from-python.md). Each name is loaded at its first use.

Rooms, in the order data flows; imports run only upward (a later room may import an earlier one):
`scenario`, `lines`, `uncertainty`, `contract`, `simulation`, `analysis`, `report`, `api`, `cli`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finmodel.api import Compared, Model, Results, compare, load, open_run, run
    from finmodel.errors import FinmodelError, InputError, Mistake
else:
    from finmodel.first_use import at_first_use

    HOMES = {
        "finmodel.api": ("Compared", "Model", "Results", "compare", "load", "open_run", "run"),
        "finmodel.errors": ("FinmodelError", "InputError", "Mistake"),
    }
    __getattr__, __dir__ = at_first_use(__name__, HOMES)

__version__ = "0.1.0"

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
