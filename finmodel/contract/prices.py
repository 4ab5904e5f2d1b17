"""Indices: a pound of base-year prices in each year; planned activity; real unit cost."""

from __future__ import annotations

from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr
from finmodel.units import POUND, PURE, REAL_POUND


def write_indices(inputs: Inputs) -> dict[str, Expr]:
    """Each price index, £ of the year for a £ at base-year prices: 1 in year 1, then (1 + change) (1 - efficiency)."""
    found: dict[str, Expr] = {}
    for name, index in inputs.scenario.indices.items():
        change = inputs.value(index.change, f"indices.{name}.change", "Change of prices a year")
        efficiency = inputs.value(index.efficiency, f"indices.{name}.efficiency", "Efficiency a year")
        growth = (1 + change) * (1 - efficiency)
        found[name] = inputs.index(f"index.{name}", growth, POUND / REAL_POUND, index.label or name, service=False)
    return found


def write_planned_activity(inputs: Inputs) -> dict[str, Expr]:
    """Planned activity of each service, 1 in year 1."""
    found: dict[str, Expr] = {}
    for name, service in inputs.scenario.services.items():
        path = f"services.{name}.planned_growth"
        growth = inputs.value(service.planned_growth, path, "Planned growth of activity a year")
        found[name] = inputs.index(f"planned_activity[{name}]", 1 + growth, PURE, "Planned activity", service=True)
    return found


def write_unit_cost(inputs: Inputs) -> dict[str, Expr]:
    """Real unit cost of each service, 1 in year 1."""
    found: dict[str, Expr] = {}
    for name, service in inputs.scenario.services.items():
        growth = inputs.value(service.cost_growth, f"services.{name}.cost_growth", "Real growth of unit cost a year")
        found[name] = inputs.index(f"unit_cost[{name}]", 1 + growth, PURE, "Real unit cost", service=True)
    return found
