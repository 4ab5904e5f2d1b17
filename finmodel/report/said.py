"""What a report says in sentences, before its tables: headlines, what the figures rest on, what is questionable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finmodel.analysis import Summary
from finmodel.contract import TITLES, Caution
from finmodel.report.headlines import headlines, headlines_in_short
from finmodel.report.section import Sentences

_SAID_ALOUD = "Said aloud"
_QUESTIONABLE = "Questionable, but legal (docs/reference/warnings.md)"


@dataclass(frozen=True)
class Told:
    """A run's figures, and the warnings about its scenario."""

    summary: Summary
    warnings: Sequence[Caution]


def first_of_all(told: Told) -> Iterator[Sentences]:
    """What the board must not miss."""
    yield Sentences("First of all", headlines(told.summary))


def first_of_all_in_short(told: Told) -> Iterator[Sentences]:
    """The same; tests before signature by their number alone, since their titles stand below."""
    yield Sentences("First of all", headlines_in_short(told.summary))


def said_aloud(told: Told) -> Iterator[Sentences]:
    """What the figures rest on: how a sum was read, what was left out and why."""
    yield Sentences(_SAID_ALOUD, told.summary.about.notes)


def said_aloud_in_short(told: Told) -> Iterator[Sentences]:
    """The same, each cut to a line."""
    yield Sentences(_SAID_ALOUD, told.summary.about.notes, brief=True)


def questionable(told: Told) -> Iterator[Sentences]:
    """What the scenario may do and yet deserves a second look; the board sees what was accepted and why."""
    lines = [f"{one.code} {one.path}: {one.message}" for one in told.warnings if one.accepted is None]
    accepted = {one.code: one.accepted for one in told.warnings if one.accepted is not None}
    lines += [f"{code} {TITLES[code]}, accepted: {reason}" for code, reason in sorted(accepted.items())]
    yield Sentences(_QUESTIONABLE, lines)


def questionable_in_short(told: Told) -> Iterator[Sentences]:
    """The kinds of warnings in one sentence, each with the number of places."""
    counted = Counter((one.code, one.accepted is not None) for one in told.warnings)
    kinds = [
        f"{code} {TITLES[code]}{f' ({count} places)' if count > 1 else ''}{' (accepted)' if accepted else ''}"
        for (code, accepted), count in sorted(counted.items())
    ]
    yield Sentences(_QUESTIONABLE, [f"{'; '.join(kinds)}."] if kinds else [])
