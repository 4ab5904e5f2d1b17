"""A payment term on its own, among facts that are stated and not simulated: for worked examples and for tests.

>>> worked("{kind: activity, above: 70%}", price=200, plan=1_000, people=1_100)
214000.0
>>> worked("{kind: activity, above: 70%}", price=200, plan=1_000, people=[1_000, 1_100])
[200000.0, 214000.0]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from finmodel.arrays import FloatArray, np
from finmodel.contract.payment.alone import Around, Known, Told, total, whole
from finmodel.contract.payment.mechanism import Mechanism
from finmodel.lines import BoundPlan, Calendar, compile_plan
from finmodel.scenario.positions import read_yaml
from finmodel.units import POUND, PURE

if TYPE_CHECKING:
    from finmodel.lines.evaluation import InputSource

Fact = float | Sequence[float]
"""A figure that holds in every year, or one a year."""


@dataclass(frozen=True)
class Facts:
    """What happened, each figure an array of shape (years, cases). A case is looked at by itself.

    `earlier`: amounts of the terms above, by name. `outcomes`: by name the weight, the score, and, where the term
    asks for them, the improvement and the people measured.
    """

    figures: Mapping[str, FloatArray]
    earlier: Mapping[str, FloatArray]
    outcomes: Mapping[str, Mapping[str, FloatArray]]

    @property
    def by_line(self) -> dict[str, FloatArray]:
        """Every figure by the name of the line that holds it."""
        earlier = {f"earlier {name}": amounts for name, amounts in self.earlier.items()}
        outcomes = {f"outcome {o} {key}": x for o, told in self.outcomes.items() for key, x in told.items()}
        return {**self.figures, **earlier, **outcomes}

    @property
    def known(self) -> Known:
        """What is told, without the figures themselves."""
        told = [(o, tuple(x), float(x["weight"][0, 0]) if "weight" in x else 0.0) for o, x in self.outcomes.items()]
        shape = next(iter(self.by_line.values())).shape
        return Known(tuple(self.figures), tuple(self.earlier), tuple(told), shape[0], shape[1])


def worked(
    written: str,
    *,
    earlier: Mapping[str, Fact] | None = None,
    outcomes: Mapping[str, Mapping[str, Fact]] | None = None,
    **figures: Fact,
) -> float | list[float]:
    """What the term pays, in £ to the penny, positive from payer to payee: one figure, or one a year.

    `written` is the term as YAML, without name, from and to; the facts are named in `alone.UNITS`. Each outcome has a
    `weight` and a `score`, or the `people` measured and their `improvement`.
    """
    stated = [*figures.values(), *(earlier or {}).values(), *(x for o in (outcomes or {}).values() for x in o.values())]
    lists = [len(fact) for fact in stated if not isinstance(fact, (int, float))]
    years = lists[0] if lists else 1

    def column(fact: Fact) -> FloatArray:
        return np.array([[fact]] * years if isinstance(fact, (int, float)) else [[one] for one in fact], dtype=float)

    facts = Facts(
        {name: column(fact) for name, fact in figures.items()},
        {name: column(fact) for name, fact in (earlier or {}).items()},
        {name: {key: column(fact) for key, fact in one.items()} for name, one in (outcomes or {}).items()},
    )
    paid = [round(float(amount), 2) + 0.0 for amount in paid_on(written, facts)[:, 0]]
    return paid if lists else paid[0]


def paid_on(written: str, facts: Facts) -> FloatArray:
    """What the term pays in each year and case: £, shape (years, cases)."""
    told, plan = _bound(written, facts.known)
    told.figures = facts.by_line
    return plan.run(0).copy()


@lru_cache(maxsize=16)  # a term is mostly tried on many facts of one shape
def _bound(written: str, known: Known) -> tuple[Told, BoundPlan]:
    """The term as a plan, and where its inputs are told."""
    around = Around(_read(written, known.years), known)
    amount = total([whole(flow) for flow in around.term.result(around).flows])
    sheet = around.sheet
    sheet.add("paid", sheet.given("year", [1.0] * known.years, PURE) * amount, unit=POUND)
    plan = compile_plan(sheet, Calendar(date(2016, 4, 1), known.years), [("paid", range(1, known.years + 1))])
    told = Told(around.told, known.cases)
    return told, BoundPlan(plan, cast("InputSource", told), known.cases)


def read_term(written: str, facts: Facts) -> Mechanism:
    """The term as the loader reads it, paid between the first parties that its kind allows."""
    return _read(written, facts.known.years)


def _read(written: str, years: int) -> Mechanism:
    from finmodel.contract.payment.registry import KINDS

    data, _ = read_yaml(written, "example")
    kind = KINDS[data["kind"]]
    payer, payee = kind.model_construct().allowed()[0]
    context = {"kinds": KINDS, "years": years, "models": {}}
    return kind.model_validate({"name": "term", "from": payer, "to": payee, **data}, context=context)
