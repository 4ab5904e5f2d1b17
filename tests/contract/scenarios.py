"""Small complete scenarios for the tests of payment terms: written out from parameters, or drawn by Hypothesis.

Three years in two phases (or more, where a test wants a long list of years), two services, existing contracts of the
three kinds, outcomes with different lags (one among fewer than 100 people), an integrator with VAT and running cost.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from finmodel.contract import Contract, compile_contract, open_scenario
from finmodel.scenario import Scenario

Term = dict[str, Any]
Row = tuple[str, str, str, str, str, int, str, float, str]
COLUMNS = (
    "contract",
    "provider",
    "service",
    "site",
    "commissioner",
    "annual_value",
    "kind",
    "loading",
    "marginal_rate",
)
TESTED = "tested"
VOLUME = ("existing_contracts", "fee", "block", "activity", "capitation")
TO_INTEGRATOR = {"from": "commissioners", "to": "integrator"}
TO_PROVIDERS = {"from": "commissioners", "to": "providers"}
SUPPLY_CHAIN: Term = {"name": "chain", "kind": "existing_contracts", "from": "integrator", "to": "providers"}
PASS_THROUGH: Term = {"name": "existing", "kind": "existing_contracts", **TO_PROVIDERS}

# Every commissioner has contracts in both services, so that no split is zero.
ROWS: tuple[Row, ...] = (
    ("A1", "trust", "a", "x", "north", 60_000_000, "block", 1.0, "100%"),
    ("A2", "hospice", "a", "x", "south", 40_000_000, "activity", 1.2, "50%"),
    ("A3", "charity", "a", "", "north", 5_000_000, "cost", 0.8, "100%"),
    ("B1", "trust", "b", "", "south", 20_000_000, "activity", 1.0, "100%"),
    ("B2", "hospice", "b", "z", "north", 8_000_000, "block", 1.0, "100%"),
)


@dataclass
class World:
    """A scenario as data and its register; the file is written only to be read as any other."""

    data: dict[str, Any]
    rows: tuple[Row, ...] = field(default=ROWS)

    def write(self, folder: Path) -> Path:
        with (folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *self.rows])
        path = folder / "scenario.yaml"
        path.write_text(yaml.safe_dump(self.data, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    def open(self, folder: Path) -> Scenario:
        return open_scenario(self.write(folder))

    def compile(self, folder: Path, *models: str) -> Contract:
        return compile_contract(self.open(folder), models or None)


def percent(amount: float) -> str:
    return f"{100 * amount:.10g}%"


def outcome(service: str, weight: str, **other: Any) -> dict[str, Any]:
    """A rate that rises by a point a year from 40%, among 600 people, known two years late."""
    return {
        "label": f"An outcome of {service}",
        "service": service,
        "measure": "rate",
        "baseline": {"value": "40%", "period": "2013", "people": "600 people"},
        "trend": "1pp",
        "reference": "static",
        "effect": "0.5pp",
        "effect_phase": "later",
        "cohort": {"people": "600 people"},
        "lag": "24 months",
        "score": [["0pp", "0%"], ["10pp", "100%"]],
        "weight": weight,
        "evidence": "sourced",
        **other,
    }


def outcomes() -> dict[str, Any]:
    """Two of service a (one among 40 people), one of b, and one that nobody can source."""
    return {
        "survival": outcome("a", "50%"),
        "few": outcome("a", "30%", cohort={"people": "40 people"}, lag="6 months"),
        "unknown": outcome("a", "20%", evidence="unsourced"),
        "views": outcome(
            "b",
            "100%",
            measure="mean",
            scale=[0, 10],
            sd="1.6 points",
            baseline={"value": "7 points", "period": "2015/16", "people": "300 people"},
            trend="0.1 points",
            reference="trend",
            expected_trend="0 points",
            effect="0.05 points",
            cohort={"site": "z", "coverage": "50%"},
            score=[["0 points", "0%"], ["1 points", "100%"]],
            lag=0,
        ),
    }


def model(first: list[Term], later: list[Term], *, integrator: bool = True, **other: bool) -> dict[str, Any]:
    return {
        "label": "A payment model",
        "integrator": integrator,
        "savings": True,
        "effect": True,
        **other,
        "phases": {"first": first, "later": later},
    }


def world(
    first: list[Term],
    later: list[Term],
    *,
    rows: tuple[Row, ...] = ROWS,
    years: int = 3,
    integrator: bool = True,
    uncertain: bool = True,
) -> World:
    """One payment model, `tested`, with these terms; `uncertain` draws demand, costs and prices."""

    def drawn(distribution: dict[str, Any], otherwise: str) -> Any:
        return distribution if uncertain else otherwise

    def pool(service: str) -> str:
        return f"£{years * sum(row[5] for row in rows if row[2] == service)}"

    commissioners = dict.fromkeys(row[4] for row in rows)
    return World(
        {
            "finmodel": 1,
            "name": "world",
            "title": "A small contract",
            "contract": {
                "start": "2016-04-01",
                "years": years,
                "phases": {"first": "1", "later": f"2-{years}"},
                "population": "100000 people",
                "population_growth": "1%",
                "target": {"index": "prices"},
            },
            "appraisal": {"discount_rate": "3.5%", "deflator": "general", "green_book": "2022"},
            "indices": {
                "prices": {"change": drawn({"normal": ["2%", "1%"], "vary": "yearly", "persistence": 0.5}, "2%")},
                "costs": {"change": "3%", "efficiency": "1%"},
                "general": {"change": "1.5%"},
            },
            "services": {
                "a": {
                    "label": "A",
                    "pool": pool("a"),
                    "planned_growth": "2%",
                    "cost_growth": "1%",
                    "opening_error": drawn({"normal": ["0%", "4%"]}, "1%"),
                    "demand_shock": drawn({"normal": ["0%", "5%"], "vary": "yearly"}, "2%"),
                    "sites": {
                        "x": {"people": "1000 people", "growth": "1%"},
                        "y": {"people": "300 people", "growth": 0},
                    },
                },
                "b": {
                    "label": "B",
                    "pool": pool("b"),
                    "planned_growth": "1%",
                    "demand_shock": drawn({"uniform": ["-5%", "5%"], "vary": "yearly"}, "-1%"),
                    "sites": {"z": {"people": "400 people", "growth": "3%"}},
                },
            },
            "contract_register": {
                "file": "register.csv",
                "variable_cost": "60%",
                "own_shock": drawn({"normal": ["0%", "3%"], "vary": "yearly"}, "0%"),
                "price_index": "prices",
                "cost_index": "costs",
            },
            "parties": {
                "commissioners": {
                    name: {"label": name.title(), "allocation": {"headroom": "1%", "growth": "2%"}}
                    for name in commissioners
                },
                "integrator": {
                    "label": "Integrator",
                    "running_cost": drawn({"triangular": ["£1m", "£2m", "£4m"]}, "£2m"),
                    "vat_leakage": "3%",
                    "vat_in_shared_cost": True,
                },
            },
            "savings": {"claimed": "10%", "realised": drawn({"beta": [2, 4]}, "40%"), "stranded": "30%"},
            "outcomes": outcomes(),
            "payment_models": {TESTED: model(first, later, integrator=integrator)},
        },
        rows,
    )


def every_mechanism() -> World:
    """Every mechanism between every pair of parties that it allows, in one payment model."""
    withhold = {"kind": "outcome_withhold", "rate": "10%"}
    first = [
        {**PASS_THROUGH},
        {"name": "fee", "kind": "fee", **TO_INTEGRATOR, "amount": "£3m", "index": "prices"},
        {"name": "grant", "kind": "block", **TO_PROVIDERS, "share": "1%", "paid": "3 months after year end"},
        {"name": "heads", "kind": "capitation", **TO_PROVIDERS, "per_person": "£4", "index": "prices"},
        {"name": "extra", "kind": "activity", **TO_PROVIDERS, "above": "10%", "below": "20%"},
        {
            "name": "flows",
            "kind": "patient_flow",
            **TO_PROVIDERS,
            "elsewhere": "4%",
            "taken_in": "2%",
            "in_rate": "80%",
        },
        {"name": "start_up", "kind": "one_off", **TO_PROVIDERS, "payments": [{"year": 1, "amount": "£1.5m"}]},
        {"name": "cut", "kind": "sequestration", **TO_PROVIDERS, "on": ["heads", "extra"], "rate": "2%"},
        {"name": "withhold", **withhold, **TO_PROVIDERS, "on": ["existing"]},
        {"name": "pool", "kind": "incentive_pool", **TO_PROVIDERS, "rate": "1%"},
        {
            "name": "card",
            "kind": "rate_card",
            **TO_PROVIDERS,
            "outcomes": {"survival": {"price": "£5000"}, "few": {"price": "£900", "most_per_person": "£40"}},
            "symmetric": True,
        },
        {"name": "start", "kind": "fee", **TO_PROVIDERS, "share": "0.5%"},
        {
            "name": "savings",
            "kind": "shared_savings",
            **TO_PROVIDERS,
            "cost": ["existing"],
            "share": "50%",
            "loss_share": "50%",
        },
        {"name": "least", "kind": "collar", **TO_PROVIDERS, "on": ["existing", "grant"], "floor_share": "105%"},
        {"name": "large", "kind": "stop_loss", **TO_PROVIDERS, "per": "contract", "attachment_share": "80%"},
        {"name": "back", "kind": "clawback", **TO_PROVIDERS, "on": ["grant"], "at_least": "90%", "share": "20%"},
        {"name": "rule", "kind": "formula", **TO_PROVIDERS, "formula": "1% * target + £0.2m"},
    ]
    later = [
        {**SUPPLY_CHAIN},
        {"name": "block", "kind": "block", **TO_INTEGRATOR, "share": "60%"},
        {"name": "fee", "kind": "fee", **TO_INTEGRATOR, "share": "2%", "paid": "14 months after year end"},
        {"name": "heads", "kind": "capitation", **TO_INTEGRATOR, "per_person": "£100", "index": "prices"},
        {"name": "volume", "kind": "activity", **TO_INTEGRATOR, "above": "70%", "below": "20%"},
        {"name": "elective", "kind": "activity", **TO_INTEGRATOR, "above": "75%", "baseline": "104%", "fixed": "1%"},
        {"name": "flows", "kind": "patient_flow", **TO_INTEGRATOR, "elsewhere": "3%", "taken_in": "5%"},
        {
            "name": "start_up",
            "kind": "one_off",
            **TO_INTEGRATOR,
            "payments": [{"year": 2, "amount": "£2m"}, {"year": 3, "amount": "£0.5m"}],
            "index": "prices",
        },
        {"name": "plus", "kind": "cost_plus", **TO_INTEGRATOR, "on": ["heads"], "margin": "3%", "margin_cap": "£0.2m"},
        {"name": "cut", "kind": "sequestration", **TO_INTEGRATOR, "on": ["flows", "heads"], "rate": "2%"},
        {"name": "withhold", **withhold, **TO_INTEGRATOR, "on": ["block", "heads"]},
        {"name": "pool", "kind": "incentive_pool", **TO_INTEGRATOR, "rate": "3%", "paid": "2 months after year end"},
        {
            "name": "card",
            "kind": "rate_card",
            **TO_INTEGRATOR,
            "outcomes": {"survival": {"price": "£5000", "from": "0.1pp"}, "few": {"price": "£90"}},
            "index": "prices",
            "most": "£60000",
            "symmetric": True,
        },
        {"name": "bonus", "kind": "formula", "from": "integrator", "to": "providers", "formula": "1% * target"},
        {
            "name": "share",
            "kind": "gain_loss_share",
            **TO_INTEGRATOR,
            "on": ["block", "withhold"],
            "bands": [{"up_to": "5%", "commissioners": "50%"}, {"commissioners": "80%"}],
            "cap": "30%",
            "paid": "6 months after year end",
        },
        {
            "name": "savings",
            "kind": "shared_savings",
            **TO_INTEGRATOR,
            "share": "40%",
            "scaled_by_outcomes": True,
            "loss_share": "20%",
            "paid": "3 months after year end",
        },
        {
            "name": "passed",
            "kind": "shared_savings",
            "from": "integrator",
            "to": "providers",
            "cost": ["chain"],
            "on": ["block", "heads"],
            "share": "10%",
            "loss_share": "10%",
        },
        {
            "name": "credits",
            "kind": "service_credits",
            **TO_INTEGRATOR,
            "on": ["block"],
            "kpis": {"answer": {"performance": "90%", "target": "95%", "points": 10}},
            "rate": "1%",
            "allowance": 5,
            "most": "10%",
        },
        {
            "name": "bank",
            "kind": "banking",
            **TO_INTEGRATOR,
            "on": ["block"],
            "share": "50%",
            "limit": "30%",
            "paid_out": "10%",
            "overdraft": "20%",
        },
        {
            "name": "all_share",
            "kind": "multilateral_share",
            **TO_INTEGRATOR,
            "shares": {"commissioners": "30%", "integrator": "30%", "providers": "40%"},
            "cap": "5%",
        },
        {
            "name": "providers_share",
            "kind": "multilateral_share",
            "from": "integrator",
            "to": "providers",
            "shares": {"commissioners": "30%", "integrator": "30%", "providers": "40%"},
        },
        {
            "name": "down",
            "kind": "flow_down",
            "from": "integrator",
            "to": "providers",
            "on": ["share", "withhold"],
            "gains": "60%",
            "losses": "30%",
        },
        {
            "name": "collar",
            "kind": "collar",
            **TO_INTEGRATOR,
            "on": ["block", "fee"],
            "ceiling": "£60m",
            "share": "50%",
        },
        {"name": "profit", "kind": "profit_cap", **TO_INTEGRATOR, "cap": "1%", "returned": "60%"},
        {"name": "loss", "kind": "stop_loss", **TO_INTEGRATOR, "attachment": "£80m", "limit": "£9m", "share": "80%"},
        {"name": "again", "kind": "clawback", **TO_INTEGRATOR, "on": ["fee"], "at_least": "90%", "share": "20%"},
        {"name": "rule", "kind": "formula", **TO_INTEGRATOR, "formula": "where(contract_year > 1, 2% * cost, 0)"},
    ]
    found = world(first, later)
    for one in found.data["outcomes"].values():
        one["score"][0][1] = "10%"  # so that no outcome ever earns nothing
    return found
