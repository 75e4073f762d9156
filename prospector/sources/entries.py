"""What a fetch leaves in a region: the file, its entry in SOURCES.toml, and the layer in region.toml."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely
from rasterio.errors import RasterioError

from prospector.errors import SourceError
from prospector.grid import Bounds
from prospector.layers.files import sha256_of
from prospector.region.editing import set_table
from prospector.region.region_file import SOURCES_FILE
from prospector.region.toml_values import read_toml

PAGES_FOLDER = ".prospector-fetch"
MOVING = "moving-in"
"""Folders of a region: what a fetch has not ended yet, and what it was about to move into place."""

FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""The date that GDAL writes into files: equal rows give equal bytes."""

WRITE_ERRORS = (
    OSError, RasterioError, pyogrio.errors.DataSourceError, pyogrio.errors.FieldError, RuntimeError,
)  # fmt: skip


def copy_of(folder: Path, file_name: str) -> Mapping[str, Any] | None:
    """Return what SOURCES.toml says of a file that is there; None where it is not there or not listed."""
    sources = folder / SOURCES_FILE
    if not (folder / file_name).is_file() or not sources.is_file():
        return None
    entry = read_toml(sources).get(file_name)
    return entry if isinstance(entry, dict) else None


def age_of(entry: Mapping[str, Any], today: datetime.date) -> str:
    """Return the date of a copy and its age in words.

    Examples
    --------
    >>> age_of({"date": "2026-01-01"}, datetime.date(2026, 1, 8))
    '2026-01-01 (7 days old)'
    """
    text = str(entry.get("date", ""))
    try:
        days = (today - datetime.date.fromisoformat(text)).days
    except ValueError:
        return text or "an unknown date"
    if days <= 0:
        return f"{text} (of today)"
    return f"{text} ({days} {'day' if days == 1 else 'days'} old)"


def mark_of(source: str) -> str:
    """Return what the entry of a file says where it is a copy of a source."""
    return f"from the source '{source}'"


def free_name(folder: Path, file_name: str, source: str) -> str:
    """Return the name under which a source's file is written: with the source's before it where it is taken.

    Examples
    --------
    >>> free_name(Path("nowhere"), "faults.gpkg", "segemar_250k")
    'faults.gpkg'
    """
    if (folder / file_name).exists() and not _is_copy(folder, file_name, source):
        return f"{source}_{file_name}"
    return file_name


def refuse_others(folder: Path, file_name: str, source: str) -> None:
    """Raise SourceError where a file of that name is not a copy of this source, or was changed since.

    Nobody's own work is replaced.
    """
    file = folder / file_name
    if not file.exists():
        return
    if not _is_copy(folder, file_name, source):
        raise SourceError(
            f"{file}: already exists and is not a copy of this source. Rename it, or give the "
            "source's layer another filename."
        )
    entry = copy_of(folder, file_name) or {}
    digest = sha256_of(file)
    if digest not in (entry.get("sha256"), _moving_in(folder, file_name, source)):
        raise SourceError(
            f"{file}: was changed since it was fetched. Rename it to keep the changes, or remove it, and run "
            "the command again."
        )


def _is_copy(folder: Path, file_name: str, source: str) -> bool:
    """Whether a file is a copy of a source, by its entry or because a fetch was killed before the entry."""
    entry = copy_of(folder, file_name)
    noted = entry is not None and mark_of(source) in str(entry.get("done", ""))
    return noted or bool(_moving_in(folder, file_name, source))


def moving_in(folder: Path, file_name: str, source: str, aside: Path) -> None:
    """Note that a file is about to be moved into place, lest a kill before its entry makes it a stranger."""
    mark = folder / PAGES_FOLDER / MOVING / file_name
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(f"{source} {sha256_of(aside)}\n", encoding="utf-8")


def _moving_in(folder: Path, file_name: str, source: str) -> str | None:
    """Return the hash of a file of a source that was about to be moved into place; None where none was."""
    try:
        name, _, digest = (
            (folder / PAGES_FOLDER / MOVING / file_name).read_text("utf-8").partition(" ")
        )
    except (OSError, UnicodeDecodeError):
        return None
    return digest.strip() if name == source else None


@contextlib.contextmanager
def moved_in_whole(file: Path, source: str | None) -> Iterator[Path]:
    """Give the place to write a file apart, and move it to its own when it is whole.

    Parameters
    ----------
    file
        Where it is to lie.
    source
        Whose copy it is: a kill before its entry then leaves a file that the next fetch replaces.

    Raises
    ------
    SourceError
        It cannot be written.
    """
    aside = file.with_name(f".{file.stem}.new{file.suffix}")
    try:
        aside.unlink(missing_ok=True)
        yield aside
        if source is not None:
            moving_in(file.parent, file.name, source, aside)
        aside.replace(file)
    except WRITE_ERRORS as error:
        raise SourceError(
            f"{file}: cannot be written ({getattr(error, 'strerror', None) or error}). Free some space, or "
            "check the folder's permissions."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def write_features(
    table: gpd.GeoDataFrame, file: Path, layer: str, *, source: str | None = None
) -> None:
    """Write features to a GeoPackage, as `moved_in_whole` does."""
    kinds = {kind for kind in table.geom_type.dropna() if kind}
    multi = any(kind.startswith("Multi") for kind in kinds)
    with moved_in_whole(file, source) as aside, _fixed_date():
        pyogrio.write_dataframe(
            table, aside, layer=layer, driver="GPKG", promote_to_multi=multi,
            dataset_options={"VERSION": "1.3"}, layer_options=_own_columns(table),
        )  # fmt: skip


def _own_columns(table: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the names of GeoPackage's own columns where a column of the table has one of them."""
    taken = {str(column).lower() for column in table.columns if column != table.geometry.name}
    own = {"FID": ("fid", "row_id"), "GEOMETRY_NAME": ("geom", "outline")}
    return {option: names[1] for option, names in own.items() if names[0] in taken}


def write_box(box: Bounds, file: Path, *, source: str) -> None:
    """Write a box as GeoJSON, with corners each tenth of a degree: where a layer of a source is complete."""
    outline = shapely.segmentize(shapely.box(*box.as_tuple()), 0.1)
    shape = json.loads(shapely.to_geojson(shapely.set_precision(outline, 1e-6)))
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}) + "\n"
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(text, encoding="utf-8")
    moving_in(file.parent, file.name, source, aside)
    aside.replace(file)


def note_source(folder: Path, file_name: str, entry: Mapping[str, Any]) -> None:
    """Write where a file comes from into SOURCES.toml, with its hash; other entries and comments stay."""
    with_hash = dict(entry) | {"sha256": sha256_of(folder / file_name)}
    set_table(folder / SOURCES_FILE, (file_name,), with_hash)
    (folder / PAGES_FOLDER / MOVING / file_name).unlink(missing_ok=True)


def note_layer(file: Path, name: str, values: Mapping[str, Any]) -> str | None:
    """Add a layer to region.toml unless one reads the same file already; return the name that was added.

    Of one that does, the date of the register is renewed.
    """
    layers = read_toml(file).get("layers", {})
    for present, entry in layers.items():
        if isinstance(entry, dict) and entry.get("file") == values["file"]:
            if "as_of" in values and "as_of" in entry:
                set_table(file, ("layers", present), {"as_of": values["as_of"]})
            return None
    free = name
    number = 2
    while free in layers:
        free, number = f"{name}_{number}", number + 1
    set_table(file, ("layers", free), values)
    return free


@contextlib.contextmanager
def _fixed_date() -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
