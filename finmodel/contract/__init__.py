"""A Scenario becomes lines: prices, demand, cost, outcomes, payment terms in order, the ledger, positions and cash.

This room knows what a care contract is. It must not know how many trials are run, where results are stored, or how they
are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from finmodel.contract.build import Contract, compile_contract
from finmodel.contract.evaluate import Evaluator, TrialSheet, central, trial
from finmodel.contract.payment import KINDS
from finmodel.contract.results import Output
from finmodel.scenario import Scenario, load

__all__ = ["Contract", "Evaluator", "Output", "TrialSheet", "central", "compile_contract", "open_scenario", "trial"]


def open_scenario(path: str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario file with every known kind of payment term."""
    return load(path, KINDS, overrides)
