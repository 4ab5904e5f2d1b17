"""Indices: a pound of base-year prices in each year; planned activity; real unit cost."""

from __future__ import annotations

from finmodel.contract.events import Events
from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr, Period, maximum, minimum, where
from finmodel.lines.expressions import Ref
from finmodel.scenario import Index, source_of
from finmodel.units import POUND, PURE, REAL_POUND


def write_indices(inputs: Inputs) -> dict[str, Expr]:
    """Each price index, £ of the year for a £ at the prices of its base year: (1 + change) (1 - efficiency) a year."""
    return {name: write_index(inputs, name) for name in inputs.scenario.indices}


def write_index(inputs: Inputs, name: str) -> Expr:
    """One price index, if it is not there yet."""
    line, index = f"index.{name}", inputs.scenario.indices[name]
    if line in inputs.sheet:
        return inputs.sheet.ref(line)
    since = None
    if index.since_base is not None:
        since = inputs.value(index.since_base, f"indices.{name}.since_base", "Growth of prices since the base")
    label = index.label or name
    growth = _growth(inputs, name, index)
    return inputs.index(line, growth, POUND / REAL_POUND, label, service=False, since=since)


def _growth(inputs: Inputs, name: str, index: Index) -> Expr:
    """Change, then lag, collar and cap, then efficiency, then what of the difference from expected is paid."""
    path, source = f"indices.{name}", source_of(inputs.scenario.indices, name)
    stated = inputs.scenario.indices[source].change
    assert stated is not None  # what follows nothing states its change
    change: Expr = inputs.value(stated, f"indices.{source}.change", "Change of prices a year")
    change = Events(inputs).index_change(source, change)
    efficiency = inputs.value(index.efficiency, f"{path}.efficiency", "Efficiency a year")
    if index.as_published:
        return (1 + change) * (1 - efficiency)
    actual = _applied(inputs, name, index, change)
    growth = (1 + actual) * (1 - efficiency)
    if index.expected is None or index.true_up is None:
        return growth
    expected = inputs.value(index.expected, f"{path}.expected", "Change expected at the start of the year")
    share = inputs.value(index.true_up, f"{path}.true_up", "Part of actual less expected that is paid")
    before = (1 + _limited(inputs, name, index, expected)) * (1 - efficiency)
    set_at_start = inputs.sheet.add(
        f"index.{name}.growth_expected", before, label="Growth of prices set at the start of the year", service=False
    )
    return set_at_start + share * (growth - set_at_start)


def _applied(inputs: Inputs, name: str, index: Index, change: Expr) -> Expr:
    """The change that acts in a year: that of `lag` years earlier, known at signature at first, within the limits."""
    if index.lag:
        opening = inputs.sheet.given(
            f"indices.{name}.opening_change",
            [index.opening_changes[0], *index.opening_changes],  # nothing acts in year 1
            PURE,
            label="Change of prices known at signature",
        )
        earlier = change.lag(index.lag) if isinstance(change, Ref) and change.period is not Period.ONCE else change
        change = where(inputs.year > index.lag + 1, earlier, opening)
    limited = _limited(inputs, name, index, change)
    label = "Change of prices that acts in the year"
    return inputs.sheet.add(f"index.{name}.change", limited, label=label, service=False)


def _limited(inputs: Inputs, name: str, index: Index, change: Expr) -> Expr:
    if index.collar is not None:
        change = maximum(change, inputs.value(index.collar, f"indices.{name}.collar", "Least change a year"))
    if index.cap is not None:
        change = minimum(change, inputs.value(index.cap, f"indices.{name}.cap", "Most change a year"))
    return change


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
