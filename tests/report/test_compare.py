"""Comparisons of several scenarios in the terminal: each scenario is named once, and no word is broken."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from finmodel.analysis import CompareRequest, Comparison, Option, compare
from finmodel.report import show_comparison
from finmodel.report.by_scenario import brief_names, shared_start

ROOT = Path(__file__).resolve().parents[2]
FILES = ("staffordshire", "stress/break-at-year-5", "stress/opening-cost-22-percent")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("several"))
        files = tuple(str(ROOT / "scenarios" / f"{file}.yaml") for file in FILES)
        return compare(CompareRequest(files, ("existing_contracts", "programme"), trials=200))


def printed(found: Comparison, width: int, *, full: bool) -> list[str]:
    out = io.StringIO()
    show_comparison(Console(file=out, width=width), found, full=full)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_too_wide_and_no_word_is_broken(found: Comparison, width: int, full: bool) -> None:
    lines = printed(found, width, full=full)

    assert [line for line in lines if len(line) > width] == []
    told = " ".join(f"{one.label} {one.summary.about.title}" for one in found.options)
    whole = {word.strip("():,.“”") for word in told.split()}
    beginnings = {word[:cut] for word in whole for cut in range(5, len(word))} - whole
    broken = {word for line in lines for word in line.replace("(", " ").split() if word in beginnings}
    assert broken <= {"break", "opening", "outcome", "payment", "Stafford"}  # words of their own


def test_each_scenario_stands_once_above_its_rows(found: Comparison) -> None:
    lines = printed(found, 120, full=False)
    start = lines.index("Commissioners' nominal cash, all years, £m")
    end = next(at for at, line in enumerate(lines) if line.startswith("P(better): how often less"))
    table = lines[start:end]

    for name, title in found.scenarios.items():
        assert f"{title} ({name})" in table
    assert sum(line.startswith("  Existing contracts continue") for line in table) == len(found.runs)
    assert not any(f"({name})" in line for line in table for name in found.scenarios if line.startswith(" "))


def test_matrices_hold_models_of_a_scenario_and_scenarios_of_a_model(found: Comparison) -> None:
    titles = [line for line in printed(found, 200, full=True) if line.startswith("Commissioners: P(the option")]
    behind = [title.partition("column): ")[2] for title in titles]

    assert behind == [*found.scenarios.values(), "Existing contracts continue", found.options[1].model_label]


def test_names_in_columns_lose_the_words_that_all_begin_with(found: Comparison) -> None:
    assert list(brief_names(found.options).values()) == [
        "cancer and end of life care",
        "a break at the end of year 5",
        "an opening cost 22% higher",
    ]
    assert shared_start(found.options) == "Staffordshire"
    alone: list[Option] = [found.options[0]]
    assert shared_start(alone) == ""
    assert list(brief_names(alone).values()) == ["Staffordshire, cancer and end of life care"]


@pytest.mark.parametrize("full", [False, True])
def test_the_checks_before_signature_stand_side_by_side(found: Comparison, full: bool) -> None:
    lines = printed(found, 120, full=full)
    start = lines.index("Before signature: the nine checks")
    heading, *rest = (line for line in lines[start + 1 :] if line)
    rows = [line.split() for line in rest if line.startswith("   ") and line.endswith(("RED", "AMBER", "GREEN", "–"))]

    assert heading.split() == [f"T{number}" for number in range(1, 10)]
    judged = [one for one in found.options if one.integrator]
    assert len(rows) == len(judged) == len(found.runs)
    for words, option in zip(rows, judged, strict=True):
        status = [check.status for check in option.summary.checks if check.model == option.model]
        assert words[-9:] == [one if one in {"RED", "AMBER", "GREEN"} else "–" for one in status]
