"""What a bid offers, moved to where the contract has it, with its source and the place where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from finmodel.errors import Mistake, nearest
from finmodel.scenario.bid import BID, PLACES
from finmodel.scenario.document import raw_path
from finmodel.scenario.positions import Path, Positions


def place_bid(data: dict[str, Any], positions: Positions) -> list[Mistake]:
    """Move what a bid offers to where the contract has it; what is in the way is a mistake."""
    bid = data.get(BID)
    if not isinstance(bid, dict) or "settlement" in data:
        return []
    mistakes: list[Mistake] = []
    sources = data.setdefault("sources", {}) if isinstance(data.get("sources", {}), dict) else {}
    for own, target in list(_moves(bid)):
        wrong = _in_the_way(data, positions, own, target)
        if wrong:
            mistakes.append(wrong)
            continue
        _move(data, positions, own, target)
        _source(sources, positions, bid, own, target)
    if isinstance(bid.get("effects"), dict) and not bid["effects"] and not mistakes:
        del bid["effects"]
    if not sources:
        data.pop("sources", None)
    return mistakes


def _moves(bid: dict[str, Any]) -> Iterator[tuple[Path, Path]]:
    for key, target in PLACES.items():
        if key in bid:
            yield (BID, key), target
    effects = bid.get("effects")
    for name in effects if isinstance(effects, dict) else ():
        yield (BID, "effects", name), ("outcomes", name, "effect")


def _in_the_way(data: dict[str, Any], positions: Positions, own: Path, target: Path) -> Mistake | None:
    """Why an offer cannot take its place: there is none, or it is stated there as well."""
    path, rest = raw_path(".".join(map(str, target[:-1])), data)
    said = ".".join(map(str, own))
    if rest:
        block: Any = data
        for step in path:
            block = block[step]
        near = nearest(str(rest[0]), list(block) if isinstance(block, dict) else [])
        place = ".".join(map(str, target[:-1]))
        return Mistake(f"there is no '{place}' in the contract that is bid for", positions.key(own), said, near)
    written, bid = positions.values.get(target), positions.value(own)
    if written is not None and (written.file == bid.file or written.file.startswith("--set ")):
        where = written.file if written.file.startswith("--set ") else f"line {written.line}"
        message = f"'{'.'.join(map(str, target))}' is stated as well ({where}): say it in one place"
        return Mistake(message, positions.key(own), said)
    return None


def _move(data: dict[str, Any], positions: Positions, own: Path, target: Path) -> None:
    origin: Any = data
    place: Any = data
    for step in own[:-1]:
        origin = origin[step]
    for step in target[:-1]:
        place = place[step]
    key = positions.key(own)
    replaced = [place.get(target[-1])]
    place[str(target[-1])] = origin.pop(own[-1])
    positions.replace(target, positions.part(own))
    positions.keys[target] = key
    if own == (BID, "vat_tiers"):
        replaced.append(place.pop("vat_leakage", None))
    for name in replaced:
        if isinstance(name, str):
            _drop_spare(data, positions, name)


def _drop_spare(data: dict[str, Any], positions: Positions, name: str) -> None:
    """An assumption of the contract's to which nothing refers once the bid's number has taken its place."""
    assumptions = data.get("assumptions")
    if not isinstance(assumptions, dict) or name not in assumptions:
        return
    here = positions.key((BID,)).file
    others = {key: part for key, part in data.items() if key not in ("assumptions", "sources")}
    rest = {key: part for key, part in assumptions.items() if key != name}
    if positions.key(("assumptions", name)).file == here or _mentions(name, [others, rest]):
        return
    del assumptions[name]
    for source in [one for one in data.get("sources", {}) if one.startswith(f"assumptions.{name}")]:
        del data["sources"][source]


def _mentions(name: str, data: Any) -> bool:
    if isinstance(data, dict):
        return any(_mentions(name, part) for part in data.values())
    if isinstance(data, list):
        return any(_mentions(name, part) for part in data)
    return isinstance(data, str) and re.search(rf"\b{re.escape(name)}\b", data) is not None


def _source(sources: dict[str, Any], positions: Positions, bid: dict[str, Any], own: Path, target: Path) -> None:
    """The number's source is the bid's: what the contract says of the number that it replaces goes."""
    dotted, said = ".".join(map(str, target)), ".".join(map(str, own))
    gone = [dotted, "parties.integrator.vat_leakage"] if own == (BID, "vat_tiers") else [dotted]
    for name in list(sources):
        if any(name == one or name.startswith(f"{one}.") for one in gone):
            del sources[name]
    for name in list(sources):
        if name == said or name.startswith(f"{said}."):
            moved = dotted + name.removeprefix(said)
            positions.replace(("sources", moved), positions.part(("sources", name)))
            sources[moved] = sources.pop(name)
    if dotted not in sources and isinstance(bid.get("source"), str):
        sources[dotted] = bid["source"]
        positions.replace(("sources", dotted), positions.part((BID, "source")))
