"""A small scenario to start from, and the register beside it: a template filled with four numbers."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from string import Template

from finmodel.scenario.fields import NumberField
from finmodel.scenario.quantities import parse_quantity, write_quantity
from finmodel.scenario.register import COLUMNS
from finmodel.scenario.values import Limits
from finmodel.units import PERSON, POUND

_POOL = NumberField(POUND, "an amount of money such as £40m", Limits(1e5, 1e11))
_POPULATION = NumberField(PERSON, "a number of people such as 100,000 people", Limits(1e3, 1e8))
_DEATHS, _SURVEYED = 0.009, 0.05  # a year, per person; of those, asked through their families
_CONTRACTS = (  # contract, provider, commissioner, share of the year's money, kind, loading, marginal rate
    ("C1", "acute_trust", "integrated_care_board", 0.4, "activity", "1.2", "70%"),
    ("C2", "community_trust", "integrated_care_board", 0.3, "block", "", ""),
    ("C3", "hospice", "integrated_care_board", 0.2, "block", "", ""),
    ("C4", "home_care_agency", "council", 0.1, "cost", "0.8", ""),
)


@dataclass(frozen=True)
class Start:
    """What is asked before a scenario is begun: `pool` is £ over all years, at year-1 prices and activity."""

    name: str
    start: date
    years: int
    pool: float
    population: float


def read_pool(written: str) -> float:
    """£ over all years; the £ may be left out. Problem says what is wrong.

    >>> read_pool("40m")
    40000000.0
    """
    with suppress(ValueError):
        found = parse_quantity(written)
        if not found.marked:
            _POOL.hold(found.amount)
            return found.amount
    return _POOL.amount(written)


def read_population(written: str) -> float:
    """A number of people; the word may be left out. Problem says what is wrong."""
    return _POPULATION.amount(written)


def starter_scenario(start: Start) -> str:
    """The text of the scenario file; it names the register `register_name`."""
    fee_years = 2 if start.years > 2 else 1
    yearly = start.pool / start.years
    template = files("finmodel.scenario").joinpath("starter.yaml").read_text(encoding="utf-8")
    return Template(template).substitute(
        name=start.name,
        title=start.name.replace("_", " ").strip().capitalize(),
        start=start.start.isoformat(),
        years=start.years,
        fee_based="1-2" if fee_years == 2 else "1",
        outcomes_based=_span(fee_years + 1, start.years),
        population=write_quantity(start.population, PERSON),
        pool=pounds(start.pool),
        deaths=_people(_DEATHS * start.population),
        surveyed=_people(_SURVEYED * _DEATHS * start.population),
        running_cost_low=pounds(_three_digits(0.017 * yearly)),
        running_cost=pounds(_three_digits(0.02 * yearly)),
        running_cost_high=pounds(_three_digits(0.025 * yearly)),
        ramp_start=fee_years,
        ramp_end=min(6, start.years),
    )


def starter_register(start: Start) -> str:
    """The register's text: contracts in whole pounds that add up to the pool divided by the years."""
    yearly = round(start.pool / start.years)
    amounts = [round(share * yearly) for _, _, _, share, *_ in _CONTRACTS[:-1]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row, amount in zip(_CONTRACTS, [*amounts, yearly - sum(amounts)], strict=True):
        contract, provider, commissioner, _, kind, loading, rate = row
        writer.writerow(
            (contract, provider, "end_of_life", "", commissioner, f"{amount:,}", kind, loading, rate, "illustrative")
        )
    return text.getvalue()


def register_name(name: str) -> str:
    """The file of the register of the scenario `name`."""
    return f"{name}-register.csv"


def pounds(amount: float) -> str:
    """An amount as people write it, exactly.

    >>> pounds(40e6), pounds(1.222e9), pounds(136_000), pounds(40_123_456.78)
    ('£40m', '£1.222bn', '£136k', '£40,123,456.78')
    """
    exact = Decimal(repr(float(amount)))
    for power, letter in ((9, "bn"), (6, "m"), (3, "k")):
        size = exact.scaleb(-power)
        if size >= 1 and size == round(size, 3):
            return f"£{size.normalize():f}{letter}"
    return write_quantity(amount, POUND)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _people(number: float) -> str:
    return write_quantity(float(max(round(number), 1)), PERSON)


def _three_digits(amount: float) -> float:
    return float(f"{amount:.3g}")
