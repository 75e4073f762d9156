"""Files of a run folder as they are read: each as the manifest says, each fault one error."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path

import pandas as pd

from prospector.errors import OutputError
from prospector.layers.files import sha256_of
from prospector.layers.formats import READ_ERRORS, reason_of
from prospector.runs.inside import inside

AGAIN = "Screen the region again."

FAULTS: tuple[type[Exception], ...] = (*READ_ERRORS, sqlite3.Error)
"""What the libraries raise over a file of a run that is damaged or not what it seems."""


TEXTS = (".csv", ".geojson", ".html", ".json", ".txt")
"""Endings of files that a run writes as text."""

OF_SQLITE = ("-wal", "-journal")
"""Endings of files in which SQLite keeps what is not yet, or no longer, in a GeoPackage."""

OF_THE_FORMAT = ("gpkg_", "rtree_", "sqlite_")
"""So begin the names of tables that a GeoPackage has beside its layers."""


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Raise one error for whatever a library raises over a file of a run.

    Raises
    ------
    OutputError
        The file cannot be read, or does not hold what it should.
    """
    try:
        yield
    except FAULTS as error:
        why = "no " + str(error) if isinstance(error, KeyError) else reason_of(error)
        raise OutputError(
            f"{file}: cannot be read: {' '.join(why.split()) or 'damaged'}. {AGAIN}"
        ) from error


def listed_file(folder: Path, sha256_by_name: dict[str, str] | None, *names: str) -> Path:
    """Return the path of a file of a run, from the names of what it lies in and its own.

    Parameters
    ----------
    folder
        The run folder.
    sha256_by_name
        What the manifest lists; None before there is one.
    *names
        Names of the folders that it lies in, then its own.

    Raises
    ------
    OutputError
        A name leads out of the folder, or the file is missing or not as the manifest says.
    """
    file = inside(folder, *names)
    if not file.is_file():
        raise OutputError(f"{file}: is missing or is not a file. {AGAIN}")
    if sha256_by_name is not None and not is_as_written(file, sha256_by_name.get("/".join(names))):
        raise OutputError(
            f"{file}: was altered or damaged after the run wrote it (its digest differs from that "
            f"in the manifest). {AGAIN}"
        )
    return file


def is_as_written(file: Path, sha256: str | None) -> bool:
    """Return whether a file has the hash that a manifest says of it; a text, with either end of lines."""
    with reading(file):
        state = file.stat()
        return sha256 in _hashes_of(file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=4096)
def _hashes_of(file: Path, size: int, mtime_ns: int) -> tuple[str, ...]:  # noqa: ARG001 - a change of either is another file
    return hashes_of(file)


def hashes_of(file: Path) -> tuple[str, ...]:
    """Return the hash of a file and, of a text, that before git gave its lines the ends of Windows."""
    whole = sha256_of(file)
    if file.suffix.lower() not in TEXTS:
        return (whole,)
    text = file.read_bytes().replace(b"\r\n", b"\n")
    return whole, hashlib.sha256(text).hexdigest()


def layer_digests(package: Path) -> dict[str, str]:
    """Return a digest of what each layer of a GeoPackage holds: its columns, CRS and rows.

    Looking at a file, as a GIS does, changes its bytes; what its layers hold, it does not.
    """
    with closing(_opened(package)) as file:
        names = [name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")]
        return {name: _digest(file, name) for name in sorted(map(str, names))}


def _opened(package: Path) -> sqlite3.Connection:
    """Open a GeoPackage to read it, be it in a folder where SQLite may make no log beside it."""
    address = f"{package.absolute().as_uri()}?mode=ro"
    file = sqlite3.connect(address, uri=True)
    try:
        file.execute("SELECT name FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        file.close()
        if any(Path(f"{package}{ending}").exists() for ending in OF_SQLITE):
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True)
    except sqlite3.Error:
        file.close()
        raise
    return file


def tables_of_others(package: Path, layers: Iterable[str]) -> list[str]:
    """Return the tables of a GeoPackage that are none of its layers and none that its format makes."""
    with closing(_opened(package)) as file:
        names = [
            name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
    ours = {*layers}
    return [name for name in names if name not in ours and not name.startswith(OF_THE_FORMAT)]


def _digest(file: sqlite3.Connection, name: str) -> str:
    quoted = name.replace('"', '""')
    asked: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)),
        ("SELECT data_type, srs_id FROM gpkg_contents WHERE table_name = ?", (name,)),
        (
            "SELECT column_name, geometry_type_name, g.srs_id, organization, organization_coordsys_id, "
            "definition FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s USING (srs_id) "
            "WHERE table_name = ?",
            (name,),
        ),
        (f'SELECT * FROM "{quoted}" ORDER BY rowid', ()),  # noqa: S608 - the name is quoted
    )
    digest = hashlib.sha256()
    for query, values in asked:
        for row in file.execute(query, values):
            digest.update(repr(row).encode("utf-8", "surrogateescape"))
        digest.update(b"\n")
    return digest.hexdigest()


def check_columns(
    table: pd.DataFrame,
    *,
    texts: Iterable[str] = (),
    numbers: Iterable[str] = (),
    known: Iterable[str] = (),
    key: Iterable[str] = (),
) -> None:
    """Raise ValueError unless a table of a run has its columns, of their kinds.

    Parameters
    ----------
    table
        As it was read.
    texts, numbers
        Columns of text and of numbers.
    known
        Those of them that have a value in every row.
    key
        Those that no two rows share.

    Examples
    --------
    >>> check_columns(pd.DataFrame({"score": ["high"]}), numbers=["score"])
    Traceback (most recent call last):
    ValueError: column 'score' holds no numbers
    """
    texts, numbers, known, key = (list(names) for names in (texts, numbers, known, key))
    lacking = [name for name in (*texts, *numbers) if list(table.columns).count(name) != 1]
    if lacking:
        raise ValueError(f"it has no column '{lacking[0]}', or has it twice")
    for name in numbers:
        values = table[name].dropna()  # of no type where there is none
        if len(values) and not pd.api.types.is_numeric_dtype(values):
            raise ValueError(f"column '{name}' holds no numbers")
        if len(values) and values.abs().max() == float("inf"):
            raise ValueError(f"column '{name}' holds a number that is not finite")
    for name in texts:
        values = table[name]
        of_any_kind = not isinstance(values.dtype, pd.StringDtype)
        if of_any_kind and not all(isinstance(value, str) for value in values.dropna()):
            raise ValueError(f"column '{name}' holds a value that is not text")
    for name in known:
        if table[name].isna().any():
            raise ValueError(f"column '{name}' lacks a value")
    if key and table.duplicated(key).any():
        raise ValueError(f"two rows have the same {', '.join(key)}")
