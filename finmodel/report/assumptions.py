"""The assumptions register in the terminal: what is assumed, by whom, how surely, and where it is written."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text

from finmodel.analysis import AssumptionsRegister, Entry
from finmodel.report.grid import FAINT
from finmodel.report.sketch import glyphs_for
from finmodel.report.sketches import by_year_line
from finmodel.report.worth import say_in
from finmodel.scenario import ByYear, Ramp, Uncertain
from finmodel.units import YEAR

_STATUSES = ("sourced", "sourced in part", "assumed", "no source", "setting")
_CONFIDENCES = ("green", "amber", "red")
_RAG = {"green": "bold green", "amber": "bold yellow", "red": "bold red"}
_MARK = "Assumption:"
_PATH_WIDTH = 44
_SOURCE_WIDTH = 56
_BLOCKS = ("indices", "services", "outcomes", "parties", "payment_models")


def show_register(console: Console, register: AssumptionsRegister, entries: Sequence[Entry], today: date) -> None:
    """The register, or the entries chosen: counts, assumptions with a name, the other numbers, what is missing."""
    console.print(Text(f"{register.title}: assumptions register", style="bold"), soft_wrap=True)
    for override in register.overrides:
        console.print(Text(f"Changed by --set: {override}", style="bold"), soft_wrap=True)
    for line in counts(register, today):
        _wrapped(console, "", line, FAINT, lead=0)
    named = [entry for entry in entries if entry.number.assumption]
    if named:
        _heading(console, "Assumptions with a name")
        for entry in named:
            console.print()
            _show_named(console, entry, register, today)
    others = [entry for entry in entries if not entry.number.assumption]
    whole = len(entries) == len(register.entries)
    if others:
        _heading(console, "The other numbers, in the order of the file")
        _show_others(console, others, register, shortly=whole)
    if whole:
        show_without_source(console, register.without_source)
        show_unused(console, register.unused_entries)
        console.print()
        _wrapped(
            console, "", "What a number means and its whole source: add its path. All: --out FILE.xlsx", FAINT, lead=0
        )


def counts(register: AssumptionsRegister, today: date) -> Iterator[str]:
    """The register in two or three lines."""
    entries = register.entries
    found = Counter[str](entry.number.status for entry in entries)
    parts = [f"{found[status]} {_plural(status, found[status])}" for status in _STATUSES if found[status]]
    yield f"{len(entries)} numbers: {', '.join(parts)}"
    rag = Counter(entry.confidence for entry in register.named)
    parts = [f"{rag[colour]} {colour}" for colour in _CONFIDENCES if rag[colour]]
    undated, overdue = sum(entry.review_by is None for entry in register.named), len(register.overdue(today))
    if register.named:
        parts += [f"{undated} with no review date"] if undated else []
        parts += [f"{overdue} past the review date on {today}"] if overdue else []
        yield f"{len(register.named)} with a name: {', '.join(parts)}"
    idle = sum(not entry.models for entry in entries)
    if idle:
        yield f"{idle} read by no payment model of this scenario"


def show_without_source(console: Console, found: Sequence[Entry]) -> None:
    """The numbers with no source."""
    _heading(console, f"Numbers with no source: {len(found) or 'none'}")
    for entry in found:
        console.print(Text(f"  {entry.number.path}  {entry.number.text}  {_place(entry)}"), soft_wrap=True)


def show_unused(console: Console, found: Sequence[Entry]) -> None:
    """The assumptions on which no number of the contract rests."""
    _heading(console, f"Assumptions that nothing uses: {len(found) or 'none'}")
    for entry in found:
        console.print(Text(f"  {entry.name}  {entry.number.text}  {_place(entry)}"), soft_wrap=True)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"), soft_wrap=True)


def _show_named(console: Console, entry: Entry, register: AssumptionsRegister, today: date) -> None:
    confidence = (entry.confidence.upper(), _RAG[entry.confidence])
    kind = entry.distribution or entry.number.kind
    console.print(Text.assemble((entry.name, "bold"), "  ", confidence), soft_wrap=True)
    _wrapped(console, "", f"{entry.number.unit}, {kind}")
    _wrapped(console, "", entry.number.text)
    for line in _spread(entry, console, register.years):
        _wrapped(console, "", line)
    _wrapped(console, "Source: ", entry.number.source)
    review = f"review by {entry.review_by}" if entry.review_by else "no review date"
    late = " (past)" if entry.review_by and entry.review_by < today else ""
    _wrapped(console, "Owner: ", f"{entry.owner}; {review}{late}")
    if entry.note:
        _wrapped(console, "Note: ", entry.note)
    used = ", ".join(entry.used_at) or "nothing"
    models = f"; {_models(entry, register)}" if entry.used_at else ""
    _wrapped(console, "Used by: ", f"{used}{models}", FAINT)
    _wrapped(console, "Written: ", _place(entry), FAINT)


def _show_others(console: Console, entries: Sequence[Entry], register: AssumptionsRegister, *, shortly: bool) -> None:
    block = ""
    for entry in entries:
        words = entry.number.path.split(".")
        head = ".".join(words[: 2 if words[0] in _BLOCKS else 1])
        if head != block:
            block = head
            console.print()
            console.print(Text(head, style="bold"), soft_wrap=True)
        path = entry.number.path[len(head) + 1 :]
        name = f"  {path}".ljust(min(_PATH_WIDTH, max(console.width // 3, 20)))
        lines = textwrap.wrap(f"{name}  {entry.number.text}", console.width, subsequent_indent=" " * 6) or [name]
        for line in lines:
            console.print(Text(line), soft_wrap=True)
        for line in _spread(entry, console, register.years):
            _wrapped(console, "", line)
        if shortly:
            for line in _origin(entry, register, console.width):
                console.print(Text(line, style=FAINT), soft_wrap=True)
        else:
            _show_wholly(console, entry, register)


def _show_wholly(console: Console, entry: Entry, register: AssumptionsRegister) -> None:
    number = entry.number
    _wrapped(console, "", number.label)
    if number.meaning:
        _wrapped(console, "Meaning: ", number.meaning)
    _wrapped(console, "Unit: ", f"{number.unit}; {entry.distribution or number.kind}")
    _wrapped(console, "Source: ", number.source or "none is stated")
    _wrapped(console, "Used by: ", _models(entry, register), FAINT)
    _wrapped(console, "Written: ", _place(entry), FAINT)


def _origin(entry: Entry, register: AssumptionsRegister, width: int) -> list[str]:
    """Where a number comes from, shortened to one line; where it is written, beside that or below."""
    number = entry.number
    source = number.source.removeprefix(_MARK).strip()
    lead = " " * 6
    text = f"{lead}{number.status}{': ' if source else ''}{source}"
    obvious = entry.models == register.all_models or number.path.startswith("payment_models.")
    models = "" if obvious else f"; {_models(entry, register)}"
    tail = f"[{_place(entry)}{models}]"
    room = width - len(tail) - 2
    if len(text) <= room or room >= _SOURCE_WIDTH:
        return [f"{_shortened(text, room)}  {tail}"]
    return [_shortened(text, width), *textwrap.wrap(tail, width, initial_indent=lead, subsequent_indent=lead)]


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 3].rstrip()}..."


def _models(entry: Entry, register: AssumptionsRegister) -> str:
    if entry.models == register.all_models:
        return "every payment model"
    others = [model for model in register.all_models if model not in entry.models]
    if not entry.models:
        return "no payment model"
    if len(others) < len(entry.models):
        return f"all but {', '.join(others)}"
    return f"only {', '.join(entry.models)}"


def _place(entry: Entry) -> str:
    """File and line; the file without its folder, which is the scenario's own or a base's."""
    span = entry.number.span
    file = span.file if span.file.startswith("--set") else span.file.replace("\\", "/").rpartition("/")[2]
    return file if file.startswith("--set") else f"{file}:{span.line}"


def _spread(entry: Entry, console: Console, years: int) -> Iterator[str]:
    """Mean and P10 to P90 of a distribution, in the first and last year where they differ; the years of a list."""
    value = entry.number.value
    if isinstance(value, (ByYear, Ramp)):
        yield by_year_line(value, years, glyphs_for(console.encoding))
    if not isinstance(value, Uncertain) or not entry.percentiles:
        return
    shown = [entry.percentiles[0], *entry.percentiles[1:][-1:]]
    texts = []
    for p in shown:
        unit = YEAR if entry.number.path.endswith((".when", ".years")) else value.unit  # of an event: not per cent
        say, step = say_in(unit, max(abs(p.p10), abs(p.p90))), (p.p90 - p.p10) / 50
        when = f"year {p.year}: " if len(shown) > 1 else ""
        texts.append(f"{when}mean {say(p.mean, step)}, P10 {say(p.p10, step)}, P90 {say(p.p90, step)}")
    yield "; ".join(texts)


def _wrapped(console: Console, start: str, text: str, style: str = "", *, lead: int = 4) -> None:
    first, after = " " * lead, " " * (lead + 2)
    for line in textwrap.wrap(
        start + text, console.width, initial_indent=first, subsequent_indent=after, break_on_hyphens=False
    ):
        console.print(Text(line, style=style), soft_wrap=True)


def _plural(status: str, count: int) -> str:
    return {"no source": "with no source", "setting": "settings" if count > 1 else "setting"}.get(status, status)
