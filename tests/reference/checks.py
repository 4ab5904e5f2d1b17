"""The nine checks before signature, from lists of the reference's own trials: docs/model.md, "Checks before signature".

Thresholds are data (`signature_checks.toml`), read here by themselves.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import read
from .contract import Result, calculate, central
from .security import Draws, break_years, exit_cost, guarantee
from .values import Trial

SHIPPED = Path(__file__).parents[2] / "finmodel" / "scenario" / "signature_checks.toml"
HALF_A_PENNY = 0.005


@dataclass(frozen=True)
class Found:
    """A colour and the figure behind it; None where the test has none."""

    colour: str
    figure: float | None = None


def quantile(values: list[float], p: float) -> float:
    """Hyndman and Fan's type 7: straight between the sorted values."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * p
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def above(figure: float, threshold: float) -> bool:
    """By more than rounding: on its threshold a figure is not beyond it."""
    return figure > threshold + 1e-9 * max(1.0, abs(threshold))


def below(figure: float, threshold: float) -> bool:
    return above(-figure, -threshold)


def colour(*, red: bool, amber: bool) -> str:
    return "RED" if red else "AMBER" if amber else "GREEN"


class Signature:
    """One payment model with an integrator: its base case and trials, as if it stayed whatever happened."""

    def __init__(self, scenario: dict[str, Any], model: str, trials: list[Draws]) -> None:
        self.scenario, self.model, self.trials = scenario, model, trials
        self.base = calculate(scenario, model, central(scenario), stays=True)
        self.stays = [calculate(scenario, model, draws, stays=True) for draws in trials]
        self.years = range(self.base.years)
        self.integrator: dict[str, Any] = scenario["parties"]["integrator"]
        self.capital = [self.at(draws, "parties.integrator.capital") for draws in trials]
        self.guarantee = [guarantee(scenario, draws) for draws in trials]

    def at(self, draws: Draws, path: str, default: float = 0.0) -> float:
        return Trial(self.scenario, draws).at(path, 1, default)

    def limit(self, test: str, key: str) -> float:
        """The scenario's own threshold, else the one shipped."""
        own = (self.scenario.get("checks") or {}).get("thresholds", {}).get(test, {})
        if key in own:
            return float(own[key])
        shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))[test][key]
        found = shipped if isinstance(shipped, int) else read.quantity(shipped)
        assert found is not None
        return float(found)

    # What the tests are made of

    def margins(self, result: Result) -> tuple[list[float], list[float]]:
        """Of the integrator, and of integrator and providers together, by year."""
        providers = [sum(by_year[y] for by_year in result.provider_surplus.values()) for y in self.years]
        return result.integrator_surplus, [result.integrator_surplus[y] + providers[y] for y in self.years]

    def payment(self, result: Result) -> list[float]:
        return [sum(by_year[y] for by_year in result.payment.values()) for y in self.years]

    def price(self) -> float:
        return sum(self.payment(self.base))

    def should_cost(self) -> list[float]:
        """By trial: what staff, suppliers and HMRC are paid, as what is left of payment after all margins."""
        return [sum(self.payment(one)) - sum(self.margins(one)[1]) for one in self.stays]

    def loss_until(self, year: int) -> list[float]:
        """By trial: what the integrator has lost by a year's end."""
        return [-sum(one.integrator_surplus[:year]) for one in self.stays]

    def cover(self, p: float, year: int) -> float | None:
        """The guarantee over a percentile of the loss; None where that is no loss."""
        loss = quantile(self.loss_until(year), p)
        return mean(self.guarantee) / loss if loss > HALF_A_PENNY else None

    def exit_costs(self, year: int) -> list[float]:
        """By trial: what commissioners pay more if it goes at the break after a year."""
        return [exit_cost(self.scenario, *one, year) for one in zip(self.trials, self.stays, strict=True)]

    # The tests

    def all(self) -> dict[str, Found]:
        tests = (self.t1, self.t2, self.t3, self.t4, self.t5, self.t6, self.t7, self.t8, self.t9)
        return {f"T{number}": test() for number, test in enumerate(tests, start=1)}

    def t1(self) -> Found:
        price = self.payment(self.base)[0]
        stated = (self.scenario.get("checks") or {}).get("opening_baseline", {}).get("reconciled")
        reconciled = stated in ("yes", True)
        if price <= 0:
            return Found("RED")
        gap = (self.base.before_savings[0] - price) / price
        red = above(gap, self.limit("opening_gap", "red")) or not reconciled
        return Found(colour(red=red, amber=above(gap, self.limit("opening_gap", "amber"))), gap)

    def t2(self) -> Found:
        chances = []
        for who in (0, 1):
            by_trial = [self.margins(one)[who] for one in self.stays]
            for y in self.years:
                chances.append(mean([float(m[y] < -HALF_A_PENNY) for m in by_trial]))
                chances.append(mean([float(sum(m[: y + 1]) < -HALF_A_PENNY) for m in by_trial]))
        worst = max(chances)
        red = above(worst, self.limit("loss", "red")) or above(worst, 0.5)
        return Found(colour(red=red, amber=above(worst, self.limit("loss", "amber"))), worst)

    def t3(self) -> Found:
        if not self.scenario["payment_models"][self.model].get("savings"):
            return Found("does not apply")
        years = int(self.limit("savings", "years"))

        def margin(share: float) -> float:
            savings = {**self.scenario["savings"], "realised": share}
            result = calculate({**self.scenario, "savings": savings}, self.model, central(self.scenario), stays=True)
            return min(sum(by_year[:years]) for by_year in self.margins(result))

        low, high = 0.0, 2.0
        if margin(low) >= -HALF_A_PENNY:
            return Found("GREEN", 0.0)
        if margin(high) < -HALF_A_PENNY:
            return Found("RED")
        while high - low > 1e-10:
            middle = (low + high) / 2
            low, high = (low, middle) if margin(middle) >= 0 else (middle, high)
        red, amber = (above(high, self.limit("savings", key)) for key in ("red", "amber"))
        return Found(colour(red=red, amber=amber), high)

    def over_should_cost(self, p: float) -> float:
        """The price over a percentile of what the contract should cost."""
        return self.price() / quantile(self.should_cost(), p)

    def t4(self) -> Found:
        low, middle = (self.over_should_cost(self.limit("low_bid", key)) for key in ("red", "amber"))
        stated = (self.scenario.get("checks") or {}).get("next_bid")
        dearer = stated is not None and above(float(stated["price"]) - 1, self.limit("low_bid", "next_bid"))
        return Found(colour(red=below(low, 1.0), amber=below(middle, 1.0) or dearer), low)

    def t5(self) -> Found:
        terms = [term for phase in self.scenario["payment_models"][self.model]["phases"].values() for term in phase]
        if not any((term["from"], term["to"]) == ("integrator", "providers") for term in terms):
            return Found("does not apply")
        tiers, limit = self.integrator.get("vat_tiers"), self.limit("vat", "red")
        if tiers is None:
            return Found(colour(red=below(0.0, limit), amber=True), 0.0)
        trial, path = Trial(self.scenario, central(self.scenario)), "parties.integrator.vat_tiers"
        shares = [
            sum(trial.at(f"{path}.{number}.share_of_payments", y + 1) for number in range(len(tiers)))
            for y in self.years
        ]
        sources = self.scenario["sources"]
        sourced = all(
            any(
                f"{path}.{tier['name']}.".startswith(f"{s}.") or s.startswith(f"{path}.{tier['name']}.")
                for s in sources
            )
            for tier in tiers
        )
        return Found(colour(red=below(min(shares), limit), amber=not sourced), min(shares))

    def t6(self) -> Found:
        ratios = []
        for y in self.years:
            money = mean([one.outcome_maximum[y] + one.uncapped[y] for one in self.stays])
            means = mean([one.integrator_surplus[y] for one in self.stays]) + mean(self.capital)
            if money > HALF_A_PENNY:
                if means <= HALF_A_PENNY:
                    return Found("RED")
                ratios.append(money / means)
        if not ratios:
            return Found("does not apply")
        red, amber = (above(max(ratios), self.limit("outcome_risk", key)) for key in ("red", "amber"))
        return Found(colour(red=red, amber=amber), max(ratios))

    def t7(self) -> Found:
        until = min(break_years(self.scenario), default=self.base.years)
        covers = [self.cover(self.limit("guarantee", key), until) for key in ("percentile", "amber_percentile")]
        red, amber = (
            cover is not None and below(cover, self.limit("guarantee", key))
            for cover, key in zip(covers, ("red", "amber"), strict=True)
        )
        return Found(colour(red=red, amber=amber), covers[0])

    def t8(self) -> Found:
        years = break_years(self.scenario)
        if not years or "capital" not in self.integrator:
            return Found("AMBER")
        return Found("shown", max(mean(self.exit_costs(year)) for year in years))

    def t9(self) -> Found:
        cost = mean([sum(one.unpriced) for one in self.stays])
        share = cost / mean([sum(self.payment(one)) for one in self.stays])
        red, amber = (above(share, self.limit("unpriced", key)) for key in ("red", "amber"))
        return Found(colour(red=red, amber=amber), share)
