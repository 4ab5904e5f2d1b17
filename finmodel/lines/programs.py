"""From a plan to its programs: one for each stage and each set of decisions that its periods bring.

Periods differ in what is decided before any trial: which side of a condition holds, and what has ended with the
service. Those in which all of that is the same share a program. What their decisions leave without a reader, and what
none of them stores, is not computed there.
"""

from __future__ import annotations

from finmodel.lines.known import at, known_values
from finmodel.lines.layout import Key, Layout, Program
from finmodel.lines.periods import Period
from finmodel.lines.plan import ONCE_STAGE, Plan
from finmodel.lines.writer import Readers, Writer


def lay_out(plan: Plan) -> Layout:
    """Every program of a plan."""
    layout = Layout(plan, known_values(plan))
    members: dict[Key, list[int]] = {}
    for index in plan.order:
        if index not in layout.known:
            members.setdefault(_key(plan, index), []).append(index)
    readers = Readers.of(layout, {index: key for key, found in members.items() for index in found})
    due: dict[int, set[int]] = {}
    for column in plan.columns:
        due.setdefault(column.node, set()).add(column.period)
    for key, found in members.items():
        layout.programs[key] = _programs(layout, readers, key, found, due)
    read = set(layout.lags)
    for programs in layout.programs.values():
        for program in programs:
            program.moves = [move for move in program.moves if move[0] in read]
    return layout


def _key(plan: Plan, index: int) -> Key:
    return plan.stages[index], plan.nodes[index].period is Period.MONTH


def _programs(
    layout: Layout, readers: Readers, key: Key, members: list[int], due: dict[int, set[int]]
) -> list[Program]:
    plan, (stage, monthly) = layout.plan, key
    calendar, nodes = plan.calendar, plan.nodes
    period = Period.ONCE if stage == ONCE_STAGE else Period.MONTH if monthly else Period.CONTRACT_YEAR
    last = calendar.years * (12 if monthly else 1)
    choices = [index for index in members if nodes[index].kernel and nodes[index].kernel.name == "where"]  # type: ignore[union-attr]
    conditions = [layout.known[c] for c in dict.fromkeys(nodes[i].args[0] for i in choices) if c in layout.known]
    stored = [index for index in members if index in due]
    ending = [index for index in members if index in plan.run_off_nodes]
    by_decisions: dict[tuple[object, ...], list[int]] = {}
    for number in range(1, calendar.count(period) + 1):
        ended = period is not Period.ONCE and number > last
        by_decisions.setdefault((ended, *[bool(at(one, number)) for one in conditions]), []).append(number)
    found: dict[int, Program] = {}
    for numbers in by_decisions.values():
        ended = period is not Period.ONCE and numbers[0] > last
        wanted = {index for index in stored if not due[index].isdisjoint(numbers)}
        writer = Writer(layout, readers, ending if ended else members, numbers[0], ended=ended, due=wanted)
        found.update(dict.fromkeys(numbers, writer.written(key)))
    return [found[number] for number in sorted(found)]
