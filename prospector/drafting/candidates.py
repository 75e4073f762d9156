"""Find the files of a folder that may be layers; leave out parts of other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from prospector.drafting.looks import RASTER_ENDINGS
from prospector.errors import RegionError
from prospector.layers.files import ARC_GRID, files_of
from prospector.layers.formats import COLUMNAR, FEATURE_FORMATS, GEODATABASE
from prospector.layers.tables import TABLES

FEATURE_ENDINGS = (
    *(ending for file_format in FEATURE_FORMATS for ending in file_format.endings), ".kmz", ".shz", ".zip",
    *COLUMNAR,
)  # fmt: skip

LAYER_ENDINGS = (*FEATURE_ENDINGS, *TABLES, *RASTER_ENDINGS, GEODATABASE)
"""How files end that may be layers."""

MINE = ("region.toml", "SOURCES.toml", "region.schema.json")

DEEPEST = 4
"""Folders within one another that are looked through."""

MOST_FILES = 500

ARC_GRID_FILE = "w001001.adf"


def candidates_of(places: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the files that may be layers, and those that are none by their ending, of files and folders.

    Parameters
    ----------
    places
        Files, which are looked at whatever their ending, and folders, which are looked through.

    Raises
    ------
    RegionError
        A place is not there, or there are more files than anyone means.
    """
    chosen, others = list[Path](), list[Path]()
    for place in places:
        if not place.exists():
            raise RegionError(f"{place}: no such file. Check its name.")
        if place.is_dir() and not _is_layer(place):
            inside = sorted(_files_in(place, DEEPEST))
            chosen += [path for path in inside if _is_layer(path)]
            others += [path for path in inside if not _is_layer(path)]
        else:
            chosen.append(place)
    chosen = list(dict.fromkeys(path.absolute() for path in chosen))
    belonging = set(_belonging(chosen))
    chosen = [path for path in chosen if path not in belonging]
    others = [path for path in others if path.absolute() not in belonging]
    if len(chosen) > MOST_FILES:
        raise RegionError(
            f"{len(chosen)} files may be layers, more than {MOST_FILES}. Name the files to use."
        )
    return chosen, others


def _is_layer(path: Path) -> bool:
    ending = path.suffix.lower()
    if path.name in MINE or ending not in LAYER_ENDINGS:
        return False
    if ending == ARC_GRID:
        return path.name.lower() == ARC_GRID_FILE
    return path.is_file() or ending == GEODATABASE


def _files_in(folder: Path, deepest: int) -> Iterator[Path]:
    """Give the files and file geodatabases of a folder and those in it; hidden ones and runs are left."""
    if (folder / "run.json").is_file():
        return
    for path in folder.iterdir():
        if path.name.startswith((".", "~$")) or path.name == "__MACOSX":
            continue
        if path.is_dir() and not _is_layer(path):
            if deepest > 1:
                yield from _files_in(path, deepest - 1)
        else:
            yield path


def _belonging(paths: Iterable[Path]) -> Iterator[Path]:
    """Give every file that belongs to another: a shapefile's table, a raster's statistics."""
    for path in paths:
        if path.is_file():
            yield from (file.absolute() for file in files_of(path)[1:])
