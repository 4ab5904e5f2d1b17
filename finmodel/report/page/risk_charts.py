"""Charts of question 2: who gains, who loses, and who bears the risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finmodel.analysis import Model, Pictures, Pounds, RiskShares, Summary
from finmodel.report.amounts import BEST_IN_20, WORST_IN_20, percent
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.page.chart import (
    ABOVE,
    BLUE,
    GREY,
    LABELS,
    ORANGE,
    STEP,
    WIDTH,
    Chart,
    Rows,
    in_millions,
    intervals,
    made,
)

PARTIES = {
    "commissioners": "#0072B2",
    "integrator": "#E69F00",
    "providers": "#56B4E9",
    "guarantor and bank": "#CC79A7",
}


def positions(summary: Summary) -> Chart | None:
    """Surpluses of integrator and providers over all years: mean, worst to best one in twenty."""
    parties = {"integrator_surplus": "Integrator", "providers_surplus": "Providers"}
    title = "Who gains and who loses over the whole contract"
    ends = (" ".join(WORST_IN_20.split()), " ".join(BEST_IN_20.split()))
    said = (
        f"Point: mean surplus. Line: {ends[0].lower()} to {ends[1].lower()}; below zero is a loss. Nominal, all years."
    )
    return intervals("positions", title, said, summary, parties, "Surplus, £m", ends)


STEPS = (
    "Payments",
    "Outcome money",
    "Commissioners pay",
    "Guarantor and bank",
    "Integrator keeps",
    "Providers keep",
    "Staff, suppliers, HMRC",
)
_TOTALS = (STEPS[2], STEPS[6])


def waterfall(model: Model, found: Pictures) -> Chart:
    """Where the pounds go at P50 and at P90 of what commissioners pay."""
    import altair as alt

    by_percentile: Mapping[int, Pounds] = found.pounds[model.name]
    rows = [row for percentile, pounds in by_percentile.items() for row in _bars(percentile, pounds)]
    if not any(pounds.outside for pounds in by_percentile.values()):
        rows = [row for row in rows if row["step"] != STEPS[3]]
    steps = [step for step in STEPS if any(row["step"] == step for row in rows)]
    grid = Grid("", "", [Column(f"At P{percentile}") for percentile in by_percentile])
    for step in steps:
        cells = [Cell(f"{row['amount']:,.1f}") for row in rows if row["step"] == step]
        grid.row(step, cells, total=step in _TOTALS)
    kinds = alt.Scale(domain=["total", "part", "less"], range=[GREY, BLUE, ORANGE])
    floating = [min(row["low"], row["high"]) for row in rows if row["low"] > 0]
    scale = alt.Scale(domainMin=max(0.0, 0.97 * min(floating, default=0.0)), zero=False, clamp=True)
    base = alt.Chart().encode(y=alt.Y("step:N", sort=steps, title=None, axis=alt.Axis(labelLimit=200)))
    bars = base.mark_bar(clip=True).encode(
        x=alt.X("low:Q", title="£m", scale=scale),
        x2="high",
        color=alt.Color("kind:N", scale=kinds, legend=None),
        tooltip=["step:N", "amount:Q"],
    )
    text = base.mark_text(align="left", dx=4).encode(x="edge:Q", text=alt.Text("amount:Q", format=",.1f"))
    layered = alt.layer(bars, text.transform_calculate(edge="max(datum.low, datum.high)"))
    sized = layered.properties(width=WIDTH // 2 - 70)
    chart = sized.facet(column=alt.Column("at:N", title=None), data=alt.InlineData(values=rows))
    trials = min(pounds.trials for pounds in by_percentile.values())
    said = (
        f"At P50 and at P90 of what commissioners pay: each bar is the mean of the {trials:,} trials within half a "
        "percentile, so the bars add up. Orange: a shortfall that the party pays in. The axis does not begin at zero."
    )
    return made(f"waterfall-{model.name}", f"{model.label}: where the pounds go", said, chart, grid)


def _bars(percentile: int, pounds: Pounds) -> Rows:
    """From where to where each bar reaches, and how much it is."""
    paid = pounds.payments + pounds.outcome_money
    there = paid + pounds.outside
    kept = there - pounds.integrator
    bars = (
        (0.0, pounds.payments, pounds.payments),
        (pounds.payments, paid, pounds.outcome_money),
        (0.0, paid, paid),
        (paid, there, pounds.outside),
        (there, kept, pounds.integrator),
        (kept, pounds.suppliers, pounds.providers),
        (0.0, pounds.suppliers, pounds.suppliers),
    )
    return [
        {
            "at": f"P{percentile}",
            "step": step,
            "low": in_millions(low),
            "high": in_millions(high),
            "amount": in_millions(amount),
            "kind": "total" if step in _TOTALS else "less" if amount < 0 else "part",
        }
        for step, (low, high, amount) in zip(STEPS, bars, strict=True)
    ]


def shares(models: Sequence[Model], found: Pictures) -> Chart | None:
    """Each party's share of the variance and of the worst 5% of the system's cost."""
    import altair as alt

    kinds = {"variance": "Share of its variance", "tail": "Share of its worst 5%"}
    rows: Rows = []
    shown = [model for model in models if found.risk[model.name]]
    if not shown:
        return None
    parties = [party for party in PARTIES if any(party in found.risk[model.name] for model in shown)]
    grid = Grid("", "", [Column(party.capitalize()) for party in parties] + [Column("Together")])
    for kind, title in kinds.items():
        grid.group(title)
        for model in shown:
            shares: dict[str, RiskShares] = dict(found.risk[model.name])
            estimates = {party: getattr(shares[party], kind) for party in parties if party in shares}
            cells = [percent(estimates.get(party)) for party in parties]
            grid.row(model.label, [*cells, Cell("100.0%")])
            for place, (party, one) in enumerate(estimates.items()):
                rows.append(
                    {
                        "model": model.label,
                        "kind": title,
                        "party": party.capitalize(),
                        "share": one.value,
                        "order": place,
                    }
                )
    names = [party.capitalize() for party in parties]
    colours = alt.Scale(domain=names, range=[PARTIES[party] for party in parties])
    base = alt.Chart().encode(y=alt.Y("model:N", title=None, sort=None, axis=alt.Axis(**LABELS)))
    order = alt.Order("order:Q")
    bars = base.mark_bar(stroke="#ffffff").encode(
        x=alt.X("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5)),
        color=alt.Color("party:N", title=None, sort=names, scale=colours, legend=alt.Legend(orient="top")),
        order=order,
        tooltip=["model:N", "party:N", alt.Tooltip("share:Q", format=".1%")],
    )
    text = (
        base.mark_text(dx=-4, align="right")
        .encode(
            x=alt.X("share:Q", stack="zero"),
            order=order,
            text=alt.Text("label:N"),
            detail="party:N",
            color=alt.condition("datum.party == 'Commissioners'", alt.value("#ffffff"), alt.value("#000000")),
        )
        .transform_calculate(
            label="abs(datum.share) < 0.06 ? '' : substring(datum.party, 0, 1) + ' ' + format(datum.share, '.0%')"
        )
    )
    layered = alt.layer(bars, text).properties(width=WIDTH - 180, height=alt.Step(STEP))
    chart = layered.facet(row=alt.Row("kind:N", title=None, sort=None, header=ABOVE), data=alt.InlineData(values=rows))
    said = (
        "Shares of the risk of what the system costs; they add up to 100%. C commissioners, I integrator, P providers, "
        "G guarantor and bank."
    )
    return made("risk-shares", "Who bears the risk", said, chart, grid)
