"""Columns that say what the numbers of each row are of are not passed over in silence."""

import geopandas as gpd
import pytest
import shapely

from prospector.grid import Grid
from prospector.layers.features import features_of
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

GRID = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 2000.0, (100, 100))


def told(folder, role="geochemistry", **columns):
    """What is told of points in the region with columns of three rows, by code."""
    shapes = [shapely.Point(450_000 + 1000 * n, 7_300_000) for n in range(3)]
    if ROLES[role].geometry == "polygon":
        shapes = [shape.buffer(100) for shape in shapes]
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32719").to_file(folder / "g.gpkg")
    entry = LayerEntry(role=role, file="g.gpkg")
    path = folder / "g.gpkg"
    reading = Reading("g", path, entry, ROLES[role], role, folder / "region.toml")
    features_of(reading, GRID)
    return {notice.code: notice for notice in reading.notices}


@pytest.mark.parametrize("name", ["Unidad", "cu_unit", "UOM"])
def test_units_in_a_column_of_their_own_are_told_where_they_differ(tmp_path, name):
    """One row in percent among ppm."""
    notice = told(tmp_path, cu=[50.0, 1.2, 40.0], **{name: ["ppm", "%", "PPM"]})["units-differ"]
    assert (notice.count, notice.value("column")) == (1, name)


@pytest.mark.parametrize(
    ("role", "words"),
    [("geochemistry", ["ppm", "PPM", None]), ("geology", ["Fm. Uno", "Ma", "ka"])],
)
def test_one_unit_or_geological_units_are_no_matter(tmp_path, role, words):
    """A unit of rocks is no unit of a number."""
    assert "units-differ" not in told(tmp_path, role, unidad=words)


def test_a_row_for_each_element_is_told(tmp_path):
    """Its column of numbers would mix copper and gold; sites may be of several."""
    columns = {"elemento": ["Cu", "Au", "Cu"], "valor": [50.0, 0.2, 40.0]}
    assert told(tmp_path, **columns)["elements-in-rows"].count == 3
    assert "elements-in-rows" not in told(tmp_path, "sites", **columns)
