"""The example package is tested as another's: in a process of its own, where it is installed."""

collect_ignore = ["package"]
