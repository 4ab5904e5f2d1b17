from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from finmodel.analysis import About, Model, Summary
from finmodel.analysis.gather import Results
from finmodel.analysis.summary import summary_of_results
from finmodel.contract import Caution
from finmodel.errors import Span
from finmodel.report import Kept, show_run
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


def shown(
    found: Summary, width: int = 120, *, reused: bool = False, full: bool = True, warnings: Sequence[Caution] = ()
) -> str:
    out = io.StringIO()
    kept = Kept(Path("runs/fake-1"), 1.0, reused)
    show_run(Console(file=out, width=width, highlight=False), found, kept, warnings=warnings, full=full)
    return out.getvalue()


@pytest.fixture(scope="module")
def text() -> str:
    return shown(summary(replace(ABOUT, quoted_cash=1.222e9)))


PLACE = Span("fake.yaml", 1, 1)
WARNINGS = (
    Caution("W02", "mostly chance", "outcomes.a", PLACE),
    Caution("W02", "mostly chance", "outcomes.b", PLACE),
    Caution("W04", "falls behind", "indices.tariff", PLACE),
    Caution("W05", "up to 15%", "rate", PLACE, "The board agreed."),
)


def test_an_accepted_warning_is_shown_with_its_reason_and_without_its_sentence() -> None:
    page = shown(summary(), warnings=WARNINGS[2:])

    assert "  W04 indices.tariff: falls behind\n  W05 a large withhold, accepted: The board agreed.\n" in page


def test_the_one_page_counts_warnings_by_kind() -> None:
    page = " ".join(shown(summary(), full=False, warnings=WARNINGS).split())

    assert "W02 noise is larger than the effect (2 places); W04 target" in page
    assert "W05 a large withhold (accepted)." in page
    assert "mostly chance" not in page


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


@pytest.fixture(scope="module")
def page() -> str:
    return shown(summary(replace(ABOUT, quoted_cash=1.222e9)), full=False)


def test_the_one_page_has_a_table_a_question_and_no_year(page: str, text: str) -> None:
    for words in ("All commissioners, all years", "Net position", "Outcome money, all years", "side by side"):
        assert page.count(words) == 1
    assert "2016/17" not in page
    assert len(page.splitlines()) < len(text.splitlines()) / 2


def test_the_first_table_is_the_same_in_both_forms(page: str, text: str) -> None:
    start = text.index("All commissioners, all years: nominal cash")

    assert text[start : text.index("\n\n", start)] in page


def test_the_one_page_ends_with_how_to_see_the_rest_and_the_full_report_does_not(page: str, text: str) -> None:
    assert "--full" in page.splitlines()[-1]
    assert "--full" not in text


def test_on_the_one_page_a_note_is_cut_to_a_line_and_says_so() -> None:
    told = summary(replace(ABOUT, notes=("A short one.", "long " * 60)))
    page = shown(told, full=False)

    assert "  A short one.\n" in page
    assert re.search(r"^  long .* …$", page, flags=re.MULTILINE)
    assert " …" not in shown(told)


def test_what_a_party_keeps_is_told_by_its_side(page: str) -> None:
    """Of a net position the low end is the bad one: no heading says P5 or P95."""
    table = page[page.index("Net position") : page.index("3  What do we get")]

    assert not re.search(r"\bP(5|10|90|95)\b", table)
    spread = False
    for line in table.splitlines():
        if line.startswith(("  Commissioners", "  Integrator")):
            figures = [cell.replace(",", "") for cell in line.split()[1:] if cell[0] in "-0123456789"]
            expected, worst, median, best = map(float, figures[:4])
            assert worst <= median <= best
            assert worst <= expected <= best
            spread |= worst < best
    assert spread


def test_a_narrow_terminal_has_no_line_that_is_too_long() -> None:
    for full in (False, True):
        narrow = shown(summary(), 80, full=full)
        assert max(len(line) for line in narrow.splitlines()) <= 80
