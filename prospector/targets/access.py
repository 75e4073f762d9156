"""How targets can be reached: columns beside them, never evidence, for people look where roads lead."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice
from prospector.evidence import compute_evidence
from prospector.evidence.surface import SurfaceParameters
from prospector.grid import FloatArray, polygons
from prospector.layers import ACCESS_ROLES, Layers

ACCESS_COLUMNS: dict[str, str] = {
    "nearest_town": "nearest town",
    "town_km": "distance to it in km, 0 inside; empty without a layer of towns",
    "nearest_port": "nearest port",
    "port_km": "distance to it in km, as the crow flies",
    "road_km": "distance to the nearest road in km, 0 where one crosses it",
    "power_line_km": "distance to the nearest power line in km, 0 where one crosses it",
    "well_km": "distance to the nearest well in km, 0 inside; empty without a layer of wells",
    "depth_to_water_m": "depth to water in that well in m; empty where it is not known",
    "elevation_m": "mean elevation in m; empty without relief",
}
"""Columns of a target's access, in order."""

AROUND_A_POINT_M = 500.0
"""The elevation of a point is the mean so far around it."""

_COLUMN = {
    "towns": "town_km",
    "ports": "port_km",
    "roads": "road_km",
    "power_lines": "power_line_km",
    "wells": "well_km",
}
_NAME = {"towns": "nearest_town", "ports": "nearest_port"}


def join_access(outlines: gpd.GeoSeries, layers: Layers) -> pd.DataFrame:
    """Return the columns of `ACCESS_COLUMNS` for outlines, or points, in the grid's CRS; their index.

    Distances go from the nearest edge, straight, in the plane of the grid's CRS: they err as it does.
    What a layer lacks is not known: a road that it does not show may be nearer.
    """
    table = pd.DataFrame(index=outlines.index)
    for role in ACCESS_ROLES:
        away, nearest = _nearest(outlines, layers, role)
        if role in _NAME:
            table[_NAME[role]] = _names(nearest)
        if role == "wells":
            table["depth_to_water_m"] = np.round(_depths(nearest), 1)
        table[_COLUMN[role]] = np.round(away / 1000, 2)
    table["elevation_m"] = np.round(_elevation(outlines, layers), 0)
    return table[list(ACCESS_COLUMNS)]


def access_notices(layers: Layers) -> list[Notice]:
    """Return which columns are empty for want of a layer."""
    lacking = [role for role in ACCESS_ROLES if layers.vector(role) is None]
    lacking += [] if layers.raster("relief") else ["relief"]
    return [Notice("access-columns-empty", "note", {"roles": lacking})] if lacking else []


def _nearest(outlines: gpd.GeoSeries, layers: Layers, role: str) -> tuple[FloatArray, pd.DataFrame]:
    """Return metres from each outline to the nearest feature of a role, and that feature's columns."""
    layer = layers.vector(role)
    if layer is None:
        return np.full(len(outlines), np.nan), pd.DataFrame(index=range(len(outlines)))
    shapes = layer.features.geometry.to_numpy()
    found, metres = shapely.STRtree(shapes).query_nearest(
        outlines.to_numpy(), all_matches=False, return_distance=True
    )
    columns = pd.DataFrame(layer.features.drop(columns=layer.features.geometry.name))
    return np.asarray(metres), columns.iloc[found[1]]


def _names(features: pd.DataFrame) -> list[str]:
    names = features.get("name", pd.Series("", index=features.index))
    return [str(name) for name in names.fillna("")]


def _depths(wells: pd.DataFrame) -> FloatArray:
    depths = wells.get("depth_to_water_m", pd.Series(np.nan, index=wells.index))
    return np.asarray(depths, dtype=float)


def _elevation(outlines: gpd.GeoSeries, layers: Layers) -> FloatArray:
    if not len(outlines) or layers.raster("relief") is None:
        return np.full(len(outlines), np.nan)
    flat = outlines.area == 0
    areas = outlines.where(~flat, outlines.buffer(AROUND_A_POINT_M)) if flat.any() else outlines
    units = polygons(gpd.GeoDataFrame(geometry=areas))
    return compute_evidence("surface", layers, units, parameters=SurfaceParameters(role="relief"))
