"""The command line: one file a command, options in and exit codes out.

The room turns what the user types into a request and what went wrong into a line and an exit code. It must not
calculate or format figures. Whatever is slow to load is imported inside the commands, so that help prints at once.
"""

from finmodel.cli.main import app, main

__all__ = ["app", "main"]
