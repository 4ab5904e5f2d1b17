"""Whatever happens to a shipped scenario, the program refuses it in plain words or gives finite figures, and soon.

Each copy, of a scenario, a settlement or a register, is run by the command itself (`finmodel run … --json` or `finmodel
settle … --json`) in this process. A hundred copies by default; FINMODEL_MUTATIONS=20000 makes more of them, and
FINMODEL_MUTATIONS_SEED=7 others. Every copy that fails is told with the lines that were changed.
"""

from __future__ import annotations

import difflib
import gc
import io
import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from finmodel.cli import app
from finmodel.scenario import is_settlement

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = ROOT / "scenarios"
REGISTERS = {"register.csv": "base.yaml"}  # the others stand beside NAME.yaml and are called NAME-register.csv
SHIPPED = sorted(path.relative_to(SCENARIOS) for path in [*SCENARIOS.rglob("*.yaml"), *SCENARIOS.rglob("*.csv")])
OFTEN = (
    3  # a copy of a small file costs a tenth of one of Staffordshire, which comes up once where others do three times
)
ACTUALS = {"aco-reach-2021-2022": "reach", "mssp-2013-2018": "mssp", "mssp-2021-2022": "mssp", "stop-loss": "stop_loss"}
LAYERS = "row,loss,attachment,limit,share\n1,900,1000,500,80%\n2,£1200,1000,500,80%\n3,9000,1000,500,\n4,9000,1000,,\n"
MUTATIONS = int(os.environ.get("FINMODEL_MUTATIONS", "100"))
SEED = int(os.environ.get("FINMODEL_MUTATIONS_SEED", "0"))
LONGEST = 5.0  # seconds of processor time
TRIALS = "16"
RATIOS = (
    "integrator_return",
    "outcome_share",
    *(f"outcome_{part}_share" for part in ("standing_still", "deadweight", "attributable", "noise", "static_baseline")),
    "cost_per_extra_outcome",
)
JARGON = ("pydantic", "Input should", "validation error", "type=", "Traceback", "NoneType", "<class", "internal error")
OF_SOME_TRIALS = re.compile(r"outcome_(maximum|earned)|\w+_if_it_goes")
PLACED = re.compile(r"^\S.*?:\d+:\d+: \S")  # file:line:column: what is wrong
ODD = [
    "", "null", "[]", "{}", "[[]]", "{a: 1}", "true", "-1", "0", "1e300", "1e-300", "-1e18", "£1", "£-1", "1%", "-100%",
    "1e9%", "x", "'", "[", "&a", "*a", ".nan", "£", "%", "1-2", "9-9", "2016-02-30", "2099-12-31", "99", "500%",
    "monthly", "120 months", "{normal: [0%, 900%]}", "{normal: [£1m, £9m]}", "{beta: [1e-9, 1e9]}", "0 people",
    "{discrete: {values: [0, 1], probabilities: [1, 0]}}", "{ramp: {from: 0%, to: 900%, start: 1, end: 2}}",
    "1e12 people", "{remove: true}", "{replace: true}", "{formula: 1 / 0}", "cancer_growth", "tariff", "target",
    "log(0 - target)", "1 / (contract_year - 3)", "[0%, 0%, 0%]",
]  # fmt: skip
KINDS = [
    "drop",
    "double",
    "swap",
    "indent",
    "cut",
    "insert",
    "typo",
    "digit",
    "digit",
    "value",
    "value",
    "borrow",
    "borrow",
]


def mutate(lines: list[str], others: list[str], data: st.DataObject) -> None:
    """One change to a text, of the kinds that hands make; `others` are the lines of all shipped scenarios."""
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(KINDS)):
        case "drop":
            lines.pop(at)
        case "double":
            lines.insert(at, lines[at])
        case "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        case "indent":
            lines[at] = " " * data.draw(st.integers(0, 8)) + lines[at].lstrip()
        case "borrow":  # the value of another line, or that line
            other_line = others[data.draw(st.integers(0, len(others) - 1))]
            key, colon, _ = lines[at].partition(": ")
            lines[at] = key + colon + other_line.partition(": ")[2] if colon and ": " in other_line else other_line
        case "value":
            lines[at] = with_value(lines[at], data.draw(st.sampled_from(ODD)))
        case within:
            lines[at] = changed_within(lines[at], within, data)


def changed_within(line: str, kind: str, data: st.DataObject) -> str:
    """A line with some letters taken out, put in or changed."""
    if kind == "cut":
        return line[: data.draw(st.integers(0, len(line)))]
    if kind == "insert":
        where = data.draw(st.integers(0, len(line)))
        return line[:where] + data.draw(st.text(max_size=3) | st.sampled_from(ODD)) + line[where:]
    wanted, instead = (str.isalpha, ["", "e", "_"]) if kind == "typo" else (str.isdigit, list("0123456789-.%"))
    places = [place for place, letter in enumerate(line) if wanted(letter)]
    if not places:
        return line
    place = data.draw(st.sampled_from(places))
    return line[:place] + data.draw(st.sampled_from(instead)) + line[place + 1 :]


def with_value(line: str, odd: str) -> str:
    """A line with another value, the last one where several stand in { }."""
    key, colon, rest = line.partition(": ")
    brace = rest.rfind("}") if rest.endswith("}") else len(rest)
    if ": " not in rest[:brace]:
        return key + colon + odd
    inner, _, _ = rest[:brace].rpartition(": ")
    return f"{key}: {inner}: {odd}{rest[brace:]}"


def command(*words: str) -> tuple[int | str | None, str, str]:
    """What `finmodel` answers: exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        app.main(list(words), prog_name="finmodel")
    return left.value.code, out.getvalue(), err.getvalue()


def not_finite(told: dict[str, Any]) -> Iterator[str]:
    """Figures that are no number; JSON has null there. In the base case a ratio of nothing may be undefined, and
    a figure of some trials only: outcome money after an exit, what an exit costs if there is one.
    """
    for one in (*told.get("figures", ()), *told.get("probabilities", ())):
        name = f"{one.get('figure') or one['event']} of {one['model']}"
        stated = {key: part["value"] for key, part in one.items() if isinstance(part, dict)}
        stated |= {key: one[key] for key in ("base", "value") if key in one}
        if str(one.get("figure")).startswith(RATIOS) or OF_SOME_TRIALS.fullmatch(str(one.get("figure"))):
            del stated["base"]
        assert stated
        yield from (
            f"{key} of {name} is {value}" for key, value in stated.items() if not isinstance(value, (int, float))
        )


def fate(path: Path, actuals: Path, out: Path) -> str:
    """Run a copy as its user would: "ran" with finite figures, or "refused" in plain words with a place."""
    words = ["settle", str(path), "--actuals", str(actuals)]
    if not is_settlement(path):
        words = ["run", str(path), "--trials", TRIALS, "--out", str(out), "--overwrite"]
    started = time.process_time()
    code, stdout, stderr = command(*words, "--json")
    seconds = time.process_time() - started
    shutil.rmtree(out, ignore_errors=True)
    assert seconds < LONGEST, f"{seconds:.1f} s"
    assert code in {0, 2}, f"exit code {code}: {stderr}"
    assert not any(word in stderr for word in JARGON), stderr
    if code == 0:
        odd = list(not_finite(json.loads(stdout)))
        assert not odd, odd
        return "ran"
    *mistakes, number = stderr.splitlines()
    assert re.fullmatch(r"\d+ mistakes?", number), stderr
    assert stdout == ""
    assert PLACED.match(mistakes[0]), stderr
    return "refused"


def test_a_figure_that_is_no_number_is_noticed() -> None:
    spread = {"figure": "payment", "model": "a", "base": 1.0, "mean": {"value": None}}
    undefined = {"figure": "integrator_return", "model": "a", "base": None, "mean": {"value": 0.1}}

    assert list(not_finite({"figures": [spread, undefined]})) == ["mean of payment of a is None"]
    assert list(not_finite({"probabilities": [{"event": "exit", "model": "a", "value": None}]})) != []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("mutated")
    shutil.copytree(SCENARIOS, copied / "scenarios")
    for name in ("mssp.csv", "reach.csv"):
        shutil.copy(ROOT / "tests" / "settlement" / name, copied)
    (copied / "stop_loss.csv").write_text(LAYERS, encoding="utf-8")
    return copied


@pytest.fixture
def _collecting_as_the_program_does() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    yield
    gc.set_threshold(*before)


def _large(name: Path) -> bool:
    return name.stem.startswith("staffordshire") or name.parent.name == "stress"


@pytest.mark.timeout(30 + MUTATIONS)
@pytest.mark.usefixtures("_collecting_as_the_program_does")
def test_refused_in_plain_words_or_finite(folder: Path) -> None:
    texts = {name: (SCENARIOS / name).read_text(encoding="utf-8").splitlines() for name in SHIPPED}
    others = [line for lines in texts.values() for line in lines if line.strip() and not line.startswith("#")]
    names = [name for name in SHIPPED for _ in range(1 if _large(name) else OFTEN)]
    fates: Counter[str] = Counter()
    failures: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=MUTATIONS, phases=[Phase.generate], derandomize=False, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.sampled_from(names), st.integers(1, 3), st.data())
    def one(name: Path, changes: int, data: st.DataObject) -> None:
        lines = list(texts[name])
        for _ in range(changes):
            if lines:
                mutate(lines, others, data)
        path = folder / "scenarios" / name.parent / f"mutated{name.suffix}"
        path.write_bytes("\n".join(lines).encode("utf-8", errors="surrogatepass"))
        if name.suffix == ".csv":
            whole = (
                SCENARIOS / name.parent / REGISTERS.get(name.name, name.name.replace("-register.csv", ".yaml"))
            ).read_text(encoding="utf-8")
            path = path.with_suffix(".yaml")
            path.write_text(whole.replace(f"file: {name.name}", "file: mutated.csv"), encoding="utf-8")
        try:
            fates[fate(path, folder / f"{ACTUALS.get(name.stem)}.csv", folder / "run")] += 1
        except AssertionError as error:
            changed = [line for line in difflib.ndiff(texts[name], lines) if line[0] in "+-"]
            failures.append("\n".join([f"{name}: {error}", *changed]))
            print(failures[-1], flush=True)  # noqa: T201 - at once where pytest is given -s

    one()
    print(f"{fates['ran']} ran, {fates['refused']} were refused, {len(failures)} failed")  # noqa: T201 - the count
    assert not failures
    assert fates["ran"] > fates.total() / 20  # most of what hands do to a text is refused; a part must get through
