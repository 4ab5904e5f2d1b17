"""Exact laws of a random walk that is looked at once a year: exit, stop-loss and guarantee cover.

The discrete-time law is worked out by convolution: the density of the position, on a grid, of those that have not
failed, carried from year end to year end. A continuous barrier formula would be wrong for a walk looked at yearly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import fftconvolve
from scipy.stats import norm

from finmodel.analysis import cover
from finmodel.analysis.about import about_contract
from finmodel.analysis.gather import Results
from finmodel.analysis.summary import summary_of_results
from finmodel.contract import Contract, Evaluator
from tests.contract.exits import walk
from tests.contract.scenarios import TESTED

YEARS, MEAN, SD, BARRIER = 6, -0.5, 3.0, 7.0  # £m
BLOCKS = 5


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contract, np.ndarray, dict[str, int]]:
    """A walk of £m: capital £4m and guarantee £3m, 20,480 trials."""
    world = walk(YEARS, sd=f"£{SD}m", mean=f"£{122.2 + MEAN}m", capital="£4m", guarantee={"amount": "£3m"})
    world.data["contract"]["breaks"] = ["2019-04-01"]
    world.data["parties"]["integrator"]["exit"] = {"charge": "£900m"}  # nobody leaves
    contract = world.compile(tmp_path_factory.mktemp("walk"))
    evaluator = Evaluator(contract)
    values = np.concatenate([evaluator.block(number).copy() for number in range(BLOCKS)], axis=1)
    places = {output.column: at for at, output in enumerate(contract.outputs)}
    return contract, values, places


def column(run: tuple[Contract, np.ndarray, dict[str, int]], figure: str, period: int | None = None) -> np.ndarray:
    contract, values, _ = run
    found = [
        at
        for at, one in enumerate(contract.outputs)
        if (one.model, one.figure) == (TESTED, figure) and period in (None, one.period)
    ]
    assert len(found) == 1
    return values[found[0]]


def law() -> tuple[list[float], float]:
    """The chance of failing at each year's end, and the expected loss beyond the barrier when it fails, in £m."""
    step = 0.005
    grid = np.arange(-60.0, 60.0 + step / 2, step)
    kernel = norm.pdf(grid, MEAN, SD) * step
    alive = np.zeros_like(grid)
    alive[np.argmin(np.abs(grid))] = 1.0
    chances, beyond = [], 0.0
    for _ in range(YEARS):
        moved = fftconvolve(alive, kernel, mode="same")
        edge = np.isclose(grid, -BARRIER, atol=step / 2)
        failed = np.where(grid < -BARRIER, moved, np.where(edge, moved / 2, 0.0))
        chances.append(float(failed.sum()))
        beyond += float((failed * (-grid - BARRIER)).sum())
        alive = moved - failed
    return chances, beyond


def test_exit_by_year_is_that_of_the_walk_looked_at_yearly(run: tuple[Contract, np.ndarray, dict[str, int]]) -> None:
    failed = column(run, "failed_after")
    assert column(run, "left_after").max() == 0
    chances, _ = law()
    assert sum(chances) > 0.2
    for year, p in enumerate(chances, start=1):
        error = np.sqrt(p * (1 - p) / len(failed))
        assert abs((failed == year).mean() - p) < 4 * error, year
    # the continuous law, by the reflection principle, is far off
    drift, variance = MEAN * YEARS, SD * np.sqrt(YEARS)
    continuous = norm.cdf((-BARRIER - drift) / variance)
    continuous += np.exp(-2 * MEAN * BARRIER / SD**2) * norm.cdf((-BARRIER + drift) / variance)
    assert abs((failed > 0).mean() - continuous) > 10 * np.sqrt(continuous * (1 - continuous) / len(failed))


def test_the_loss_that_no_security_covers(run: tuple[Contract, np.ndarray, dict[str, int]]) -> None:
    unpaid = column(run, "exit_unpaid") / 1e6
    _, expected = law()
    assert abs(unpaid.mean() - expected) < 4 * unpaid.std() / np.sqrt(len(unpaid))


def test_expected_stop_loss_of_one_year(tmp_path: Path) -> None:
    """E(L - d)+ = s phi(k) + (m - d) Phi(k), k = (m - d) / s: a contract of one year, its loss normal."""
    world = walk(1, sd="£3m", mean="£121.2m", capital="£1m", guarantee={"amount": "£1.5m"})
    contract = world.compile(tmp_path)
    values = Evaluator(contract).block(0)
    figures = {output.figure: values[at] / 1e6 for at, output in enumerate(contract.outputs)}

    def stop_loss(attachment: float) -> float:
        k = (1.0 - attachment) / 3.0
        return float(3.0 * norm.pdf(k) + (1.0 - attachment) * norm.cdf(k))

    for found, expected in (
        (figures["exit_unpaid"], stop_loss(2.5)),
        (figures["guarantee_called"], stop_loss(1.0) - stop_loss(2.5)),
    ):
        assert abs(found.mean() - expected) < 4 * found.std() / np.sqrt(len(found))


def test_guarantee_cover_is_that_of_the_normal_loss(run: tuple[Contract, np.ndarray, dict[str, int]]) -> None:
    """Until the break after three years the loss of an integrator that stays is normal(-3 m, 3 s²), failed or not."""
    contract, values, places = run
    columns = {name: values[at] for name, at in places.items()}
    results = Results(contract.outputs, columns.__getitem__, columns.__getitem__, values.shape[1])
    summary = summary_of_results(results, about_contract(contract, values.shape[1]))
    loss, guarantee = summary.spread(TESTED, "loss_to_break", None, 3), summary.spread(TESTED, "guarantee")
    assert loss is not None
    assert guarantee is not None
    for percent in (90, 95):
        found = cover(guarantee.mean, loss.at(percent))
        assert found is not None
        assert found.se is not None
        exact = 3.0 / norm.ppf(percent / 100, -3 * MEAN, SD * np.sqrt(3))
        assert abs(found.value - exact) < 4 * found.se
