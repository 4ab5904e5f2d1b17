"""Optimism bias on the cost that no driver carries: a factor in every trial (docs/model.md, "Optimism bias")."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.contract.inputs import Inputs, driver_of
from finmodel.lines import Expr
from finmodel.scenario import Constant, Scenario, Service, Uncertain, uncovered_running_cost, uncovered_services
from finmodel.scenario.events import OpeningError
from finmodel.uncertainty import central_values

_PATH = "appraisal.optimism_bias"


def services_with_bias(scenario: Scenario) -> list[str]:
    """The services whose cost of care is raised."""
    bias = scenario.appraisal.optimism_bias
    if bias is None or not bias.on_cost:
        return []
    return uncovered_services(scenario.services, scenario.events.values(), scenario.value_of)


def running_cost_with_bias(scenario: Scenario) -> bool:
    """Whether the integrator's running cost is raised."""
    bias = scenario.appraisal.optimism_bias
    found = scenario.parties.integrator
    return bias is not None and bias.on_cost and uncovered_running_cost(found, scenario.value_of)


def optimism_twice(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """W10: the base case shown with optimism bias holds it, or a dearer start, already."""
    bias, path = scenario.appraisal.optimism_bias, f"{_PATH}.applies_to"
    if bias is None or not bias.on_base_case or not bias.uplift:
        return
    if bias.on_cost:
        message = "the cost that no driver carries is raised in the base case, which is then shown with all of it again"
        yield "W10", path, f"{message}; choose base_case or uncovered_cost"
        return
    dearer = [f"services.{name}.opening_error" for name, one in scenario.services.items() if _adds(scenario, one)]
    for name, event in scenario.events.items():
        likely = event.probability is not None and event.probability.amount >= LIKELY
        dearer += [f"events.{name}"] if isinstance(event, OpeningError) and likely else []
    if dearer:
        message = f"the base case holds a dearer start already ({', '.join(dearer)}), and is shown with optimism bias"
        yield "W10", path, f"{message} on top; state its mean as 0%, or apply optimism bias to uncovered_cost"


LIKELY = 0.5
"""From this probability on an event is in the base case."""


def _adds(scenario: Scenario, service: Service) -> bool:
    """Whether the service's opening error adds to cost in the base case."""
    stated = scenario.value_of(service.opening_error)
    if isinstance(stated, Uncertain):
        return float(central_values(driver_of(stated, stated.path), 1)[0]) > 1e-12
    return isinstance(stated, Constant) and stated.amount > 0


def write_factor(inputs: Inputs) -> Expr:
    """1 + rate x (1 - mitigation)."""
    sheet, bias, line = inputs.sheet, inputs.scenario.appraisal.optimism_bias, "optimism_bias"
    assert bias is not None
    if line in sheet:
        return sheet.ref(line)
    rate = inputs.value(bias.rate, f"{_PATH}.rate", "Optimism bias: how far cost turns out above what is proposed")
    mitigation = inputs.value(bias.mitigation, f"{_PATH}.mitigation", "Optimism bias: the part that is mitigated")
    return sheet.add(line, 1 + rate * (1 - mitigation), label="Optimism bias: cost over cost as stated")
