"""The benchmarks run and say what they should; how fast anything is, no test says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import reference_file, reference_sheet
from benchmarks.__main__ import main
from benchmarks.flagship import Floor
from benchmarks.measure import Measured, measure
from benchmarks.registry import Case, Entry, Limit, PeakLimit, Prepared, all_entries
from benchmarks.report import table, verdict
from finmodel.arrays import FloatArray
from finmodel.lines import BoundPlan, Calendar, Sheet, compile_plan
from finmodel.uncertainty import Draws, Driver
from finmodel.units import POUND

WITHOUT_PROCESSES = ("floor", "mechanism", "samplers", "reference")


@pytest.mark.parametrize("name", WITHOUT_PROCESSES)
def test_an_entry_measures_each_of_its_cases(name: str) -> None:
    entry = all_entries()[name]
    missing = entry.missing()
    if missing:
        pytest.skip(missing)
    found = measure(entry, rounds=1, scale=0.01, memory=False)

    assert [one.case for one in found] == [case.name for case in entry.cases]
    assert all(one.seconds > 0 for one in found)
    assert found[-1].ratio == 1


def test_entries_that_start_processes_start_programs_that_succeed() -> None:
    startup = all_entries()["startup"]
    for name in ("finmodel --help", "finmodel run, the flagship, 1,000 trials"):
        startup.case(name).prepare(0.01).go()


def test_the_command_prints_a_table_and_keeps_a_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "record.json"

    assert main(["mechanism", "--rounds", "2", "--no-memory", "--out", str(out)]) == 0
    assert "against plain NumPy" in capsys.readouterr().out
    record = json.loads(out.read_text())
    cases = record["entries"]["mechanism"]["cases"]
    assert [len(case["rounds"]) for case in cases] == [2, 2]
    assert {"versions", "cpu", "processor"} <= set(record)


def test_an_unknown_name_is_refused_with_those_that_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flagshit"]) == 2
    assert "flagship" in capsys.readouterr().out


def test_a_ratio_is_the_median_of_the_ratios_in_each_round() -> None:
    """Where the machine slows down in the third round, both cases do."""
    found = [
        Measured("a", 2.0, 2.0, 2.0, 0.0, {}, (2.0, 3.0, 20.0)),
        Measured("b", 1.0, 1.0, 1.0, 0.0, {}, (1.0, 1.0, 10.0)),
    ]

    assert verdict(Limit("a", "b", 2.0), found) == (2.0, True)
    assert verdict(Limit("a", "b", 1.9), found) == (2.0, False)
    assert verdict(Limit("a", "b", 2.1, least=True), found) == (2.0, False)
    nothing = Case("a", lambda _: Prepared(lambda: None))
    entry = Entry("x", "two things", "go", (nothing,), (Limit("a", "b", 1.9),))
    assert table(entry, found)[-1] == "  a / b: 2.00, at most 1.9: NOT KEPT"


@pytest.mark.parametrize(("seconds", "said"), [(2.0, "kept"), (1.9, "NOT KEPT")])
def test_a_limit_in_seconds_is_held_against_the_fastest_round(seconds: float, said: str) -> None:
    found = [
        Measured("a", 3.0, 3.0, 2.0, 0.0, {}, (2.0, 3.0, 20.0)),
        Measured("b", 1.0, 1.0, 1.0, 0.0, {}, (1.0, 1.0, 10.0)),
    ]
    nothing = Case("a", lambda _: Prepared(lambda: None))
    entry = Entry("x", "two things", "go", (nothing,), (Limit("a", "b", 3.0, seconds=seconds),))

    assert table(entry, found)[-1] == f"  a: 2 s at best, at most {seconds:g} s: {said}"


def test_peak_memory_is_that_of_a_process_which_does_the_case_once() -> None:
    mechanism = all_entries()["mechanism"]
    once = replace(mechanism, once=True)

    found = measure(once, rounds=5, scale=1)

    assert [one.case for one in found] == [case.name for case in mechanism.cases]
    assert all(20 < one.peak_mib < 2_000 and len(one.rounds) == 1 and one.seconds > 0 for one in found)
    assert found[0].facts["operations"] == 10


@pytest.mark.parametrize(
    ("limit", "most", "said"),
    [
        (PeakLimit("a", mib=100), 100, "kept"),
        (PeakLimit("a", mib=99), 99, "NOT KEPT"),
        (PeakLimit("a", mib=1024, against="b", ratio=1.05), 105, "kept"),
        (PeakLimit("a", mib=1024, against="b", ratio=0.9), 90, "NOT KEPT"),
        (PeakLimit("a", mib=50, against="b", ratio=1.05), 50, "NOT KEPT"),
    ],
)
def test_a_limit_of_memory_is_held_against_the_peak(limit: PeakLimit, most: int, said: str) -> None:
    found = [Measured(name, 1.0, 1.0, 1.0, 100.0, {}, (1.0,)) for name in ("a", "b")]
    nothing = Case("a", lambda _: Prepared(lambda: None))
    entry = Entry("x", "two things", "go", (nothing,), peak_limits=(limit,))

    assert table(entry, found)[-1] == f"  a: peak 100 MiB, at most {most} MiB: {said}"


def test_the_floor_counts_operations_on_trials_and_normals() -> None:
    sheet = Sheet()
    cost = sheet.drawn("cost", "cost", POUND, yearly=True)
    twice = sheet.add("twice", cost + cost, service=False)
    sheet.add("more", twice * 3.0 - cost, service=False)
    plan = compile_plan(sheet, Calendar(reference_sheet.CALENDAR.start, 4), [("more", range(1, 5))])
    driver = Driver("cost", "normal", {"mean": 1.0, "sd": 1.0}, yearly=True)
    floor = Floor(plan, Draws([driver], [], seed=1, first_financial_year=2016, years=4))

    assert (floor.operations, floor.normals) == (3 * 4, 4)
    assert floor.seconds() > 0


class _Same:
    """The reference job's own draws."""

    def __init__(self, drawn: FloatArray, names: list[str]) -> None:
        self.values = {name: np.ascontiguousarray(drawn[:, place]) for place, name in enumerate(names)}

    def start_block(self, block: int) -> None: ...

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None: ...


def test_the_reference_job_on_lines_equals_the_job_on_the_same_draws() -> None:
    if missing := reference_file.missing():
        pytest.skip(missing)
    job, trials = reference_file.module(), 200
    drawn = job.sample(trials, np.random.default_rng(3))
    found = reference_sheet.by_name(BoundPlan(reference_sheet.plan(), _Same(drawn, job.NAMES), trials).run(0))

    for function in (job.model, job.model_buf):
        for name, expected in function(drawn).items():
            np.testing.assert_allclose(found[name].T, expected, rtol=1e-9, atol=1e-5, err_msg=name)


def test_the_reference_jobs_drivers_have_its_distributions() -> None:
    """Ours are drawn through tables and from other generators: compared with the job's quantiles, not its numbers."""
    if missing := reference_file.missing():
        pytest.skip(missing)
    job = reference_file.module()
    draws = reference_sheet.draws(5, 4096)
    draws.start_block(0)
    ours = np.array([draws.values[name] for name in job.NAMES])

    for row, marginal in zip(ours, job.marginals(), strict=True):
        shares = marginal.cdf(row)  # uniform, if the distribution is the same
        spread = np.abs(np.sort(shares) - (np.arange(shares.size) + 0.5) / shares.size).max()
        assert spread < 1.95 / np.sqrt(shares.size)  # Kolmogorov and Smirnov, one in a thousand
    from scipy import stats

    scores = np.array([stats.norm.ppf(m.cdf(row)) for row, m in zip(ours, job.marginals(), strict=True)])
    assert np.abs(np.corrcoef(scores) - job.corr()).max() < 4 / np.sqrt(ours.shape[1])
