"""Small pictures in characters: a density, events as bars, a fan by year, a line of blocks. Numbers in, lines out.

Nothing here knows scenarios or terminals. `Glyphs` holds the characters; `PLAIN` is pure ASCII, for terminals whose
encoding has no blocks. `say(number, step)` writes a number in its own unit, fine enough to tell it from its neighbours
a step away.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Say = Callable[[float, float], str]

NARROW_END = 0.001
"""A density is drawn from this probability to one minus it, or to the ends of the distribution where they are near."""

_NEAR = 0.15  # of the width between those: an end that is no farther off is drawn
_TICK_GAP = 3
_FINE = 20  # parts of a range that its numbers tell apart


@dataclass(frozen=True)
class Glyphs:
    """`levels` are columns of growing height, the first empty and the last full."""

    levels: str
    line: str
    tick: str
    left: str
    middle: str
    right: str

    @property
    def full(self) -> str:
        """A full block."""
        return self.levels[-1]


BLOCKS = Glyphs(" ▁▂▃▄▅▆▇█", "─", "┬", "├", "┼", "┤")
PLAIN = Glyphs(" ...:::##", "-", "+", "|", "+", "|")


def glyphs_for(encoding: str) -> Glyphs:
    """Blocks where the encoding has them, else plain ASCII."""
    try:
        "".join(vars(BLOCKS).values()).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


@dataclass(frozen=True)
class Density:
    """Shares of the trials by column between `low` and `high`, and below and above; together they add up to one."""

    low: float
    high: float
    shares: tuple[float, ...]
    below: float
    above: float

    @property
    def outside(self) -> float:
        """The share that the plot does not show."""
        return self.below + self.above


def density(values: Sequence[float], low: float, high: float, columns: int) -> Density:
    """Equally likely, ascending `values` counted in columns of equal width. `low` and `high` are what can occur."""
    count = len(values)
    cut = math.floor(NARROW_END * count)
    first, last = values[cut], values[count - 1 - cut]
    room = _NEAR * (last - first)
    start = low if low >= first - room else first
    end = high if high <= last + room else last
    edges = [start + (end - start) * column / columns for column in range(1, columns)]
    below, within = bisect_left(values, start), bisect_right(values, end)
    places = [below, *(min(max(bisect_left(values, edge), below), within) for edge in edges), within]
    shares = tuple((after - before) / count for before, after in pairwise(places))
    return Density(start, end, shares, below / count, (count - within) / count)


def density_lines(found: Density, rows: int, glyphs: Glyphs) -> list[str]:
    """The columns as blocks, `rows` high; a column with any share at all is seen."""
    steps = len(glyphs.levels) - 1
    most = max(found.shares)
    heights = [max(round(share / most * rows * steps), 1) if share else 0 for share in found.shares]
    return [
        "".join(glyphs.levels[min(max(height - row * steps, 0), steps)] for height in heights)
        for row in range(rows - 1, -1, -1)
    ]


def axis_lines(low: float, high: float, columns: int, say: Say, glyphs: Glyphs) -> tuple[str, str]:
    """The axis with its ticks, and the round numbers under them; at most `columns` wide."""
    step, ticks = _ticks(low, high, columns, say)
    line, labels = [glyphs.line] * columns, ""
    for tick in ticks:
        at = column_of(tick, low, high, columns)
        text = say(tick, step)
        start = min(max(at - len(text) // 2, 0), max(columns - len(text), 0))
        if (labels and start <= len(labels)) or text in labels.split():  # digits may not tell close numbers apart
            continue
        line[at] = glyphs.tick
        labels = labels.ljust(start) + text
    return "".join(line), labels


def _ticks(low: float, high: float, columns: int, say: Say) -> tuple[float, list[float]]:
    """Round numbers from `low` to `high` a step apart, as many as can be labelled without touching."""
    if not high > low:
        return 0.0, [low]
    power = math.floor(math.log10((high - low) / columns))
    for step in (factor * 10.0**exponent for exponent in range(power, power + 5) for factor in (1, 2, 5)):
        if step / (high - low) * (columns - 1) < 1 + _TICK_GAP:
            continue
        near = (high - low) / columns / 2 / step  # half a column off is on the plot
        found = [step * number for number in range(math.ceil(low / step - near), math.floor(high / step + near) + 1)]
        widest = max((len(say(tick, step)) for tick in found), default=0)
        if step / (high - low) * (columns - 1) >= widest + _TICK_GAP:
            return (step, found) if found else (high - low, [low])
    return high - low, [low]


def column_of(value: float, low: float, high: float, columns: int) -> int:
    """The column in which a value lies, the outermost for one beyond the plot."""
    if not high > low:
        return 0
    return min(max(round((value - low) / (high - low) * (columns - 1)), 0), columns - 1)


def spread_line(points: Sequence[float], low: float, high: float, columns: int, glyphs: Glyphs) -> str:
    """P10 to P90 as a line with its ends, P50 marked: `├────┼──┤`."""
    first, middle, last = (column_of(point, low, high, columns) for point in points)
    marks = [" "] * columns
    marks[first : last + 1] = glyphs.line * (last - first + 1)
    marks[first], marks[last] = glyphs.left, glyphs.right
    marks[middle] = glyphs.middle
    return "".join(marks).rstrip()


def fan_lines(
    rows: Sequence[tuple[str, float, float, float]], width: int, say: Say, glyphs: Glyphs
) -> tuple[list[str], list[str]]:
    """A row a year: its label, P10, P50 and P90 as numbers and as a line; then the axis. Headings come first."""
    low, high = min(row[1] for row in rows), max(row[3] for row in rows)
    cells = [(label, *(say(number, (high - low) / _FINE) for number in numbers)) for label, *numbers in rows]
    headings = ("", "P10", "P50", "P90")
    widths = [max(len(row[place]) for row in (*cells, headings)) for place in range(4)]
    lead = sum(widths) + 2 * 4
    columns = max(width - lead, 10)

    def table(row: Sequence[str]) -> str:
        shown = [row[0].ljust(widths[0]), *(row[place].rjust(widths[place]) for place in (1, 2, 3))]
        return "  ".join(shown) + "  "

    lines = [
        (table(cell) + spread_line(row[1:], low, high, columns, glyphs)).rstrip()
        for row, cell in zip(rows, cells, strict=True)
    ]
    axis, labels = axis_lines(low, high, columns, say, glyphs)
    return [table(headings).rstrip()], [*lines, " " * lead + axis, " " * lead + labels]


def bar_lines(bars: Sequence[tuple[str, float]], width: int, glyphs: Glyphs) -> list[str]:
    """Events with their probability: label, bar, per cent. The longest bar is the likeliest."""
    chances = [chance_text(chance) for _, chance in bars]
    labels = max(len(label) for label, _ in bars)
    room = max(width - labels - max(map(len, chances)) - 4, 5)
    most = max(chance for _, chance in bars) or 1.0
    lines = []
    for (label, chance), text in zip(bars, chances, strict=True):
        length = max(round(chance / most * room), 1) if chance else 0
        lines.append(f"{label.rjust(labels)}  {glyphs.full * length}{' ' if length else ''} {text}")
    return lines


def chance_text(chance: float) -> str:
    """A probability in per cent: as many digits as tell it from 0% and 100%."""
    for digits in (1, 2, 3):
        text = f"{100 * chance:.{digits}f}"
        if float(text) not in {0.0, 100.0} or chance in {0.0, 1.0}:
            break
    else:
        return "< 0.001%" if chance < 0.5 else "> 99.999%"
    return f"{text.rstrip('0').rstrip('.')}%"


def sparkline(amounts: Sequence[float], glyphs: Glyphs) -> str:
    """One column an amount, the lowest the smallest block; a level line where all are alike."""
    low, high = min(amounts), max(amounts)
    steps = len(glyphs.levels) - 2
    if not high > low:
        return glyphs.levels[1 + steps // 2] * len(amounts)
    return "".join(glyphs.levels[1 + round((amount - low) / (high - low) * steps)] for amount in amounts)
