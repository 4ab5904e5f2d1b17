"""Every key that moves money or outcomes stands in some scenario that is compared with the slow reference.

The scenarios are those that tests/contract/test_*against_reference.py compare: the shipped ones, and what their
strategies draw. A new key fails here until the reference knows it and a strategy draws it.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.contract.clauses import indices
from tests.contract.exits import may_go, with_events
from tests.contract.keys import Key, listed, used
from tests.contract.offers import evidence, offers
from tests.contract.strategies import MECHANISMS, draw_appraisal, worlds
from tests.reference.compose import composed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
PAGES = (
    "contract",
    "appraisal",
    "indices",
    "services",
    "contract-register",
    "parties",
    "savings",
    "outcomes",
    "events",
    "payment-models",
    "payment-terms",
    "bid",
    "checks",
)
SAID_ONLY = {"label", "description", "source", "reason", "one_more", "remark", "bidder", "legal_form", "green_book"}
"""Keys that are words of a report."""
ELSEWHERE: dict[Key, str] = {
    ("contract_register", "sheet"): "where a register is read from: tests/scenario/test_register.py",
    ("payment-terms formula", "formula"): "the reference has no formulas: worked examples of scenarios/mechanisms",
    ("payment-terms formula", "by"): "likewise: tests/contract/test_own_formulas.py",
    ("payment_models.NAME.lines.NAME", "formula"): "likewise",
    ("payment_models.NAME.lines.NAME", "unit"): "likewise",
    ("payment_models.NAME.lines.NAME", "report"): "shows a line",
}
"""What no scenario compared with the reference has, and what proves it instead."""


def of_shipped_scenarios() -> set[Key]:
    found: set[Key] = set()
    for path in (*SCENARIOS.glob("*.yaml"), *SCENARIOS.glob("stress/*.yaml"), *SCENARIOS.glob("bids/*.yaml")):
        found.update(used(composed(path)))
        own = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        found.update(used({"bid": own["bid"]}) if "bid" in own else ())
    return found


def of_drawn_scenarios(kinds: list[str], number: int) -> set[Key]:
    """Of two scenarios for each kind of term; another number, other scenarios."""
    found: set[Key] = set()

    @seed(number)
    @settings(max_examples=2, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.data())
    def collect(kind: str, data: st.DataObject) -> None:
        world = data.draw(worlds(formulas=False, anything=False, holds=kind))
        world = with_events(data.draw, may_go(data.draw, world))
        draw_appraisal(data.draw, world.data)
        world.data["indices"] = data.draw(indices())
        found.update(used({**world.data, "bid": data.draw(offers()), "checks": data.draw(evidence())}))

    for kind in kinds:
        collect(kind)
    return found


def kinds_with(missing: set[Key]) -> list[str]:
    """The kinds of term whose keys are missing; all, where it is no term's."""
    kinds = [kind for kind in MECHANISMS if kind != "formula"]
    return [kind for kind in kinds if any(kind in block for block, _ in missing)] or kinds


def test_every_key_that_moves_a_figure_is_compared() -> None:
    wanted = {(block, key) for block, key in listed(*PAGES) if key not in SAID_ONLY}
    assert len(wanted) > 250
    missing = wanted - of_shipped_scenarios()
    assert ELSEWHERE.keys() <= missing, "a key is compared now: take it out of the list"
    missing -= ELSEWHERE.keys()
    for number in range(40):  # rare keys need a few
        missing -= of_drawn_scenarios(kinds_with(missing), number) if missing else set()
    assert not missing
