"""The reference checked by hand: figures small enough for paper, and money that comes out where it went in."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from . import contract, outcomes, read, terms
from .draws import random_draws
from .small import small_contract

STAFFORDSHIRE = Path(__file__).parents[2] / "scenarios" / "staffordshire.yaml"


@pytest.fixture
def small(tmp_path: Path) -> dict[str, Any]:
    return small_contract(tmp_path)


def shocked(scenario: dict[str, Any], shock: float) -> dict[str, list[float]]:
    return {**contract.central(scenario), "services.a.demand_shock": [shock]}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("£1.222bn", 1.222e9),
        ("£840k", 840e3),
        ("£139.50", 139.5),
        ("-£1.5m", -1.5e6),
        ("1,160 people", 1160.0),
        ("3.5%", 0.035),
        ("+0.7pp", 0.007),
        ("8.74 points", 8.74),
        ("1.6", 1.6),
        ("breast_growth", None),
        ("2013 to date", None),
    ],
)
def test_quantities_are_read_in_base_units(text: str, number: float | None) -> None:
    """Millions, percentages and counts; a name is no quantity."""
    assert read.quantity(text) == (None if number is None else pytest.approx(number, rel=1e-15))


def test_delays_are_months() -> None:
    """Two years are 24 months, and a payment after year end says how many."""
    assert read.months("2 years") == read.months("24 months") == 24
    assert read.paid_after({"paid": "6 months after year end"}) == 6
    assert read.paid_after({}) is None
    first = {"amount": "target", "paid": "2 months after year end"}
    for text, after in (("9 months after year end", 9), ("when known", 0), ("3 months after it is known", 3)):
        term = {"paid": {"on_account": first, "reconciled": text}}
        assert (read.on_account_after(term), read.paid_after(term)) == (2, after)


@pytest.mark.parametrize(("period", "middle"), [("2013", 2013.5), ("2010-2014", 2012.5), ("2015/16", 2015.75)])
def test_middle_of_a_baseline_period(period: str, middle: float) -> None:
    """The year 2015/16 runs from 1 April 2015, so its middle is 1 October."""
    assert read.middle_of_period(period) == middle


@pytest.mark.parametrize(("change", "cost"), [(0.015, 1308), (0.035, 1434)])
def test_the_pool_carried_forward(small: dict[str, Any], change: float, cost: float) -> None:
    """£1.222bn over ten years costs £1,308m at 1.5% a year and £1,434m at 3.5%."""
    small["contract"].update(years=10, phases={"fee_based": (1, 2), "outcomes_based": (3, 10)})
    small["services"]["a"]["pool"], small["services"]["b"]["pool"] = 687e6, 535e6
    small["indices"]["prices"]["change"] = change
    result = contract.calculate(small, "existing", contract.central(small))
    assert round(sum(result.envelope) / 1e6) == cost
    assert result.envelope[0] == pytest.approx(122.2e6)


def test_the_marginal_rate_pays_part_of_the_excess(small: dict[str, Any]) -> None:
    """Demand 10% over plan: the block stays at £60m, £40m of activity becomes 40 x (1 + 10% x 50%) = £42m."""
    result = contract.calculate(small, "existing", shocked(small, 0.10))
    assert result.people["A2"][0] == pytest.approx(440)
    assert result.existing["A1"][0] == pytest.approx(60e6)
    assert result.existing["A2"][0] == pytest.approx(42e6)
    assert result.cost["A2"][0] == pytest.approx(40e6 * (0.4 + 0.6 * 1.1))
    assert result.provider_surplus["hospice"][0] == pytest.approx(42e6 - 42.4e6)
    assert result.existing["B1"][0] == result.cost["B1"][0] == pytest.approx(20e6)
    assert result.cost["B1"][1] == pytest.approx(20e6 * 1.03 * 0.99)


def test_loading_and_own_shock_move_people_between_contracts(small: dict[str, Any]) -> None:
    """Weights 0.6 x 1.1 and 0.4 x (1 + 2 x 10% - 5%): people still sum to 1,100."""
    small["register"][1]["loading"] = 2.0
    small["contract_register"]["own_shock"] = {"normal": [0.0, 0.03], "vary": "yearly"}
    draws = {**shocked(small, 0.10), "contract_register.own_shock[A2]": [-0.05]}
    result = contract.calculate(small, "existing", draws)
    assert result.people["A1"][0] == pytest.approx(1100 * 0.66 / (0.66 + 0.46))
    assert result.people["A1"][0] + result.people["A2"][0] == pytest.approx(1100)


def test_a_distribution_without_draws_is_an_error(small: dict[str, Any]) -> None:
    """No draw is ever made up."""
    with pytest.raises(KeyError, match=r"services\.a\.demand_shock"):
        contract.calculate(small, "existing", {})


@pytest.mark.parametrize(
    ("distribution", "centre"),
    [
        ({"triangular": [0.0, 0.3, 0.6]}, 0.3),
        ({"triangular": {"min": 0.0, "mode": 0.0, "max": 0.6}}, 0.2),
        ({"pert": [0.0, 0.1, 0.8]}, 0.2),
        ({"uniform": [1.0, 2.0]}, 1.5),
        ({"beta": [2.0, 4.0]}, 1 / 3),
        ({"beta": {"alpha": 1.0, "beta": 3.0, "min": 1.0, "max": 5.0}}, 2.0),
        ({"discrete": {"values": [0.0, 10.0], "probabilities": [0.9, 0.1]}}, 1.0),
        ({"bernoulli": 0.5}, 1.0),
        ({"bernoulli": 0.49}, 0.0),
        ({"normal": [[0.01, 0.02], 0.01], "vary": "yearly"}, 0.01),
        ({"lognormal": [2.0, 5.0], "central": 3.0}, 3.0),
        ({"lognormal": [2.0, 5.0], "shift": 1.0}, 3.0),
        ({"empirical": [0.3, 0.1, 0.1]}, 0.15),
        ({"normal": [0.0, 1.0], "within": [0.0, "none"]}, math.sqrt(2 / math.pi)),
        ({"uniform": [0.0, 1.0], "shift": 1.0, "within": [1.5, 9.0]}, 1.75),
        ({"beta": [1.0, 1.0], "within": [0.0, 0.5]}, 0.25),
        ({"triangular": [0.0, 0.0, 1.0], "within": [0.0, 0.5]}, 2 / 9),
        ({"quantiles": {"P10": 1.0, "P50": 2.0, "P90": 3.0}}, 2.0),
        (
            {"quantiles": {"P10": 1.0, "P50": 2.0, "P90": 4.0}},
            2 * math.exp((math.log(2) / 1.2815515655446004) ** 2 / 2),
        ),
        (
            {
                "mixture": [
                    {"weight": 0.7, "of": {"normal": [2.0, 1.0]}},
                    {"weight": 0.3, "of": {"uniform": [4.0, 6.0]}},
                ]
            },
            2.9,
        ),
    ],
)
def test_the_central_case_is_the_mean(small: dict[str, Any], distribution: dict[str, Any], centre: float) -> None:
    """An event happens where it is at least as likely as not; a stated centre goes before the mean."""
    small["assumptions"] = {"own": {"value": distribution}}
    assert contract.central(small)["own"][0] == pytest.approx(centre)


def test_commissioners_share_of_a_gain_and_of_a_loss() -> None:
    """Of £8m on a basis of £100m: half of the first £5m and 80% of the rest, £4.9m; a cap of 3% makes it £3m."""
    bands = [(0.05, 0.5), (math.inf, 0.8)]
    assert terms.share_of(8.0, 100.0, bands, 10.0, +1) == pytest.approx(4.9)
    assert terms.share_of(8.0, 100.0, bands, 10.0, -1) == 0.0
    assert terms.share_of(-8.0, 100.0, bands, 10.0, -1) == pytest.approx(4.9)
    assert terms.share_of(8.0, 100.0, bands, 3.0, +1) == 3.0


def test_scores_run_straight_between_points() -> None:
    """Flat outside the points, halfway in between."""
    points = [[0.0, 0.0], [0.02, 0.8], [0.03, 1.0]]
    scores = [outcomes.score_of(points, x) for x in (-0.01, 0.01, 0.02, 0.025, 0.09)]
    assert scores == pytest.approx([0.0, 0.4, 0.8, 0.9, 1.0])


def test_an_outcome_rises_with_trend_and_effect(small: dict[str, Any]) -> None:
    """Middle of 2013 to 1 October 2017 is 4.25 years; the effect's first year adds 0.5pp: 4.75pp, a score of 47.5%."""
    with_effect = contract.calculate(small, "programme", contract.central(small))
    without = contract.calculate(small, "existing", contract.central(small))
    assert with_effect.measured["survival"][1] == pytest.approx(0.4475)
    assert with_effect.score["survival"] == pytest.approx([0.325, 0.475, 0.625])
    assert without.score["survival"] == pytest.approx([0.325, 0.425, 0.525])


def test_noise_is_a_standard_error_or_an_exact_binomial(small: dict[str, Any]) -> None:
    """One score is sqrt(p (1 - p) / n) among 1,000; the median of 10 people at 40% is 4 of them."""
    draws = {**contract.central(small), "outcomes.survival.noise": [1.0]}
    small["outcomes"]["survival"].update(trend=0.0, effect=0.0)
    many = contract.calculate(small, "programme", draws)
    assert many.measured["survival"][0] == pytest.approx(0.4 + math.sqrt(0.24 / 1000))
    small["outcomes"]["survival"]["cohort"] = {"people": 10.0}
    few = contract.calculate(small, "programme", contract.central(small))
    assert few.measured["survival"][0] == 0.4
    draws["outcomes.survival.noise"] = [-3.0]  # P(none of ten) = 0.6^10 = 0.6%, above Phi(-3) = 0.1%
    assert contract.calculate(small, "programme", draws).measured["survival"][0] == 0.0


def test_the_programme_in_its_second_year_by_hand(small: dict[str, Any]) -> None:
    """Savings of 5% x 50%; target £122.4m; 5% of service a's £102m at stake on one outcome; VAT shared."""
    result = contract.calculate(small, "programme", contract.central(small))
    index = 1.03 * 0.99
    own_cost = 120e6 * index * (1 - 0.025 * 0.7)
    paid = 100e6 * 1.02 * 0.975 + 20e6 * index * (1 - 0.025 * 0.7)
    running, vat = 1e6 * index, 0.05 * paid
    gain = 122.4e6 - paid - running - vat
    assert -0.05 * 122.4e6 < gain < 0
    earned = 0.05 * 102e6 * 0.475
    payment = 122.4e6 - 0.05 * 102e6 + earned - 0.5 * gain  # nothing is withheld from b, which has no outcome
    assert result.earned["survival"][1] == pytest.approx(earned)
    assert result.outcome_maximum[1] == pytest.approx(0.05 * 102e6)
    assert sum(result.terms["share"][1].values()) == pytest.approx(-0.5 * gain)
    assert sum(result.payment[k][1] for k in result.payment) == pytest.approx(payment)
    assert result.integrator_surplus[1] == pytest.approx(payment - paid - running - vat)
    assert result.staff_and_suppliers[1] == pytest.approx(own_cost + running)
    assert result.hmrc[1] == pytest.approx(vat)


def test_commissioners_split_by_the_value_of_their_contracts(small: dict[str, Any]) -> None:
    """North has 60% of service a: 2% of £100m there; South the other 40% and all of b."""
    result = contract.calculate(small, "programme", contract.central(small))
    assert result.terms["fee"][0] == pytest.approx({"north": 0.02 * 60e6, "south": 0.02 * 60e6})
    assert result.terms["fee"][1] == {}
    assert result.allocation["north"][:2] == pytest.approx([60e6 * 1.01, 60e6 * 1.01 * 1.02])


def test_late_money_falls_in_its_month(small: dict[str, Any]) -> None:
    """Year 2's share six months after month 24, its outcome money 24 months after; run-off holds year 3's."""
    result = contract.calculate(small, "programme", contract.central(small))
    monthly = [sum(result.months[k][m - 1] for k in result.months) for m in range(1, 61)]
    share = [sum(by.values()) for by in result.terms["share"]]
    assert (result.run_off, result.financial_years) == (2, 5)
    assert monthly[29] - monthly[28] == pytest.approx(share[1])
    assert monthly[41] == pytest.approx(share[2])
    assert monthly[47] == pytest.approx(result.earned["survival"][1])
    assert monthly[59] == pytest.approx(result.earned["survival"][2])
    for k in result.payment:
        assert sum(result.cash[k]) == pytest.approx(sum(result.payment[k]))


def test_money_on_account_and_the_rest(small: dict[str, Any]) -> None:
    """Year 2: £4m a month of the share, whatever it is, and the rest in month 30; 60% of £5.1m provisional in month 27.

    Survival earns 47.5%: 12.5% of £5.1m comes back in month 48.
    """
    share, withhold = (small["payment_models"]["programme"]["phases"]["outcomes_based"][i] for i in (3, 2))
    plain = contract.calculate(small, "programme", contract.central(small))
    share["paid"] = {"on_account": {"amount": 48e6}, "reconciled": "6 months after year end"}
    withhold["paid"] = {
        "on_account": {"amount": "60% * maximum", "paid": "3 months after year end"},
        "reconciled": "when known",
    }
    result = contract.calculate(small, "programme", contract.central(small))
    moved = [sum(result.months[k][m] - plain.months[k][m] for k in result.months) for m in range(60)]
    expected = dict.fromkeys(range(12, 36), 4e6)
    expected[26] += 0.6 * 5.1e6
    expected[29] += -48e6
    expected[47] = -0.6 * 5.1e6
    assert [moved[m] for m in range(38)] == pytest.approx([expected.get(m, 0.0) for m in range(38)], abs=1e-3)
    assert moved[47] == pytest.approx(expected[47])
    for k in result.payment:
        assert result.payment[k] == plain.payment[k]
        assert sum(result.months[k]) == pytest.approx(sum(plain.months[k]))


def test_a_start_in_october_splits_a_contract_year_over_two_financial_years(small: dict[str, Any]) -> None:
    """Half of year 1 falls in financial year 1, half of years 1 and 2 in financial year 2."""
    small["contract"]["start"] = "2016-10-01"
    result = contract.calculate(small, "existing", contract.central(small))
    assert result.envelope_cash[:2] == pytest.approx([60e6, 60e6 + 61.2e6])
    assert sum(result.envelope_cash) == pytest.approx(sum(result.envelope))


def test_present_value_leaves_out_vat_and_discounts_from_the_second_year(small: dict[str, Any]) -> None:
    """Prices are flat: year 2 is cash less VAT over 1.035, year 1 undiscounted."""
    result = contract.calculate(small, "programme", contract.central(small))
    cash = [sum(result.cash[k][f] for k in result.cash) for f in range(2)]
    assert result.present_value[:2] == pytest.approx([cash[0], (cash[1] - result.hmrc[1]) / 1.035])


def conserved(result: contract.Result) -> bool:
    """Every year's outlay reaches staff and suppliers, HMRC or somebody's surplus; and cash comes to outlay."""
    for year in range(result.years):
        outlay = sum(series[year] for series in result.payment.values())
        surpluses = result.integrator_surplus[year] + sum(series[year] for series in result.provider_surplus.values())
        if abs(outlay - result.staff_and_suppliers[year] - result.hmrc[year] - surpluses) > 0.001:
            return False
    return all(abs(sum(result.cash[k]) - sum(result.payment[k])) < 0.001 for k in result.payment)


def test_money_is_conserved_in_every_model_of_staffordshire() -> None:
    """In the central case and on random draws."""
    scenario = read.read_scenario(STAFFORDSHIRE)
    hmrc = 0.0
    for draws in (contract.central(scenario), *(random_draws(scenario, seed) for seed in range(1, 6))):
        for model in scenario["payment_models"]:
            result = contract.calculate(scenario, model, draws)
            assert conserved(result), model
            hmrc += sum(result.hmrc)
    assert hmrc > 0  # some trial has VAT that cannot be recovered


def test_money_is_conserved_whoever_pays(small: dict[str, Any]) -> None:
    """Fees, capitation, activity and pools from one party to another, with a shock, in the small contract."""
    to_integrator = {"from": "commissioners", "to": "integrator"}
    small["payment_models"]["programme"]["phases"]["outcomes_based"] += [
        {"name": "chain", "kind": "activity", "from": "integrator", "to": "providers", "above": 0.5},
        {"name": "fixed", "kind": "fee", **to_integrator, "amount": 1e6, "index": "prices"},
        {"name": "heads", "kind": "capitation", **to_integrator, "per_person": 50.0, "index": "flat"},
        {"name": "pool", "kind": "incentive_pool", "from": "integrator", "to": "providers", "rate": 0.01},
        {"name": "back", "kind": "block", "from": "providers", "to": "commissioners", "share": 0.01},
    ]
    result = contract.calculate(small, "programme", shocked(small, 0.10))
    assert sum(result.terms["heads"][1].values()) == pytest.approx(50_000)
    assert result.terms["chain"][1]["A2"] == pytest.approx(40e6 * 1.02 * 1.05)
    assert conserved(result)
