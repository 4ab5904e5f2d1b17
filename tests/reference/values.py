"""What a value of the scenario is in one trial and year; the drivers of a scenario and their central values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from . import distributions, events, read
from .distributions import FRAME, KINDS, kind_of

BESIDE = frozenset({"vary", "persistence", "central"}) | FRAME
OWN_SHOCK = "contract_register.own_shock"
Holder = TypeVar("Holder")
Ts = TypeVarTuple("Ts")
T = TypeVar("T")


def is_distribution(raw: Any) -> bool:
    """True for `{normal: [0%, 2%], vary: yearly}` and the like."""
    return isinstance(raw, dict) and len(KINDS & raw.keys()) == 1 and set(raw) <= KINDS | BESIDE


def remembered(method: Callable[[Holder, *Ts], T]) -> Callable[[Holder, *Ts], T]:
    """Calculate a method once for each object and arguments: it changes no figure, only the wait.

    A row of the register is known by its contract.
    """

    @wraps(method)
    def call(self: Holder, /, *args: *Ts) -> T:
        key = (method.__name__, *(arg["contract"] if isinstance(arg, dict) else arg for arg in args))
        memory: dict[Any, T] = self.__dict__.setdefault("_remembered", {})
        if key not in memory:
            memory[key] = method(self, *args)
        return memory[key]

    return call


class Trial:
    """One scenario with the draws of one trial: every value of the file by its dotted path and contract year."""

    def __init__(self, scenario: dict[str, Any], draws: dict[str, list[float]]) -> None:
        self.scenario = scenario
        self.draws = draws
        self.years: int = scenario["contract"]["years"]

    def raw(self, path: str) -> Any:
        """What the file says at a dotted path (list entries by 0-based index), or None where it says nothing."""
        here: Any = self.scenario
        for step in path.split("."):
            if isinstance(here, list):
                here = here[int(step)]
            elif step in here:
                here = here[step]
            else:
                return None
        return here

    def _driver(self, path: str) -> str:
        """The name under which a distribution at a path was drawn; an assumption is known by its own."""
        if "." not in path:
            return path
        here: Any = self.scenario
        steps: list[str] = []
        for step in path.split("."):
            here = here[int(step) if isinstance(here, list) else step]
            steps.append(_named(here, int(step)) if step.isdigit() else step)
        return ".".join(map(str, steps))

    def draw(self, driver: str, year: int) -> float:
        """The draw of a driver in a year; years beyond the draws repeat the last. KeyError for an unknown driver."""
        drawn = self.draws[driver]
        return drawn[min(year, len(drawn)) - 1]

    def at(self, path: str, year: int, default: float | None = None) -> float:
        """The value at a path in a year. Raises KeyError where the file has none and there is no default."""
        raw = self.raw(path)
        if raw is None:
            if default is None:
                raise KeyError(path)
            return default
        return self._resolve(raw, path, year)

    def _resolve(self, raw: Any, path: str, year: int) -> float:
        if isinstance(raw, float):
            return raw
        if isinstance(raw, str):
            return self._resolve(self.scenario["assumptions"][raw]["value"], raw, year)
        if isinstance(raw, list):
            return float(raw[min(year, len(raw)) - 1])
        if "ramp" in raw:
            ramp = raw["ramp"]
            if year <= ramp["start"]:
                return float(ramp["from"])
            if year >= ramp["end"]:
                return float(ramp["to"])
            way = (year - ramp["start"]) / (ramp["end"] - ramp["start"])
            return float(ramp["from"] + (ramp["to"] - ramp["from"]) * way)
        if is_distribution(raw):
            return self.draw(self._driver(path), year)
        raise ValueError(f"{path}: cannot read {raw!r}")

    @remembered
    def grown(self, path: str, year: int) -> float:
        """One in year 1, then times one plus each later year's growth: the entry of year 1 is not applied."""
        level = 1.0
        for y in range(2, year + 1):
            level *= 1 + self.at(path, y, 0.0)
        return level

    @remembered
    def index(self, name: str, year: int) -> float:
        """£ of a year per £ of base-year prices, from since_base in year 1 on."""
        level = 1.0 + self.at(f"indices.{name}.since_base", 1, 0.0)
        for y in range(2, year + 1):
            level *= self.step(name, y)
        return level

    def step(self, name: str, year: int) -> float:
        """How prices move into a year: change, lag, collar and cap, efficiency, true-up, in this order."""
        path = f"indices.{name}"
        keeps = 1 - self.at(f"{path}.efficiency", year, 0.0)
        actual = (1 + self.within(name, self.change(name, year), year)) * keeps
        if self.raw(f"{path}.expected") is None:
            return actual
        expected = (1 + self.within(name, self.at(f"{path}.expected", year), year)) * keeps
        paid = self.at(f"{path}.true_up", year)
        return paid * actual + (1 - paid) * expected

    def change(self, name: str, year: int) -> float:
        """The change that a clause refers to in a year: that of the index at the end of the chain, so much earlier."""
        late = int(self.raw(f"indices.{name}.lag") or 0)
        if year - late < 2:  # the change into year 1 and those before it were known at signature
            known = self.raw(f"indices.{name}.opening_change")
            return float(known[year - 2]) if isinstance(known, list) else float(known)
        end = name
        while self.raw(f"indices.{end}.follows") is not None:
            end = self.raw(f"indices.{end}.follows")
        return self.at(f"indices.{end}.change", year - late) + events.spell(self, end, year - late)

    def within(self, name: str, change: float, year: int) -> float:
        """A change no smaller than the collar and no larger than the cap."""
        low = self.at(f"indices.{name}.collar", year, -math.inf)
        high = self.at(f"indices.{name}.cap", year, math.inf)
        return min(max(change, low), high)

    def own_shock(self, contract: str, year: int) -> float:
        """A contract's own shock: its own draw where the register states a distribution, else the same for all."""
        if is_distribution(self.raw(OWN_SHOCK)):
            return self.draw(f"{OWN_SHOCK}[{contract}]", year)
        return self.at(OWN_SHOCK, year, 0.0)


def run_off_years(scenario: dict[str, Any]) -> int:
    """Whole years after the contract that hold the last late payment, over all payment models.

    A contract year that does not end with its month ends a calendar month later, and so does what is paid after it.
    """
    within = 0 if str(scenario["contract"]["start"]).endswith("-01") else 1
    lags = [outcome["lag"] for outcome in outcomes_in(scenario).values()]
    longest = 0
    for model in scenario["payment_models"].values():
        for terms in model["phases"].values():
            for term in terms:
                late = read.paid_after(term)
                kinds = ("outcome_withhold", "incentive_pool", "rate_card", "shared_savings", "clawback")
                if term["kind"] in kinds:
                    late = (late or 0) + max(lags, default=0)
                if read.pays_on_account(term):
                    late = max(late or 0, read.on_account_after(term) or 0)
                longest = max(longest, 0 if late is None else late + within)
    return -(-longest // 12)


def outcomes_in(scenario: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The outcomes that count: those with a source."""
    outcomes: dict[str, dict[str, Any]] = scenario.get("outcomes") or {}
    return {name: outcome for name, outcome in outcomes.items() if outcome.get("evidence") != "unsourced"}


def drivers(scenario: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every distribution of the scenario by driver name. Outcome noise is `{"score": ...}`, a standard normal."""
    found: dict[str, dict[str, Any]] = {}
    for path, distribution in _distributions(scenario, ""):
        steps = path.split(".")
        if steps[0] == "assumptions":
            found[steps[1]] = distribution
        elif path == OWN_SHOCK:
            for row in scenario["register"]:
                found[f"{OWN_SHOCK}[{row['contract']}]"] = distribution
        else:
            found[path] = distribution
    for name, event in (scenario.get("events") or {}).items():
        chance = {"bernoulli": event.get("probability", event.get("probability_a_year"))}
        found[f"events.{name}.happens"] = {**chance, "vary": "yearly" if "probability_a_year" in event else "once"}
    for name, outcome in outcomes_in(scenario).items():
        found[f"outcomes.{name}.noise"] = {"score": None, "vary": "yearly"}
        found[f"outcomes.{name}.baseline_noise"] = {"score": None, "vary": "once"}
        if "comparator" in outcome:
            found[f"outcomes.{name}.comparator.noise"] = {"score": None, "vary": "yearly"}
            found[f"outcomes.{name}.comparator.baseline_noise"] = {"score": None, "vary": "once"}
        if "chance" in outcome.get("withdrawn", {}):
            chance = outcome["withdrawn"]["chance"]
            found[f"outcomes.{name}.withdrawal"] = {"bernoulli": chance, "vary": "yearly"}
    return found


def _distributions(raw: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if is_distribution(raw):
        yield path, raw
    elif isinstance(raw, dict):
        for key, below in raw.items():
            yield from _distributions(below, f"{path}.{key}" if path else key)
    elif isinstance(raw, list):
        for number, below in enumerate(raw):
            yield from _distributions(below, f"{path}.{_named(below, number)}")


def _named(entry: Any, number: int) -> Any:
    """A payment term is known by its name, any other entry of a list by its number."""
    return entry["name"] if isinstance(entry, dict) and "name" in entry else number


def mean(distribution: dict[str, Any], year: int) -> float:
    """The central value in a year: the mean; 0 or 1 for an event; zero for noise; or what `central` says."""
    if distribution.get("central") is not None:
        return float(distribution["central"])
    kind, p = kind_of(distribution), distributions.parameters(distribution, year)
    if kind == "bernoulli":
        return 1.0 if p["p"] >= 0.5 else 0.0
    if not FRAME & distribution.keys():  # closed forms, which are quicker
        if kind in ("normal", "lognormal"):
            return float(p["mean"])
        if kind == "triangular":
            return float(p["min"] + p["mode"] + p["max"]) / 3
        if kind == "pert":
            return float(p["min"] + 4 * p["mode"] + p["max"]) / 6
        if kind == "uniform":
            return float(p["min"] + p["max"]) / 2
        if kind == "beta":
            low, high = float(p.get("min", 0.0)), float(p.get("max", 1.0))
            return low + (high - low) * float(p["alpha"]) / float(p["alpha"] + p["beta"])
    return distributions.mean(distribution, year)


def central(scenario: dict[str, Any]) -> dict[str, list[float]]:
    """The draws of the central case: every driver at its central value, one entry for each contract and run-off year.

    A driver that varies once is one number: its first year's.
    """
    years = scenario["contract"]["years"] + run_off_years(scenario)
    result = {}
    for name, distribution in drivers(scenario).items():
        yearly = distribution.get("vary", "once") == "yearly"
        result[name] = [mean(distribution, year if yearly else 1) for year in range(1, years + 1)]
    return result
