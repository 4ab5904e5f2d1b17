"""Question 2: who bears the risk. Positions are accrued by contract year, nominal; a surplus is positive."""

from __future__ import annotations

import numpy as np

from finmodel.analysis.gather import Collector, Results
from finmodel.analysis.thresholds import loses


def positions(results: Results, into: Collector, model: str, *, integrator: bool) -> None:
    """Net positions of commissioners, integrator and providers, and the chances that one of them loses money."""
    spent = results.zeros()
    for year in results.periods(model, "payment").items():
        values = results.values(model, "payment", None, year[0])
        into.figure(model, "commissioners_net", -values, year=year)
        spent += values
    into.figure(model, "commissioners_net", -spent)
    if integrator:
        _integrator(results, into, model)
    _providers(results, into, model)


def _integrator(results: Results, into: Collector, model: str) -> None:
    total = results.zeros()
    ever = np.zeros(results.trials, dtype=np.bool_)
    compared = ("integrator_surplus", "zero")
    for year in results.periods(model, "integrator_surplus").items():
        values = results.values(model, "integrator_surplus", None, year[0])
        lost = loses(values)
        into.figure(model, "integrator_surplus", values, year=year)
        into.event(model, "integrator_loses", lost, year=year, compared=compared)
        total += values
        ever |= lost
    into.figure(model, "integrator_surplus", total)
    into.event(model, "integrator_loses", loses(total), compared=compared)
    into.event(model, "integrator_loses_in_a_year", ever, compared=compared)


def _providers(results: Results, into: Collector, model: str) -> None:
    total = results.zeros()
    for year in results.periods(model, "providers_surplus").items():
        values = results.values(model, "providers_surplus", None, year[0])
        into.figure(model, "providers_surplus", values, year=year)
        total += values
    into.figure(model, "providers_surplus", total)
    compared = ("provider_surplus", "zero")
    any_loses = np.zeros(results.trials, dtype=np.bool_)
    for member in results.members(model, "provider_surplus"):
        own = results.total(model, "provider_surplus", member)
        lost = loses(own)
        into.figure(model, "provider_surplus", own, member=member)
        into.event(model, "provider_loses", lost, member=member, compared=compared)
        any_loses |= lost
    if results.members(model, "provider_surplus"):
        into.event(model, "any_provider_loses", any_loses, compared=compared)
