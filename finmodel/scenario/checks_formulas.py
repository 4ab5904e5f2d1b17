"""Cross-checks of formulas that need no lines: where a formula can stand, and names that can mean one thing only."""

from __future__ import annotations

from finmodel.scenario.document import values_within
from finmodel.scenario.draft import Checked
from finmodel.scenario.values import Calculated


def check_formulas(checked: Checked) -> None:
    """Formulas stand in assumptions, own lines and payment terms; own lines have names of their own."""
    for path, value in values_within(checked.draft, ()):
        if isinstance(value, Calculated) and path[0] not in ("assumptions", "payment_models"):
            message = (
                "a formula cannot stand here; give it to an assumption (formula: in place of value:) and name that"
            )
            checked.refuse(message, path)
    shared, assumed = checked.names("lines"), checked.names("assumptions")
    for name in shared:
        if name in assumed:
            checked.refuse(f"there is already an assumption '{name}'", ("lines", name), on_key=True)
    for model in checked.names("payment_models"):
        terms = {
            str(term.get("name"))
            for phase in checked.written("payment_models", model, "phases").values()
            for term in (phase if isinstance(phase, list) else [])
            if isinstance(term, dict)
        }
        for name in checked.names("payment_models", model, "lines"):
            for what, names in (("an assumption", assumed), ("a line", shared), ("a term", terms)):
                if name in names:
                    message = f"there is already {what} '{name}'"
                    checked.refuse(message, ("payment_models", model, "lines", name), on_key=True)
                    break
