"""The order in which values are computed: any that has operands before what reads them gives the same numbers.

What differs is how many values wait for a reader at a time. A block's waiting values should fit the processor's cache.
"""

from __future__ import annotations

from collections import Counter

from finmodel.lines.lowering import Node


def calculation_order(nodes: list[Node], roots: list[int]) -> list[int]:
    """Nodes that the roots need, operands first.

    Depth first from the roots, except that whatever a value completes is computed at once: payment models that read the
    same cost read it while it is at hand. A value that a lag reads in the next period waits for the readers of the
    present one, so that it can be written over that.
    """
    order = _depth_first(nodes, roots)
    readers: dict[int, list[int]] = {}
    missing: dict[int, int] = {}
    for index in order:
        operands = set(nodes[index].args)
        missing[index] = len(operands)
        for operand in operands:
            readers.setdefault(operand, []).append(index)
    written_over: dict[int, list[int]] = {}
    for index in order:
        node = nodes[index]
        if node.kind == "lag":
            for reader in readers.get(index, ()):
                if reader != node.source:
                    written_over.setdefault(reader, []).append(node.source)
    still_read = Counter(source for sources in written_over.values() for source in sources)
    found: list[int] = []
    done: set[int] = set()
    for start in order:
        stack = [start]
        while stack:
            index = stack.pop()
            if index in done:
                continue
            done.add(index)
            found.append(index)
            completed = readers.get(index, [])
            for reader in completed:
                missing[reader] -= 1
            for source in written_over.get(index, ()):
                still_read[source] -= 1
            stack.extend([one for one in reversed(completed) if not missing[one] and not still_read[one]])
    return found


def _depth_first(nodes: list[Node], roots: list[int]) -> list[int]:
    """Operands before what reads them, as late as possible before their first reader: few values live at a time."""
    order: list[int] = []
    seen: set[int] = set()
    for root in roots:
        stack: list[tuple[int, bool]] = [(root, False)]
        while stack:
            index, ready = stack.pop()
            if ready:
                order.append(index)
                continue
            if index in seen:
                continue
            seen.add(index)
            stack.append((index, True))
            stack.extend((arg, False) for arg in reversed(nodes[index].args))
    return order
