"""How many more achieve an outcome under a payment model than without its effect: people, or points of people.

After an exit the effect is what `effect_after_exit` leaves of it. The levels that are measured and paid for are those
of an integrator that stays: no term counts once it has gone.
"""

from __future__ import annotations

from finmodel.contract.effects import Effects
from finmodel.contract.inputs import Inputs
from finmodel.contract.outcome_figures import OutcomeFigures, unit_of
from finmodel.lines import Expr, Family, Period, Sheet, clip, maximum, sum_over, where
from finmodel.scenario import Outcome, Scenario
from finmodel.units import PURE

EXTRA, DISCOUNTED = "extra_outcomes", "extra_outcomes_discounted"


def group_of(name: str, outcome: Outcome) -> str:
    """What one more of it is called."""
    return outcome.one_more or outcome.label or name


def groups(scenario: Scenario) -> dict[str, list[str]]:
    """The sourced outcomes of which one more is called the same, under the name of the first; others by themselves."""
    found: dict[tuple[str, bool], list[str]] = {}
    for name, outcome in scenario.outcomes.items():
        if outcome.evidence == "sourced":
            found.setdefault((outcome.one_more or name, outcome.one_more is None), []).append(name)
    return {names[0]: names for names in found.values()}


def write_counts(sheet: Sheet, figures: OutcomeFigures, effects: Effects) -> list[tuple[str, str, str]]:
    """The lines of a payment model that has an effect: figure, group and the line of what came about so far.

    Extra people of an outcome in a year: people x (true level - level without the effect), each within its range.
    """
    if effects.stated is False:
        return []
    written = []
    for first, names in groups(figures.scenario).items():
        label = f"{group_of(first, figures.scenario.outcomes[first])}: more than without effect"
        total = sum_over(Family("outcome", {name: _extra(sheet, figures, name, effects) for name in names}))
        for figure, amount, note in (
            (EXTRA, total, ""),
            (DISCOUNTED, total * _factor(figures.inputs), ", discounted"),
        ):
            line = f"{effects.model}.{figure}[{first}]"
            of_year = sheet.add(line, amount, label=f"{label}{note}", period=Period.CONTRACT_YEAR)
            so_far = f"{effects.model}.{figure}.so_far[{first}]"
            assert of_year.unit is not None
            earlier = sheet.promise(so_far, of_year.unit, opening=0.0)
            sheet.add(so_far, earlier.lag() + of_year, label=f"{label}{note}, so far")
            written.append((figure, first, so_far))
    return written


def _extra(sheet: Sheet, figures: OutcomeFigures, name: str, effects: Effects) -> Expr:
    may_go = f"{effects.model}.exited" in sheet
    line = f"{effects.model}.extra[{name}]" if may_go else f"{effects.path(name)}.extra"
    if line in sheet:
        return sheet.ref(line)
    figures.of(name, effects)
    path, outcome = f"outcomes.{name}", figures.scenario.outcomes[name]
    low, high = sheet.ref(f"{path}.low"), sheet.ref(f"{path}.high")
    by_itself = sheet.ref(f"{path}.true_baseline") + sheet.ref(f"{path}.trend_so_far")
    achieved: Expr = sheet.ref(f"{effects.path(name)}.true")
    if may_go:
        achieved = clip(by_itself + _achieved(sheet, figures, name, effects), low, high)
    more = figures.people(path, outcome) * (achieved - clip(by_itself, low, high))
    return sheet.add(line, more, label=f"{outcome.label}: more than without effect")


def _achieved(sheet: Sheet, figures: OutcomeFigures, name: str, effects: Effects) -> Expr:
    """The effect so far while the integrator is there; after that what is left of that of its last year."""
    integrator = figures.scenario.parties.integrator
    assert integrator is not None  # it may go
    label = figures.scenario.outcomes[name].label
    effect, gone = sheet.ref(f"{effects.path(name)}.effect_so_far"), sheet.ref(f"{effects.model}.exited") > 0
    fades_over = integrator.exit_terms.effect_after_exit.fades_over
    if fades_over == 1:
        return where(gone, 0, effect)
    line = f"{effects.model}.effect_reached[{name}]"
    earlier = sheet.promise(line, unit_of(figures.scenario.outcomes[name]), opening=0.0)
    reached = sheet.add(
        line, where(gone, earlier.lag(), effect), label=f"{label}: effect while the integrator is there"
    )
    if fades_over is None:
        return reached
    since = f"{effects.model}.years_since_exit"
    if since not in sheet:
        before = sheet.promise(since, PURE, opening=0.0)
        sheet.add(since, where(gone, before.lag() + 1, 0), label="Years since the integrator has gone")
    return reached * maximum(1 - sheet.ref(since) / fades_over, 0)


def _factor(inputs: Inputs) -> Expr:
    name, label = "outcome_discount_factor", "Discount factor of outcomes, by contract year"
    if name in inputs.sheet:
        return inputs.sheet.ref(name)
    rate = inputs.scenario.appraisal.outcome_discount_rate.amount
    a_year = inputs.sheet.given("appraisal.outcome_discount_rate", rate, PURE, label="Discount rate of outcomes")
    return inputs.index(name, 1 / (1 + a_year), PURE, label, service=False)
