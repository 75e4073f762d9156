"""The files of a layer: the one that region.toml names, and what lies beside it and belongs to it."""

from __future__ import annotations

import hashlib
from pathlib import Path

BESIDE_NAME = (".aux.xml", ".msk", ".msk.ovr", ".ovr", ".hdr", "-wal", "-journal")
"""What follows the whole name of a file that belongs to it: statistics, masks, a header, pending edits."""

BESIDE_STEM: dict[str, tuple[str, ...]] = {
    ".shp": (".shx", ".dbf", ".prj", ".qpj", ".cpg", ".cst", ".sbn", ".sbx", ".qix"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
"""What stands in place of the ending in the other files of a vector format."""

ALONE = (
    ".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".fgb", ".kml", ".kmz", ".gpx", ".dxf",
    ".geojsonseq", ".ndjson", ".csv", ".tsv", ".txt", ".xlsx", ".zip", ".shz",
)  # fmt: skip
"""Endings of formats that keep all they have in one file."""

BESIDE_RASTER = (
    ".aux", ".prj", ".hdr", ".blw", ".stx", ".clr", ".wld", ".tab", ".ige", ".rrd", ".rde", ".sgrd", ".mgrd",
    ".rdc", ".ref",
)  # fmt: skip
"""What stands in place of the ending in the other files of a raster."""

ARC_GRID = ".adf"
"""Ending of the files of an Arc/Info grid: all of a folder are one raster."""


def files_of(path: Path) -> tuple[Path, ...]:
    """Return every file that a layer's values depend on: the named one first, then the others by name.

    A folder, such as a file geodatabase, is all that lies in it. An empty write-ahead log holds no
    edit and does not count. Nothing is returned where nothing is there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for ending in ("shp", "dbf", "qgz"):
    ...         _ = (Path(folder) / f"geology.{ending}").write_text(ending)
    ...     [file.name for file in files_of(Path(folder) / "geology.shp")]
    ['geology.shp', 'geology.dbf']
    """
    if path.suffix.lower() == ARC_GRID and path.is_file():
        return (
            path,
            *sorted(file for file in path.parent.iterdir() if file.is_file() and file != path),
        )
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file() and file.suffix != ".lock")
        return tuple(sorted(inside))
    if not path.is_file():
        return ()
    wanted = {f"{path.name}{ending}".casefold() for ending in BESIDE_NAME}
    wanted |= {f"{path.stem}{ending}".casefold() for ending in _endings(path)}
    beside = (
        other
        for other in path.parent.iterdir()
        if other.name.casefold() in wanted and other.name != path.name and other.is_file()
    )
    return (path, *sorted(file for file in beside if file.stat().st_size))


def _endings(path: Path) -> tuple[str, ...]:
    """Return the endings of the files that share a file's name but for its ending."""
    ending = path.suffix.lower()
    if ending in BESIDE_STEM or ending in ALONE:
        return BESIDE_STEM.get(ending, ())
    world = (f".{ending[1]}{ending[-1]}w", f"{ending}w") if len(ending) > 2 else ()
    data = ("", ".dat", ".bil", ".bin", ".img") if ending == ".ers" else ()
    return (*BESIDE_RASTER, *world, *data)


def digest_of(path: Path) -> str:
    """Return the sha256 of a layer: of its file where there is one alone, else of all names and hashes."""
    hashes = [
        (file.relative_to(path.parent).as_posix(), sha256_of(file)) for file in files_of(path)
    ]
    if len(hashes) == 1:
        return hashes[0][1]
    text = "".join(f"{digest}  {name}\n" for name, digest in hashes)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the sha256 of one file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
