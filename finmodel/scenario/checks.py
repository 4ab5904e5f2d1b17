"""Cross-checks: what no single block of keys can tell. Names exist, phases cover the years, weights add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Any

from finmodel.errors import nearest
from finmodel.scenario.appraisal import uncovered_running_cost, uncovered_services
from finmodel.scenario.breaks import check_breaks
from finmodel.scenario.checks_events import check_events
from finmodel.scenario.checks_formulas import check_formulas
from finmodel.scenario.checks_indices import check_indices
from finmodel.scenario.checks_outcomes import check_outcomes
from finmodel.scenario.checks_signature import check_signature
from finmodel.scenario.checks_terms import check_payment_models
from finmodel.scenario.document import dotted, driver_name, options_in, part_at, raw_path, values_within
from finmodel.scenario.draft import Checked
from finmodel.scenario.positions import Path
from finmodel.scenario.problems import no_such
from finmodel.scenario.quantities import write_quantity
from finmodel.scenario.support import amounts_of, beyond
from finmodel.scenario.values import Named, Uncertain, Value, varies_by_year
from finmodel.units import Unit

UNUSED = "nothing refers to the assumption"
_SPARE_KEYS = {"label", "title", "description", "note", "source", "owner", "name", "kind"}


def check_all(checked: Checked) -> None:
    """Every cross-check that the draft allows; mistakes are noted in `checked`."""
    _check_phases(checked)
    check_breaks(checked)
    check_indices(checked)
    _check_sites(checked)
    check_outcomes(checked)
    check_events(checked)
    _check_optimism(checked)
    _check_named(checked)
    _check_circles(checked)
    _check_unused(checked)
    _check_correlations(checked)
    _check_sources(checked)
    check_signature(checked)
    check_payment_models(checked)
    check_formulas(checked)


def _check_phases(checked: Checked) -> None:
    contract = checked.draft.contract
    if contract is None:
        return
    path: Path = ("contract", "phases")
    holders: dict[int, str] = {}
    for name, phase in contract.phases.items():
        if phase.last > contract.years:
            checked.refuse(f"year {phase.last} lies beyond the {contract.years} years of the contract", (*path, name))
        twice = [year for year in phase.years if year in holders]
        if twice:
            checked.refuse(f"year {twice[0]} is already in phase '{holders[twice[0]]}'", (*path, name))
        holders |= {year: name for year in phase.years if year not in holders}
    missing = [str(year) for year in range(1, contract.years + 1) if year not in holders]
    if missing:
        checked.refuse(f"no phase holds year{'s' * (len(missing) > 1)} {', '.join(missing)}", path, on_key=True)


def _check_sites(checked: Checked) -> None:
    for service in checked.names("services"):
        if "all" in checked.names("services", service, "sites"):
            message = "a site cannot be called 'all': outcomes use that word for the whole service"
            checked.refuse(message, ("services", service, "sites", "all"), on_key=True)


def _check_optimism(checked: Checked) -> None:
    """Optimism bias on uncovered cost has some such cost to act on."""
    draft = checked.draft
    bias = draft.appraisal.optimism_bias if draft.appraisal else None
    if bias is None or not bias.on_cost or not checked.complete:
        return
    integrator = draft.parties.integrator if draft.parties else None
    services = uncovered_services(draft.services, draft.events.values(), checked.resolved)
    if not services and not uncovered_running_cost(integrator, checked.resolved):
        message = (
            "distributions or events carry all cost (opening_error of every service, running_cost): none is left for "
            "optimism bias; apply it to the base_case"
        )
        checked.refuse(message, ("appraisal", "optimism_bias", "applies_to"))


def _check_named(checked: Checked) -> None:
    """Every name that stands for a number is an assumption, of the field's unit and within its limits."""
    known = checked.names("assumptions")
    for path, value in values_within(checked.draft, ()):
        if not isinstance(value, Named):
            continue
        if value.name not in known:
            if not isinstance(checked.data.get("assumptions", {}), dict):
                continue
            message, near = no_such("assumption", value.name, known)
            checked.refuse(f"expected a number or the name of an assumption; {message}", path, near)
            continue
        assumption = checked.draft.assumptions.get(value.name)
        if assumption is None:
            continue
        if assumption.unit != value.unit:
            message = (
                f"the assumption '{value.name}' is in {say_unit(assumption.unit)}; expected {say_unit(value.unit)}"
            )
            checked.refuse(message, path)
            continue
        stands_for = checked.resolved(value) or value
        if value.once and varies_by_year(stands_for):
            message = f"the assumption '{value.name}' varies by year; one number for the whole contract stands here"
            checked.refuse(message, path)
            continue
        for amount in amounts_of(stands_for):
            if not value.limits.hold(amount):
                said = write_quantity(amount, value.unit)
                checked.refuse(f"the assumption '{value.name}' holds {said}, which cannot stand here", path)
                break
        else:
            told = beyond(stands_for, value.limits, partial(write_quantity, unit=value.unit))
            if told:
                checked.refuse(f"the assumption '{value.name}' cannot stand here: {told}", path)


def say_unit(unit: Unit) -> str:
    """The unit as an assumption writes it: rate, rate/year, £real, person ..."""
    return re.sub(r"^1/", "rate/", {"person": "people", "point": "points"}.get(str(unit), str(unit)))


def _check_circles(checked: Checked) -> None:
    told: set[str] = set()
    for start in checked.draft.assumptions:
        chain, name = [start], start
        while name in checked.draft.assumptions:
            value = checked.draft.assumptions[name].value
            if not isinstance(value, Named):
                break
            name = value.name
            if name in chain:
                circle = [*chain[chain.index(name) :], name]
                if name == start and not told & set(circle):
                    message = f"assumptions refer to each other in a circle: {' -> '.join(circle)}"
                    checked.refuse(message, ("assumptions", start, "value"))
                    told |= set(circle)
                break
            chain.append(name)


def _check_unused(checked: Checked) -> None:
    used = {value.name for _, value in values_within(checked.draft, ()) if isinstance(value, Named)}
    for key, text in _texts(checked.data):
        if key == "formula":
            used |= set(re.findall(r"[a-z][a-z0-9_]*", text))
        elif not checked.complete:  # a part with a mistake may hold the only use
            used.add(text)
    for name in checked.names("assumptions"):
        if name not in used and _in_this_file(("assumptions", name), checked):
            checked.refuse(f"{UNUSED} '{name}'", ("assumptions", name), on_key=True)


def _in_this_file(path: Path, checked: Checked) -> bool:
    """Whether a part, or any of it, is written in the file that is run or set for this run: a base may hold spares."""
    length = len(path)
    places = {known: span for known, span in checked.positions.values.items() if known[:length] == path}
    files = {span.file for span in (checked.positions.key(path), *places.values())}
    return any(file == checked.positions.file or file.startswith("--set ") for file in files)


def _texts(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for below, part in data.items():
            if below not in _SPARE_KEYS and below not in ("sources", "known_on", "correlations"):
                on_account = (key, below) == ("on_account", "amount")  # a formula too
                yield from _texts(part, "formula" if on_account else below)
    elif isinstance(data, list):
        for part in data:
            yield from _texts(part, key)
    elif isinstance(data, str):
        yield key, data


def _check_correlations(checked: Checked) -> None:
    drivers = {driver_name(v): v for _, v in values_within(checked.draft, ()) if isinstance(v, Uncertain)}
    pairs: dict[frozenset[str], int] = {}
    for at, correlation in enumerate(checked.draft.correlations):
        if correlation is None:
            continue
        path: Path = ("correlations", at, "between" if correlation.between else "factor")
        found = {name: _driver(name, (*path, place), drivers, checked) for place, name in enumerate(correlation.names)}
        if len(found) == 1:
            checked.refuse("a number cannot be correlated with itself", path)
            continue
        for one, other in combinations(correlation.names, 2):
            pair = frozenset((one, other))
            if pair in pairs:
                which = "this pair" if correlation.between else f"the pair '{one}' and '{other}'"
                checked.refuse(f"{which} is already correlated in entry {pairs[pair] + 1} of the list", path)
                break
            pairs[pair] = at
            first, second = found[one], found[other]
            if first and second and first.vary != second.vary:
                message = (
                    f"'{one}' varies {first.vary} and '{other}' {second.vary}; both must vary alike to be correlated"
                )
                checked.refuse(message, path)
                break


def _driver(name: str, path: Path, drivers: dict[str, Uncertain], checked: Checked) -> Uncertain | None:
    if name in _names_of_own_shock(checked):
        checked.refuse("the own shock is drawn for each contract by itself and cannot be correlated", path)
        return None
    if name in drivers:
        return drivers[name]
    _, rest = raw_path(name, checked.data)
    exists = not rest or name in checked.names("assumptions")
    typed = checked.complete or name in checked.draft.assumptions
    if exists and typed and _set_over(name, path, checked):
        return None  # what was uncertain where it was correlated is a fixed number in this run: told in its notes
    if exists and typed:
        checked.refuse(f"'{name}' is not a distribution", path)
    elif not exists:
        message, near = no_such("uncertain number", name, list(drivers))
        checked.refuse(message, path, near)
    return None


def _set_over(name: str, path: Path, checked: Checked) -> bool:
    """Whether a number is written over the file that correlates it: by `--set`, or in a file that extends it."""
    value: Path = (
        ("assumptions", name, "value") if name in checked.draft.assumptions else raw_path(name, checked.data)[0]
    )
    place, correlated = checked.positions.value(value).file, checked.positions.value(path).file
    return place != correlated and (place.startswith("--set ") or place == checked.positions.file)


def _names_of_own_shock(checked: Checked) -> set[str]:
    """The path of the own shock and the assumptions that stand for it."""
    names = {"contract_register.own_shock"}
    value: Value | None = checked.draft.contract_register.own_shock if checked.draft.contract_register else None
    while isinstance(value, Named) and value.name not in names:
        names.add(value.name)
        assumption = checked.draft.assumptions.get(value.name)
        value = assumption.value if assumption else None
    return names


def _check_sources(checked: Checked) -> None:
    for name in checked.names("sources"):
        path, rest = raw_path(name, checked.data)
        if rest:
            checked.refuse(
                f"there is no '{name}' in this scenario",
                ("sources", name),
                near_path(path, rest, checked.data),
                on_key=True,
            )


def near_path(path: Path, rest: list[str], data: Any) -> str | None:
    """A dotted path that does not exist, with its first wrong word put right, or None where nothing is near."""
    near = nearest(rest[0], options_in(part_at(path, data)))
    if near is None:
        return None
    right = ".".join(word for word in (dotted(path, data), near, *rest[1:]) if word)
    return right if not raw_path(right, data)[1] else ".".join(word for word in (dotted(path, data), near) if word)
