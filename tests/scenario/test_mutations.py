"""Whatever happens to a scenario file, it loads or says what is wrong; never anything else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finmodel.errors import InputError
from finmodel.scenario import load
from finmodel.scenario.positions import read_yaml
from tests.scenario.kinds import KINDS

FOLDER = Path(__file__).resolve().parents[1] / "bad_scenarios"
BASE = (FOLDER / "base.yaml").read_text(encoding="utf-8")
REGISTER = (FOLDER / "register.csv").read_text(encoding="utf-8")
DATA, _ = read_yaml(BASE, "base.yaml")
ODD = [
    "",
    "null",
    "[]",
    "{}",
    "[[]]",
    "{a: 1}",
    "true",
    "-1",
    "0",
    "1e300",
    "£1",
    "x",
    "'",
    "[",
    "&a",
    "*a",
    ".nan",
    "£",
    "%",
]
JARGON = ("pydantic", "Input should", "validation error", "type=", "Traceback", "NoneType", "<class")
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutations")
    shutil.copy(FOLDER / "register.csv", folder)
    return folder


def paths(data: object, path: str = "") -> list[str]:
    found = [path] if path else []
    if isinstance(data, dict):
        for key, below in data.items():
            found += paths(below, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for at, below in enumerate(data):
            found += paths(below, f"{path}.{at}")
    return found


def load_or_tell(path: Path, overrides: tuple[str, ...] = ()) -> None:
    try:
        load(path, KINDS, overrides)
    except InputError as error:
        check(error)


def check(error: InputError) -> None:
    assert error.mistakes
    for mistake in error.mistakes:
        assert mistake.span is not None
        assert mistake.span.line >= 1
        assert mistake.span.column >= 1
        assert not any(word in str(mistake) for word in JARGON), str(mistake)


@MANY
@given(st.sampled_from([path for path in paths(DATA) if not path.startswith("sources")]), st.sampled_from(ODD))
def test_any_value_anywhere(path: str, value: str) -> None:
    load_or_tell(FOLDER / "base.yaml", (f"{path}={value}",))


@MANY
@given(st.data())
def test_mutated_text(folder: Path, data: st.DataObject) -> None:
    lines = BASE.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "swap", "indent", "cut", "insert", "word"])):
            case "drop":
                lines.pop(at)
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = " " * data.draw(st.integers(0, 6)) + lines[at].lstrip()
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case "insert":
                where = data.draw(st.integers(0, len(lines[at])))
                odd = data.draw(st.text(max_size=3) | st.sampled_from(ODD))
                lines[at] = lines[at][:where] + odd + lines[at][where:]
            case _:
                key, colon, _ = lines[at].partition(": ")
                lines[at] = key + colon + data.draw(st.sampled_from(ODD))
    path = folder / "mutated.yaml"
    path.write_bytes("\n".join(lines).encode("utf-8", errors="surrogatepass"))
    load_or_tell(path)


@settings(MANY, max_examples=60)
@given(st.data())
def test_mutated_register(folder: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(REGISTER)))
    end = data.draw(st.integers(start, min(start + 20, len(REGISTER))))
    text = REGISTER[:start] + data.draw(st.text(max_size=4) | st.sampled_from(['"', ",", "\n", "£"])) + REGISTER[end:]
    (folder / "changed.csv").write_bytes(text.encode("utf-8", errors="surrogatepass"))
    path = folder / "register.yaml"
    path.write_text(BASE.replace("register.csv", "changed.csv"), encoding="utf-8")
    load_or_tell(path)


@settings(MANY, max_examples=50)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", errors="surrogatepass")))
def test_any_file_at_all(folder: Path, content: bytes) -> None:
    path = folder / "any.yaml"
    path.write_bytes(content)
    load_or_tell(path)
