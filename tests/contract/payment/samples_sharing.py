"""Terms of each kind to be held to the tests of every kind: gains and losses, and the modeller's own rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from finmodel.mechanism.conformance import Sample

M = 1e6
TARGET = {"target": (0.0, 200 * M)}
BANDS = "[{up_to: $edge%, commissioners: $inner%}, {commissioners: $outer%}]"
SHARES = {"edge": (1.0, 9.0), "inner": (0.0, 100.0), "outer": (0.0, 100.0)}
PARTIES = "{commissioners: 40%, integrator: 25%, providers: 35%}"
HALVES = "[{share: 50%}, {share: 50%, outcomes_at_least: 40%}]"
SCORE = "outcomes.survival.score"
SCORED = {"outcomes.survival.weight": 1.0, SCORE: (0.0, 1.0)}

SAMPLES: Mapping[str, Sequence[Sample]] = {
    "gain_loss_share": (
        Sample(
            f"{{kind: gain_loss_share, on: [core, fee], bands: {BANDS}, cap: $cap%}}",
            {"earlier.core": (-10 * M, 100 * M), "earlier.fee": (0, 20 * M), "cost": (0, 150 * M)},
            {**SHARES, "cap": (0, 20)},
            rises_with=["cost"],
        ),
        Sample(
            f"{{kind: gain_loss_share, on: [core], bands: {BANDS}}}",
            {"earlier.core": (90 * M, 110 * M), "cost": (85 * M, 115 * M)},
            # a larger base widens the bands of a loss: with inner x edge > outer x (1 + edge) it can cost more
            {"edge": (1.0, 9.0), "inner": (0.0, 50.0), "outer": (10.0, 100.0)},
            rises_with=["cost"],
            falls_with=["earlier.core"],
        ),
        Sample(
            f"{{kind: gain_loss_share, on: [core], from_first_pound: true, bands: {BANDS}}}",
            {"earlier.core": (90 * M, 110 * M), "cost": (80 * M, 120 * M)},
            {"edge": (1, 9), "inner": (0, 50), "outer": (60, 100)},
            rises_with=["cost"],
            thresholds=[
                lambda at: at["earlier.core"] * (1 - at["edge"] / 100) - at["cost"],
                lambda at: at["earlier.core"] * (1 + at["edge"] / 100) - at["cost"],
            ],
        ),
    ),
    "shared_savings": (
        Sample(
            "{kind: shared_savings, share: $share%, minimum_savings: $least%, cap: 10%, loss_share: $loss%, "
            "loss_limit: 5%}",
            {"target": (50 * M, 200 * M), "cost": (40 * M, 240 * M)},
            {"share": (10, 90), "least": (1, 4), "loss": (10, 60)},
            falls_with=["cost"],
            thresholds=[
                lambda at: at["target"] * (1 - at["least"] / 100) - at["cost"],
                lambda at: at["target"] * (1 + at["least"] / 100) - at["cost"],
            ],
        ),
        Sample(
            "{kind: shared_savings, share: 50%, minimum_by_people: [[5000, 3.9%], [60000, 2%]], sequestration: 2%}",
            {"target": (90 * M, 110 * M), "cost": (80 * M, 110 * M), "population": (1_000, 80_000)},
            rises_with=["target", "population"],
            falls_with=["cost"],
            thresholds=[
                lambda at: at["target"] * (1 - np.interp(at["population"], [5_000, 60_000], [0.039, 0.02])) - at["cost"]
            ],
        ),
        Sample(
            "{kind: shared_savings, on: [core], share: $share%, scaled_by_outcomes: true, outcomes_at_least: 40%, "
            "loss_share_between: {least: 40%, most: 75%}}",
            {"earlier.core": (50 * M, 100 * M), "cost": (40 * M, 110 * M), **SCORED},
            {"share": (10, 90)},
            rises_with=[SCORE],
            falls_with=["cost"],
            thresholds=[(SCORE, 0.4)],
        ),
        Sample(
            f"{{kind: shared_savings, share: 100%, loss_share: 100%, release: {HALVES}}}",
            {"target": (50 * M, 100 * M), "cost": (40 * M, 110 * M), **SCORED},
            rises_with=["target", SCORE],
            falls_with=["cost"],
            thresholds=[(SCORE, 0.4)],
        ),
    ),
    "banking": (
        Sample(
            "{kind: banking, on: [core], share: $share%, limit: $limit%, paid_out: $out%, overdraft: $short%}",
            {"earlier.core": (90 * M, 110 * M), "target": (90 * M, 110 * M), "cost": (85 * M, 115 * M)},
            {"share": (0, 100), "limit": (0, 5), "out": (0, 100), "short": (0, 5)},
            rises_with=["cost"],
            falls_with=["earlier.core"],
        ),
    ),
    "sequestration": (
        *(
            Sample(
                f"{{kind: sequestration, on: [share], rate: $rate%{losses}}}",
                {"earlier.share": (-50 * M, 50 * M)},
                {"rate": (0, 10)},
                falls_with=["earlier.share"],
                nothing_without=["earlier.share"],
            )
            for losses in ("", ", losses: true")
        ),
    ),
    "flow_down": (
        Sample(
            "{kind: flow_down, on: [share, fee], gains: $gains%, losses: $losses%}",
            {"earlier.share": (-20 * M, 20 * M), "earlier.fee": (0, 5 * M)},
            {"gains": (0, 100), "losses": (0, 100)},
            rises_with=["earlier.share", "earlier.fee"],
        ),
        Sample(
            "{kind: flow_down, on: [core], rate: $rate%, after_cost: true}",
            {"earlier.core": (50 * M, 100 * M), "cost": (50 * M, 100 * M)},
            {"rate": (0, 100)},
            rises_with=["earlier.core"],
            falls_with=["cost"],
        ),
        Sample(
            "{kind: flow_down, on: [core], rate: $rate%}",
            {"earlier.core": (-20 * M, 20 * M)},
            {"rate": (0, 100)},
            nothing_without=["earlier.core"],
        ),
    ),
    "multilateral_share": (
        Sample(
            f"{{kind: multilateral_share, from: commissioners, to: integrator, shares: {PARTIES}, cap: $cap%}}",
            {"target": (50 * M, 100 * M), "cost": (40 * M, 110 * M)},
            {"cap": (0, 5)},
            rises_with=["cost"],
        ),
        Sample(
            f"{{kind: multilateral_share, on: [core], from: integrator, to: providers, shares: {PARTIES}}}",
            {"earlier.core": (50 * M, 100 * M), "cost": (40 * M, 110 * M)},
            rises_with=["earlier.core"],
            falls_with=["cost"],
        ),
    ),
    "collar": (
        Sample(
            "{kind: collar, on: [core], floor_share: $low%, ceiling_share: $high%, share: $share%}",
            {"earlier.core": (50 * M, 150 * M), "target": (50 * M, 150 * M)},
            {"low": (80, 95), "high": (100, 120), "share": (0, 100)},
            rises_with=["target"],
            falls_with=["earlier.core"],
        ),
        Sample(
            "{kind: collar, on: [core], floor: £$low, ceiling: £$high}",
            {"earlier.core": (-10 * M, 60 * M)},
            {"low": (0, 20 * M), "high": (20 * M, 40 * M)},
            falls_with=["earlier.core"],
        ),
    ),
    "profit_cap": (
        Sample(
            "{kind: profit_cap, on: [core], cap: $cap%, returned: $returned%}",
            {"earlier.core": (-10 * M, 100 * M), "cost": (0, 100 * M)},
            {"cap": (0, 15), "returned": (0, 100)},
            rises_with=["cost"],
            falls_with=["earlier.core"],
            above=["{name: core, kind: block, from: commissioners, to: integrator, share: 150%}"],
        ),
    ),
    "stop_loss": (
        Sample(
            "{kind: stop_loss, attachment_share: $from%, limit: £$most, share: $share%}",
            {"target": (50 * M, 150 * M), "cost": (50 * M, 200 * M)},
            {"from": (90, 120), "most": (1 * M, 20 * M), "share": (0, 100)},
            rises_with=["cost"],
            falls_with=["target"],
            nothing_without=["cost"],
        ),
        Sample(
            "{kind: stop_loss, per: contract, attachment_share: 105%, limit_share: $most%}",
            {"price": (0, 500), "plan": (0, 2_000), "cost_of_care": (0, 2 * M)},
            {"most": (0, 50)},
            rises_with=["cost_of_care"],
            nothing_without=["cost_of_care"],
        ),
    ),
    "formula": (
        Sample("{kind: formula, formula: '$share% * target'}", TARGET, {"share": (1, 9)}, rises_with=["target"]),
        Sample(
            "{kind: formula, formula: 'min($share% * max(target - cost, 0), 5% * target)'}",
            {"target": (0, 100 * M), "cost": (0, 120 * M)},
            {"share": (1, 99)},
            rises_with=["target"],
            falls_with=["cost"],
            nothing_without=["target"],
        ),
        Sample(
            "{kind: formula, formula: 'where(reached(target - cost, 2% * target), 40% * (target - cost), 0)'}",
            {"target": (50 * M, 100 * M), "cost": (40 * M, 120 * M)},
            falls_with=["cost"],
            thresholds=[lambda at: 0.98 * at["target"] - at["cost"]],
        ),
    ),
}
