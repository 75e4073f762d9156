"""Geometry on its way in: of its role's dimension, valid, in the region's CRS, near the region."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from prospector.grid import BoolArray, Bounds, FloatArray, Grid
from prospector.layers.crs import bounds_in
from prospector.layers.reading import Reading
from prospector.layers.turned import middles, remedy, turned_into

Shapes = NDArray[np.object_]

MARGIN_M = 300_000.0
"""Features up to this far beyond the grid are kept: a fault outside the region still counts."""

EDGE_M = 5_000.0
"""Longest edge that is projected as it is: along a parallel it bows by less than a metre up to 65 degrees."""

EDGE_DEGREES = 0.05
TURN_DEGREES = 360.0
HALF_TURN = 180.0
ROUNDING_DEGREES = 1e-6

MOSTLY = 0.5
"""Share of the features far off that another CRS must bring into the region: a few may by chance."""

CLOSED_LINES = (
    "Its closed lines are outlines: make polygons of them, e.g. with 'Lines to polygons' of QGIS."
)

FLAT = 2
"""Coordinates of a vertex without height or measure."""

DIMENSION = {"point": 0, "line": 1, "polygon": 2}


def usable_geometry(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features with flat, valid geometry of their role's dimension, each once.

    Several points of one feature become features of their own.

    Raises
    ------
    LayerError
        None has geometry of that dimension.
    """
    features = _flat_and_finite(reading, features)
    flat = features.geometry.to_numpy()
    dimension = DIMENSION[reading.role.geometry]
    apart = _has_parts_apart(flat, dimension)
    invalid = ~shapely.is_valid(flat)
    reading.notice("geometries-repaired", "note", int(invalid.sum()))
    flat[invalid] = np.array([_repaired(shape) for shape in flat[invalid]], dtype=object)
    parts = _parts_of_dimension(flat, dimension)
    fits = ~shapely.is_empty(parts)
    closed = ~fits & (dimension == DIMENSION["polygon"]) & _are_closed_lines(flat)
    if not fits.any():
        kinds = ", ".join(sorted(set(features.geom_type))) or "no geometry"
        remedy = CLOSED_LINES if closed.any() else "Give another file or another role."
        raise reading.fail(
            "role",
            f"{reading.path} holds {kinds}, but the role '{reading.role_name}' needs "
            f"{reading.role.geometry}s. {remedy}",
        )
    geometry = reading.role.geometry
    reading.notice("closed-lines-dropped", "caution", int(closed.sum()))
    reading.notice(
        "features-of-other-geometry", "note", int((~fits & ~closed).sum()), geometry=geometry
    )
    reading.notice("parts-of-other-geometry", "note", int((apart & fits).sum()), geometry=geometry)
    kept = features.set_geometry(gpd.GeoSeries(parts, index=features.index, crs=features.crs))
    return each_once(reading, kept[fits] if dimension else _points(reading, kept[fits]))


def _has_parts_apart(shapes: Shapes, dimension: int) -> BoolArray:
    """Return which shapes are collections of which parts of another dimension lie apart. Shape (n,).

    Points within a polygon, which label it, and lines of its border add nothing to it.
    """
    apart = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for index in np.flatnonzero(apart):
        parts = shapely.get_parts(shapely.get_parts(shapes[index]))
        fits = shapely.get_dimensions(parts) == dimension
        nearest = shapely.distance(parts[~fits][:, None], parts[fits][None, :])
        apart[index] = bool((nearest > 0).all(axis=1).any())
    return np.asarray(apart)


def _are_closed_lines(shapes: Shapes) -> BoolArray:
    """Return which shapes are lines that end where they begin, as outlines do in drawings. Shape (n,)."""
    return np.asarray((shapely.get_dimensions(shapes) == 1) & shapely.is_closed(shapes))


def _repaired(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape made valid; parts of a feature that overlap are its ground, also where they do.

    Equal parts are taken once: thousands of them cost gigabytes.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]
    >>> _repaired(shapely.MultiPolygon(squares)).area
    7.0
    """
    if shape.geom_type != "MultiPolygon":
        return shapely.make_valid(shape)
    parts = shapely.get_parts(shape)
    once = np.unique(shapely.to_wkb(parts), return_index=True)[1]
    return shapely.union_all(shapely.make_valid(parts[np.sort(once)]))


def _flat_and_finite(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the features that have a geometry, without Z, every vertex of which is a number."""
    flat = features.geometry.to_numpy().copy()
    has_z, deep = shapely.has_z(flat), shapely.get_coordinate_dimension(flat) > FLAT
    flat[deep] = shapely.force_2d(flat[deep])
    hollow = shapely.is_missing(flat) | shapely.is_empty(flat)
    broken = _have_broken_vertices(flat)
    hollow |= broken & (shapely.get_type_id(flat) == shapely.GeometryType.POINT)
    reading.notice("features-without-geometry", "note", int(hollow.sum()))
    reading.notice("vertices-not-finite", "caution", int((broken & ~hollow).sum()))
    kept = ~(hollow | broken)
    reading.notice("z-dropped", "note", int((has_z & kept).sum()))
    crs = features.crs
    return features[kept].set_geometry(gpd.GeoSeries(flat[kept], features.index[kept], crs=crs))


def _have_broken_vertices(shapes: Shapes) -> BoolArray:
    """Return which shapes have a vertex that is no number, shape (n,): hardly ever any."""
    broken = np.zeros(len(shapes), dtype=bool)
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        vertices, feature = shapely.get_coordinates(shapes, return_index=True)
        broken[feature[~np.isfinite(vertices).all(axis=1)]] = True
    return broken


def _points(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a feature for each point."""
    several = shapely.get_num_geometries(features.geometry.to_numpy()) > 1
    reading.notice("points-parted", "note", int(several.sum()))
    return features.explode(index_parts=False)


def each_once(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features without those whose shape and columns an earlier one has, too."""
    geometry = features.geometry
    alike = _may_be_equal(geometry.to_numpy())
    digests = list(map(_digest, geometry[alike]))
    same = features[alike].assign(geometry_digest=digests).drop(columns=geometry.name)
    twice = np.zeros(len(features), dtype=bool)
    twice[alike] = same.astype(str).duplicated()
    reading.notice("duplicates-dropped", "note", int(twice.sum()))
    return features[~twice].reset_index(drop=True)


def _may_be_equal(shapes: Shapes) -> BoolArray:
    """Return which shapes have the bounds and the number of vertices of another, shape (n,): few have."""
    looks = np.column_stack([shapely.bounds(shapes), shapely.get_num_coordinates(shapes)])
    return pd.DataFrame(looks).duplicated(keep=False).to_numpy()


def _digest(shape: BaseGeometry | None) -> str:
    """Return a text that no other shape has; one for all rows that have none."""
    return hashlib.sha256(b"" if shape is None else shape.wkb).hexdigest()


def near_region(reading: Reading, features: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """Return the features that lie in the region or near it, in the grid's CRS.

    They are cut to the region and its margin, and long edges get vertices, in the CRS that they come in:
    there an edge is straight, in the grid's it is bowed.

    Raises
    ------
    LayerError
        No feature is near the region.
    """
    window = bounds_in(features.crs, grid.bounds.widened(MARGIN_M), grid)
    if reading.role.geometry == "line" and features.crs.is_geographic:
        reading.notice("lines-around-earth", "caution", _go_around(features))
    outside = _outside_world(features)
    near = features[~outside]
    if window is not None and features.crs != CRS.from_user_input(grid.crs):
        near = _cut_to(reading, near, window)
    near = projected(near, grid)
    placed = np.isfinite(near.bounds.to_numpy()).all(axis=1)
    reading.notice("features-outside-world", "note", int(outside.sum() + (~placed).sum()))
    near = near[placed]
    near = near[_meets(near.bounds.to_numpy(), grid.bounds.widened(MARGIN_M))]
    if near.empty:
        bounds = ", ".join(f"{round(value, 2):.10g}" for value in features.total_bounds)
        raise reading.fail(
            "file",
            f"{reading.path} lies wholly outside the region and its margin of {MARGIN_M / 1000:.0f} km "
            f"(its bounds: {bounds}). {remedy(reading, middles(_bounds(features)), features.crs, grid)}",
        )
    beyond = len(features) - int(outside.sum() + (~placed).sum()) - len(near)
    reading.notice("features-beyond-region", "note", beyond, km=MARGIN_M / 1000)
    if len(near) < len(features):
        dropped = features[~features.index.isin(near.index)]
        turn, count = turned_into(middles(_bounds(dropped)), features.crs, grid)
        if turn is not None and (turn.crs is None or count >= MOSTLY * len(dropped)):
            reading.notice("features-turned", "caution", count, how=turn.how)
    if near.geometry.name != "geometry":
        near = near.rename_geometry("geometry")
    return near.reset_index(drop=True)


def _go_around(features: gpd.GeoDataFrame) -> int:
    """Return how many lines have an edge of more than half a turn: most likely they cross 180 degrees."""
    west, _, east, _ = features.bounds.to_numpy().T
    shapes = features.geometry.to_numpy()[east - west > HALF_TURN]
    parts, line = shapely.get_parts(shapes, return_index=True)
    vertices, part = shapely.get_coordinates(parts, return_index=True)
    wide = (np.abs(np.diff(vertices[:, 0])) > HALF_TURN) & (np.diff(part) == 0)
    return len(np.unique(line[part[1:][wide]]))


def _bounds(features: gpd.GeoDataFrame) -> FloatArray:
    return np.asarray(features.bounds.to_numpy(dtype=float))


def projected(features: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """Return features in the grid's CRS, long edges bowed as they are on the ground."""
    if features.crs != CRS.from_user_input(grid.crs):
        features = _with_short_edges(features)
    return features.to_crs(grid.crs)


def _outside_world(features: gpd.GeoDataFrame) -> BoolArray:
    """Return which features have degrees that no place on Earth has; none in metres."""
    west, south, east, north = features.bounds.to_numpy().T
    if not features.crs.is_geographic:
        return np.zeros(len(features), dtype=bool)
    pole, turn = 90.0 + ROUNDING_DEGREES, TURN_DEGREES + ROUNDING_DEGREES
    return np.asarray((south < -pole) | (north > pole) | (west < -turn) | (east > turn))


def _cut_to(reading: Reading, features: gpd.GeoDataFrame, window: Bounds) -> gpd.GeoDataFrame:
    """Return what lies in a window in the features' CRS; degrees of 0 to 360 are turned to it."""
    shapes, bounds = features.geometry.to_numpy(), features.bounds.to_numpy()
    dimension = DIMENSION[reading.role.geometry]
    inside = np.full(len(shapes), None, dtype=object)
    turns = (0.0, TURN_DEGREES, -TURN_DEGREES) if features.crs.is_geographic else (0.0,)
    for turn in turns:
        turned = Bounds(window.west + turn, window.south, window.east + turn, window.north)
        meets = np.flatnonzero(_meets(bounds, turned))
        pieces = _pieces_in(shapes[meets], bounds[meets], turned, dimension)
        if turn and len(pieces):
            reading.notice("longitudes-turned", "note")
            pieces = _moved_west(pieces, turn)
        earlier = inside[meets]
        both = ~shapely.is_missing(earlier)
        inside[meets] = np.where(both, shapely.union(earlier, pieces), pieces)
    kept = ~(shapely.is_missing(inside) | shapely.is_empty(inside))
    cut = gpd.GeoSeries(inside[kept], index=features.index[kept], crs=features.crs)
    return features[kept].set_geometry(cut)


def _moved_west(shapes: Shapes, degrees: float) -> Shapes:
    def moved(vertices: FloatArray) -> FloatArray:
        return np.asarray(vertices - np.array([degrees, 0.0]))

    return np.asarray(shapely.transform(shapes, moved), dtype=object)


def _pieces_in(shapes: Shapes, bounds: FloatArray, window: Bounds, dimension: int) -> Shapes:
    """Return the parts of shapes inside a window; those that lie in it whole are not touched."""
    west, south, east, north = bounds.T
    whole = (west >= window.west) & (east <= window.east)
    whole &= (south >= window.south) & (north <= window.north)
    pieces = shapes.copy()
    crossing = shapely.intersection(shapes[~whole], shapely.box(*window.as_tuple()))
    pieces[~whole] = _parts_of_dimension(crossing, dimension)
    return pieces


def _with_short_edges(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features whose long edges have vertices in between, so that they bow as the ground does."""
    crs = features.crs
    longest = (
        EDGE_DEGREES if crs.is_geographic else EDGE_M / crs.axis_info[0].unit_conversion_factor
    )
    shapes = features.geometry.to_numpy()
    vertices, feature = shapely.get_coordinates(shapes, return_index=True)
    edges = np.hypot(*np.diff(vertices, axis=0).T)
    long = np.unique(feature[1:][(edges > longest) & (feature[1:] == feature[:-1])])
    shapes[long] = shapely.segmentize(
        [_without_empty_parts(shape) for shape in shapes[long]], longest
    )
    return features.set_geometry(gpd.GeoSeries(shapes, index=features.index, crs=crs))


def _without_empty_parts(shape: BaseGeometry) -> BaseGeometry:
    """Return a geometry without parts and holes that are empty: GEOS crashes where it segmentizes one.

    Examples
    --------
    >>> _without_empty_parts(shapely.from_wkt("MULTILINESTRING ((0 0, 1 1), EMPTY)")).wkt
    'MULTILINESTRING ((0 0, 1 1))'
    """
    parts = shapely.get_parts(shape)
    hollow = shapely.is_empty(parts)
    holes = [ring for part in parts if isinstance(part, shapely.Polygon) for ring in part.interiors]
    if not hollow.any() and not any(ring.is_empty for ring in holes):
        return shape
    kept = [_without_empty_holes(part) for part in parts[~hollow]]
    if not isinstance(shape, BaseMultipartGeometry):
        return kept[0]
    several: Callable[[list[BaseGeometry]], BaseGeometry] = type(shape)
    return several(kept)


def _without_empty_holes(part: BaseGeometry) -> BaseGeometry:
    if not isinstance(part, shapely.Polygon):
        return part
    return shapely.Polygon(part.exterior, [ring for ring in part.interiors if not ring.is_empty])


def _parts_of_dimension(geometry: Shapes, dimension: int) -> Shapes:
    """Return each geometry reduced to its parts of one dimension; empty where it has none."""
    mixed = shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION
    fits = shapely.get_dimensions(geometry) == dimension
    parts = geometry.copy()
    parts[~fits | mixed] = shapely.Point()
    for index in np.flatnonzero(mixed):
        found = [
            part
            for part in shapely.get_parts(shapely.get_parts(geometry[index]))
            if shapely.get_dimensions(part) == dimension
        ]
        if found:
            parts[index] = shapely.union_all(found)
    return np.asarray(parts, dtype=object)


def _meets(bounds: FloatArray, window: Bounds) -> BoolArray:
    """Return which bounds, shape (n, 4), meet a window."""
    west, south, east, north = bounds.T
    return np.asarray(
        (west <= window.east)
        & (east >= window.west)
        & (south <= window.north)
        & (north >= window.south)
    )
