"""The register of existing contracts: a CSV file beside the scenario, one contract a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.scenario.document import RegisterRow
from finmodel.scenario.draft import Checked
from finmodel.scenario.fields import FACTOR, NumberField
from finmodel.scenario.files import read_text
from finmodel.scenario.problems import Problem, no_such, one_of
from finmodel.scenario.quantities import parse_quantity, write_quantity
from finmodel.scenario.values import Limits
from finmodel.units import POUND, PURE

COLUMNS = (
    "contract",
    "provider",
    "service",
    "site",
    "commissioner",
    "annual_value",
    "kind",
    "loading",
    "marginal_rate",
    "note",
)
_MAY_LACK = ("site", "loading", "marginal_rate", "note")
_KINDS = ["block", "activity", "cost"]
_LOADING = NumberField(PURE, "a number such as 1.2")
_ANNUAL = NumberField(POUND, "an amount of money such as £1.2m or 1,234,567", Limits(least=0.0, open_least=True))
_TOLERANCE = 1.0  # £ between a service's contracts and its pool a year


@dataclass(frozen=True)
class Cell:
    """The text of one cell and where it begins."""

    text: str
    span: Span


def read_register(checked: Checked, scenario_file: Path) -> tuple[RegisterRow, ...]:
    """The rows of the register that the scenario names; mistakes are noted in `checked`."""
    written = checked.written("contract_register").get("file")
    if not isinstance(written, str) or not written.strip():
        return ()
    where = ("contract_register", "file")
    try:
        file = read_text(
            scenario_file.parent / written, named_at=checked.positions.value(where), named_by=".".join(where)
        )
    except InputError as error:
        checked.mistakes.extend(error.mistakes)
        return ()
    reader = _Reader(checked, file.name)
    rows = reader.read(file.text)
    if not reader.mistakes:
        _check_sums(rows, checked)
    checked.mistakes.extend(reader.mistakes)
    return tuple(rows)


def cells_of(line: str, file: str, number: int) -> list[Cell]:
    """The cells of one line of CSV, each with the column where it begins; Problem where the quotes do not match."""
    starts, quoted = [1], False
    for column, character in enumerate(line, start=1):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            starts.append(column + 1)
    if quoted:
        raise Problem("a quotation is not closed on this line")
    try:
        texts = next(csv.reader([line], strict=True, skipinitialspace=True))
    except csv.Error:
        raise Problem("the quotation marks on this line do not match") from None
    if len(texts) != len(starts):
        raise Problem("a cell in quotes must begin with its quotation mark")
    leads = [len(part) - len(part.lstrip(" ")) for part in (line[start - 1 :] for start in starts)]
    return [
        Cell(text.strip(), Span(file, number, start + lead))
        for text, start, lead in zip(texts, starts, leads, strict=True)
    ]


class _Reader:
    """Text -> rows. Keeps reading after a mistake, so that all are found."""

    def __init__(self, checked: Checked, file: str) -> None:
        self.checked, self.file = checked, file
        self.mistakes: list[Mistake] = []
        self.services = checked.names("services")
        self.commissioners = checked.names("parties", "commissioners")
        self.sites = {service: checked.names("services", service, "sites") for service in self.services}
        self.contracts: dict[str, int] = {}
        self.providers: dict[str, tuple[str, int]] = {}

    def refuse(self, message: str, cell: Cell, column: str = "", suggestion: str | None = None) -> None:
        self.mistakes.append(Mistake(message, cell.span, column, suggestion))

    def lines(self, text: str) -> Iterator[list[Cell]]:
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                yield cells_of(line, self.file, number)
            except Problem as problem:
                self.mistakes.append(Mistake(problem.message, Span(self.file, number, 1)))

    def read(self, text: str) -> list[RegisterRow]:
        lines = self.lines(text)
        header = next(lines, None)
        if header is None:
            if not self.mistakes:
                self.mistakes.append(
                    Mistake(f"the register is empty; expected the columns {', '.join(COLUMNS)}", Span(self.file, 1, 1))
                )
            return []
        if not self.good_header(header):
            return []
        rows = []
        for cells in lines:
            if len(cells) != len(header):
                self.refuse(f"expected {len(header)} cells as in the first line, got {len(cells)}", cells[0])
                continue
            row = self.row({head.text: cell for head, cell in zip(header, cells, strict=True)})
            if row is not None:
                rows.append(row)
        if not rows and not self.mistakes:
            self.refuse("the register holds no contract", header[0])
        return rows

    def good_header(self, header: list[Cell]) -> bool:
        before = len(self.mistakes)
        seen: set[str] = set()
        for cell in header:
            if cell.text in seen:
                self.refuse(f"the column '{cell.text}' stands here twice", cell)
            elif cell.text not in COLUMNS:
                near = nearest(cell.text, COLUMNS)
                known = "" if near else f"; expected {', '.join(COLUMNS)}"
                self.refuse(f"unknown column '{cell.text}'{known}", cell, "", near)
                seen.add(near or "")  # one mistake, not also a missing column
            seen.add(cell.text)
        for column in COLUMNS:
            if column not in seen and column not in _MAY_LACK:
                self.refuse(f"the column '{column}' is missing", header[0])
        return len(self.mistakes) == before

    def row(self, cells: dict[str, Cell]) -> RegisterRow | None:
        """One contract, or None where its line has a mistake."""
        before = len(self.mistakes)
        empty = Cell("", cells["contract"].span)
        for column in ("contract", "provider", "service", "commissioner", "annual_value", "kind"):
            if not cells[column].text:
                self.refuse("the cell is empty", cells[column], column)
        self.check_names(cells)
        value = self.number(cells["annual_value"], "annual_value", _ANNUAL)
        loading = self.number(cells.get("loading", empty), "loading", _LOADING)
        marginal_rate = self.number(cells.get("marginal_rate", empty), "marginal_rate", FACTOR)
        kind = cells["kind"]
        if marginal_rate != 1.0 and kind.text in _KINDS and kind.text != "activity":
            self.refuse(
                "a marginal rate is used only where the kind is activity", cells["marginal_rate"], "marginal_rate"
            )
        if kind.text and kind.text not in _KINDS:
            self.refuse(f"expected {one_of(_KINDS)}, got '{kind.text}'", kind, "kind", nearest(kind.text, _KINDS))
        if len(self.mistakes) > before:
            return None
        return RegisterRow(
            contract=cells["contract"].text,
            provider=cells["provider"].text,
            service=cells["service"].text,
            site=cells.get("site", empty).text or None,
            commissioner=cells["commissioner"].text,
            annual_value=value,
            kind=kind.text,  # type: ignore[arg-type]  # one of _KINDS, checked above
            loading=loading,
            marginal_rate=marginal_rate,
            note=cells.get("note", empty).text,
            line=kind.span.line,
        )

    def check_names(self, cells: dict[str, Cell]) -> None:
        contract, provider = cells["contract"], cells["provider"]
        if contract.text and contract.text in self.contracts:
            first = self.contracts[contract.text]
            self.refuse(f"the contract '{contract.text}' is already in line {first}", contract, "contract")
        self.contracts.setdefault(contract.text, contract.span.line)
        spelling, line = self.providers.setdefault(_plain(provider.text), (provider.text, provider.span.line))
        if spelling != provider.text:
            self.refuse(f"'{provider.text}' is written '{spelling}' in line {line}", provider, "provider")
        service, commissioner, site = cells["service"], cells["commissioner"], cells.get("site")
        self.known(service, "service", self.services)
        self.known(commissioner, "commissioner", self.commissioners)
        if site is not None and site.text and service.text in self.services:
            self.known(site, "site", self.sites[service.text], f"site of {service.text}")

    def known(self, cell: Cell, column: str, names: list[str], what: str = "") -> None:
        if cell.text and names and cell.text not in names:
            message, near = no_such(what or column, cell.text, names)
            self.refuse(message, cell, column, near)

    def number(self, cell: Cell, column: str, field: NumberField) -> float:
        """The cell's amount; an empty cell is 1 (100%). Money may be written without the £."""
        if not cell.text:
            return 1.0
        try:
            if field is _ANNUAL:
                found = parse_quantity(cell.text)
                if found.unit == POUND or not found.marked:
                    field.hold(found.amount)
                    return found.amount
            return field.amount(cell.text)
        except Problem as problem:
            self.refuse(problem.message, cell, column)
        except ValueError:
            self.refuse(field.wrong(cell.text), cell, column)
        return 1.0


def _plain(name: str) -> str:
    """A provider's name without what people vary in writing: case, spaces, punctuation."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _check_sums(rows: list[RegisterRow], checked: Checked) -> None:
    """A service's contracts add up to its pool a year."""
    contract = checked.draft.contract
    if contract is None:
        return
    for name, service in checked.draft.services.items():
        if not any(row.service == name for row in rows):
            checked.refuse(f"the register holds no contract of '{name}'", ("services", name), on_key=True)
            continue
        total = sum(row.annual_value for row in rows if row.service == name)
        yearly = service.pool.amount / contract.years
        if abs(total - yearly) > _TOLERANCE:
            message = (
                f"the contracts of '{name}' in the register add up to {_pounds(total)} a year, but the pool over "
                f"{contract.years} years is {_pounds(yearly)} a year: a difference of {_pounds(total - yearly)}"
            )
            checked.refuse(message, ("services", name, "pool"))


def _pounds(amount: float) -> str:
    return write_quantity(round(amount, 2), POUND)
