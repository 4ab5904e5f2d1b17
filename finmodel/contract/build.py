"""A Scenario becomes a Contract: one sheet for all chosen payment models, the drivers, and a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from finmodel.contract.effects import effects_of
from finmodel.contract.events import Events
from finmodel.contract.exit import PLANNED
from finmodel.contract.flows import ModelLines
from finmodel.contract.inputs import Held, Inputs, driver_of
from finmodel.contract.marginal import Marginal, marginal_pay
from finmodel.contract.model import ModelBuilder
from finmodel.contract.names import SharedNames
from finmodel.contract.notes import notes_of
from finmodel.contract.outcome_counts import write_counts
from finmodel.contract.outcome_figures import OutcomeFigures
from finmodel.contract.outcome_split import write_split
from finmodel.contract.outcomes import Outcomes
from finmodel.contract.priced import not_priced, unmoved
from finmodel.contract.results import Output, outputs_of, run_off_years, write_results
from finmodel.contract.shared import Shared, write_shared
from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.lines import Calendar, Plan, Sheet, UnitError, compile_plan
from finmodel.lines.expressions import Drawn
from finmodel.scenario import Scenario
from finmodel.scenario.values import ANY
from finmodel.uncertainty import Driver, Pair, checked_groups


@dataclass(frozen=True)
class Contract:
    """A compiled scenario. Plain data: a worker process receives it and binds its own buffers."""

    scenario: Scenario
    sheet: Sheet
    calendar: Calendar
    plan: Plan
    drivers: tuple[Driver, ...]
    correlations: tuple[Pair, ...]
    outputs: tuple[Output, ...]
    models: tuple[str, ...]
    notes: tuple[str, ...]
    seed: int
    sampler: str = "random"
    marginal: tuple[Marginal, ...] = ()

    @property
    def correlations_used(self) -> tuple[Pair, ...]:
        """The correlations among the drivers that are drawn."""
        names = {driver.name for driver in self.drivers}
        return tuple(pair for pair in self.correlations if pair.one in names and pair.other in names)

    def drawn(self, seed: int | None, sampler: str | None) -> Contract:
        """The same contract drawn from another seed, by another sampler; None leaves what the scenario says."""
        return replace(
            self, seed=self.seed if seed is None else seed, sampler=self.sampler if sampler is None else sampler
        )


@dataclass(frozen=True)
class Written:
    """A scenario as lines, not yet planned."""

    shared: Shared
    sheet: Sheet
    models: list[ModelLines]
    figures: OutcomeFigures

    def drivers(self, needed: Iterable[str]) -> tuple[Driver, ...]:
        """The drivers of these names, and those that they are correlated with; InputError where one cannot be drawn."""
        found = _drivers(self.shared.inputs, needed, self.shared.scenario)
        _check_drivers(found, self.shared.scenario)
        return found

    def marginal(self) -> tuple[Marginal, ...]:
        """What one more of each outcome pays and costs the integrator."""
        calendar = Calendar(self.shared.scenario.contract.start, self.shared.scenario.contract.years)
        return marginal_pay(self.sheet, self.figures, self.models, calendar, self.drivers)


def compile_contract(scenario: Scenario, models: Sequence[str] | None = None) -> Contract:
    """Write the lines of the chosen payment models (by default all) and plan the stored figures.

    Raises InputError for an unknown payment model and for every term that cannot be calculated.
    """
    chosen = _chosen(scenario, models)
    written = write_contract(scenario, chosen)
    aligned = Calendar(scenario.contract.start, scenario.contract.years)
    calendar = replace(aligned, run_off=run_off_years(aligned, written.models))
    _hold_limits(written, calendar)
    _state_plans(written, calendar)
    outputs = outputs_of(written.shared, written.models, calendar)
    plan = compile_plan(written.sheet, calendar, [(output.line, (output.period,)) for output in outputs])
    own = [f"lines.{name}" for name in scenario.lines]
    own += [f"{model}.lines.{name}" for model in chosen for name in scenario.payment_models[model].lines]
    return Contract(
        scenario,
        written.sheet,
        calendar,
        plan,
        written.drivers({*plan.drivers, *drivers_behind(written.sheet, own)}),
        _pairs(scenario),
        outputs,
        tuple(chosen),
        (*notes_of(scenario, chosen), *unmoved(scenario, not_priced(scenario, written.sheet, chosen))),
        scenario.simulation.seed,
        scenario.simulation.sampler,
        written.marginal(),
    )


def check_contract(scenario: Scenario) -> Sheet:
    """The lines of all payment models, for a scenario that can be run; otherwise InputError with every mistake.

    Nothing is planned: that takes as long as all the rest, and finds no mistake of the scenario's.
    """
    written = write_contract(scenario, _chosen(scenario, None))
    not_priced(scenario, written.sheet, _chosen(scenario, None))
    try:
        checked_groups(written.drivers(written.shared.inputs.drivers), _pairs(scenario))
    except InputError as error:
        place = scenario.span("correlations")
        raise InputError([replace(one, span=one.span or place) for one in error.mistakes]) from None
    _hold_limits(written, Calendar(scenario.contract.start, scenario.contract.years))
    return written.sheet


def write_contract(scenario: Scenario, chosen: Sequence[str]) -> Written:
    """Write the lines of these payment models. Raises InputError for every term that cannot be calculated.

    Where effort is on they are written twice: what one more pays is known only when all terms are written.
    """
    written = _write(scenario, chosen, {})
    if not any(scenario.payment_models[name].effort for name in chosen):
        return written
    pay: dict[str, dict[str, float]] = {}
    for one in written.marginal():
        pay.setdefault(one.model, {})[one.outcome] = one.pay
    return _write(scenario, chosen, pay)


def _write(scenario: Scenario, chosen: Sequence[str], pay: Mapping[str, Mapping[str, float]]) -> Written:
    sheet = Sheet()
    shared = write_shared(scenario, sheet)
    outcomes = Outcomes(shared)
    names = SharedNames(shared, outcomes)
    written: list[ModelLines] = []
    mistakes: list[Mistake] = names.own.write_all()
    for name in chosen:
        effects = effects_of(scenario, name, pay.get(name))
        builder = ModelBuilder(shared, outcomes, names, effects)
        try:
            lines = builder.build()
            write_results(shared, lines)
            mistakes += builder.names.own.write_all()
        except InputError as error:
            mistakes += error.mistakes
        except UnitError as error:  # the name of a payment model and that of an index, an outcome … make one line
            path = f"payment_models.{name}"
            mistakes.append(Mistake(f"{error}; rename the payment model", scenario.span(path), path))
        else:
            lines.counts = write_counts(sheet, outcomes.figures, effects)
            written.append(lines)
    mistakes += shared.inputs.mistakes
    if mistakes:
        raise InputError(_in_order(mistakes))
    write_split(sheet, outcomes.figures, written)
    events = Events(shared.inputs)
    for name in scenario.events:
        events.years_acted(name)
    sheet.close()
    return Written(shared, sheet, written, outcomes.figures)


def _pairs(scenario: Scenario) -> tuple[Pair, ...]:
    """Every two correlated drivers; a number that is fixed in this run is in none (see `notes`)."""
    uncertain = scenario.uncertain()
    return tuple(
        Pair(one, other, coefficient, "rank" if stated.tau is None else "tau", stated.copula)
        for stated in scenario.correlations
        for one, other, coefficient in stated.pairs
        if one in uncertain and other in uncertain
    )


def _hold_limits(written: Written, calendar: Calendar) -> None:
    """InputError where a calculated number lies outside the limits of its field in the base case."""
    scenario, sheet = written.shared.scenario, written.sheet
    paths = {f"lines.{name}": f"lines.{name}" for name, own in scenario.lines.items() if own.report}
    for model in (lines.name for lines in written.models):
        own_lines = scenario.payment_models[model].lines
        paths |= {f"{model}.lines.{n}": f"payment_models.{model}.lines.{n}" for n, o in own_lines.items() if o.report}
    held = [*written.shared.inputs.held, *(Held(line, ANY, f"{path}.formula") for line, path in paths.items())]
    if held:
        from finmodel.contract.held import mistakes_in_base_case

        wanted = [(one.line, calendar.contract_years(sheet[one.line].period)) for one in held]
        plan = compile_plan(sheet, calendar, wanted)
        mistakes = mistakes_in_base_case(scenario, plan, written.drivers(plan.drivers), sheet, held)
        if mistakes:
            raise InputError(_in_order(mistakes))


def _state_plans(written: Written, calendar: Calendar) -> None:
    """State what an integrator that may leave at a break expects: the margins of the base case."""
    models = [lines.name for lines in written.models if f"{lines.name}.{PLANNED}" in written.sheet]
    if not models:
        return
    from finmodel.contract.planned import margins, state_plans

    needed = drivers_behind(written.sheet, [margins(model) for model in models])
    state_plans(written.shared.scenario, written.sheet, calendar, written.drivers(needed), models)


def _in_order(mistakes: list[Mistake]) -> list[Mistake]:
    """Each mistake once, in the order of the text: a line with a mistake may be read from several places."""
    return sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.span or Span("", 0, 0))


def _chosen(scenario: Scenario, models: Sequence[str] | None) -> list[str]:
    if not models:
        return list(scenario.payment_models)
    mistakes = [
        Mistake(
            f"there is no payment model '{name}' in {scenario.name}", suggestion=nearest(name, scenario.payment_models)
        )
        for name in models
        if name not in scenario.payment_models
    ]
    if mistakes:
        raise InputError(mistakes)
    return [name for name in scenario.payment_models if name in models]


def drivers_behind(sheet: Sheet, names: Sequence[str]) -> set[str]:
    """The drivers behind these lines, which no stored figure may need: one trial shows them all the same."""
    return {expr.driver for name in sheet.behind(names) if isinstance(expr := sheet[name].expr, Drawn)}


def _drivers(inputs: Inputs, names: Iterable[str], scenario: Scenario) -> tuple[Driver, ...]:
    """The drivers of these names, and those that they are correlated with: a group is drawn together."""
    needed = set(names)
    pairs = [(pair.one, pair.other) for pair in _pairs(scenario)]
    grown = True
    while grown:
        grown = False
        for a, b in pairs:
            if (a in needed) != (b in needed):
                needed |= {a, b}
                grown = True
    known = dict(inputs.drivers)
    for name, value in scenario.uncertain().items():
        if name in needed and name not in known:
            known[name] = driver_of(value, name)
    return tuple(known[name] for name in sorted(needed))


def _check_drivers(drivers: Iterable[Driver], scenario: Scenario) -> None:
    """InputError with every distribution that cannot be drawn: bounds that hold next to nothing of it."""
    written = scenario.uncertain()
    mistakes: dict[Mistake, None] = {}  # a number that every contract draws for itself has one place and many drivers
    for driver in drivers:
        name = driver.name.partition("[")[0]
        path = written[name].path if name in written else name
        mistakes.update((Mistake(text, scenario.span(path), path), None) for text in driver.mistakes())
    if mistakes:
        raise InputError(list(mistakes))
