"""A chart of a page: Vega-Lite with a description for whoever cannot see it, and the table of what it draws.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; nothing is told by colour alone. £ are in
millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.analysis import Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#595959"
WIDTH = 640
"""Of a whole chart, in pixels."""

ABOVE = {
    "labelAngle": 0,
    "labelAlign": "left",
    "labelAnchor": "start",
    "labelOrient": "top",
    "labelFontWeight": "bold",
}
"""Where the parts of a chart have their names."""
_LINES = r"split(trim(replace(datum.label, regexp('(.{1,30})(\\s+|$)', 'g'), '$1\n')), '\n')"
LABELS: dict[str, Any] = {"labelLimit": 0, "labelExpr": _LINES}
"""Long labels of an axis in lines of whole words; none is cut."""
STEP = 32
"""Pixels of a bar: its label may have two lines."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Chart:
    """`name` is its file's, `spec` Vega-Lite; `grid` holds the same figures as a table."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]
    grid: Grid


def in_millions(pounds: float) -> float:
    """To £1,000: finer than any line that is drawn."""
    return round(pounds / 1e6, 3)


def made(name: str, title: str, said: str, chart: Any, grid: Grid) -> Chart:
    """The chart with what all have: description, fonts, sizes."""
    spec = chart.properties(description=f"{title}. {said}").configure(
        font="system-ui, DejaVu Sans, sans-serif",
        view={"stroke": None},
        axis={"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelFlush": False},
        axisX={"labelOverlap": "greedy", "labelSeparation": 8},
        legend={"labelFontSize": 12},
        header={"labelFontSize": 12},
    )
    found: dict[str, Any] = spec.to_dict(validate=False)
    found["background"] = "white"
    if "width" not in found and "spec" not in found:
        found |= {"width": WIDTH, "height": 200}
    return Chart(name, title, said, found, grid)


def intervals(
    name: str,
    title: str,
    said: str,
    summary: Summary,
    figures: Mapping[str, str],
    axis: str,
    ends: tuple[str, str] = ("P5", "P95"),
) -> Chart | None:
    """Means and P5 to P95 of `figures` (with what they are called) by payment model; None where there is nothing.

    `ends` are what P5 and P95 are called: of what somebody keeps, the worst and the best in twenty.
    """
    import altair as alt

    low, high = ends
    grid = Grid("", "", [Column(heading) for heading in ("Mean", low, "P50", high)])
    rows: Rows = []
    for figure, what in figures.items():
        spreads = [(model, summary.spread(model.name, figure)) for model in summary.about.models]
        found = [(model, spread) for model, spread in spreads if spread is not None]
        if found:
            grid.group(what)
        for model, spread in found:
            shown = {"mean": spread.mean, low: spread.at(5), "P50": spread.at(50), high: spread.at(95)}
            grid.row(model.label, [millions(one) for one in shown.values()])
            amounts = {key: in_millions(one.value) for key, one in shown.items()}
            rows.append({"model": model.label, "what": what, **amounts})
    if not rows:
        return None
    order = [model.label for model in summary.about.models]
    y = alt.Y("model:N", title=None, sort=order, axis=alt.Axis(**LABELS))
    tip = [alt.Tooltip(key) for key in ("model:N", "mean:Q", f"{low}:Q", f"{high}:Q")]
    base = alt.Chart().encode(y=y, tooltip=tip)
    scale = alt.Scale(zero=False)
    line = base.mark_rule(color=BLUE, strokeWidth=3).encode(x=alt.X(f"{low}:Q", title=axis, scale=scale), x2=high)
    point = base.mark_point(fill="#ffffff", size=70, stroke="#000000").encode(x="mean:Q")
    layers = [line, point]
    if any(row[low] < 0 < row[high] or row["mean"] < 0 for row in rows):
        layers.insert(0, alt.Chart().mark_rule(color=GREY).encode(x=alt.datum(0)))
    layered = alt.layer(*layers).properties(width=WIDTH - 180, height=alt.Step(STEP))
    chart = layered.facet(row=alt.Row("what:N", title=None, sort=None, header=ABOVE), data=alt.InlineData(values=rows))
    return made(name, title, said, chart.resolve_scale(x="independent"), grid)
