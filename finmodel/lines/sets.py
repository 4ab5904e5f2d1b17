"""Named sets: one formula for every member, and the two functions that leave or enter a set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from finmodel.lines.expressions import Expr, Operand, UnitError, literal


@dataclass(frozen=True, eq=False)
class Family:
    """A value for each member of a named set; arithmetic goes member by member."""

    set_name: str
    members: Mapping[str, Expr]

    def __getitem__(self, member: str) -> Expr:
        return self.members[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def _with(self, other: Family | Operand, combine: Callable[[Expr, Expr], Expr]) -> Family:
        if isinstance(other, Family):
            if other.set_name != self.set_name or list(other.members) != list(self.members):
                raise UnitError(
                    f"a value by {self.set_name} and a value by {other.set_name} do not fit together; "
                    "use sum_over or allocate_by"
                )
            return Family(self.set_name, {m: combine(x, other.members[m]) for m, x in self.members.items()})
        value = literal(other)
        return Family(self.set_name, {m: combine(x, value) for m, x in self.members.items()})

    def map(self, function: Callable[[Expr], Expr]) -> Family:
        """Apply a function to every member."""
        return Family(self.set_name, {m: function(x) for m, x in self.members.items()})

    def __add__(self, other: Family | Operand) -> Family:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Family | Operand) -> Family:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: Family | Operand) -> Family:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: Family | Operand) -> Family:
        return self._with(other, lambda a, b: a / b)

    def __neg__(self) -> Family:
        return self.map(lambda a: -a)

    def __bool__(self) -> bool:
        return bool(self.members)


def sum_over(family: Family) -> Expr:
    """The members added up, left to right in the order of the set; an empty set adds up to 0."""
    result: Expr | None = None
    for member in family.members.values():
        result = member if result is None else result + member
    return literal(0.0) if result is None else result


def allocate_by(value: Expr, shares: Family) -> Family:
    """A whole amount split over a set in the given shares."""
    return shares.map(lambda share: value * share)
