from finmodel.mechanism.conformance import MechanismContract, Sample


class TestLoyaltyBonus(MechanismContract):
    kind = "loyalty_bonus"
    samples = (
        Sample(
            "{kind: loyalty_bonus, rate: $rate%, reach: $reach%}",
            {"price": (100, 5_000), "plan": (500, 2_000), "people": (0, 4_000)},  # the least and the most of each
            {"rate": (1, 10), "reach": (80, 105)},
            rises_with=["people", "price"],
            thresholds=[lambda at: at["people"] - at["reach"] / 100 * at["plan"]],
            nothing_without=["price"],
        ),
    )
