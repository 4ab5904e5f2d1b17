"""What every driver was in every trial of a run, drawn again: draws are not stored, since they can be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from finmodel.contract import Contract

Array = NDArray[np.float64]


def driver_values(contract: Contract, trials: int) -> dict[str, Array]:
    """The values of each driver, shape (trials,), by its name without `assumptions.`.

    Of a driver that varies yearly it is the mean over the contract years. Drivers that each contract (or other member)
    has for itself count as one, by their mean. Drivers that no result reads are left out.
    """
    from finmodel.contract.evaluate import make_draws
    from finmodel.simulation import BLOCK

    read = frozenset(contract.plan.drivers)
    drivers = [driver for driver in contract.drivers if driver.name in read]
    groups: dict[str, list[str]] = {}
    for driver in drivers:
        groups.setdefault(driver_group(driver.name), []).append(driver.name)
    found = {name: np.zeros(trials) for name in groups}
    yearly = {driver.name for driver in drivers if driver.yearly}
    draws = make_draws(contract)
    years = contract.calendar.years
    for block in range(-(-trials // BLOCK)):
        first = block * BLOCK
        here = min(BLOCK, trials - first)
        draws.start_block(block)
        for year in range(1, years + 1):
            draws.start_year(year, read)
            for name, members in groups.items():
                for member in members:
                    if member in yearly or year == 1:
                        part = len(members) * (years if member in yearly else 1)
                        found[name][first : first + here] += draws.values[member][:here] / part
    return found


def driver_group(name: str) -> str:
    """`contract_register.own_shock[C12]` counts with all other own shocks."""
    return name.partition("[")[0].removeprefix("assumptions.")
