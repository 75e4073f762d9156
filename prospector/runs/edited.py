"""Files of an earlier run that their user has edited: kept beside the new run."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from prospector.runs.contents import FAULTS, OF_SQLITE, hashes_of, layer_digests, tables_of_others
from prospector.runs.manifest import Manifest

log = logging.getLogger(__name__)


def keep_edited(folder: Path, manifest: Manifest, names: Iterable[str]) -> None:
    """Rename those files of a run that are not as it wrote them: `targets.yours.csv`.

    A file that was renamed is not there when this is done again.

    Parameters
    ----------
    folder
        Where the run lies.
    manifest
        What it wrote.
    names
        Files that are about to go, by their path from the folder.
    """
    for name in names:
        file = folder / name
        if not _is_edited(file, name, manifest):
            continue
        kept = _free_name(file)
        pending = _pending(file)
        if pending:
            _write_in(file)
        file.rename(kept)
        for ending in pending:
            with suppress(FileNotFoundError):  # what could not be written in
                Path(f"{file}{ending}").rename(f"{kept}{ending}")
        log.warning("%s: was edited since the run wrote it, and is kept as %s.", file, kept.name)


def _is_edited(file: Path, name: str, manifest: Manifest) -> bool:
    """Return whether a file holds something else than the run wrote; no matter how a GIS stores it."""
    if file.is_symlink() or not file.is_file():
        return False
    try:
        if not _pending(file) and manifest.files[name] in hashes_of(file):
            return False
        layers = manifest.layers.get(name)
        return (
            layers is None or layer_digests(file) != layers or bool(tables_of_others(file, layers))
        )
    except FAULTS:
        return True


def _free_name(file: Path) -> Path:
    """Return the first name beside a file that is free: NAME.yours.csv, NAME.yours-2.csv."""
    kept, number = file.with_name(f"{file.stem}.yours{file.suffix}"), 1
    while kept.exists() or kept.is_symlink():
        number += 1
        kept = file.with_name(f"{file.stem}.yours-{number}{file.suffix}")
    return kept


def _pending(file: Path) -> list[str]:
    """Return the endings of the files beside a GeoPackage that hold what is not written into it."""
    if file.suffix.lower() != ".gpkg":
        return []
    return [ending for ending in OF_SQLITE if Path(f"{file}{ending}").exists()]


def _write_in(file: Path) -> None:
    """Let SQLite write into a GeoPackage what lies beside it, so that one rename keeps all."""
    address = f"{file.absolute().as_uri()}?mode=rw"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as package:
        package.execute("PRAGMA wal_checkpoint(TRUNCATE)")
