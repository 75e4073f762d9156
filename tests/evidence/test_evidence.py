"""Evidence with answers that can be worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from prospector.errors import ModelError
from prospector.evidence import compute_evidence, evidence_unit, validate_parameters
from prospector.grid import Grid, cells, polygons
from prospector.layers import Layers, VectorLayer
from prospector.layers.rasters import RasterLayer
from prospector.region.region_tables import LayerEntry

UTM = CRS.from_epsg(32719)
GRID = Grid(UTM.to_wkt(), 0.0, 3000.0, 1000.0, (3, 3))


def vector(role, shapes, **columns):
    features = gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM)
    entry = LayerEntry(role=role, file="x.geojson")
    return VectorLayer(role, role, role, features, entry, None, "")


def layers(*items):
    return Layers(UTM.to_wkt(), items)


def evidence(kind, items, units=None, **parameters):
    valid = validate_parameters(kind, parameters, where="test")
    there = layers(*items)
    values = compute_evidence(kind, there, units or cells(GRID), parameters=valid)
    return values, evidence_unit(kind, there, parameters=valid)


def test_distance_is_to_the_geometry_and_sees_beyond_the_region():
    """A fault 2.5 km west of the first column's centres is 2.5, 3.5 and 4.5 km away."""
    fault = vector("faults", [shapely.LineString([(-2000, -9000), (-2000, 9000)])])
    values, unit = evidence("distance", [fault], role="faults")
    assert unit == "km"
    np.testing.assert_allclose(values.reshape(3, 3), [[2.5, 3.5, 4.5]] * 3)


def test_distance_below_the_tolerance_is_not_resolved():
    """A schematic line of 3 km tolerance puts everything nearer at 3 km."""
    fault = vector("faults", [shapely.LineString([(-2000, -9000), (-2000, 9000)])])
    coarse = LayerEntry(role="faults", file="x", tolerance_m=3000.0)
    fault = VectorLayer("f", "faults", "f", fault.features, coarse, None, "")
    values, _ = evidence("distance", [fault], role="faults")
    np.testing.assert_allclose(values.reshape(3, 3), [[3.0, 3.5, 4.5]] * 3)


def test_distance_chooses_features_by_attribute():
    """Only the named system counts."""
    lines = [shapely.LineString([(x, -9000), (x, 9000)]) for x in (500, 9500)]
    faults = vector("faults", lines, fault_system=["near", "far"])
    values, _ = evidence("distance", [faults], role="faults", where={"fault_system": ["far"]})
    assert values[0] == pytest.approx(9.0)


def test_no_feature_left_is_one_clear_error():
    """A choice that leaves nothing says what was asked."""
    faults = vector("faults", [shapely.LineString([(0, 0), (1, 1)])], fault_system=["a"])
    with pytest.raises(ModelError, match="no feature meets"):
        evidence("distance", [faults], role="faults", where={"fault_system": ["b"]})


def test_density_counts_points_within_the_disc():
    """One volcano at the middle cell: 1000 / (pi r2) per 1000 km2 there."""
    volcano = vector("volcanoes", [shapely.Point(1500, 1500)])
    values, _ = evidence("density", [volcano], role="volcanoes", radius_m=900.0)
    np.testing.assert_allclose(values[4], 1000 / (np.pi * 0.81))
    assert np.count_nonzero(values) == 1


def test_density_of_a_line_is_its_length_in_the_disc():
    """A line through the centre of a disc of 1 km has 2 km in pi km2, to a piece of 1/32 km."""
    line = vector("faults", [shapely.LineString([(1500, -9000), (1500, 9000)])])
    values, _ = evidence("density", [line], role="faults", radius_m=1000.0)
    np.testing.assert_allclose(values[4], 2000 / np.pi, rtol=1 / 32)


def test_share_is_exact_and_overlaps_count_once():
    """Two copies of a polygon over the west column and a half: 1, 0.5, 0."""
    box = shapely.box(0, 0, 1500, 3000)
    salars = vector("salars", [box, box], name=["a", "b"])
    values, _ = evidence("share", [salars], role="salars")
    np.testing.assert_allclose(values.reshape(3, 3), [[1.0, 0.5, 0.0]] * 3)


def raster(values):
    rows = np.array([2500.0, 1500.0, 500.0])
    return RasterLayer(
        "relief", "relief", "relief", values, rows[::-1], rows, UTM,
        LayerEntry(role="relief", file="x.tif", unit="m"), None, "",
    )  # fmt: skip


def test_surface_is_the_raster_at_cell_centres():
    """On its own grid a raster is sampled unchanged; nodata stays nodata."""
    values = np.arange(9.0).reshape(3, 3)
    values[0, 2] = np.nan
    found, unit = evidence("surface", [raster(values)], role="relief")
    np.testing.assert_allclose(found.reshape(3, 3)[1:], values[1:])
    assert np.isnan(found[2])
    assert unit == "m"


def test_surface_of_a_polygon_is_its_mean():
    """The west column holds 0, 3 and 6: mean 3."""
    column = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 3000)], crs=UTM)
    values = np.arange(9.0).reshape(3, 3)
    found, _ = evidence("surface", [raster(values)], polygons(column), role="relief")
    np.testing.assert_allclose(found, [3.0])


def test_nearest_attribute_stops_at_its_reach():
    """Beyond the reach there is no value."""
    samples = vector("dated_samples", [shapely.Point(500, 500)], age_ma=[38.0])
    found, _ = evidence(
        "nearest_attribute", [samples], role="dated_samples", column="age_ma", within_m=1100.0
    )
    assert found.reshape(3, 3)[2, :2].tolist() == [38.0, 38.0]
    assert np.isnan(found.reshape(3, 3)[0, 2])


def test_an_unknown_key_of_a_kind_is_refused():
    """The error names the key."""
    with pytest.raises(ModelError, match="radius"):
        validate_parameters("distance", {"role": "faults", "radius": 3}, where="model, evidence.x")


@pytest.mark.parametrize("cut", [1, 2])
def test_evidence_does_not_depend_on_how_cells_are_cut(cut):
    """Scoring some rows alone gives the same bits as scoring them with the rest."""
    fault = vector("faults", [shapely.LineString([(-500, -9000), (4200, 9000)])])
    whole, _ = evidence("distance", [fault], role="faults")
    part = Grid(GRID.crs, GRID.west, GRID.north, GRID.cell_size_m, (cut, 3))
    some, _ = evidence("distance", [fault], cells(part), role="faults")
    assert np.array_equal(some, whole[: 3 * cut])


def test_distance_inside_a_polygon_is_0():
    """A salar that ends 1.6 km from the west: two columns lie in it, the third 0.9 km outside."""
    salar = vector("salars", [shapely.box(-9000, -9000, 1600, 9000)])
    for measured in ("true", "near", "grid"):
        values, _ = evidence("distance", [salar], role="salars", measured=measured)
        np.testing.assert_array_equal(values.reshape(3, 3)[:, :2], 0.0)
        assert (values.reshape(3, 3)[:, 2] > 0.8).all()
    values, _ = evidence("distance", [salar], role="salars")
    np.testing.assert_allclose(values.reshape(3, 3), [[0.0, 0.0, 0.9]] * 3)


def test_a_polygon_unit_inside_a_polygon_is_at_distance_0():
    """Salars are measured as whole ground, not as their shore; a unit 2 km east of it is 2 km away."""
    salar = vector("salars", [shapely.box(-9000, -9000, 9000, 9000)])
    boxes = [shapely.box(0, 0, 1000, 1000), shapely.box(11_000, 0, 12_000, 1000)]
    units = polygons(gpd.GeoDataFrame(geometry=boxes, crs=UTM))
    values, _ = evidence("distance", [salar], units, role="salars")
    np.testing.assert_allclose(values, [0.0, 2.0])


def crossing_lines(tolerance_m=None):
    """Return a line to the north and one to the north-east, which meet in the middle cell's centre."""
    lines = [
        shapely.LineString([(1500, -9000), (1500, 9000)]),
        shapely.LineString([(0, 0), (3000, 3000)]),
    ]
    features = vector("faults", lines, fault_system=["n", "ne"]).features
    entry = LayerEntry(role="faults", file="x", tolerance_m=tolerance_m)
    return VectorLayer("f", "faults", "f", features, entry, None, "")


def test_a_crossing_nearer_than_the_tolerance_is_not_resolved():
    """The middle cell lies on the crossing: of lines drawn to within 0.6 km it is 0.6 km away."""
    sets = {
        "first": {"where": {"fault_system": ["n"]}},
        "second": {"where": {"fault_system": ["ne"]}},
    }
    for tolerance_m, middle in ((None, 0.0), (600.0, 0.6)):
        values, _ = evidence("crossing", [crossing_lines(tolerance_m)], role="faults", **sets)
        np.testing.assert_allclose(values.reshape(3, 3)[1], [1.0, middle, 1.0])


def test_a_set_of_lines_does_not_cross_itself():
    """All lines of a layer as both sets: every vertex would be a crossing, so it is an error."""
    with pytest.raises(ModelError, match="the two sets of lines do not cross"):
        evidence("crossing", [crossing_lines()], role="faults", first={}, second={})
