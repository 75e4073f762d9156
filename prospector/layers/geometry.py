"""Geometry on its way in: of its role's dimension, valid, in the region's CRS, near the region."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.grid import Bounds, Grid
from prospector.layers.reading import Reading

MARGIN_M = 300_000.0
"""Features up to this far beyond the grid are kept: a fault outside the region still counts."""

DIMENSION = {"point": 0, "line": 1, "polygon": 2}


def usable_geometry(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features with flat, valid geometry of their role's dimension, each once.

    Raises
    ------
    LayerError
        None has geometry of that dimension.
    """
    geometry = features.geometry
    hollow = geometry.isna() | geometry.is_empty
    reading.notice("features-without-geometry", "note", int(hollow.sum()))
    features = features[~hollow]
    reading.notice("z-dropped", "note", int(features.has_z.sum()))
    flat = shapely.force_2d(features.geometry.array)
    invalid = ~shapely.is_valid(flat)
    reading.notice("geometries-repaired", "note", int(invalid.sum()))
    mended = np.where(invalid, shapely.make_valid(flat), flat)
    parts = _parts_of_dimension(mended, DIMENSION[reading.role.geometry])
    fits = ~shapely.is_empty(parts)
    if not fits.any():
        found = ", ".join(sorted(set(features.geom_type)))
        raise reading.fail(
            "role",
            f"{reading.path} holds {found}, but the role '{reading.role_name}' needs "
            f"{reading.role.geometry}s. Give another file or another role.",
        )
    unfit = int((~fits).sum())
    reading.notice("features-of-other-geometry", "note", unfit, geometry=reading.role.geometry)
    kept = features.set_geometry(gpd.GeoSeries(parts, index=features.index, crs=features.crs))
    kept = kept[fits]
    same = kept.assign(geometry_wkb=kept.geometry.to_wkb(hex=True)).drop(columns=kept.geometry.name)
    twice = same.astype(str).duplicated()
    reading.notice("duplicates-dropped", "note", int(twice.sum()))
    return kept[~twice.to_numpy()].reset_index(drop=True)


def near_region(reading: Reading, features: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """Return the features in the grid's CRS that lie in the region or near it.

    Raises
    ------
    LayerError
        None does.
    """
    projected = features.to_crs(grid.crs)
    finite = np.isfinite(projected.bounds.to_numpy()).all(axis=1)
    reading.notice("features-outside-world", "note", int((~finite).sum()))
    projected = projected[finite]
    if len(projected) and projected.geometry.name != "geometry":
        projected = projected.rename_geometry("geometry")
    near = _meets(projected, grid.bounds.widened(MARGIN_M))
    if not near.any():
        found = ", ".join(f"{value:.2f}" for value in features.total_bounds)
        raise reading.fail(
            "file",
            f"{reading.path} lies wholly outside the region and its margin of {MARGIN_M / 1000:.0f} km "
            f"(its bounds: {found}). Check crs and the order of the axes, or drop the layer.",
        )
    reading.notice("features-beyond-region", "note", int((~near).sum()), km=MARGIN_M / 1000)
    return projected[near].reset_index(drop=True)


def _parts_of_dimension(geometry: NDArray[np.object_], dimension: int) -> NDArray[np.object_]:
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


def _meets(features: gpd.GeoDataFrame, bounds: Bounds) -> NDArray[np.bool_]:
    """Whether each feature's bounds meet the given ones."""
    box = features.bounds.to_numpy()
    return np.asarray(
        (box[:, 0] <= bounds.east)
        & (box[:, 2] >= bounds.west)
        & (box[:, 1] <= bounds.north)
        & (box[:, 3] >= bounds.south)
    )
