"""Lines that a modeller writes: each is calculated before the first line that reads it; circles are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from finmodel.contract.formulas import Place, Resolve, in_unit, read_formula
from finmodel.errors import InputError, Mistake
from finmodel.lines import Expr, Period, Sheet, UnitError
from finmodel.lines.vocabulary import FUNCTIONS
from finmodel.scenario import OwnLine, Scenario

_LATER = (
    "cost people plan price value existing savings_rate cost_kept discount_factor one_person integrator_running_cost "
    "integrator_vat_rate payment payments_to_providers vat integrator_surplus providers_surplus outcome_earned "
    "outcome_maximum outcome_uncapped staff_and_suppliers hmrc present_value exited guarantee "
    "break_follows"
)
LATER = frozenset(_LATER.split())
"""Names of lines that are written when terms need them, or after the terms."""
RESERVED = LATER | frozenset(FUNCTIONS)
"""Names that an own line cannot have, beside those of the lines that are there already."""


class OwnLines:
    """The own lines of a section (`lines`, or `payment_models.NAME.lines`), in the sheet as `prefix.NAME`.

    `resolve` gives what other names mean there, or None; `names` lists them.
    """

    def __init__(
        self,
        scenario: Scenario,
        sheet: Sheet,
        written: Mapping[str, OwnLine],
        path: str,
        prefix: str,
        resolve: Resolve,
        names: Callable[[], Iterable[str]],
    ) -> None:
        self.scenario, self.sheet, self.written, self.path, self.prefix = scenario, sheet, written, path, prefix
        self._resolve, self._names = resolve, names
        self._broken: dict[str, InputError] = {}
        self._promised: dict[str, Expr] = {}
        self._writing: list[str] = []

    @property
    def writing(self) -> list[str]:
        """The own lines that are being written: each reads the next."""
        return self._writing

    def names(self) -> list[str]:
        """What can be named."""
        return list(self.written)

    def find(self, name: str) -> Expr | None:
        """The own line of that name, written now if it is not yet in the sheet; None where there is none."""
        name = name.removeprefix(f"{self.prefix}.")
        if name not in self.written:
            return None
        if name in self._writing:
            circle = " -> ".join([*self._writing[self._writing.index(name) :], name])
            hint = "" if len(self._writing) > 1 else "; its earlier value is lag(…), and the line then states its unit"
            raise UnitError(f"own lines read each other in a circle: {circle}{hint}")
        if name in self._broken:
            raise self._broken[name]
        line = f"{self.prefix}.{name}"
        if line in self.sheet:
            return self.sheet.ref(line)
        self._writing.append(name)
        try:
            return self._write(name)
        except InputError as error:
            self._broken[name] = error
            raise
        finally:
            self._writing.pop()

    def earlier(self, name: str) -> Expr | None:
        """The own line as `lag` reads it: one that states its unit need not be calculated before."""
        short = name.removeprefix(f"{self.prefix}.")
        if short not in self.written or f"{self.prefix}.{short}" in self.sheet:
            return self.find(name)
        unit = self.written[short].unit
        if unit is None:
            return self.find(name)
        if short not in self._promised:
            self._promised[short] = self.sheet.promise(f"{self.prefix}.{short}", unit, opening=0.0)
        return self._promised[short]

    def write_all(self) -> list[Mistake]:
        """Write those that nothing has read so far; the mistakes of all of them."""
        for name in self.written:
            try:
                self.find(name)
            except InputError:
                continue  # kept in _broken
            except UnitError as error:
                self._broken[name] = self._mistake(str(error), f"{self.path}.{name}")
        return [mistake for error in self._broken.values() for mistake in error.mistakes]

    def _write(self, name: str) -> Expr:
        own, path = self.written[name], f"{self.path}.{name}"
        if name in RESERVED or name in self.sheet:
            raise self._mistake(f"'{name}' means something else in formulas; give the line another name", path)
        place = Place(f"{path}.formula", f"{self.prefix}.{name}", own.unit)
        found = read_formula(
            self.scenario, self.sheet, own.formula, place, self._resolve, self._all_names, self._earlier
        )
        if own.unit is not None and found.unit not in (own.unit, None):
            raise self._mistake(f"the line is stated in {own.unit}, but this formula gives {found.unit}", place.path)
        if own.report:
            in_unit(self.scenario, found, Place(place.path, ""), "a figure of the report is a number by contract year")
        period = Period.CONTRACT_YEAR if name in self._promised or found.period is Period.ONCE else None
        try:
            return self.sheet.add(
                f"{self.prefix}.{name}", found, unit=own.unit, label=own.label or words(name), period=period
            )
        except UnitError as error:
            raise self._mistake(str(error), place.path) from None

    def _mistake(self, message: str, path: str) -> InputError:
        return InputError(Mistake(message, self.scenario.span(path), path))

    def _all_names(self) -> list[str]:
        return [*self.written, *self._names()]

    def _earlier(self, name: str) -> Expr | None:
        found = self.earlier(name)
        return self._resolve(name) if found is None else found


def words(name: str) -> str:
    """A name as a label."""
    return name.replace("_", " ").capitalize()
