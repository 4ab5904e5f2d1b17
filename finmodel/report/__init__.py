"""Shows what was found: tables in the terminal, in the order of the questions a board asks.

The room formats and lays out, nothing else: every figure it shows was made by `analysis`. It must not know the command
line, options or exit codes.
"""

from finmodel.report.assumptions import show_register, show_unused, show_without_source
from finmodel.report.compare import show_comparison
from finmodel.report.console import PIPED_WIDTH, show_run
from finmodel.report.register_files import to_json as register_to_json
from finmodel.report.register_files import write_register
from finmodel.report.sensitivity import show_sensitivity
from finmodel.report.settlement import (
    settlement_explained_to_json,
    settlement_to_json,
    show_settlement,
    show_settlement_row,
    write_settlement,
)
from finmodel.report.sheet import show_explanation, show_lines
from finmodel.report.sketches import show_sketches
from finmodel.report.sweep import show_sweep

__all__ = [
    "PIPED_WIDTH",
    "register_to_json",
    "settlement_explained_to_json",
    "settlement_to_json",
    "show_comparison",
    "show_explanation",
    "show_lines",
    "show_register",
    "show_run",
    "show_sensitivity",
    "show_settlement",
    "show_settlement_row",
    "show_sketches",
    "show_sweep",
    "show_unused",
    "show_without_source",
    "write_register",
    "write_settlement",
]
