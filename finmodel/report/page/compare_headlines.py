"""The sentences at the head of the page of a comparison: of one scenario those of its run, of several what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from finmodel.analysis import Comparison, Option, red
from finmodel.report.by_scenario import brief_names
from finmodel.report.page.headlines import Headline, headlines, listed, pounds, share_of_futures, short, signed

Value = Callable[[Option], float | None]


def compare_headlines(found: Comparison) -> list[Headline]:
    """What a board should know of a comparison if it reads nothing else."""
    if len(found.runs) == 1:
        run = found.runs[0]
        first, *rest = headlines(run.summary, run.stated.assumptions)
        told = " ".join((first.told, *_against_baseline(found)))
        return [Headline(first.question, told), *rest]
    parts = (
        ("Which bid is best?", _bids(found)),
        ("Which is cheapest, and does the view of the future change that?", _cheapest(found)),
        ("Is it affordable?", _over(found)),
        ("Who bears the risk?", _range(found, "On average the integrator has", _surplus, signed)),
        ("What do we get for the outcome money?", _range(found, "Outcome money earned on average", _earned, pounds)),
        ("Does the integrator survive?", _survival(found)),
        ("Is it safe to sign?", _safety(found)),
        ("How sure is this?", _sure(found)),
    )
    told_of = ((question, " ".join(sentences)) for question, sentences in parts)
    return [Headline(question, sentences) for question, sentences in told_of if sentences]


def name_of(found: Comparison, scenario: str) -> str:
    """What a scenario is called in a sentence."""
    return brief_names(found.options)[scenario]


def _against_baseline(found: Comparison) -> Iterator[str]:
    """How surely the cheapest option is cheaper than what it is set against: paired, future by future."""
    costs = [(spread.mean.value, one) for one in found.options if (spread := one.spread("cash"))]
    _, cheapest = min(costs, key=lambda pair: pair[0])
    baseline = found.option(found.baseline)
    pair = found.pair("cash", cheapest.key, baseline.key)
    if pair is not None and pair.better.seen:
        gap = pounds(abs(pair.difference.mean.value))
        yield (
            f"Against {short(baseline.label)} commissioners pay {gap} less on average, and less in "
            f"{share_of_futures(pair.better)}."
        )


def _bids(found: Comparison) -> Iterator[str]:
    for model in dict.fromkeys(bid.model for bid in found.bids):
        bids = [bid for bid in found.bids if bid.model == model]
        if len(bids) < 2:
            continue
        first = {view: [bid for bid in bids if bid.ranks[view] == 1] for view in ("cost", "outcomes", "risk", "flags")}
        named = {view: listed([bid.bidder for bid in best]) for view, best in first.items()}
        told = [f"cheapest: {named['cost']} ({pounds(first['cost'][0].cost.value)})"]
        for view, what in {"outcomes": "most outcomes", "risk": "least often a loss", "flags": "fewest RED"}.items():
            told.append(f"{what}: {'all alike' if len(first[view]) == len(bids) else named[view]}")
        yield f"{short(found.option(bids[0].key).model_label)}: {'; '.join(told)}."


def _cheapest(found: Comparison) -> Iterator[str]:
    """The cheapest of the payment models that all scenarios have, and what the wrong choice would cost."""
    if found.bids or len({view.model for view in found.views}) < 2:
        return
    labels = {one.model: short(one.model_label) for one in found.options}
    cheapest = {view.scenario: view.model for view in found.views if view.regret.value == 0}
    if len(set(cheapest.values())) == 1:
        others = len({view.model for view in found.views}) - 1
        against = f"of the {others + 1} payment models that all views have"
        yield f"{labels[next(iter(cheapest.values()))]} is the cheapest under every view, {against}."
    else:
        for model in dict.fromkeys(cheapest.values()):
            views = [name_of(found, scenario) for scenario, best in cheapest.items() if best == model]
            yield f"{labels[model]} is the cheapest under: {'; '.join(views)}."
    worst = max(found.views, key=lambda view: view.regret.value)
    yield (
        f"The dearest mistake would be {labels[worst.model]} under “{name_of(found, worst.scenario)}”: "
        f"{pounds(worst.regret.value)} more than the cheapest."
    )


def _over(found: Comparison) -> Iterator[str]:
    having = [(chance, one) for one in found.options if (chance := one.chance("over_allocation"))]
    if having:
        chance, one = max(having, key=lambda pair: pair[0].value)
        yield f"All allocations together are overspent in {share_of_futures(chance)} at most ({_where(found, one)})."


def _survival(found: Comparison) -> Iterator[str]:
    chances = {one.key: chance for one in found.options if (chance := one.chance("integrator_goes"))}
    if not chances:
        yield "Not answered: no scenario states the integrator’s capital, so none can fail or leave."
        return
    words = {chance.value: share_of_futures(chance) for chance in chances.values()}

    def value(option: Option) -> float | None:
        return chances[option.key].value if option.key in chances else None

    yield from _range(found, "The integrator fails or leaves in", value, words.__getitem__)
    without = {one.scenario for one in found.options if one.integrator} - {
        one.scenario for one in found.options if one.key in chances
    }
    if without:
        yield f"{len(without)} of {len(found.runs)} scenarios state no capital, so nobody can tell there."


def _safety(found: Comparison) -> Iterator[str]:
    def count(option: Option) -> float | None:
        if not option.integrator or not option.summary.checks:
            return None
        return float(len(red(option.summary.checks, option.model)))

    yield from _range(found, "Of the nine checks before signature", count, "{:.0f}".format, " are RED")


def _sure(found: Comparison) -> Iterator[str]:
    errors = [spread.mean.se for one in found.options if (spread := one.spread("cash")) and spread.mean.se is not None]
    if errors:
        factor = found.runs[0].summary.about.design.interval_factor or 2.0
        yield (
            f"With {found.trials:,} futures, the same for all, means of cash are sure to "
            f"±{pounds(factor * max(errors))}, and differences between payment models are surer."
        )


def _range(
    found: Comparison, what: str, value: Value, written: Callable[[float], str], after: str = ""
) -> Iterator[str]:
    """The least and the greatest of a figure over all options that have it, and where each is."""
    having = [(amount, one) for one in found.options if (amount := value(one)) is not None]
    if not having:
        return
    (least, first), (most, last) = (end(having, key=lambda pair: pair[0]) for end in (min, max))
    if written(least) == written(most):
        where = f" ({_where(found, first)})" if len(having) == 1 else ""
        throughout = " throughout" if len(having) > 1 else ""
        yield f"{what} {written(least)}{where}{after}{throughout}."
    else:
        yield f"{what} {written(least)} ({_where(found, first)}) to {written(most)} ({_where(found, last)}){after}."


def _where(found: Comparison, option: Option) -> str:
    return f"{name_of(found, option.scenario)}: {short(option.model_label)}"


def _surplus(option: Option) -> float | None:
    spread = option.spread("integrator_surplus") if option.integrator else None
    return spread.mean.value if spread else None


def _earned(option: Option) -> float | None:
    spread = option.spread("outcome_earned")
    return spread.mean.value if spread else None
