"""The parts of a shapefile: shapes, their index and their table of attributes belong together."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np

from prospector.errors import LayerError
from prospector.layers.files import files_of

SHAPES, INDEX, TABLE = ".shp", ".shx", ".dbf"
HEADER_BYTES = 100
TABLE_HEADER_BYTES = 12
COPY_PARTS = "Copy .shp, .shx and .dbf from where the layer was made, all three of the same day"


@dataclass(frozen=True)
class Part:
    """One file of a shapefile, beside the others or in an archive."""

    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


def check_shapefile(path: Path) -> None:
    """Raise LayerError where the parts of a shapefile lack one, or are not of one layer."""
    beside = {file.suffix.lower(): file for file in files_of(path)}
    _refuse_other_names(path, beside)
    parts = {
        ending: Part(file.stat().st_size, partial(_opened, file)) for ending, file in beside.items()
    }
    _check(str(path), parts)


def _refuse_other_names(path: Path, beside: Mapping[str, Path]) -> None:
    """Raise LayerError where a part is named in another case than the shapes: GDAL does not find it there."""
    for ending in (INDEX, TABLE, ".prj", ".cpg"):
        part = beside.get(ending)
        names = [path.with_suffix(name) for name in (ending, ending.upper())]
        if part is not None and not any(name.exists() for name in names):
            raise LayerError(
                f"{part} is not found beside {path.name}, because its name is written otherwise. Rename it "
                f"to {names[0].name}."
            )


def _opened(file: Path) -> IO[bytes]:
    return file.open("rb")


def check_in_archive(archive: zipfile.ZipFile, name: str, shown: str) -> None:
    """Raise the same of a shapefile in a zip archive."""
    stem = PurePosixPath(name).with_suffix("").as_posix().casefold()
    parts = {}
    for info in archive.infolist():
        place = PurePosixPath(info.filename)
        if place.with_suffix("").as_posix().casefold() == stem and info.file_size:
            parts[place.suffix.lower()] = Part(info.file_size, partial(archive.open, info))
    _check(shown, parts)


def _check(shown: str, parts: Mapping[str, Part]) -> None:
    lacking = [ending for ending in (INDEX, TABLE) if ending not in parts]
    if lacking:
        raise LayerError(
            f"{shown} is a shapefile without its {' and '.join(lacking)}: the index of the shapes is in "
            f".shx, their attributes are in .dbf. {COPY_PARTS}."
        )
    reach, shapes = _indexed(parts[INDEX])
    if reach > parts[SHAPES].size or _goes_on(parts[SHAPES], reach, shapes):
        raise LayerError(
            f"{shown} and its .shx do not belong together: the index has {shapes} shapes, and the "
            f"file {'ends before them' if reach > parts[SHAPES].size else 'has more'}. "
            f"{COPY_PARTS}."
        )
    rows, whole = _rows(parts[TABLE])
    if rows != shapes or whole < rows:
        cut = f", of which {whole} are there" if whole < rows else ""
        raise LayerError(
            f"{shown} has {shapes} shapes, and its .dbf {rows} rows{cut}: they do not belong "
            f"together, so attributes would go to the wrong shapes or be lost. {COPY_PARTS}."
        )


def _indexed(index: Part) -> tuple[int, int]:
    """Return where the last of the shapes ends in their file, in bytes, and how many there are."""
    with index.open() as file:
        text = file.read()[HEADER_BYTES:]
    places = np.frombuffer(text[: len(text) // 8 * 8], dtype=">i4").reshape(-1, 2).astype(np.int64)
    if not len(places):
        return HEADER_BYTES, 0
    return int(2 * (places.sum(axis=1) + 4).max()), len(places)


def _goes_on(shapes: Part, reach: int, number: int) -> bool:
    """Return whether the next shape follows those of the index."""
    with shapes.open() as file:
        file.seek(reach)
        head = file.read(4)
    return len(head) == 4 and struct.unpack(">i", head)[0] == number + 1


def _rows(table: Part) -> tuple[int, int]:
    """Return how many rows a table states, and how many are there."""
    with table.open() as file:
        head = file.read(TABLE_HEADER_BYTES)
    if len(head) < TABLE_HEADER_BYTES:
        return 0, 0
    rows, header, row = struct.unpack("<4xIHH", head)
    return rows, max(0, table.size - header) // max(1, row)
