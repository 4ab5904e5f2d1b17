"""finmodel from Python: what it gives is what the command line gives, and nothing heavy is loaded before."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import finmodel
from finmodel.analysis import open_for
from finmodel.contract.evaluate import trials
from tests.documentation import blocks

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios" / "mechanisms" / "shared-savings.yaml"
PAGE = ROOT / "docs" / "how-to" / "use-from-python.md"


def test_what_is_public_exists_and_nothing_else_is_found() -> None:
    assert [name for name in finmodel.__all__ if not hasattr(finmodel, name)] == []
    assert set(finmodel.__all__) <= set(dir(finmodel))
    public = {name for name in finmodel.__all__ if name != "__version__"}
    classes = {"Compared", "FinmodelError", "InputError", "Mistake", "Model", "Results"}
    assert public == classes | {"compare", "load", "open_run", "run"}
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = finmodel.lode  # type: ignore[attr-defined]


def test_importing_finmodel_loads_nothing_heavy() -> None:
    code = (
        "import sys, finmodel; print([m for m in ('numpy', 'pandas', 'pyarrow', 'yaml', 'click') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_overrides_are_a_mapping_or_a_list() -> None:
    for overrides in ({"savings.stranded": "50%"}, ["savings.stranded=50%"]):
        lines = finmodel.load(SCENARIO, overrides).lines("shared_savings")
        assert list(lines[lines.line == "savings.stranded"].value) == [0.5]
    with pytest.raises(TypeError, match="not one text"):
        finmodel.load(SCENARIO, "savings.stranded=50%")
    with pytest.raises(finmodel.InputError, match="stranded"):
        finmodel.load(SCENARIO, {"savings.strandd": "50%"})


def test_lines_are_those_of_the_run_to_the_bit() -> None:
    model = finmodel.load(SCENARIO)
    lines = model.lines("shared_savings", 17, seed=5)
    (expected,) = trials(open_for(str(SCENARIO), seed=5), "shared_savings", [17])

    for name, values in expected.values.items():
        assert list(lines[lines.line == name].value) == list(values)
    with pytest.raises(finmodel.InputError, match="shared_savings"):
        model.lines("shared_saving")


def test_a_run_is_kept_and_read_again(tmp_path: Path) -> None:
    model = finmodel.load(SCENARIO, {"savings.stranded": "50%"})
    made = finmodel.run(model, {"savings.realised": "20%"}, trials=200, seed=3, workers=1, out=tmp_path / "run")
    again = finmodel.open_run(tmp_path / "run")

    assert (
        (made.n_trials, made.seed, made.models) == (200, 3, model.models) == (again.n_trials, again.seed, again.models)
    )
    assert made.figures.equals(again.figures)
    wide, long = again.trials("shared_savings"), again.trials("shared_savings", long=True)
    assert len(wide) == 200
    assert long[long.figure == "payment"].value.sum() == pytest.approx(wide.filter(like="/payment/").sum().sum())
    total = again.figures.query("model == 'shared_savings' and figure == 'payment' and period.isna() and member.isna()")
    assert total["mean"].item() == pytest.approx(wide.filter(like="/payment/").sum(axis=1).mean())
    lines = finmodel.load(SCENARIO, {"savings.stranded": "50%", "savings.realised": "20%"}).lines(
        "shared_savings", 7, seed=3
    )
    payments = lines[lines.line == "shared_savings.payment"].value
    assert list(wide.filter(like="/payment/").loc[7]) == list(payments)
    with pytest.raises(finmodel.InputError, match="no payment model"):
        again.trials("sharing")
    with pytest.raises(finmodel.InputError, match="no run"):
        finmodel.open_run(tmp_path)


def test_a_workbook_is_never_written_over_unasked(tmp_path: Path) -> None:
    model = finmodel.load(SCENARIO)
    path = model.workbook(tmp_path / "a.xlsx", trial=3)
    first = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.workbook(path)
    assert path.read_bytes() == first
    model.workbook(path, overwrite=True)
    assert path.read_bytes() != first


def test_the_page_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    page = [block for block in blocks("python", "text") if block.page == PAGE]
    assert sum(block.language == "python" for block in page) >= 5
    names: dict[str, object] = {}
    printed = ""
    for block in page:
        if block.language == "python":
            exec(compile(block.text, str(block), "exec"), names)  # noqa: S102 - that the page runs is what is tested
            printed = capsys.readouterr().out
        else:
            assert printed == block.text, str(block)
    assert re.fullmatch(r"staffordshire-\w+", next((tmp_path / "runs").iterdir()).name)
