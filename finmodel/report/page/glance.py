"""Tables that a board takes in at once: each payment model in a row, an answer in a column, no standard errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from finmodel.analysis import Option
from finmodel.report.amounts import DASH, chance, millions
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.page.headlines import short

WHOLE = 100
"""£m from which a range is written without decimals."""

Answer = Callable[[Option], Cell]


def at_a_glance(options: Sequence[Option], titles: Mapping[str, str]) -> Grid:
    """What each payment model means for each party; `titles` of the scenarios, which head their rows where several."""
    answers: dict[str, Answer] = {
        "Commissioners pay": _mean("cash"),
        "P10 to P90": _range("cash"),
        "Above the first": _mean("cash_difference"),
        "Over the envelope": _chance("over_envelope"),
        "Integrator keeps": _mean("integrator_surplus"),
        "It loses": _chance("integrator_loses"),
        "Providers keep": _mean("providers_surplus"),
        "Outcome money earned": _mean("outcome_earned"),
        "Of it for the effect": _for_effect,
        "Integrator goes": _chance("integrator_goes"),
        "RED checks": _reds,
    }
    told = {heading: answer for heading, answer in answers.items() if any(answer(one) != DASH for one in options)}
    grid = Grid("At a glance: all years, nominal, £m", "Payment model", [Column(heading) for heading in told])
    for title, own in by_scenario(options, titles):
        grid.group(title)
        for one in own:
            grid.row(called(one), [answer(one) for answer in told.values()])
    grid.notes += [
        "Means over the futures; percentages are shares of the futures. Keeps: surplus, below zero a loss.",
        "Standard errors stand beside the figures in the tables below.",
    ]
    return grid


def called(option: Option) -> str:
    """The payment model without what its label explains in brackets, where that still tells it from the others."""
    others = [short(model.label) for model in option.summary.about.models]
    brief = short(option.model_label)
    return brief if others.count(brief) == 1 else option.model_label


def by_scenario(options: Iterable[Option], titles: Mapping[str, str]) -> Iterable[tuple[str, list[Option]]]:
    """The options of each scenario under its title; without a title where there is one scenario."""
    own: dict[str, list[Option]] = {}
    for one in options:
        own.setdefault(one.scenario, []).append(one)
    return [(titles[name] if len(titles) > 1 else "", found) for name, found in own.items()]


def _mean(figure: str) -> Answer:
    def answer(option: Option) -> Cell:
        found = option.spread(figure)
        return DASH if found is None else Cell(millions(found.mean).text)

    return answer


def _for_effect(option: Option) -> Cell:
    return _mean("outcome_attributable")(option) if option.spread("outcome_earned") else DASH


def _range(figure: str) -> Answer:
    def answer(option: Option) -> Cell:
        found = option.spread(figure)
        if found is None:
            return DASH
        ends = [found.at(end).value / 1e6 for end in (10, 90)]
        return Cell(" to ".join(f"{end:,.0f}" if min(map(abs, ends)) >= WHOLE else f"{end:,.1f}" for end in ends))

    return answer


def _chance(event: str) -> Answer:
    return lambda option: Cell(chance(option.chance(event)).text)


def _reds(option: Option) -> Cell:
    own = [one.status for one in option.summary.checks if one.model == option.model]
    return Cell(f"{own.count('RED')} of {len(own)}") if own else DASH
