"""A Scenario becomes lines: prices, demand, cost, outcomes, payment terms in order, the ledger, positions and cash.

Payment terms alone (a settlement) become lines here too. This room knows what a care contract is. It must not know how
many trials are run, where results are stored, or how they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from finmodel.contract.build import Contract, check_contract, compile_contract, drivers_behind
from finmodel.contract.evaluate import Evaluator, TrialSheet, central, trial
from finmodel.contract.payment import BUILT_IN, KINDS
from finmodel.contract.refused import mistakes_in_formulas
from finmodel.contract.results import Output
from finmodel.contract.signature import margins_in_base_case
from finmodel.contract.warnings import TITLES, Caution, means, warnings_of
from finmodel.scenario import Scenario, load

if TYPE_CHECKING:
    from finmodel.contract.settlement import CompiledSettlement

__all__ = [
    "TITLES",
    "Caution",
    "Contract",
    "Evaluator",
    "Output",
    "TrialSheet",
    "central",
    "check_contract",
    "compile_contract",
    "drivers_behind",
    "margins_in_base_case",
    "means",
    "open_scenario",
    "open_settlement",
    "reference_pages",
    "schema_text",
    "trial",
    "warnings_of",
]


def open_scenario(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file with every known kind of payment term."""
    scenario = load(path, KINDS, overrides, mistakes_in_formulas)
    if scenario.accepted:
        warnings_of(scenario)  # what is accepted must occur
    return scenario


def open_settlement(path: str | Path) -> CompiledSettlement:
    """Read, check and compile a settlement. InputError holds every mistake."""
    from finmodel.contract.settlement import compiled_settlement

    return compiled_settlement(path)


def schema_text(*, built_in: bool = False) -> str:
    """The JSON Schema of scenario files as text; `built_in` leaves out the kinds of term of other packages."""
    from finmodel.scenario.schema import schema_text as text_for

    return text_for(BUILT_IN if built_in else KINDS)


def reference_pages(*, built_in: bool = False) -> dict[str, str]:
    """The reference of scenario files as Markdown pages by the name of their file."""
    from finmodel.scenario.reference import reference_pages as pages_for

    kinds = BUILT_IN if built_in else KINDS
    return pages_for(kinds, {kind: cls.model_construct().allowed() for kind, cls in kinds.items()})
