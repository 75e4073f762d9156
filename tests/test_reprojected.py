"""Features in another CRS: as geopandas has them, some at a time."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from prospector import reprojected as room
from prospector.reprojected import reprojected


@pytest.mark.parametrize("at_once", [1, 7, 200_000])
def test_features_are_as_geopandas_places_them(monkeypatch, at_once):
    """However few vertices are moved at once; outlines that are missing or empty stay so."""
    monkeypatch.setattr(room, "VERTICES_AT_ONCE", at_once)
    random = np.random.default_rng(0)
    outlines = [
        *shapely.buffer(shapely.points(random.uniform(-70, -68, (5, 2))), 0.1),
        None,
        shapely.Polygon(),
    ]
    table = gpd.GeoDataFrame(
        {"rank": range(7), "name": list("abcdefg")}, geometry=outlines, crs="EPSG:4326",
        index=[3, 1, 4, 15, 9, 2, 6],
    ).rename_geometry("outline")  # fmt: skip
    assert_geodataframe_equal(reprojected(table, "EPSG:32719"), table.to_crs("EPSG:32719"))


def test_no_feature_is_no_feature():
    """An empty layer keeps its columns and takes the CRS."""
    table = gpd.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326")
    moved = reprojected(table, "EPSG:32719")
    assert (len(moved), list(moved.columns), moved.crs) == (0, ["name", "geometry"], "EPSG:32719")
