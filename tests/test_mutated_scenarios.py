"""Whatever happens to a shipped scenario, it is refused in plain words or it gives finite figures, and soon.

A hundred mutated copies by default; FINMODEL_MUTATIONS=20000 tries more.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finmodel.contract import compile_contract, open_scenario
from finmodel.contract.evaluate import CentralDraws
from finmodel.errors import InputError
from finmodel.lines import BoundPlan
from finmodel.scenario import is_settlement
from finmodel.uncertainty import Draws

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
SHIPPED = sorted(path.relative_to(SCENARIOS) for path in SCENARIOS.rglob("*.yaml") if not is_settlement(path))
MUTATIONS = int(os.environ.get("FINMODEL_MUTATIONS", "100"))
LONGEST = 5.0  # seconds of processor time
TRIALS = 16
JARGON = ("pydantic", "Input should", "validation error", "type=", "Traceback", "NoneType", "<class")
ODD = [
    "", "null", "[]", "{}", "[[]]", "{a: 1}", "true", "-1", "0", "1e300", "1e-300", "-1e18", "£1", "£-1", "1%", "-100%",
    "1e9%", "x", "'", "[", "&a", "*a", ".nan", "£", "%", "1-2", "9-9", "2016-02-30", "2099-12-31", "99", "500%",
    "monthly", "120 months", "{normal: [0%, 900%]}", "{normal: [£1m, £9m]}", "{beta: [1e-9, 1e9]}", "0 people",
    "{discrete: {values: [0, 1], probabilities: [1, 0]}}", "{ramp: {from: 0%, to: 900%, start: 1, end: 2}}",
    "1e12 people", "{remove: true}", "{replace: true}", "{formula: 1 / 0}", "cancer_growth", "tariff", "target",
    "log(0 - target)", "1 / (contract_year - 3)", "[0%, 0%, 0%]",
]  # fmt: skip

KINDS = ["drop", "double", "swap", "indent", "cut", "insert", "digit", "value", "value", "value"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("mutated") / "scenarios"
    shutil.copytree(SCENARIOS, copied)
    return copied


def mistakes_of(path: Path) -> list[str]:
    """Open, compile and evaluate a scenario: why it is refused, or nothing."""
    try:
        contract = compile_contract(open_scenario(path))
        central = BoundPlan(contract.plan, CentralDraws(contract), 1).run(0)
        draws = Draws(
            contract.drivers,
            contract.correlations_used,
            seed=contract.seed,
            first_financial_year=contract.calendar.first_financial_year,
            years=contract.calendar.total_years,
            block_size=TRIALS,
        )
        trials = BoundPlan(contract.plan, draws, TRIALS).run(0)
    except InputError as error:
        return [str(mistake) for mistake in error.mistakes]
    # A run refuses a trial that is not finite, and names its column; what it would keep is finite, the base case too.
    assert np.isfinite(central).all() or not np.isfinite(trials).all()
    return []


def mutate(lines: list[str], data: st.DataObject) -> None:
    """One change to a text, of the kinds that hands make."""
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(
        st.sampled_from(["drop", "double", "swap", "indent", "cut", "insert", "value", "value", "value", "digit"])
    ):
        case "drop":
            lines.pop(at)
        case "double":
            lines.insert(at, lines[at])
        case "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        case "indent":
            lines[at] = " " * data.draw(st.integers(0, 8)) + lines[at].lstrip()
        case "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
        case "insert":
            where = data.draw(st.integers(0, len(lines[at])))
            odd = data.draw(st.text(max_size=3) | st.sampled_from(ODD))
            lines[at] = lines[at][:where] + odd + lines[at][where:]
        case "digit":
            digits = [place for place, character in enumerate(lines[at]) if character.isdigit()]
            if digits:
                place = data.draw(st.sampled_from(digits))
                lines[at] = lines[at][:place] + data.draw(st.sampled_from("0123456789-.%")) + lines[at][place + 1 :]
        case _:
            key, colon, rest = lines[at].partition(": ")
            brace = rest.rfind("}") if rest.endswith("}") else len(rest)
            if ": " in rest[:brace]:  # the last value inside { }
                inner, _, _ = rest[:brace].rpartition(": ")
                lines[at] = f"{key}: {inner}: {data.draw(st.sampled_from(ODD))}{rest[brace:]}"
            else:
                lines[at] = key + colon + data.draw(st.sampled_from(ODD))


@settings(max_examples=MUTATIONS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_refused_in_plain_words_or_finite(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(SHIPPED))
    lines = (SCENARIOS / name).read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        if lines:
            mutate(lines, data)
    path = folder / name.parent / "mutated.yaml"
    path.write_bytes("\n".join(lines).encode("utf-8", errors="surrogatepass"))
    started = time.process_time()
    told = mistakes_of(path)
    assert time.process_time() - started < LONGEST
    assert not [text for text in told if any(word in text for word in JARGON)]
