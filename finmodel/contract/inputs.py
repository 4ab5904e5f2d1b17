"""Values of the scenario as input lines, and the drivers that the uncertain ones need."""

from __future__ import annotations

from finmodel.lines import Expr, Sheet, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import ByYear, Constant, Named, Ramp, Scenario, Uncertain, Value
from finmodel.uncertainty import Driver
from finmodel.units import PURE, Unit

LONGEST = 60
"""Contract and run-off years that a sheet can number."""


class Inputs:
    """Writes inputs into a sheet, each once, and collects the drivers on the way.

    An assumption has one line, `assumptions.<name>`, which every user reads; a value written in place has a line named
    by its path.
    """

    def __init__(self, scenario: Scenario, sheet: Sheet) -> None:
        self.scenario, self.sheet = scenario, sheet
        self.drivers: dict[str, Driver] = {}
        self.year = sheet.given("contract_year", [float(y) for y in range(1, LONGEST + 1)], PURE, label="Contract year")

    def value(self, value: Value, name: str, label: str = "", *, unit: Unit | None = None) -> Ref:
        """The line that holds this value; `name` is used where it is written in place."""
        if isinstance(value, Named):
            name, value = f"assumptions.{value.name}", self.scenario.value_of(value)
        assert not isinstance(value, Named)  # value_of follows names to their end
        if name in self.sheet:
            return self.sheet.ref(name)
        unit = unit or value.unit
        if isinstance(value, Uncertain):
            return self._drawn(
                value, name, value.path if not name.startswith("assumptions.") else name[12:], unit, label
            )
        return self.sheet.given(name, amounts(value), unit, label=label)

    def own(self, value: Value, name: str, member: str, label: str = "") -> Ref:
        """A value that every member of a set draws for itself: driver `name[member]`."""
        resolved = self.scenario.value_of(value)
        if not isinstance(resolved, Uncertain):
            return self.value(value, name, label)
        driver = f"{name}[{member}]"
        return self._drawn(resolved, driver, driver, resolved.unit, label)

    def score(self, name: str, label: str, *, yearly: bool) -> Ref:
        """A standard normal score of its own."""
        self.drivers[name] = Driver(name, "score", {}, yearly)
        return self.sheet.drawn(name, name, PURE, yearly=yearly, label=label)

    def _drawn(self, value: Uncertain, name: str, driver: str, unit: Unit, label: str) -> Ref:
        yearly = value.vary == "yearly"
        self.drivers[driver] = Driver(driver, value.kind, value.parameters, yearly, value.persistence, value.central)
        return self.sheet.drawn(name, driver, unit, yearly=yearly, label=label)

    def index(self, name: str, growth: Expr, unit: Unit, label: str, *, service: bool) -> Ref:
        """A line that is 1 in year 1 and then multiplied by `growth` each year (the entry of year 1 is not applied)."""
        earlier = self.sheet.promise(name, unit, opening=1.0)
        return self.sheet.add(name, earlier.lag() * where(self.year > 1, growth, 1.0), label=label, service=service)

    def grown(self, name: str, first: Expr, change: Expr, label: str) -> Ref:
        """An amount that is `first` in year 1 and grows by `change` afterwards."""
        assert first.unit is not None
        earlier = self.sheet.promise(name, first.unit, opening=0.0)
        return self.sheet.add(name, where(self.year > 1, earlier.lag() * (1 + change), first), label=label)


def amounts(value: Constant | ByYear | Ramp) -> float | tuple[float, ...]:
    """The numbers of a value that no trial draws: one, or one a contract year."""
    if isinstance(value, Constant):
        return value.amount
    if isinstance(value, ByYear):
        return value.amounts
    span = value.end - value.start
    return tuple(
        value.start_amount + (value.end_amount - value.start_amount) * min(max(year - value.start, 0), span) / span
        for year in range(1, value.end + 1)
    )
