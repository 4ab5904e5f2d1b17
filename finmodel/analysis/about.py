"""What a run is of, read from its contract: names, labels and the things said aloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from finmodel.analysis.design import Design
from finmodel.analysis.figures import About, Model
from finmodel.scenario.signature import threshold

if TYPE_CHECKING:
    from finmodel.contract import Contract
    from finmodel.scenario import Scenario


def about_contract(contract: Contract, trials: int, asked: int | None = None) -> About:
    """The heading of the summary; `asked` are the trials before they were rounded up to whole units."""
    from finmodel.contract.outcome_counts import group_of

    scenario = contract.scenario
    models = ((name, scenario.payment_models[name]) for name in contract.models)
    commissioners = scenario.parties.commissioners
    outcomes = {f"outcomes.{name}": outcome.label for name, outcome in scenario.outcomes.items()}
    outcomes |= {f"one_more.{name}": group_of(name, outcome) for name, outcome in scenario.outcomes.items()}
    return About(
        name=scenario.name,
        title=scenario.title,
        trials=trials,
        seed=contract.seed,
        models=tuple(Model(name, model.label or _words(name), model.integrator) for name, model in models),
        labels={name: party.label or _words(name) for name, party in commissioners.items()}
        | outcomes
        | {f"events.{name}": event.label for name, event in scenario.events.items()}
        | _own_labels(contract),
        events={f"events.{name}": event.chance_as_stated for name, event in scenario.events.items()},
        remarks={n: o.remark for n, o in scenario.outcomes.items() if o.remark is not None},
        notes=(*contract.notes, *_rounded_up(contract.sampler, trials, asked)),
        overrides=scenario.overrides,
        quoted_cash=_amount(scenario.contract.quoted_cash),
        discount_rate=_percent(_amount(scenario.appraisal.discount_rate)),
        sampler=contract.sampler,
        green_book=scenario.appraisal.green_book,
        bidder=scenario.bid.bidder if scenario.bid else "",
        legal_form=scenario.bid.legal_form if scenario.bid else "",
        next_bid_gap=_next_bid_gap(scenario),
    )


def _next_bid_gap(scenario: Scenario) -> float | None:
    """The threshold of a bid that leaves it to a comparison to find the next one."""
    stated = scenario.checks is not None and scenario.checks.next_bid is not None
    return None if scenario.bid is None or stated else threshold(scenario.checks, "low_bid", "next_bid")


def _rounded_up(sampler: str, trials: int, asked: int | None) -> Iterator[str]:
    unit = Design.of(sampler, trials).unit
    if asked is not None and asked != trials:
        parts = "whole pairs" if unit == 2 else f"whole replicates of {unit:,} trials"
        yield f"{asked:,} trials were asked for; the sampler {sampler} draws {parts}, so {trials:,} were run."
    if unit > 1 and trials < 2 * unit:
        yield (
            f"One replicate tells no standard error: with the sampler {sampler} run {2 * unit:,} trials or more, "
            f"better {8 * unit:,}."
        )


def _own_labels(contract: Contract) -> dict[str, str]:
    """Labels of the own lines that are reported."""
    return {output.line: contract.sheet[output.line].label for output in contract.outputs if output.figure == "own"}


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _amount(value: object) -> float | None:
    """The number of a constant, or None where nothing is stated or it is uncertain."""
    amount = value if isinstance(value, (int, float)) else getattr(value, "amount", None)
    return None if amount is None else float(amount)


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.4g}%"
