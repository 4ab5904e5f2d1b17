"""Which sheet a line belongs on, and in which order sheets stand. A line of a kind not known here has a sheet, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.lines import Line, Period
from finmodel.lines.expressions import Drawn, Given

_SUBJECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Indices", "Prices, planned activity and unit costs", ("index", "indices", "planned_activity", "unit_cost",
     "growth", "prices_since_base", "discount_factor", "discount_rate", "par")),
    ("Demand", "People by service, site and contract", ("people", "people_before_shock", "base_people", "population",
     "share_of_group", "contract_base_people", "contract_weight", "weights", "people_per_weight", "contract_people")),
    ("Cost", "What care costs, contract by contract, and savings", ("cost_factor", "fixed_cost", "cost_before_savings",
     "savings_rate", "cost_kept", "cost_after_savings", "integrator_running_cost", "savings")),
    ("Existing payments", "What each existing contract pays", ("contract_price", "contract_plan", "existing_payment",
     "existing_payment_after_savings")),
    ("Target", "Pool, expenditure target, commissioners' shares and allocations", ("pool_a_year", "pool", "target",
     "share_of", "share_of_register", "register_value", "share_of_all_contracts", "share_of_target",
     "opening_allocation", "allocation_of_year", "allocation")),
    ("Outcomes", "Each outcome: true level, measured level, score", ("outcomes",)),
    ("Own lines", "Assumptions and lines that the scenario calculates itself", ("assumptions", "lines")),
)  # fmt: skip
_OTHER = ("Other lines", "What several payment models share")
_INPUTS = ("Inputs", "Numbers of the scenario that hold for the whole contract")
_BY_YEAR = ("Inputs by year", "Numbers of the scenario that differ by year")
_REGISTER = ("Contract register", "The existing contracts, as the register lists them")
_DRAWS = ("Draws", "What is uncertain: the values of the trial, or the central ones")
_MONTHS = ("Months", "Amounts by month: when what is due is paid")
_FINANCIAL_YEARS = ("Financial years", "Cash, allocations and present value by financial year, from 1 April")

_OF_MODELS = {
    "terms": "The terms of payment, in the order in which they are calculated",
    "results": "What each party pays, receives and keeps, by contract year",
}


@dataclass(frozen=True)
class Subject:
    """A sheet of lines: its title, what it is about, the period of its lines, and of which payment model they are."""

    title: str
    about: str
    period: Period = Period.CONTRACT_YEAR
    inputs: bool = False
    model: str = ""


_ORDER: tuple[Subject, ...] = (
    Subject(*_INPUTS, Period.ONCE, inputs=True),
    Subject(*_BY_YEAR, inputs=True),
    Subject(*_REGISTER, Period.ONCE, inputs=True),
    Subject(*_DRAWS, inputs=True),
    *(Subject(title, about) for title, about, _ in _SUBJECTS),
    Subject(*_OTHER),
)
_LATER = (Subject(*_MONTHS, Period.MONTH), Subject(*_FINANCIAL_YEARS, Period.FINANCIAL_YEAR))
_BY_TITLE = {subject.title: subject for subject in (*_ORDER, *_LATER)}
_BY_STEM = {stem: title for title, _, stems in _SUBJECTS for stem in stems}


class Subjects:
    """The sheets of these payment models, given with what their sheets' titles begin with."""

    def __init__(self, models: Mapping[str, str]) -> None:
        self._of_model = {
            (model, what): Subject(f"{title} {what}", about, model=model)
            for model, title in models.items()
            for what, about in _OF_MODELS.items()
        }
        self.all: tuple[Subject, ...] = (*_ORDER, *self._of_model.values(), *_LATER)

    def of(self, line: Line) -> Subject:
        """The sheet of a line."""
        stem = line.name.partition("[")[0].partition("~")[0]
        first = stem.partition(".")[0]
        if isinstance(line.expr, Drawn):
            return _BY_TITLE[_DRAWS[0]]
        if line.period is Period.MONTH:
            return _BY_TITLE[_MONTHS[0]]
        if isinstance(line.expr, Given):
            if line.period is not Period.ONCE:
                return _BY_TITLE[_BY_YEAR[0]]
            return _BY_TITLE[(_REGISTER if first == "contract_register" else _INPUTS)[0]]
        if line.period is Period.FINANCIAL_YEAR:
            return _BY_TITLE[_FINANCIAL_YEARS[0]]
        return (
            self._of_model.get((first, "terms" if stem.count(".") > 1 else "results"))
            or _BY_TITLE[_BY_STEM.get(first, _OTHER[0])]
        )


def section_of(line: Line, *, inputs: bool) -> str:
    """What a line is about, without member and part: lines of one section stand together under a heading."""
    words = line.name.partition("~")[0].partition("[")[0].split(".")
    if words[0] in {"outcomes", "contract_register"}:
        return ".".join(words[:2])
    if inputs or words[0] in _BY_STEM:
        return words[0]
    if len(words) > 1:  # of a payment model: a phase's term, or a result
        return ".".join(words[1:3]) if len(words) > 2 and words[1] != "lines" else words[1]
    return words[0]
