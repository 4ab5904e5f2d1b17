"""What must hold in any contract, whatever the inputs: money is conserved, parts add up to their whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from finmodel.arrays import FloatArray
from finmodel.contract import Contract
from finmodel.report.workbook.checks import HALF_A_PENNY, Law, Rows
from finmodel.report.workbook.pages import Page
from finmodel.report.workbook.text import column_letters, sheet_prefix

_SHARES = 1e-9
_RECONCILED = 1.0
"""£ a year between register and pool that finmodel leaves unexplained, as in `finmodel validate`."""


class Laws:
    """The laws of a contract, as formulas over its lines' cells."""

    def __init__(
        self, contract: Contract, rows: Rows, values: Mapping[str, FloatArray], names: Mapping[str, str]
    ) -> None:
        self._contract, self._rows, self._values, self._names = contract, rows, values, names
        self._years = contract.calendar.years

    def all(self, pages: Sequence[Page]) -> list[Law]:
        """Every law that these lines have the parts of."""
        return [*self._of_models(), *self._of_demand(), *self._of_shares(), *self._of_pools(), *self._of_cells(pages)]

    def _of_models(self) -> Iterator[Law]:
        for model in self._contract.models:
            of = self._names[model]
            parts = [
                f"{model}.{part}" for part in ("integrator_surplus", "providers_surplus", "staff_and_suppliers", "hmrc")
            ]
            outside = self._from_outside(model)
            yield self._yearly(
                f"Money is conserved in each year: what commissioners{' and guarantors' if outside else ''} pay is "
                "what staff and suppliers and HMRC receive and what integrator and providers keep",
                of, [f"{model}.payment", *outside], parts, HALF_A_PENNY * self._years,
            )  # fmt: skip
            payers = [p for p in self._contract.scenario.parties.commissioners if f"{model}.cash[{p}]" in self._values]
            yield self._yearly(
                "Commissioners' payments add up", of, [f"{model}.payment"],
                [f"{model}.payment[{p}]" for p in payers], HALF_A_PENNY * self._years,
            )  # fmt: skip
            for payer in payers:
                label = self._contract.scenario.parties.commissioners[payer].label or payer
                cash, due = f"{model}.cash[{payer}]", f"{model}.payment[{payer}]"
                yield self._totals(f"All that is due has been paid after run-off: {label}", of, cash, due)
                months = f"{model}.cash_by_month[{payer}]"
                yield self._totals(f"Months add up to financial years: {label}", of, cash, months)

    def _from_outside(self, model: str) -> list[str]:
        """Lines of what a parent or bank brings in when the integrator fails or leaves."""
        integrator = self._contract.scenario.parties.integrator
        ends = None if integrator is None else integrator.exit
        lent = ends is not None and ends.excess_loss == "bank"
        found = [f"{model}.guarantee_call", f"{model}.recovered", *([f"{model}.excess_loss"] if lent else [])]
        return [name for name in found if name in self._values]

    def _of_demand(self) -> Iterator[Law]:
        groups: dict[str, list[str]] = {}
        for row in self._contract.scenario.register:
            group = f"{row.service}.{row.site}" if row.site else row.service
            groups.setdefault(group, []).append(f"contract_people[{row.contract}]")
        for group, members in groups.items():
            whole = f"people[{group}]"
            if whole in self._values and all(member in self._values for member in members):
                what = "People of the contracts add up to those of their service or site"
                yield self._yearly(what, group.replace(".", ", "), [whole], members, 1e-6, "person")

    def _of_shares(self) -> Iterator[Law]:
        shares = [name for name in self._values if name.startswith("share_of_target[") and "~" not in name]
        if shares:
            yield self._yearly("Commissioners' shares of the target add up to 1", "target", [], shares, _SHARES, "rate")
        for service in self._contract.scenario.services:
            own = [name for name in self._values if name.startswith(f"share_of[{service}.")]
            if own:
                total = float(sum(self._values[name][0] for name in own))
                yield self._single(
                    "Commissioners' shares of the service add up to 1", service, self._added(own), "1", (total, 1.0),
                    _SHARES, "rate",
                )  # fmt: skip

    def _of_pools(self) -> Iterator[Law]:
        scenario = self._contract.scenario
        for service in scenario.services:
            pool = f"pool_a_year[{service}]"
            members = [
                f"contract_register.annual_value[{r.contract}]" for r in scenario.register if r.service == service
            ]
            if pool not in self._values or not all(member in self._values for member in members):
                continue
            listed = sum(d.amount.amount for d in scenario.contract_register.differences if d.service == service)
            total = float(sum(self._values[member][0] for member in members))
            yearly = listed / self._years
            explained = f"+{yearly!r}" if listed > 0 else f"-{-yearly!r}" if listed else ""
            what = "Register and pool reconcile" + (", with the differences that the scenario lists" if listed else "")
            values = (total + yearly, float(self._values[pool][0]))
            left, right = f"{self._added(members)}{explained}", self._rows.cells(pool)
            yield self._single(what, service, left, right, values, _RECONCILED, "£real")

    def _of_cells(self, pages: Sequence[Page]) -> Iterator[Law]:
        for page in pages:
            blocks = self._blocks(page)
            if page.subject.inputs:
                number = sum(len(self._values[line.name]) for line in page.lines)
                counted, values = "+".join(f"COUNT({cells})" for cells in blocks), (float(number), float(number))
                yield self._single("Every input is a number", page.name, counted, str(number), values, 0.0, "cells")
            else:
                wrong = "+".join(f"SUM(IF(ISERROR({cells}),1,0))" for cells in blocks)
                yield self._single("No cell is an error", page.name, wrong, "0", (0.0, 0.0), 0.0, "cells")

    def _blocks(self, page: Page) -> list[str]:
        """The values of each block as a range."""
        found = []
        for block in page.blocks:
            ends = [self._rows.ends(line.name) for line in block.lines]
            first, last = min(first for first, _ in ends), max(last for _, last in ends)
            bottom = block.row + len(block.lines) - 1
            cells = f"${column_letters(first)}${block.row}:${column_letters(last)}${bottom}"
            found.append(f"{sheet_prefix(page.name)}{cells}")
        return found

    # Shapes of laws
    # -----------------------------------------------------------------------------------------------------------------

    def _yearly(self, what: str, of: str, whole: list[str], parts: list[str], allowed: float, unit: str = "£") -> Law:
        """In each year the whole is the sum of its parts (of none, 1): the differences' sizes add up to nothing."""
        cells = self._rows.cells
        left = "+".join(f"SUM({cells(name, self._years)})" for name in whole) or str(self._years)
        right = "+".join(f"SUM({run})" for run in self._runs(parts))
        first = "+".join(cells(name, self._years) for name in whole) or "1"
        sizes = "-".join([first, *(cells(name, self._years) for name in parts)])
        totals = [float(np.sum([self._values[name][: self._years].sum() for name in side])) for side in (whole, parts)]
        values = (totals[0] if whole else float(self._years), totals[1], 0.0)
        return Law(what, of, left, right, f"SUM(ABS({sizes}))", allowed, values, unit)

    def _runs(self, names: list[str]) -> list[str]:
        return [self._rows.cells(name, self._years) for name in names]

    def _totals(self, what: str, of: str, one: str, other: str) -> Law:
        left, right = (f"SUM({self._rows.cells(name)})" for name in (one, other))
        totals = float(self._values[one].sum()), float(self._values[other].sum())
        return self._single(what, of, left, right, totals, HALF_A_PENNY * len(self._values[one]))

    @staticmethod
    def _single(
        what: str, of: str, left: str, right: str, values: tuple[float, float], allowed: float, unit: str = "£"
    ) -> Law:
        return Law(what, of, left, right, "D{row}-E{row}", allowed, (*values, values[0] - values[1]), unit)

    def _added(self, names: list[str]) -> str:
        """The sum of single cells; those below each other as a range."""
        places = [self._rows.place(name) for name in names]
        runs: list[list[int]] = [[0, 0]]
        for at, (one, two) in enumerate(pairwise(places), start=1):
            if two.sheet == one.sheet and two.row == one.row + 1:
                runs[-1][1] = at
            else:
                runs.append([at, at])
        cells = [self._rows.cells(name) for name in names]
        ranges = [cells[a] if a == b else f"{cells[a]}:{cells[b].rpartition('!')[2]}" for a, b in runs]
        return "+".join(f"SUM({r})" for r in ranges)
