"""What differs between two scenarios, each composed: by the paths that a person would set, and by contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from finmodel.errors import Span
from finmodel.scenario.document import RegisterRow, Scenario
from finmodel.scenario.nodes import Node, entry_name, plain, tree_of
from finmodel.scenario.write import written_short


@dataclass(frozen=True)
class Difference:
    """One thing that differs. `before` or `after` is None where the one or the other scenario has nothing there."""

    path: str
    before: str | None
    after: str | None
    before_at: Span | None
    after_at: Span | None

    @property
    def kind(self) -> str:
        """added, removed or changed."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def differences(before: Scenario, after: Scenario) -> list[Difference]:
    """Every difference, in the order of the second scenario; those of the contract register last."""
    first, second = (tree_of(one.data, one.positions) for one in (before, after))
    whose_rows_count = ("contract_register.file", "contract_register.sheet")
    found = [one for one in _between(first, second, "") if one.path not in whose_rows_count]
    removed = [f"{section}.{one.path}" for one in found if one.after is None for section in ("sources", "known_on")]
    found = [one for one in found if not any(one.path.startswith(f"{path}.") for path in removed)]
    return [*found, *_registers(before, after)]


def _between(first: Node, second: Node, path: str) -> Iterator[Difference]:
    if plain(first) == plain(second) and repr(plain(first)) == repr(plain(second)):
        return
    if isinstance(first.value, dict) and isinstance(second.value, dict):
        yield from _parts(first.block, second.block, path)
    elif _named(first) and _named(second):
        old, new = _by_name(first), _by_name(second)
        yield from _parts(old, new, path)
        order, new_order = [name for name in old if name in new], [name for name in new if name in old]
        if order != new_order:
            yield Difference(f"{path} (order)", ", ".join(order), ", ".join(new_order), first.span, second.span)
    else:
        yield Difference(path, written_short(first), written_short(second), first.span, second.span)


def _named(node: Node) -> bool:
    names = [entry_name(one) for one in node.entries]
    return bool(names) and None not in names and len(set(names)) == len(names)


def _by_name(node: Node) -> dict[str, Node]:
    return {entry_name(one) or "": one for one in node.entries}


def _parts(first: dict[str, Node], second: dict[str, Node], path: str) -> Iterator[Difference]:
    for name in [*second, *(name for name in first if name not in second)]:
        here = f"{path}.{name}" if path else name
        before, after = first.get(name), second.get(name)
        if before is not None and after is not None:
            yield from _between(before, after, here)
        elif after is not None:
            yield Difference(here, None, written_short(after), None, after.span)
        elif before is not None:
            yield Difference(here, written_short(before), None, before.span, None)


def _registers(before: Scenario, after: Scenario) -> Iterator[Difference]:
    first, second = ({row.contract: row for row in one.register} for one in (before, after))
    for name in [*second, *(name for name in first if name not in second)]:
        old, new = first.get(name), second.get(name)
        old_at, new_at = _row_place(before, old), _row_place(after, new)
        if old is None or new is None:
            yield Difference(f"register[{name}]", _row(old), _row(new), old_at, new_at)
            continue
        cells, new_cells = _cells(old), _cells(new)
        for column, cell in cells.items():
            if cell != new_cells[column]:
                yield Difference(f"register[{name}].{column}", cell, new_cells[column], old_at, new_at)


def _row_place(scenario: Scenario, row: RegisterRow | None) -> Span | None:
    return None if row is None else Span(scenario.files[-1].name, row.line, 1)


def _row(row: RegisterRow | None) -> str | None:
    return None if row is None else f"{row.provider}, £{row.annual_value:,.0f} a year"


def _cells(row: RegisterRow) -> dict[str, str]:
    return {column: str(value) for column, value in vars(row).items() if column not in ("line", "contract")}
