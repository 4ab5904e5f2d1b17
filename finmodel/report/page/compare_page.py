"""The page of a comparison: payment models against one another, then the pictures of each run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from finmodel.analysis import MEASURES, Comparison, Pictures
from finmodel.report.amounts import interval, millions
from finmodel.report.by_scenario import brief_names, shared_start
from finmodel.report.compare import COMPARE_QUESTIONS
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.page.assurance import assurance
from finmodel.report.page.build import Page, Section
from finmodel.report.page.chart import BLUE, GREY, LABELS, STEP, WIDTH, Chart, Rows, in_millions, made
from finmodel.report.page.compare_headlines import compare_headlines, name_of
from finmodel.report.page.glance import at_a_glance, called
from finmodel.report.page.headlines import listed
from finmodel.report.page.risk_charts import shares
from finmodel.report.page.run_page import FOOTER, charts_of, with_care
from finmodel.report.page.signature import reasons, signature_picture

FEW = 3
"""Scenarios that the title of a page names one by one."""
IN_ONE_CHART = 12
"""Options whose differences one chart can show."""


def compare_page(found: Comparison, pictures: Mapping[str, Pictures]) -> Page:
    """Everything that the terminal shows of a comparison, with pictures; `pictures` by scenario."""
    several = len(found.runs) > 1
    charts = _charts(found, pictures)
    sections = []
    for section in COMPARE_QUESTIONS:
        first = section.title.partition(" ")[0]
        number = int(first) if first.isdigit() else 0  # what answers no question of the board's has no number
        key = f"question-{number}" if number else first.strip(":").lower()
        filled = [grid for grid in section.full(found) if not grid.empty]
        if filled or charts.get(number):
            sections.append(Section(key, section.title, charts.get(number, ()), filled))
    checks = [signature_picture(found.options, found.scenarios)]
    if not several:
        checks.append(reasons(found.runs[0].summary))
    if any(not grid.empty for grid in checks):
        sections.append(Section("signature", "Before signature: is it safe to sign?", (), checks))
    sections.append(with_care(found.runs))
    assured = [grid for run in found.runs for grid in assurance(run, pictures[run.summary.about.name])]
    sections.append(Section("assurance", "Assurance", (), assured))
    title = title_of(found)
    baseline = found.option(found.baseline).label
    subtitle = f"{found.trials:,} trials, seed {found.seed}; differences are from: {baseline}"
    glance = at_a_glance(found.options, found.scenarios)
    return Page(title, subtitle, compare_headlines(found), glance, sections, FOOTER)


def title_of(found: Comparison) -> str:
    """What is compared: a few scenarios by name, with what their titles share before them, or how many there are."""
    if len(found.runs) > FEW:
        return f"{len(found.runs)} scenarios compared"
    start = "Bids of " if found.bids else f"{shared}: " if (shared := shared_start(found.options)) else ""
    return f"{start}{listed([name_of(found, scenario) for scenario in found.scenarios])}"


def _charts(found: Comparison, pictures: Mapping[str, Pictures]) -> dict[int, list[Chart]]:
    """The charts by question. Of several scenarios only who bears the risk: the page of each run has the others."""
    charts: dict[int, list[Chart]] = {}
    if len(found.runs) == 1:
        run = found.runs[0]
        for number, drawn in charts_of(run.summary, pictures[run.summary.about.name]).items():
            charts[number] = [chart for chart in drawn if chart is not None]
    for run in found.runs if len(found.runs) > 1 else ():
        about = run.summary.about
        drawn_shares = shares(about.models, pictures[about.name])
        if drawn_shares is not None:
            charts.setdefault(2, []).append(_named(drawn_shares, about.name, about.title))
    if len(found.options) <= IN_ONE_CHART:
        charts.setdefault(5, []).insert(0, _differences(found))
    return charts


def _named(chart: Chart, scenario: str, title: str) -> Chart:
    """A chart of one of several scenarios: its name and title say which."""
    return replace(chart, name=f"{scenario}-{chart.name}", title=f"{title}: {chart.title[0].lower()}{chart.title[1:]}")


def _differences(found: Comparison) -> Chart:
    """Paired differences from the baseline, with 95% intervals of their means."""
    import altair as alt

    grid = Grid("", "", [Column("Difference"), Column("95% interval")])
    rows: Rows = []
    names = brief_names(found.options)
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
            label = f"{names[option.scenario]}: {called(option)}" if len(names) > 1 else option.label
            rows.append({"option": label, "measure": measure.label, **amounts})
            grid.row(label, [millions(gap), interval(gap) if gap.se is not None else Cell("–")])
    base = alt.Chart().encode(y=alt.Y("option:N", title=None, sort=None, axis=alt.Axis(**LABELS)))
    tip = ["option:N", "measure:N", "mean:Q", "low:Q", "high:Q"]
    bars = base.mark_bar(color=BLUE, opacity=0.7).encode(x=alt.X("mean:Q", title="£m"), tooltip=tip)
    errors = base.mark_rule(color="#000000", strokeWidth=3).encode(x="low:Q", x2="high", tooltip=tip)
    zero = alt.Chart().mark_rule(color=GREY).encode(x=alt.datum(0))
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top", labelFontWeight="bold")
    row = alt.Row("measure:N", title=None, sort=None, header=header)
    layered = alt.layer(bars, zero, errors).properties(width=WIDTH - 180, height=alt.Step(STEP))
    chart = layered.facet(row=row, data=alt.InlineData(values=rows)).resolve_scale(x="independent")
    said = "Bars: mean difference from the baseline, trial by trial. Black: its 95% interval. All years."
    return made("differences", f"Differences from {found.option(found.baseline).label}", said, chart, grid)
