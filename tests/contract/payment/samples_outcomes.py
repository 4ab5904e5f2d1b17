"""Terms of each kind to be held to the tests of every kind: outcome money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finmodel.mechanism.conformance import Sample

M = 1e6
TARGET = {"target": (0.0, 200 * M)}
ONE_OUTCOME = {"outcomes.survival.weight": (0.0, 1.0), "outcomes.survival.score": (0.0, 1.0)}
TWO_OUTCOMES = {**ONE_OUTCOME, "outcomes.views.weight": 0.3, "outcomes.views.score": (0.0, 1.2)}
HOME, VIEWS = "outcomes.usual_place_of_death.", "outcomes.bereaved_views."

SAMPLES: Mapping[str, Sequence[Sample]] = {
    "outcome_withhold": (
        Sample(
            "{kind: outcome_withhold, on: [core], rate: $rate%}",
            {"earlier.core": (-10 * M, 100 * M), **TWO_OUTCOMES},
            {"rate": (0, 20)},
            rises_with=["outcomes.survival.score", "outcomes.views.score"],
            nothing_without=["earlier.core"],
        ),
    ),
    "incentive_pool": (
        Sample(
            "{kind: incentive_pool, rate: $rate%}",
            {**TARGET, **TWO_OUTCOMES},
            {"rate": (0, 20)},
            rises_with=["target", "outcomes.survival.score", "outcomes.views.score"],
            nothing_without=["target"],
        ),
    ),
    "rate_card": (
        Sample(
            "{kind: rate_card, outcomes: {usual_place_of_death: {price: £$price, from: $start%}}, index: tariff}",
            {HOME + "people": (0, 2_000), HOME + "improvement": (-0.2, 0.2), "index": (0.5, 2)},
            {"price": (100, 9_000), "start": (0, 3)},
            rises_with=[HOME + "people", HOME + "improvement", "index"],
            nothing_without=[HOME + "people", HOME + "improvement"],
        ),
        Sample(
            "{kind: rate_card, symmetric: true, most: £$most, outcomes: {usual_place_of_death: {price: £$price, "
            "from: $start%, most_per_person: £$each}, bereaved_views: {price: £$other}}}",
            {
                HOME + "people": (0, 2_000),
                HOME + "improvement": (-0.2, 0.2),
                VIEWS + "people": (0, 500),
                VIEWS + "improvement": (-0.2, 0.2),
            },
            {"price": (0, 9_000), "other": (0, 9_000), "start": (0, 3), "each": (0, 500), "most": (0, 1e6)},
            rises_with=[HOME + "improvement", VIEWS + "improvement"],
        ),
    ),
    "clawback": (
        Sample(
            "{kind: clawback, on: [core], outcome: usual_place_of_death, at_least: $least%, share: $share%}",
            {"earlier.core": (-10 * M, 100 * M), HOME + "weight": 1.0, HOME + "score": (0, 1)},
            {"least": (20, 80), "share": (5, 100)},
            rises_with=[HOME + "score"],
            falls_with=["earlier.core"],
            thresholds=[lambda at: at[HOME + "score"] - at["least"] / 100],
            nothing_without=["earlier.core"],
        ),
        Sample(
            "{kind: clawback, on: [core], at_least: 60%, share: 50%}",
            {"earlier.core": (1 * M, 100 * M), **TWO_OUTCOMES, "outcomes.survival.weight": 0.7},
            rises_with=["outcomes.survival.score", "outcomes.views.score"],
            thresholds=[lambda at: 0.7 * at["outcomes.survival.score"] + 0.3 * at["outcomes.views.score"] - 0.6],
        ),
    ),
    "service_credits": (
        Sample(
            "{kind: service_credits, on: [core], kpis: {answer: {performance: $reached%, target: 95%, points: 20}, "
            "see: {performance: 80%, target: 90%, points: 5}}, rate: $rate%, allowance: 2, most: $most%}",
            {"earlier.core": (-10 * M, 100 * M)},
            {"reached": (90, 100), "rate": (0, 2), "most": (0, 30)},
            falls_with=["earlier.core"],
            nothing_without=["earlier.core"],
        ),
    ),
}
