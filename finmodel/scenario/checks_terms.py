"""Cross-checks of payment models: phases, names of terms, who takes part, what a term acts on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from finmodel.scenario.document import Scenario
from finmodel.scenario.draft import Checked
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import no_such
from finmodel.scenario.terms import NAMELESS, BrokenTerm, PaymentModel, Term
from finmodel.units import POINT, PURE, YEAR


def check_payment_models(checked: Checked) -> None:
    """Every payment model of the draft."""
    for name, model in checked.draft.payment_models.items():
        path: Path = ("payment_models", name)
        _check_phases_of(name, path, checked)
        _check_parties(model, path, checked)
        _check_effect(model, path, checked)
        for phase, terms in model.phases.items():
            _check_terms(terms, (*path, "phases", phase), checked)


def _check_phases_of(name: str, path: Path, checked: Checked) -> None:
    known, written = checked.names("contract", "phases"), checked.names("payment_models", name, "phases")
    if not known:
        return
    meant: set[str | None] = set()
    for phase in written:
        if phase not in known:
            message, near = no_such("phase", phase, known, " in the contract")
            checked.refuse(message, (*path, "phases", phase), near, on_key=True)
            meant.add(near)
    for phase in known:
        if phase not in written and phase not in meant:
            checked.refuse(f"the payment model has no terms for phase '{phase}'", (*path, "phases"), on_key=True)


def _check_parties(model: PaymentModel, path: Path, checked: Checked) -> None:
    parties = checked.written("parties")
    if model.integrator and parties and parties.get("integrator") is None:
        checked.refuse("integrator: true needs an integrator under parties", (*path, "integrator"))
    unread = set(checked.data) - set(Scenario.model_fields)  # one of these may be meant
    if model.savings and checked.data.get("savings") is None and not unread:
        checked.refuse("savings: true needs a section 'savings'", (*path, "savings"))
    if not model.integrator:
        terms = [term for terms in model.phases.values() for term in terms if "integrator" in (term.payer, term.payee)]
        if terms:
            names = ", ".join(dict.fromkeys(term.name for term in terms))
            checked.refuse(f"integrator: false, but it pays or is paid by terms: {names}", (*path, "integrator"))


def _check_effect(model: PaymentModel, path: Path, checked: Checked) -> None:
    """Effects of a payment model's own are those of outcomes, in their units; effort needs an effect and its cost."""
    outcomes = checked.draft.outcomes
    own = {} if isinstance(model.effect, bool) else model.effect.outcomes
    for name, value in own.items():
        here = (*path, "effect", "outcomes", name)
        checked.known("outcome", name, here, "outcomes")
        outcome = outcomes.get(name)
        if outcome is None:
            continue
        unit = (PURE if outcome.measure == "rate" else POINT) / YEAR
        if value.unit != unit:
            expected = (
                "a rate a year such as 0.8pp" if outcome.measure == "rate" else "points a year such as 0.1 points"
            )
            checked.refuse(f"'{name}' is a {outcome.measure}, so its effect is {expected}", here)
    if not model.effort:
        return
    if not model.integrator:
        checked.refuse("effort is the integrator's, and this payment model has none", (*path, "effort"))
    if model.effect is False:
        checked.refuse("effort: true needs an effect to bring about: effect is false", (*path, "effort"))
    priced = [one for one in outcomes.values() if one.marginal_cost is not None and one.evidence == "sourced"]
    if checked.complete and not priced:
        message = "effort: true needs an outcome with a marginal_cost: what one more costs the integrator"
        checked.refuse(message, (*path, "effort"))


def _check_terms(terms: Sequence[Term], path: Path, checked: Checked) -> None:
    earlier: dict[str, int] = {}
    for at, term in enumerate(terms):
        here = (*path, at)
        if term.name in earlier and not isinstance(term, BrokenTerm):
            checked.refuse(f"there is already a term '{term.name}' in this phase", (*here, "name"))
        if not isinstance(term, BrokenTerm):
            _check_index(term, here, checked)
            _check_services(term, here, checked)
            _check_outcomes(term, here, checked)
            _check_years(term, here, checked)
            _check_on(term, list(earlier), [one.name for one in terms], here, checked)
            _check_paid_to(term, terms[:at], here, checked)
        earlier.setdefault(term.name, at)


def _check_index(term: Term, path: Path, checked: Checked) -> None:
    index = getattr(term, "index", None)
    if isinstance(index, str):
        checked.known("index", index, (*path, "index"), "indices")


def _check_years(term: Term, path: Path, checked: Checked) -> None:
    """Payments of stated contract years fall within the phase of their term."""
    phase = checked.draft.contract.phases.get(str(path[3])) if checked.draft.contract else None
    if phase is None:
        return
    for at, payment in enumerate(getattr(term, "payments", ())):
        if payment.year not in phase.years:
            years = f"year {phase.first}" if phase.first == phase.last else f"years {phase.first} to {phase.last}"
            message = f"the phase '{path[3]}' is {years}; put a payment of year {payment.year} into a term of its phase"
            checked.refuse(message, (*path, "payments", at, "year"))


def _check_services(term: Term, path: Path, checked: Checked) -> None:
    services = term.services or []
    for at, name in enumerate(services):
        here = (*path, "services", at)
        if name in services[:at]:
            checked.refuse(f"'{name}' is named twice", here)
        else:
            checked.known("service", name, here, "services")


def _check_outcomes(term: Term, path: Path, checked: Checked) -> None:
    """The outcomes that a term has keys for, and the one that it names."""
    outcomes, one = getattr(term, "outcomes", None), getattr(term, "outcome", None)
    for name in outcomes if isinstance(outcomes, dict) else ():
        checked.known("outcome", name, (*path, "outcomes", name), "outcomes")
    if isinstance(one, str):
        if not checked.names("outcomes"):
            checked.refuse("there are no outcomes in this scenario", (*path, "outcome"))
        checked.known("outcome", one, (*path, "outcome"), "outcomes")


def _check_on(term: Term, earlier: list[str], names: list[str], path: Path, checked: Checked) -> None:
    """The terms that a term acts on, counts as cost or has shares of come before it, in the same phase."""
    for key in ("on", "cost", "of"):
        acts_on: Any = getattr(term, key, None)
        if not isinstance(acts_on, (list, tuple)):
            continue
        for at, name in enumerate(acts_on):
            here = (*path, key, at)
            if name in acts_on[:at]:
                checked.refuse(f"'{name}' is named twice", here)
            elif name == term.name:
                checked.refuse("a term cannot act on itself", here)
            elif name in earlier:
                continue
            elif name in names:
                checked.refuse(f"'{name}' comes later in this phase; a term acts only on terms before it", here)
            elif NAMELESS not in names:
                message, near = no_such("earlier term", str(name), earlier, " in this phase")
                checked.refuse(message, here, near)


def _check_paid_to(term: Term, earlier: Sequence[Term], path: Path, checked: Checked) -> None:
    """What is passed on was received."""
    payees = {one.name: one.payee for one in earlier if not isinstance(one, BrokenTerm)}
    for at, name in enumerate(getattr(term, "on", None) or () if term.on_paid_to else ()):
        if payees.get(name, term.on_paid_to) != term.on_paid_to:
            message = f"'{name}' is paid to {payees[name]}; only what is paid to the {term.on_paid_to} can stand here"
            checked.refuse(message, (*path, "on", at))
