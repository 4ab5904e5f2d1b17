"""One file over another: blocks key by key, lists by name, numbers whole; what is not wanted any more is removed aloud.

extends: base.yaml
services: {cancer: {planned_growth: 2%}}            # the rest of the block stays
savings: {remove: true}                             # taken out
outcomes: {lung_survival: {cohort: {replace: true, people: 600 people}}}   # not merged with the base's cohort
payment_models:
  programme:
    phases:
      outcomes_based:
        - {name: share, cap: 5%}                    # the term of that name, its other keys kept
        - {name: withhold, remove: true}
        - {name: guard, after: target, kind: formula, from: commissioners, to: integrator, formula: ...}
"""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.errors import Mistake, nearest
from finmodel.scenario.distributions import ARITY
from finmodel.scenario.nodes import Node, entry_name
from finmodel.scenario.problems import one_of

REMOVE, REPLACE, AFTER, BEFORE = "remove", "replace", "after", "before"
_A_NUMBER = {*ARITY, "ramp", "table"}


class Merger:
    """Merges trees and keeps the mistakes."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def merge(self, base: Node, own: Node, path: str = "") -> Node:
        """`own` over `base`: a new tree."""
        if own.says(REPLACE):
            return own.without(REPLACE)
        if isinstance(base.value, dict) and isinstance(own.value, dict) and not _is_number(base) | _is_number(own):
            return self._blocks(base, own, path)
        if own.entries and _by_name(base.entries) and any(entry_name(one) for one in own.entries):
            return self._lists(base, own, path)
        return own

    def _refuse(self, message: str, node: Node, path: str, near: str | None = None) -> None:
        self.mistakes.append(Mistake(message, node.key or node.span, path, near))

    def _blocks(self, base: Node, own: Node, path: str) -> Node:
        merged = dict(base.block)
        for name, part in own.block.items():
            below = f"{path}.{name}" if path else name
            if REMOVE in part.block:
                if self._may_go(part, below, name, list(base.block)):
                    del merged[name]
            elif name in base.block:
                merged[name] = self.merge(base.block[name], part, below)
            else:
                merged[name] = part
        return Node(merged, own.span, own.key)

    def _lists(self, base: Node, own: Node, path: str) -> Node:
        merged = list(base.entries)
        names: list[str | None] = [entry_name(one) for one in merged]
        for part in own.entries:
            name = entry_name(part)
            below = f"{path}.{name}"
            at = names.index(name) if name is not None and name in names else None
            if REMOVE in part.block:
                if self._may_go(part, below, name, [one for one in names if one]) and at is not None:
                    del merged[at], names[at]
                continue
            stated = part.without(AFTER, BEFORE)
            if at is not None:
                stated = self.merge(merged[at], stated, below)
                del merged[at], names[at]
            at = self._place(part, below, names, len(merged) if at is None else at)
            merged.insert(at, stated)
            names.insert(at, name)
        return Node(merged, own.span, own.key)

    def _place(self, part: Node, path: str, names: Sequence[str | None], otherwise: int) -> int:
        """Where `after:` or `before:` puts an entry; `otherwise` where neither is said."""
        for word, step in ((AFTER, 1), (BEFORE, 0)):
            said = part.block.get(word)
            if said is None:
                continue
            if said.value in names:
                return names.index(str(said.value)) + step
            known = [one for one in names if one]
            near = nearest(str(said.value), known)
            hint = "" if near or not known else f"; there is {one_of(known)}"
            self._refuse(f"there is no entry '{said.value}' to stand {word}{hint}", said, path, near)
        return otherwise

    def _may_go(self, part: Node, path: str, name: str | None, known: list[str]) -> bool:
        """Whether a removal is right; a wrong one leaves what is there."""
        spare = set(part.block) - {REMOVE, "name", "between"}
        if not part.says(REMOVE):
            self._refuse("expected remove: true", part.block[REMOVE], path)
        elif spare:
            self._refuse(f"an entry that is removed says nothing else, but here stands '{min(spare)}'", part, path)
        elif name not in known:
            self._refuse(f"there is no '{name}' to remove", part, path, nearest(name or "", known))
        else:
            return True
        return False


def _is_number(node: Node) -> bool:
    """Whether a block is a number (a distribution, a ramp, a table or a formula): these are replaced whole."""
    return bool(_A_NUMBER & set(node.block)) or set(node.block) == {"formula"}


def _by_name(entries: Sequence[Node]) -> bool:
    """Whether a list is one whose entries are known by name."""
    return bool(entries) and all(entry_name(one) for one in entries)
