"""What `show` prints is the scenario itself; what `diff` tells is what differs, and all of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from finmodel.cli import app
from finmodel.contract import Evaluator, compile_contract, open_scenario
from finmodel.scenario.nodes import tree_of
from finmodel.scenario.positions import Positions, read_yaml
from finmodel.scenario.write import _Writer

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
NAMED = sorted(path for path in SCENARIOS.rglob("*.yaml") if "\nname: " in path.read_text(encoding="utf-8"))
SHIPPED = [path for path in NAMED if path.parent.name != "stress"]  # a stress is a few numbers over one of these
TRIALS = 64
STAFFORDSHIRE = str(SCENARIOS / "staffordshire.yaml")
SMALLER = str(SCENARIOS / "staffordshire-smaller-stake.yaml")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shown_scenario_is_the_same_scenario(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "shown.yaml"
    result = CliRunner().invoke(app, ["show", str(path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    first, second = (Evaluator(compile_contract(open_scenario(file)), TRIALS).block(0) for file in (path, out))
    np.testing.assert_array_equal(first, second)
    told = json.loads(CliRunner().invoke(app, ["diff", str(path), str(out), "--json"]).output)
    assert told["differences"] == []


def test_every_line_names_its_origin() -> None:
    printed = CliRunner().invoke(app, ["show", SMALLER, "--set", "contract.population_growth=0.5%"]).output
    assert "  population_growth: 0.5%  # --set contract.population_growth:1\n" in printed
    lines = Path(SMALLER).read_text(encoding="utf-8").splitlines()
    number = next(at for at, text in enumerate(lines, start=1) if "[0%, 0%, 3%, 3%, 3%" in text)
    assert f"          rate: [0%, 0%, 3%, 3%, 3%, 4%, 4%, 4%, 5%, 5%]  # {SMALLER}:{number}\n" in printed
    line = next(one for one in printed.splitlines() if one.startswith("    pool: £687m"))
    number = int(line.rpartition(":")[2])
    assert f"# {STAFFORDSHIRE}:{number}" in line
    assert "pool: £687m" in Path(STAFFORDSHIRE).read_text(encoding="utf-8").splitlines()[number - 1]
    assert "#" not in CliRunner().invoke(app, ["show", SMALLER, "--no-origins"]).output


def test_show_leaves_a_file_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    out.write_text("mine\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["show", SMALLER, "--out", str(out)])
    assert result.exit_code == 2
    assert "there is a file of this name already" in result.output
    assert out.read_text(encoding="utf-8") == "mine\n"


def test_diff_tells_what_an_override_does() -> None:
    arguments = [SMALLER, SMALLER, "--set", "services.cancer.planned_growth=2%", "--set", "simulation.seed=1"]
    told = json.loads(CliRunner().invoke(app, ["diff", *arguments, "--json"]).output)["differences"]
    assert [(one["path"], one["before"], one["after"], one["kind"]) for one in told] == [
        ("services.cancer.planned_growth", "1.5%", "2%", "changed"),
        ("simulation.seed", "2016", "1", "changed"),
    ]
    assert told[0]["after_at"] == "--set services.cancer.planned_growth:1:1"


def test_diff_of_terms_and_order(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        f"extends: {SMALLER}\nname: other\npayment_models:\n  programme:\n    phases:\n      outcomes_based:\n"
        "        - {name: fee, before: target}\n        - {name: share, remove: true}\n",
        encoding="utf-8",
    )
    printed = CliRunner().invoke(app, ["diff", SMALLER, str(other)]).output
    assert "payment_models.programme.phases.outcomes_based.share (removed)\n  - {name: share, label: Gain" in printed
    assert (
        "payment_models.programme.phases.outcomes_based (order) (changed)\n  - supply_chain, target, fee, " in printed
    )
    told = [line for line in printed.splitlines() if not line.startswith(" ")]
    assert told[-1] == f"{len(told) - 1} differences"


def test_diff_of_registers(tmp_path: Path) -> None:
    rows = (SCENARIOS / "staffordshire-register.csv").read_text(encoding="utf-8").splitlines()
    first = rows[1].split(",")[0]
    rows[1] = rows[1].replace(first, "renamed", 1)
    (tmp_path / "register.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(
        f"extends: {STAFFORDSHIRE}\nname: staffordshire\ncontract_register: {{file: register.csv}}\n", encoding="utf-8"
    )
    told = json.loads(CliRunner().invoke(app, ["diff", STAFFORDSHIRE, str(other), "--json"]).output)["differences"]
    assert [(one["path"], one["kind"]) for one in told] == [
        ("register[renamed]", "added"),
        (f"register[{first}]", "removed"),
    ]


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=200).filter(lambda text: text.strip() != "")
SCALARS = TEXTS | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, DATA, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_reads_back(data: dict[str, object]) -> None:
    writer = _Writer(origins=True)
    for key, part in tree_of(data, Positions("f")).block.items():
        writer.key(key, part)
    found, _ = read_yaml("\n".join(writer.lines) + "\n", "f")
    assert repr(found) == repr(data)
