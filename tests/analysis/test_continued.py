"""More trials are a continuation, and what is stopped can be gone on with: the same bytes as a run in one go."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from finmodel.cli import app
from finmodel.simulation import WorkerError, parts, workers

BLOCK = 4096


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("scenario")
    made = ["new", "small", "--years", "3", "--pool", "£40m", "--population", "100,000 people", "--out", str(folder)]
    assert CliRunner().invoke(app, made).exit_code == 0
    return str(folder / "small.yaml")


@pytest.fixture(scope="module")
def fresh(scenario: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """9,000 trials in one go."""
    folder = tmp_path_factory.mktemp("fresh") / "run"
    assert run(scenario, 9_000, "--out", folder).exit_code == 0
    return folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(scenario: str, trials: int | None, *options: object) -> Result:
    words = ["run", scenario, *([] if trials is None else ["--trials", str(trials)]), "--quiet", *map(str, options)]
    return CliRunner().invoke(app, words)


def files(folder: Path) -> dict[str, bytes]:
    """All that a run keeps but when and how it was made."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found.pop("manifest.json")
    return found


def manifest(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The draw-blocks computed from now on, in order."""
    found: list[int] = []
    write = workers.write_part

    def noted(job: object, folder: object, block: int, values: object) -> None:
        found.append(block)
        write(job, folder, block, values)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "write_part", noted)
    return found


def test_an_extended_run_equals_a_fresh_one_and_the_earlier_one_stays(
    scenario: str, fresh: Path, tmp_path: Path, computed: list[int]
) -> None:
    earlier = Path(run(scenario, 5_000).stdout.strip())
    before, written = files(earlier), (earlier / "manifest.json").read_bytes()
    computed.clear()
    longer = Path(run(scenario, 9_000, "--extend", earlier).stdout.strip())

    assert computed == [1, 2]  # block 1 was kept as far as trial 5,000 only
    assert files(longer) == files(fresh)
    assert longer.name.removeprefix("small-") == manifest(fresh)["hash"]
    assert manifest(longer)["continued"] == BLOCK
    assert (files(earlier), (earlier / "manifest.json").read_bytes()) == (before, written)
    shared, own = (f"trials/every-model/part-00000{block}.parquet" for block in (0, 1))
    assert (earlier / shared).samefile(longer / shared)
    assert not (earlier / own).samefile(longer / own)
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {earlier.name, longer.name}


def test_the_manifest_says_what_is_stored(fresh: Path) -> None:
    stored = manifest(fresh)["stored"]
    size = sum(path.stat().st_size for path in (fresh / "trials").rglob("*.parquet"))
    columns = (fresh / "columns.csv").read_text(encoding="utf-8").splitlines()

    assert stored == {"columns": len(columns) - 1, "bytes": size, "bytes_per_trial": round(size / 9_000, 1)}


REFUSED = [
    (["--trials", "9000", "--seed", "5"], "differs in the seed"),
    (["--trials", "9000", "--set", "contract.quoted_cash=£1bn"], "differs in the overrides"),
    (["--trials", "9000", "--model", "existing_contracts"], "differs in the payment models"),
    (["--trials", "100"], "has 100 trials; --trials must ask for more"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_a_run_of_something_else_is_not_extended(scenario: str, options: list[str], words: str) -> None:
    earlier = Path(run(scenario, 100).stdout.strip())
    refused = run(scenario, None, "--extend", earlier, *options)

    assert refused.exit_code == 2
    assert words in refused.stderr
    assert [path.name for path in Path("runs").iterdir()] == [earlier.name]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(engine="other"), "the source code of finmodel"),
        (lambda data: data["versions"].update(pyarrow="1.0"), "pyarrow (1.0, now "),
        (lambda data: data["cpu"].update(features=["AVX9"]), "the processor"),
        (lambda data: data["files"][0].update(sha256="0"), "the file small.yaml"),
    ],
)
def test_a_run_made_otherwise_is_not_extended(
    scenario: str, change: Callable[[dict[str, object]], None], words: str
) -> None:
    earlier = Path(run(scenario, 100).stdout.strip())
    data = manifest(earlier)
    change(data)
    (earlier / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    refused = run(scenario, 200, "--extend", earlier)

    assert refused.exit_code == 2
    assert words in refused.stderr


def test_what_extend_needs_is_told(scenario: str) -> None:
    assert "there is no run in 'nowhere'" in run(scenario, 200, "--extend", "nowhere").stderr
    assert "--extend needs --trials" in run(scenario, None, "--extend", "nowhere").stderr
    assert "--max-trials goes with --precision" in run(scenario, None, "--max-trials", "5").stderr


def stop_at(block: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    write = workers.write_part

    def stops(job: object, folder: object, number: int, values: object) -> None:
        if number == block:
            raise error
        write(job, folder, number, values)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "write_part", stops)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "stopped; 8,192 trials are kept in runs/small-"),
        (SystemExit(143), 143, "ended from outside; 8,192 trials are kept in runs/small-"),
        (WorkerError("a worker process was ended"), 1, "error: a worker process was ended; 8,192 trials are kept in"),
    ],
)
def test_what_was_finished_is_gone_on_with(
    scenario: str, fresh: Path, error: BaseException, code: int, words: str, computed: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_at(2, error, patch)
        stopped = run(scenario, 9_000)
    assert stopped.exit_code == code
    assert words in stopped.stderr
    assert "the same command goes on from there" in stopped.stderr
    partial = next(Path("runs").iterdir())
    assert partial.name == f"small-{manifest(fresh)['hash']}.partial"

    computed.clear()
    again = run(scenario, 9_000)
    assert computed == [2]
    assert again.stdout.strip() == str(partial.with_suffix(""))
    assert files(partial.with_suffix("")) == files(fresh)
    assert len(list(Path("runs").iterdir())) == 1


def test_what_was_finished_serves_a_shorter_run_too(scenario: str, computed: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_at(2, KeyboardInterrupt(), patch)
        run(scenario, 9_000)
    (partial,) = Path("runs").iterdir()
    computed.clear()
    shorter = run(scenario, 2 * BLOCK, "--extend", partial)

    assert shorter.exit_code == 0
    assert computed == []


def test_a_part_that_is_not_whole_is_computed_again(scenario: str, fresh: Path, computed: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stop_at(2, KeyboardInterrupt(), patch)
        run(scenario, 9_000)
    (partial,) = Path("runs").iterdir()
    part = partial / "trials" / "every-model" / "part-000001.parquet"
    part.write_bytes(part.read_bytes()[:-9])
    (part.parent / ".part-000002.parquet-77").write_text("half")
    computed.clear()
    run(scenario, 9_000)

    assert computed == [1, 2]
    assert files(partial.with_suffix("")) == files(fresh)


@pytest.mark.parametrize("where", ["part-000001.parquet", "summary.json", "manifest.json"])
def test_a_full_disk_leaves_what_was_finished_and_says_so(
    scenario: str, fresh: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = Path(run(scenario, 100).stdout.strip())
    before = files(earlier)
    replaced, opened = Path.replace, Path.open

    def full(path: Path) -> None:
        if where in str(path):
            raise OSError(errno.ENOSPC, "No space left on device")

    def replace(self: Path, target: Path) -> Path:
        full(target)
        return replaced(self, target)

    def open_(self: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if "w" in mode:
            full(self)
        return opened(self, mode, *rest, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        patch.setattr(Path, "open", open_)
        stopped = run(scenario, 9_000)
    kept = "4,096" if where.startswith("part") else "9,000"
    assert stopped.exit_code == 1
    assert "No space left on device" in stopped.stderr
    assert f"{kept} trials are kept in runs/small-" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert files(earlier) == before
    (partial,) = Path("runs").glob("*.partial")
    assert not (partial / "manifest.json").exists()
    assert not list(partial.rglob(".part-*"))

    assert run(scenario, 9_000).exit_code == 0
    assert files(partial.with_suffix("")) == files(fresh)


def test_a_disk_that_is_full_at_once_leaves_nothing(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise parts.StorageError("x: cannot be written: No space left on device")

    monkeypatch.setattr(workers, "write_part", full)
    stopped = run(scenario, 9_000)

    assert (stopped.exit_code, stopped.stderr) == (1, "error: x: cannot be written: No space left on device\n")
    assert list(Path("runs").iterdir()) == []


def test_a_run_until_a_precision_is_that_of_the_trials_it_reached(scenario: str, tmp_path: Path) -> None:
    made = run(scenario, 1_000, "--precision", "0.02%")
    folder = Path(made.stdout.strip())
    trials = manifest(folder)["trials"]
    assert isinstance(trials, int)
    plain = tmp_path / "plain"
    run(scenario, trials, "--out", plain)

    assert made.exit_code == 0
    assert trials > 1_000
    assert files(folder) == files(plain)
    assert folder.name == f"small-{manifest(plain)['hash']}"
    assert [path.name for path in Path("runs").iterdir()] == [folder.name]
    figures = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["figures"]
    whole = [f["mean"] for f in figures if f["figure"] == "payment" and f["period"] is None]
    assert len(whole) > 1
    assert max(one["se"] / one["value"] for one in whole) <= 0.0002
    assert run(scenario, 1_000, "--precision", "0.02%").stdout == made.stdout


def test_a_precision_out_of_reach_is_told(scenario: str) -> None:
    done = CliRunner().invoke(
        app, ["run", scenario, "--trials", "500", "--max-trials", "900", "--precision", "£1@cash.P90", "--json"]
    )
    data = json.loads(done.stdout)

    assert data["trials"] == 900
    assert data["precision"]["met"] is False
    assert "£1@cash.P90 NOT reached within 900 trials (--max-trials): cash (P90) of" in data["precision"]["text"]


@pytest.mark.parametrize("sampler", ["lhs", "sobol"])
def test_a_precision_is_not_believed_from_fewer_than_eight_replicates(scenario: str, sampler: str) -> None:
    """However easily it is met: two replicates tell an error with one degree of freedom."""
    words = ["run", scenario, "--trials", "2000", "--sampler", sampler, "--precision", "50%", "--json"]
    found = json.loads(CliRunner().invoke(app, words).stdout)
    held = json.loads(CliRunner().invoke(app, [*words, "--max-trials", "4096"]).stdout)

    assert (found["trials"], found["precision"]["met"]) == (8_192, True)
    assert (held["trials"], held["precision"]["met"]) == (4_096, False)
    assert held["precision"]["text"].endswith(", told by 4 of at least 8 replicates")


def test_every_mistake_in_a_precision_is_told(scenario: str) -> None:
    done = run(scenario, 100, "--precision", "10 people@pament.P8")

    assert done.exit_code == 2
    assert "got '10 people'" in done.stderr
    assert "did you mean 'payment'?" in done.stderr
    assert "'P8' is not one of mean, P5" in done.stderr
    assert done.stderr.endswith("3 mistakes\n")
    assert not Path("runs").exists()
