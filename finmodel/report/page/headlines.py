"""The sentences at the head of a page of a run, made from its figures: one for each question that a board asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from finmodel.analysis import Chance, Model, StatedAssumption, Summary, red
from finmodel.report.headlines import TOLD

T = TypeVar("T")

LIKELY = 0.2
"""Chance of an exit from which the cheapest model is not named without it."""
NAMED = 3
"""Payment models that a sentence tells one by one; of more it tells the first and the last."""


@dataclass(frozen=True)
class Headline:
    """What the board asks, and the answer."""

    question: str
    told: str


def headlines(summary: Summary, assumptions: Sequence[StatedAssumption] = ()) -> list[Headline]:
    """The answers in the order of the questions; a question of which the run says nothing is left out."""
    parts = (
        ("What does it cost, and which is cheapest?", _cost(summary)),
        ("Who bears the risk?", _risk(summary)),
        ("What do we get for the outcome money?", _outcomes(summary)),
        ("Does the integrator survive?", _survival(summary)),
        ("Is it safe to sign?", safety(summary.about.models, summary)),
        ("How sure is this?", _sure(summary, assumptions)),
    )
    told = ((question, " ".join(sentences)) for question, sentences in parts)
    return [Headline(question, sentences) for question, sentences in told if sentences]


def _cost(summary: Summary) -> Iterator[str]:
    found = [(spread, model) for model in summary.about.models if (spread := summary.spread(model.name, "cash"))]
    if not found:
        return
    ordered = sorted(found, key=lambda pair: pair[0].mean.value)
    cash, model = ordered[0]
    spent = (
        f"{pounds(cash.mean.value)} on average over all years (P10 {pounds(cash.at(10).value)}, "
        f"P90 {pounds(cash.at(90).value)})"
    )
    if len(ordered) == 1:
        yield f"Commissioners pay {spent}."
    else:
        gap = ordered[1][0].mean.value - cash.mean.value
        if pounds(gap) == pounds(0):
            both = listed([short(one.label) for _, one in ordered[:2]])
            yield f"{both} cost commissioners least, and the same: {spent}."
        else:
            yield (
                f"Cheapest for commissioners is {short(model.label)}: {spent}, {pounds(gap)} below the next, "
                f"{short(ordered[1][1].label)}."
            )
    yield from _affordable(summary, model)
    goes = summary.chance(model.name, "integrator_goes")
    if len(ordered) > 1 and goes is not None and goes.value >= LIKELY:
        yield f"But its integrator fails or leaves in {share_of_futures(goes)}."


def _affordable(summary: Summary, model: Model) -> Iterator[str]:
    room = summary.spread(model.name, "headroom")
    over = summary.chance(model.name, "over_envelope")
    if room is not None:
        left = room.at(20).value
        told = (
            f"In four futures of five the allocations have {pounds(left)} or more to spare"
            if left >= 0
            else f"In one future of five the allocations are {pounds(-left)} or more short"
        )
        yield f"{told}{f'; payment is over the envelope in {share_of_futures(over)}' if over else ''}."
    elif over is not None:
        yield f"Payment is over the envelope in {share_of_futures(over)}."


def _risk(summary: Summary) -> Iterator[str]:
    kept = [
        (spread.mean.value, short(model.label))
        for model in summary.about.models
        if model.integrator and (spread := summary.spread(model.name, "integrator_surplus"))
    ]
    if kept:
        told = [f"{_kept(amount)} under {label}" for amount, label in _ends(sorted(kept))]
        yield f"The integrator {listed(told)}, on average."
        yield from _moved(summary)
    providers = [
        spread.mean.value
        for model in summary.about.models
        if (spread := summary.spread(model.name, "providers_surplus")) and spread.mean.value
    ]
    if providers:
        yield f"Providers together {_between(min(providers), max(providers))}."


def _moved(summary: Summary) -> Iterator[str]:
    """Where the cheapest model saves no more than its integrator loses, nothing is saved: it is moved."""
    models = summary.about.models
    found = [(spread.mean.value, model) for model in models if (spread := summary.spread(model.name, "cash"))]
    if len(found) < 2:
        return
    _, model = min(found, key=lambda pair: pair[0])
    surplus, gap = summary.spread(model.name, "integrator_surplus"), summary.spread(model.name, "cash_difference")
    if surplus is None or gap is None or not model.integrator or gap.mean.value >= 0:
        return
    loss, saved = -surplus.mean.value, -gap.mean.value
    if loss >= saved:
        yield (
            f"What commissioners save under {short(model.label)} against {short(models[0].label)}, {pounds(saved)}, is "
            "not saved but moved: the integrator loses more than that."
        )


def _outcomes(summary: Summary) -> Iterator[str]:
    found = []
    for model in summary.about.models:
        most, earned = (summary.spread(model.name, f"outcome_{part}") for part in ("maximum", "earned"))
        if most is not None and earned is not None and most.mean.value >= TOLD:
            found.append((most.mean.value, earned.mean.value, model))
    if not found:
        return
    most_at_stake, gets, model = max(found, key=lambda one: one[0])
    told = (
        f"Of {pounds(most_at_stake)} outcome money under {short(model.label)}, {pounds(gets)} is earned on average "
        f"({gets / most_at_stake:.0%})"
    )
    parts = {
        part: spread.mean.value
        for part in ("standing_still", "deadweight", "attributable", "noise")
        if (spread := summary.spread(model.name, f"outcome_{part}"))
    }
    if len(parts) == 4:
        names = {
            "attributable": "for the effect of the payment model",
            "deadweight": "for the trend that comes anyway",
            "standing_still": "for standing still",
            "noise": "by chance",
        }
        shown = [f"{pounds(parts[part])} {name}" for part, name in names.items() if abs(parts[part]) >= TOLD]
        told += f": {listed(shown)}" if shown else ""
    yield f"{told}."


def _survival(summary: Summary) -> Iterator[str]:
    with_integrator = [model for model in summary.about.models if model.integrator]
    goes = [
        (chance, model)
        for model in with_integrator
        if (chance := summary.chance(model.name, "integrator_goes")) is not None
    ]
    if not goes:
        if with_integrator:
            yield "Not answered: the scenario states no capital of the integrator, so none can fail or leave."
        return
    ordered = sorted(goes, key=lambda one: one[0].value, reverse=True)
    told = [f"in {share_of_futures(chance)} under {short(model.label)}" for chance, model in _ends(ordered)]
    yield f"The integrator fails or leaves {listed(told)}."
    chance, model = ordered[0]
    extra = summary.spread(model.name, "exit_extra_cost")
    if extra is not None and chance.seen:
        size = abs(extra.mean.value)
        if pounds(size) != pounds(0):
            that = f"Under {short(model.label)} that" if len(goes) > 1 else "That"
            does = "costs" if extra.mean.value > 0 else "saves"
            yield f"{that} {does} commissioners {pounds(size)} on average, against one that stayed."


def safety(models: Sequence[Model], summary: Summary) -> Iterator[str]:
    """How many checks before signature are RED, and which of them under every payment model."""
    judged = [(model, red(summary.checks, model.name)) for model in models if model.integrator]
    if not judged or not summary.checks:
        return
    counts = {short(model.label): len(found) for model, found in judged}
    if not any(counts.values()):
        yield "None of the nine checks before signature is RED."
        return
    told = [f"{count or 'none'} under {label}" for label, count in counts.items()]
    told[0] = told[0].replace(" ", f" {'is' if next(iter(counts.values())) == 1 else 'are'} RED ", 1)
    yield f"Not as written: of the nine checks before signature {listed(told)}."
    common = [one for one in judged[0][1] if all(one.test in {two.test for two in found} for _, found in judged)]
    if common:
        which = listed([_lowered(one.title) for one in common])
        yield f"RED{' under each' if len(judged) > 1 else ''}: {which}."


def _sure(summary: Summary, assumptions: Sequence[StatedAssumption]) -> Iterator[str]:
    errors = [
        spread.mean.se
        for model in summary.about.models
        if (spread := summary.spread(model.name, "cash")) and spread.mean.se is not None
    ]
    if errors:
        factor = summary.about.design.interval_factor or 2.0
        yield (
            f"With {summary.about.trials:,} futures these means of cash are sure to ±{pounds(factor * max(errors))}; "
            "how the future goes moves them far more (P10 to P90)."
        )
    stated = [one.confidence for one in assumptions if one.confidence]
    if stated:
        reds = stated.count("red")
        yield (
            f"Of {len(stated)} named assumptions their owners rate {reds or 'none'} red, "
            f"{stated.count('amber') or 'none'} amber and {stated.count('green') or 'none'} green."
        )


def _ends(ordered: Sequence[T]) -> Sequence[T]:
    """All of a few; of many the first and the last."""
    return ordered if len(ordered) <= NAMED else (ordered[0], ordered[-1])


def listed(parts: Sequence[str]) -> str:
    """`one, two and three`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _lowered(title: str) -> str:
    return title if title[:2].isupper() else f"{title[0].lower()}{title[1:]}"


def _kept(amount: float) -> str:
    return f"{'loses' if amount < 0 else 'keeps'} {pounds(abs(amount))}"


def _between(low: float, high: float) -> str:
    """`lose £48.2m to £51.7m, by payment model`."""
    if low < 0 < high:
        return f"have {signed(low)} to {signed(high)}, by payment model"
    ends = dict.fromkeys(pounds(abs(end)) for end in sorted((low, high), key=abs))
    return f"{'lose' if low < 0 else 'keep'} {' to '.join(ends)}{', by payment model' if len(ends) > 1 else ''}"


def signed(amount: float) -> str:
    """`a loss of £4.0m`, `a surplus of £4.0m`."""
    return f"a loss of {pounds(-amount)}" if amount < 0 else f"a surplus of {pounds(amount)}"


def short(label: str) -> str:
    """A label without what it explains in brackets at its end."""
    return label.partition(" (")[0]


def pounds(amount: float) -> str:
    """Rounded as one says it: £1,272m, £3.4m, -£0.4m."""
    millions = abs(amount) / 1e6
    shown = f"£{millions:,.0f}m" if millions >= 100 else f"£{millions:,.1f}m"
    return f"-{shown}" if amount < 0 and shown != "£0.0m" else shown


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
