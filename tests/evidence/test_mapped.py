"""What a map does not show is unknown, not absent."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.compute.engine import Workers
from prospector.compute.store import Store, StoredRaster
from prospector.compute.windows import Workspace, evidence_on_cells
from prospector.evidence import compute_evidence, validate_parameters
from prospector.grid import Grid, Window, cells, polygons
from prospector.layers import Layers
from tests.evidence.test_evidence import UTM, evidence, layers, vector

GRID = Grid(UTM.to_wkt(), 0.0, 3000.0, 1000.0, (3, 3))
WEST, MIDDLE = shapely.box(0, -9e3, 1000, 9e3), shapely.box(1000, -9e3, 1600, 9e3)
"""Granite in the first column of cells; tuff on six tenths of the second; nothing is mapped east of it."""

ROCKS = vector("geology", [WEST, MIDDLE], rock=["granite", "tuff"])
GRANITE = {"role": "geology", "where": {"rock": ["granite"]}}
OF_CLASSES = {
    "share": GRANITE,
    "distance": GRANITE,
    "contact": GRANITE,
    "class_value": {"role": "geology", "column": "rock", "values": {"granite": 1, "tuff": 2}},
    "nearest_attribute": {"role": "geology", "column": "age_ma", "within_m": 9000.0},
}


def row(values):
    """The values of the middle row of cells."""
    return values.reshape(3, 3)[1]


@pytest.mark.parametrize("kind", OF_CLASSES)
def test_off_a_geological_map_every_kind_is_unknown(kind):
    """The third column is off the map; six tenths of the second are on it."""
    rocks = vector("geology", [WEST, MIDDLE], rock=["granite", "tuff"], age_ma=[300, 20])
    values, _ = evidence(kind, [rocks], **OF_CLASSES[kind])
    assert np.isfinite(row(values)).tolist() == [True, True, False]


def test_a_share_is_that_of_the_mapped_part():
    """Six tenths of the second column are mapped, and all of these are tuff."""
    values, _ = evidence("share", [ROCKS], role="geology", where={"rock": ["tuff"]})
    np.testing.assert_allclose(row(values), [0.0, 1.0, np.nan])


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("rock_class", "not surveyed"),
        ("class", "Unmapped "),
        ("lithology", "Sin datos"),
        ("GLG", "U"),
    ],
)
def test_ground_that_a_map_calls_not_surveyed_is_unknown(column, word):
    """As of the USGS geology of South America; a rock that is called U in another column is a rock."""
    rocks = vector("geology", [WEST, MIDDLE], **{column: ["granite", word]})
    values, _ = evidence("share", [rocks], role="geology", where={column: ["granite"]})
    np.testing.assert_allclose(row(values), [1.0, np.nan, np.nan])
    rocks = vector("geology", [WEST, MIDDLE], code=["Pz", "U"])
    values, _ = evidence("share", [rocks], role="geology", where={"code": ["Pz"]})
    np.testing.assert_allclose(row(values), [1.0, 0.0, np.nan])


@pytest.mark.parametrize("role", ["intrusions", "salars", "own_ground"])
def test_elsewhere_absent_is_absent_unless_coverage_is_given(role):
    """Without coverage there is none in the other columns; with it, that is known of the second alone."""
    bodies = vector(role, [WEST])
    np.testing.assert_allclose(row(evidence("share", [bodies], role=role)[0]), [1, 0, 0])
    bodies = replace(bodies, coverage=shapely.box(0, -9e3, 2000, 9e3))
    np.testing.assert_allclose(row(evidence("share", [bodies], role=role)[0]), [1, 0, np.nan])
    far, _ = evidence("distance", [bodies], role=role)
    np.testing.assert_allclose(row(far), [0, 0.5, np.nan])


def test_the_coverage_of_a_map_goes_before_its_polygons():
    """Where it says that it is complete, what it does not show is absent, but for what was not surveyed."""
    whole = shapely.box(-9e3, -9e3, 9e3, 9e3)
    rocks = replace(vector("geology", [WEST], rock_class=["intrusive"]), coverage=whole)
    np.testing.assert_allclose(row(evidence("share", [rocks], role="geology")[0]), [1, 0, 0])
    words = ["intrusive", "not surveyed"]
    rocks = replace(vector("geology", [WEST, MIDDLE], rock_class=words), coverage=whole)
    values, _ = evidence("share", [rocks], role="geology", where={"rock_class": ["intrusive"]})
    np.testing.assert_allclose(row(values), [1, np.nan, 0])


def test_what_one_of_two_layers_knows_is_known():
    """A second map of the third column; a layer without coverage knows everywhere."""
    east = vector("geology", [shapely.box(2000, -9e3, 3000, 9e3)], rock=["slate"])
    values, _ = evidence("share", [ROCKS, east], **GRANITE)
    np.testing.assert_allclose(row(values), [1, 0, 0])
    bounded = replace(vector("faults", [WEST.boundary]), coverage=WEST)
    values, _ = evidence("distance", [bounded, vector("faults", [MIDDLE.boundary])], role="faults")
    assert np.isfinite(values).all()


def test_a_polygon_unit_is_known_where_half_of_it_is_mapped():
    """One of two squares lies on the map."""
    squares = [shapely.box(800, 0, 1800, 1000), shapely.box(1200, 0, 2200, 1000)]
    units = polygons(gpd.GeoDataFrame(geometry=squares, crs=UTM))
    values, _ = evidence("share", [ROCKS], units, **GRANITE)
    np.testing.assert_allclose(values, [0.25, np.nan])


def test_the_area_of_a_unit_is_known_wherever_it_lies():
    """It is the unit's own."""
    values, _ = evidence("area", [ROCKS], role="geology")
    np.testing.assert_allclose(values, 1.0)


def test_points_off_a_stated_coverage_are_unknown_and_a_map_of_none_is_known_nowhere():
    """Ten samples outside say nothing of the density there; a map that was surveyed nowhere has no share."""
    points = replace(vector("volcanoes", [shapely.Point(2500, 1500)]), coverage=WEST)
    values, _ = evidence("density", [points], role="volcanoes", radius_m=600.0)
    np.testing.assert_allclose(row(values), [0, np.nan, np.nan])
    blank = vector("geology", [WEST], rock_class=["not surveyed"])
    assert np.isnan(evidence("share", [blank], role="geology")[0]).all()


SIDE = 12
BLOCKS = Grid(UTM.to_wkt(), 0.0, SIDE * 100.0, 100.0, (SIDE, SIDE))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.integers(-20, 120)] * 2, *[st.integers(5, 60)] * 2), min_size=1, max_size=6
    ),
    st.integers(0, SIDE - 1),
    st.integers(0, SIDE - 1),
)
def test_what_is_unknown_does_not_depend_on_the_windows(boxes, rows, columns):
    """The same bits in four windows as in the whole."""
    shapes = [shapely.box(10 * w, 10 * s, 10 * (w + e), 10 * (s + n)) for w, s, e, n in boxes]
    rocks = ["granite", "tuff", "lava", "granite", "tuff", "lava"][: len(shapes)]
    there = layers(vector("geology", shapes, rock=rocks))
    for kind in ("share", "distance"):
        parameters = validate_parameters(kind, GRANITE, where="test")
        whole = compute_evidence(kind, there, cells(BLOCKS), parameters=parameters)
        whole = whole.reshape(SIDE, SIDE)
        for down in (slice(0, rows), slice(rows, SIDE)):
            for across in (slice(0, columns), slice(columns, SIDE)):
                shape = (down.stop - down.start, across.stop - across.start)
                if not all(shape):
                    continue
                part = BLOCKS.part(Window((0, 0), down.start, across.start, shape))
                values = compute_evidence(kind, there, cells(part), parameters=parameters)
                np.testing.assert_array_equal(values.reshape(shape), whole[down, across])


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_know_what_is_covered(tmp_path, workers):
    """Layers that went through the store keep their coverage, and another coverage is another value."""
    asked = [("share", validate_parameters("share", {"role": "salars"}, where="test"))]
    workspace = Workspace(Store(str(tmp_path), 2), Workers(count=workers))
    for east, wanted in ((2000, [1, 0, np.nan]), (3000, [1, 0, 0]), (1000, [1, np.nan, np.nan])):
        ground = shapely.box(0, -9e3, east, 9e3)
        there = Layers(UTM.to_wkt(), (replace(vector("salars", [WEST]), coverage=ground),))
        [key] = evidence_on_cells(asked, GRID, there, workspace)
        values = StoredRaster(workspace.store, key, GRID, "").values
        np.testing.assert_allclose(values[1], wanted)
