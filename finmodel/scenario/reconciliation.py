"""The register against the pools: register over the contract + listed differences = pool, service by service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from finmodel.scenario.document import RegisterRow, Scenario
from finmodel.scenario.draft import Checked
from finmodel.scenario.models import RegisterDifference
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import no_such
from finmodel.scenario.quantities import write_quantity
from finmodel.units import POUND

_TOLERANCE = 1.0  # £ a year that may stay unexplained


def check_sums(rows: Sequence[RegisterRow], checked: Checked) -> None:
    """Note a mistake for each service whose contracts and listed differences do not add up to its pool."""
    contract, register = checked.draft.contract, checked.draft.contract_register
    listed = register.differences if register else []
    _check_differences(listed, checked)
    if contract is None or (register is None and checked.written("contract_register").get("differences")):
        return
    for name, service in checked.draft.services.items():
        members = [row.annual_value for row in rows if row.service == name]
        if not members:
            checked.refuse(f"the register holds no contract of '{name}'", ("services", name), on_key=True)
            continue
        total, yearly, years = sum(members), service.pool.amount / contract.years, contract.years
        own = [one for one in listed if one.service == name]
        rest = total + sum(one.amount.amount for one in own) / years - yearly
        if abs(rest) <= _TOLERANCE:
            continue
        if own:
            message = (
                f"the contracts of '{name}' in the register add up to {_pounds(total * years)} over {years} years and "
                f"the pool is {_pounds(service.pool.amount)}; with the differences listed ({_listed(own)}) "
                f"{_pounds(-rest * years)} is left unexplained"
            )
        else:
            message = (
                f"the contracts of '{name}' in the register add up to {_pounds(total)} a year, but the pool over "
                f"{years} years is {_pounds(yearly)} a year: a difference of {_pounds(rest)}; where its reason is "
                "known, list it under contract_register.differences"
            )
        checked.refuse(message, ("services", name, "pool"))


def _check_differences(listed: Sequence[RegisterDifference], checked: Checked) -> None:
    """Each difference has a name of its own and a service that exists."""
    seen: set[str] = set()
    services = checked.names("services")
    for at, one in enumerate(listed):
        path: Path = ("contract_register", "differences", at)
        if one.name in seen:
            checked.refuse(f"there is already a difference '{one.name}'", (*path, "name"))
        seen.add(one.name)
        if services and one.service not in services:
            message, near = no_such("service", one.service, services)
            checked.refuse(message, (*path, "service"), near)


def reconciliation(scenario: Scenario) -> tuple[str, ...]:
    """One line a service, where the scenario lists any difference between register and pools."""
    differences = scenario.contract_register.differences
    if not differences:
        return ()
    years = scenario.contract.years
    lines = []
    for name, service in scenario.services.items():
        total = years * sum(row.annual_value for row in scenario.register if row.service == name)
        own = [one for one in differences if one.service == name]
        lines.append(
            f"{service.label}: register {_pounds(total)} over {years} years"
            + (f"; differences {_listed(own)}" if own else "; no difference")
            + f"; pool {_pounds(service.pool.amount)}."
            + (" A difference is in the target; no contract's payment or cost holds it." if own else "")
        )
    return tuple(lines)


def _listed(differences: Iterable[RegisterDifference]) -> str:
    return ", ".join(f"{one.name} {_pounds(one.amount.amount)}" for one in differences)


def _pounds(amount: float) -> str:
    return write_quantity(round(amount, 2) + 0.0, POUND)
