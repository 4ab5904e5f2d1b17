"""Cross-checks of outcomes: what they name exists, weights add up to 100%, gates can open and wait for no circle."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from finmodel.errors import nearest
from finmodel.scenario.draft import Checked
from finmodel.scenario.outcomes import Outcome, largest_score
from finmodel.scenario.positions import Path
from finmodel.scenario.quantities import Quantity, write_quantity
from finmodel.scenario.scoring import Gate, gates_of
from finmodel.units import POINT, PURE


def check_outcomes(checked: Checked) -> None:
    """Every outcome of the draft."""
    _check_names(checked)
    _check_weights(checked)
    _check_gates(checked)
    _check_circles(checked)
    _check_withdrawn(checked)
    _check_counted_together(checked)


def _check_withdrawn(checked: Checked) -> None:
    """A measure is withdrawn within the contract, and somebody is left to take over a weight."""
    contract = checked.draft.contract
    for name, outcome in checked.draft.outcomes.items():
        if outcome.withdrawn is None:
            continue
        path: Path = ("outcomes", name, "withdrawn")
        if contract is not None and outcome.withdrawn.start > contract.years:
            message = f"year {outcome.withdrawn.start} lies beyond the {contract.years} years of the contract"
            checked.refuse(message, (*path, "from"))
        if outcome.withdrawn.weight != "others" or not checked.complete or outcome.evidence == "unsourced":
            continue
        counted = [o for o in checked.draft.outcomes.values() if o.service == outcome.service]
        if not any(o.evidence == "sourced" and o.weight.amount > 0 and not _passes_on(o) for o in counted):
            message = (
                f"no outcome of '{outcome.service}' is left to take over the weight: "
                "let one have another 'weight' under 'withdrawn', or none"
            )
            checked.refuse(message, (*path, "weight"))


def _passes_on(outcome: Outcome) -> bool:
    return outcome.withdrawn is not None and outcome.withdrawn.weight == "others"


def _check_counted_together(checked: Checked) -> None:
    """Outcomes of which one more is called the same are counted in the same unit."""
    measures: dict[str, tuple[str, str]] = {}
    for name, outcome in checked.draft.outcomes.items():
        if outcome.one_more is None:
            continue
        first, measure = measures.setdefault(outcome.one_more, (name, outcome.measure))
        if measure != outcome.measure:
            message = f"'{outcome.one_more}' is a {measure} under '{first}' and a {outcome.measure} here"
            checked.refuse(f"{message}: they cannot be counted together", ("outcomes", name, "one_more"))


def _check_names(checked: Checked) -> None:
    for name, outcome in checked.draft.outcomes.items():
        path: Path = ("outcomes", name)
        checked.known("service", outcome.service, (*path, "service"), "services")
        checked.known("phase", outcome.effect_phase, (*path, "effect_phase"), "contract", "phases")
        site = outcome.cohort.site
        if site not in (None, "all") and outcome.service in checked.names("services"):
            where = ("services", outcome.service, "sites")
            checked.known(f"site of {outcome.service}", str(site), (*path, "cohort", "site"), *where)


def _check_weights(checked: Checked) -> None:
    """The weights within a service add up to 100% over all its outcomes, sourced or not."""
    services = checked.names("services")
    unread = {str(part.get("service")) for part in _unread(checked, "outcomes") if isinstance(part, dict)}
    unread |= {nearest(o.service, services) or "" for o in checked.draft.outcomes.values() if o.service not in services}
    totals: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for name, outcome in checked.draft.outcomes.items():
        totals[outcome.service].append((name, outcome.weight.amount))
    for service, weights in totals.items():
        total = sum(weight for _, weight in weights)
        if abs(total - 1) > 1e-9 and service not in unread and service in services:
            said = write_quantity(round(total, 12), PURE)
            rest = write_quantity(abs(round(1 - total, 12)), PURE)
            wrong = f"{rest} {'is missing' if total < 1 else 'is too much'}"
            message = f"the weights of the outcomes of '{service}' add up to {said}, not 100%: {wrong}"
            paths: list[Path] = [("outcomes", name, "weight") for name, _ in weights]
            here = [path for path in paths if checked.positions.value(path).file == checked.positions.file]
            checked.refuse(message, (here or paths)[0])  # in the file that is run, rather than in its base


def _unread(checked: Checked, section: str) -> list[Any]:
    typed = getattr(checked.draft, section)
    return [part for name, part in checked.written(section).items() if name not in typed]


def _check_gates(checked: Checked) -> None:
    """A gate names an outcome that is measured and a threshold that can be reached."""
    outcomes = checked.draft.outcomes
    found: dict[Path, Gate] = {}
    for name, outcome in outcomes.items():
        found |= {("outcomes", name, "gates", at): gate for at, gate in enumerate(outcome.gates)}
    for name, service in checked.draft.services.items():
        found |= {("services", name, "outcome_gates", at): gate for at, gate in enumerate(service.outcome_gates)}
    for path, gate in found.items():
        if not checked.names("outcomes"):
            checked.refuse("there are no outcomes in this scenario", (*path, "outcome"))
        checked.known("outcome", gate.outcome, (*path, "outcome"), "outcomes")
        named = outcomes.get(gate.outcome)
        if named is None:
            continue
        if named.evidence == "unsourced":
            message = f"the outcome '{gate.outcome}' is unsourced, so it stays out and cannot open a gate"
            checked.refuse(message, (*path, "outcome"))
        problem = _unreachable(gate, named)
        if problem:
            checked.refuse(problem, (*path, "at_least"))


def _unreachable(gate: Gate, named: Outcome) -> str | None:
    """What is wrong with the threshold of a gate, or None."""
    threshold, figure = gate.at_least, f"the {gate.figure} of '{gate.outcome}'"
    unit = POINT if named.measure == "mean" and gate.figure != "score" else PURE
    said = _said(threshold)
    if threshold.marked and threshold.unit != unit:
        kind = "points, such as 8 points" if unit == POINT else "a share, such as 50%"
        return f"{figure} is {kind}; got {said}"
    if unit == PURE and not threshold.marked and abs(threshold.amount) > 1:
        amount = f"{threshold.amount:g}"
        return f"{figure} is a share, such as 50%; got '{amount}': write {amount}%"
    low, high = named.scale
    if gate.figure == "score":
        low, high = 0.0, largest_score(named)
    elif gate.figure == "improvement":
        low, high = low - high, high - low
    if low <= threshold.amount <= high:
        return None
    low_said, high_said = write_quantity(low, unit), write_quantity(high, unit)
    return f"{figure} is never below {low_said} and never above {high_said}; got {said}"


def _said(threshold: Quantity) -> str:
    return write_quantity(threshold.amount, threshold.unit) if threshold.marked else f"{threshold.amount:g}"


def _check_circles(checked: Checked) -> None:
    """A score that waits for another score waits for none that waits for it (levels and improvements wait for none)."""
    outcomes = checked.draft.outcomes
    waits: dict[str, dict[str, Path]] = {}
    for name, outcome in outcomes.items():
        gates = gates_of(name, outcome, checked.draft.services)
        waits[name] = {gate.outcome: path for path, gate in gates if gate.figure == "score"}
    told: set[str] = set()
    for start in outcomes:
        circle = _circle(start, waits)
        if circle and not told & set(circle):
            message = (
                f"outcomes wait for each other's score in a circle: {' -> '.join(circle)}; "
                "a gate on figure: level or improvement waits for no score"
            )
            checked.refuse(message, (*waits[start][circle[1]], "outcome"))
            told |= set(circle)


def _circle(start: str, waits: dict[str, dict[str, Path]]) -> list[str]:
    """The shortest way from an outcome through scores that it waits for back to itself; empty where there is none."""
    ways, seen = [[start]], {start}
    for way in ways:  # grows while it is read
        for after in waits.get(way[-1], {}):
            if after == start:
                return [*way, start]
            if after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return []
