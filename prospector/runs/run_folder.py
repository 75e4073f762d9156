"""The run folder as a place: what in it is the run's, what is the user's own, how a new run comes in.

What the manifest does not list is the user's own and stays.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from prospector.errors import OutputError
from prospector.layers.files import BESIDE_NAME
from prospector.runs.manifest import MANIFEST_FILE, read_manifest

RUN_FILE = "run.json"
STORE_FOLDER = "store"
HERE, MANIFEST, STORE = PurePath(), PurePath(MANIFEST_FILE), PurePath(STORE_FOLDER)
BESIDE_LISTED = (*BESIDE_NAME, "-shm")
"""What follows the whole name of a file of the run that belongs to it; SQLite's index goes with its log."""


def refuse_foreign(folder: Path) -> None:
    """Raise OutputError unless the folder is absent, empty or an earlier run with its manifest."""
    if folder.is_symlink() and not folder.exists():
        raise OutputError(
            f"{folder}: is a link to nothing. Make the folder that it points to, or give another "
            "with --out."
        )
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file. Give a folder with --out.")
    others = folder.is_dir() and any(path.name != STORE_FOLDER for path in folder.iterdir())
    if others and not (folder / RUN_FILE).is_file():
        raise OutputError(
            f"{folder}: holds files that are not a run ({RUN_FILE} is missing), and would be "
            "replaced. Give another folder with --out."
        )
    if others:
        read_manifest(folder)


def clean(folder: str | Path) -> int:
    """Empty the store of a run folder and return the bytes that it held; the run itself stays.

    Raises
    ------
    OutputError
        The folder holds neither a run nor a store, or its store is a link.
    """
    store = Path(folder) / STORE_FOLDER
    if store.is_symlink():
        raise OutputError(f"{store}: is a link. Empty the folder that it points to yourself.")
    if not store.is_dir() and not (Path(folder) / RUN_FILE).is_file():
        raise OutputError(f"{folder}: holds no run. Give a folder that a screening wrote.")
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    shutil.rmtree(store, ignore_errors=True)
    return size


def move_in(finished: Path, target: Path) -> None:
    """Put a finished run in the place of the earlier one, with its store and the user's own files.

    Raises
    ------
    OutputError
        A file of the user's own has the name of one of the run: all is as it was. Or one could not
        be moved: it stays in the folder that is named.
    """
    if not target.exists():
        finished.rename(target)
        return
    listed = _listed(target)
    _refuse_clash(target, finished, listed)
    earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent)) / "run"
    try:
        target.rename(earlier)
        finished.rename(target)
    except BaseException:  # an interrupt, too
        _bring_back(earlier, target)
        raise
    _carry_over(earlier, target, listed)
    shutil.rmtree(earlier.parent, ignore_errors=True)


@dataclass(frozen=True)
class _Listed:
    """What is an earlier run's, by path from its folder.

    Parameters
    ----------
    files
        What the manifest lists, and what belongs to that.
    folders
        Where these lie; a user's own files may lie there, too.
    """

    files: frozenset[PurePath]
    folders: frozenset[PurePath]


def _listed(folder: Path) -> _Listed:
    """Return what the manifest of a folder lists; nothing where there is but a store."""
    if not (folder / RUN_FILE).is_file():
        return _Listed(frozenset(), frozenset())
    names = read_manifest(folder).files
    beside = {PurePath(f"{name}{ending}") for name in names for ending in ("", *BESIDE_LISTED)}
    folders = {above for name in names for above in PurePath(name).parents}
    return _Listed(frozenset(beside), frozenset(folders))


def _own(earlier: Path, new: Path, listed: _Listed, at: PurePath = HERE) -> Iterator[PurePath]:
    """Give each file, link or whole folder of the user's own, by its path from the earlier folder.

    A folder that also holds files of the earlier run or the new one is looked into; no link is.
    """
    for path in sorted((earlier / at).iterdir()):
        name = at / path.name
        if name in (MANIFEST, STORE):
            continue
        if not _is_folder(path):
            if name not in listed.files:
                yield name
        elif name in listed.folders or _is_folder(new / name):
            yield from _own(earlier, new, listed, name)
        else:
            yield name


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_there(path: Path) -> bool:
    """Return whether something has this path, be it a link to nothing."""
    return os.path.lexists(path)


def _refuse_clash(earlier: Path, new: Path, listed: _Listed) -> None:
    for name in _own(earlier, new, listed):
        in_a_file = any((new / above).is_file() for above in name.parents)
        if in_a_file or _is_there(new / name):
            raise OutputError(
                f"{earlier / name}: is your own, and the new run writes one of that name. Move or "
                "rename it and screen again; the earlier run is as it was."
            )


def _bring_back(earlier: Path, target: Path) -> None:
    """Put the earlier run back where it was."""
    try:
        if earlier.exists():
            earlier.rename(target)
        earlier.parent.rmdir()
    except OSError as error:
        raise OutputError(
            f"{target}: could not be replaced ({error.strerror}). The earlier run is in {earlier}: "
            "move it back yourself."
        ) from error


def _carry_over(earlier: Path, target: Path, listed: _Listed) -> None:
    """Move the store and all of the user's own from the earlier run into the new one."""
    store = [STORE] if _is_there(earlier / STORE) else []
    try:
        for name in [*store, *_own(earlier, target, listed)]:
            _move(earlier / name, target / name)
    except OSError as error:
        raise OutputError(
            f"{target}: is the new run, but not all of your own files could be moved into it "
            f"({error.filename}: {error.strerror}). They are in {earlier}: move them yourself."
        ) from error


def _move(path: Path, place: Path) -> None:
    """Move a file, link or folder to a place where nothing is."""
    if _is_there(place):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
    place.parent.mkdir(parents=True, exist_ok=True)
    path.rename(place)
