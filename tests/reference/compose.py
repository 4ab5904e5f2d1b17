"""A scenario with all that it stands on, as text in dicts: from docs/reference/composition.md and bid.md alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .distributions import KINDS

Block = dict[str, Any]
A_NUMBER = KINDS | {"ramp", "table"}
OFFERED = {
    "savings_claimed": "savings.claimed",
    "capital": "parties.integrator.capital",
    "guarantee": "parties.integrator.guarantee",
    "vat_tiers": "parties.integrator.vat_tiers",
}
"""What the numbers of a bid take the place of; `effects` those of the outcomes besides."""


def composed(path: Path) -> Block:
    """The whole file, scalars as they are written, with what a bid offers in its place."""
    found = _whole(path)
    found["contract_register"]["file"] = Path(str(found["contract_register"]["file"]))
    _place_bid(found)
    return found


def _whole(path: Path) -> Block:
    """The file over its bases; the register's file is known by its full path."""
    own: Block = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    if "file" in own.get("contract_register", {}):
        own["contract_register"]["file"] = str(path.parent / own["contract_register"]["file"])
    bases = own.pop("extends", [])
    under: Block = {}
    for base in [bases] if isinstance(bases, str) else bases:
        under = _blocks(under, _whole(path.parent / base))
    return _blocks(under, own)


def _blocks(base: Block, own: Block) -> Block:
    """Key by key."""
    found = dict(base)
    for key, part in own.items():
        if _is_removal(part):
            del found[key]
        else:
            found[key] = _over(base[key], part) if key in base else part
    return found


def _over(base: Any, own: Any) -> Any:
    """`own` over `base`: blocks key by key, lists by name, all else replaced whole."""
    if isinstance(own, dict) and own.get("replace") == "true":
        return {key: part for key, part in own.items() if key != "replace"}
    if isinstance(base, dict) and isinstance(own, dict) and not (_is_number(base) or _is_number(own)):
        return _blocks(base, own)
    if isinstance(base, list) and isinstance(own, list) and all(map(_name, [*base, *own])) and base:
        return _lists(base, own)
    return own


def _lists(base: list[Block], own: list[Block]) -> list[Block]:
    found = list(base)
    for entry in own:
        names = [_name(one) for one in found]
        at = names.index(_name(entry)) if _name(entry) in names else None
        before = found.pop(at) if at is not None else None
        if _is_removal(entry):
            continue
        names = [_name(one) for one in found]
        place = len(found) if at is None else at
        place = names.index(entry["after"]) + 1 if "after" in entry else place
        place = names.index(entry["before"]) if "before" in entry else place
        stated = {key: part for key, part in entry.items() if key not in ("after", "before")}
        found.insert(place, stated if before is None else _over(before, stated))
    return found


def _name(entry: Any) -> Any:
    """What an entry of a list is known by: its name, or the pair that it stands between."""
    if not isinstance(entry, dict):
        return None
    return entry.get("name") or (tuple(sorted(entry["between"])) if "between" in entry else None)


def _is_removal(part: Any) -> bool:
    return isinstance(part, dict) and part.get("remove") == "true"


def _is_number(block: Block) -> bool:
    return bool(A_NUMBER & block.keys()) or set(block) == {"formula"}


def _place_bid(scenario: Block) -> None:
    """What is offered stands where the contract has it, with the bid as its source; price and discount stay."""
    bid = scenario.get("bid")
    if bid is None:
        return
    moves = {key: place for key, place in OFFERED.items() if key in bid}
    for key, place in moves.items():
        _put(scenario, place, bid.pop(key))
    for name, effect in bid.pop("effects", {}).items():
        _put(scenario, f"outcomes.{name}.effect", effect)
    if "vat_tiers" in moves:
        scenario["parties"]["integrator"].pop("vat_leakage", None)


def _put(scenario: Block, place: str, offered: Any) -> None:
    *steps, last = place.split(".")
    here = scenario
    for step in steps:
        here = here[step]
    here[last] = offered
    scenario.setdefault("sources", {})[place] = scenario["bid"]["source"]
