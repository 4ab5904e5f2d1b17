"""The ledger: every pound has a payer and a payee, outside accounts included: positions add up to zero.

A posting belongs to a book: what the payment model's terms accrue, what accrues in their stead once the integrator has
left, or what the exit itself costs. Which of them counts in a year is for `finmodel.contract.in_force` to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from finmodel.contract.in_force import InForce
from finmodel.lines import Expr, Family, is_zero, literal, sum_over

INTEGRATOR = "integrator"
STAFF_AND_SUPPLIERS = "staff and suppliers"
HMRC = "hmrc"
PARENT = "parent"
BANK = "bank"


def commissioner(name: str) -> str:
    """The account of a commissioner."""
    return f"commissioner {name}"


def provider(name: str) -> str:
    """The account of a provider."""
    return f"provider {name}"


class Book(Enum):
    """When a posting counts: under the terms, in their stead, or always."""

    TERMS = "terms"
    AFTER_EXIT = "after exit"
    EXIT = "exit"


@dataclass(frozen=True)
class Posting:
    """An accrued amount of a year, from payer to payee (negative: the other way)."""

    what: str
    payer: str
    payee: str
    amount: Expr
    book: Book = Book.TERMS


@dataclass
class Ledger:
    """The postings of one payment model, and when its terms are in force."""

    postings: list[Posting] = field(default_factory=list)
    in_force: InForce = field(default_factory=InForce)

    def post(self, what: str, payer: str, payee: str, amount: Expr, book: Book = Book.TERMS) -> None:
        self.postings.append(Posting(what, payer, payee, amount, book))

    def received(self, account: str, book: Book | None = None) -> Expr:
        """All that an account receives in the year; with a book, what that book alone gives it, in force or not."""
        return self._settled([p for p in self.postings if p.payee == account], book)

    def paid(self, account: str, book: Book | None = None) -> Expr:
        """All that an account pays in the year; with a book, what that book alone takes, in force or not."""
        return self._settled([p for p in self.postings if p.payer == account], book)

    def position(self, account: str, book: Book | None = None) -> Expr:
        """Received less paid."""
        if book is None and self.in_force.always:
            return self.received(account) - self.paid(account)
        if book is not None:
            return self._less(self.received(account, book), self.paid(account, book))
        terms, after, of_exit = (self.position(account, one) for one in Book)
        return self._add(self.in_force.settle(terms, after), of_exit)

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for p in self.postings for name in (p.payer, p.payee)))

    def _settled(self, postings: list[Posting], book: Book | None) -> Expr:
        by_book = {one: self._sum([p.amount for p in postings if p.book is one]) for one in Book}
        if book is not None:
            return by_book[book]
        terms = self.in_force.settle(by_book[Book.TERMS], by_book[Book.AFTER_EXIT])
        return self._add(terms, by_book[Book.EXIT])

    @staticmethod
    def _add(one: Expr, other: Expr) -> Expr:
        return other if is_zero(one) else one if is_zero(other) else one + other

    @staticmethod
    def _less(one: Expr, other: Expr) -> Expr:
        return one if is_zero(other) else one - other

    @staticmethod
    def _sum(amounts: list[Expr]) -> Expr:
        return sum_over(Family("posting", dict(enumerate(amounts)))) if amounts else literal(0.0)  # type: ignore[arg-type]
