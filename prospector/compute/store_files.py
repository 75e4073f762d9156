"""Files of a store: each written completely or not at all; leftovers of killed commands are removed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
from fsspec.implementations.local import LocalFileSystem

from prospector.errors import OutputError
from prospector.layers.formats import reason_of
from prospector.locks import DAY_SECONDS, lock, machine, open_lock, unchanged_for

LOCK_FILE = ".prospector-lock"
_PARTIAL = re.compile(r"\.([0-9a-f]{8})[0-9a-f]{24}\.partial$")
"""The machine that writes, and a random part."""

_PROBE_BYTES = 1 << 20
_shared: dict[tuple[int, str], int] = {}
"""Locks that are held on stores, by process and folder."""


def put(file_system: Any, path: str, source: Any) -> None:
    """Write a file of a store whole or not at all, from an open one."""
    if not isinstance(file_system, LocalFileSystem):
        with file_system.transaction, file_system.open(path, "wb") as file:
            shutil.copyfileobj(source, file)
        return
    part = Path(f"{path}.{machine()}{uuid4().hex[8:]}.partial")
    try:
        with part.open("xb") as file:
            shutil.copyfileobj(source, file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def why(folder: Path, error: Exception) -> str:
    """Return why a file could not be written in a folder, as the system says it.

    A library may know no more than that it failed; then a few bytes are written to see.
    """
    reason = getattr(error, "strerror", None)
    if reason:
        return str(reason)
    probe = folder / f"{uuid4().hex}.partial"
    try:
        probe.write_bytes(bytes(_PROBE_BYTES))
    except OSError as refused:
        return str(refused.strerror or refused)
    finally:
        with suppress(OSError):
            probe.unlink()
    return reason_of(error)


def cleared(file_system: Any, path: str, root: str) -> bool:
    """Remove what is no file in the place of a file of a store, and what is no folder on the way there.

    Return whether there was such: a link, a pipe, a socket, a folder. Only a store in a folder can
    have it.
    """
    if not isinstance(file_system, LocalFileSystem):
        return False
    place, home = Path(path), Path(root)
    folders = [above for above in place.parents if above.is_relative_to(home) and above != home]
    for above in folders[::-1]:
        if os.path.lexists(above) and not stat.S_ISDIR(above.lstat().st_mode):
            above.unlink()
            return True
    if not os.path.lexists(place) or stat.S_ISREG(place.lstat().st_mode):
        return False
    if stat.S_ISDIR(place.lstat().st_mode):
        shutil.rmtree(place)
    else:
        place.unlink()
    return True


def share(root: str) -> None:
    """Share a store in a folder with other commands until this process ends.

    Where no other uses it, what a killed one had begun to write there is removed first.
    """
    file_system, path = fsspec.core.url_to_fs(root)
    if not isinstance(file_system, LocalFileSystem):
        return
    key = os.getpid(), os.path.realpath(path)
    if key in _shared and Path(path, LOCK_FILE).exists():
        return
    with suppress(OSError):  # no locks there: nothing is removed
        file = open_lock(Path(path, LOCK_FILE), create=True)
        if key in _shared:
            os.close(_shared[key])
        _shared[key] = file
        if lock(file):
            _remove_partial(Path(path))
        lock(file, wait=True, shared=True)


def sweep_partial(store: Path) -> None:
    """Remove what a killed command had begun to write in a store, unless another uses it."""
    try:
        file = open_lock(store / LOCK_FILE)
    except OSError:  # no store, or not one of this form
        return
    try:
        if lock(file):
            _remove_partial(store)
    except OSError:
        pass
    finally:
        os.close(file)


def _remove_partial(store: Path) -> None:
    for path in list(store.rglob("*.partial")):
        named = _PARTIAL.search(path.name)
        if not named or path.is_dir():
            continue
        if named[1] == machine() or unchanged_for(path, DAY_SECONDS):
            with suppress(OSError):
                path.unlink()


def emptied(store: Path) -> int:
    """Remove a store in a folder and return the bytes that it held.

    Raises
    ------
    OutputError
        Another command uses it, or not all of it could be removed.
    """
    before = _size(store)
    with _alone(store):
        failed = _removed(store)
    if os.path.lexists(store):
        why = next((error for error in failed if isinstance(error, OSError)), None)
        reason = f"{why.filename}: {why.strerror}" if why else "it is in use"
        raise OutputError(
            f"{store}: {_size(store) / 1e6:.1f} MB of {before / 1e6:.1f} MB of computed windows "
            f"could not be deleted ({reason}). Delete the folder as its owner, or change its "
            "permissions."
        )
    return before


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Hold the lock of a store that no other command uses; none where there are no locks."""
    own = _shared.pop((os.getpid(), os.path.realpath(store)), None)
    if own is not None:
        os.close(own)
    try:
        file = open_lock(store / LOCK_FILE)
    except OSError:  # nobody has used it
        yield
        return
    try:
        if not _is_free(file):
            raise OutputError(
                f"{store}: another command is using it. Wait for it or end it, then run again."
            )
        if os.name != "nt":
            yield
    finally:
        os.close(file)
    if os.name == "nt":  # an open file cannot be removed
        yield


def _is_free(file: int) -> bool:
    """Return whether a lock is held now, or there are no locks in this place."""
    try:
        return lock(file)
    except OSError:
        return True


def _removed(folder: Path) -> list[BaseException]:
    """Remove a folder as far as may be and return what failed."""
    failed: list[BaseException] = []
    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=lambda _function, _path, error: failed.append(error))
    else:
        shutil.rmtree(folder, onerror=lambda _function, _path, info: failed.append(info[1]))
    return failed


def _size(folder: Path) -> int:
    """Return the bytes of all files below a folder, as far as it may be looked into."""
    size = 0
    for at, _folders, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += Path(at, name).lstat().st_size
    return size
