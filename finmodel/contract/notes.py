"""What a reader of any result must know, said aloud: how the pool is read, what is left out, what is assumed."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.contract.optimism import running_cost_with_bias, services_with_bias
from finmodel.scenario import Scenario, reconciliation


def notes_of(scenario: Scenario, chosen: list[str]) -> tuple[str, ...]:
    """Things that a reader of any result must know, said aloud."""
    pool = sum(service.pool.amount for service in scenario.services.values())
    years = scenario.contract.years
    base = scenario.indices[scenario.contract.target.index].base
    prices = "constant prices and" if base is None else f"constant prices of {base} and the"
    notes = [f"The pool of £{pool / 1e6:,.0f}m is read as {years} years at the {prices} activity of year 1."]
    start = scenario.contract.start
    if (start.month, start.day) != (4, 1):
        notes.append(
            f"Contract years begin on {start.day} {start:%B}. Monthly instalments fall due on the first day of each "
            "contract month; a financial year marked (part) holds fewer than twelve of them."
        )
    notes += reconciliation(scenario)
    illustrative = sum("illustrative" in row.note.lower() for row in scenario.register)
    if illustrative:
        notes.append(f"{illustrative} of the register's {len(scenario.register)} contracts are illustrative.")
    for service, part in scenario.services.items():
        label = part.label
        outcomes = {n: o for n, o in scenario.outcomes.items() if o.service == service}
        left_out = [o for o in outcomes.values() if o.evidence == "unsourced"]
        counted = [o for o in outcomes.values() if o.evidence == "sourced"]
        if not any(o.weight.amount > 0 for o in counted):
            notes.append(f"{label}: no sourced outcome, so no outcome money is withheld or earned there.")
        elif left_out:
            total = sum(o.weight.amount for o in counted)
            weights = ", ".join(f"{o.label} {o.weight.amount / total:.1%}" for o in counted)
            names = ", ".join(o.label for o in left_out)
            notes.append(
                f"{label}: left out for want of a sourced baseline: {names}; weights renormalised to {weights}."
            )
    notes += _left_out(scenario)
    without_effort = [m for m in (scenario.payment_models[name] for name in chosen) if m.effect and not m.effort]
    if without_effort:
        notes.append(
            "Outcomes differ between payment models only because the scenario says so: effort follows no incentive."
            if not any(scenario.payment_models[name].effort for name in chosen)
            else f"The effect follows no incentive under: {', '.join(model.label for model in without_effort)}."
        )
    notes += _after_exit(scenario, chosen)
    notes += _optimism(scenario)
    return tuple(notes)


def _optimism(scenario: Scenario) -> Iterator[str]:
    bias = scenario.appraisal.optimism_bias
    if bias is None:
        return
    worked = f"{100 * bias.rate.amount:.4g}% x (1 - {100 * bias.mitigation.amount:.4g}%) = {100 * bias.uplift:.3g}%"
    if bias.on_base_case:
        yield f"Optimism bias of {worked} is shown on the base case of models with an integrator; no trial holds it."
    if bias.on_cost:
        services = [scenario.services[name].label for name in services_with_bias(scenario)]
        costs = [f"care of {', '.join(services)}"] if services else []
        costs += ["running the integrator"] if running_cost_with_bias(scenario) else []
        yield f"Optimism bias of {worked} is in every trial on the cost that no driver carries: {' and '.join(costs)}."


def _after_exit(scenario: Scenario, chosen: list[str]) -> Iterator[str]:
    integrator = scenario.parties.integrator
    if integrator is None or integrator.capital is None or not scenario.outcomes:
        return
    models = [scenario.payment_models[name] for name in chosen]
    if any(model.integrator and model.effect is not False for model in models):
        told = integrator.exit_terms.effect_after_exit.told
        yield f"Once the integrator has gone, its effect on outcomes {told} (effect_after_exit)."


def _left_out(scenario: Scenario) -> Iterator[str]:
    """Correlated numbers that this run holds fixed, told once each."""
    uncertain = scenario.uncertain()
    for name in dict.fromkeys(name for one in scenario.correlations for name in one.names if name not in uncertain):
        yield f"{name} is no distribution in this run: what is said of its correlation is left out."
