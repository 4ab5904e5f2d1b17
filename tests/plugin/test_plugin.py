"""A mechanism from another package: found, validated, run, explained, held to the tests; what a broken one tells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from finmodel.contract.payment import BUILT_IN, Mechanism
from finmodel.contract.payment.installed import Kinds
from finmodel.errors import InputError
from finmodel.scenario.starter import Start, register_name, starter_register, starter_scenario
from tests.documentation import blocks

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).parent / "package"
TERM = "{name: loyal, kind: loyalty_bonus, from: commissioners, to: integrator, rate: 2%, reach: 99%}"
OVER = f"extends: base.yaml\nname: over\npayment_models: {{programme: {{phases: {{outcomes_based: [{TERM}]}}}}}}\n"


def install(place: Path, entries: str, name: str = "acme_terms", version: str = "1.2.0") -> None:
    """What an installer leaves of a package beside its modules."""
    folder = place / f"{name}-{version}.dist-info"
    folder.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
    (folder / "METADATA").write_text(metadata, encoding="utf-8")
    (folder / "entry_points.txt").write_text(f"[finmodel.mechanisms]\n{entries}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example package, as installed, and a scenario that uses it."""
    folder = tmp_path_factory.mktemp("installed")
    for file in PACKAGE.glob("*.py"):
        shutil.copy(file, folder)
    install(folder, "loyalty_bonus = acme_terms:LoyaltyBonus")
    start = Start("base", date(2016, 4, 1), 4, 40e6, 100_000)
    (folder / "base.yaml").write_text(starter_scenario(start), encoding="utf-8")
    (folder / register_name("base")).write_text(starter_register(start), encoding="utf-8")
    (folder / "over.yaml").write_text(OVER, encoding="utf-8")
    return folder


def command(place: Path, *words: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
    code = "from finmodel.cli import main; main()"
    done = started(place, "-c", code, *words)
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
    return done


def started(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place), str(ROOT)])}
    call = [sys.executable, *words]
    return subprocess.run(call, cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_it_is_found_and_validated(place: Path) -> None:
    assert "OK over.yaml" in command(place, "validate", "over.yaml").stdout
    wrong = command(place, "validate", "over.yaml", "--set", TERM_PATH + ".rate=£2", expected=2)
    assert "rate" in wrong.stderr


TERM_PATH = "payment_models.programme.phases.outcomes_based.loyal"


def test_it_is_run_by_two_workers_as_by_one_and_recorded(place: Path) -> None:
    tables = []
    for workers in ("1", "2"):
        run = ("run", "over.yaml", "--trials", "4200", "--workers", workers, "--out", f"run{workers}")
        command(place, *run, "--model", "programme")
        tables.append((place / f"run{workers}" / "summary.csv").read_text(encoding="utf-8"))
    manifest = json.loads((place / "run2" / "manifest.json").read_text(encoding="utf-8"))

    assert tables[0] == tables[1]
    assert manifest["workers"] == 2
    found = manifest["mechanisms"]["loyalty_bonus"]
    assert (found["package"], found["version"], len(found["sha256"])) == ("acme-terms", "1.2.0", 64)

    command(place, "run", "base.yaml", "--trials", "100", "--out", "without")
    assert json.loads((place / "without" / "manifest.json").read_text(encoding="utf-8"))["mechanisms"] == {}


def test_a_changed_rule_is_another_run(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path / "copy", ignore=shutil.ignore_patterns("run*", "__pycache__"))
    run = ("run", "over.yaml", "--trials", "100", "--out", "kept")
    command(tmp_path / "copy", *run)
    module = tmp_path / "copy" / "acme_terms.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")

    again = command(tmp_path / "copy", *run, expected=2)

    assert "the package of 'loyalty_bonus' (acme-terms 1.2.0, source" in again.stderr


def test_it_is_explained(place: Path) -> None:
    told = command(place, "explain", "over.yaml", "--model", "programme", "--trial", "5", "--year", "3").stdout

    assert "loyal" in told


def test_the_schema_and_the_reference_have_it_unless_told_not_to(place: Path) -> None:
    every = json.loads(command(place, "schema").stdout)["definitions"]["Term"]["properties"]["kind"]["enum"]
    own = json.loads(command(place, "schema", "--built-in").stdout)["definitions"]["Term"]["properties"]["kind"]["enum"]
    command(place, "schema", "--markdown", "reference")

    assert set(every) - set(own) == {"loyalty_bonus"}
    assert set(own) == set(BUILT_IN)
    assert "## `kind: loyalty_bonus`" in (place / "reference" / "payment-terms.md").read_text(encoding="utf-8")


def test_it_is_held_to_the_tests(place: Path) -> None:
    done = started(place, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme_terms.py")

    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_the_page_shows_this_package() -> None:
    page = [block for block in blocks("python", "toml") if block.page.name == "add-a-mechanism.md"]
    shown = {block.file.name: block.text for block in page if block.file is not None}

    assert shown == {file.name: file.read_text(encoding="utf-8") for file in PACKAGE.iterdir() if file.is_file()}


# What is wrong with a package is told with its name; a package that nobody asks for does no harm


BROKEN = {
    "absent = not_there:Kind": "'absent = not_there:Kind' of the package broken-terms 0.1 cannot be loaded: "
    "ModuleNotFoundError: No module named 'not_there'",
    "absent = broken_terms:Missing": "cannot be loaded: AttributeError: ",
    "absent = broken_terms:crash": "is not a class derived from finmodel.mechanism.Mechanism",
    "absent = broken_terms:Empty": "has no method 'result'",
    "absent = broken_terms:Named": """expected 'kind: Literal["absent"]' in the class""",
    "fee = broken_terms:Named": "'fee = broken_terms:Named' of the package broken-terms 0.1 has the name of a kind of "
    "finmodel's own",
}
MODULE = """
from typing import Literal
from finmodel.mechanism import Mechanism, Result, Surroundings

def crash() -> None: ...

class Empty(Mechanism):
    kind: Literal["absent"]

class Named(Mechanism):
    kind: Literal["other"]
    def result(self, around: Surroundings) -> Result: ...
"""


@pytest.mark.parametrize(("entry", "told"), BROKEN.items())
def test_a_broken_package_is_named(entry: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, entry, "broken_terms", "0.1")
    (tmp_path / "broken_terms.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "broken_terms", raising=False)
    kinds = Kinds(BUILT_IN)

    with pytest.raises(InputError) as error:
        kinds[entry.partition(" ")[0]]

    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_two_packages_with_one_kind_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "one", "bonus = one:Bonus", "one_terms", "1")
    install(tmp_path / "two", "bonus = two:Bonus", "two_terms", "2")
    for folder in ("one", "two"):
        monkeypatch.syspath_prepend(tmp_path / folder)

    with pytest.raises(InputError, match=r"one-terms 1 has the name of .* two-terms 2: leave one of the two out"):
        _ = "block" in Kinds(BUILT_IN)


def test_a_broken_package_stops_only_those_who_ask_for_its_kind(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path / "copy", ignore=shutil.ignore_patterns("run*", "__pycache__"))
    (tmp_path / "copy" / "acme_terms.py").write_text("raise RuntimeError('half\\nwritten')\n", encoding="utf-8")

    assert "OK base.yaml" in command(tmp_path / "copy", "validate", "base.yaml").stdout
    for words, where in ((["validate", "over.yaml"], "over.yaml:3:"), (["run", "over.yaml"], ""), (["schema"], "")):
        told = command(tmp_path / "copy", *words, expected=2).stderr
        assert "of the package acme-terms 1.2.0 cannot be loaded: RuntimeError: half" in told
        assert where in told


def test_without_another_package_the_kinds_are_finmodels_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    kinds = Kinds(BUILT_IN)

    assert dict(kinds) == dict(BUILT_IN)
    assert kinds.origin("block") is None
    assert all(issubclass(cls, Mechanism) for cls in kinds.values())
