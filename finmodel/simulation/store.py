"""The run folder: written whole or not at all, never over another run unless told so.

runs/staffordshire-1a2b3c4d/
    manifest.json          what made the run
    summary.csv …          written by `analysis`
    trials/<payment model>/part-000000.parquet …

While it is computed it is called staffordshire-1a2b3c4d.partial and holds unfinished.json in place of the manifest. A
run that is stopped, by whatever means, leaves that folder with the draw-blocks that were finished: it can be continued.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from finmodel.errors import InputError, Mistake
from finmodel.simulation.manifest import Manifest

MANIFEST = "manifest.json"
UNFINISHED = "unfinished.json"
PARTIAL = ".partial"

_LOCK = "lock"
_TEMPORARY = ".tmp"
_BEGUN = {_LOCK, UNFINISHED + _TEMPORARY}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; done last, so that a folder with one is a whole run."""
    _write(folder / MANIFEST, manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the run in `folder`, or None where there is no whole run."""
    return _read(folder / MANIFEST)


def read_unfinished(folder: Path) -> Manifest | None:
    """The manifest of the unfinished run in `folder`, or None where there is none."""
    return _read(folder / UNFINISHED)


def partial_of(target: Path) -> Path:
    """Where the run of `target` is while it is computed, or was left when it was stopped."""
    return target.with_name(target.name + PARTIAL)


def check_target(target: Path, manifest: Manifest, *, overwrite: bool) -> bool:
    """Whether the very same run is already in `target`. Raises InputError where something else is.

    With `overwrite` an earlier run may be replaced, but never a folder that is not a run of finmodel: it may hold
    anything. What an interrupted run left beside it is held to the same; where it lacked only its name, it gets that.
    """
    if _check_whole(target, manifest, overwrite=overwrite):
        return True
    place = partial_of(target)
    _check_partial(place, manifest, overwrite=overwrite)
    if overwrite or read_manifest(place) is None:
        return False
    put_in_place(place, target, overwrite=False)
    return True


def _check_whole(target: Path, manifest: Manifest, *, overwrite: bool) -> bool:
    if _free(target):
        return False
    if not target.is_dir() or not (target / MANIFEST).exists():
        raise InputError(Mistake("is there already and is no run of finmodel; choose another --out", path=str(target)))
    if overwrite:
        return False
    earlier = read_manifest(target)
    different = manifest.differences(earlier) if earlier else []
    if different:
        raise InputError(
            Mistake(
                f"holds another run, which differs in {listed(different)}; "
                "--overwrite replaces it, --out DIR keeps both",
                path=str(target),
            )
        )
    return True


def _check_partial(place: Path, manifest: Manifest, *, overwrite: bool) -> None:
    if _free(place):
        return
    if not place.is_dir() or not ((place / UNFINISHED).exists() or (place / MANIFEST).exists()):
        raise InputError(
            Mistake("is there already and is no run of finmodel; move it, or choose another --out", path=str(place))
        )
    if overwrite:
        return
    earlier = read_manifest(place) or read_unfinished(place)
    different = manifest.differences(earlier, stored=True) if earlier else []
    if different:
        raise InputError(
            Mistake(
                f"holds an unfinished run, which differs in {listed(different)}, so that it cannot be continued; "
                "--overwrite throws it away, --out DIR keeps it",
                path=str(place),
            )
        )


@dataclass
class NewRun:
    """A run in the making: it is in `folder`, and will be `target`, which may be changed as long as it is made."""

    folder: Path
    target: Path
    manifest: Manifest
    overwrite: bool

    def is_there(self, manifest: Manifest) -> bool:
        """Whether the very same run is in `target` already: what was made is then removed. Raises as `check_target`."""
        there = check_target(self.target, manifest, overwrite=self.overwrite)
        if there:
            discard(self.folder)
        return there


@contextmanager
def new_run(target: Path, manifest: Manifest, *, overwrite: bool = False) -> Iterator[NewRun]:
    """The folder to write a run into, `target` with .partial; it becomes `target` on leaving without an exception.

    An earlier run gives way only with `overwrite`, at the very end. After an exception the folder stays as it is, with
    what is finished: whoever raised it knows whether to `discard` it. What an interrupted run left is found in it.
    """
    place = partial_of(target)
    new = NewRun(place, target, manifest, overwrite)
    with ExitStack() as stack:
        try:
            if overwrite and place.exists():
                discard(place)
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_alone_in(place))
            if read_unfinished(place) is None:
                _write(place / UNFINISHED, manifest)
        except OSError as error:
            raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(target))) from error
        yield new
        if place.exists():
            put_in_place(place, new.target, overwrite=overwrite)


def discard(place: Path) -> None:
    """Remove an unfinished run."""
    shutil.rmtree(place, ignore_errors=True)


def put_in_place(place: Path, target: Path, *, overwrite: bool) -> None:
    """Give a whole run its name; with `overwrite` that of an earlier run, which is removed."""
    (place / UNFINISHED).unlink(missing_ok=True)
    (place / _LOCK).unlink(missing_ok=True)
    earlier = None
    try:
        if overwrite and (target / MANIFEST).exists():
            earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
            target.rename(earlier)
        place.rename(target)  # fails where a folder with anything in it has appeared meanwhile
    except BaseException as error:
        if earlier is not None and not target.exists():
            earlier.rename(target)
        if isinstance(error, OSError):
            raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(target))) from error
        raise
    if earlier is not None:
        shutil.rmtree(earlier, ignore_errors=True)


@contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """Keep others from computing the same run at the same time; the system lets go when the process ends."""
    try:
        import fcntl
    except ImportError:  # no such lock on this system; two would write the same bytes
        yield
        return
    with (place / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(Mistake("is being computed by another process", path=str(place))) from None
        yield


def _free(folder: Path) -> bool:
    """Whether nothing is there; what a run leaves that was stopped before its first file counts as nothing."""
    try:
        return not folder.exists() or (folder.is_dir() and all(one.name in _BEGUN for one in folder.iterdir()))
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(folder))) from error


def _write(path: Path, manifest: Manifest) -> None:
    """A file of this name is whole."""
    text = json.dumps(manifest.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
    begun = path.with_name(path.name + _TEMPORARY)
    begun.write_text(text + "\n", encoding="utf-8")
    begun.replace(path)


def _read(path: Path) -> Manifest | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, OSError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", path=str(path))) from error
    return Manifest.from_json(data)


def listed(words: list[str]) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
