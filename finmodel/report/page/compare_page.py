"""The page of a comparison: payment models against one another, then the pictures of each run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from finmodel.analysis import MEASURES, Comparison, KeptRun, Pictures
from finmodel.report.amounts import interval, millions
from finmodel.report.compare import COMPARE_QUESTIONS
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.page.assurance import assurance
from finmodel.report.page.build import Page, Section
from finmodel.report.page.chart import BLUE, GREY, WIDTH, Chart, Rows, in_millions, made
from finmodel.report.page.headlines import headlines, share_of_futures
from finmodel.report.page.run_page import FOOTER, charts_of
from finmodel.report.questions import reading


def compare_page(found: Comparison, pictures: Mapping[str, Pictures]) -> Page:
    """Everything that the terminal shows of a comparison, with pictures; `pictures` by scenario."""
    charts: dict[int, list[Chart]] = {}
    several = len(found.runs) > 1
    for run in found.runs:
        name = run.summary.about.name
        for number, drawn in charts_of(run.summary, pictures[name]).items():
            own = [chart for chart in drawn if chart is not None]
            charts.setdefault(number, []).extend(_named(chart, name) if several else chart for chart in own)
    charts.setdefault(5, []).insert(0, _differences(found))
    sections = []
    for question, grids in COMPARE_QUESTIONS:
        first = question.partition(" ")[0]
        number = int(first) if first.isdigit() else 0  # what answers no question of the board's has no number
        key = f"question-{number}" if number else first.strip(":").lower()
        filled = [grid for grid in grids(found) if not grid.empty]
        if filled or charts.get(number):
            sections.append(Section(key, question, charts.get(number, ()), filled))
    checks = [grid for run in found.runs for grid in assurance(run, pictures[run.summary.about.name])]
    sections.append(Section("assurance", "Assurance", (), checks))
    title = " against ".join(found.scenarios.values())
    baseline = found.option(found.baseline).label
    subtitle = f"{found.trials:,} trials, seed {found.seed}; differences are from: {baseline}"
    told = [*_best(found), *(line for run in found.runs for line in _own(run, several=several))]
    abouts = [run.summary.about for run in found.runs]
    notes = tuple(dict.fromkeys((*reading(abouts[0]), *(note for about in abouts for note in about.notes))))
    warnings = tuple(dict.fromkeys(one for run in found.runs for one in run.stated.warnings))
    return Page(title, subtitle, told, sections, notes, warnings, FOOTER)


def _own(run: KeptRun, *, several: bool) -> list[str]:
    """The headlines of one run; of one of several scenarios each says of which."""
    lines = headlines(run.summary)
    return [f"{run.summary.about.title}. {line}" for line in lines] if several else lines


def _named(chart: Chart, scenario: str) -> Chart:
    """A chart of one of several scenarios: its name and title say which."""
    return replace(chart, name=f"{scenario}-{chart.name}", title=f"{chart.title} ({scenario})")


def _best(found: Comparison) -> Iterator[str]:
    """What the comparison says of each option against the baseline, and where another view changes the answer."""
    baseline = found.option(found.baseline)
    for option in found.options:
        pair = found.pair("cash", option.key, baseline.key)
        if pair is None:
            continue
        gap = pair.difference.mean
        if gap.value == 0 and gap.se == 0:
            yield f"{option.label}: commissioners pay the same as under {baseline.label}."
            continue
        side = "less" if gap.value < 0 else "more"
        size = f"£{abs(gap.value) / 1e6:,.1f}m {side} than under {baseline.label} on average"
        yield f"{option.label}: commissioners pay {size}; they pay less in {share_of_futures(pair.better)}."
    cheapest = {view.scenario: view.model for view in found.views if view.regret.value == 0}
    if cheapest:
        labels = {(option.scenario, option.model): option.label.partition(" (")[0] for option in found.options}
        if len(set(cheapest.values())) == 1:
            yield f"Under every view the cheapest is {labels[next(iter(cheapest.items()))]}."
        else:
            told = "; ".join(f"{found.scenarios[view[0]]}: {labels[view]}" for view in cheapest.items())
            yield f"The cheapest changes with the view of the future: {told}."


def _differences(found: Comparison) -> Chart:
    """Paired differences from the baseline, with 95% intervals of their means."""
    import altair as alt

    grid = Grid("", "", [Column("Difference"), Column("95% interval")])
    rows: Rows = []
    for measure in MEASURES:
        grid.group(measure.label)
        for option in found.options:
            pair = found.pair(measure.figure, option.key, found.baseline)
            if pair is None:
                continue
            gap = pair.difference.mean
            error = 1.96 * (gap.se or 0.0)
            ends = {"low": gap.value - error, "mean": gap.value, "high": gap.value + error}
            amounts = {key: in_millions(value) for key, value in ends.items()}
            rows.append({"option": option.label, "measure": measure.label, **amounts})
            grid.row(option.label, [millions(gap), interval(gap) if gap.se is not None else Cell("–")])
    base = alt.Chart().encode(y=alt.Y("option:N", title=None, sort=None, axis=alt.Axis(labelLimit=260)))
    tip = ["option:N", "measure:N", "mean:Q", "low:Q", "high:Q"]
    bars = base.mark_bar(color=BLUE, opacity=0.7).encode(x=alt.X("mean:Q", title="£m"), tooltip=tip)
    errors = base.mark_rule(color="#000000", strokeWidth=3).encode(x="low:Q", x2="high", tooltip=tip)
    zero = alt.Chart().mark_rule(color=GREY).encode(x=alt.datum(0))
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top", labelFontWeight="bold")
    row = alt.Row("measure:N", title=None, sort=None, header=header)
    layered = alt.layer(bars, zero, errors).properties(width=WIDTH - 140)
    chart = layered.facet(row=row, data=alt.InlineData(values=rows)).resolve_scale(x="independent")
    said = "Bars: mean difference from the baseline, trial by trial. Black: its 95% interval. All years."
    return made("differences", f"Differences from {found.option(found.baseline).label}", said, chart, grid)
