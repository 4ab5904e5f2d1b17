"""What one more of an outcome pays the integrator, in the base case: the strength of the incentive.

The measured level is put one standard error up and one down in every year, without the effect, and the whole payment
model is worked out for both: the difference in the integrator's surplus over twice the standard error times the people.
So a step of a score that lies within chance counts by its chance. docs/model.md, "Effort".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from finmodel.arrays import FloatArray
from finmodel.contract.effects import write_cost
from finmodel.contract.flows import ModelLines
from finmodel.contract.outcome_figures import OutcomeFigures, standard_error
from finmodel.contract.outcome_split import held_in
from finmodel.lines import BoundPlan, Calendar, Expr, Sheet, compile_plan
from finmodel.lines.expressions import Ref
from finmodel.lines.variants import Readers, Variant
from finmodel.uncertainty import Driver

DriversOf = Callable[[Collection[str]], tuple[Driver, ...]]


@dataclass(frozen=True)
class Marginal:
    """What the first one more of an outcome pays the integrator and costs it, £ of year-1 prices, base case."""

    model: str
    outcome: str
    pay: float
    cost: float


@dataclass(frozen=True)
class _Base:
    calendar: Calendar
    drivers: Sequence[Driver]


def marginal_pay(
    sheet: Sheet, figures: OutcomeFigures, models: Sequence[ModelLines], calendar: Calendar, drivers: DriversOf
) -> tuple[Marginal, ...]:
    """For each payment model with an integrator, of each outcome of which it is known what one more costs."""
    payment_models = figures.scenario.payment_models
    chosen = [lines for lines in models if payment_models[lines.name].integrator]
    priced = [n for n in figures.names if figures.scenario.outcomes[n].marginal_cost is not None]
    if not chosen or not priced:
        return ()
    costs = {name: write_cost(figures.inputs, name, figures.scenario.outcomes[name]) for name in priced}
    worked, shifts = sheet.copy(), dict[str, _Shift]()
    readers = Readers(worked)
    for name in priced:
        shifts[name] = _Shift.write(readers, figures, name, chosen, held_in(models))
    prices = f"index.{figures.scenario.contract_register.cost_index}"
    wanted = [prices, *(cost.name for cost in costs.values())]
    wanted += [line for shift in shifts.values() for line in shift.lines]
    values = _base_case(worked, list(dict.fromkeys(wanted)), calendar, drivers)
    found = []
    for lines in chosen:
        for name, shift in shifts.items():
            pay = shift.pay(lines.name, values, values[prices], figures)
            found.append(Marginal(lines.name, name, pay, float(values[costs[name].name][0])))
    return tuple(found)


@dataclass(frozen=True)
class _Shift:
    """Names of lines: an outcome's standard error in people, and surpluses one error up and one down, by model."""

    outcome: str
    error: str
    up: Mapping[str, str]
    down: Mapping[str, str]

    @property
    def lines(self) -> list[str]:
        """All of them."""
        return [self.error, *self.up.values(), *self.down.values()]

    @classmethod
    def write(
        cls, readers: Readers, figures: OutcomeFigures, name: str, models: Sequence[ModelLines], held: Collection[str]
    ) -> _Shift:
        """Write both workings out of an outcome into a sheet of their own, that of `readers`."""
        sheet = readers.sheet
        path, outcome = f"outcomes.{name}", figures.scenario.outcomes[name]
        over, sd = figures.spread(path, outcome)
        number, people = figures.number(path, outcome), figures.people(path, outcome)
        facts = figures.facts(trend=True, effect=False)
        own = [one for one, of in figures.paths() if of == name]
        found: dict[float, dict[str, str]] = {}
        error: Expr = number
        for sign, word in ((1.0, "up"), (-1.0, "down")):
            levels = {one: sheet.ref(f"{one}.true") for one in own}
            errors = {one: standard_error(level, number, over, sd) for one, level in levels.items()}
            shifted = {f"{one}.measured": level + sign * errors[one] for one, level in levels.items()}
            replaced = facts | shifted
            variant = Variant(
                sheet, f"{word}_{name}", replaced, readers.affected_by(replaced, held), f"one error {word}"
            )
            found[sign] = {lines.name: _name(variant.of(sheet.ref(_surplus(sheet, lines.name)))) for lines in models}
            error = variant.of(errors[own[0]])
        line = sheet.add(f"{path}.error_in_people", error * people, label="One standard error, in people")
        return cls(name, line.name, found[1.0], found[-1.0])

    def pay(self, model: str, values: Mapping[str, FloatArray], prices: FloatArray, figures: OutcomeFigures) -> float:
        """£ of year-1 prices for one more, over the years in which the effect builds up."""
        phase = figures.scenario.contract.phases[figures.scenario.outcomes[self.outcome].effect_phase]
        up, down, error = values[self.up[model]], values[self.down[model]], values[self.error]
        years = [year - 1 for year in phase.years]
        paid = sum(float((up[year] - down[year]) / prices[year]) for year in years)
        people = sum(2 * float(error[year]) for year in years)
        return paid / people if people else 0.0


def _surplus(sheet: Sheet, model: str) -> str:
    """The integrator's surplus by its terms: where it may go, that of one that stays."""
    staying = f"{model}.margin_if_it_stays"
    return staying if staying in sheet else f"{model}.integrator_surplus"


def _name(expr: Expr) -> str:
    assert isinstance(expr, Ref)
    return expr.name


def _base_case(sheet: Sheet, lines: list[str], calendar: Calendar, drivers: DriversOf) -> dict[str, FloatArray]:
    """Each line in every contract year, every draw at its central value."""
    from finmodel.contract.evaluate import CentralDraws  # knows the whole contract

    years = range(1, calendar.years + 1)
    wanted = [(line, calendar.contract_years(sheet[line].period)) for line in lines]
    plan = compile_plan(sheet, calendar, wanted)
    values = BoundPlan(plan, CentralDraws(_Base(calendar, drivers(plan.drivers))), 1).run(0)[:, 0]
    found, start = {}, 0
    for line, periods in wanted:
        own = values[start : start + len(periods)]
        start += len(periods)
        found[line] = own.copy() if len(own) == len(years) else own.repeat(len(years))
    return found
