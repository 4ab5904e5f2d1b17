"""A term for some services only, by hand: two services of £2m and £1m, a for 1,000 people, b for 400."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.flat import M, base_case, fixed, flat, payment, rows, term, with_outcomes
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, TO_PROVIDERS

BOTH = rows(2 * M, 1 * M)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("services")


@pytest.mark.parametrize(
    ("services", "expected"),
    [(["a"], 2 * M), (["b"], 1 * M), (["b", "a"], 3 * M)],
)
@pytest.mark.parametrize(
    "one",
    [
        term("block"),
        term("activity", above="70%"),
        {"name": "existing", "kind": "existing_contracts", **TO_PROVIDERS},
        {**term("formula"), "formula": "target", "by": "service"},
        {**term("formula"), "formula": "price * people", "by": "contract"},
    ],
    ids=lambda one: one.get("by", one["kind"]),
)
def test_the_amounts_of_other_services_are_left_out(
    folder: Path, one: dict[str, object], services: list[str], expected: float
) -> None:
    assert payment(folder, flat([{**one, "services": services}], BOTH)) == pytest.approx([expected])


@pytest.mark.parametrize(
    ("services", "north", "south"), [(["a"], 0.9 * M, 0), (["b"], 0, 0.9 * M), (["a", "b"], 0.6 * M, 0.3 * M)]
)
def test_an_amount_for_the_whole_contract_falls_on_these_services(
    folder: Path, services: list[str], north: float, south: float
) -> None:
    """North has the contract of service a, south that of b."""
    values = base_case(folder, flat([fixed(0.9 * M, services=services)], BOTH))
    assert values[f"{TESTED}.payment[north]"] == pytest.approx([north])
    assert values[f"{TESTED}.payment[south]"] == pytest.approx([south])


def test_providers_of_these_services_are_paid(folder: Path) -> None:
    share = {"name": "gain", "kind": "formula", "from": "integrator", "to": "providers", "formula": "£0.1m"}
    found = flat([{**SUPPLY_CHAIN}, {**share, "services": ["b"]}], BOTH)
    values = base_case(folder, found)
    assert values[f"{TESTED}.provider_surplus[hospice]"] == pytest.approx([0.1 * M])
    assert values[f"{TESTED}.provider_surplus[trust]"] == pytest.approx([0.0])
    assert values[f"{TESTED}.integrator_surplus"] == pytest.approx([-3.1 * M])


def test_a_formula_is_calculated_for_these_services_alone(folder: Path) -> None:
    """For service a it would divide by nothing; the later term reads the amount of b alone."""
    rule = {**term("formula"), "name": "rule", "by": "service", "services": ["b"]}
    rule["formula"] = "target * target / (target[a] - target)"
    tenth = {**term("formula"), "name": "tenth", "formula": "10% * rule"}
    assert payment(folder, flat([rule, tenth], BOTH)) == pytest.approx([1.1 * M])


@pytest.mark.parametrize("on", [["a"], ["a", "b"]])
def test_a_withhold_on_a_term_for_some_services(folder: Path, on: list[str]) -> None:
    """Service a alone has outcomes: 10% of it is at stake, a fifth of that on `survival`, which earns half."""
    block, withhold = term("block", services=on), term("outcome_withhold", on=["block"], rate="10%")
    found = with_outcomes([block, withhold], [0.05])
    a, b = 68.7 * M, 53.5 * M * ("b" in on)
    assert payment(folder, found) == pytest.approx([0.9 * a + b + 0.1 * a * 0.2 * 0.5])
    found = with_outcomes([term("block"), {**withhold, "services": ["a"]}], [0.05])
    assert payment(folder, found) == pytest.approx([0.9 * a + 53.5 * M + 0.1 * a * 0.2 * 0.5])


def test_a_pool_for_some_services_has_their_maximum(folder: Path) -> None:
    found = with_outcomes([term("block"), term("incentive_pool", rate="2%", services=["a"])], [0.05])
    assert base_case(folder, found)[f"{TESTED}.outcome_maximum"] == pytest.approx([0.02 * 68.7 * M])
