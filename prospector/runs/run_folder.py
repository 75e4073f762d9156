"""The run folder as a place: what in it is the run's, what is the user's own, how a new run comes in.

What the manifest does not list is the user's own and stays where it is. A new run is written inside the
folder, apart. Then one rename makes it the run that counts, and its files are moved to their places one
by one; where that was cut off, the next command that opens the folder goes on with it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from prospector.compute.store_files import emptied, sweep_partial
from prospector.errors import OutputError
from prospector.layers.files import BESIDE_NAME
from prospector.locks import DAY_SECONDS, lock, machine, open_lock, unchanged_for
from prospector.runs.edited import keep_edited
from prospector.runs.manifest import (
    MANIFEST_FILE,
    listing,
    read_manifest,
    save_manifest,
)

RUN_FILE = "run.json"
STORE_FOLDER = "store"
HERE, MANIFEST, STORE = PurePath(), PurePath(MANIFEST_FILE), PurePath(STORE_FOLDER)
BESIDE_LISTED = (*BESIDE_NAME, "-shm")
"""What follows the whole name of a file of the run that belongs to it; SQLite's index goes with its log."""

OURS = ".prospector-"
"""So begin the names of what commands keep in a run folder while they work."""

LOCK_FILE = f"{OURS}lock"
WRITING = f"{OURS}writing-"
PLACING = f"{OURS}placing"
"""A run that is complete, and counts: what of it still lies here is on its way to its place."""

HELD_FILE = "lock"
WAIT_SECONDS = 60.0
"""So long a command waits for another that puts a run in place, which takes milliseconds."""


def refuse_foreign(folder: Path) -> None:
    """Raise OutputError unless the folder is absent, empty or an earlier run with its manifest.

    What a killed command left in it is finished or removed first.
    """
    if folder.is_symlink() and not folder.exists():
        raise OutputError(
            f"{folder}: is a broken link. Make the folder that it points to, or give another with "
            "--out."
        )
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is a file. Give a folder with --out.")
    recover(folder)
    others = folder.is_dir() and any(_is_content(path) for path in folder.iterdir())
    if others and not (folder / RUN_FILE).is_file():
        raise OutputError(
            f"{folder}: holds files but no run ({RUN_FILE} is missing), and they would be "
            "replaced. Give another folder with --out."
        )
    if others:
        read_manifest(folder)


def _is_content(path: Path) -> bool:
    return path.name != STORE_FOLDER and not path.name.startswith(OURS)


def clean(folder: str | Path) -> int:
    """Empty the store of a run folder; the run itself stays.

    Parameters
    ----------
    folder
        A run folder, or one that holds a store alone.

    Returns
    -------
    int
        The bytes that the store held.

    Raises
    ------
    OutputError
        The folder holds neither a run nor a store, its store is a link or in use, or not all of it
        could be removed.

    Examples
    --------
    >>> import prospector
    >>> prospector.clean("out/hills")
    0
    """
    recover(Path(folder))
    store = Path(folder) / STORE_FOLDER
    if store.is_symlink():
        raise OutputError(f"{store}: is a link. Empty the folder that it points to yourself.")
    if not store.is_dir() and not (Path(folder) / RUN_FILE).is_file():
        raise OutputError(f"{folder}: holds no run. Give a folder that a screening wrote.")
    return emptied(store)


@contextmanager
def new_run(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write a new run into, inside its run folder; it goes at the end.

    What a killed command left in the run folder is finished or removed first.
    """
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            with _locked(folder):
                home = stack.enter_context(_writing(folder))
            finished = home / "run"
            finished.mkdir()
            yield finished
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _writing(folder: Path) -> Iterator[Path]:
    """Give a folder to write in, inside a run folder; its name says who writes, a lock that he lives."""
    home = Path(tempfile.mkdtemp(prefix=f"{WRITING}{machine()}-", dir=folder))
    held = os.open(home / HELD_FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with suppress(OSError):  # without locks it counts as held
        lock(held)
    try:
        yield home
    finally:
        os.close(held)
        shutil.rmtree(home, ignore_errors=True)


def move_in(finished: Path, target: Path) -> None:
    """Put a finished run in the place of the earlier one; the store and the user's own stay.

    Raises
    ------
    OutputError
        A file of the user's own has the name of one of the run: all is as it was. Or a file could
        not be moved: the next command goes on.
    """
    target.mkdir(exist_ok=True)
    with _locked(target):
        _put_in(finished, target)


def add(folder: Path, name: str, text: str) -> Path:
    """Write a file into a finished run, which lists it from then on, and return its path.

    Where the manifest cannot be read it is not listed: the next run is refused anyway.

    Raises
    ------
    OutputError
        A file of the user's own has that name, or the folder cannot be written.
    """
    try:
        with _locked(folder.resolve()), _writing(folder.resolve()) as home:
            _add(folder.resolve(), home / "run", name, text)
    except OSError as error:
        raise OutputError(
            f"{folder / name}: cannot be written ({error.strerror}). Check the folder's "
            "permissions and the free space."
        ) from error
    return folder / name


def _add(folder: Path, aside: Path, name: str, text: str) -> None:
    file = aside / name
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    try:
        manifest = read_manifest(folder)
    except OutputError:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        file.replace(folder / name)
        return
    files = {**manifest.files, **listing([file], aside)}
    save_manifest(manifest.model_copy(update={"files": files}), aside)
    _put_in(aside, folder)


def recover(folder: Path) -> None:
    """Finish what a killed command was putting in place in a run folder, and remove what it left.

    Raises
    ------
    OutputError
        A run that was being put in place cannot be finished.
    """
    sweep_partial(folder / STORE_FOLDER)
    try:
        if not any(path.name.startswith(OURS) for path in folder.iterdir()):
            return
    except OSError:  # the caller says what is wrong with the folder
        return
    try:
        with _locked(folder.resolve()):
            pass
    except OSError as error:
        if _is_there(folder / PLACING):
            raise OutputError(
                f"{folder}: holds a finished run that a killed command had not yet moved into "
                f"place, and it cannot be moved now ({error.strerror}). Run any prospector command "
                "on it as a user who may write there."
            ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Be the only command that puts a run in place in a folder, and deal with what is left there first."""
    path, until = folder / LOCK_FILE, time.monotonic() + WAIT_SECONDS
    while True:
        file = open_lock(path, create=True)
        if _is_held(file) and _is_still(file, path):
            break
        os.close(file)
        if time.monotonic() > until:
            raise OutputError(
                f"{folder}: another command has been writing there for a minute. Wait for it or end it, "
                "then run again."
            )
        time.sleep(0.02)
    try:
        _recover(folder, has_locks=_has_locks(file))
        yield
    finally:
        if os.name == "nt":  # an open file cannot be removed
            os.close(file)
        with suppress(OSError):
            path.unlink()
        if os.name != "nt":
            os.close(file)


def _is_held(file: int) -> bool:
    """Return whether a lock is held now, or there are no locks in this place."""
    try:
        return lock(file)
    except OSError:
        return True


def _has_locks(file: int) -> bool:
    """Return whether there are locks where a file lies, from one that is held."""
    try:
        lock(file)
    except OSError:
        return False
    return True


def _is_still(file: int, path: Path) -> bool:
    """Return whether an open file still has its name: who held the lock before has removed it."""
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except OSError:
        return False


def _recover(folder: Path, *, has_locks: bool) -> None:
    """Finish a run that was being put in place, and remove what was being written by a dead command."""
    if _is_folder(folder / PLACING):
        _place(folder)
    for path in sorted(folder.glob(f"{WRITING}*")):
        if _is_folder(path) and _is_dead(path, has_locks=has_locks):
            shutil.rmtree(path, ignore_errors=True)


def _is_dead(writing: Path, *, has_locks: bool) -> bool:
    """Return whether nobody writes there.

    Whoever begins to holds the lock of the run folder, where there are locks. They may not reach
    from one machine to another.
    """
    if not writing.name.startswith(f"{WRITING}{machine()}-"):
        return unchanged_for(writing, DAY_SECONDS)
    try:
        file = open_lock(writing / HELD_FILE)
    except FileNotFoundError:
        return has_locks or unchanged_for(writing, WAIT_SECONDS)
    except OSError:  # another user's, or a link
        return False
    try:
        return lock(file)
    except OSError:
        return False
    finally:
        os.close(file)


def _put_in(finished: Path, target: Path) -> None:
    """Make a finished run the one that counts, and move its files to their places."""
    _refuse_clash(target, finished, _listed(target))
    finished.rename(target / PLACING)
    try:
        _place(target)
    except Exception:
        raise
    except BaseException:  # an interrupt: what is left takes milliseconds
        _place(target)
        raise


def _place(target: Path) -> None:
    """Move what of a run is not there yet to its place; may be cut off and done again at any step."""
    coming = target / PLACING
    try:
        if (coming / MANIFEST_FILE).is_file():
            listed, new = _listed(target), read_manifest(coming).files
            _refuse_clash(target, coming, listed)
            _keep_edited(target, coming, listed, new.keys())
            _remove_earlier(target, coming, listed, new.keys())
            _move_files(coming, target)
            (coming / MANIFEST_FILE).replace(target / MANIFEST_FILE)
        shutil.rmtree(coming)
    except OSError as error:
        raise OutputError(
            f"{target}: not all files of the new run could be moved into place ({error.filename}: "
            f"{error.strerror}). Close programs that use them, check your permissions and run "
            "again to finish."
        ) from error


def _keep_edited(target: Path, coming: Path, listed: _Listed, new: Set[str]) -> None:
    """Keep those files of the earlier run that are to go, and that the user has edited."""
    names = {name.as_posix() for name in _there(target, listed)} & listed.names
    going = [name for name in sorted(names) if name not in new or _is_there(coming / name)]
    if going:
        keep_edited(target, read_manifest(target), going)


def _remove_earlier(target: Path, coming: Path, listed: _Listed, new: Set[str]) -> None:
    """Remove what the earlier run has and the new one has not, and the folders that this empties."""
    for name in list(_there(target, listed)):
        if _goes(name.as_posix(), coming, listed, new):
            (target / name).unlink()
    for name in sorted(listed.folders - {HERE}, reverse=True):
        if not any((target / above).is_symlink() for above in (name, *name.parents)):
            with suppress(OSError):  # not empty, or gone
                (target / name).rmdir()


def _goes(name: str, coming: Path, listed: _Listed, new: Set[str]) -> bool:
    """Return whether a file goes: with a file of the earlier run that does, or that is replaced."""
    files = {name.removesuffix(ending) for ending in ("", *BESIDE_LISTED)} & listed.names
    return name not in new and any(file not in new or _is_there(coming / file) for file in files)


def _there(target: Path, listed: _Listed, at: PurePath = HERE) -> Iterator[PurePath]:
    """Give what of an earlier run lies in its folder; no link is followed."""
    for path in sorted((target / at).iterdir()):
        name = at / path.name
        if not _is_folder(path):
            if name in listed.files:
                yield name
        elif name in listed.folders:
            yield from _there(target, listed, name)


def _move_files(coming: Path, target: Path, at: PurePath = HERE) -> None:
    for path in sorted((coming / at).iterdir()):
        name = at / path.name
        if _is_folder(path):
            (target / name).mkdir(exist_ok=True)
            _move_files(coming, target, name)
        elif name != MANIFEST:
            path.replace(target / name)


@dataclass(frozen=True)
class _Listed:
    """What is an earlier run's, by path from its folder.

    Parameters
    ----------
    names
        What the manifest lists.
    files
        The same, and what belongs to that.
    folders
        Where these lie; a user's own files may lie there, too.
    """

    names: frozenset[str]
    files: frozenset[PurePath]
    folders: frozenset[PurePath]


def _listed(folder: Path) -> _Listed:
    """Return what the manifest of a folder lists; nothing where there is none."""
    if not (folder / MANIFEST_FILE).is_file():
        return _Listed(frozenset(), frozenset(), frozenset())
    names = read_manifest(folder).files
    beside = {PurePath(f"{name}{ending}") for name in names for ending in ("", *BESIDE_LISTED)}
    folders = {above for name in names for above in PurePath(name).parents}
    return _Listed(frozenset(names), frozenset(beside), frozenset(folders))


def _own(earlier: Path, new: Path, listed: _Listed, at: PurePath = HERE) -> Iterator[PurePath]:
    """Give each file, link or whole folder of the user's own, by its path from the earlier folder.

    A folder that also holds files of the earlier run or the new one is looked into; no link is.
    """
    for path in sorted((earlier / at).iterdir()):
        name = at / path.name
        if name in (MANIFEST, STORE) or (at == HERE and path.name.startswith(OURS)):
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
                f"{earlier / name}: is not part of the run, but the new run needs that name. Move or "
                "rename it and run again."
            )
