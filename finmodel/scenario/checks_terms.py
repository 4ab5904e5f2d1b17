"""Cross-checks of payment models: phases, names of terms, who takes part, what a term acts on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finmodel.scenario.draft import Checked
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import no_such
from finmodel.scenario.terms import BrokenTerm, PaymentModel, Term


def check_payment_models(checked: Checked) -> None:
    """Every payment model of the draft."""
    for name, model in checked.draft.payment_models.items():
        path: Path = ("payment_models", name)
        _check_phases_of(name, path, checked)
        _check_parties(model, path, checked)
        for phase, terms in model.phases.items():
            _check_terms(model, terms, (*path, "phases", phase), checked)


def _check_phases_of(name: str, path: Path, checked: Checked) -> None:
    known, written = checked.names("contract", "phases"), checked.names("payment_models", name, "phases")
    if not known:
        return
    for phase in known:
        if phase not in written:
            checked.refuse(f"the payment model has no terms for phase '{phase}'", (*path, "phases"), on_key=True)
    for phase in written:
        if phase not in known:
            message, near = no_such("phase", phase, known)
            checked.refuse(f"{message} in the contract", (*path, "phases", phase), near, on_key=True)


def _check_parties(model: PaymentModel, path: Path, checked: Checked) -> None:
    if model.integrator and "parties" in checked.data and "integrator" not in checked.written("parties"):
        checked.refuse("integrator: true needs an integrator under parties", (*path, "integrator"))
    if model.savings and not checked.written("savings"):
        checked.refuse("savings: true needs a section 'savings'", (*path, "savings"))


def _check_terms(model: PaymentModel, terms: Sequence[Term], path: Path, checked: Checked) -> None:
    earlier: dict[str, int] = {}
    for at, term in enumerate(terms):
        here = (*path, at)
        if term.name in earlier and not isinstance(term, BrokenTerm):
            checked.refuse(f"there is already a term '{term.name}' in this phase", (*here, "name"))
        if not isinstance(term, BrokenTerm):
            _check_term(model, term, here, checked)
            _check_on(term, list(earlier), [one.name for one in terms], here, checked)
        earlier.setdefault(term.name, at)


def _check_term(model: PaymentModel, term: Term, path: Path, checked: Checked) -> None:
    for party, key in ((term.payer, "from"), (term.payee, "to")):
        if party == "integrator" and not model.integrator:
            checked.refuse("this payment model has integrator: false", (*path, key))
    index = getattr(term, "index", None)
    known = checked.names("indices")
    if isinstance(index, str) and index not in known:
        message, near = no_such("index", index, known)
        checked.refuse(message, (*path, "index"), near)


def _check_on(term: Term, earlier: list[str], names: list[str], path: Path, checked: Checked) -> None:
    """The terms that a term acts on come before it, in the same phase."""
    acts_on: Any = getattr(term, "on", None)
    if not isinstance(acts_on, (list, tuple)):
        return
    for at, name in enumerate(acts_on):
        here = (*path, "on", at)
        if name in acts_on[:at]:
            checked.refuse(f"'{name}' is named twice", here)
        elif name == term.name:
            checked.refuse("a term cannot act on itself", here)
        elif name in earlier:
            continue
        elif name in names:
            checked.refuse(f"'{name}' comes later in this phase; a term acts only on terms before it", here)
        else:
            message, near = no_such("earlier term", str(name), earlier)
            checked.refuse(f"{message} in this phase", here, near)
