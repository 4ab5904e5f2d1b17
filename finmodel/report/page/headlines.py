"""The sentences at the head of a page, made from the figures: what a board should know if it reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Chance, Model, Spread, Summary
from finmodel.report.checks import red_sentence
from finmodel.report.headlines import TOLD

LIKELY = 0.2
"""A chance of a loss from which it is a headline."""


def headlines(summary: Summary) -> list[str]:
    """A paragraph for each payment model, in the order of the questions; then which is cheapest."""
    told = []
    for model in summary.about.models:
        parts = (
            *_affordability(summary, model),
            *_losses(summary, model),
            *_outcomes(summary, model),
            *_exit(summary, model),
            *red_sentence(summary, model),
        )
        told.append(f"{model.label}: {' '.join(parts)}")
    return [*told, *_cheapest(summary)]


def _affordability(summary: Summary, model: Model) -> Iterator[str]:
    cash = summary.spread(model.name, "cash")
    if cash is None:
        return
    told = f"commissioners pay {_pounds(cash.mean.value)} on average over all years"
    told += f", {_pounds(cash.at(10).value)} at P10 and {_pounds(cash.at(90).value)} at P90"
    room = summary.spread(model.name, "headroom")
    if room is not None:
        left = room.at(20).value
        told += f"; at P80 the allocations {'have ' if left >= 0 else 'are short of '}{_pounds(abs(left))}"
        told += " to spare" if left >= 0 else ""
    over = summary.chance(model.name, "over_envelope")
    if over is not None:
        told += f". Payment exceeds the envelope in {share_of_futures(over)}"
    yield f"{told}."


def _losses(summary: Summary, model: Model) -> Iterator[str]:
    loses, surplus = summary.chance(model.name, "integrator_loses"), summary.spread(model.name, "integrator_surplus")
    if loses is not None and surplus is not None and loses.value >= LIKELY:
        mean = surplus.mean.value
        by = f"{_pounds(abs(mean))} {'lost' if mean < 0 else 'kept'} on average"
        yield f"The integrator loses money in {share_of_futures(loses)} ({by})."
    providers = summary.chance(model.name, "any_provider_loses")
    total = summary.spread(model.name, "providers_surplus")
    if providers is not None and total is not None and providers.value >= LIKELY and total.mean.value < 0:
        yield (
            f"Providers together are {_pounds(-total.mean.value)} short on average; some provider loses "
            f"in {share_of_futures(providers)}."
        )


def _outcomes(summary: Summary, model: Model) -> Iterator[str]:
    earned, most = summary.spread(model.name, "outcome_earned"), summary.spread(model.name, "outcome_maximum")
    share = summary.spread(model.name, "outcome_share")
    if earned is not None and most is not None and share is not None and most.mean.value >= TOLD:
        yield (
            f"Of {_pounds(most.mean.value)} outcome money {_pounds(earned.mean.value)} is earned on average "
            f"({share.mean.value:.0%})."
        )


def _exit(summary: Summary, model: Model) -> Iterator[str]:
    goes, extra = summary.chance(model.name, "integrator_goes"), summary.spread(model.name, "exit_extra_cost")
    if goes is not None and extra is not None:
        yield (
            f"The integrator fails or leaves in {share_of_futures(goes)}, which costs commissioners "
            f"{_pounds(extra.mean.value)} on average."
        )


def _cheapest(summary: Summary) -> Iterator[str]:
    found = [(spread, model) for model in summary.about.models if (spread := summary.spread(model.name, "cash"))]
    if len(found) < 2:
        return
    spread, model = min(found, key=lambda pair: pair[0].mean.value)
    others = [_gap(spread, other) for other, _ in found if other is not spread]
    yield f"Cheapest in mean nominal cash: {model.label}, {_pounds(min(others))} below the next."


def _gap(one: Spread, other: Spread) -> float:
    return other.mean.value - one.mean.value


def _pounds(amount: float) -> str:
    """Rounded as one says it: £1,272m, £3.4m, £0.4m."""
    millions = amount / 1e6
    return f"£{millions:,.0f}m" if abs(millions) >= 100 else f"£{millions:,.1f}m"


def share_of_futures(chance: Chance) -> str:
    """As one says it, and never certain where trials cannot tell."""
    if chance.seen == 0:
        return f"fewer than 3 of {chance.trials:,} futures"
    if chance.seen == chance.trials:
        return "practically all futures"
    value = 100 * chance.value
    if 1 <= value <= 99:
        return f"{value:.0f}% of futures"
    told = f"{value:.2f}%" if value < 1 else f"{value:.1f}%" if value < 99.95 else "over 99.9%"
    return f"{told} of futures"
