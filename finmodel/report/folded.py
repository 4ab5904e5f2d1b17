"""Long sums and long lists of like terms, folded: the first of them, how many there are, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from finmodel.analysis import Row

MANY = 3
"""Like terms that are shown one by one; of more, the first stands for all."""
_TERM = re.compile(r"[\w.]+\[[^\[\]]+\]")
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?|\(-[\d,]+(\.\d+)?\)")
_PLUS = " + "


def family(name: str) -> str:
    """What lines have in common that differ in what stands in brackets: `cost[a]`, `cost[b]`."""
    return name.partition("[")[0]


def fold_sum(formula: str, numbers: str) -> tuple[str, str]:
    """A formula and its numbers, with each run of like terms cut to its first; both as they are where they differ."""
    terms, amounts = formula.split(_PLUS), numbers.split(_PLUS)
    if len(terms) != len(amounts):
        return formula, numbers

    def kind(pair: tuple[str, str]) -> str:
        term, amount = pair
        return family(term) if _TERM.fullmatch(term) and _NUMBER.fullmatch(amount) else ""

    shown: list[tuple[str, str]] = []
    for like, run in groupby(zip(terms, amounts, strict=True), kind):
        pairs = list(run)
        if not like or len(pairs) <= MANY:
            shown += pairs
            continue
        more, together = len(pairs) - 1, _together([amount for _, amount in pairs])
        shown.append((f"{pairs[0][0]} + … {more} more like it", f"{pairs[0][1]} + … {more} more, {together} together"))
    return _PLUS.join(term for term, _ in shown), _PLUS.join(amount for _, amount in shown)


def _together(amounts: list[str]) -> str:
    """Of amounts in £ to the penny the sum in whole £, since pennies were rounded; of others with all digits shown."""
    total = sum(float(amount.strip("()").replace(",", "")) for amount in amounts)
    return f"{total:,.0f}" if all(amount.strip("()")[-3:-2] == "." for amount in amounts) else f"{total:.10g}"


def fold_rows(rows: Iterable[Row]) -> list[tuple[Row, list[Row]]]:
    """The rows to show, in their order, each with the like rows that it stands for."""
    families: dict[str, list[Row]] = {}
    for row in rows:
        families.setdefault(family(row.name), []).append(row)
    found: list[tuple[Row, list[Row]]] = []
    for like in families.values():
        found += [(like[0], like[1:])] if len(like) > MANY else [(row, []) for row in like]
    return found
