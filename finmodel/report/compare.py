"""Payment models set against one another in the terminal, in the order of the questions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from finmodel.analysis import MEASURES, Comparison, Option, Spread, View
from finmodel.report.amounts import BEST_IN_10, DASH, WORST_IN_10, chance, interval, millions, percent
from finmodel.report.bids import bid_tables
from finmodel.report.by_scenario import apart, rows_of
from finmodel.report.checks import checks_side_by_side
from finmodel.report.each_model import exit_of_each, outcome_money, over_allocation
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.matrices import dominating, how_often_better
from finmodel.report.outcomes_achieved import achieved
from finmodel.report.section import Section, faint, show_section

_READING = (
    "All options see the same futures. ± is one standard error, rounded up; an interval is two of them on either side.",
    "Percentiles do not add, and differences of percentiles are not percentiles of differences.",
)


_ONE_PAGE = (
    "This is one page. The same command with --full prints everything, at once: by year, every party, dominance."
)


def show_comparison(console: Console, found: Comparison, *, full: bool = False) -> None:
    """Print the comparison: one page, or everything."""
    _print_title(console, found)
    heading = f"{found.trials:,} trials, seed {found.seed}, sampler {found.sampler}, {len(found.options)} options"
    faint(console, [f"{heading}; differences are from: {found.option(found.baseline).label}", *_READING])
    for section in COMPARE_QUESTIONS:
        show_section(console, section, found, full=full)
    show_section(console, SIGNATURE_OF_EACH, found, full=full)
    if not full:
        console.print()
        faint(console, [_ONE_PAGE])


def _print_title(console: Console, found: Comparison) -> None:
    """The title of one scenario; of several a line each, with the name by which it is asked for."""
    if len(found.scenarios) == 1:
        console.print(Text(next(iter(found.scenarios.values())), style="bold"), soft_wrap=True)
        return
    console.print(Text(f"{len(found.scenarios)} scenarios against one another", style="bold"), soft_wrap=True)
    width = max(map(len, found.scenarios))
    for name, title in found.scenarios.items():
        start = f"  {name.ljust(width)}  "
        for line in textwrap.wrap(title, console.width, initial_indent=start, subsequent_indent=" " * len(start)):
            console.print(Text(line), soft_wrap=True)


def _columns(options: Sequence[Option]) -> list[Column]:
    return [Column(option.model_label, label=True) for option in options]


def _mean(spread: Spread | None) -> Cell:
    return DASH if spread is None else millions(spread.mean)


def _differences(found: Comparison, figures: Sequence[str]) -> Iterator[Grid]:
    """A measure in a table: every option and its difference from the baseline."""
    for measure in MEASURES:
        if measure.figure not in figures:
            continue
        ends = ("P10", "P90") if measure.less_is_better else (WORST_IN_10, BEST_IN_10)
        headings = ("Mean", *ends, "Difference", "95% interval", "P(better)", "Variance\nleft")
        grid = Grid(f"{measure.label}, all years, £m", "", [Column(one, spared=one in ends) for one in headings])
        for label, option in rows_of(grid, found.options):
            spread = option.spread(measure.figure)
            own = [DASH] * 3 if spread is None else [millions(x) for x in (spread.mean, spread.at(10), spread.at(90))]
            pair = found.pair(measure.figure, option.key, found.baseline)
            if pair is None:
                grid.row(label, [*own, Cell("baseline"), DASH, DASH, DASH])
                continue
            gap, ratio = pair.difference.mean, pair.difference.variance_ratio
            left = DASH if ratio is None else Cell(f"{100 * ratio:.0f}%")
            grid.row(label, [*own, millions(gap), interval(gap), chance(pair.better), left])
        better = "less" if measure.less_is_better else "more"
        grid.notes += [
            f"P(better): how often {better} than the baseline. Variance left: that of the difference, in per cent of",
            "what two runs on futures of their own would give.",
        ]
        yield grid


def _affordability_in_short(found: Comparison) -> Iterator[Grid]:
    yield from _differences(found, ("cash",))
    yield _affordable(found)


def _affordability(found: Comparison) -> Iterator[Grid]:
    yield from _differences(found, ("cash", "present_value"))
    yield _affordable(found)
    yield from over_allocation(found.options)
    yield from _by_year(found.options)


def _affordable(found: Comparison) -> Grid:
    headings = ("Headroom\nat P80, £m", "P(over\nallocation)", "in any\none year", "P(over\nenvelope)")
    grid = Grid("Is it affordable, all years", "", [Column(heading) for heading in headings])
    for label, option in rows_of(grid, found.options):
        room = option.spread("headroom")
        events = ("over_allocation", "over_allocation_in_a_year", "over_envelope")
        cells = [chance(option.chance(event)) for event in events]
        grid.row(label, [DASH if room is None else millions(room.at(20)), *cells])
    return grid


def _by_year(options: Sequence[Option]) -> Iterator[Grid]:
    for title, own in apart("P(cash over the allocation), all commissioners, by financial year", options):
        grid = Grid(title, "", _columns(own))
        years: dict[int, str] = {}
        for option in own:
            years |= option.summary.periods(option.model, "headroom")
        for period, label in sorted(years.items()):
            found = [option.summary.chance(option.model, "over_allocation", None, period) for option in own]
            grid.row(label, [chance(one) for one in found])
        yield grid


_VARIANCE, _TAIL = ("variance", "Share of its variance"), ("tail", "Share of its worst 5%")


def _risk_in_short(found: Comparison) -> Iterator[Grid]:
    yield from _differences(found, ("integrator_surplus",))
    yield from _shares(found, _VARIANCE)


def _risk(found: Comparison) -> Iterator[Grid]:
    yield from _differences(found, ("integrator_surplus", "providers_surplus"))
    yield from _shares(found, _VARIANCE, _TAIL)


def _shares(found: Comparison, *kinds: tuple[str, str]) -> list[Grid]:
    grids = [
        _shares_of(found, title, own, kinds)
        for title, own in apart("Who bears the risk of the system’s cost", found.options)
    ]
    grids[-1].notes += [
        "The system’s cost is what staff, suppliers and HMRC are paid; a party bears what it pays or is left short of.",
        "Below zero: the party gains when the system’s cost is high.",
    ]
    return grids


def _shares_of(found: Comparison, title: str, options: Sequence[Option], kinds: Sequence[tuple[str, str]]) -> Grid:
    grid = Grid(title, "", _columns(options))
    parties = dict.fromkeys(party for option in options for party in found.shares[option.key])
    for kind, what in kinds:
        grid.group(what)
        for party in parties:
            shares = [found.shares[option.key].get(party) for option in options]
            grid.row(f"  {party.capitalize()}", [percent(getattr(one, kind) if one else None) for one in shares])
        full = [Cell("100.0%") if found.shares[option.key] else DASH for option in options]
        grid.row("  Together", full, total=True)
    return grid


def _outcomes_in_short(found: Comparison) -> Iterator[Grid]:
    yield outcome_money(found.options)


def _outcomes(found: Comparison) -> Iterator[Grid]:
    grid = Grid("Outcome money, all years, £m", "", [Column("Earned"), Column("At full score"), Column("Share")])
    for label, option in rows_of(grid, (one for one in found.options if one.spread("outcome_earned"))):
        earned, most, share = (option.spread(f"outcome_{name}") for name in ("earned", "maximum", "share"))
        grid.row(label, [_mean(earned), _mean(most), percent(share.mean if share else None)])
    yield grid
    yield _paid_for(found)
    for run in found.runs:
        for achieved_grid in achieved(run.summary):
            if len(found.runs) > 1:
                achieved_grid.title = f"{run.summary.about.title}: {achieved_grid.title}"
            yield achieved_grid


def _paid_for(found: Comparison) -> Grid:
    parts = ("paid", "standing_still", "deadweight", "attributable", "noise")
    headings = ("Paid", "Standing\nstill", "Deadweight", "Attributable", "Noise", "Deadweight\n%", "Noise %")
    grid = Grid("What outcome money is paid for, all years, £m", "", [Column(heading) for heading in headings])
    for label, option in rows_of(grid, (one for one in found.options if one.spread("outcome_paid"))):
        spreads = [option.spread(f"outcome_{part}") for part in parts]
        shares = [option.spread(f"outcome_{part}_share") for part in ("deadweight", "noise")]
        cells = [percent(one.mean if one else None) for one in shares]
        grid.row(label, [*(_mean(one) for one in spreads), *cells])
    grid.notes.append(
        "Deadweight: for the trend that comes anyway. Noise: by chance. The parts add up to what is paid."
    )
    return grid


def _exit(found: Comparison) -> Iterator[Grid]:
    yield exit_of_each(found.options)


def _best_in_short(found: Comparison) -> Iterator[Grid]:
    yield from _robustness(found) if found.views else how_often_better(found, ("cash",))


def _best(found: Comparison) -> Iterator[Grid]:
    yield from how_often_better(found, [one.figure for one in MEASURES if one.figure != "present_value"])
    yield from dominating(found)
    yield from _robustness(found)


def _robustness(found: Comparison) -> Iterator[Grid]:
    """The models that every scenario has, under each of them: which is cheapest, and what another choice costs."""
    if not found.views:
        return
    headings = ("Mean", "P80", "P(over\nallocation)", "P(integrator\nloses)", "Regret")
    grid = Grid("Under each view of the future: nominal cash, £m", "", [Column(heading) for heading in headings])
    labels = {(one.scenario, one.model): one.model_label for one in found.options}
    first = next(iter(found.scenarios))
    for scenario, title in found.scenarios.items():
        grid.group(title)
        for view in found.views:
            if view.scenario == scenario:
                grid.row(f"  {labels[scenario, view.model]}", _view(view))
    grid.group("Largest regret over all views")
    for model in dict.fromkeys(view.model for view in found.views):
        worst = max((view for view in found.views if view.model == model), key=lambda view: view.regret.value)
        grid.row(f"  {labels[first, model]}", [DASH, DASH, DASH, DASH, millions(worst.regret)])
    grid.notes.append("Regret: mean cash above that of the cheapest of these models under the same view, by trial.")
    yield grid


def _view(view: View) -> list[Cell]:
    regret = Cell("cheapest") if view.regret.value == 0 else millions(view.regret)
    chances = [chance(view.over_allocation), chance(view.integrator_loses)]
    return [millions(view.cash), millions(view.p80), *chances, regret]


COMPARE_QUESTIONS: tuple[Section[Comparison, Grid], ...] = (
    Section(
        "1  What will commissioners pay, how sure are we, and is it affordable?",
        short=_affordability_in_short,
        full=_affordability,
    ),
    Section("2  Who bears the risk: commissioners, integrator, providers?", short=_risk_in_short, full=_risk),
    Section("3  What do we get for the outcome money?", short=_outcomes_in_short, full=_outcomes),
    Section("4  Does the integrator survive, and what does it cost us if it walks away?", short=_exit, full=_exit),
    Section("Bids: which is best for whom, and what should each cost?", short=bid_tables, full=bid_tables),
    Section(
        "5  Which payment model is best, and under which views of the future does that change?",
        short=_best_in_short,
        full=_best,
    ),
)
"""Of each, what stands on the one page and what `--full` prints and the web page holds."""

SIGNATURE_OF_EACH: Section[Comparison, Grid] = Section(
    "Before signature: the nine checks", short=checks_side_by_side, full=checks_side_by_side
)
"""In the terminal; the web page has a picture of it and the reasons."""
