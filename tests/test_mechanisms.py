"""scenarios/mechanisms: each payment mechanism, written in YAML alone, pays what its published formula says.

The formulas stand here a second time, in plain Python. The base case feeds them from the numbers in the YAML and the
register; trials feed them from lines of people, prices, costs, targets and scores, never from what is paid.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from finmodel.cli import app
from finmodel.contract import compile_contract, open_scenario, trial
from tests.contract.money import Floats, evaluate, failures

FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "mechanisms"
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "base")
ROWS = csv.DictReader((FOLDER / "register.csv").read_text(encoding="utf-8").splitlines())
REGISTER = {row["contract"]: row for row in ROWS}
SERVICE = {contract: row["service"] for contract, row in REGISTER.items()}
VALUE = {contract: float(row["annual_value"].replace(",", "")) for contract, row in REGISTER.items()}
FIRST = {"emergency": 10_000, "elective": 5_000}
EMERGENCY = [contract for contract, service in SERVICE.items() if service == "emergency"]
ELECTIVE = [contract for contract, service in SERVICE.items() if service == "elective"]
OUTCOMES = {"at_home": ("emergency", 0.6), "no_return": ("emergency", 0.4), "recovered": ("elective", 1.0)}
TRIALS = 50
M = 1e6


@dataclass(frozen=True)
class Year:
    """What happened in a contract year: figures by contract, service, outcome or assumption."""

    number: int
    people: Mapping[str, float]
    plan: Mapping[str, float]
    price: Mapping[str, float]
    care_cost: Mapping[str, float]  # after savings
    existing: Mapping[str, float]  # what existing terms pay, after savings
    target_of: Mapping[str, float]
    score: Mapping[str, float]
    population: float
    tariff: float
    running_cost: float
    assumed: Mapping[str, float]

    @property
    def target(self) -> float:
        return sum(self.target_of.values())

    @property
    def paid_to_providers(self) -> float:
        return sum(self.existing.values())

    @property
    def integrator_cost(self) -> float:
        return self.paid_to_providers + self.running_cost

    def earned(self, service: str) -> float:
        return sum(weight * self.score[name] for name, (of, weight) in OUTCOMES.items() if of == service)

    @property
    def mean_score(self) -> float:
        return sum(self.score.values()) / 3


def existing_terms(contract: str, people: float, plan: float, price: float, cost: float) -> float:
    """What a contract of the register is paid before savings."""
    kind, marginal = REGISTER[contract]["kind"], REGISTER[contract]["marginal_rate"]
    if kind == "block":
        return price * plan
    if kind == "cost":
        return cost
    return price * (min(people, plan) + float(marginal.rstrip("%")) / 100 * max(people - plan, 0))


def by_hand(number: int, saves: bool, update: float = 1.03 * 0.98, **assumed: float) -> Year:
    """The base case from the numbers in base.yaml: growth 5% and 2%, costs x 1.03 x 0.98, half of savings realised."""
    tariff, cost_index = update ** (number - 1), (1.03 * 0.98) ** (number - 1)
    after = 1 - (0.5 * [0, 0.03, 0.06, 0.09][number - 1] if saves else 0)
    growth = {"emergency": 1.05, "elective": 1.02}
    plan = {c: VALUE[c] / (25 * M) * FIRST[SERVICE[c]] for c in SERVICE}
    people = {c: plan[c] * growth[SERVICE[c]] ** (number - 1) for c in SERVICE}
    price = {c: VALUE[c] / plan[c] * tariff for c in SERVICE}
    before = {c: VALUE[c] * (0.5 + 0.5 * people[c] / plan[c]) * cost_index for c in SERVICE}
    return Year(
        number,
        people,
        plan,
        price,
        {c: before[c] * after for c in SERVICE},
        {c: existing_terms(c, people[c], plan[c], price[c], before[c]) * after for c in SERVICE},
        dict.fromkeys(FIRST, 25 * M * tariff),
        {"at_home": 1.5 * number / 6, "no_return": number / 5, "recovered": number / 10},
        100_000 * 1.01 ** (number - 1),
        tariff,
        0.5 * M * cost_index,
        assumed,
    )


def of_trial(values: Mapping[str, Floats], number: int, at: int, saves: bool) -> Year:
    """A year of a trial from its lines of people, indices, costs, targets and scores; what has no line is NaN."""

    def line(name: str) -> float:
        return float(np.broadcast_to(values[name][:4], (4, TRIALS))[number - 1, at]) if name in values else math.nan

    after = 1 - (line("savings_rate") if saves else 0)
    plan = {c: VALUE[c] / (25 * M) * FIRST[SERVICE[c]] for c in SERVICE}
    people = {c: line(f"contract_people[{c}]") for c in SERVICE}
    price = {c: VALUE[c] / plan[c] * line("index.tariff") for c in SERVICE}
    before = {c: line(f"cost_before_savings[{c}]") for c in SERVICE}
    assumed = {name.removeprefix("assumptions."): line(name) for name in values if name.startswith("assumptions.")}
    return Year(
        number,
        people,
        plan,
        price,
        {c: before[c] * after for c in SERVICE},
        {c: existing_terms(c, people[c], plan[c], price[c], before[c]) * after for c in SERVICE},
        {service: line(f"target[{service}]") for service in FIRST},
        {name: line(f"outcomes.{name}.score") for name in OUTCOMES},
        line("population"),
        line("index.tariff"),
        0.5 * M * line("index.care_cost"),
        assumed,
    )


def clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


# The formulas


def block_fee(y: Year) -> float:
    fee = 2 * M
    for uplift, efficiency in [(0.03, 0.02), (0.025, 0.02), (0.02, 0.01)][: y.number - 1]:
        fee *= 1 + uplift - efficiency
    return y.paid_to_providers + fee


def tariff_update(y: Year) -> float:
    """25,000,000 / 10,000 people and 25,000,000 / 5,000 people in year 1."""
    update = ((1 + 0.031) * (1 - 0.02)) ** (y.number - 1)
    return update * sum((2500 if c in EMERGENCY else 5000) * y.people[c] for c in SERVICE)


def marginal_rate(y: Year) -> float:
    emergency = sum(
        y.price[c] * min(y.people[c], y.plan[c]) + 0.7 * y.price[c] * max(y.people[c] - y.plan[c], 0) for c in EMERGENCY
    )
    return emergency + sum(y.existing[c] for c in ELECTIVE)


def blended_payment(y: Year) -> float:
    emergency = sum(y.price[c] * y.plan[c] + 0.2 * y.price[c] * (y.people[c] - y.plan[c]) for c in EMERGENCY)
    return emergency + sum(y.existing[c] for c in ELECTIVE)


def api_2022(y: Year) -> float:
    emergency = sum(y.price[c] * y.plan[c] for c in EMERGENCY)
    elective = 1.04 * sum(y.price[c] * y.plan[c] for c in ELECTIVE)
    variable = 0.75 * sum(y.price[c] * (y.people[c] - 1.04 * y.plan[c]) for c in ELECTIVE)
    best_practice = 0.05 * sum(y.price[c] * y.people[c] for c in ELECTIVE) * (y.assumed["best_practice"] - 0.6)
    cquin = 0.0125 * (emergency * (1 - y.earned("emergency")) + elective * (1 - y.earned("elective")))
    return emergency + elective + variable + best_practice - cquin


def api_2023(y: Year) -> float:
    paid = sum(y.price[c] * y.plan[c] for c in EMERGENCY)
    for c in ELECTIVE:
        low = y.price[c] * y.plan[c] < 1.5 * M
        paid += y.price[c] * (y.plan[c] if low else y.people[c])
    return paid


def cquin(y: Year, rate: float = 0.025) -> float:
    return y.target - rate * sum(y.target_of[s] * (1 - y.earned(s)) for s in y.target_of)


def outcome_withhold(y: Year) -> float:
    rate = [0, 0.1, 0.1, 0.15][y.number - 1]
    return sum((1 - rate) * v + rate * v * y.earned(s) for s, v in y.target_of.items())


def outcome_scores(y: Year) -> float:
    return sum(0.9 * v + 0.1 * v * y.earned(s) for s, v in y.target_of.items())


def multilateral(y: Year) -> float:
    return y.target - 0.4 * clip(y.target - y.integrator_cost, -0.02 * y.target, 0.02 * y.target)


def risk_corridor(y: Year) -> float:
    target, cost = y.target, y.integrator_cost
    if cost > 1.08 * target:
        return target + 0.025 * target + 0.8 * (cost - 1.08 * target)
    if cost > 1.03 * target:
        return target + 0.5 * (cost - 1.03 * target)
    if cost < 0.92 * target:
        return target - 0.025 * target - 0.8 * (0.92 * target - cost)
    if cost < 0.97 * target:
        return target - 0.5 * (0.97 * target - cost)
    return target


def profit_cap(y: Year) -> float:
    turnover = (540 * y.population + 1 * M) * y.tariff
    return turnover - max(0, turnover - y.integrator_cost - 0.075 * turnover)


def patient_flow(y: Year) -> float:
    paid = 510 * y.population * y.tariff
    for contracts in (EMERGENCY, ELECTIVE):
        cost, people = sum(y.care_cost[c] for c in contracts), sum(y.people[c] for c in contracts)
        paid -= cost / people * y.assumed["treated_elsewhere"] * people
        paid += 0.8 * cost / people * y.assumed["taken_in"] * people
    return paid


def quality_share(y: Year) -> float:
    quality = 0.5 * y.earned("emergency") + 0.5 * y.earned("elective")
    settled = (0.5 + 0.5 * quality) * (y.target - y.paid_to_providers) + 0.1 * quality * y.target
    return y.paid_to_providers + settled


def virtual_budget(y: Year) -> float:
    return y.paid_to_providers + 0.5 * max(0, y.assumed["morbidity"] * y.target - y.paid_to_providers)


def value_gate(y: Year) -> float:
    gain = y.target - y.integrator_cost
    if gain <= 0:
        return y.integrator_cost + gain
    passed = y.mean_score >= 0.4 - 1e-9
    return y.integrator_cost + 0.5 * gain + (0.5 * gain if passed else 0)


def shared_savings(y: Year) -> float:
    benchmark, cost = min(y.assumed["risk_score"], 1.03) * y.target, y.paid_to_providers
    saving = benchmark - cost
    if abs(saving) < 0.02 * benchmark * (1 - 1e-9):
        return cost
    if saving > 0:
        return cost + min(0.75 * y.mean_score * saving, 0.2 * benchmark)
    return cost - min(0.4 * -saving, 0.15 * benchmark)


def stop_loss(y: Year) -> float:
    """The integrator bears min(cost, 102% of target); commissioners the rest."""
    return y.target + y.integrator_cost - min(y.integrator_cost, 1.02 * y.target)


def stop_loss_each(y: Year) -> float:
    """Each provider bears min(cost, 105% of what it is paid)."""
    return sum(paid + y.care_cost[c] - min(y.care_cost[c], 1.05 * paid) for c, paid in y.existing.items())


@dataclass(frozen=True)
class Case:
    file: str
    model: str
    formula: Callable[[Year], float]
    saves: bool = False
    assumed: Mapping[str, tuple[float, ...]] | None = None
    update: float = 1.03 * 0.98
    scores: Mapping[str, tuple[float, ...]] | None = None


# No return: 1pp, 2pp, 3pp and 4pp better, each year pooled with the one before it, of which it has 5% more people.
BY_HAND = {
    "at_home": (0.0, 0.4, 0.7, 1.1),
    "no_return": (0.2, *((before + 1.05 * (before + 1)) / 2.05 / 5 for before in (1, 2, 3))),
    "recovered": (0.0, 0.0, 0.3, 0.4),
}

CASES = [
    Case("block-fee", "block_fee", block_fee),
    Case("tariff-update", "tariff", tariff_update, update=1.031 * 0.98),
    Case("marginal-rate", "marginal_rate", marginal_rate),
    Case("blended-payment", "blended", blended_payment),
    Case("api-2022", "api_2022", api_2022, assumed={"best_practice": (0.65,) * 4}),
    Case("api-2023", "api_2023", api_2023),
    Case("cquin", "cquin", cquin),
    Case("cquin", "cquin_2022", partial(cquin, rate=0.0125)),
    Case("outcome-withhold", "withhold", outcome_withhold, True),
    Case("outcome-scores", "outcome_scores", outcome_scores, scores=BY_HAND),
    Case("multilateral-gain-loss", "multilateral", multilateral, True),
    Case("risk-corridor", "corridor", risk_corridor, True),
    Case("profit-cap", "profit_cap", profit_cap, True),
    Case(
        "patient-flow-capitation",
        "patient_flow",
        patient_flow,
        True,
        {"treated_elsewhere": (0.1,) * 4, "taken_in": (0.06,) * 4},
    ),
    Case("quality-scaled-share", "quality_share", quality_share, True),
    Case("virtual-budget", "virtual_budget", virtual_budget, True, {"morbidity": (1.0, 1.01, 1.02, 1.03)}),
    Case("value-gate", "value_gate", value_gate, True),
    Case("shared-savings", "shared_savings", shared_savings, True, {"risk_score": (1.0, 1.02, 1.04, 1.04)}),
    Case("stop-loss", "aggregate", stop_loss, True),
    Case("stop-loss", "each_contract", stop_loss_each),
]
BY_MODEL = {case.model: case for case in CASES}
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.model)


def paid(model: str, *overrides: str) -> Floats:
    """The payment of each year of the base case."""
    contract = compile_contract(open_scenario(FOLDER / f"{BY_MODEL[model].file}.yaml", overrides), [model])
    return trial(contract, model, None).values[f"{model}.payment"][:4]


@EACH
def test_the_base_case_pays_what_the_formula_says(case: Case) -> None:
    expected = []
    for number in (1, 2, 3, 4):
        assumed = {name: by_year[number - 1] for name, by_year in (case.assumed or {}).items()}
        year = by_hand(number, case.saves, case.update, **assumed)
        if case.scores is not None:
            year = replace(year, score={name: by_year[number - 1] for name, by_year in case.scores.items()})
        expected.append(case.formula(year))
    assert paid(case.model) == pytest.approx(expected, abs=0.005, rel=1e-12)


@EACH
def test_trials_pay_what_the_formula_says_and_money_is_conserved(case: Case) -> None:
    contract = compile_contract(open_scenario(FOLDER / f"{case.file}.yaml"), [case.model])
    values = evaluate(contract, case.model, TRIALS)
    expected = [
        [case.formula(of_trial(values, number, at, case.saves)) for at in range(TRIALS)] for number in (1, 2, 3, 4)
    ]
    np.testing.assert_allclose(values[f"{case.model}.payment"][:4], expected, rtol=1e-11, atol=0.005)
    assert len({round(x) for row in expected for x in row}) > TRIALS
    assert failures(contract, case.model, values) == []


@pytest.mark.parametrize("name", ["base", *FILES])
def test_every_file_runs(name: str, tmp_path: Path) -> None:
    out = str(tmp_path / "run")
    result = CliRunner().invoke(app, ["run", str(FOLDER / f"{name}.yaml"), "--trials", "200", "--out", out])
    assert result.exit_code == 0, result.output


def test_every_mechanism_has_a_file_a_row_and_a_head_that_says_what_is_an_illustration() -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted({case.file for case in CASES}) == FILES
    assert re.findall(r"`([a-z0-9-]+)\.yaml` \|", table) == list(dict.fromkeys(case.file for case in CASES))
    for name in FILES:
        head = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").split("\n\nextends: base.yaml\n")[0]
        assert head.count("\n# ") == head.count("\n")
        assert 3 <= head.count("\n") <= 7, name
        assert "# Source: " in head, name


# Thresholds, in year 1: target £50m, of which emergencies pay £25m for what comes. Cost over target is half the shock


def year_1(model: str, shock: str = "0%", *more: str, running: str = "£0") -> float:
    fixed = [f"services.emergency.demand_shock={shock}", f"parties.integrator.running_cost={running}"]
    return float(paid(model, *fixed, *more)[0])


@pytest.mark.parametrize(
    ("shock", "due"),
    [("-30%", -4.05), ("-16%", -1.25), ("-6%", 0), ("0%", 0), ("6%", 0), ("8%", 0.25), ("16%", 1.25), ("26%", 3.25)],
)  # cost 85%, 92%, 97%, 100%, 103%, 104%, 108% and 113% of £50m
def test_corridor_edges(shock: str, due: float) -> None:
    assert year_1("corridor", shock) == pytest.approx((50 + due) * M, abs=0.01)


@pytest.mark.parametrize("edge", [-16, -6, 6, 16])
def test_the_corridor_is_continuous(edge: int) -> None:
    below, above = (year_1("corridor", f"{edge + step}%") for step in (-1e-6, 1e-6))
    assert 0 <= above - below <= 0.8 * 25 * M * 2e-8 * 1.001


def settled(shock: str, *more: str) -> float:
    """What shared savings pay beyond the existing contracts."""
    return year_1("shared_savings", shock, *more) - care(shock)


def care(shock: str) -> float:
    return (50 + 25 * float(shock.rstrip("%")) / 100) * M


def test_shared_savings_jump_at_the_minimum_rate() -> None:
    """£1m is 2% of £50m: 75% of it times an average score of 55% / 3, or 40% of it; a pound less, and nothing moves."""
    assert settled("-4%") == pytest.approx(0.75 * 0.55 / 3 * M, abs=0.01)
    assert settled("4%") == pytest.approx(-0.4 * M, abs=0.01)
    assert settled("-3.99999%") == pytest.approx(0, abs=0.01)
    assert settled("3.99999%") == pytest.approx(0, abs=0.01)


def test_shared_savings_have_a_cap_and_a_limit() -> None:
    """With full scores 20% of £50m is first reached at a saving of £13.33m; 15% of it at a loss of £18.75m."""
    full = [f"outcomes.{name}.trend=12pp" for name in OUTCOMES]
    assert settled("-50%", *full) == pytest.approx(0.75 * 12.5 * M, abs=0.01)
    assert settled("-53.33333333%", *full) == pytest.approx(10 * M, abs=0.1)
    assert settled("-60%", *full) == pytest.approx(10 * M, abs=0.01)
    assert settled("60%") == pytest.approx(-6 * M, abs=0.01)
    assert settled("75%") == pytest.approx(-7.5 * M, abs=0.01)
    assert settled("80%") == pytest.approx(-7.5 * M, abs=0.01)


def test_the_risk_score_counts_to_3_percent() -> None:
    """Care costs £49.5m; £1.5m less than 102% of £50m, and £2m less than 103%, which is the most."""
    for score, saving in (("102%", 1.5), ("103%", 2.0), ("110%", 2.0)):
        more = f"assumptions.risk_score.value={score}"
        assert settled("-2%", more) == pytest.approx(0.75 * 0.55 / 3 * saving * M, abs=0.01)


def test_the_value_gate_opens_at_40_percent() -> None:
    """A gain of £2m: £1m of it in any case, the rest where every score is 40%: 2.4pp, 2pp and 4pp better."""

    def with_trends(*trends: str) -> float:
        more = [f"outcomes.{name}.trend={trend}" for name, trend in zip(OUTCOMES, trends, strict=True)]
        return year_1("value_gate", "-8%", *more)

    assert with_trends("1.9pp", "1.5pp", "3.5pp") == pytest.approx(50 * M, abs=0.01)
    assert with_trends("1.9pp", "1.5pp", "3.4999pp") == pytest.approx(49 * M, abs=0.01)
    assert year_1("value_gate", "8%") == pytest.approx(50 * M, abs=0.01)  # an overrun comes off in full


def test_profit_is_capped_beyond_a_share_of_turnover() -> None:
    """Turnover £55m, so profit to £4.125m is kept: cost of £50.875m."""
    assert year_1("profit_cap", "3.5%") == pytest.approx(55 * M, abs=0.01)
    assert year_1("profit_cap", "4%") == pytest.approx(55 * M, abs=0.01)
    assert year_1("profit_cap", "3.4%") == pytest.approx((55 - 0.025) * M, abs=0.01)
    assert year_1("profit_cap", "0%") == pytest.approx((55 - 0.875) * M, abs=0.01)


def test_a_contract_of_low_volume_is_a_block_below_the_limit() -> None:
    """Elective people 10% above plan; P4 is worth £1m."""
    more = "services.elective.demand_shock=10%"
    path = "payment_models.api_2023.phases.whole.elective.formula"
    rule = path + "=where(reached(price * plan, {}), price * people, price * plan)"
    assert year_1("api_2023", "0%", more, rule.format("£1m")) == pytest.approx(52.5 * M, abs=0.01)
    assert year_1("api_2023", "0%", more, rule.format("£1000001")) == pytest.approx(52.4 * M, abs=0.01)
    assert year_1("api_2023", "0%", more) == pytest.approx(52.4 * M, abs=0.01)


@pytest.mark.parametrize(("shock", "due"), [("2%", 0), ("4%", 0), ("8%", 1), ("20%", 4)])
def test_stop_loss_begins_at_102_percent_of_target(shock: str, due: float) -> None:
    assert year_1("aggregate", shock) == pytest.approx((50 + due) * M, abs=0.01)


@pytest.mark.parametrize(("error", "due"), [("4%", 0), ("5%", 0), ("10%", 0.05 * 17)])
def test_stop_loss_of_each_contract(error: str, due: float) -> None:
    """Elective care costs more than the register says: P1, P3 and P4 (£17m) bear 5% of it, P2 is paid at cost."""
    paid_at_cost = 8 * float(error.rstrip("%")) / 100
    more = f"services.elective.opening_error={error}"
    assert year_1("each_contract", "0%", more) == pytest.approx((50 + paid_at_cost + due) * M, abs=0.01)


def test_every_party_has_its_share_of_a_gain_and_they_add_up() -> None:
    """Cost of £49m is at the cap of 2%, £48.5m beyond it: that half million stays with the integrator."""
    for shock, shared, own in (("-2%", 0.5, 0.0), ("-4%", 1.0, 0.0), ("-6%", 1.0, 0.5), ("6%", -1.0, -0.5)):
        overrides = [f"services.emergency.demand_shock={shock}", "parties.integrator.running_cost=£0"]
        scenario = open_scenario(FOLDER / "multilateral-gain-loss.yaml", overrides)
        values = trial(compile_contract(scenario, ["multilateral"]), "multilateral", None).values
        commissioners = 50 * M - float(values["multilateral.payment"][0])
        integrator = float(values["multilateral.integrator_surplus"][0])
        emergency = float(values["multilateral.whole.emergency_share[emergency]"][0])
        elective = float(values["multilateral.whole.elective_share[elective]"][0])
        assert [commissioners, emergency, elective] == pytest.approx(
            [0.4 * shared * M, 0.25 * shared * M, 0.15 * shared * M], abs=0.01
        )
        assert integrator == pytest.approx((0.2 * shared + own) * M, abs=0.01)


@pytest.mark.parametrize(("model", "rate"), [("cquin", 0.025), ("cquin_2022", 0.0125)])
@pytest.mark.parametrize(("trend", "score"), [("-1pp", 0), ("-0.5pp", 0), ("2.5pp", 0.5), ("5.5pp", 1), ("7pp", 1)])
def test_outcomes_earn_from_baseline_to_stretch(model: str, rate: float, trend: str, score: float) -> None:
    """`at_home` is 0.5pp better by effect, its stretch is 6pp and its weight 60%; the others score 20% and 10%."""
    lost = rate * (25 * (1 - 0.6 * score - 0.4 * 0.2) + 25 * (1 - 0.1))
    assert year_1(model, "0%", f"outcomes.at_home.trend={trend}") == pytest.approx((50 - lost) * M, abs=0.01)


FIRST_YEAR = {
    # £25m emergencies and £25m elective care, 10,000 and 5,000 people at plan; scores of 25%, 20% and 10%, so that
    # emergencies earn 60% x 25% + 40% x 20% = 23% and elective care 10%
    "marginal_rate": 50_000_000,  # nobody above the baseline
    "blended": 50_000_000,
    # 25 + 104% of 25, less 75% of the 4% that did not come, + 5% of 25 for 5pp, less 1.25% of 25 x 77% and 26 x 90%
    "api_2022": 25_000_000 + 26_000_000 - 750_000 + 62_500 - 240_625 - 292_500,
    "api_2023": 50_000_000,
    "cquin": 50_000_000 - 481_250 - 562_500,  # 2.5% of 25 x 77% and of 25 x 90%
    "cquin_2022": 50_000_000 - 240_625 - 281_250,
    "corridor": 50_000_000,  # cost of 50.5 is 101% of 50: within 3%
    "profit_cap": 50_500_000 + 4_125_000,  # turnover 54 + 1; cost 50 + 0.5; profit up to 7.5% of 55
    "patient_flow": 51_000_000 - 5_000_000 + 2_400_000,  # £510 x 100,000; 10% out at 100%, 6% in at 80%, of 50
    # quality (23% + 10%) / 2 = 16.5%: share 58.25% of nothing saved, bonus 1.65% of 50
    "quality_share": 50_000_000 + 825_000,
}


@pytest.mark.parametrize("model", FIRST_YEAR)
def test_the_first_year_worked_with_a_pencil(model: str) -> None:
    assert float(paid(model)[0]) == pytest.approx(FIRST_YEAR[model], abs=0.01)


@pytest.mark.parametrize(
    ("trend", "score"), [("1.4999pp", 0), ("1.5pp", 0.4), ("3.5pp", 0.7), ("5.4999pp", 0.7), ("5.5pp", 1.1)]
)
def test_tiers_and_a_bonus_are_reached_exactly(trend: str, score: float) -> None:
    """`at_home` is 0.5pp better by effect. In year 1 only `no_return` earns beside it: recovery is not significant."""
    lost = 0.1 * (25 * (1 - 0.6 * score - 0.4 * 0.2) + 25)
    assert year_1("outcome_scores", "0%", f"outcomes.at_home.trend={trend}") == pytest.approx((50 - lost) * M, abs=0.01)


@pytest.mark.parametrize(
    ("at_home", "trend", "score"), [("3.5pp", "1pp", 0), ("3.5pp", "1.01pp", 0.151), ("1.5pp", "9pp", 0)]
)
def test_recovery_pays_where_it_is_significant_and_the_gate_is_open(at_home: str, trend: str, score: float) -> None:
    """70% among 5,000 against 5,000: 1.645 standard errors are 1.508pp, of which the effect is 0.5pp."""
    tier = 0.7 if at_home == "3.5pp" else 0.4
    lost = 0.1 * (25 * (1 - 0.6 * tier - 0.4 * 0.2) + 25 * (1 - score))
    more = [f"outcomes.at_home.trend={at_home}", f"outcomes.recovered.trend={trend}"]
    assert year_1("outcome_scores", "0%", *more) == pytest.approx((50 - lost) * M, abs=0.01)


@pytest.mark.parametrize(("trend", "share", "bonus"), [("-9pp", 0.5, 0.0), ("40pp", 1.0, 0.1)])
def test_quality_sets_share_and_bonus_between_their_ends(trend: str, share: float, bonus: float) -> None:
    """Care costs £49m: £1m below the budget."""
    more = [f"outcomes.{name}.trend={trend}" for name in OUTCOMES]
    expected = 49 + share * 1 + bonus * 50
    assert year_1("quality_share", "-4%", *more) == pytest.approx(expected * M, abs=0.01)


@pytest.mark.parametrize(("shock", "bonus"), [("-4%", 0.5), ("0%", 0), ("4%", 0)])
def test_a_virtual_budget_has_no_downside(shock: str, bonus: float) -> None:
    assert year_1("virtual_budget", shock) == pytest.approx(care(shock) + bonus * M, abs=0.01)


@pytest.mark.parametrize(("model", "above"), [("marginal_rate", 0.7), ("blended", 0.2)])
def test_people_above_and_below_plan(model: str, above: float) -> None:
    below = 1.0 if model == "marginal_rate" else 0.2
    assert year_1(model, "0%") == pytest.approx(50 * M, abs=0.01)
    assert year_1(model, "10%") == pytest.approx((50 + 2.5 * above) * M, abs=0.01)
    assert year_1(model, "-10%") == pytest.approx((50 - 2.5 * below) * M, abs=0.01)
