"""A term in a small whole contract: what adding it moves between the parties.

It is the contract that `finmodel new` begins, with the service `end_of_life`, the outcomes `usual_place_of_death` and
`bereaved_views`, both rates, and any index that the term names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from finmodel.arrays import FloatArray
from finmodel.contract import compile_contract, open_scenario
from finmodel.contract.evaluate import trials
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, Mechanism
from finmodel.mechanism.samples import Sample, Tried
from finmodel.scenario.positions import read_yaml
from finmodel.scenario.starter import Start, register_name, starter_register, starter_scenario

LOOKED_AT = (None, 0, 1, 2)  # the base case and three trials
_START = Start("small", date(2016, 4, 1), 3, 30e6, 100_000)
_MODEL, _TERM = "held", "term_held"
_TO_INTEGRATOR = {"from": COMMISSIONERS, "to": INTEGRATOR}
_CHAIN = {"name": "chain", "kind": "existing_contracts", "from": INTEGRATOR, "to": "providers"}


@dataclass(frozen=True)
class Positions:
    """What each party pays and keeps, £ by year, in the base case or a trial."""

    outlay: FloatArray
    integrator: FloatArray
    providers: FloatArray
    hmrc: FloatArray
    staff_and_suppliers: FloatArray
    cash: float
    """Of all commissioners and years, run-off included."""


@dataclass(frozen=True)
class Moved:
    """The positions without a term and with it, and who pays whom by it."""

    payer: str
    payee: str
    before: Positions
    after: Positions


def in_whole_contracts(tried: Tried, term: Mechanism, folder: Path) -> Iterator[Moved]:
    """The term between each pair of parties that it allows, in the base case and in a few trials."""
    (folder / f"{_START.name}.yaml").write_text(starter_scenario(_START), encoding="utf-8")
    (folder / register_name(_START.name)).write_text(starter_register(_START), encoding="utf-8")
    written = _read(tried.written)
    for payer, payee in term.allowed():
        if (written.get("from", payer), written.get("to", payee)) != (payer, payee):
            continue
        held = {"name": _TERM, **written, "from": payer, "to": payee}
        above = list(_above(tried.sample))
        without = _positions(folder, above, term)
        with_it = _positions(folder, [*above, held], term)
        yield from (Moved(payer, payee, *pair) for pair in zip(without, with_it, strict=True))


class _Plain(yaml.SafeDumper):
    """Repeats what stands twice, because a scenario has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _read(written: str) -> dict[str, Any]:
    data, _ = read_yaml(written, "sample")
    assert isinstance(data, dict)
    return data


def _above(sample: Sample) -> Iterator[dict[str, Any]]:
    if sample.above is not None:
        yield from (_read(text) for text in sample.above)
        return
    names = [name.removeprefix("earlier.") for name in sample.facts if name.startswith("earlier.")]
    for name in names or ["core"]:
        yield {"name": name, "kind": "block", **_TO_INTEGRATOR, "share": f"{100 / max(len(names), 1):.6f}%"}


def _positions(folder: Path, terms: list[dict[str, Any]], term: Mechanism) -> list[Positions]:
    model = {
        "label": "Held to its tests",
        "integrator": True,
        "savings": True,
        "effect": True,
        "phases": {"outcomes_based": [_CHAIN, *terms]},
    }
    index = getattr(term, "index", None)
    gone = {"remove": True}
    over = {
        "extends": f"{_START.name}.yaml",
        "name": "held",
        "contract": {"phases": {"fee_based": gone, "outcomes_based": "1-3"}},
        "payment_models": {"existing_contracts": gone, "programme": gone, _MODEL: model},
        "sources": {"payment_models.programme": gone},
        "outcomes": {"bereaved_views": {"evidence": "sourced"}},  # so that there are two to earn by
        **({"indices": {index: {"change": "2%"}}} if index else {}),
    }
    path = folder / f"{_MODEL}.yaml"
    path.write_text(yaml.dump(over, Dumper=_Plain, sort_keys=False, allow_unicode=True), encoding="utf-8")
    contract = compile_contract(open_scenario(path), [_MODEL])
    found = []
    for sheet in trials(contract, _MODEL, LOOKED_AT):
        years = contract.calendar.years
        amounts = {
            name: sheet.values[f"{_MODEL}.{name}"][:years]
            for name in ("payment", "integrator_surplus", "providers_surplus", "hmrc", "staff_and_suppliers")
        }
        cash = sum(float(sheet.values[n].sum()) for n in sheet.values if n.startswith(f"{_MODEL}.cash["))
        found.append(
            Positions(
                amounts["payment"],
                amounts["integrator_surplus"],
                amounts["providers_surplus"],
                amounts["hmrc"],
                amounts["staff_and_suppliers"],
                cash,
            )
        )
    return found
