"""Charts of question 1 and 5: what commissioners pay."""

from __future__ import annotations

from finmodel.analysis import Model, Pictures, Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid
from finmodel.report.page.chart import ABOVE, BLUE, ORANGE, WIDTH, Chart, Rows, in_millions, intervals, made


def fan(summary: Summary, model: Model) -> Chart | None:
    """Payment of each contract year, accrued, against its envelope."""
    import altair as alt

    grid = Grid("", "Contract year", [Column(name) for name in ("P5", "P10", "P50", "P90", "P95", "Envelope")])
    rows: Rows = []
    for period, label in summary.periods(model.name, "payment").items():
        spread = summary.spread(model.name, "payment", None, period)
        envelope = summary.spread(None, "envelope", None, period)
        if spread is None or envelope is None:
            continue
        points = {f"P{p}": spread.at(p) for p in (5, 10, 50, 90, 95)} | {"Envelope": envelope.mean}
        rows.append({"year": period, **{name: in_millions(estimate.value) for name, estimate in points.items()}})
        grid.row(label, [millions(estimate) for estimate in points.values()])
    if not rows:
        return None
    tip = [alt.Tooltip(f"{name}:Q") for name in ("year", "P5", "P10", "P50", "P90", "P95", "Envelope")]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("year:O", title="Contract year", axis=alt.Axis(labelAngle=0))
    )
    scale = alt.Scale(zero=False, domain=_reach(summary))
    wide = base.mark_area(opacity=0.25, color=BLUE).encode(
        y=alt.Y("P5:Q", title="£m", scale=scale), y2="P95", tooltip=tip
    )
    inner = base.mark_area(opacity=0.35, color=BLUE).encode(y=alt.Y("P10:Q"), y2="P90", tooltip=tip)
    middle = base.mark_line(color=BLUE, strokeWidth=2).encode(y=alt.Y("P50:Q"), tooltip=tip)
    limit = base.mark_line(
        color=ORANGE, strokeDash=[5, 3], strokeWidth=2, point={"color": ORANGE, "filled": True}
    ).encode(y=alt.Y("Envelope:Q"), tooltip=tip)
    fans = wide + inner + middle + limit
    title = f"{model.label}: payment by contract year against the envelope"
    said = (
        "Line: P50. Dark band: P10 to P90, light band: P5 to P95. Dashed with points: mean envelope. Accrued, nominal. "
        "The axis does not begin at zero."
    )
    return made(f"fan-{model.name}", title, said, fans.properties(width=WIDTH, height=150), grid)


def _reach(summary: Summary) -> list[float]:
    """Least and greatest payment of a year under any payment model: fans are to be held against each other."""
    ends: list[float] = []
    for model in summary.about.models:
        for period in summary.periods(model.name, "payment"):
            payment = summary.spread(model.name, "payment", None, period)
            envelope = summary.spread(None, "envelope", None, period)
            ends += [payment.at(5).value, payment.at(95).value] if payment else []
            ends += [envelope.mean.value] if envelope else []
    return [in_millions(min(ends)), in_millions(max(ends))]


def distribution(summary: Summary, found: Pictures) -> Chart | None:
    """All cash of each payment model: where the trials fall, with P50, P80 and P90."""
    import altair as alt

    rows: Rows = []
    marks: Rows = []
    grid = Grid("", "Payment model", [Column(name) for name in ("Mean", "P10", "P50", "P80", "P90", "Allocation")])
    allocation = summary.spread(None, "allocation")
    for model in summary.about.models:
        histogram, cash = found.cash[model.name], summary.spread(model.name, "cash")
        if cash is None:
            continue
        for place, share in enumerate(histogram.shares):
            low, high = histogram.edges[place : place + 2]
            rows.append({"model": model.label, "from": in_millions(low), "to": in_millions(high), "share": share})
        for name in ("P50", "P80", "P90"):
            marks.append({"model": model.label, "what": name, "at": in_millions(cash.at(int(name[1:])).value)})
        limit = [] if allocation is None else [allocation.mean]
        marks += [{"model": model.label, "what": "Allocation", "at": in_millions(one.value)} for one in limit]
        cells = [millions(one) for one in (cash.mean, cash.at(10), cash.at(50), cash.at(80), cash.at(90))]
        grid.row(model.label, [*cells, millions(allocation.mean if allocation else None)])
    if not rows:
        return None
    bars = (
        alt.Chart()
        .mark_bar(color=BLUE, opacity=0.55, binSpacing=0)
        .encode(
            x=alt.X("from:Q", title="Nominal cash of all years, £m", scale=alt.Scale(zero=False)),
            x2="to",
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=3)),
            y2=alt.datum(0),
            tooltip=["model:N", "from:Q", "to:Q", alt.Tooltip("share:Q", format=".2%")],
        )
    )
    dashes = alt.Scale(domain=["P50", "P80", "P90", "Allocation"], range=[[1, 0], [6, 2], [2, 2], [8, 2, 2, 2]])
    key = alt.Legend(orient="top", symbolSize=900, symbolStrokeWidth=2)
    rules = (
        alt.Chart()
        .transform_filter("isValid(datum.at)")
        .mark_rule(strokeWidth=2, color="#000000")
        .encode(
            x="at:Q",
            strokeDash=alt.StrokeDash("what:N", title=None, scale=dashes, legend=key),
            tooltip=["what:N", "at:Q"],
        )
    )
    layered = alt.layer(bars, rules).properties(width=WIDTH, height=70)
    labels = [model.label for model in summary.about.models]
    row = alt.Row("model:N", title=None, sort=labels, header=ABOVE)
    chart = layered.facet(row=row, data=alt.InlineData(values=rows + marks))
    title = "All cash of commissioners: how it is spread over the futures"
    said = "Each bar is a share of the trials. Rules: P50, P80, P90, and the mean of all allocations. Nominal."
    return made("cash-distribution", title, said, chart, grid)


def side_by_side(summary: Summary) -> Chart | None:
    """Nominal cash and real present value of each payment model."""
    figures = {"cash": "Nominal cash", "present_value": "Real present value"}
    title = "Payment models side by side: what commissioners pay"
    said = "Point: mean. Line: P5 to P95 over the futures. All years, run-off included."
    return intervals("side-by-side", title, said, summary, figures, "£m")
