"""Geometry on its way in: what is mended, dropped and counted, and where it lands."""

import struct

import geopandas as gpd
import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely

from prospector.errors import LayerError
from prospector.grid import Grid
from prospector.layers.features import features_of
from prospector.layers.geometry import projected
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

GRID = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 2000.0, (100, 100))


def read(path, role="land", **keys):
    """Return the features of a file and the notices of reading it, as counts by code."""
    entry = LayerEntry(role=role, file=path.name, **keys)
    reading = Reading("layer", path, entry, ROLES[role], role, path.parent / "region.toml")
    table = features_of(reading, GRID).table
    return table, {notice.code: notice.count for notice in reading.notices}


def written(path, shapes, crs="EPSG:4326", **columns):
    """Return the path of a GeoPackage with shapes."""
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path, driver="GPKG")
    return path


def scored_km2(shape):
    """Return the area in the grid of a shape in the grid's projection."""
    return shape.intersection(shapely.box(*GRID.bounds.as_tuple())).area / 1e6


def test_a_box_in_degrees_has_the_area_of_its_arcs(tmp_path):
    """Its corners joined by straight lines in metres err by 95 km2."""
    west, south, east, north = -70.3, -24.5, -67.7, -23.0
    across = np.linspace(west, east, 20_001)
    ring = [*((x, south) for x in across), *((x, north) for x in across[::-1])]
    right, straight = gpd.GeoSeries(
        [shapely.Polygon(ring), shapely.box(west, south, east, north)], crs="EPSG:4326"
    ).to_crs(GRID.crs)
    table, _ = read(written(tmp_path / "a.gpkg", [shapely.box(west, south, east, north)]))
    assert abs(scored_km2(straight) - scored_km2(right)) > 50
    assert scored_km2(table.geometry[0]) == pytest.approx(scored_km2(right), abs=0.1)


@pytest.mark.parametrize("turn", [0.0, 360.0])
def test_a_polygon_of_the_world_covers_the_region(tmp_path, turn):
    """Poles cannot be projected, the region can."""
    table, notices = read(
        written(tmp_path / "a.gpkg", [shapely.box(-180 + turn / 2, -90, 180 + turn / 2, 90)])
    )
    assert shapely.box(*GRID.bounds.as_tuple()).within(table.geometry[0])
    assert not notices.keys() & {"features-outside-world", "features-beyond-region"}


def test_degrees_from_0_to_360_are_turned(tmp_path):
    """290 degrees east are 70 degrees west."""
    near = shapely.box(-70, -24, -69, -23)
    table, _ = read(written(tmp_path / "a.gpkg", [near]))
    turned, _ = read(written(tmp_path / "b.gpkg", [shapely.box(290, -24, 291, -23)]))
    assert turned.geometry[0].symmetric_difference(table.geometry[0]).area < 1


def test_a_polygon_across_the_seam_of_0_to_360_is_whole(tmp_path):
    """One from 170 to 300 degrees east holds the region's west and nothing else of it."""
    table, _ = read(written(tmp_path / "a.gpkg", [shapely.box(170, -40, 291, -10)]))
    west, _ = read(written(tmp_path / "b.gpkg", [shapely.box(-75, -40, -69, -10)]))
    grid = shapely.box(*GRID.bounds.as_tuple())
    assert table.geometry[0].intersection(grid).area == pytest.approx(
        west.geometry[0].intersection(grid).area, rel=1e-9
    )


def test_long_edges_of_another_projection_are_followed(tmp_path):
    """A straight line of 300 km in zone 18 is none in zone 19."""
    ends = shapely.LineString([(900_000, 7_250_000), (1_200_000, 7_300_000)])
    table, _ = read(written(tmp_path / "a.gpkg", [ends], "EPSG:32718"), role="faults")
    middle = gpd.GeoSeries([ends.centroid], crs="EPSG:32718").to_crs(GRID.crs)[0]
    assert table.geometry[0].distance(middle) < 1
    assert gpd.GeoSeries([ends], crs="EPSG:32718").to_crs(GRID.crs)[0].distance(middle) > 10


def test_short_edges_are_not_touched(tmp_path):
    """What needs no vertex gets none."""
    shape = shapely.Point(-69, -24).buffer(0.02)
    table, _ = read(written(tmp_path / "a.gpkg", [shape]))
    exact = gpd.GeoSeries([shape], crs="EPSG:4326").to_crs(GRID.crs)[0]
    assert table.geometry[0].equals_exact(exact, 0)


@pytest.mark.parametrize("bad", [(np.nan, np.nan), (np.inf, 7.2e6), (5e5, -np.inf)])
def test_a_line_with_a_vertex_that_is_no_number_is_dropped_and_counted(tmp_path, bad):
    """Whatever stood there, the other line stays."""
    good = [(500_000, 7_250_000), (510_000, 7_260_000), (520_000, 7_290_000)]
    with np.errstate(invalid="ignore"):
        lines = [shapely.LineString(good), shapely.LineString([good[0], bad, good[2]])]
    path = written(tmp_path / "a.gpkg", lines, "EPSG:32719")
    table, notices = read(path, role="faults")
    assert len(table) == 1
    assert notices["vertices-not-finite"] == 1


def test_a_height_that_is_no_number_is_no_matter(tmp_path):
    """Z is dropped before vertices are looked at."""
    line = shapely.LineString([(500_000, 7_250_000, np.nan), (510_000, 7_260_000, 3)])
    table, notices = read(written(tmp_path / "a.gpkg", [line], "EPSG:32719"), role="faults")
    assert len(table) == 1
    assert "vertices-not-finite" not in notices


@pytest.mark.parametrize("heights", [0, 1])
def test_heights_are_dropped_and_no_other_vertex_is_touched(tmp_path, heights):
    """A line with or without them beside one without."""
    ends = [(500_000.0, 7_250_000.0), (510_000.0, 7_260_000.0)]
    deep = shapely.LineString([(*end, 7.0) for end in ends] if heights else ends)
    flat = shapely.LineString([(520_000.25, 7_250_000), (530_000, 7_260_000)])
    path = written(tmp_path / "a.gpkg", [deep, flat], "EPSG:32719")
    table, notices = read(path, role="faults")
    assert set(shapely.get_coordinate_dimension(table.geometry)) == {2}
    assert table.geometry[0].equals_exact(shapely.LineString(ends), 0)
    assert table.geometry[1].equals_exact(flat, 0)
    assert notices.get("z-dropped", 0) == heights


def test_points_of_one_feature_become_features(tmp_path):
    """As ArcGIS and PostGIS write them, of one point or several."""
    several = [
        shapely.MultiPoint([(5e5, 7.3e6)]),
        shapely.MultiPoint([(5.1e5, 7.3e6), (5.2e5, 7.3e6)]),
    ]
    table, notices = read(
        written(tmp_path / "a.gpkg", several, "EPSG:32719", name=["A", "B"]), role="towns"
    )
    assert set(table.geom_type) == {"Point"}
    assert table.name.tolist() == ["A", "B", "B"]
    assert notices["points-parted"] == 1


def open_ring():
    """Return a polygon, as WKB, whose ring does not end where it begins."""
    corners = [
        (500_000, 7_250_000),
        (510_000, 7_250_000),
        (510_000, 7_260_000),
        (500_000, 7_260_000),
    ]
    return struct.pack("<BII", 1, 3, 1) + struct.pack("<I8d", 4, *np.ravel(corners))


def surface():
    """Return a TIN as WKB, which no vector library of ours knows."""
    triangle = struct.pack("<BIII12d", 1, 1017, 1, 4, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0)
    return struct.pack("<BII", 1, 1016, 1) + triangle


@pytest.mark.filterwarnings("ignore:Registering non-standard")
@pytest.mark.parametrize(
    ("strange", "rows", "notice"),
    [(open_ring, 2, "rings-closed"), (surface, 1, "features-without-geometry")],
)
def test_one_strange_geometry_does_not_end_the_whole(tmp_path, strange, rows, notice):
    """An open ring is closed, what cannot be understood left out; both are counted."""
    whole = shapely.to_wkb(shapely.box(520_000, 7_250_000, 530_000, 7_260_000))
    pyogrio.raw.write(
        tmp_path / "a.gpkg", geometry=np.array([whole, strange()], dtype=object),
        field_data=[np.array([1, 2])], fields=["nr"], geometry_type="Unknown", crs="EPSG:32719",
        driver="GPKG",
    )  # fmt: skip
    table, notices = read(tmp_path / "a.gpkg")
    assert len(table) == rows
    assert notices[notice] == 1
    assert table.area.tolist() == pytest.approx([1e8] * rows)


def test_equal_parts_are_one(tmp_path):
    """Two thousand squares on one another are one square."""
    square = shapely.box(500_000, 7_250_000, 510_000, 7_260_000)
    path = written(tmp_path / "a.gpkg", [shapely.MultiPolygon([square] * 2000)], "EPSG:32719")
    table, notices = read(path)
    assert table.area.tolist() == [1e8]
    assert notices["geometries-repaired"] == 1


@pytest.mark.parametrize(
    ("other", "area"),
    [
        (shapely.box(505_000, 7_255_000, 515_000, 7_265_000), 1.75e8),
        (shapely.box(502_000, 7_252_000, 504_000, 7_254_000), 1e8),
        (shapely.box(510_000, 7_250_000, 520_000, 7_260_000), 2e8),
        (shapely.Polygon([(6e5, 72e5), (61e4, 721e4), (61e4, 72e5), (6e5, 721e4)]), 1.5e8),
    ],
)
def test_parts_of_a_feature_that_overlap_leave_no_hole(tmp_path, other, area):
    """A title of two sheets holds the ground that both show, and a part inside another is no hole."""
    square = shapely.box(500_000, 7_250_000, 510_000, 7_260_000)
    path = written(tmp_path / "a.gpkg", [shapely.MultiPolygon([square, other])], "EPSG:32719")
    table, notices = read(path)
    assert table.area.tolist() == pytest.approx([area])
    assert table.geometry.is_valid.all()
    assert notices["geometries-repaired"] == 1


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON ((-70 -25, -67 -25, -67 -23, -70 -25), EMPTY)",
        "MULTIPOLYGON (((-70 -25, -67 -25, -67 -23, -70 -25), EMPTY), EMPTY)",
        "MULTIPOLYGON (((-70 -25, -67 -25, -67 -23, -70 -25)), EMPTY)",
        "MULTILINESTRING ((-70 -25, -67 -23), EMPTY)",
    ],
)
def test_an_empty_part_of_a_shape_ends_no_process(wkt):
    """GEOS crashes where it puts vertices into long edges of such a shape."""
    shape = shapely.from_wkt(wkt)
    grid = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 1000.0, (100, 100))
    there = projected(gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4326"), grid).geometry[0]
    assert not shapely.is_empty(shapely.get_parts(there)).any()
    assert shapely.get_num_coordinates(there) > shapely.get_num_coordinates(shape)


SQUARE = shapely.box(-69.5, -24.5, -69.0, -24.0)
OUTLINE = shapely.LineString(SQUARE.exterior.coords)


def test_closed_lines_among_polygons_are_told(tmp_path):
    """They are outlines that somebody drew as lines: ground that would be missing."""
    path = written(
        tmp_path / "a.gpkg", [SQUARE, OUTLINE, shapely.LineString([(-69, -24), (-68, -24)])]
    )
    table, notices = read(path)
    assert len(table) == 1
    assert (notices["closed-lines-dropped"], notices["features-of-other-geometry"]) == (1, 1)


def test_a_file_of_closed_lines_says_how_they_become_polygons(tmp_path):
    """As drawings have them; open lines are another matter."""
    with pytest.raises(
        LayerError, match=r"needs polygons\. Its closed lines are outlines: make polygons"
    ):
        read(written(tmp_path / "a.gpkg", [OUTLINE]))
    with pytest.raises(LayerError, match=r"needs polygons\. Give another file or another role"):
        read(written(tmp_path / "b.gpkg", [shapely.LineString([(-69, -24), (-68, -24)])]))
    _, notices = read(written(tmp_path / "c.gpkg", [OUTLINE]), role="faults")
    assert "closed-lines-dropped" not in notices


def test_parts_of_another_geometry_are_counted(tmp_path):
    """Where they lie apart: a label's point in its polygon, or a line of its border, is none."""
    apart, within = (
        shapely.GeometryCollection([SQUARE, shapely.Point(east, -24.2), OUTLINE])
        for east in (-68.2, -69.2)
    )
    _, notices = read(written(tmp_path / "a.gpkg", [apart, within, SQUARE]))
    assert notices["parts-of-other-geometry"] == 1
