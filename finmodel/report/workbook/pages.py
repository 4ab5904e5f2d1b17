"""Lines put into their places: sheet by sheet, each subject's lines under headings, one row a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from finmodel.lines import Line, Sheet
from finmodel.report.workbook.formula import Place
from finmodel.report.workbook.layout import Layout
from finmodel.report.workbook.limits import check_cell, sheet_name
from finmodel.report.workbook.subjects import Subject, Subjects, section_of


@dataclass(frozen=True)
class Block:
    """Lines of one section; `heading` is empty where a line stands for itself."""

    heading: str
    row: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """One sheet of lines: its subject, its name in the workbook, its blocks and the row (from 1) after the last."""

    subject: Subject
    name: str
    blocks: tuple[Block, ...]
    end: int

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for block in self.blocks for line in block.lines)


def arranged(
    sheet: Sheet, subjects: Subjects, layout: Layout, taken: set[str]
) -> tuple[tuple[Page, ...], dict[str, Place]]:
    """The pages that these lines fill, in order, and where each line stands."""
    by_subject: dict[Subject, list[Line]] = {subject: [] for subject in subjects.all}
    for line in sheet:
        by_subject[subjects.of(line)].append(line)
    pages: list[Page] = []
    places: dict[str, Place] = {}
    for subject in subjects.all:
        lines = by_subject[subject]
        if not lines:
            continue
        name = sheet_name(subject.title, taken)
        blocks, end = _blocks(lines, subject, layout.first_row(subject.period))
        check_cell(end, 0, f"sheet '{name}'")
        page = Page(subject, name, blocks, end)
        places |= {line.name: Place(name, block.row + at) for block in blocks for at, line in enumerate(block.lines)}
        pages.append(page)
    return tuple(pages), places


def _blocks(lines: Sequence[Line], subject: Subject, row: int) -> tuple[tuple[Block, ...], int]:
    """Sections in the order of their first lines; a section of one line has no heading and no room around it."""
    sections: dict[str, list[Line]] = {}
    for line in lines:
        sections.setdefault(section_of(line, inputs=subject.inputs), []).append(line)
    blocks: list[Block] = []
    together = False
    for section, members in sections.items():
        alone = len(members) == 1
        row += (1 if blocks and not (alone and together) else 0) + (0 if alone else 1)
        blocks.append(Block("" if alone else words(section), row, tuple(members)))
        row += len(members)
        together = alone
    return tuple(blocks), row


def words(section: str) -> str:
    """`Outcomes › lung survival` of `outcomes.lung_survival`."""
    text = " › ".join(part.replace("_", " ") for part in section.split("."))
    return text[:1].upper() + text[1:]


def shown_label(line: Line, others: Sequence[Line]) -> str:
    """The label; where others of the section have the same, with what tells them apart in front."""
    label = line.label or line.name
    alike = [other for other in others if (other.label or other.name) == label]
    if len(alike) < 2:
        return label
    parts = [set(_parts(other.name)) for other in alike]
    common = set.intersection(*parts)
    apart = ", ".join(part for part in _parts(line.name) if part not in common)
    return f"{apart}: {label}" if apart else label


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[.\[\]~]", name) if part]
