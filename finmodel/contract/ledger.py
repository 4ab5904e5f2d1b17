"""The ledger: every pound has a payer and a payee, outside accounts included: positions add up to zero."""

from __future__ import annotations

from dataclasses import dataclass, field

from finmodel.lines import Expr, Family, literal, sum_over

INTEGRATOR = "integrator"
STAFF_AND_SUPPLIERS = "staff and suppliers"
HMRC = "hmrc"


def commissioner(name: str) -> str:
    """The account of a commissioner."""
    return f"commissioner {name}"


def provider(name: str) -> str:
    """The account of a provider."""
    return f"provider {name}"


@dataclass(frozen=True)
class Posting:
    """An accrued amount of a year, from payer to payee (negative: the other way)."""

    what: str
    payer: str
    payee: str
    amount: Expr


@dataclass
class Ledger:
    """The postings of one payment model."""

    postings: list[Posting] = field(default_factory=list)

    def post(self, what: str, payer: str, payee: str, amount: Expr) -> None:
        self.postings.append(Posting(what, payer, payee, amount))

    def received(self, account: str) -> Expr:
        """All that an account receives in the year."""
        return self._sum([p.amount for p in self.postings if p.payee == account])

    def paid(self, account: str) -> Expr:
        """All that an account pays in the year."""
        return self._sum([p.amount for p in self.postings if p.payer == account])

    def position(self, account: str) -> Expr:
        """Received less paid."""
        return self.received(account) - self.paid(account)

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for p in self.postings for name in (p.payer, p.payee)))

    @staticmethod
    def _sum(amounts: list[Expr]) -> Expr:
        return sum_over(Family("posting", dict(enumerate(amounts)))) if amounts else literal(0.0)  # type: ignore[arg-type]
