"""Whether the price of a bid moves what a payment model pays: it does where a term goes by the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from finmodel.contract.target import BID_DISCOUNT
from finmodel.errors import InputError, Mistake
from finmodel.lines import Sheet
from finmodel.scenario import Scenario


def not_priced(scenario: Scenario, sheet: Sheet, models: Sequence[str]) -> tuple[str, ...]:
    """The payment models with an integrator whose payments the bid's price does not move.

    InputError where it moves none. A price that changes nothing would be a silent wrong answer.
    """
    bid = scenario.bid
    with_integrator = [name for name in models if scenario.payment_models[name].integrator]
    if bid is None or not with_integrator:
        return ()
    unmoved = tuple(name for name in with_integrator if BID_DISCOUNT not in sheet.behind([f"{name}.payment"]))
    if len(unmoved) == len(with_integrator):
        path = "bid.price" if bid.price is not None else "bid.discount"
        message = "no payment model of this run pays by the target, so the price of the bid changes nothing"
        raise InputError(Mistake(message, scenario.span(path), path))
    return unmoved


def unmoved(scenario: Scenario, models: Sequence[str]) -> Iterator[str]:
    """Payment models that a bid's price leaves as they are, said aloud."""
    if models:
        labels = ", ".join(scenario.payment_models[name].label for name in models)
        yield f"The price of the bid moves only what goes by the target, so nothing of: {labels}."
