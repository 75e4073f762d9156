"""The kinds of evidence: each owns its parameters and a pure function of layers and units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pydantic import BaseModel, ConfigDict, PositiveFloat, ValidationError
from pyproj import CRS, Transformer
from shapely.geometry import mapping

from prospector.errors import ModelError
from prospector.grid import FloatArray, Units
from prospector.layers import Layers, RasterLayer, VectorLayer
from prospector.region import explain_validation

Where = dict[str, list[str]]


class _Parameters(BaseModel):
    """Every kind names the role that it reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: str


class DistanceParameters(_Parameters):
    """Distance to the nearest feature of a role, chosen by attribute with `where`."""

    where: Where = {}


class DensityParameters(_Parameters):
    """Features within a radius of the unit's centre: points, or km of line, per 1000 km2."""

    radius_m: PositiveFloat
    where: Where = {}


class ShareParameters(_Parameters):
    """Share of the unit's area that lies inside polygons of a role."""

    where: Where = {}


class SurfaceParameters(_Parameters):
    """A raster's value: bilinear at a cell's centre, the area's mean for a polygon."""


class NearestAttributeParameters(_Parameters):
    """An attribute of the nearest feature that has it, nodata beyond `within_m`."""

    column: str
    within_m: PositiveFloat


class AreaParameters(_Parameters):
    """Area of the unit itself."""


def distance(layers: Layers, units: Units, *, parameters: DistanceParameters) -> FloatArray:
    """Return the true distance in km from each unit to the nearest feature, to its geometry.

    Features beyond the region's edge count. A polygon unit has distance 0 to what it touches.
    Where the layer states a tolerance, nearer than that is not resolved and counts as that far.
    Shape (n,).
    """
    features = _chosen(layers, parameters.role, parameters.where)
    tree = shapely.STRtree(_pieces(features))
    places = units.points() if units.outlines is None else units.outlines
    (index, _), metres = tree.query_nearest(places, return_distance=True, all_matches=False)
    layer = layers.vector(parameters.role)
    tolerance_m = 0.0 if layer is None else layer.entry.tolerance_m or 0.0
    result = np.full(len(units), np.nan)
    result[index] = np.maximum(metres, tolerance_m) / 1000
    return result


def density(layers: Layers, units: Units, *, parameters: DensityParameters) -> FloatArray:
    """Return points, or km of line, per 1000 km2 within `radius_m` of each centre. Shape (n,)."""
    features = _chosen(layers, parameters.role, parameters.where)
    pieces = _pieces(features)
    discs = shapely.buffer(units.points(), parameters.radius_m, quad_segs=16)
    unit_index, piece_index = shapely.STRtree(pieces).query(discs, predicate="intersects")
    weight = np.ones(len(piece_index))
    if shapely.get_dimensions(pieces).max(initial=0) == 1:
        inside = shapely.intersection(pieces[piece_index], discs[unit_index])
        weight = shapely.length(inside) / 1000
    total = np.bincount(unit_index, weights=weight, minlength=len(units))
    disc_km2 = np.pi * (parameters.radius_m / 1000) ** 2
    return np.asarray(1000 * total / disc_km2, dtype=float)


def share(layers: Layers, units: Units, *, parameters: ShareParameters) -> FloatArray:
    """Return the share (0-1) of each unit inside the chosen polygons. Shape (n,)."""
    features = _chosen(layers, parameters.role, parameters.where)
    whole = _subdivided(features)
    squares = units.shapes()
    tree = shapely.STRtree(whole)
    result = np.zeros(len(units))
    inner_unit, _ = tree.query(squares, predicate="within")
    result[inner_unit] = 1.0
    unit_index, piece_index = tree.query(squares, predicate="intersects")
    partial = result[unit_index] < 1.0
    unit_index, piece_index = unit_index[partial], piece_index[partial]
    overlap = shapely.area(shapely.intersection(squares[unit_index], whole[piece_index]))
    result += np.bincount(unit_index, weights=overlap, minlength=len(units)) / shapely.area(squares)
    return np.asarray(np.clip(result, 0.0, 1.0), dtype=float)


def surface(layers: Layers, units: Units, *, parameters: SurfaceParameters) -> FloatArray:
    """Return the raster's value at each unit's centre, in the raster's unit; NaN where nodata.

    Bilinear at the centre of a cell, for the rasters of a screening are coarser than its cells; the
    mean over the covered area for a polygon (exactextract). Shape (n,).
    """
    raster = layers.raster(parameters.role)
    if raster is None:
        raise ModelError(f"No raster has the role '{parameters.role}'. Add one to region.toml.")
    if units.outlines is not None:
        return _mean_inside(raster, units)
    transformer = Transformer.from_crs(CRS.from_user_input(units.crs), raster.crs, always_xy=True)
    across, along = transformer.transform(units.easting, units.northing)
    return raster.sample(np.asarray(across), np.asarray(along))


def _mean_inside(raster: RasterLayer, units: Units) -> FloatArray:
    """Return the raster's mean over each polygon, cells weighted by the share that is covered."""
    half_width = (raster.columns_at[1] - raster.columns_at[0]) / 2
    half_height = (raster.rows_at[0] - raster.rows_at[1]) / 2
    source = NumPyRasterSource(
        raster.values,
        xmin=raster.columns_at[0] - half_width,
        xmax=raster.columns_at[-1] + half_width,
        ymin=raster.rows_at[-1] - half_height,
        ymax=raster.rows_at[0] + half_height,
        nodata=np.nan,
    )
    outlines = gpd.GeoSeries(units.outlines, crs=units.crs).to_crs(raster.crs)
    features = [{"type": "Feature", "geometry": mapping(one)} for one in outlines]
    found = exact_extract(source, features, ["mean"])
    means = [row["properties"]["mean"] for row in found]
    return np.array([np.nan if one is None else one for one in means], dtype=float)


def nearest_attribute(
    layers: Layers, units: Units, *, parameters: NearestAttributeParameters
) -> FloatArray:
    """Return a numeric attribute of the nearest feature that has one. Shape (n,)."""
    features = _chosen(layers, parameters.role, {})
    if parameters.column not in features.columns:
        raise ModelError(
            f"Role '{parameters.role}': no column '{parameters.column}'. "
            f"It has: {', '.join(features.columns)}."
        )
    number = pd.to_numeric(features[parameters.column], errors="coerce").to_numpy(dtype=float)
    has = np.isfinite(number)
    tree = shapely.STRtree(np.asarray(features.geometry.array, dtype=object)[has])
    index, nearest = tree.query_nearest(
        units.points(), max_distance=parameters.within_m, all_matches=False
    )
    result = np.full(len(units), np.nan)
    result[index] = number[has][nearest]
    return result


def area(layers: Layers, units: Units, *, parameters: AreaParameters) -> FloatArray:
    """Return each unit's area in km2. Shape (n,)."""
    del layers, parameters
    return units.area_km2


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: its parameters, its function and the unit of its values."""

    parameters: type[_Parameters]
    function: Callable[..., FloatArray]
    unit: str


KINDS: dict[str, Kind] = {
    "distance": Kind(DistanceParameters, distance, "km"),
    "density": Kind(DensityParameters, density, "per 1000 km2"),
    "share": Kind(ShareParameters, share, ""),
    "surface": Kind(SurfaceParameters, surface, ""),
    "nearest_attribute": Kind(NearestAttributeParameters, nearest_attribute, ""),
    "area": Kind(AreaParameters, area, "km2"),
}
"""Every kind of evidence by name."""


def validate_parameters(kind: str, parameters: dict[str, Any], *, where: str) -> _Parameters:
    """Return a kind's validated parameters; `where` names the model and entry in errors.

    Raises
    ------
    ModelError
        The kind is unknown, or a key or value does not fit it.
    """
    if kind not in KINDS:
        raise ModelError(f"{where}: '{kind}' is not a kind of evidence. Use: {', '.join(KINDS)}.")
    try:
        return KINDS[kind].parameters.model_validate(parameters)
    except ValidationError as error:
        raise ModelError(explain_validation(error, Path(where))) from error


def compute_evidence(
    kind: str, layers: Layers, units: Units, *, parameters: _Parameters
) -> tuple[FloatArray, str]:
    """Return one value a unit, shape (n,), NaN for nodata, with its unit of measure."""
    values = KINDS[kind].function(layers, units, parameters=parameters)
    unit = KINDS[kind].unit
    raster = layers.raster(parameters.role) if kind == "surface" else None
    return values, raster.unit if raster is not None else unit


def _chosen(layers: Layers, role: str, where: Where) -> gpd.GeoDataFrame:
    """Return the features of a role whose attributes are among the chosen ones."""
    layer: VectorLayer | None = layers.vector(role)
    if layer is None:
        raise ModelError(f"No vector layer has the role '{role}'. Add one to region.toml.")
    features = layer.features
    for column, values in where.items():
        if column not in features.columns:
            raise ModelError(
                f"Layer '{layer.name}': no column '{column}'. It has: {', '.join(features.columns)}."
            )
        features = features[features[column].isin(values)]
    if features.empty:
        raise ModelError(f"Layer '{layer.name}': no feature is left by {where}.")
    return features


def _pieces(features: gpd.GeoDataFrame) -> Any:
    """Return the single parts; lines are cut into segments so that a search touches few."""
    parts = shapely.get_parts(np.asarray(features.geometry.array, dtype=object))
    if shapely.get_dimensions(parts).max(initial=0) != 1:
        return parts
    coordinates, line = shapely.get_coordinates(parts, return_index=True)
    inner = line[1:] == line[:-1]
    ends = np.stack([coordinates[:-1][inner], coordinates[1:][inner]], axis=1)
    return shapely.linestrings(ends)


def _subdivided(features: gpd.GeoDataFrame, *, tile_m: float = 50_000.0) -> Any:
    """Return the union of polygons cut into tiles, so that overlaps count once and search is quick."""
    union = features.union_all()
    west, south, east, north = union.bounds
    columns = np.arange(west, east + tile_m, tile_m)
    rows = np.arange(south, north + tile_m, tile_m)
    corner_x, corner_y = np.meshgrid(columns[:-1] if len(columns) > 1 else columns, rows)
    tiles = shapely.box(corner_x, corner_y, corner_x + tile_m, corner_y + tile_m).ravel()
    shapely.prepare(union)
    tiles = tiles[shapely.intersects(union, tiles)]
    return shapely.get_parts(shapely.intersection(tiles, union))
