"""The run folder: written whole or not at all, never over another run unless told so.

runs/staffordshire-1a2b3c4d/
    manifest.json          what made the run
    summary.csv …          written by `analysis`
    trials/<payment model>/part-000000.parquet …
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from finmodel.errors import InputError, Mistake
from finmodel.simulation.manifest import Manifest

MANIFEST = "manifest.json"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest; done last, so that a folder with one is a whole run."""
    text = json.dumps(manifest.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the run in `folder`, or None where there is no run."""
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, OSError) as error:
        raise InputError(Mistake(f"cannot be read: {error}", path=str(folder / MANIFEST))) from error
    return Manifest.from_json(data)


def check_target(target: Path, manifest: Manifest, *, overwrite: bool) -> bool:
    """Whether the very same run is already in `target`. Raises InputError where something else is.

    With `overwrite` an earlier run may be replaced, but never a folder that is not a run of finmodel: it may hold
    anything.
    """
    try:
        free = not target.exists() or (target.is_dir() and not any(target.iterdir()))
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(target))) from error
    if free:
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
                f"holds another run, which differs in {_listed(different)}; "
                "--overwrite replaces it, --out DIR keeps both",
                path=str(target),
            )
        )
    return True


@contextmanager
def new_run(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A hidden folder beside `target` to write a run into; it becomes `target` on leaving without an exception.

    Any exception, Ctrl-C included, removes it. An earlier run gives way only with `overwrite`, at the very end.
    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(target))) from error
    try:
        folder.chmod(0o777 & ~_umask())  # mkdtemp is for the owner alone; a run is an ordinary folder
        yield folder
        _put_in_place(folder, target, overwrite=overwrite)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _put_in_place(folder: Path, target: Path, *, overwrite: bool) -> None:
    earlier = None
    if overwrite and (target / MANIFEST).exists():
        earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
        target.rename(earlier)
    try:
        folder.rename(target)  # fails where a folder with anything in it has appeared meanwhile
    except OSError as error:
        if earlier is not None:
            earlier.rename(target)
        raise InputError(Mistake(f"cannot be written: {error.strerror}", path=str(target))) from error
    if earlier is not None:
        shutil.rmtree(earlier, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
