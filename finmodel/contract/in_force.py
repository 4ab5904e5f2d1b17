"""When a payment model's terms count: until the integrator has gone, and of a year that begins late for a part."""

from __future__ import annotations

from dataclasses import dataclass

from finmodel.lines import Expr, is_zero, where


@dataclass(frozen=True)
class InForce:
    """`exited` is 1 in the years after the integrator has gone, else 0; `begun` is the part of the year that has begun.

    None: the integrator stays, the contract starts on time.
    """

    exited: Expr | None = None
    begun: Expr | None = None

    @property
    def always(self) -> bool:
        """Whether the terms count in every year and in whole."""
        return self.exited is None and self.begun is None

    @property
    def without_exit(self) -> InForce:
        """The same if the integrator stayed whatever happened."""
        return InForce(None, self.begun)

    def settle(self, by_terms: Expr, otherwise: Expr) -> Expr:
        """What counts of an amount by the terms and of what stands in its stead where they are not in force.

        `where(exited, otherwise, begun x by_terms + (1 - begun) x otherwise)`.
        """
        if self.always or (is_zero(by_terms) and is_zero(otherwise)):
            return by_terms
        found = by_terms
        if self.begun is not None:
            found = self._part(by_terms, self.begun, otherwise)
        return found if self.exited is None else where(self.exited > 0, otherwise, found)

    @staticmethod
    def _part(by_terms: Expr, begun: Expr, otherwise: Expr) -> Expr:
        if is_zero(otherwise):
            return by_terms * begun
        rest = otherwise * (1 - begun)
        return rest if is_zero(by_terms) else by_terms * begun + rest
