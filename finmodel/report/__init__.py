"""Shows what was found: tables in the terminal, in the order of the questions a board asks.

The room formats and lays out, nothing else: every figure it shows was made by `analysis`. It must not know the command
line, options or exit codes.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finmodel.report.assumptions import show_register, show_unused, show_without_source
    from finmodel.report.checks import show_checks
    from finmodel.report.compare import show_comparison
    from finmodel.report.console import PIPED_WIDTH, Kept, show_run
    from finmodel.report.register_files import register_to_json, write_register
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
else:
    from finmodel.first_use import at_first_use

    HOMES = {
        "finmodel.report.assumptions": (
            "show_register",
            "show_unused",
            "show_without_source",
        ),
        "finmodel.report.checks": ("show_checks",),
        "finmodel.report.compare": ("show_comparison",),
        "finmodel.report.console": (
            "PIPED_WIDTH",
            "Kept",
            "show_run",
        ),
        "finmodel.report.register_files": (
            "register_to_json",
            "write_register",
        ),
        "finmodel.report.sensitivity": ("show_sensitivity",),
        "finmodel.report.settlement": (
            "settlement_explained_to_json",
            "settlement_to_json",
            "show_settlement",
            "show_settlement_row",
            "write_settlement",
        ),
        "finmodel.report.sheet": (
            "show_explanation",
            "show_lines",
        ),
        "finmodel.report.sketches": ("show_sketches",),
        "finmodel.report.sweep": ("show_sweep",),
    }
    __getattr__, __dir__ = at_first_use(__name__, HOMES)

__all__ = [
    "PIPED_WIDTH",
    "Kept",
    "register_to_json",
    "settlement_explained_to_json",
    "settlement_to_json",
    "show_checks",
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
