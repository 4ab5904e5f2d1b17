from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "scenarios" / "staffordshire.yaml")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def finmodel(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def run(*arguments: str) -> Result:
    return finmodel("run", SCENARIO, "--trials", "200", *arguments)


def test_a_run_is_kept_under_its_name_and_hash() -> None:
    done = run("--quiet", "--model", "programme")
    folder = Path(done.stdout.strip())

    assert done.exit_code == 0
    assert folder.parent == Path("runs")
    assert folder.name.startswith("staffordshire-")
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "summary.json", "summary.csv", "probabilities.csv", "columns.csv", "assumptions.json",
        "trials",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert folder.name.endswith(manifest["hash"])
    assert (manifest["trials"], manifest["models"]) == (200, ["programme"])
    assert manifest["files"][0]["text"] == Path(SCENARIO).read_text(encoding="utf-8")
    assert pq.read_table(folder / "trials" / "programme").num_rows == 200


def test_the_same_run_is_shown_again_and_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("--json", "--model", "programme")
    monkeypatch.setattr("finmodel.analysis.run.simulate", None)
    again = run("--json", "--model", "programme")

    assert (json.loads(first.stdout)["reused"], json.loads(again.stdout)["reused"]) == (False, True)
    assert json.loads(first.stdout)["figures"] == json.loads(again.stdout)["figures"]
    assert "Already there" in run("--model", "programme").stdout


def test_what_is_questionable_is_told_beside_the_notes_and_again_with_a_kept_run() -> None:
    first, again = run("--model", "programme", "--full"), run("--model", "programme", "--full")

    for done in (first, again):
        told = done.stdout[done.stdout.index("Questionable, but legal") : done.stdout.index("1  What will")]
        assert done.stdout.index("Said aloud") < done.stdout.index("Questionable, but legal")
        assert "W05 payment_models.programme.phases.outcomes_based.withhold.rate: up to 15.0%" in told
        assert "W02 outcomes.lung_survival" in told


@pytest.mark.parametrize("other", ["--json", "--quiet"])
def test_full_is_refused_where_no_table_is_printed(other: str) -> None:
    done = run("--full", other)

    assert done.exit_code == 2
    assert "--full" in done.stderr


def test_the_flagship_fits_on_one_page_and_full_shows_the_kept_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run().stdout
    monkeypatch.setattr("finmodel.analysis.run.simulate", None)
    told = run("--full").stdout

    assert len(page.splitlines()) <= 125
    assert "Already there, nothing computed" in told
    assert told.count("each commissioner, nominal cash by financial year") == 4
    for words in (
        "All commissioners, all years",
        "2  Who bears",
        "3  What do we get",
        "5  Which payment",
        "Before signature",
    ):
        assert words in page


def test_warnings_as_json_are_those_of_the_models_run() -> None:
    found = {
        one: json.loads(run("--json", "--model", one).stdout)["warnings"] for one in ("programme", "existing_contracts")
    }

    assert {"W02", "W05"} <= {one["code"] for one in found["programme"]}
    assert "W05" not in {one["code"] for one in found["existing_contracts"]}
    assert set(found["programme"][0]) == {"code", "message", "path", "span", "accepted"}


def test_another_run_in_the_same_folder_is_refused_unless_told() -> None:
    run("--quiet", "--out", "mine", "--model", "existing_contracts")
    refused = run("--quiet", "--out", "mine", "--model", "existing_contracts", "--seed", "5")
    before = json.loads(Path("mine/manifest.json").read_text(encoding="utf-8"))
    allowed = run("--quiet", "--out", "mine", "--model", "existing_contracts", "--seed", "5", "--overwrite")
    after = json.loads(Path("mine/manifest.json").read_text(encoding="utf-8"))

    assert refused.exit_code == 2
    assert "--overwrite" in refused.stderr
    assert "seed" in refused.stderr
    assert allowed.exit_code == 0
    assert (before["seed"], after["seed"]) == (2016, 5)


def test_json_is_all_there_is_on_stdout_and_holds_no_nan() -> None:
    done = run("--json")

    data = json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert done.exit_code == 0
    assert data["schema"] == 5
    assert len(data["models"]) >= 4
    assert all(math.isfinite(number) for number in numbers_in(data))
    assert {"cash", "payment", "headroom", "present_value", "integrator_surplus"} <= {
        f["figure"] for f in data["figures"]
    }
    assert "over_envelope" in {event["event"] for event in data["probabilities"]}


def test_a_sampler_is_chosen_rounds_up_aloud_and_is_part_of_the_run() -> None:
    random, sobol = (
        json.loads(run("--json", "--model", "programme", "--sampler", one).stdout) for one in ("random", "sobol")
    )

    assert (random["trials"], sobol["trials"]) == (200, 1_024)
    assert (random["sampler"], sobol["sampler"]) == ("random", "sobol")
    assert any("200 trials were asked for" in note and "1,024 were run" in note for note in sobol["notes"])
    assert any("no standard error" in note for note in sobol["notes"])
    assert (sobol["interval_factor"], sobol["figures"][0]["mean"]["se"]) == (None, None)
    assert random["folder"] != sobol["folder"]
    manifest = json.loads((Path(sobol["folder"]) / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["sampler"], manifest["trials"]) == ("sobol", 1_024)
    refused = run("--quiet", "--model", "programme", "--sampler", "lhs", "--out", sobol["folder"])
    assert refused.exit_code == 2
    assert "the sampler (sobol, now lhs)" in refused.stderr


def test_a_trial_explained_under_a_sampler_is_the_trial_that_was_run() -> None:
    run("--quiet", "--model", "programme", "--sampler", "sobol", "--out", "kept")
    explained = finmodel(
        "explain", SCENARIO, "--model", "programme", "--trial", "77", "--year", "6", "--sampler", "sobol", "--json"
    )
    column = pq.read_table(Path("kept") / "trials" / "programme", columns=["programme/payment/year-6"])[0]

    assert json.loads(explained.stdout)["waterfalls"][0]["total"] == column[77].as_py()


def numbers_in(data: Any) -> Iterator[float]:
    if isinstance(data, dict):
        for value in data.values():
            yield from numbers_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from numbers_in(value)
    elif isinstance(data, (int, float)) and not isinstance(data, bool):
        yield data


def test_the_report_is_plain_text_when_piped() -> None:
    done = run("--model", "existing_contracts", "--model", "programme")

    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert "Which payment model is best?" in done.stdout


def test_models_see_the_same_futures_alone_and_together() -> None:
    alone = json.loads(run("--json", "--model", "programme").stdout)
    together = json.loads(run("--json").stdout)
    figure = [f for f in together["figures"] if f["model"] == "programme" and f["figure"] == "payment"]

    assert figure == [f for f in alone["figures"] if f["figure"] == "payment"]


def test_an_override_changes_the_numbers_and_the_folder() -> None:
    plain = json.loads(run("--json", "--model", "existing_contracts").stdout)
    raised = json.loads(run("--json", "--model", "existing_contracts", "--set", "contract.quoted_cash=£2bn").stdout)
    over = [[e["value"] for e in data["probabilities"] if e["event"] == "over_quoted_cash"] for data in (plain, raised)]

    assert plain["folder"] != raised["folder"]
    assert over[0][0] > over[1][0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "programe"], "did you mean 'programme'?"),
        (["--set", "contract.yeers=9"], "did you mean"),
        (["--set", "services.cancer.pool=£12"], "register"),
        (["--trials", "0"], "--trials"),
    ],
)
def test_wrong_input_ends_with_2_and_writes_nothing(arguments: list[str], words: str) -> None:
    done = run(*arguments)

    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert not Path("runs").exists()


def test_a_file_that_is_not_there_is_wrong_input() -> None:
    done = finmodel("run", "nowhere.yaml")

    assert done.exit_code == 2
    assert "nowhere.yaml" in done.stderr
    assert done.stderr.endswith("1 mistake\n")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (RuntimeError("first\nsecond"), 1, "internal error: RuntimeError: first\nSet FINMODEL_DEBUG=1"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_of_a_run_that_fails_nothing_is_left(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.delenv("FINMODEL_DEBUG", raising=False)
    monkeypatch.setattr("finmodel.analysis.run.summarise", fail)
    done = run("--model", "existing_contracts")

    assert done.exit_code == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(Path("runs").iterdir()) == []


def test_ctrl_c_before_the_first_trials_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("finmodel.analysis.run.simulate", stop)
    done = run("--model", "existing_contracts")

    assert (done.exit_code, done.stderr) == (130, "stopped; nothing was written\n")
    assert list(Path("runs").iterdir()) == []


def test_a_traceback_is_shown_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINMODEL_DEBUG", "1")
    monkeypatch.setattr("finmodel.analysis.run.summarise", None)

    assert "Traceback" in run("--model", "existing_contracts").stderr
