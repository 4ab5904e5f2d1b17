"""A contract of three years and three contracts, small enough to work out on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import read

SMALL = """
finmodel: 1
name: small
contract:
  start: 2016-04-01
  years: 3
  phases: {fee_based: 1, outcomes_based: 2-3}
  population: 1000 people
  target: {index: prices}
appraisal: {discount_rate: 3.5%, deflator: flat, green_book: "2022"}
indices:
  prices: {change: 2%}
  costs: {change: 3%, efficiency: 1%}
  flat: {change: 0}
services:
  a:
    pool: £300m
    demand_shock: {normal: [0%, 5%], vary: yearly}
    sites: {x: {people: 1000 people, growth: 0%}}
  b:
    pool: £60m
    sites: {y: {people: 200 people, growth: 0%}}
contract_register: {file: register.csv, variable_cost: 60%, price_index: prices, cost_index: costs}
parties:
  commissioners:
    north: {allocation: {headroom: 1%, growth: 2%}}
    south: {allocation: {headroom: 1%, growth: 2%}}
  integrator: {running_cost: £1m, vat_leakage: 5%, vat_in_shared_cost: true}
savings: {claimed: {ramp: {from: 0%, to: 10%, start: 1, end: 3}}, realised: 50%, stranded: 30%}
outcomes:
  survival:
    service: a
    measure: rate
    baseline: {value: 40%, period: "2013", people: 600 people}
    trend: 1pp
    reference: static
    effect: 0.5pp
    effect_phase: outcomes_based
    cohort: {site: x, coverage: 100%}
    lag: 2 years
    score: [[0pp, 0%], [10pp, 100%]]
    weight: 75%
    evidence: sourced
  unknown:
    service: a
    measure: rate
    baseline: {value: 40%, period: "2013", people: 600 people}
    cohort: {site: x}
    score: [[0pp, 0%], [10pp, 100%]]
    weight: 25%
    evidence: unsourced
payment_models:
  existing:
    integrator: false
    savings: false
    effect: false
    phases:
      fee_based: [{name: existing, kind: existing_contracts, from: commissioners, to: providers}]
      outcomes_based: [{name: existing, kind: existing_contracts, from: commissioners, to: providers}]
  programme:
    integrator: true
    savings: true
    effect: true
    phases:
      fee_based:
        - {name: existing, kind: existing_contracts, from: commissioners, to: providers}
        - {name: fee, kind: fee, from: commissioners, to: integrator, share: 2%}
      outcomes_based:
        - {name: supply_chain, kind: existing_contracts, from: integrator, to: providers}
        - {name: target, kind: block, from: commissioners, to: integrator}
        - name: withhold
          kind: outcome_withhold
          from: commissioners
          to: integrator
          on: [target]
          rate: [0%, 5%, 10%]
        - name: share
          kind: gain_loss_share
          from: commissioners
          to: integrator
          on: [target]
          bands: [{up_to: 5%, commissioners: 50%}, {commissioners: 80%}]
          cap: 10%
          paid: 6 months after year end
"""

REGISTER = """contract,provider,service,site,commissioner,annual_value,kind,loading,marginal_rate,note
A1,trust,a,x,north,"60,000,000",block,1,100%,
A2,hospice,a,x,south,£40m,activity,1,50%,
B1,trust,b,,south,"20,000,000",cost,,,
"""


def small_contract(folder: Path) -> dict[str, Any]:
    """The small contract, written to a folder and read from it as any other."""
    (folder / "register.csv").write_text(REGISTER, encoding="utf-8")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    return read.read_scenario(folder / "small.yaml")
