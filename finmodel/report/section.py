"""A section of a report in the terminal: what it shows on the one page, and what it shows in full."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from rich.console import Console
from rich.text import Text

from finmodel.report.grid import FAINT

INDENT, FURTHER = "  ", "    "


class Block(Protocol):
    """A table, or sentences under a heading."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""

    def lines(self, width: int) -> Iterator[Text]:
        """The block as lines of at most `width` characters where that is possible."""


Found = TypeVar("Found")
B = TypeVar("B", bound=Block)


@dataclass(frozen=True)
class Section(Generic[Found, B]):
    """`short` gives what stands on the one page that is printed unless asked otherwise, `full` what `--full` prints.

    `title` stands above the blocks; where there is none, each has its own.
    """

    title: str
    short: Callable[[Found], Iterable[B]]
    full: Callable[[Found], Iterable[B]]


def show_section(
    console: Console, section: Section[Found, B], found: Found, *, full: bool, number: int | None = None
) -> bool:
    """Print a section in one of its two forms, a question with its number; says whether there was anything to show."""
    form = section.full if full else section.short
    blocks = [block for block in form(found) if not block.empty]
    if blocks and section.title:
        console.print()
        title = section.title if number is None else f"{number}  {section.title}"
        for line in textwrap.wrap(title, console.width):
            console.print(Text(line, style="bold underline"), soft_wrap=True)
    for place, block in enumerate(blocks):
        if full or place or not section.title:  # the one page has no room for air
            console.print()
        console.print(Text("\n").join(block.lines(console.width)), soft_wrap=True)
    return bool(blocks)


@dataclass(frozen=True)
class Sentences:
    """Sentences under a heading, each as long as it is; where `brief`, each is cut to one line."""

    heading: str
    told: Sequence[str]
    brief: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.told

    def lines(self, width: int) -> Iterator[Text]:
        """The heading, then the sentences, further in."""
        yield Text(self.heading, style="bold")
        for one in self.told:
            if self.brief:
                yield Text(
                    INDENT + textwrap.shorten(one, width - len(INDENT), placeholder=" …", break_on_hyphens=False)
                )
                continue
            wrapped = textwrap.wrap(one, width, initial_indent=INDENT, subsequent_indent=FURTHER)
            yield from (Text(line) for line in wrapped)


def faint(console: Console, told: Iterable[str]) -> None:
    """Print sentences that help to read the rest."""
    for one in told:
        for line in textwrap.wrap(one, console.width):
            console.print(Text(line, style=FAINT), soft_wrap=True)
