from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from finmodel.analysis import About, Model, Summary
from finmodel.analysis.gather import Results
from finmodel.analysis.summary import summary_of_results
from finmodel.contract import Caution
from finmodel.errors import Span
from finmodel.report import show_run
from tests.simulation.fake import FakeEvaluator, fake_contract

MODELS = (
    Model("existing", "Existing contracts continue", integrator=False),
    Model("programme", "Programme (target, outcomes, gain and loss share)", integrator=True),
)
ABOUT = About("fake", "A stand-in", 2_000, 7, MODELS, {"stoke": "NHS Stoke-on-Trent CCG"}, ("Weights renormalised.",))


def summary(about: About = ABOUT) -> Summary:
    contract = fake_contract()
    trials = dict(zip(contract.columns, FakeEvaluator(contract).block(0)[:, : about.trials], strict=True))
    results = Results(contract.outputs, trials.__getitem__, trials.__getitem__, about.trials)
    return summary_of_results(results, about)


def shown(found: Summary, width: int = 120, *, reused: bool = False) -> str:
    out = io.StringIO()
    show_run(Console(file=out, width=width, highlight=False), found, Path("runs/fake-1"), 1.0, reused=reused)
    return out.getvalue()


@pytest.fixture(scope="module")
def text() -> str:
    return shown(summary(replace(ABOUT, quoted_cash=1.222e9)))


def test_an_accepted_warning_is_shown_with_its_reason_and_without_its_sentence() -> None:
    out, place = io.StringIO(), Span("fake.yaml", 1, 1)
    warnings = (
        Caution("W04", "falls behind", "indices.tariff", place),
        Caution("W05", "up to 15%", "rate", place, "The board agreed."),
    )
    page = Console(file=out, width=120, highlight=False)
    show_run(page, summary(), Path("runs/fake-1"), 1.0, reused=False, warnings=warnings)

    assert "  W04 indices.tariff: falls behind\n  W05 a large withhold, accepted: The board agreed.\n" in out.getvalue()


def test_no_warning_no_heading(text: str) -> None:
    assert "Questionable" not in text


def test_outcome_money_without_a_maximum_has_a_column_of_its_own(text: str) -> None:
    found = summary()
    more = [replace(f, figure="outcome_uncapped") for f in found.figures if f.figure == "outcome_earned"]
    kept = [f for f in found.figures if f.figure not in ("outcome_maximum", "outcome_share")]

    page = shown(replace(found, figures=(*kept, *more)))

    assert "no maximum" in page
    assert "A rate card without a cap has no maximum" in page
    assert "no maximum" not in text


def test_questions_come_in_the_order_of_the_board(text: str) -> None:
    places = [
        text.index(words) for words in ("What will each commissioner", "Who bears", "What do we get", "Which payment")
    ]

    assert places == sorted(places)


def test_no_table_is_wider_than_the_page(text: str) -> None:
    assert max(len(line) for line in text.splitlines() if "±" in line or "─" in line) <= 120


def test_every_commissioner_and_year_is_shown_for_every_model(text: str) -> None:
    for model in MODELS:
        start = text.index(f"{model.label}: each commissioner")
        table = text[start : text.index("do not add", start)]
        for commissioner in ("NHS Stoke-on-Trent CCG", "stafford"):
            rows = table[table.index(commissioner) :]
            assert all(year in rows for year in ("2016/17", "2018/19", "2020/21", "All years"))


def test_run_off_years_show_a_dash_for_the_allocation(text: str) -> None:
    row = next(line for line in text.splitlines() if line.startswith("2020/21"))

    assert row.split()[-4:] == ["–", "–", "–", "–"]


def test_every_chance_names_its_series_and_none_reads_nought(text: str) -> None:
    chances = re.findall(r"^.*P\(.*$", text, flags=re.MULTILINE)
    assert chances
    assert not any(words in line for words in (" 0.0%", "100.0%") for line in chances)
    assert "envelope)" in text
    assert "allocation)" in text
    assert "£1.222bn)" in text
    assert "< 3/2,000" in text


def test_what_must_be_said_is_said(text: str) -> None:
    assert "Weights renormalised." in text
    assert "Percentiles of years or parties do not add." in text
    assert "seed 7" in text
    assert "Kept in runs/fake-1" in text


def test_without_quoted_cash_nothing_is_compared_with_it() -> None:
    assert "bn" not in shown(summary())


def test_a_run_that_was_there_already_says_so() -> None:
    assert "Already there, nothing computed: runs/fake-1" in shown(summary(), reused=True)


def test_a_single_trial_and_a_single_model_can_be_shown() -> None:
    found = shown(summary(replace(ABOUT, trials=1, models=MODELS[1:])))

    assert "±?" in found
    assert "nan" not in found.replace("financial", "")
