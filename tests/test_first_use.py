"""Names of packages that are loaded at their first use: all that is promised is there, and no more is loaded."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ["finmodel", "finmodel.analysis", "finmodel.report"]


@pytest.fixture(params=PACKAGES)
def package(request: pytest.FixtureRequest) -> ModuleType:
    return import_module(request.param)


def test_what_type_checkers_see_is_what_is_loaded(package: ModuleType) -> None:
    body = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8")).body
    branch = next(node for node in body if isinstance(node, ast.If))
    seen = {one.module: {name.name for name in one.names} for one in branch.body if isinstance(one, ast.ImportFrom)}

    assert ast.unparse(branch.test) == "TYPE_CHECKING"
    assert {home: set(names) for home, names in package.HOMES.items()} == seen
    assert set().union(*seen.values()) == set(package.__all__) - {"__version__"}


def test_every_name_is_that_of_its_home_and_listed(package: ModuleType) -> None:
    for home, names in package.HOMES.items():
        for name in names:
            assert getattr(package, name) is getattr(import_module(home), name)
    assert set(package.__all__) <= set(dir(package))


def test_no_name_is_that_of_a_module_which_would_take_its_place(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}

    assert modules & set(package.__all__) == set()


def test_another_name_is_an_error(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nonsense'"):
        _ = package.nonsense


def test_a_run_loads_nothing_of_what_other_commands_need(tmp_path: Path) -> None:
    scenario = str(ROOT / "scenarios" / "staffordshire.yaml")
    arguments = ["run", scenario, "--trials", "64", "--model", "existing_contracts", "--out", str(tmp_path / "run")]
    code = (
        "import sys; from finmodel.cli import app\n"
        f"try: app({arguments!r})\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())

    assert (tmp_path / "run" / "summary.csv").exists()
    others = ["comparing", "explain", "picturing", "settlement", "sweeping", "tables", "what_matters"]
    unwanted = {f"finmodel.analysis.{name}" for name in others} | {
        "finmodel.report.sheet",
        "finmodel.report.settlement",
    }
    assert loaded & {*unwanted, "pandas", "altair", "scipy.stats", "scipy.optimize", "xlsxwriter"} == set()
