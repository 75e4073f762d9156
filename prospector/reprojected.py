"""Features in another CRS, with little more memory than they take."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

VERTICES_AT_ONCE = 200_000
"""Vertices that are transformed at once: each has several copies meanwhile."""


def reprojected(features: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return features in a CRS: each outline gives way to the new one, where nobody else holds it.

    Examples
    --------
    >>> town = gpd.GeoDataFrame(geometry=gpd.points_from_xy([-68.9], [-22.5]), crs="EPSG:4326")
    >>> reprojected(town, "EPSG:32719").geometry.x.round().tolist()
    [510286.0]
    """
    name, own = str(features.geometry.name), features.crs
    outlines = np.array(features.geometry.array, dtype=object)
    table = pd.DataFrame(features).drop(columns=name)
    del features
    part = np.cumsum(shapely.get_num_coordinates(outlines)) // VERTICES_AT_ONCE
    cuts = np.flatnonzero(np.diff(part, prepend=-1, append=-1)).tolist()
    for first, last in pairwise(cuts):
        outlines[first:last] = gpd.GeoSeries(outlines[first:last], crs=own).to_crs(crs).to_numpy()
    moved = gpd.GeoSeries(outlines, index=table.index, crs=crs)
    return gpd.GeoDataFrame(table.assign(**{name: moved}), geometry=name)
