"""What a payment model does to outcomes: nothing, the stated effect, that effect scaled, or one of its own.

Models with the same effect share the lines of an outcome; `variant` is the word in their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from finmodel.contract.events import Events
from finmodel.contract.inputs import Inputs, one_year
from finmodel.lines import Expr, Family, clip, literal, log, sum_over, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import ModelEffect, Outcome, Scenario
from finmodel.scenario.events import StartDelay
from finmodel.units import PERSON, POINT, POUND, PURE, REAL_POUND, YEAR

WITHOUT = "without_effect"


@dataclass(frozen=True)
class Effects:
    """The effect of one payment model. `pay`: what one more pays by outcome, where effort answers to it.

    `on_time`: it does not wait for a start that may be late, since there is no integrator that starts.
    """

    model: str
    stated: bool | ModelEffect
    on_time: bool = False
    pay: Mapping[str, float] | None = field(default=None, compare=False)

    @property
    def variant(self) -> str:
        """The word in names of lines: none for the effect as outcomes state it."""
        if self.stated is False:
            return WITHOUT
        as_stated = self.stated is True and self.pay is None and not self.on_time
        return "" if as_stated else f"under_{self.model}"

    def path(self, outcome: str) -> str:
        """What the names of the outcome's lines under this effect begin with."""
        return f"outcomes.{outcome}.{self.variant}" if self.variant else f"outcomes.{outcome}"


def effects_of(scenario: Scenario, name: str, pay: Mapping[str, float] | None = None) -> Effects:
    """The effect of a payment model. Without `pay` effort is as if it were off: the effect is the stated one."""
    model = scenario.payment_models[name]
    may_be_late = any(isinstance(event, StartDelay) for event in scenario.events.values())
    return Effects(name, model.effect, may_be_late and not model.integrator, pay if model.effort else None)


def write_effect(scenario: Scenario, inputs: Inputs, name: str, effects: Effects) -> Expr | None:
    """The outcome's effect so far, in its unit; None where the payment model has none."""
    if effects.stated is False:
        return None
    sheet, outcome, path = inputs.sheet, scenario.outcomes[name], f"outcomes.{name}"
    line = f"{effects.path(name)}.effect_so_far"
    if line in sheet:
        return sheet.ref(line)
    a_year = _a_year(inputs, name, outcome, effects)
    if effects.pay is not None and name in effects.pay:
        a_year = a_year * write_effort(inputs, name, outcome, effects)
    years = _years_of_effect(scenario, inputs, path, outcome, effects)
    return sheet.add(line, a_year * years, label=f"{outcome.label}: effect so far")


def _a_year(inputs: Inputs, name: str, outcome: Outcome, effects: Effects) -> Expr:
    own, label = effects.stated, "Effect a year"
    if not isinstance(own, ModelEffect):
        return inputs.value(outcome.effect, f"outcomes.{name}.effect", label)
    if name in own.outcomes:
        return inputs.value(own.outcomes[name], f"{effects.model}.effect.{name}", label)
    effect = inputs.value(outcome.effect, f"outcomes.{name}.effect", label)
    if "scale" not in own.model_fields_set:
        return effect
    return effect * inputs.value(own.scale, f"{effects.model}.effect.scale", "Effect, as a share of the stated one")


def write_effort(inputs: Inputs, name: str, outcome: Outcome, effects: Effects) -> Expr:
    """The share of the effect that is worth its cost: 1 - cost / pay of the first one more, nothing from cost = pay."""
    sheet, line = inputs.sheet, f"{effects.model}.effort[{name}]"
    if line in sheet:
        return sheet.ref(line)
    assert effects.pay is not None
    assert outcome.marginal_cost is not None
    unit = REAL_POUND / PERSON if outcome.measure == "rate" else REAL_POUND / PERSON / POINT
    label = f"{outcome.label}: what one more pays the integrator, base case, year-1 prices"
    pay = sheet.given(f"{effects.model}.pay_for_one_more[{name}]", max(effects.pay[name], 0.0), unit, label=label)
    cost = write_cost(inputs, name, outcome)
    share = where(pay > cost, 1 - cost / pay, 0) if effects.pay[name] > 0 else literal(0.0)
    return sheet.add(line, share, unit=PURE, label=f"{outcome.label}: share of the effect that pays its way")


def write_effort_cost(
    scenario: Scenario, inputs: Inputs, effects: Effects, people: Mapping[str, Expr], prices: Expr
) -> Expr | None:
    """What effort costs the integrator in a year, £: cost of the first x people x full effect x ln(pay / cost).

    The area below a marginal cost that rises from `cost` without limit as the full effect comes near:
    cost / (1 - share of the full effect), up to where it is what one more pays.
    """
    if not effects.pay:
        return None
    sheet, parts = inputs.sheet, dict[str, Expr]()
    for name, pay in effects.pay.items():
        outcome = scenario.outcomes[name]
        share = write_effort(inputs, name, outcome, effects)
        if pay <= 0:
            continue
        cost, one = write_cost(inputs, name, outcome), sheet.ref(f"{effects.model}.pay_for_one_more[{name}]")
        years = _years_of_effect(scenario, inputs, f"outcomes.{name}", outcome, effects)
        full = _a_year(inputs, name, outcome, effects) * years * people[name]
        worth = (share > 0) & (cost > 0)
        amount = where(worth, cost * full * log(one / where(worth, cost, one)), 0)
        line, label = f"{effects.model}.cost_of_effort[{name}]", f"{outcome.label}: cost of effort"
        parts[name] = sheet.add(line, amount * prices, label=label)
    return sheet.add(f"{effects.model}.cost_of_effort", sum_over(Family("outcome", parts)), unit=POUND, label="Effort")


def write_cost(inputs: Inputs, name: str, outcome: Outcome) -> Ref:
    """What the first one more costs, at year-1 prices."""
    assert outcome.marginal_cost is not None
    label = f"{outcome.label}: cost of the first one more, year-1 prices"
    return inputs.value(outcome.marginal_cost, f"outcomes.{name}.marginal_cost", label)


def _years_of_effect(scenario: Scenario, inputs: Inputs, path: str, outcome: Outcome, effects: Effects) -> Expr:
    """Years of the effect's phase so far; of a year that begins late the part that has begun."""
    sheet, phase = inputs.sheet, scenario.contract.phases[outcome.effect_phase]
    begun = None if effects.on_time else Events(inputs).begun()
    name, label = f"{path}.years_of_effect", "Years of effect so far"
    if begun is None:
        if name in sheet:
            return sheet.ref(name)
        number = clip(inputs.year - (phase.first - 1), 0, len(phase.years))
        return sheet.add(name, number * one_year(sheet), label=label, service=False)
    since_start = f"{name}_since_start"
    if since_start in sheet:
        return sheet.ref(since_start)
    in_phase = (inputs.year >= phase.first) & (inputs.year <= phase.last)
    of_phase = sheet.add(
        f"{path}.effect_builds_up",
        where(in_phase, one_year(sheet), 0),
        label="Effect builds up in the year (1) or not (0)",
        service=False,
    )
    earlier = sheet.promise(since_start, YEAR, opening=0.0)
    return sheet.add(since_start, earlier.lag() + of_phase * begun, label=label)
