"""A high-inflation spell: mean and standard deviation of the index that it makes, against exact laws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.contract.evaluate import make_draws
from finmodel.lines import BoundPlan, compile_plan
from finmodel.uncertainty import BLOCK_SIZE
from tests.contract.flat import base_case, fixed, flat
from tests.contract.money import evaluate
from tests.contract.scenarios import TESTED, World

YEARS, CHANGE, SIZE = 8, 0.02, 0.05
BLOCKS = 3
LENGTHS = {1: 0.5, 3: 0.3, 4: 0.2}
DRAWN = {"values": list(LENGTHS), "probabilities": [f"{100 * p:g}%" for p in LENGTHS.values()]}


def spell(**keys: Any) -> World:
    found = flat([fixed(1e6)], years=YEARS)
    found.data["indices"]["general"] = {"change": CHANGE}
    one = {"label": "Spell", "kind": "inflation_spell", "index": "general", "source": "Assumption: for a test."}
    found.data["events"] = {"spell": {**one, "size": SIZE, **keys}}
    return found


def drawn(folder: Path, world: World, *lines: str) -> dict[str, np.ndarray]:
    """These lines by contract year, shape (years, trials)."""
    contract = world.compile(folder)
    wanted = [(line, range(1, YEARS + 1)) for line in lines]
    plan = compile_plan(contract.sheet, contract.calendar, wanted)
    bound = BoundPlan(plan, make_draws(contract), BLOCK_SIZE)
    values = np.concatenate([bound.run(number).copy() for number in range(BLOCKS)], axis=1)
    return {line: values[at * YEARS : (at + 1) * YEARS] for at, line in enumerate(lines)}


def by_chain(power: int, p: float, first: int, lengths: dict[int, float]) -> list[float]:
    """E[index^power] by year: a chain over the years that the spell still lasts, each year's change multiplied in."""
    state = {0: 1.0}
    found = []
    for year in range(1, YEARS + 1):
        moved: dict[int, float] = {}
        for left, weight in state.items():
            chances = [(0, 1.0)] if year < first else [(0, 1 - p), *((n, p * q) for n, q in lengths.items())]
            for begun, chance in chances:
                now = max(left - 1, begun)
                rise = 1.0 if year == 1 else (1 + CHANGE + (SIZE if now > 0 else 0.0)) ** power
                moved[now] = moved.get(now, 0.0) + weight * chance * rise
        state = moved
        found.append(sum(state.values()))
    return found


def check(values: np.ndarray, mean: float, square: float) -> None:
    """Mean and standard deviation within four of their own standard errors."""
    n, variance = len(values), square - mean * mean
    assert abs(values.mean() - mean) < 4 * np.sqrt(variance / n)
    fourth = np.mean((values - mean) ** 4)
    assert abs(np.mean((values - mean) ** 2) - variance) < 4 * np.sqrt((fourth - variance**2) / n)


@pytest.mark.parametrize("first", [1, 4])
def test_a_spell_that_may_come_again(tmp_path: Path, first: int) -> None:
    """Each lasts as long as is drawn for it; the chain is exact."""
    years = {"discrete": DRAWN, "vary": "yearly"}
    world = spell(probability_a_year="15%", when=first, years=years)
    values = drawn(tmp_path, world, "index.general", "events.spell.acts")
    mean, square = (by_chain(power, 0.15, first, LENGTHS) for power in (1, 2))
    for year in (first + 1, YEARS):
        check(values["index.general"][year - 1], mean[year - 1], square[year - 1])
    again = (np.diff(values["events.spell.acts"], axis=0) > 0).sum(axis=0)
    assert again.max() > 1


def test_a_spell_of_one_length_that_may_come_again(tmp_path: Path) -> None:
    values = drawn(tmp_path, spell(probability_a_year="15%", years=2), "index.general")
    mean, square = (by_chain(power, 0.15, 1, {2: 1.0})[-1] for power in (1, 2))
    check(values["index.general"][-1], mean, square)


def test_a_spell_once(tmp_path: Path) -> None:
    """Over beginning, length and a uniform size: `((g + b)^(m+1) - (g + a)^(m+1)) / ((m + 1) (b - a))` for m years."""
    starts, (a, b), p, g = {2: 0.6, 7: 0.4}, (0.02, 0.09), 0.3, 1 + CHANGE
    when = {"discrete": {"values": list(starts), "probabilities": ["60%", "40%"]}}
    world = spell(probability="30%", when=when, years={"discrete": DRAWN}, size={"uniform": [a, b]})
    values = drawn(tmp_path, world, "index.general", "events.spell.acts")

    def moment(power: int) -> float:
        found = (1 - p) * g ** (power * (YEARS - 1))
        for begin, q in starts.items():
            for length, weight in LENGTHS.items():
                years = min(begin + length, YEARS + 1) - begin
                m = power * years
                raised = ((g + b) ** (m + 1) - (g + a) ** (m + 1)) / ((m + 1) * (b - a))
                found += p * q * weight * g ** (power * (YEARS - 1 - years)) * raised
        return float(found)

    check(values["index.general"][-1], moment(1), moment(2))
    assert (np.diff(values["events.spell.acts"], axis=0) > 0).sum(axis=0).max() == 1


def test_it_lasts_to_the_end_where_no_length_is_stated(tmp_path: Path) -> None:
    acts = base_case(tmp_path, spell(probability="60%", when=3))["events.spell.acts"]
    assert acts[:YEARS].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    acts = base_case(tmp_path, spell(probability="60%", when=3, years=2.4))["events.spell.acts"]
    assert acts[:YEARS].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("key", ["probability", "probability_a_year"])
def test_it_is_off_in_the_base_case_below_one_half(tmp_path: Path, key: str) -> None:
    for chance, change in (("49%", CHANGE), ("50%", CHANGE + SIZE)):
        index = base_case(tmp_path, spell(**{key: chance}))["index.general"]
        np.testing.assert_allclose(index[:YEARS], (1 + change) ** np.arange(YEARS), rtol=1e-12)


def test_happening_time_length_and_size_have_streams_of_their_own(tmp_path: Path) -> None:
    """Another length or size moves neither whether it happens nor when it begins."""
    lines = ("events.spell.happens", "events.spell.when")
    keys = {"probability": "30%", "when": {"uniform": [1, 6]}}
    first = evaluate(spell(**keys, years=1).compile(tmp_path), TESTED, 64)
    other = spell(**keys, years={"uniform": [1, 5]}, size={"uniform": [0.0, 0.1]})
    second = evaluate(other.compile(tmp_path), TESTED, 64)
    for line in lines:
        np.testing.assert_array_equal(first[line], second[line])
    of_trial = [second[line][0] for line in (*lines, "events.spell.years", "events.spell.size")]
    assert np.abs(np.corrcoef(of_trial)[np.triu_indices(4, 1)]).max() < 0.5
