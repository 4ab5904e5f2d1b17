"""Rank correlation between drivers, and which of it is possible.

Correlation is stated as Spearman's rank correlation rho between values of the same year; between normal scores that
is `r = 2 sin(pi rho / 6)`. Drivers joined by stated pairs form a group; a driver depends on the scores of its own group
and on nothing else. Within a group scores are mixed by the Cholesky factor in name order.

With persistence phi a score is `z(y) = phi z(y-1) + sqrt(1 - phi^2) e(y)`. For the correlation r_ij of the scores to be
the same in every year, the innovations e need `r_ij (1 - phi_i phi_j) / sqrt((1 - phi_i^2) (1 - phi_j^2))`. Different
persistence thus limits correlation: at phi 0 and 0.9 to r = 0.436, since that figure cannot exceed 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from finmodel.uncertainty.driver import Driver

Pair = tuple[str, str, float]
Rows = tuple[tuple[float, ...], ...]
"""A lower triangular matrix: row i has i + 1 entries."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Group:
    """Drivers that share correlation or have persistence, in name order.

    `first` mixes the independent scores of the base year (or of once), `later` those of every year after it.
    """

    names: tuple[str, ...]
    persistence: tuple[float, ...]
    yearly: bool
    first: Rows
    later: Rows

    @property
    def persistent(self) -> bool:
        return any(self.persistence)


def normal_correlation(rank: float) -> float:
    """The correlation of normal scores that gives Spearman's rank correlation `rank`: 2 sin(pi rank / 6)."""
    # At rank 1 the product is 0.9999999999999999: perfect correlation should be perfect.
    return math.copysign(1.0, rank) if abs(rank) == 1 else 2 * math.sin(math.pi * rank / 6)


def cholesky(matrix: Sequence[Sequence[float]]) -> Rows | None:
    """The lower triangular L with L L' = `matrix`, or None where the matrix is not positive semi-definite.

    In Python's own arithmetic and fixed order, not LAPACK's: the same bits on every machine. A pivot within rounding of
    zero is zero: that driver is determined by those before it.
    """
    rows: list[list[float]] = []
    for i, entries in enumerate(matrix):
        row: list[float] = []
        for j in range(i):
            rest = entries[j] - sum(row[k] * rows[j][k] for k in range(j))
            if rows[j][j] > 0:
                row.append(rest / rows[j][j])
            elif abs(rest) <= math.sqrt(_ROUNDING):
                row.append(0.0)
            else:
                return None
        pivot = entries[i] - sum(entry * entry for entry in row)
        if pivot < -_ROUNDING:
            return None
        row.append(math.sqrt(pivot) if pivot > _ROUNDING else 0.0)
        rows.append(row)
    return tuple(tuple(row) for row in rows)


def make_groups(drivers: Sequence[Driver], pairs: Sequence[Pair]) -> tuple[list[Group], list[str]]:
    """The groups, and in words every reason why a stated correlation is impossible (then without that group).

    A driver with persistence and no correlation is a group of one; a driver with neither is in none. `drivers` have no
    mistakes of their own and the names in `pairs` are theirs.
    """
    by_name = {driver.name: driver for driver in drivers}
    mistakes = list(_wrong_pairs(by_name, pairs))
    groups: list[Group] = []
    if mistakes:
        return groups, mistakes
    for names in _components(pairs):
        members = [by_name[name] for name in names]
        ranks = {(min(a, b), max(a, b)): rank for a, b, rank in pairs if a in names}
        factors = _factors(members, ranks)
        if factors is None:
            mistakes.append(_impossible(members, ranks))
        else:
            groups.append(_group(members, factors))
    correlated = {name for a, b, _ in pairs for name in (a, b)}
    alone = [driver for driver in drivers if driver.persistence and driver.name not in correlated]
    groups.extend(_group([driver], (((1.0,),), ((1.0,),))) for driver in alone)
    return groups, mistakes


def _group(members: Sequence[Driver], factors: tuple[Rows, Rows]) -> Group:
    names = tuple(member.name for member in members)
    return Group(names, tuple(member.persistence for member in members), members[0].yearly, *factors)


def _wrong_pairs(by_name: Mapping[str, Driver], pairs: Iterable[Pair]) -> Iterator[str]:
    seen: set[frozenset[str]] = set()
    for a, b, rank in pairs:
        if a == b:
            yield f"a correlation is between two drivers, not '{a}' and itself"
            continue
        if frozenset((a, b)) in seen:
            yield f"the correlation between '{a}' and '{b}' is stated twice"
        seen.add(frozenset((a, b)))
        if not -1 <= rank <= 1:
            yield f"the rank correlation between '{a}' and '{b}' is {rank:g}; it must lie between -1 and 1"
        once = a if not by_name[a].yearly else b
        yearly = b if once == a else a
        if by_name[a].yearly != by_name[b].yearly:
            yield (
                f"'{once}' varies once and '{yearly}' varies yearly; correlation is between values of the same year, "
                "so both must vary once or both yearly"
            )


def _components(pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Connected components of the graph of pairs, each in name order, ordered by first name."""
    group_of: dict[str, set[str]] = {}
    for a, b, _ in pairs:
        joined = group_of.get(a, {a}) | group_of.get(b, {b})
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(group)) for group in group_of.values()})


def _correlations(members: Sequence[Driver], ranks: Mapping[tuple[str, str], float]) -> list[list[float]]:
    """Correlations of scores of one year; a pair that nobody stated has none."""
    names = [member.name for member in members]
    return [
        [1.0 if a == b else normal_correlation(ranks.get((min(a, b), max(a, b)), 0.0)) for b in names] for a in names
    ]


def _factors(members: Sequence[Driver], ranks: Mapping[tuple[str, str], float]) -> tuple[Rows, Rows] | None:
    """Cholesky factors of the scores' and of the innovations' correlations; None where either is impossible."""
    scores = _correlations(members, ranks)
    phis = [member.persistence for member in members]
    innovations = [
        [
            r if p == q else r * (1 - p * q) / math.sqrt((1 - p * p) * (1 - q * q))
            for q, r in zip(phis, row, strict=True)
        ]
        for p, row in zip(phis, scores, strict=True)
    ]
    first, later = cholesky(scores), cholesky(innovations)
    return None if first is None or later is None else (first, later)


def _impossible(members: Sequence[Driver], ranks: Mapping[tuple[str, str], float]) -> str:
    """Why these correlations cannot be, and how large they could be."""
    scale = _largest_scale(members, ranks)
    if cholesky(_correlations(members, ranks)) is None:
        reason = "they contradict one another: no values can have all of them at once"
    else:
        persistence = ", ".join(f"{member.name} {member.persistence:g}" for member in members)
        reason = f"drivers with different persistence ({persistence}) cannot follow one another so closely"
    stated = "; ".join(f"{a} and {b}: {rank:g}" for (a, b), rank in sorted(ranks.items()))
    if len(ranks) == 1:
        (rank,) = ranks.values()
        largest = math.copysign(_rounded_down(abs(rank) * scale), rank)
        feasible = (
            f"the largest feasible value is {largest:.4f} ({normal_correlation(largest):.3f} between normal scores)"
        )
    else:
        feasible = f"the largest feasible common scale is {_rounded_down(scale):.4f} times what is stated"
    return f"impossible rank correlations ({stated}): {reason}; {feasible}"


def _rounded_down(value: float) -> float:
    """To four decimals, downwards: what is printed as feasible must be feasible."""
    return math.floor(value * 10_000) / 10_000


def _largest_scale(members: Sequence[Driver], ranks: Mapping[tuple[str, str], float]) -> float:
    """The largest factor on all stated rank correlations that is possible, by bisection between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        scaled = {pair: rank * middle for pair, rank in ranks.items()}
        low, high = (middle, high) if _factors(members, scaled) is not None else (low, middle)
    return low
