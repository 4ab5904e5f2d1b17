"""How tables of a comparison name payment models of several scenarios: each scenario once, above what is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from finmodel.analysis import Option
from finmodel.report.grid import Grid


def rows_of(grid: Grid, options: Iterable[Option]) -> Iterator[tuple[str, Option]]:
    """The options, each with the label of its row; of several scenarios in groups under their titles."""
    shown = list(options)
    several = len({one.scenario for one in shown}) > 1
    title = ""
    for one in shown:
        if several and title != (heading := f"{one.summary.about.title} ({one.scenario})"):
            title = heading
            grid.group(title)
        yield (f"  {one.model_label}" if several else one.label), one


def apart(title: str, options: Sequence[Option]) -> Iterator[tuple[str, list[Option]]]:
    """The options of each scenario, for a table of its own whose `title` says of which; all where there is one."""
    own: dict[str, list[Option]] = {}
    for one in options:
        own.setdefault(one.scenario, []).append(one)
    for found in own.values():
        yield (title if len(own) == 1 else f"{title}: {found[0].summary.about.title}"), found


def brief_names(options: Iterable[Option]) -> dict[str, str]:
    """Scenarios as columns and sentences name them: the bidder, else the title without words that all begin with."""
    words, same = _words(options)
    return {name: " ".join(own[same:]) for name, own in words.items()}


def shared_start(options: Iterable[Option]) -> str:
    """The words that `brief_names` leaves out of every title; empty where it leaves out none."""
    words, same = _words(options)
    return " ".join(next(iter(words.values()))[:same]).strip(_BETWEEN)


_BETWEEN = ",:;–-"


def _words(options: Iterable[Option]) -> tuple[dict[str, list[str]], int]:
    """The bidder or title of each scenario in words, and with how many of them all titles begin."""
    abouts = {one.scenario: one.summary.about for one in options}
    words = {name: (about.bidder or about.title).split() for name, about in abouts.items()}
    same = 0
    if len(words) > 1 and not any(about.bidder for about in abouts.values()):
        shortest = min(map(len, words.values()))  # each keeps one of its own
        while same < shortest - 1 and len({own[same].strip(_BETWEEN) for own in words.values()}) == 1:
            same += 1
    return words, same
