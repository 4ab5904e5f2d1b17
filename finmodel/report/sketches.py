"""Distributions, ramps and lists of the assumptions register, drawn in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Entry
from finmodel.analysis.shape import Percentiles, Shape, amounts_by_year, shape_of
from finmodel.report.grid import FAINT
from finmodel.report.sketch import (
    Glyphs,
    Say,
    axis_lines,
    bar_lines,
    chance_text,
    density,
    density_lines,
    fan_lines,
    glyphs_for,
    sparkline,
    spread_line,
)
from finmodel.report.worth import say_in, unit_words
from finmodel.scenario import ByYear, Ramp, Uncertain

ROWS = 5
WIDEST = 100
INDENT = "  "


def show_sketches(console: Console, entries: Sequence[Entry], years: int) -> None:
    """Each entry's picture: its name and how it is drawn, then a density, bars, a fan by year or a line."""
    for entry in entries:
        subtitle = _subtitle(entry, _pound(console.encoding))
        between = INDENT if len(entry.name) + len(subtitle) + 2 <= console.width else f"\n{INDENT}"
        console.print(Text.assemble((entry.name, "bold"), between, (subtitle, FAINT)), soft_wrap=True)
        for line in sketch(entry, years, console.width, console.encoding):
            console.print(Text(f"{INDENT}{line}".rstrip()), soft_wrap=True)
        console.print()


def sketch(entry: Entry, years: int, width: int, encoding: str) -> Iterator[str]:
    """The lines of one picture, at most `width` characters with their indent."""
    value, glyphs = entry.number.value, glyphs_for(encoding)
    room = min(width, WIDEST) - 2 * len(INDENT)
    if isinstance(value, Uncertain):
        yield from _uncertain(entry, value, room, glyphs, _pound(encoding))
    elif isinstance(value, (ByYear, Ramp)):
        yield by_year_line(value, years, glyphs, _pound(encoding))
    else:
        yield f"{entry.number.text}: one number, nothing to draw"


def by_year_line(value: ByYear | Ramp, years: int, glyphs: Glyphs, pound: str = "£") -> str:
    """First amount, a column a year, last amount: `0% ▁▁▃▅▆▇████ 5%  years 1 to 10`."""
    amounts = amounts_by_year(value, years)
    say, step = say_in(value.unit, max(map(abs, amounts)), pound=pound), (max(amounts) - min(amounts)) / 20
    return f"{say(amounts[0], step)} {sparkline(amounts, glyphs)} {say(amounts[-1], step)}  years 1 to {years}"


def _pound(encoding: str) -> str:
    try:
        "£".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "GBP "
    return "£"


def _subtitle(entry: Entry, pound: str) -> str:
    value = entry.number.value
    unit = unit_words(value.unit, pound=pound) if value is not None else entry.number.unit
    return "; ".join(part for part in (entry.distribution or entry.number.kind, unit) if part)


def _uncertain(entry: Entry, value: Uncertain, room: int, glyphs: Glyphs, pound: str) -> Iterator[str]:
    if len(entry.percentiles) > 1:
        yield from _by_year(entry.percentiles, value, room, glyphs, pound)
        return
    found = shape_of(value)
    say = say_in(value.unit, max(abs(found.values[0]), abs(found.values[-1])), pound=pound)
    if found.steps:
        yield from bar_lines([(_event(value, each, found, say), chance) for each, chance in found.steps], room, glyphs)
        yield _stated(found.percentiles, say, room)
        return
    columns = density(found.values, found.low, found.high, room)
    p = found.percentiles
    yield from density_lines(columns, ROWS, glyphs)
    yield from axis_lines(columns.low, columns.high, room, say, glyphs)
    yield spread_line((p.p10, p.p50, p.p90), columns.low, columns.high, room, glyphs)
    yield _stated(p, say, room, f"outside the plot {chance_text(columns.outside)}")


def _by_year(
    percentiles: Sequence[Percentiles], value: Uncertain, room: int, glyphs: Glyphs, pound: str
) -> Iterator[str]:
    if value.kind == "bernoulli":
        chances = [(f"year {p.year}", shape_of(value, p.year).percentiles.mean) for p in percentiles]
        yield "Probability that it happens"
        yield from bar_lines(chances, room, glyphs)
        return
    say = say_in(value.unit, max(max(abs(p.p10), abs(p.p90)) for p in percentiles), pound=pound)
    headings, lines = fan_lines([(f"year {p.year}", p.p10, p.p50, p.p90) for p in percentiles], room, say, glyphs)
    yield from (*headings, *lines)
    first, last = percentiles[0], percentiles[-1]
    step = max(first.p90 - first.p10, last.p90 - last.p10) / 20
    yield f"mean {say(first.mean, step)} in year {first.year}, {say(last.mean, step)} in year {last.year}"


def _event(value: Uncertain, each: float, found: Shape, say: Say) -> str:
    if value.kind == "bernoulli":
        return "happens" if each else "does not happen"
    distances = [after[0] - before[0] for before, after in pairwise(found.steps)]
    return say(each, min(distances, default=0.0))


def _stated(p: Percentiles, say: Say, room: int, more: str = "") -> str:
    step = (p.p90 - p.p10) / 50
    cells = {"mean": p.mean, "P10": p.p10, "P50": p.p50, "P90": p.p90}
    texts = [f"{name} {say(amount, step)}" for name, amount in cells.items()]
    wide = "   ".join([*texts, *([more] if more else [])])
    return wide if len(wide) <= room else "  ".join(wide.split("   "))
