"""Shapes for files, made some at a time on several threads."""

import geopandas as gpd
import shapely
from pyproj import CRS

from prospector.gis import fields


def test_shapes_of_many_pieces_are_those_of_one(monkeypatch):
    """250 squares and one row without a shape, in pieces of 10 and in one: the same bytes in order."""
    squares = [shapely.box(500_000 + n, 7_000_000, 500_900 + n, 7_000_900) for n in range(250)]
    shapes = gpd.GeoSeries([*squares, None], crs="EPSG:32719")
    target = CRS("EPSG:4326")
    whole = fields.as_binary(shapes, target).tolist()
    monkeypatch.setattr(fields, "AT_ONCE", 10)
    assert fields.as_binary(shapes, target).tolist() == whole
    assert whole[-1] is None
    assert len({*whole[:-1]}) == 250
    assert len(fields.as_binary(shapes[:0], target)) == 0
