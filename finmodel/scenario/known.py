"""When each number of a scenario was known: what keeps hindsight out of a scenario of the past."""

from __future__ import annotations

from datetime import date

from finmodel.scenario.checks import near_path
from finmodel.scenario.document import Scenario, raw_path
from finmodel.scenario.draft import Checked
from finmodel.scenario.numbers import numbers_of
from finmodel.scenario.positions import Path

KNOWN_ON, KNOWN_BY = "known_on", "known_by"
_TOLD = 3


def known_day(scenario: Scenario, path: Path) -> date | None:
    """The day on which the number at `path` was known: its own, or that of the nearest block around it."""
    days = {raw_path(name, scenario.data)[0]: day for name, day in scenario.known_on.items()}
    return _day(days, path)


def check_known(checked: Checked, scenario: Scenario | None) -> None:
    """Each path exists and, with `known_by`, no day is later; where days are stated, every number has one."""
    right = True
    for name in checked.names(KNOWN_ON):
        path, rest = raw_path(name, checked.data)
        if rest:
            near = near_path(path, rest, checked.data)
            checked.refuse(f"there is no '{name}' in this scenario", (KNOWN_ON, name), near, on_key=True)
            right = False
    if scenario is None:
        return
    limit = scenario.known_by
    for name, day in scenario.known_on.items():
        if limit is not None and day > limit:
            message = f"known on {day}, but this scenario holds only what was known by {limit}"
            checked.refuse(message, (KNOWN_ON, name))
    if right and (limit is not None or scenario.known_on):
        _check_covered(checked, scenario)


def _check_covered(checked: Checked, scenario: Scenario) -> None:
    """One mistake a section, so that a scenario without days is not told number by number."""
    days = {raw_path(name, scenario.data)[0]: day for name, day in scenario.known_on.items()}
    missing: dict[str, list[str]] = {}
    for number in numbers_of(scenario):
        path, _ = raw_path(number.path.partition("[")[0], scenario.data)
        if number.status != "setting" and _day(days, path) is None:
            missing.setdefault(str(path[0]), []).append(number.path)
    for section, paths in missing.items():
        more = f" and {len(paths) - _TOLD} more" if len(paths) > _TOLD else ""
        told = ", ".join(f"'{path}'" for path in paths[:_TOLD])
        checked.refuse(f"{KNOWN_ON} has no day for {told}{more}, nor for a block around", (section,), on_key=True)


def _day(days: dict[Path, date], path: Path) -> date | None:
    """What is stated for a path or the nearest block around it."""
    return next((days[path[:length]] for length in range(len(path), 0, -1) if path[:length] in days), None)
