"""Money goes from somebody to somebody: proved with sums of the test's own, which know no ledger (`money`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.contract import compile_contract, open_scenario
from finmodel.contract import ledger as accounts
from finmodel.contract.effects import effects_of
from finmodel.contract.evaluate import central
from finmodel.contract.flows import FlowWriter
from finmodel.contract.inputs import Inputs
from finmodel.contract.ledger import Ledger
from finmodel.contract.model import ModelBuilder
from finmodel.contract.names import SharedNames
from finmodel.contract.outcomes import Outcomes
from finmodel.contract.shared import Shared, write_shared
from finmodel.lines import BoundPlan, Calendar, Period, Sheet, compile_plan
from finmodel.lines.expressions import Drawn
from finmodel.scenario import Scenario
from finmodel.uncertainty import Draws, Driver
from finmodel.units import PURE
from tests.contract.money import Money, evaluate, failures
from tests.contract.scenarios import SUPPLY_CHAIN, TESTED, Row, Term, every_mechanism, world
from tests.contract.strategies import MECHANISMS, STARTS, few, worlds

FLAGSHIP = Path(__file__).parents[2] / "scenarios" / "staffordshire.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="module")
def full(folder: Path) -> Scenario:
    return every_mechanism().open(folder)


# Outlay + guarantee calls = staff and suppliers + HMRC + surpluses; integrators that may go: test_exit_money.
@pytest.mark.parametrize("mechanism", MECHANISMS)
@few(12)
@given(data=st.data())
def test_money_is_conserved(folder: Path, mechanism: str, data: st.DataObject) -> None:
    world = data.draw(worlds(holds=mechanism))
    contract = world.compile(folder)
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []


@pytest.mark.parametrize("start", STARTS)
def test_money_is_conserved_whatever_the_month_of_the_start(folder: Path, start: str) -> None:
    world = every_mechanism()
    world.data["contract"]["start"] = start
    contract = world.compile(folder)
    assert failures(contract, TESTED, evaluate(contract, TESTED, trials=200)) == []


@pytest.mark.parametrize("column", [1, 4], ids=["provider", "commissioner"])
def test_anybody_may_be_called_integrator(folder: Path, column: int) -> None:
    def called(row: Row) -> Row:
        cells = [*row]
        cells[column] = "integrator" if row[column] in ("charity", "north") else row[column]
        return tuple(cells)  # type: ignore[return-value]

    found = every_mechanism()
    found.rows = tuple(called(row) for row in found.rows)
    commissioners = found.data["parties"]["commissioners"]
    if column == 4:
        commissioners["integrator"] = commissioners.pop("north")
    contract = found.compile(folder)
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []


@pytest.mark.parametrize("later", [[], [SUPPLY_CHAIN]], ids=["no term", "supply chain alone"])
def test_a_model_in_which_commissioners_pay_nothing(folder: Path, later: list[Term]) -> None:
    """Its payment is nought in each year, and not a figure without a year."""
    contract = world([], later).compile(folder)
    assert failures(contract, TESTED, evaluate(contract, TESTED)) == []
    stored = dict(zip((output.column for output in contract.outputs), central(contract), strict=True))
    assert [stored[f"{TESTED}/payment/year-{year}"] for year in (1, 2, 3)] == [0, 0, 0]


def test_money_is_conserved_in_the_flagship() -> None:
    contract = compile_contract(open_scenario(FLAGSHIP))
    vat = 0.0
    for model in contract.models:
        values = evaluate(contract, model, trials=32)
        vat += float(values[f"{model}.hmrc"].sum())
        assert failures(contract, model, values) == [], model
    assert vat > 0


def each_is_missed(monkeypatch: pytest.MonkeyPatch, scenario: Scenario, holder: type, method: str) -> int:
    """How many calls a method gets, after asserting that none of them can be left out unnoticed.

    All trials draw what the first two draw. Call n takes no part in trials 2n + 2 and 2n + 3: its amount, the last
    argument, is multiplied by a switch of its own. The first two leave nothing out.
    """
    original: Any = getattr(holder, method)
    begin: Any = ModelBuilder.__init__
    switches: list[str] = []
    inputs: list[Inputs] = []

    def remembering(self: ModelBuilder, shared: Shared, *arguments: Any) -> None:
        inputs.append(shared.inputs)
        begin(self, shared, *arguments)

    def switched(self: Any, *arguments: Any) -> None:
        name = f"call {len(switches)}"
        switches.append(name)
        inputs[-1].drivers[name] = Driver(name, "score", {}, yearly=False)
        original(self, *arguments[:-1], arguments[-1] * Drawn(PURE, Period.ONCE, False, name))

    def set_switches(values: Mapping[str, Any]) -> None:
        for drawn in values.values():
            drawn[:] = np.resize(drawn[:2], len(drawn))
        for number, name in enumerate(switches, start=1):
            if name in values:
                values[name][:] = 1
                values[name][2 * number : 2 * number + 2] = 0

    monkeypatch.setattr(ModelBuilder, "__init__", remembering)
    monkeypatch.setattr(holder, method, switched)
    contract = compile_contract(scenario)
    values = evaluate(contract, TESTED, 2 * len(switches) + 2, set_switches)

    def found(pair: int) -> list[str]:
        return failures(contract, TESTED, {name: line[:, 2 * pair : 2 * pair + 2] for name, line in values.items()})

    assert found(0) == []
    assert [name for number, name in enumerate(switches, start=1) if not found(number)] == [], "nobody misses these"
    return len(switches)


def test_no_posting_can_be_left_out(monkeypatch: pytest.MonkeyPatch, full: Scenario) -> None:
    assert each_is_missed(monkeypatch, full, Ledger, "post") > 100


def test_no_debt_of_a_commissioner_can_be_left_out(monkeypatch: pytest.MonkeyPatch, full: Scenario) -> None:
    assert each_is_missed(monkeypatch, full, FlowWriter, "_owe") > 40


def test_a_posting_to_the_wrong_account_is_found(monkeypatch: pytest.MonkeyPatch, full: Scenario) -> None:
    original = Ledger.post

    def to_the_other_provider(self: Ledger, what: str, payer: str, payee: str, amount: Any) -> None:
        original(self, what, payer, payee.replace("provider charity", "provider trust"), amount)

    monkeypatch.setattr(Ledger, "post", to_the_other_provider)
    contract = compile_contract(full)
    found = failures(contract, TESTED, evaluate(contract, TESTED))
    assert {"surplus of charity", "surplus of trust"} <= set(found)


def test_the_positions_of_all_accounts_add_up_to_zero(full: Scenario) -> None:
    sheet = Sheet()
    shared = write_shared(full, sheet)
    outcomes = Outcomes(shared)
    effects = effects_of(full, TESTED)
    builder = ModelBuilder(shared, outcomes, SharedNames(shared, outcomes), effects)
    ledger = builder.build().ledger
    known = {accounts.commissioner(name) for name in full.commissioners}
    known |= {accounts.provider(row.provider) for row in full.register}
    assert set(ledger.accounts) == known | {accounts.INTEGRATOR, accounts.STAFF_AND_SUPPLIERS, accounts.HMRC}
    for account in ledger.accounts:
        sheet.add(f"position[{account}]", ledger.position(account), period=Period.CONTRACT_YEAR)
    calendar = Calendar(full.contract.start, full.contract.years)
    plan = compile_plan(sheet, calendar, [(f"position[{account}]", (1, 2, 3)) for account in ledger.accounts])
    drivers = [shared.inputs.drivers[name] for name in plan.drivers]
    draws = Draws(drivers, [], seed=1, first_financial_year=2016, years=3, block_size=50)
    positions = BoundPlan(plan, draws, 50).run(0).reshape(len(ledger.accounts), 3, 50)
    assert np.abs(positions).max(axis=(1, 2)).min() > 1  # no account stands idle
    np.testing.assert_allclose(positions.sum(axis=0), 0, atol=1e-5)


@few(15)
@given(world=worlds())
def test_debtors_and_creditors_are_settled_after_run_off(folder: Path, world: Any) -> None:
    """Accrued so far less paid so far is what is owed: by any month, and nothing at the end."""
    contract = world.compile(folder)
    values = evaluate(contract, TESTED, trials=4)
    money = Money(contract, TESTED, values)
    for payer, outlay in money.outlay.items():
        paid = np.cumsum(values[f"{TESTED}.cash_by_month[{payer}]"], axis=0)
        owed = outlay.sum(axis=0) - paid[-1]
        np.testing.assert_allclose(owed, 0, atol=0.01, rtol=0)
        late = [m for m in money.moved if m.months_late]
        if not late:  # nothing to settle: each year's end finds everything paid
            np.testing.assert_allclose(paid[11 : 12 * money.years : 12], np.cumsum(outlay, axis=0), atol=0.01)
