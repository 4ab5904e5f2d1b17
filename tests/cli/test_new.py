"""What `finmodel new` begins is right as it stands, whatever is asked for; what is wrong leaves nothing behind."""

from __future__ import annotations

import csv
import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finmodel.analysis import assumptions_register
from finmodel.cli import app
from finmodel.contract import check_contract, compile_contract, open_scenario, schema_text, warnings_of
from finmodel.scenario import Scenario

THREE = ["--years", "10", "--pool", "£40m", "--population", "100,000 people"]
FILES = {"ours.yaml", "ours-register.csv", "finmodel.schema.json"}


def finmodel(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed, catch_exceptions=False)


def new(*arguments: str, typed: str | None = None) -> Result:
    return finmodel("new", *arguments, typed=typed)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finmodel.cli.new.in_person", lambda: True)


def left() -> set[str]:
    return {path.name for path in Path().iterdir()}


def begun(*arguments: str) -> Scenario:
    done = new("ours", *arguments)
    assert done.exit_code == 0, done.output
    return open_scenario("ours.yaml")


def test_what_is_written_is_told_with_the_next_two_commands() -> None:
    done = new("ours", *THREE)

    assert done.exit_code == 0
    assert left() == FILES
    assert [line.split(":")[0].strip() for line in done.stdout.splitlines()[1:4]] == [
        "ours.yaml",
        "ours-register.csv",
        "finmodel.schema.json",
    ]
    for line in done.stdout.splitlines()[-2:]:
        program, *command = line.split()
        assert program == "finmodel"
        if command[0] == "validate":
            assert finmodel(*command).exit_code == 0
        else:
            assert command == ["run", "ours.yaml"]


def test_it_holds_what_was_asked_for_as_people_write_it() -> None:
    scenario = begun(*THREE, "--start", "2027-04-01")
    text = Path("ours.yaml").read_text(encoding="utf-8")

    assert (scenario.name, scenario.contract.start, scenario.contract.years) == ("ours", date(2027, 4, 1), 10)
    assert scenario.services["end_of_life"].pool.amount == 40_000_000
    assert text.startswith("# yaml-language-server: $schema=finmodel.schema.json\n")
    assert "pool: £40m " in text
    assert "population: 100,000 people\n" in text
    assert "£68k, £80k, £100k" in text
    assert Path("finmodel.schema.json").read_text(encoding="utf-8") == schema_text()


def test_it_has_no_mistake_no_warning_and_a_source_for_every_number() -> None:
    scenario = begun(*THREE)

    assert warnings_of(scenario) == ()
    assert assumptions_register(compile_contract(scenario)).without_source == ()


def test_no_baseline_without_a_publication_earns_money() -> None:
    scenario = begun(*THREE)

    for name, outcome in scenario.outcomes.items():
        source = scenario.sources.get(f"outcomes.{name}.baseline") or scenario.sources[f"outcomes.{name}"]
        assert (outcome.evidence == "sourced") == (not source.startswith("Assumption:"))
    assert {outcome.evidence for outcome in scenario.outcomes.values()} == {"sourced", "unsourced"}


AMOUNTS = st.integers(100_000, 10_000_000_000).map(lambda pounds: f"£{pounds:,}") | st.sampled_from(["40m", "£1.2bn"])
PEOPLE = st.integers(1_000, 60_000_000)
DAYS = st.dates(date(2010, 4, 1), date(2100, 1, 1))


def in_a_folder(years: int, pool: str, people: int, start: date) -> Path:
    folder = Path(tempfile.mkdtemp(dir="."))
    options = ["--years", str(years), "--pool", pool, "--population", f"{people:,} people", "--start", str(start)]
    assert new("ours", *options, "--out", str(folder)).exit_code == 0
    return folder / "ours.yaml"


@given(st.integers(2, 30), AMOUNTS, PEOPLE, DAYS)
@example(2, "£100,000", 1_000, date(2027, 4, 1))
@example(3, "£100,000,000.01", 1_000, date(2028, 2, 29))
@example(30, "£100bn", 100_000_000, date(2010, 4, 1))
@settings(max_examples=25, deadline=None)
def test_any_contract_can_be_begun(years: int, pool: str, people: int, start: date) -> None:
    path = in_a_folder(years, pool, people, start)
    scenario = open_scenario(path)
    check_contract(scenario)

    assert {one.code for one in warnings_of(scenario)} <= {"W02", "W03"}  # too short or too small to tell an effect
    with (path.parent / scenario.contract_register.file).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    total = sum(int(row["annual_value"].replace(",", "")) for row in rows)
    assert total == pytest.approx(scenario.services["end_of_life"].pool.amount / years, abs=0.5001)
    assert (scenario.contract.years, scenario.contract.population.amount) == (years, people)
    phases = scenario.contract.phases
    assert list(phases["fee_based"].years) == ([1, 2] if years > 2 else [1])
    assert phases["outcomes_based"].last == years


@given(st.integers(2, 30), AMOUNTS, PEOPLE)
@example(2, "£100,000", 1_000)
@settings(max_examples=3, deadline=None)
def test_any_contract_that_is_begun_can_be_run(years: int, pool: str, people: int) -> None:
    path = in_a_folder(years, pool, people, date(2027, 4, 1))
    done = finmodel("run", str(path), "--trials", "300", "--json", "--out", str(path.parent / "run"))
    figures = json.loads(done.stdout)["figures"]

    assert done.exit_code == 0
    earned = {one["model"]: one["mean"]["value"] for one in figures if one["figure"] == "outcome_earned"}
    assert set(earned) == {"programme"}
    assert earned["programme"] > 0


def test_a_schema_that_is_there_is_left_alone() -> None:
    Path("finmodel.schema.json").write_text("mine", encoding="utf-8")
    done = new("ours", *THREE)

    assert done.exit_code == 0
    assert "Left as it was: finmodel.schema.json" in done.stdout
    assert Path("finmodel.schema.json").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("there", ["ours.yaml", "ours-register.csv"])
def test_no_file_is_overwritten(there: str) -> None:
    Path(there).write_text("mine", encoding="utf-8")
    done = new("ours", *THREE)

    assert done.exit_code == 2
    assert f"there is {there} already; nothing was written" in done.stderr
    assert left() == {there}
    assert Path(there).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Our Contract", *THREE], "a name is lower-case letters, digits and '_'"),
        (["../ours", *THREE], "a name is lower-case letters, digits and '_'"),
        (["ours.yaml", *THREE], "a name is lower-case letters, digits and '_'"),
        (["ours", *THREE, "--years", "1"], "1 is not in the range 2<=x<=30"),
        (["ours", *THREE, "--years", "ten"], "'ten' is not a valid integer"),
        (["ours", *THREE, "--pool", "lots"], "expected an amount of money such as £40m, got 'lots'"),
        (["ours", *THREE, "--pool", "40 people"], "expected an amount of money such as £40m, got '40 people'"),
        (["ours", *THREE, "--pool", "40"], "expected £100,000 to £100,000,000,000, got £40"),
        (["ours", *THREE, "--pool", "-£40m"], "got -£40,000,000"),
        (["ours", *THREE, "--pool", "£40,0m"], "commas must stand before groups of three digits"),
        (["ours", *THREE, "--population", "999"], "expected 1,000 people to 100,000,000 people, got 999 people"),
        (["ours", *THREE, "--population", "£1m"], "expected a number of people such as 100,000 people, got '£1m'"),
        (["ours", *THREE, "--start", "2027-02-29"], "there is no such day as '2027-02-29'"),
        (["ours", *THREE, "--start", "2009-04-01"], "expected a start from 2010-04-01 to 2100-01-01"),
        (["ours", *THREE, "--out", "nowhere"], "Directory 'nowhere' does not exist"),
        (["ours"], "missing --years, --pool, --population"),
        (["ours", "--pool", "£1m"], "missing --years, --population"),
    ],
)
def test_what_is_wrong_is_told_once_and_leaves_nothing(arguments: list[str], told: str) -> None:
    done = new(*arguments)
    message = " ".join(done.stderr.split())

    assert done.exit_code == 2
    assert told in message
    assert message.count("Error: ") == 1
    assert left() == set()


def test_half_of_it_is_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(self: Path, mode: str = "r", **options: str) -> object:
        if self.name == "finmodel.schema.json" and mode == "x":
            raise OSError(28, "No space left on device")
        return opened(self, mode, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    done = new("ours", *THREE)

    assert done.exit_code == 2
    assert "finmodel.schema.json:1:1: the file cannot be written: no space left on device" in done.stderr
    assert left() == set()


@pytest.mark.usefixtures("terminal")
def test_what_is_missing_is_asked_and_an_empty_answer_takes_what_is_offered() -> None:
    done = new("ours", "--years", "5", typed="\n\n")
    scenario = open_scenario("ours.yaml")

    assert done.exit_code == 0
    assert "How many years" not in done.stdout
    assert scenario.contract.years == 5
    assert scenario.services["end_of_life"].pool.amount == 40_000_000
    assert scenario.contract.population.amount == 100_000


@pytest.mark.usefixtures("terminal")
def test_a_wrong_answer_is_asked_again() -> None:
    done = new("ours", typed="31\n7\nlots\n12m\n250,000\n")
    scenario = open_scenario("ours.yaml")

    assert done.exit_code == 0
    assert done.output.count("How many years") == 2
    assert "expected an amount of money such as £40m, got 'lots'" in done.output
    assert scenario.contract.years == 7
    assert scenario.services["end_of_life"].pool.amount == 12_000_000
    assert scenario.contract.population.amount == 250_000


@pytest.mark.usefixtures("terminal")
def test_leaving_at_a_question_writes_nothing() -> None:
    assert new("ours", typed="7\n").exit_code != 0
    assert left() == set()


@pytest.mark.usefixtures("terminal")
def test_nothing_is_asked_in_vain() -> None:
    Path("ours.yaml").write_text("mine", encoding="utf-8")
    done = new("ours")

    assert done.exit_code == 2
    assert "How many years" not in done.stdout


def test_the_contract_starts_on_the_next_first_of_april() -> None:
    start = begun(*THREE).contract.start

    assert (start.month, start.day) == (4, 1)
    assert 0 < (start - date.today()).days <= 366  # noqa: DTZ011 - the command's own calendar
