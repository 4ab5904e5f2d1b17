"""Rank correlation between drivers, and which of it is possible.

Correlation is stated as Spearman's rank correlation rho between values of the same year; between normal scores that
is `r = 2 sin(pi rho / 6)`; or as Kendall's tau, `r = sin(pi tau / 2)`, which holds for the t copula too. Drivers
joined by stated pairs form a group; a driver depends on the scores of its own group and on nothing else. Within a group
scores are mixed by the Cholesky factor in name order.

With persistence phi a score is `z(y) = phi z(y-1) + sqrt(1 - phi^2) e(y)`. For the correlation r_ij of the scores to be
the same in every year, the innovations e need `r_ij (1 - phi_i phi_j) / sqrt((1 - phi_i^2) (1 - phi_j^2))`. Different
persistence thus limits correlation: at phi 0 and 0.9 to r = 0.436, since that figure cannot exceed 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from finmodel.uncertainty.driver import Driver


class Pair(NamedTuple):
    """Two drivers and how they move together: Spearman's `rank`, or Kendall's `tau`.

    `freedom`: degrees of freedom of a t copula; None for the Gaussian one. All pairs of a group have the same.
    """

    one: str
    other: str
    coefficient: float
    measure: Literal["rank", "tau"] = "rank"
    freedom: float | None = None


Ranks = Mapping[tuple[str, str], Pair]
Rows = tuple[tuple[float, ...], ...]
"""A lower triangular matrix: row i has i + 1 entries."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Group:
    """Drivers that share correlation or have persistence, in name order.

    `first` mixes the independent scores of the base year (or of once), `later` those of every year after it. `freedom`:
    degrees of freedom of a t copula, None for a Gaussian one.
    """

    names: tuple[str, ...]
    persistence: tuple[float, ...]
    yearly: bool
    first: Rows
    later: Rows
    freedom: float | None = None

    @property
    def shared_stream(self) -> str:
        """The name under which a t copula draws its one chi-square a trial and year; no driver can be called so."""
        return f"chi-square of {', '.join(self.names)}"

    @property
    def persistent(self) -> bool:
        return any(self.persistence)


def normal_correlation(coefficient: float, measure: str = "rank") -> float:
    """The correlation of normal scores: 2 sin(pi rho / 6) for Spearman's rho, sin(pi tau / 2) for Kendall's tau."""
    # At rank 1 the product is 0.9999999999999999: perfect correlation should be perfect.
    if abs(coefficient) == 1:
        return math.copysign(1.0, coefficient)
    return math.sin(math.pi * coefficient / 2) if measure == "tau" else 2 * math.sin(math.pi * coefficient / 6)


def coefficient_of(normal: float, measure: str) -> float:
    """The other way round: Spearman's rho or Kendall's tau of a correlation of normal scores."""
    normal = max(-1.0, min(1.0, normal))
    return 2 / math.pi * math.asin(normal) if measure == "tau" else 6 / math.pi * math.asin(normal / 2)


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


Stated = Sequence[Pair | tuple[str, str, float]]
"""Pairs; three of one are a rank correlation."""


def make_groups(drivers: Sequence[Driver], stated: Stated) -> tuple[list[Group], list[str]]:
    """The groups, and in words every reason why a stated correlation is impossible (then without that group).

    A driver with persistence and no correlation is a group of one; a driver with neither is in none. `drivers` have no
    mistakes of their own and the names in `stated` are theirs.
    """
    pairs = [Pair(*one) for one in stated]
    by_name = {driver.name: driver for driver in drivers}
    mistakes = list(_wrong_pairs(by_name, pairs))
    groups: list[Group] = []
    if mistakes:
        return groups, mistakes
    for names in _components(pairs):
        members = [by_name[name] for name in names]
        ranks = {(min(p.one, p.other), max(p.one, p.other)): p for p in pairs if p.one in names}
        if len(kinds := {(p.measure, p.freedom) for p in ranks.values()}) > 1:
            mistakes.append(_mixed(names, [kind[1] for kind in kinds]))
            continue
        factors = _factors(members, ranks)
        if factors is None:
            mistakes.append(_impossible(members, ranks))
        else:
            groups.append(_group(members, factors, next(iter(ranks.values())).freedom))
    correlated = {name for pair in pairs for name in (pair.one, pair.other)}
    alone = [driver for driver in drivers if driver.persistence and driver.name not in correlated]
    groups.extend(_group([driver], (((1.0,),), ((1.0,),))) for driver in alone)
    return groups, mistakes


def _group(members: Sequence[Driver], factors: tuple[Rows, Rows], freedom: float | None = None) -> Group:
    names = tuple(member.name for member in members)
    return Group(names, tuple(member.persistence for member in members), members[0].yearly, *factors, freedom)


def _wrong_pairs(by_name: Mapping[str, Driver], pairs: Iterable[Pair]) -> Iterator[str]:
    seen: set[frozenset[str]] = set()
    for a, b, rank, measure, _ in pairs:
        if a == b:
            yield f"a correlation is between two drivers, not '{a}' and itself"
            continue
        if frozenset((a, b)) in seen:
            yield f"the correlation between '{a}' and '{b}' is stated twice"
        seen.add(frozenset((a, b)))
        if not -1 <= rank <= 1:
            what = "Kendall's tau" if measure == "tau" else "the rank correlation"
            yield f"{what} between '{a}' and '{b}' is {rank:g}; it must lie between -1 and 1"
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
    for a, b, *_ in pairs:
        joined = group_of.get(a, {a}) | group_of.get(b, {b})
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(group)) for group in group_of.values()})


def _correlations(members: Sequence[Driver], ranks: Ranks) -> list[list[float]]:
    """Correlations of scores of one year; a pair that nobody stated has none."""
    names = [member.name for member in members]

    def normal(a: str, b: str) -> float:
        pair = ranks.get((min(a, b), max(a, b)))
        return 0.0 if pair is None else normal_correlation(pair.coefficient, pair.measure)

    return [[1.0 if a == b else normal(a, b) for b in names] for a in names]


def _factors(members: Sequence[Driver], ranks: Ranks) -> tuple[Rows, Rows] | None:
    """Cholesky factors of the scores' and of the innovations' correlations; None where either is impossible."""
    scores = _correlations(members, ranks)
    first, later = cholesky(scores), cholesky(_times(scores, _ratios(members)))
    return None if first is None or later is None else (first, later)


def _ratios(members: Sequence[Driver]) -> list[list[float]]:
    """How much more the innovations of two drivers must be correlated than their scores."""
    phis = [member.persistence for member in members]
    return [[1.0 if p == q else (1 - p * q) / math.sqrt((1 - p * p) * (1 - q * q)) for q in phis] for p in phis]


def _times(one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[x * y for x, y in zip(row, by, strict=True)] for row, by in zip(one, other, strict=True)]


def _mixed(names: Sequence[str], freedoms: Iterable[float | None]) -> str:
    kinds = ["gaussian" if one is None else f"t of {one:g} degrees of freedom" for one in freedoms]
    said = " and ".join(sorted(set(kinds))) if len(set(kinds)) > 1 else "rank and tau"
    return f"{', '.join(names)} are joined by correlations of different kinds ({said}); one must hold for all of them"


def _impossible(members: Sequence[Driver], ranks: Ranks) -> str:
    """Why these correlations cannot be, how large one alone could be, and the nearest possible ones as YAML."""
    if cholesky(_correlations(members, ranks)) is None:
        reason = "they contradict one another: no values can have all of them at once"
    else:
        persistence = ", ".join(f"{member.name} {member.persistence:g}" for member in members)
        reason = f"drivers with different persistence ({persistence}) cannot follow one another so closely"
    measure = next(iter(ranks.values())).measure
    what = "values of Kendall's tau" if measure == "tau" else "rank correlations"
    stated = "; ".join(f"{a} and {b}: {pair.coefficient:g}" for (a, b), pair in sorted(ranks.items()))
    nearest = _nearest(members, ranks)
    if len(ranks) == 1:
        (pair,) = ranks.values()
        scale = _largest_scale(members, ranks)
        largest = math.copysign(_rounded_down(abs(pair.coefficient) * scale), pair.coefficient)
        normal = normal_correlation(largest, measure)
        nearest = f"the largest feasible value is {largest:.4f} ({normal:.3f} between normal scores); {nearest}"
    return f"impossible {what} ({stated}): {reason}; {nearest}"


def _nearest(members: Sequence[Driver], ranks: Ranks) -> str:
    """The nearest possible correlations, over years too, with the largest change, to be pasted into a scenario."""
    from finmodel.uncertainty.nearest import as_yaml, nearest_correlations, rounded_feasible

    names = [member.name for member in members]
    pair = next(iter(ranks.values()))
    ratios = _ratios(members)
    inverse = [[1 / one for one in row] for row in ratios]
    # What is new each year is the narrower test: correlations that it allows, the values of one year allow as well.
    found = _times(nearest_correlations(_times(_correlations(members, ranks), ratios)), inverse)

    def of(matrix: list[list[float]]) -> Ranks:
        return {
            (a, b): pair._replace(one=a, other=b, coefficient=matrix[i][j])
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i < j
        }

    possible = rounded_feasible(
        found,
        lambda normal: coefficient_of(normal, pair.measure),
        lambda matrix: _factors(members, of(matrix)) is not None,
    )
    changes = {
        key: (ranks[key].coefficient if key in ranks else 0.0, new.coefficient) for key, new in of(possible).items()
    }
    a, b = max(changes, key=lambda key: abs(changes[key][0] - changes[key][1]))
    before, after = changes[a, b]
    beside = "" if pair.freedom is None else f", copula: {{t: {pair.freedom:g}}}"
    return (
        f"the nearest possible ones change {a} and {b} most, from {before:g} to {after:g}; in place of what is said of "
        f"{', '.join(names)}:\n{as_yaml(names, possible, pair.measure, beside)}"
    )


def _rounded_down(value: float) -> float:
    """To four decimals, downwards: what is printed as feasible must be feasible."""
    return math.floor(value * 10_000) / 10_000


def _largest_scale(members: Sequence[Driver], ranks: Ranks) -> float:
    """The largest factor on all stated coefficients that is possible, by bisection between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        scaled = {key: pair._replace(coefficient=pair.coefficient * middle) for key, pair in ranks.items()}
        low, high = (middle, high) if _factors(members, scaled) is not None else (low, middle)
    return low
