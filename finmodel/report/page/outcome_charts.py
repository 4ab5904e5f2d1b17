"""Charts of question 3: what the outcome money buys."""

from __future__ import annotations

from finmodel.analysis import Model, Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid
from finmodel.report.page.chart import BLUE, LABELS, ORANGE, STEP, WIDTH, Chart, Rows, in_millions, made

PARTS = {
    "standing_still": "Standing still",
    "deadweight": "Deadweight",
    "attributable": "Attributable",
    "noise": "Noise",
}


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


def paid_for(summary: Summary) -> Chart | None:
    """What outcome money is paid for, by payment model: the four parts of rule 9 of the conventions."""
    import altair as alt

    rows: Rows = []
    grid = Grid("", "Payment model", [Column(label) for label in (*PARTS.values(), "Paid")])
    for model in summary.about.models:
        paid = summary.spread(model.name, "outcome_paid")
        found = {part: summary.spread(model.name, f"outcome_{part}") for part in PARTS}
        if paid is None:
            continue
        grid.row(model.label, [*(millions(one.mean if one else None) for one in found.values()), millions(paid.mean)])
        for place, (part, one) in enumerate(found.items()):
            amount = in_millions(one.mean.value if one else 0.0)
            rows.append({"model": model.label, "part": PARTS[part], "amount": amount, "place": place})
    if not rows:
        return None
    names = list(PARTS.values())
    colours = alt.Scale(domain=names, range=["#999999", "#E69F00", "#0072B2", "#CC79A7"])
    y = alt.Y("model:N", title=None, sort=None, axis=alt.Axis(**LABELS))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    order = alt.Order("place:Q")
    bars = base.mark_bar(stroke="#ffffff").encode(
        x=alt.X("amount:Q", title="£m"),
        color=alt.Color("part:N", title=None, sort=names, scale=colours, legend=alt.Legend(orient="top")),
        order=order,
        tooltip=["model:N", "part:N", "amount:Q"],
    )
    most = max(abs(row["amount"]) for row in rows)
    small = f"abs(datum.amount) < {0.08 * most}"
    shown = f"{small} ? '' : substring(datum.part, 0, 1) + ' ' + format(datum.amount, ',.0f')"
    text = base.mark_text(dx=-4, align="right").encode(
        x=alt.X("amount:Q", stack="zero"),
        order=order,
        text="label:N",
        detail="part:N",
        color=alt.condition("datum.part == 'Attributable'", alt.value("#ffffff"), alt.value("#000000")),
    )
    labelled = text.transform_calculate(label=shown)
    said = (
        "S standing still: paid if nothing changed. D deadweight: for the trend that comes anyway. A attributable: for "
        "the effect of the payment model. N noise: by chance. The parts add up to what is paid; each may be negative."
    )
    return made(
        "outcome-money-paid-for",
        "What outcome money is paid for, all years",
        said,
        alt.layer(bars, labelled).properties(width=WIDTH - 180, height=alt.Step(STEP)),
        grid,
    )
