"""Charts of question 3: what the outcome money buys."""

from __future__ import annotations

from finmodel.analysis import Model, Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid
from finmodel.report.page.chart import BLUE, ORANGE, Chart, Rows, in_millions, made


def outcome_money(summary: Summary, model: Model) -> Chart | None:
    """Outcome money earned by contract year against its maximum."""
    import altair as alt

    rows: Rows = []
    grid = Grid("", "Contract year", [Column(name) for name in ("P10", "Mean", "P90", "At full score")])
    for period, label in summary.periods(model.name, "outcome_earned").items():
        earned = summary.spread(model.name, "outcome_earned", None, period)
        most = summary.spread(model.name, "outcome_maximum", None, period)
        if earned is None:
            continue
        row = {
            "year": period,
            "P10": in_millions(earned.at(10).value),
            "Mean": in_millions(earned.mean.value),
            "P90": in_millions(earned.at(90).value),
        }
        rows.append({**row, "Full": None if most is None else in_millions(most.mean.value)})
        grid.row(
            label,
            [
                millions(earned.at(10)),
                millions(earned.mean),
                millions(earned.at(90)),
                millions(most.mean if most else None),
            ],
        )
    if not rows:
        return None
    tip = [alt.Tooltip(key) for key in ("year:O", "P10:Q", "Mean:Q", "P90:Q", "Full:Q")]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("year:O", title="Contract year", axis=alt.Axis(labelAngle=0)), tooltip=tip
    )
    full = base.mark_tick(color=ORANGE, thickness=3, width=24).encode(y=alt.Y("Full:Q", title="£m"))
    bars = base.mark_bar(color=BLUE, opacity=0.6).encode(y=alt.Y("Mean:Q"))
    spread = base.mark_rule(color="#000000", strokeWidth=2).encode(y="P10:Q", y2="P90")
    said = "Bar: mean earned. Line: P10 to P90. Orange tick: at full score. By the year whose outcomes it rewards."
    title = f"{model.label}: outcome money earned"
    return made(f"outcome-money-{model.name}", title, said, bars + full + spread, grid)
