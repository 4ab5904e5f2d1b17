"""The integrator's rate of return in the summary and the report, on surpluses whose rates are known."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from finmodel.analysis import About, Model, Summary
from finmodel.analysis.gather import Collector, Results
from finmodel.analysis.integrator_return import integrator_return
from finmodel.report import Kept, show_run
from tests.simulation.fake import FakeOutput

MODEL = Model("programme", "Programme", integrator=True)
GROWTH = [1.06, 1.10, 1.15, 1.20]
PAID_BACK = [[-1e6, 0.0, 1e6 * growth**2] for growth in GROWTH]  # rates 6%, 10%, 15%, 20%
RATES = [0.06, 0.10, 0.15, 0.20, 0.10, 0.10]
OTHERS = [
    [-1e6, 0.0, 0.0],  # nothing back
    [1e6, -1e6, 1e5],  # gains first
    [0.004, -1e6, 1.1e6],  # less than half a penny is no gain: 10%
    [0.0, 0.0, 0.0],
    [-1e6, 2.3e6, -1.32e6],  # 10% and 20%
]


def summary(surpluses: list[list[float]]) -> Summary:
    years = len(surpluses[0])
    names = [f"programme.integrator_surplus[]:{year}" for year in range(1, years + 1)]
    outputs = [
        FakeOutput(name, "programme", "integrator_surplus", None, at, f"{at}") for at, name in enumerate(names, 1)
    ]
    columns = dict(zip(names, np.array(surpluses).T, strict=True))
    about = About("fake", "A stand-in", len(surpluses), 7, (MODEL,), {})
    into = Collector(about.design)
    integrator_return(Results(outputs, columns.__getitem__, columns.__getitem__, len(surpluses)), into, "programme")
    return Summary(about, tuple(into.figures), tuple(into.events))


def seen(found: Summary, event: str) -> int:
    chance = found.chance("programme", event)
    assert chance is not None
    return chance.seen


def test_rates_and_why_there_is_none() -> None:
    found = summary(PAID_BACK + OTHERS)
    spread = found.spread("programme", "integrator_return")

    assert spread is not None
    assert spread.mean.value == pytest.approx(np.mean(RATES), rel=1e-9)
    assert spread.at(50).value == pytest.approx(0.10, rel=1e-9)
    assert spread.at(95).value == pytest.approx(np.quantile(RATES, 0.95), rel=1e-9)
    assert seen(found, "integrator_has_return") == 6
    assert seen(found, "integrator_has_several_returns") == 1
    assert seen(found, "integrator_gets_nothing_back") == 1
    assert seen(found, "integrator_gains_first") == 1


@pytest.mark.parametrize("surpluses", [[[1e6, -1e6]], [[-1e6, -1e6]], [[0.0, 0.001]]])
def test_no_rate_no_figure(surpluses: list[list[float]]) -> None:
    found = summary(surpluses)

    assert found.spread("programme", "integrator_return") is None
    assert seen(found, "integrator_has_return") == 0


def shown(found: Summary) -> str:
    out = io.StringIO()
    show_run(Console(file=out, width=120, highlight=False), found, Kept(Path("runs/fake-1"), 1.0), full=True)
    return out.getvalue()


def test_the_report_tells_it_where_half_of_the_trials_have_one() -> None:
    text = shown(summary([*PAID_BACK, *OTHERS]))
    few = shown(summary(PAID_BACK[:1] + OTHERS[:2]))

    row = next(line for line in text.splitlines() if line.startswith("Programme  "))
    cells = [word for word in row.split()[1:] if "±" not in word]
    assert cells == ["7.0%", "10.0%", "18.8%", "66.7%", "11.1%", "11.1%", "11.1%"]
    assert "rate of return" not in few
