"""A term for some services only: which of its amounts are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finmodel.contract.flows import without_zeros
from finmodel.contract.payment.mechanism import Flow, Result
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, Family, literal, sum_over


def of_services(result: Result, services: Sequence[str] | None, shared: Shared) -> Result:
    """The result without other services' amounts; a whole-contract amount is split over these by their targets.

    A flow of which nothing is left is dropped, so there may be none.
    """
    if services is None:
        return result
    maximum = None if result.outcome_maximum is None else _only(result.outcome_maximum, services)
    if maximum is not None and not _anything(maximum):
        return Result([])  # none of these services has an outcome
    flows = [_flow(flow, services, shared) for flow in result.flows]
    return Result([flow for flow in flows if flow.by_contract is not None or _anything(flow.by_service)], maximum)


def _flow(flow: Flow, services: Sequence[str], shared: Shared) -> Flow:
    if flow.by_contract is not None:
        own = {c: x for c, x in flow.by_contract.members.items() if shared.rows[c].service in services}
        return replace(flow, by_contract=Family("contract", own))
    if flow.by_service is not None:
        return replace(flow, by_service=_only(flow.by_service, services))
    assert flow.whole is not None
    return replace(flow, whole=None, by_service=_split(flow.whole, services, shared))


def _split(whole: Expr, services: Sequence[str], shared: Shared) -> Family:
    target = shared.target.envelope
    if len(services) == 1:
        return _only(target.map(lambda _: whole), services)
    total = sum_over(Family("service", {s: target[s] for s in target if s in services}))
    return _only(target.map(lambda part: whole * (part / total)), services)


def _only(amounts: Family, services: Sequence[str]) -> Family:
    return Family(amounts.set_name, {s: amounts[s] if s in services else literal(0.0) for s in amounts})


def _anything(amounts: Family | None) -> bool:
    return amounts is not None and bool(without_zeros(amounts).members)
