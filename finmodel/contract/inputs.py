"""Values of the scenario as input lines, and the drivers that the uncertain ones need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from finmodel.contract.formulas import Place, in_unit, read_formula
from finmodel.errors import InputError, Mistake, nearest
from finmodel.lines import Expr, Period, Sheet, UnitError, clip, literal, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import ByYear, Calculated, Constant, Limits, Named, Ramp, Scenario, Uncertain, Value
from finmodel.uncertainty import Driver
from finmodel.units import PURE, YEAR, Unit

_BEFORE_DEMAND = (
    "an assumption is calculated before demand, from other assumptions, contract_year, population and indices"
)
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
        self.early: dict[str, Callable[[], Expr]] = {}
        """Lines that the formula of an assumption may name; calling writes them if they are not yet in the sheet."""
        self.mistakes: list[Mistake] = []
        """What is wrong with the formulas of assumptions; a zero stands in for each, so that the rest is looked at."""
        self.held: list[Held] = []
        self._writing: list[str] = []
        self.year = sheet.given("contract_year", [float(y) for y in range(1, LONGEST + 1)], PURE, label="Contract year")

    def value(self, value: Value, name: str, label: str = "", *, unit: Unit | None = None) -> Ref:
        """The line that holds this value; `name` is used where it is written in place."""
        asked, chain = value, list[str]()
        while isinstance(value, Named):  # one line for all names of a number, so that all see the same draws
            chain.append(value.name)
            name, value = f"assumptions.{value.name}", self.scenario.assumptions[value.name].value
        if isinstance(value, Calculated):
            found = self._calculated(value, name, chain)
            if isinstance(asked, Named):
                self._suits(asked, found)
            return found
        if name in self.sheet:
            return self.sheet.ref(name)
        unit = unit or value.unit
        if isinstance(value, Uncertain):
            return self._drawn(
                value, name, value.path if not name.startswith("assumptions.") else name[12:], unit, label
            )
        if isinstance(value, Ramp):
            return self._ramp(value, name, unit, label)
        return self.sheet.given(name, amounts(value), unit, label=label)

    def _ramp(self, value: Ramp, name: str, unit: Unit, label: str) -> Ref:
        first = self.sheet.given(f"{name}.from", value.start_amount, unit, label=f"{label}: at first")
        last = self.sheet.given(f"{name}.to", value.end_amount, unit, label=f"{label}: in the end")
        span = value.end - value.start
        amount = first + (last - first) * clip(self.year - value.start, 0, span) / span
        return self.sheet.add(name, amount, label=label, service=False)

    def write_calculated(self) -> None:
        """Write every assumption that is a formula, so that the mistakes of all are told."""
        for name, assumption in self.scenario.assumptions.items():
            if isinstance(assumption.value, Calculated):
                try:
                    self.value(Named(name, assumption.unit), "")
                except UnitError as error:
                    path = assumption.value.text_path
                    self.mistakes.append(Mistake(str(error), self.scenario.span(path), path))

    def must_hold(self, line: Ref, limits: Limits, path: str) -> None:
        """Note that a calculated number must lie within limits; they are looked at in the base case."""
        self.held.append(Held(line.name, limits, path))

    def _calculated(self, value: Calculated, name: str, chain: Sequence[str]) -> Ref:
        if not chain:
            raise TypeError(f"{name}: a formula of a payment term is read by the term")
        if chain[-1] in self._writing:
            circle = [*self._writing[self._writing.index(chain[-1]) :], *chain]
            raise UnitError(f"assumptions refer to each other in a circle: {' -> '.join(circle)}")
        if name in self.sheet:
            return self.sheet.ref(name)
        place = Place(value.text_path, name, value.unit)
        label = chain[-1].replace("_", " ").capitalize()
        self._writing += chain
        try:
            found = read_formula(self.scenario, self.sheet, value.text, place, self._known, self._names)
            found = in_unit(self.scenario, found, place, f"the assumption is in {value.unit}")
        except InputError as error:
            self.mistakes += error.mistakes
            found = literal(0.0)
        finally:
            del self._writing[-len(chain) :]
        return self.sheet.add(name, found, unit=value.unit, label=label, service=False)

    def _known(self, name: str) -> Expr | None:
        """What a name means in the formula of an assumption."""
        assumption = name.removeprefix("assumptions.")
        if assumption in self.scenario.assumptions:
            return self.value(Named(assumption, self.scenario.assumptions[assumption].unit), "", assumption)
        if name == "contract_year":
            return self.year
        if name not in self.early:
            if nearest(name, self._names()) is None:
                raise UnitError(f"'{name}' cannot be named here: {_BEFORE_DEMAND}")
            return None
        if name in self._writing:
            circle = [*self._writing[self._writing.index(name) :], name]
            raise UnitError(f"assumptions refer to each other in a circle: {' -> '.join(circle)}")
        self._writing.append(name)
        try:
            return self.early[name]()
        finally:
            self._writing.pop()

    def _names(self) -> list[str]:
        return [*self.scenario.assumptions, "contract_year", *self.early]

    def _suits(self, asked: Named, found: Ref) -> None:
        """What a field asks of the assumption that it names: one number where it takes one, and its limits."""
        path = asked.path
        if asked.once and found.period is not Period.ONCE:
            message = f"the assumption '{asked.name}' varies by year; one number for the whole contract stands here"
            self.mistakes.append(Mistake(message, self.scenario.span(path), path))
        elif path:
            self.must_hold(found, asked.limits, path)

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

    def event(self, name: str, chance: float, label: str) -> Ref:
        """1 in a year in which something happens, with this probability in each year, else 0: a driver of its own."""
        self.drivers[name] = Driver(name, "bernoulli", {"p": chance}, yearly=True)
        return self.sheet.drawn(name, name, PURE, yearly=True, label=label)

    def _drawn(self, value: Uncertain, name: str, driver: str, unit: Unit, label: str) -> Ref:
        self.drivers[driver] = driver_of(value, driver)
        return self.sheet.drawn(name, driver, unit, yearly=value.vary == "yearly", label=label)

    def index(
        self, name: str, growth: Expr, unit: Unit, label: str, *, service: bool, since: Expr | None = None
    ) -> Ref:
        """A line that is 1 in year 1 and then multiplied by `growth` each year (the entry of year 1 is not applied).

        Where its base lies before year 1, prices have grown by `since` up to then.
        """
        earlier, first = self.sheet.promise(name, unit, opening=1.0), 1.0 if since is None else 1 + since
        return self.sheet.add(name, earlier.lag() * where(self.year > 1, growth, first), label=label, service=service)

    def grown(self, name: str, first: Expr, change: Expr, label: str) -> Ref:
        """An amount that is `first` in year 1 and grows by `change` afterwards."""
        assert first.unit is not None
        earlier = self.sheet.promise(name, first.unit, opening=0.0)
        return self.sheet.add(name, where(self.year > 1, earlier.lag() * (1 + change), first), label=label)


def one_year(sheet: Sheet) -> Expr:
    """A year, to make a number of years of a pure number."""
    return sheet.ref("one_year") if "one_year" in sheet else sheet.given("one_year", 1.0, YEAR, label="One year")


def driver_of(value: Uncertain, name: str) -> Driver:
    """The driver that draws a distribution under a name."""
    return Driver(
        name,
        value.kind,
        value.parameters,
        value.vary == "yearly",
        value.persistence,
        value.central,
        value.shift,
        value.within,
        tuple(replace(driver_of(part, name), yearly=value.vary == "yearly") for part in value.parts),
    )


@dataclass(frozen=True)
class Held:
    """A calculated line and the limits within which it makes sense, stated by the field at `path`."""

    line: str
    limits: Limits
    path: str


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
