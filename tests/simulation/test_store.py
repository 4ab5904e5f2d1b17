from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from finmodel.errors import InputError
from finmodel.simulation import (
    Manifest,
    check_target,
    describe_machine,
    discard,
    new_run,
    read_manifest,
    read_unfinished,
    write_manifest,
)
from finmodel.simulation.manifest import Source

MANIFEST = Manifest(
    name="small",
    files=(Source("small.yaml", "aa", "name: small\n"), Source("small.csv", "bb", "contract\n")),
    overrides=("services.cancer.pool=£700m",),
    models=("existing", "programme"),
    seed=7,
    trials=500,
    machine=describe_machine(),
    workers=2,
    started="2026-01-01T12:00:00+00:00",
    seconds=1.5,
    notes=("said aloud",),
)


def keep(target: Path, manifest: Manifest = MANIFEST, *, overwrite: bool = False) -> None:
    with new_run(target, manifest, overwrite=overwrite) as new:
        (new.folder / "figures.csv").write_text(f"seed {manifest.seed}")
        write_manifest(new.folder, manifest)


def test_a_run_appears_whole_with_its_manifest(tmp_path: Path) -> None:
    keep(tmp_path / "runs" / "one")

    assert read_manifest(tmp_path / "runs" / "one") == MANIFEST
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one"]


def test_until_its_end_a_run_has_another_name_and_its_manifest_too(tmp_path: Path) -> None:
    with new_run(tmp_path / "one", MANIFEST) as new:
        assert new.folder == tmp_path / "one.partial"
        assert read_unfinished(new.folder) == MANIFEST
        assert read_manifest(new.folder) is None
        assert not (tmp_path / "one").exists()
        write_manifest(new.folder, MANIFEST)
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_run_that_fails_stays_apart_and_the_earlier_one_as_it_was(
    tmp_path: Path, error: type[BaseException], overwrite: bool
) -> None:
    keep(tmp_path / "one")

    def fail() -> None:
        with new_run(tmp_path / "one", MANIFEST, overwrite=overwrite) as new:
            (new.folder / "figures.csv").write_text("half")
            raise error

    with pytest.raises(error):
        fail()

    assert (tmp_path / "one" / "figures.csv").read_text() == "seed 7"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "one.partial"]
    with new_run(tmp_path / "one", MANIFEST) as again:
        assert (again.folder / "figures.csv").read_text() == "half"
        discard(again.folder)
    with new_run(tmp_path / "one", MANIFEST, overwrite=True) as anew:
        assert not (anew.folder / "figures.csv").exists()


def test_an_unfinished_run_of_another_manifest_is_refused_unless_told(tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), new_run(tmp_path / "one", MANIFEST):
        raise KeyboardInterrupt
    (tmp_path / "one.partial" / "trials").mkdir()
    other = with_machine(versions={**MANIFEST.machine["versions"], "pyarrow": "0.1"})

    assert not check_target(tmp_path / "one", MANIFEST, overwrite=False)
    with pytest.raises(
        InputError, match=r"one\.partial: holds an unfinished run, which differs in pyarrow .*--overwrite"
    ):
        check_target(tmp_path / "one", other, overwrite=False)
    assert not check_target(tmp_path / "one", other, overwrite=True)


def test_a_folder_that_only_looks_unfinished_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one.partial").mkdir()
    (tmp_path / "one.partial" / "letter.txt").write_text("mine")

    for overwrite in (False, True):
        with pytest.raises(InputError, match="is no run of finmodel"):
            check_target(tmp_path / "one", MANIFEST, overwrite=overwrite)


def test_a_run_that_lacked_only_its_name_gets_it(tmp_path: Path) -> None:
    """Killed after the manifest was written."""
    with suppress(KeyboardInterrupt), new_run(tmp_path / "one", MANIFEST) as new:
        write_manifest(new.folder, MANIFEST)
        raise KeyboardInterrupt

    assert check_target(tmp_path / "one", MANIFEST, overwrite=False)
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["manifest.json"]


def test_killed_between_two_names_both_runs_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path / "one")
    rename = Path.rename

    def stops(self: Path, target: Path) -> Path:
        if self.name == "one.partial":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stops)
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path / "one", replace(MANIFEST, seed=8), overwrite=True)

    assert (tmp_path / "one" / "figures.csv").read_text() == "seed 7"
    assert read_manifest(tmp_path / "one.partial") == replace(MANIFEST, seed=8)


def test_two_cannot_compute_the_same_run_at_once(tmp_path: Path) -> None:
    with new_run(tmp_path / "one", MANIFEST) as new:
        with (
            pytest.raises(InputError, match="is being computed by another process"),
            new_run(tmp_path / "one", MANIFEST),
        ):
            pass
        write_manifest(new.folder, MANIFEST)


def test_a_run_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    def two_at_once() -> None:
        with new_run(tmp_path / "one", MANIFEST) as new:
            write_manifest(new.folder, MANIFEST)
            (tmp_path / "one").mkdir()
            (tmp_path / "one" / "figures.csv").write_text("seed 8")

    with pytest.raises(InputError, match="cannot be written"):
        two_at_once()

    assert (tmp_path / "one" / "figures.csv").read_text() == "seed 8"
    assert read_manifest(tmp_path / "one.partial") == MANIFEST


def test_overwrite_replaces_the_earlier_run(tmp_path: Path) -> None:
    keep(tmp_path / "one")
    keep(tmp_path / "one", replace(MANIFEST, seed=8), overwrite=True)

    assert (tmp_path / "one" / "figures.csv").read_text() == "seed 8"
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_run_can_be_read_by_others_in_the_group(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    keep(tmp_path / "one")

    assert (tmp_path / "one").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_the_very_same_run_is_recognised(tmp_path: Path) -> None:
    keep(tmp_path / "one")
    again = replace(MANIFEST, workers=5, started="later", seconds=9.0)

    assert check_target(tmp_path / "one", again, overwrite=False)
    assert not check_target(tmp_path / "one", again, overwrite=True)
    assert not check_target(tmp_path / "two", again, overwrite=False)


def with_machine(**changes: Any) -> Manifest:
    return replace(MANIFEST, machine={**MANIFEST.machine, **changes})


CHANGES = [
    (replace(MANIFEST, files=(Source("small.yaml", "ab", ""), MANIFEST.files[1])), "the file small.yaml"),
    (replace(MANIFEST, files=(*MANIFEST.files, Source("base.yaml", "bc", ""))), "the file base.yaml"),
    (replace(MANIFEST, overrides=()), "the overrides (services.cancer.pool=£700m, now none)"),
    (replace(MANIFEST, models=("existing",)), "the payment models (existing, programme, now existing)"),
    (replace(MANIFEST, seed=8), "the seed (7, now 8)"),
    (replace(MANIFEST, trials=10_000), "the trials (500, now 10,000)"),
]
ELSEWHERE = [
    (with_machine(versions={**MANIFEST.machine["versions"], "numpy": "1.0"}), "numpy"),
    (with_machine(engine="changed"), "the source code of finmodel"),
    (with_machine(cpu={"machine": "x", "features": []}), "the processor"),
]


@pytest.mark.parametrize(("other", "words"), CHANGES + ELSEWHERE)
def test_another_run_is_refused_with_what_differs(tmp_path: Path, other: Manifest, words: str) -> None:
    keep(tmp_path / "one")

    with pytest.raises(InputError, match="--overwrite") as caught:
        check_target(tmp_path / "one", other, overwrite=False)

    assert words in str(caught.value)
    assert not check_target(tmp_path / "one", other, overwrite=True)


@pytest.mark.parametrize("other", [change for change, _ in CHANGES])
def test_whatever_the_user_chose_changes_the_hash(other: Manifest) -> None:
    assert other.run_hash != MANIFEST.run_hash


def test_what_the_user_did_not_choose_leaves_the_hash() -> None:
    assert replace(MANIFEST, workers=9, notes=(), seconds=3.0, machine={}).run_hash == MANIFEST.run_hash


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("dear")

    for name in ("documents", "file"):
        with pytest.raises(InputError, match="no run of finmodel"):
            check_target(tmp_path / name, MANIFEST, overwrite=overwrite)


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert not check_target(tmp_path / "empty", MANIFEST, overwrite=False)
    keep(tmp_path / "empty")
    assert read_manifest(tmp_path / "empty") == MANIFEST


def test_a_manifest_of_another_schema_or_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"schema": 99}')
    with pytest.raises(InputError, match="schema 99"):
        read_manifest(tmp_path)

    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path)


def test_the_manifest_names_what_numbers_depend_on() -> None:
    machine = describe_machine()

    assert set(machine["versions"]) == {"finmodel", "python", "numpy", "scipy", "pyarrow"}
    assert machine["cpu"]["features"]
    assert len(machine["engine"]) == 64
