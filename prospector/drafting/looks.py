"""A first look at a file, opened by the project's own readers: each layer, band or sheet."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Geod
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp
from rasterio.io import DatasetReader

from prospector.drafting.coordinates import guess_places, swapped_places
from prospector.drafting.extents import (
    Extent,
    extent_of,
    extent_of_points,
    without_strays,
)
from prospector.drafting.names import legal_name
from prospector.drafting.stated import NOTHING_STATED, Stated
from prospector.errors import LayerError, RegionError
from prospector.grid import FloatArray
from prospector.layers.features import read_file
from prospector.layers.formats import (
    READ_ERRORS,
    feature_layer_names,
    open_raster,
    raster_names,
    reason_of,
)
from prospector.layers.places import NAMES, OUTLINE_NAMES
from prospector.layers.reading import Reading
from prospector.layers.registers import fold
from prospector.layers.roles import Role
from prospector.layers.tables import TABLES, WORKBOOK, read_table, sheet_names
from prospector.region.region_tables import LayerEntry

DIMENSIONS = ("point", "line", "polygon")
RASTER = "raster"

WORDS_KEPT = 400
"""Most frequent words of a column that are looked at."""


@dataclass(frozen=True)
class ColumnLook:
    """A column of a file.

    Parameters
    ----------
    is_number
        Whether it holds numbers and nothing else.
    words
        Its most frequent words, each with its number of features.
    filled, different
        How many features have a value, and how many values there are.
    quantiles
        Of numbers: what 5, 50 and 95 % of them lie below; None for words.
    """

    name: str
    is_number: bool
    words: tuple[tuple[str, int], ...] = ()
    filled: int = 0
    different: int = 0
    quantiles: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Look:
    """What a layer of features, a sheet, or a band of a raster holds.

    Parameters
    ----------
    path
        The file.
    layer, band
        Which part of the file, where it holds several.
    geometry
        ``"point"``, ``"line"``, ``"polygon"`` or ``"raster"``: what most of it is; empty where it cannot
        be used.
    count
        Features, or cells.
    crs
        As the file states it; None where it does not.
    extent
        In degrees; None where that cannot be known yet.
    own_bounds
        West, south, east, north in the file's own coordinates, stray points left out.
    cell
        Width of a raster's cell in the units of its coordinates.
    words
        What a raster says of a band: its description and unit.
    places
        Columns of coordinates of a table, by our names, where the reader does not take them by itself.
    problem
        Why it cannot be used; empty where it can.
    """

    path: Path
    layer: str | None = None
    band: int | None = None
    geometry: str = ""
    count: int = 0
    columns: tuple[ColumnLook, ...] = ()
    crs: CRS | None = None
    extent: Extent | None = None
    own_bounds: tuple[float, float, float, float] | None = None
    cell: float | None = None
    words: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def cell_m(self) -> float | None:
        """Width of a cell in metres, in the middle of a raster in degrees; None for features."""
        if self.cell is None or self.crs is None or self.own_bounds is None:
            return None
        if not self.crs.is_geographic:
            return self.cell * float(self.crs.axis_info[0].unit_conversion_factor)
        west, south, _, north = self.own_bounds
        middle = (south + north) / 2
        metres = Geod(ellps="WGS84").inv(west, middle, west + self.cell, middle)[2]
        return float(metres)


def with_crs(look: Look, crs: str) -> Look:
    """Return a look whose file states no CRS, in one.

    Raises
    ------
    RegionError
        PROJ does not know it.
    """
    if look.own_bounds is None:
        return look
    try:
        parsed = CRS.from_user_input(crs)
    except ProjError as error:
        raise RegionError(
            f"--crs {crs}: not a CRS that PROJ knows. Give e.g. --crs EPSG:32719."
        ) from error
    extent = extent_of(np.array([look.own_bounds]), parsed)
    return replace(look, crs=parsed, extent=extent, problem="")


def looks_of(
    path: Path, *, layer: str | None = None, stated: Stated = NOTHING_STATED
) -> list[Look]:
    """Return a look at each layer, sheet or band of a file; one that says why, where it cannot be read.

    Parameters
    ----------
    path
        The file.
    layer
        Only this one of several.
    stated
        Columns that hold the coordinates of tables.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            looks = list(_looks(path, stated))
    except LayerError as error:
        return [Look(path, problem=str(error))]
    except READ_ERRORS as error:
        return [Look(path, problem=f"{path} cannot be read: {reason_of(error)}.")]
    if layer is None:
        return looks
    names = [look.layer for look in looks if look.layer]
    if layer not in names:
        known = ", ".join(names) or "no layers by name"
        raise LayerError(f"{path} has no layer '{layer}'. It has: {known}.")
    return [look for look in looks if look.layer == layer]


def _looks(path: Path, stated: Stated) -> Iterator[Look]:
    if path.suffix.lower() in TABLES:
        sheets = sheet_names(reading_of(path)) if path.suffix.lower() == WORKBOOK else []
        yield from _features_of_parts(path, sheets, stated)
        return
    refused: LayerError | None = None
    try:
        yield from _features_of_parts(path, feature_layer_names(path), stated)
    except LayerError as error:
        refused = error
    try:
        yield from _rasters(path)
    except LayerError as error:
        if refused is not None:  # neither: which of the two says more depends on what the file is
            raise (error if _is_raster_by_name(path) else refused) from error


def _is_raster_by_name(path: Path) -> bool:
    return path.suffix.lower() in RASTER_ENDINGS


RASTER_ENDINGS = (
    ".tif", ".tiff", ".img", ".asc", ".bil", ".ers", ".nc", ".jp2", ".png", ".jpg", ".jpeg", ".adf", ".grd",
    ".gxf", ".map", ".rst", ".sdat", ".isg", ".bt", ".dt0", ".dt1", ".dt2", ".hgt", ".dem", ".xyz", ".vrt",
)  # fmt: skip
"""How files of rasters mostly end."""


def reading_of(
    path: Path, *, layer: str | None = None, columns: Mapping[str, str] | None = None
) -> Reading:
    """Return a file on its way into a look, as no role's."""
    entry = LayerEntry(role="surface", file=str(path), layer=layer, columns=dict(columns or {}))
    return Reading(path.stem, path, entry, Role("point"), "surface")


# features --------------------------------------------------------------------------------------


def _features_of_parts(path: Path, parts: list[str], stated: Stated) -> Iterator[Look]:
    """Give a look at each layer of a file; its name stands where there are several."""
    for part in parts if len(parts) > 1 else [None]:
        try:
            places = _places(path, part, stated) if path.suffix.lower() in TABLES else {}
            features = read_file(reading_of(path, layer=part, columns=places))
        except LayerError as error:
            if part is None:
                raise
            yield Look(path, part, problem=str(error))
            continue
        yield replace(_look_at(path, part, features), places=places)


def _places(path: Path, part: str | None, stated: Stated) -> dict[str, str]:
    """Return the columns of a table that hold its coordinates; none where the reader takes them by itself.

    Raises
    ------
    LayerError
        Longitudes stand where latitudes should, or no columns can hold coordinates.
    """
    rows = read_table(reading_of(path, layer=part)).rows
    named = stated.places(legal_name(part or path.stem), list(rows.columns))
    if named:
        return named
    swapped = swapped_places(rows)
    if swapped:
        options = " ".join(f"--column {ours}={theirs}" for ours, theirs in swapped.items())
        raise LayerError(
            f"{path}: latitudes beyond 90 degrees; latitude and longitude look swapped. If so: {options}."
        )
    usual = {fold(str(name)) for name in rows.columns}
    pairs = (("longitude", "latitude"), ("easting", "northing"))
    if any(all(usual.intersection(NAMES[axis]) for axis in pair) for pair in pairs):
        return {}
    guessed = guess_places(rows)
    if not guessed and not usual.intersection(OUTLINE_NAMES):
        raise LayerError(
            f"{path}: no coordinate columns among {', '.join(map(str, rows.columns))}. Name them: "
            "--column longitude=... --column latitude=..., or easting and northing with --crs."
        )
    return guessed


def _look_at(path: Path, layer: str | None, features: gpd.GeoDataFrame) -> Look:
    shapes = features.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    columns = tuple(
        _column(str(name), features[name])
        for name in features.columns
        if name != features.geometry.name
    )
    if not len(shapes):
        return Look(path, layer, columns=columns, problem=f"{path} holds no feature with geometry.")
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    geometry = _most(shapes)
    crs = features.crs
    of = extent_of_points if geometry == "point" else extent_of
    west, south, east, north = (without_strays(bounds) if geometry == "point" else bounds).T
    own = float(west.min()), float(south.min()), float(east.max()), float(north.max())
    return Look(
        path, layer, None, geometry, len(features), columns, crs,
        None if crs is None else of(bounds, crs), own,
        problem="" if crs is not None else f"{path} states no CRS.",
    )  # fmt: skip


def _most(shapes: Any) -> str:
    """Return the dimension of which most shapes are; of collections, the largest that they hold."""
    counts = np.bincount(np.maximum(shapely.get_dimensions(shapes), 0), minlength=3)
    return DIMENSIONS[int(counts.argmax())]


def _column(name: str, values: pd.Series) -> ColumnLook:
    known = values.dropna()
    is_number = bool(values.dtype.kind in "iuf")
    if is_number and (known % 1 == 0).all() and (known.abs() < 2**53).all():
        known = known.astype("int64")  # tables hold 14 as 14.0
    texts = known.astype(str).str.strip()
    texts = texts[texts != ""]
    counts = texts.value_counts(sort=False)
    ordered = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    words = tuple((str(word), int(count)) for word, count in ordered[:WORDS_KEPT])
    return ColumnLook(name, is_number, words, len(texts), len(counts), _quantiles(texts))


def _quantiles(texts: pd.Series) -> tuple[float, float, float] | None:
    """Return what 5, 50 and 95 % of numbers lie below, those that are plain; None where few are."""
    numbers = pd.to_numeric(texts.str.replace(",", "."), errors="coerce").dropna()
    if len(numbers) < len(texts) / 2 or not len(numbers):
        return None
    low, median, high = np.quantile(numbers, [0.05, 0.5, 0.95])
    return float(low), float(median), float(high)


# rasters ---------------------------------------------------------------------------------------


def _rasters(path: Path) -> Iterator[Look]:
    names: list[str | None] = list(raster_names(path)) or [None]
    for name in names:
        with open_raster(path, layer=name) as dataset:
            yield from _bands(path, name, dataset)


def _bands(path: Path, layer: str | None, dataset: DatasetReader) -> Iterator[Look]:
    """Give a look at each band; a picture is one look, of no use as a layer."""
    colours = list(dataset.colorinterp)
    values = [n for n, colour in enumerate(colours, 1) if colour != ColorInterp.alpha]
    transform = dataset.transform
    if transform.is_identity:
        yield Look(
            path, layer, problem=f"{path} has no georeference. Give a georeferenced GeoTIFF."
        )
        return
    if transform.a <= 0 or transform.e >= 0 or transform.b or transform.d:
        yield Look(path, layer, problem=f"{path} is not north up. Warp it, e.g. with gdalwarp.")
        return
    if {ColorInterp.red, ColorInterp.palette} & set(colours):
        yield Look(path, layer, problem=f"{path} is a picture: its numbers are colours.")
        return
    west, south, east, north = map(float, dataset.bounds)
    own = west, south, east, north
    box: FloatArray = np.array([own])
    crs = CRS.from_user_input(dataset.crs) if dataset.crs else None
    for band in values:
        said = [dataset.descriptions[band - 1], dataset.units[band - 1]]
        yield Look(
            path, layer, band if len(values) > 1 else None, RASTER, dataset.width * dataset.height, (),
            crs, None if crs is None else extent_of(box, crs), own, float(transform.a),
            " ".join(word for word in said if word),
            problem="" if crs is not None else f"{path} states no CRS.",
        )  # fmt: skip
