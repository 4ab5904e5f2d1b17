"""The register of existing contracts: a CSV or XLSX file beside the scenario, one contract a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.scenario.document import RegisterRow
from finmodel.scenario.draft import Checked
from finmodel.scenario.fields import FACTOR, NumberField
from finmodel.scenario.files import TextFile
from finmodel.scenario.grids import Cell, Grid, Grids, Naming
from finmodel.scenario.problems import Problem, no_such, one_of
from finmodel.scenario.quantities import parse_quantity
from finmodel.scenario.reconciliation import check_sums
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


@dataclass(frozen=True)
class Register:
    """The contracts, and the file they were read from."""

    rows: tuple[RegisterRow, ...] = ()
    files: tuple[TextFile, ...] = ()
    whole: bool = False
    """Whether every row could be read."""


def read_register(checked: Checked, folder_of: Callable[[Span], Path]) -> Register:
    """The register that the scenario names, beside the file that names it; mistakes are noted in `checked`."""
    block = checked.written("contract_register")
    written, sheet = block.get("file"), block.get("sheet")
    if not isinstance(written, str) or not written.strip() or not isinstance(sheet, (str, type(None))):
        return Register()
    where = ("contract_register", "file")
    span = checked.positions.value(where)
    naming = Naming(span, checked.positions.value(("contract_register", "sheet")), ".".join(where))
    try:
        grid = Grids().open(folder_of(span) / written, sheet, naming)
    except InputError as error:
        checked.mistakes.extend(error.mistakes)
        return Register()
    reader = _Reader(checked, grid)
    rows = reader.read()
    if not reader.mistakes:
        check_sums(rows, checked)
    checked.mistakes.extend(reader.mistakes)
    return Register(tuple(rows), (grid.file,), whole=not reader.mistakes)


class _Reader:
    """Cells -> rows. Keeps reading after a mistake, so that all are found."""

    def __init__(self, checked: Checked, grid: Grid) -> None:
        self.checked, self.grid = checked, grid
        self.mistakes: list[Mistake] = list(grid.mistakes)
        self.services = checked.names("services")
        self.commissioners = checked.names("parties", "commissioners")
        self.sites = {service: checked.names("services", service, "sites") for service in self.services}
        self.contracts: dict[str, int] = {}
        self.providers: dict[str, tuple[str, int]] = {}

    def refuse(self, message: str, cell: Cell, column: str = "", suggestion: str | None = None) -> None:
        self.mistakes.append(Mistake(message, cell.span, column, suggestion))

    def read(self) -> list[RegisterRow]:
        header = self.grid.header
        if not header:
            if not self.mistakes:
                message = f"the register is empty; expected the columns {', '.join(COLUMNS)}"
                self.mistakes.append(Mistake(message, Span(self.grid.file.name, 1, 1)))
            return []
        if not self.good_header():
            return []
        rows = [row for row in map(self.row, self.grid.rows) if row is not None]
        if not rows and not self.mistakes:
            self.refuse("the register holds no contract", header[0])
        return rows

    def good_header(self) -> bool:
        before = len(self.mistakes)
        seen: set[str] = set()
        for cell in self.grid.header:
            if cell.text not in COLUMNS and not cell.wrong:
                near = nearest(cell.text, COLUMNS)
                known = "" if near else f"; expected {', '.join(COLUMNS)}"
                self.refuse(f"unknown column '{cell.text}'{known}", cell, "", near)
                seen.add(near or "")  # one mistake, not also a missing column
            seen.add(cell.text)
        for column in COLUMNS:
            if column not in seen and column not in _MAY_LACK:
                self.refuse(f"the column '{column}' is missing", self.grid.header[0])
        return len(self.mistakes) == before

    def row(self, cells: dict[str, Cell]) -> RegisterRow | None:
        """One contract, or None where its line has a mistake."""
        before = len(self.mistakes)
        empty = Cell("", cells["contract"].span)
        for column, cell in cells.items():
            if cell.wrong:
                self.refuse(cell.wrong, cell, column)
        for column in ("contract", "provider", "service", "commissioner", "annual_value", "kind"):
            if not cells[column].text and not cells[column].wrong:
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
