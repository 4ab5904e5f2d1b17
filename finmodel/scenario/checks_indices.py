"""Cross-checks of indices: names, circles, limits, price bases, and what a deflator may not have."""

from __future__ import annotations

from finmodel.scenario.draft import Checked
from finmodel.scenario.indexation import Index, first_financial_year
from finmodel.scenario.positions import Path
from finmodel.scenario.quantities import write_quantity
from finmodel.scenario.values import ByYear, Calculated, Constant, Ramp, Uncertain, Value
from finmodel.units import PURE

_NOT_OF_A_DEFLATOR = ("lag", "collar", "cap", "expected", "since_base")


def check_indices(checked: Checked) -> None:
    """Every index of the draft, and every place that names one outside the payment models."""
    _check_uses(checked)
    _check_follows(checked)
    for name, index in checked.draft.indices.items():
        _check_limits(checked, name, index)
        _check_opening(checked, name, index)
        _check_base(checked, name, index)
    _check_one_base(checked)
    _check_deflator(checked)


def _uses(checked: Checked) -> dict[Path, str]:
    """The places that name an index, and the index."""
    draft = checked.draft
    uses: dict[Path, str] = {}
    if draft.contract:
        uses["contract", "target", "index"] = draft.contract.target.index
    if draft.appraisal:
        uses["appraisal", "deflator"] = draft.appraisal.deflator
    if draft.contract_register:
        uses["contract_register", "price_index"] = draft.contract_register.price_index
        uses["contract_register", "cost_index"] = draft.contract_register.cost_index
    return uses


def _check_uses(checked: Checked) -> None:
    for path, name in _uses(checked).items():
        checked.known("index", name, path, "indices")
    for name, index in checked.draft.indices.items():
        if index.follows is not None:
            checked.known("index", index.follows, ("indices", name, "follows"), "indices")


def _check_follows(checked: Checked) -> None:
    """No index follows itself, however many others stand between."""
    indices, told = checked.draft.indices, set[str]()
    for start in indices:
        chain, name = [start], indices[start].follows
        while name in indices and name not in chain:
            chain.append(name)
            name = indices[name].follows
        if name == start and start not in told:
            circle = " -> ".join([*chain, start])
            checked.refuse(f"indices follow each other in a circle: {circle}", ("indices", start, "follows"))
            told |= set(chain)


def _stated(checked: Checked, value: Value | None) -> Constant | ByYear | Ramp | Uncertain | None:
    """What a value is once names are followed to their end; None where there is none, or a mistake of its own."""
    found = checked.resolved(value) if value is not None else None
    return None if isinstance(found, Calculated) else found


def _in_year(value: Constant | ByYear | Ramp, year: int) -> float:
    if isinstance(value, Constant):
        return value.amount
    if isinstance(value, ByYear):
        return value.amounts[min(year, len(value.amounts)) - 1]
    way = min(max(year - value.start, 0), value.end - value.start) / (value.end - value.start)
    return value.start_amount + (value.end_amount - value.start_amount) * way


def _check_limits(checked: Checked, name: str, index: Index) -> None:
    """Cap and collar are written in the contract; the collar never lies above the cap."""
    found: dict[str, Constant | ByYear | Ramp] = {}
    for key, written in (("collar", index.collar), ("cap", index.cap)):
        value = _stated(checked, written)
        if written is not None and isinstance(checked.resolved(written), Calculated):
            checked.refuse(f"a {key} is written in the contract; a formula cannot stand here", ("indices", name, key))
        elif isinstance(value, Uncertain):
            message = f"a {key} is written in the contract; a distribution cannot stand here"
            checked.refuse(message, ("indices", name, key))
        elif value is not None:
            found[key] = value
    if len(found) < 2 or checked.draft.contract is None:
        return
    for year in range(1, checked.draft.contract.years + 1):
        collar, cap = _in_year(found["collar"], year), _in_year(found["cap"], year)
        if collar > cap:
            said = f"the collar of {write_quantity(collar, PURE)} lies above the cap of {write_quantity(cap, PURE)}"
            checked.refuse(f"{said} in year {year}", ("indices", name, "collar"))
            return


def _check_opening(checked: Checked, name: str, index: Index) -> None:
    """Where a list states the change into year 1 too, both say the same."""
    if not index.lag:
        return
    indices, source, seen = checked.draft.indices, index, {name}
    while source.follows is not None:
        if source.follows not in indices or source.follows in seen:
            return
        seen.add(source.follows)
        source = indices[source.follows]
    change = _stated(checked, source.change)
    if isinstance(change, ByYear) and abs(change.amounts[0] - index.opening_changes[-1]) > 1e-12:
        one, other = (write_quantity(rate, PURE) for rate in (index.opening_changes[-1], change.amounts[0]))
        message = f"the change into year 1 is {one} here and {other} in the list of changes"
        checked.refuse(message, ("indices", name, "opening_change"))


def _check_base(checked: Checked, name: str, index: Index) -> None:
    if index.base is None or checked.draft.contract is None:
        return
    path: Path = ("indices", name, "base")
    first = first_financial_year(checked.draft.contract.start)
    if index.base > first:
        checked.refuse(f"the base lies after {first}, the financial year in which the contract starts", path)
    elif index.base == first and index.since_base is not None:
        message = f"the base is the year in which the contract starts, {first}: nothing has changed since"
        checked.refuse(message, ("indices", name, "since_base"), on_key=True)
    elif index.base < first and index.since_base is None:
        message = f"an earlier base needs since_base: the growth of prices from {index.base} to contract year 1"
        checked.refuse(message, path)


def _check_one_base(checked: Checked) -> None:
    """The register adds up to the pools, so the indices that carry them are of one base."""
    draft, uses = checked.draft, _uses(checked)
    target = uses.pop(("contract", "target", "index"), None)
    if draft.contract is None or target not in draft.indices:
        return
    start = first_financial_year(draft.contract.start)
    base = _base(draft.indices[target], start)
    for path, name in uses.items():
        own = _base(draft.indices[name], start) if name in draft.indices else base
        if path[0] == "contract_register" and own != base:
            said = f"'{name}' is of base {own} and '{target}', the target's index, of {base}"
            checked.refuse(f"{said}; register and pools are quoted at the prices of one year", path)


def _base(index: Index, start: str) -> str:
    """The base of an index; a wrong one is a mistake of its own."""
    stated = index.base if index.since_base is not None else None
    return stated if stated is not None and stated < start else start


def _check_deflator(checked: Checked) -> None:
    """A deflator says what prices did, in £ of the contract's first financial year, not what a clause lets through."""
    name = _uses(checked).get(("appraisal", "deflator"))
    index = checked.draft.indices.get(name) if name else None
    if name is None or index is None:
        return
    clauses = [key for key in _NOT_OF_A_DEFLATOR if getattr(index, key)]
    if clauses:
        said = f"'{name}' has {', '.join(clauses)}"
        message = f"a deflator measures all prices from the contract's first financial year on; {said}"
        checked.refuse(message, ("appraisal", "deflator"))
