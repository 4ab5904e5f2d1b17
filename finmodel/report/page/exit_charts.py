"""Charts of question 4: whether the integrator survives."""

from __future__ import annotations

from finmodel.analysis import Summary
from finmodel.report.amounts import chance
from finmodel.report.grid import Column, Grid
from finmodel.report.page.chart import Chart, Rows, made


def gone_by(summary: Summary) -> Chart | None:
    """The chance that the integrator has gone by the end of each contract year; None where none can go."""
    import altair as alt

    models = [model for model in summary.about.models if summary.chance(model.name, "integrator_goes") is not None]
    years = {period: label for model in models for period, label in summary.periods(model.name, "cash_low").items()}
    if not models or not years:
        return None
    grid = Grid("", "By the end of", [Column(model.label) for model in models])
    rows: Rows = []
    for period, label in sorted(years.items()):
        found = [summary.chance(model.name, "integrator_gone", None, period) for model in models]
        grid.row(label, [chance(one) for one in found])
        for model, one in zip(models, found, strict=True):
            rows.append({"year": period, "model": model.label, "chance": 0.0 if one is None else one.value})
    line = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True, interpolate="step-after", color="#000000")
        .encode(
            x=alt.X("year:O", title="End of contract year", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("chance:Q", title=None, axis=alt.Axis(format="%")),
            strokeDash=alt.StrokeDash(
                "model:N",
                title=None,
                sort=None,
                legend=alt.Legend(orient="top", columns=2, labelLimit=0, symbolSize=400),
            ),
            shape=alt.Shape("model:N", title=None, sort=None),
            tooltip=["model:N", "year:O", alt.Tooltip("chance:Q", format=".1%")],
        )
    )
    said = "The share of futures in which the integrator has failed, or left at a break, by then."
    return made("gone-by", "Has the integrator gone?", said, line, grid)
