"""Files that decide a screening: region.toml, SOURCES.toml, and layers with all their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from prospector.layers.files import files_of, sha256_of
from prospector.region.region_file import SOURCES_FILE, Region


def deciding_hashes(region: Region) -> dict[str, str]:
    """Return the SHA-256 of every file that decides what a screening finds, by name, sorted.

    These are the region file, SOURCES.toml, the deposit models and registers of the region's own, and
    each layer's file and coverage with what belongs to them: the table of a shapefile, the mask of a
    raster, the files of a geodatabase. A name is the path from the region's folder as region.toml
    states it; what a caller gave in place of a file goes by the name that its layer has for it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from prospector import load_region, synthetic
    >>> with TemporaryDirectory() as folder:
    ...     list(deciding_hashes(load_region(synthetic.write_region(folder))))
    ['deposits.geojson', 'faults.geojson', 'region.toml', 'relief.tif']
    """
    return {name: sha256_of(path) for name, path in sorted(_deciding_files(region))}


def _deciding_files(region: Region) -> set[tuple[str, Path]]:
    """Return every file that decides with its name."""
    tables = [region.file_name, *([SOURCES_FILE] if region.sources else []), *region.own_files]
    found = {(name, region.folder / name) for name in tables if (region.folder / name).is_file()}
    for entry in region.layers.values():
        for file in filter(None, (entry.file, entry.coverage)):
            found.update(_named_files(region, file))
    return found


def _named_files(region: Region, file: str) -> Iterator[tuple[str, Path]]:
    """Give each file of what a layer names, with its name."""
    place = region.place_of(file)
    for path in files_of(place):
        if file in region.places:
            yield (file if path == place else f"{file}/{path.name}"), path
        else:
            beside = path.relative_to(place.parent).as_posix()
            yield (PurePosixPath(file).parent / beside).as_posix(), path


def given_in_python(region: Region) -> list[str]:
    """Return the keys of a region that a caller gave in place of files, e.g. ``"layers.faults"``.

    ``"region"`` alone stands for a region that was built without a region.toml.
    """
    if not region.file.is_file():
        return ["region"]
    layers = [
        f"layers.{name}"
        for name, entry in region.layers.items()
        if entry.file in region.places or entry.coverage in region.places
    ]
    models = [
        f"deposit_models.{name}"
        for name, model in region.own_models.items()
        if any(not (region.folder / file).is_file() for file in model.files)
    ]
    return [*layers, *models]
