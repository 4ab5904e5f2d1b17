"""Shows what was found: tables in the terminal, in the order of the questions a board asks.

The room formats and lays out, nothing else: every figure it shows was made by `analysis`. It must not know the command
line, options or exit codes.
"""

from finmodel.report.console import PIPED_WIDTH, show_run
from finmodel.report.sheet import show_explanation, show_lines

__all__ = ["PIPED_WIDTH", "show_explanation", "show_lines", "show_run"]
