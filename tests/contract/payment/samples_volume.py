"""Terms of each kind to be held to the tests of every kind: what is paid for people, time or cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from finmodel.mechanism.conformance import Sample

M = 1e6
TARGET = {"target": (0.0, 200 * M)}
PAYMENTS = "payments: [{year: 1, amount: £$first}, {year: 1, amount: £1m}, {year: 3, amount: £$last}]"

SAMPLES: Mapping[str, Sequence[Sample]] = {
    "existing_contracts": (
        Sample(
            "{kind: existing_contracts}",
            {"existing": (0, 50 * M)},
            rises_with=["existing"],
            nothing_without=["existing"],
        ),
    ),
    "fee": (
        Sample(
            "{kind: fee, share: $share%}",
            TARGET,
            {"share": (0, 30)},
            rises_with=["target"],
            nothing_without=["target"],
        ),
        Sample(
            "{kind: fee, amount: £$amount, index: tariff}",
            {"index": (0.5, 2)},
            {"amount": (0, 1e7)},
            rises_with=["index"],
        ),
    ),
    "block": (
        Sample("{kind: block}", TARGET, rises_with=["target"], nothing_without=["target"]),
        Sample(
            "{kind: block, share: ['90%', $share%, '105%']}",
            TARGET,
            {"share": (0, 150)},
            rises_with=["target"],
            nothing_without=["target"],
        ),
    ),
    "activity": (
        Sample(
            "{kind: activity, above: $above%, below: $below%}",
            {"price": (0, 5_000), "plan": (0, 2_000), "people": (0, 4_000)},
            {"above": (0, 100), "below": (0, 100)},
            rises_with=["people", "price"],
            nothing_without=["price"],
        ),
        Sample(
            "{kind: activity, above: 70%}",
            {"price": 200, "plan": 1_000, "people": (0, 4_000)},
            rises_with=["people"],
            nothing_without=["people"],
        ),
        Sample(
            "{kind: activity, baseline: 104%, fixed: 0%, above: $above%, below: 20%, tolerance: $inner%}",
            {"price": (0, 5_000), "plan": (0, 2_000), "people": (0, 4_000)},
            {"above": (0, 100), "inner": (0, 10)},
            rises_with=["people"],
            nothing_without=["price"],
        ),
        Sample(
            "{kind: activity, baseline: $base%, above: 20%, below: 20%, tolerance: 2%, break_glass: $glass%}",
            {"price": (100, 5_000), "plan": (1_000, 2_000), "people": (0, 4_000)},
            {"base": (90, 110), "glass": (5, 30)},
            rises_with=["people", "price"],
            thresholds=[
                lambda at: at["people"] - at["plan"] * at["base"] / 100 * (1 + at["glass"] / 100),
                lambda at: at["people"] - at["plan"] * at["base"] / 100 * (1 - at["glass"] / 100),
            ],
            nothing_without=["price"],
        ),
    ),
    "capitation": (
        Sample(
            "{kind: capitation, per_person: £$amount, need: $need%, index: tariff}",
            {"population": (1_000, 1e6), "index": (0.5, 2)},
            {"amount": (0, 3_000), "need": (50, 150)},
            rises_with=["population", "index"],
            nothing_without=["population"],
        ),
        Sample(
            "{kind: capitation, per_person: £$amount, need: $need%, need_cap: 103%, index: tariff}",
            {"population": (1_000, 1e6), "index": (0.5, 2)},
            {"amount": (0, 3_000), "need": (90, 120)},
            rises_with=["population", "index"],
        ),
    ),
    "patient_flow": (
        Sample(
            "{kind: patient_flow, elsewhere: $out%, taken_in: 6%, out_rate: 100%, in_rate: $rate%}",
            {"people": (0, 5_000), "cost_of_care": (0, 50 * M)},
            {"out": (0, 30), "rate": (50, 100)},
            nothing_without=["cost_of_care"],
        ),
        Sample(
            "{kind: patient_flow, elsewhere: 0%, taken_in: $in%, in_rate: 80%}",
            {"people": 1_000, "cost_of_care": (0, 50 * M)},
            {"in": (1, 20)},
            rises_with=["cost_of_care"],
        ),
    ),
    "cost_plus": (
        Sample(
            "{kind: cost_plus, margin: $margin%, margin_cap: £$most, guaranteed_price: £$price}",
            {"cost": (0, 150 * M)},
            {"margin": (0, 20), "most": (0, 10 * M), "price": (10 * M, 150 * M)},
            rises_with=["cost"],
            nothing_without=["cost"],
        ),
        Sample(
            "{kind: cost_plus, on: [core], margin: $margin%}",
            {"earlier.core": (-10 * M, 100 * M)},
            {"margin": (0, 20)},
            rises_with=["earlier.core"],
            nothing_without=["earlier.core"],
        ),
    ),
    "one_off": (
        Sample(f"{{kind: one_off, {PAYMENTS}}}", {"index": 1.0}, {"first": (0, 5 * M), "last": (0, 5 * M)}),
        Sample(
            f"{{kind: one_off, {PAYMENTS}, index: tariff}}",
            {"index": (0.5, 2)},
            {"first": (0, 5 * M), "last": (0, 5 * M)},
            rises_with=["index"],
            nothing_without=["index"],
        ),
    ),
}
