"""What a layer resolves, how far it may lie off, what of it was drawn from descriptions."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from prospector.layers import Layers, VectorLayer
from prospector.layers.exactness import cell_m, map_resolution_m
from prospector.layers.rasters import RasterLayer
from prospector.region.region_tables import LayerEntry, SourceEntry

UTM = CRS.from_epsg(32719)
STATED = dict.fromkeys(("origin", "citation", "licence", "date", "coverage", "done"), "x")


def source(**keys):
    return SourceEntry(**{**STATED, "scale": "x", "schematic": False, "sha256": "0" * 64, **keys})


def layer(n=2, stated=None, *, entry=None, **columns):
    points = [shapely.Point(1000.0 * i, 0.0) for i in range(n)]
    features = gpd.GeoDataFrame(columns, geometry=points, crs=UTM)
    given = LayerEntry(role="faults", file="x", **(entry or {}))
    return VectorLayer("a", "faults", "a", features, given, stated, "")


def raster(columns_at, rows_at, crs, stated=None, **keys):
    values = np.zeros((len(rows_at), len(columns_at)))
    entry = LayerEntry(role="relief", file="x", **keys)
    return RasterLayer("r", "relief", "r", values, columns_at, rows_at, crs, entry, stated, "")


@pytest.mark.parametrize(
    ("scale", "metres"),
    [
        ("1:1,000,000; schematic ones 10 km", 500.0),
        ("1:250 000", 125.0),
        ("1:50.000 in the west, 1:100.000 in the east", 50.0),
        ("map 1 : 25'000, 2019", 12.5),
        ("1:10M", 5000.0),
        ("0.4 degree", None),
        ("about 10 km", None),
    ],
)
def test_a_map_resolves_half_a_millimetre_of_its_paper(scale, metres):
    """At 1:1,000,000 that is 500 m; the coarsest of several scales counts."""
    assert map_resolution_m(scale) == metres


def test_a_layer_resolves_what_its_entry_says_else_what_its_map_does():
    """The key comes before the scale of the source; without both nothing is known."""
    assert layer(entry={"resolution_m": 30.0}, stated=source(scale="1:100,000")).resolution_m == 30
    assert layer(stated=source(scale="1:100,000")).resolution_m == 50
    assert layer().resolution_m is None


def test_a_raster_resolves_no_more_than_its_cells():
    """Cells of 2 km with data of 5 km resolve 5 km; a stated 100 m does not make them finer."""
    at = np.arange(3) * 2000.0
    assert raster(at, at[::-1], UTM).resolution_m == 2000
    assert raster(at, at[::-1], UTM, resolution_m=5000.0).resolution_m == 5000
    assert raster(at, at[::-1], UTM, resolution_m=100.0).resolution_m == 2000
    assert raster(at, at[::-1], UTM, source(scale="1:10,000,000")).resolution_m == 5000


def test_cells_of_degrees_are_measured_on_the_ground():
    """At 60 degrees north a degree of longitude is half as long as one of latitude, 111.2 km."""
    assert cell_m(4.0, 1.0, CRS.from_epsg(4326), 60.0) / 1000 == pytest.approx(222.4, abs=0.1)
    assert cell_m(1000.0, 500.0, CRS.from_epsg(2263), 0.0) == pytest.approx(304.8, abs=0.1)


def test_a_feature_says_itself_how_far_it_may_lie_off():
    """An empty cell takes what the layer states: by its entry, else by its source."""
    columns = {"tolerance_m": [300.0, None]}
    assert layer(entry={"tolerance_m": 2000.0}, **columns).exactness.tolerance_m.tolist() == [
        300.0, 2000.0,
    ]  # fmt: skip
    stated = layer(stated=source(tolerance_m=500.0), **columns)
    assert stated.exactness.tolerance_m.tolist() == [300.0, 500.0]
    assert (stated.tolerance_m, layer().tolerance_m) == (500.0, None)


def test_a_feature_says_itself_whether_it_was_drawn_from_descriptions():
    """Whatever the source says of its layer."""
    mixed = layer(2, source(schematic=True), schematic=[False, True])
    assert mixed.exactness.schematic.tolist() == [False, True]
    assert mixed.schematic
    assert not layer(2, source(schematic=True), schematic=[False, False]).schematic
    assert layer(2, source(schematic=True)).exactness.schematic.tolist() == [True, True]


def test_joined_layers_keep_what_each_states():
    """A surveyed layer and a schematic one of the same role."""
    surveyed = layer(1, source(scale="1:100,000"), entry={"tolerance_m": 100.0})
    drawn = layer(2, source(schematic=True), entry={"tolerance_m": 10_000.0})
    both = Layers(UTM.to_wkt(), (surveyed, drawn)).vector("faults").exactness
    assert both.tolerance_m.tolist() == [100.0, 10_000.0, 10_000.0]
    assert both.schematic.tolist() == [False, True, True]
    assert both.effective_m.tolist() == [100.0, 10_000.0, 10_000.0]
    assert both.resolution_m.tolist() == [50.0, 0.0, 0.0]
