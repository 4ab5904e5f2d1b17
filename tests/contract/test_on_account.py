"""Cash on account with reconciliation, and provisional outcome money: by hand, conserved, and against the reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finmodel.analysis.explain import explain_trial
from finmodel.contract import trial
from finmodel.contract.flows import FlowWriter
from tests.contract.agreement import compare_world
from tests.contract.flat import M, base_case, flat, rows, term, with_outcomes
from tests.contract.money import evaluate, failures
from tests.contract.scenarios import (
    PASS_THROUGH,
    TESTED,
    TO_INTEGRATOR,
    Term,
    World,
    every_mechanism,
    outcome,
    world,
)
from tests.contract.strategies import STARTS, WITHOUT_ACCOUNT
from tests.contract.test_conservation import each_is_missed
from tests.contract.test_refused_terms import place, refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("on_account")


def paid(amount: str, reconciled: str = "6 months after year end", when: str = "") -> dict[str, Any]:
    """The block after `paid:`; monthly on account unless `when` says otherwise."""
    return {"on_account": {"amount": amount, **({"paid": when} if when else {})}, "reconciled": reconciled}


def activity(timing: dict[str, Any], years: int = 2) -> World:
    """£1.2m planned, 10% above plan in year 1 and 10% below in year 2, paid in full; £1,200 a year beside it."""
    found = flat([term("activity", above="100%", paid=timing)], rows(1_200_000, 1_200), years=years)
    found.data["services"]["a"]["demand_shock"] = ["10%", "-10%"]
    return found


def months(values: dict[str, Any], payer: str) -> np.ndarray:
    return np.asarray(values[f"{TESTED}.cash_by_month[{payer}]"])


# By hand


def test_a_twelfth_of_the_plan_each_month_and_the_difference_after_the_year(folder: Path) -> None:
    """£100,000 a month; £120,000 more in September 2017 for year 1, and £120,000 back in September 2018 for year 2."""
    values = base_case(folder, activity(paid("target")))
    expected = np.zeros(36)
    expected[:24] = 100_000
    expected[17] += 120_000
    expected[29] -= 120_000
    np.testing.assert_allclose(months(values, "north"), expected, atol=1e-6)
    np.testing.assert_allclose(months(values, "south")[:24], 100, atol=1e-9)
    np.testing.assert_allclose(values[f"{TESTED}.cash[north]"], [1_200_000, 1_320_000, -120_000], atol=1e-6)
    np.testing.assert_allclose(values[f"{TESTED}.payment"], [1_321_200, 1_081_200], atol=1e-6)


def test_a_start_on_the_first_of_october(folder: Path) -> None:
    """Six months of year 1 fall in 2016/17. Its reconciliation, six months after September 2017, is March 2018."""
    found = activity(paid("target"))
    found.data["contract"]["start"] = "2016-10-01"
    values = base_case(folder, found)
    cash = values[f"{TESTED}.cash[north]"]
    np.testing.assert_allclose(cash[:3], [600_000, 600_000 + 600_000 + 120_000, 600_000 - 120_000], atol=1e-6)
    assert abs(cash[3:]).max() == 0
    by_year = months(values, "north")
    assert [by_year[max(0, 12 * f - 6) : 12 * f + 6].sum() for f in range(3)] == pytest.approx(list(cash[:3]))


def test_a_reconciliation_a_month_later_falls_in_the_next_financial_year(folder: Path) -> None:
    found = activity(paid("target", "7 months after year end"))
    found.data["contract"]["start"] = "2016-10-01"
    cash = base_case(folder, found)[f"{TESTED}.cash[north]"]
    np.testing.assert_allclose(cash[:4], [600_000, 1_200_000, 600_000 + 120_000, -120_000], atol=1e-6)


def test_an_amount_on_account_after_the_year(folder: Path) -> None:
    """£1m two months after each year's end, the rest (£321,200; £81,200) eight months after it."""
    values = base_case(folder, activity(paid("£1m", "8 months after year end", "2 months after year end")))
    total = months(values, "north") + months(values, "south")
    expected = np.zeros(36)
    expected[[13, 25]] = 1 * M
    expected[[19, 31]] = [321_200, 81_200]
    np.testing.assert_allclose(total, expected, atol=1e-6)


def provisional(improvements: list[float], **other: Any) -> World:
    """A pool of £6.87m, 20% of it for survival; 60% of it is paid three months after the year."""
    timing = paid("60% * maximum", "when known", "3 months after year end")
    return with_outcomes([term("incentive_pool", rate="10%", paid=timing, **other)], improvements)


def test_provisional_outcome_money_and_its_true_up(folder: Path) -> None:
    """£4.122m in month 15. Survival earns £1.374m and the other outcome nothing: £2.748m comes back in month 36."""
    values = base_case(folder, provisional([0.1]))
    expected = np.zeros(36)
    expected[14], expected[35] = 4.122 * M, (1.374 - 4.122) * M
    np.testing.assert_allclose(months(values, "north"), expected, atol=1e-3)
    name = f"{TESTED}.later.incentive_pool.earned.survival"
    assert values[f"{name}.on_account"][0] == pytest.approx(0.6 * 0.2 * 6.87 * M)
    assert values[f"{name}.reconciled"][0] == pytest.approx(0.4 * 1.374 * M)
    assert values[f"{TESTED}.payment"][0] == pytest.approx(1.374 * M)


def test_each_outcome_is_reconciled_when_it_is_known_but_not_before_the_payment_on_account(folder: Path) -> None:
    """Survival is known as the year ends: it is settled in month 15, with the payment on account of both."""
    found = provisional([0.1])
    found.data["outcomes"]["survival"]["lag"] = 0
    values = base_case(folder, found)
    other = 0.6 * 0.8 * 6.87 * M
    expected = np.zeros(36)
    expected[14], expected[35] = 1.374 * M + other, -other
    np.testing.assert_allclose(months(values, "north"), expected, atol=1e-3)


def test_months_after_it_is_known(folder: Path) -> None:
    found = provisional([0.1])
    found.data["payment_models"][TESTED]["phases"]["later"][0]["paid"]["reconciled"] = "3 months after it is known"
    assert np.flatnonzero(months(base_case(folder, found), "north")).tolist() == [14, 38]


def test_money_on_account_of_nothing_falls_like_the_target_and_comes_back(folder: Path) -> None:
    """Nothing is withheld in year 1; £1m on account is split 68.7 to 53.5, and returned when scores are known."""
    timing = paid("£1m", "when known", "3 months after year end")
    withhold = term("outcome_withhold", on=["block"], rate="0%", paid=timing)
    found = with_outcomes([term("block"), withhold], [0.1])
    found.data["outcomes"]["third"] = outcome("b", "100%", lag="12 months")
    values = base_case(folder, found)
    name = f"{TESTED}.later.outcome_withhold"
    assert values[f"{name}.share_on_account[a]"][0] == pytest.approx(68.7 / 122.2)
    assert values[f"{name}.earned.third.on_account.from[south]"][0] == pytest.approx(M * 53.5 / 122.2)
    assert months(values, "south")[14] == pytest.approx(M * 53.5 / 122.2)
    assert months(values, "south")[23] == pytest.approx(-M * 53.5 / 122.2)
    assert months(values, "north")[35] == pytest.approx(-M * 68.7 / 122.2)


def test_nothing_is_paid_on_account_outside_the_phase(folder: Path) -> None:
    found = activity(paid("target"))
    phases = found.data["payment_models"][TESTED]["phases"]
    found.data["contract"]["phases"] = {"first": "1", "later": "2"}
    phases["first"] = [PASS_THROUGH]
    values = base_case(folder, found)
    np.testing.assert_allclose(values[f"{TESTED}.later.activity.on_account"], [0, 1_201_200])
    assert values[f"{TESTED}.later.activity.reconciled"] == pytest.approx([0, -120_000])


# Laws


def everywhere() -> World:
    """Every mechanism between all parties, every term of the commissioners paid on account."""
    found = every_mechanism()
    for terms in found.data["payment_models"][TESTED]["phases"].values():
        for number, one in enumerate(terms):
            if one["from"] != "commissioners" or one["kind"] in WITHOUT_ACCOUNT:
                continue
            when = ["", "2 months after year end", "13 months after year end"][number % 3]
            if one["kind"] in ("outcome_withhold", "incentive_pool"):
                one["paid"] = paid("60% * maximum", ["when known", "2 months after it is known"][number % 2], when)
            elif one.get("scaled_by_outcomes"):
                one["paid"] = paid("£2m", "2 months after it is known", when)
            else:
                one["paid"] = paid(["3% * target", "£2m"][number % 2], "15 months after year end", when)
    return found


@pytest.mark.parametrize("start", STARTS)
def test_money_is_conserved_and_agrees_with_the_reference(tmp_path: Path, start: str) -> None:
    found = everywhere()
    found.data["contract"]["start"] = start
    contract = found.compile(tmp_path)
    assert failures(contract, TESTED, evaluate(contract, TESTED, trials=50)) == []
    for phase, terms in found.data["payment_models"][TESTED]["phases"].items():
        kept = [one for one in terms if one["kind"] != "formula"]
        found.data["payment_models"][TESTED]["phases"][phase] = kept
    compare_world(tmp_path, found, [None, 0, 1])


def test_no_payment_on_account_and_no_reconciliation_can_be_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pool = term("incentive_pool", rate="10%", paid=paid("60% * maximum", "when known", "3 months after year end"))
    found = world([], [term("block", paid=paid("£1m")), pool])  # each commissioner pays for each of three outcomes
    assert each_is_missed(monkeypatch, found.open(tmp_path), FlowWriter, "_owe") == 2 * 2 * (1 + 3)


def test_only_cash_changes(tmp_path: Path) -> None:
    """Accrued payments and every surplus are those of the same terms paid in any other way, to the bit."""
    one, other = everywhere(), every_mechanism()
    sheets = [trial(found.compile(tmp_path), TESTED, 7).values for found in (one, other)]
    same = [name for name in sheets[0] if any(word in name for word in (".payment", "surplus", ".hmrc", ".outcome_"))]
    assert len(same) > 10
    for name in same:
        size = 3  # contract years; run-off differs in length
        np.testing.assert_array_equal(sheets[0][name][:size], sheets[1][name][:size], err_msg=name)
    cash = [name for name in sheets[0] if ".cash[" in name]
    assert any(not np.array_equal(sheets[0][name][:3], sheets[1][name][:3]) for name in cash)


def test_debtors_and_creditors_are_what_is_accrued_and_not_paid(folder: Path) -> None:
    """After year 1: £120,000 owed for year 1. After year 2: that is paid, and £120,000 is due back."""
    values = base_case(folder, activity(paid("target")))
    owed = np.cumsum(values[f"{TESTED}.payment[north]"][:2]) - np.cumsum(months(values, "north"))[[11, 23]]
    np.testing.assert_allclose(owed, [120_000, -120_000], atol=1e-6)
    assert months(values, "north").sum() == pytest.approx(values[f"{TESTED}.payment[north]"].sum())


# What is shown and what is refused


def test_explain_shows_both_parts(tmp_path: Path) -> None:
    contract = activity(paid("target")).compile(tmp_path)
    found = explain_trial(contract, TESTED, None, year=1)
    (bar,) = (bar for bar in found.waterfalls[0].bars if bar.name.endswith("activity"))
    shown = {row.label: row.value for row in bar.rows}
    assert shown["Activity: paid on account"] == pytest.approx(1_201_200)
    assert shown["Activity: reconciliation"] == pytest.approx(120_000)


BLOCK = term("block")
REFUSED: dict[str, tuple[Term, str]] = {
    "what is due": (
        {**BLOCK, "paid": paid("80% * due")},
        "'due': an amount on account is fixed before what is due is known",
    ),
    "the term itself": (
        {**BLOCK, "paid": paid("80% * block")},
        "'block': an amount on account is fixed before what is due is known",
    ),
    "no outcome money": (
        {**BLOCK, "paid": paid("60% * maximum")},
        "'maximum' is outcome money at full score; this term pays for no outcomes",
    ),
    "people": (
        {**BLOCK, "paid": paid("2 * population")},
        "an amount on account is in £ a year, but this formula gives person",
    ),
    "a bare number": (
        {**BLOCK, "paid": paid("60%")},
        "an amount on account is in £ a year, but this formula gives rate",
    ),
    "an unknown name": (
        {**BLOCK, "paid": paid("tagret")},
        "there is no line named 'tagret' above this one",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_amount_that_cannot_be_paid_on_account(tmp_path: Path, case: str) -> None:
    wrong, message = REFUSED[case]
    mistakes, text = refused(tmp_path, flat([wrong]))
    assert [mistake[0] for mistake in mistakes] == [message]
    line, _ = place(text, "block", "amount")
    assert mistakes[0][1:3] == (f"payment_models.{TESTED}.phases.later.block.paid.on_account.amount", line)


def test_maximum_means_one_thing(tmp_path: Path) -> None:
    found = provisional([0.1])
    terms = found.data["payment_models"][TESTED]["phases"]["later"]
    terms.insert(0, {"name": "maximum", "kind": "fee", **TO_INTEGRATOR, "share": "1%"})
    mistakes, _ = refused(tmp_path, found)
    assert [m[0] for m in mistakes] == [
        "'maximum' is the term's outcome money at full score; give the other line of that name another"
    ]


def test_an_assumption_that_only_an_amount_on_account_names_is_used(folder: Path) -> None:
    found = activity(paid("on_plan * target"))
    part = {"value": "80%", "unit": "rate", "source": "A test", "owner": "Nobody", "confidence": "red"}
    found.data["assumptions"] = {"on_plan": part}
    assert base_case(folder, found)[f"{TESTED}.later.activity.on_account"] == pytest.approx([0.8 * 1_201_200] * 2)
