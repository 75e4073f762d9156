"""Each kind of evidence against an answer worked out by hand, and one law for all: cuts do not matter."""

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from prospector.errors import ModelError
from prospector.evidence import KINDS, compute_evidence, evidence_unit, kind, register_kind
from prospector.evidence.basins import spill_level
from prospector.evidence.burn import coverage, inside, touched
from prospector.evidence.burned import grid_distance
from prospector.evidence.features import Features
from prospector.evidence.kind import validate_parameters
from prospector.evidence.segments import Segments
from prospector.evidence.tiles import cell_distance
from prospector.grid import Grid, Window, cells
from prospector.layers import Layers
from prospector.layers.exactness import Exactness
from prospector.layers.rasters import RasterLayer
from prospector.region.region_tables import LayerEntry
from tests.evidence.test_evidence import UTM, evidence, layers, vector

SIZE = 100.0
GRID = Grid(UTM.to_wkt(), 400_000.0, 7_300_000.0, SIZE, (90, 150))


def wandering_lines(seed, n=6, vertices=30, step_m=400.0):
    """Lines that wander in and out of the grid."""
    random = np.random.default_rng(seed)
    lines = []
    for _ in range(n):
        start = random.uniform([395_000, 7_286_000], [420_000, 7_305_000])
        turn = np.cumsum(random.normal(0, 0.4, vertices)) + random.uniform(0, 7)
        step = step_m * np.column_stack([np.cos(turn), np.sin(turn)])
        lines.append(shapely.LineString(start + np.cumsum(step, axis=0)))
    return lines


def blobs(seed, n=5):
    """Polygons that overlap one another, some with a hole, some beyond the grid."""
    random = np.random.default_rng(seed)
    at = random.uniform([399_000, 7_290_000], [416_000, 7_301_000], (n, 2))
    made = [shapely.Point(*one).buffer(random.uniform(500, 3000), quad_segs=5) for one in at]
    return [made[0].difference(shapely.Point(*at[0]).buffer(300)), *made[1:]]


def segments_of(lines):
    return Features(vector("faults", lines).shapes, Exactness.alike(len(lines))).segments


# the kernels ----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 40]))
def test_the_distance_of_every_cell_is_true(seed, n):
    """As GEOS measures it, within a micrometre."""
    lines = wandering_lines(seed, n)
    east, north = GRID.centres()
    points = shapely.points(east.ravel()[::17], north.ravel()[::17])
    wanted = shapely.distance(points, shapely.MultiLineString(lines))
    found = cell_distance(segments_of(lines), GRID).ravel()[::17]
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_a_capped_distance_is_true_below_the_cap_and_infinite_beyond():
    """The cap only saves work."""
    segments = segments_of(wandering_lines(1))
    whole, capped = cell_distance(segments, GRID), cell_distance(segments, GRID, at_most_m=1500.0)
    assert np.array_equal(capped, np.where(whole <= 1500, whole, np.inf))
    assert np.isinf(capped).any()


def test_no_feature_at_all_is_infinitely_far():
    """An empty window asks nothing of what does not exist."""
    nothing = Segments(np.empty((0, 2, 2)))
    assert np.isinf(cell_distance(nothing, GRID)).all()
    assert np.isinf(grid_distance(nothing, GRID)).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_grid_distance_is_within_half_a_diagonal_of_the_true_one(seed):
    """0.71 cell, at every distance."""
    segments = segments_of(wandering_lines(seed, 3))
    error = np.abs(grid_distance(segments, GRID) - cell_distance(segments, GRID))
    assert error.max() <= np.sqrt(0.5) * SIZE * 1.0001
    assert error.max() > 0.3 * SIZE


def test_far_features_are_measured_from_their_burned_cells_too():
    """400 km away the window cannot be widened; the answer is that of the burned cell."""
    line = shapely.LineString([(800_050, 7_200_000), (800_050, 7_400_000)])
    found = grid_distance(segments_of([line]), GRID)
    np.testing.assert_allclose(found[5, 0], 400_000.0)


@pytest.mark.parametrize("seed", range(5))
def test_coverage_is_the_share_that_geos_clips(seed):
    """Overlaps once, holes out, within 1e-6."""
    features = Features(vector("salars", blobs(seed)).shapes, Exactness.alike(5))
    union = shapely.union_all(features.parts)
    boxes = cells(GRID).shapes()
    wanted = shapely.area(shapely.intersection(boxes, union)) / SIZE**2
    np.testing.assert_allclose(coverage(features.covering, GRID).ravel(), wanted, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_inside_is_whether_the_centre_lies_in_a_polygon(seed):
    """As GEOS says."""
    features = Features(vector("salars", blobs(seed)).shapes, Exactness.alike(5))
    union = shapely.union_all(features.parts)
    east, north = GRID.centres()
    assert np.array_equal(inside(features, GRID), shapely.contains_xy(union, east, north))


# one law for all kinds ------------------------------------------------------------------------


def relief_layer(role="relief", crs=UTM, seed=3):
    """Smooth hills on cells of 250 m, with a hole of nodata."""
    rows = np.arange(7_306_000.0, 7_280_000.0, -250.0)
    columns = np.arange(394_000.0, 424_000.0, 250.0)
    wave = np.random.default_rng(seed).uniform(1000, 4000, 4)
    values = 500 * np.sin(columns / wave[0]) * np.cos(rows / wave[1])[:, None] + columns / 50
    values[30:34, 40:46] = np.nan
    entry = LayerEntry(role=role, file="x.tif", unit="m")
    return RasterLayer(role, role, role, values, columns, rows, crs, entry, None, "")


def everything():
    points = [one.centroid for one in blobs(8, 40)]
    ages = np.random.default_rng(0).uniform(5, 60, len(points)).round(1)
    return (
        vector("faults", wandering_lines(2), fault_system=["a", "b"] * 3),
        vector(
            "geology",
            blobs(5),
            rock=["granite", "gravel", "granite", "tuff", "gravel"],
            age_ma=[280.0, 1.5, 31.0, 5.0, None],
            mapped=["yes", "no", "sí", "", "no"],
        ),
        vector(
            "dated_samples", points, age_ma=ages, cu_ppm=[f"<{a}" if a < 9 else a for a in ages]
        ),
        relief_layer(),
    )


CASES = {
    "distance": {"role": "faults", "strike_deg": [300.0, 60.0]},
    "distance, near": {"role": "faults", "measured": "near"},
    "distance, grid": {"role": "faults", "measured": "grid"},
    "distance, polygons": {"role": "geology", "at_most_m": 2000.0},
    "crossing": {
        "role": "faults",
        "first": {"where": {"fault_system": ["a"]}},
        "second": {"where": {"fault_system": ["b"]}},
    },
    "contact": {"role": "geology", "where": {"rock": ["granite"]}, "hole_m": 500.0},
    "density": {"role": "faults", "radius_m": 2500.0},
    "density, points": {"role": "dated_samples", "radius_m": 2500.0},
    "density, quartic": {"role": "faults", "radius_m": 2500.0, "kernel": "quartic"},
    "share": {"role": "geology", "where": {"rock": ["granite"]}},
    "class_value": {"role": "geology", "column": "rock", "values": {"granite": 1.0, "tuff": 0.3}},
    "attribute": {"role": "geology", "column": "age_ma"},
    "attribute, yes or no": {"role": "geology", "column": "mapped"},
    "surface": {"role": "relief"},
    "surface, circular": {"role": "relief", "resampling": "circular"},
    "surface, nearest": {"role": "relief", "resampling": "nearest"},
    "focal": {"role": "relief", "radius_m": 700.0, "statistic": "spread"},
    "terrain": {"role": "relief", "measure": "slope"},
    "closed_basin": {"role": "relief"},
    "nearest_attribute": {"role": "dated_samples", "column": "age_ma", "within_m": 4000.0},
    "geochemistry": {"role": "dated_samples", "column": "cu_ppm", "within_m": 9000.0},
    "area": {"role": "relief"},
}
KERNELS = {"density, quartic", "focal"}


def test_every_kind_has_its_case():
    """A new kind must obey the law as well."""
    assert {name.split(",")[0] for name in CASES} >= set(KINDS)


@pytest.mark.parametrize("name", CASES)
def test_how_a_region_is_cut_does_not_matter(name):
    """The same bits in a window as in the whole; within 1e-6 for kernels, whose sums differ."""
    chosen = name.split(",")[0]
    there = layers(*everything())
    parameters = validate_parameters(chosen, CASES[name], where="test")
    whole = compute_evidence(chosen, there, cells(GRID), parameters=parameters).reshape(GRID.shape)
    assert np.isfinite(whole).mean() > 0.15
    for row, column, shape in ((0, 0, (90, 150)), (13, 41, (37, 70)), (80, 140, (10, 10))):
        window = Window((0, 0), row, column, shape)
        part = compute_evidence(chosen, there, cells(GRID.part(window)), parameters=parameters)
        scale = np.nanmax(np.abs(whole)) * (1e-6 if name in KERNELS else 0)
        np.testing.assert_allclose(part.reshape(shape), whole[window.cells], rtol=0, atol=scale)


# each kind ------------------------------------------------------------------------------------

NINE = Grid(UTM.to_wkt(), 0.0, 3000.0, 1000.0, (3, 3))


def test_only_segments_of_the_strike_count():
    """A north-south line at 500 m and a NW one elsewhere: strike 300 to 330 sees only the second."""
    lines = [
        shapely.LineString([(500, -9000), (500, 9000)]),
        shapely.LineString([(9500, 0), (8500, 1000)]),
    ]
    faults = vector("faults", lines)
    values, _ = evidence(
        "distance", [faults], cells(NINE), role="faults", strike_deg=[300.0, 330.0]
    )
    np.testing.assert_allclose(values.reshape(3, 3)[2, 0], np.hypot(8000, 500) / 1000)


def test_nothing_of_the_strike_is_one_clear_error():
    """The range is named."""
    faults = vector("faults", [shapely.LineString([(0, 0), (0, 9)])])
    with pytest.raises(ModelError, match="no line strikes 80 to 100"):
        evidence("distance", [faults], cells(NINE), role="faults", strike_deg=[80.0, 100.0])


def test_a_crossing_is_where_two_sets_meet():
    """They cross at (1500, 1500), the middle of the middle cell."""
    lines = [
        shapely.LineString([(1500, -9000), (1500, 9000)]),
        shapely.LineString([(0, 0), (3000, 3000)]),
    ]
    faults = vector("faults", lines, fault_system=["n", "ne"])
    values, _ = evidence(
        "crossing", [faults], cells(NINE), role="faults",
        first={"where": {"fault_system": ["n"]}}, second={"strike_deg": [30.0, 60.0]},
    )  # fmt: skip
    np.testing.assert_allclose(values.reshape(3, 3)[1], [1.0, 0.0, 1.0])


def test_sets_that_do_not_cross_are_one_clear_error():
    """The remedy is named."""
    faults = vector("faults", [shapely.LineString([(0, 0), (0, 9)])], fault_system=["a"])
    with pytest.raises(ModelError, match="do not cross"):
        evidence("crossing", [faults], cells(NINE), role="faults", first={}, second={})


def contact_case(**more):
    left, right = shapely.box(-9000, -9000, 1000, 9000), shapely.box(1000, -9000, 9000, 9000)
    geology = vector("geology", [left, right], rock=["diorite", "lava"])
    values, _ = evidence(
        "contact", [geology], cells(NINE), role="geology",
        where={"rock": ["diorite"]}, against={"rock": ["lava"]}, **more,
    )  # fmt: skip
    return values.reshape(3, 3)[1]


def test_a_contact_is_where_two_classes_touch():
    """Diorite and lava touch at 1000 m: cell centres are 0.5, 0.5 and 1.5 km away."""
    np.testing.assert_allclose(contact_case(), [0.5, 0.5, 1.5])


def test_a_hole_begins_outside_the_contact():
    """The ring begins 1 km out: 0.5 km in the body is 1.5 from it, then 0.5 short and 0.5 past it."""
    np.testing.assert_allclose(contact_case(hole_m=1000.0), [1.5, 0.5, 0.5])


def test_a_quartic_density_of_one_point_is_its_kernel():
    """3 / (pi r2) at the point, 9/16 of it at half the radius."""
    volcano = vector("volcanoes", [shapely.Point(1500, 1500)])
    values, _ = evidence(
        "density", [volcano], cells(NINE), role="volcanoes", radius_m=2000.0, kernel="quartic"
    )
    peak = 1000 * 3 / (np.pi * 4)
    np.testing.assert_allclose(values.reshape(3, 3)[1], [peak * 9 / 16, peak, peak * 9 / 16])


def test_a_class_has_its_stated_value_by_area():
    """The west column is granite (1), the middle half granite, half tuff (0.2), the east unstated."""
    rocks = [
        shapely.box(0, 0, 1500, 3000),
        shapely.box(1500, 0, 2000, 3000),
        shapely.box(2000, 0, 3000, 3000),
    ]
    geology = vector("geology", rocks, rock=["granite", "tuff", "gravel"])
    values, _ = evidence(
        "class_value", [geology], cells(NINE), role="geology",
        column="rock", values={"granite": 1.0, "tuff": 0.2},
    )  # fmt: skip
    np.testing.assert_allclose(values.reshape(3, 3)[0], [1.0, 0.6, np.nan])


def plain_raster(values, role="relief", spacing=1000.0):
    rows, columns = values.shape
    at = (np.arange(columns) + 0.5) * spacing, ((rows - np.arange(rows)) - 0.5) * spacing
    entry = LayerEntry(role=role, file="x.tif", unit="m")
    return RasterLayer(role, role, role, values, at[0], at[1], UTM, entry, None, "")


def test_directions_are_averaged_around_the_circle():
    """Halfway between 350 and 10 degrees is north, not south."""
    raster = plain_raster(np.array([[350.0, 10.0], [350.0, 10.0]]), role="surface")
    grid = Grid(UTM.to_wkt(), 500.0, 1500.0, 1000.0, (1, 1))
    values, _ = evidence("surface", [raster], cells(grid), role="surface", resampling="circular")
    assert np.sin(np.radians(values[0])) == pytest.approx(0.0, abs=1e-9)
    assert np.cos(np.radians(values[0])) == pytest.approx(1.0)


def test_a_finer_raster_is_averaged_over_the_cell():
    """Sixteen cells of a plane that rises by column: 1.5, not the value of one of them."""
    raster = plain_raster(np.tile(np.arange(12.0), (12, 1)), spacing=250.0)
    values, _ = evidence("surface", [raster], cells(NINE), role="relief")
    np.testing.assert_allclose(values.reshape(3, 3)[1, 1], 5.5)


def test_the_slope_of_a_plane_is_its_angle():
    """A rise of 1000 m over 1000 m is 45 degrees; its ruggedness is that of six neighbours."""
    raster = plain_raster(np.tile(np.arange(5) * 1000.0, (5, 1)))
    grid = Grid(UTM.to_wkt(), 1000.0, 4000.0, 1000.0, (3, 3))
    slope, _ = evidence("terrain", [raster], cells(grid), role="relief", measure="slope")
    rugged, _ = evidence("terrain", [raster], cells(grid), role="relief", measure="ruggedness")
    curved, _ = evidence("terrain", [raster], cells(grid), role="relief", measure="curvature")
    np.testing.assert_allclose(slope, 45.0)
    np.testing.assert_allclose(rugged, 1000 * np.sqrt(6))
    np.testing.assert_allclose(curved, 0.0, atol=1e-9)


def test_the_unit_of_a_form_of_relief_is_stated():
    """Degrees, metres, metres per square kilometre."""
    units = [
        evidence_unit("terrain", layers(), parameters=validate_parameters(
            "terrain", {"role": "relief", "measure": one}, where="test"))
        for one in ("slope", "ruggedness", "curvature")
    ]  # fmt: skip
    assert units == ["degrees", "m", "m per km2"]


@pytest.mark.parametrize(
    ("statistic", "wanted"), [("mean", 4.0), ("spread", np.sqrt(60 / 9)), ("range", 8.0)]
)
def test_a_focal_statistic_is_that_of_the_square(statistic, wanted):
    """0 to 8 around the middle: mean 4, variance 60/9, range 8."""
    raster = plain_raster(np.arange(9.0).reshape(3, 3))
    grid = Grid(UTM.to_wkt(), 1000.0, 2000.0, 1000.0, (1, 1))
    values, _ = evidence(
        "focal", [raster], cells(grid), role="relief", radius_m=1000.0, statistic=statistic
    )
    np.testing.assert_allclose(values, [wanted])


def test_a_basin_fills_to_its_lowest_rim():
    """A pit of 1 behind rims of 7 and 4 fills to 4; nodata drains."""
    ground = np.full((5, 5), 9.0)
    ground[2, 2], ground[2, 3], ground[2, 4] = 1.0, 4.0, 2.0
    assert spill_level(ground)[2, 2] == 4.0
    ground[1, 2] = np.nan
    assert spill_level(ground)[2, 2] == 1.0


def test_water_that_leaves_over_the_edge_leaves_no_basin():
    """A slope to the edge has no depth anywhere."""
    raster = plain_raster(np.tile(np.arange(5.0), (5, 1)))
    values, _ = evidence("closed_basin", [raster], cells(NINE), role="relief")
    np.testing.assert_allclose(values, 0.0)


def geochemistry(**parameters):
    at = [shapely.Point(x, 1500) for x in (500, 1500, 2500)]
    samples = vector("geochemistry", at, cu=[10.0, 20.0, 40.0], fe=[1000.0, 500.0, 250.0])
    values, _ = evidence(
        "geochemistry",
        [samples],
        cells(NINE),
        role="geochemistry",
        column="cu",
        least=1,
        **parameters,
    )
    return values.reshape(3, 3)[1]


def test_geochemistry_at_a_sample_is_the_sample():
    """The nearest one outweighs the rest, and one neighbour has no spread."""
    np.testing.assert_allclose(geochemistry(within_m=900.0), np.log([10, 20, 40]))
    np.testing.assert_allclose(geochemistry(within_m=900.0, statistic="spread"), 0.0)


def test_a_centred_log_ratio_does_not_see_a_common_factor():
    """log(cu / sqrt(cu fe)): half of log(cu / fe)."""
    wanted = 0.5 * np.log([10 / 1000, 20 / 500, 40 / 250])
    found = geochemistry(within_m=900.0, transform="clr", parts=["cu", "fe"])
    np.testing.assert_allclose(found, wanted)


def test_too_few_samples_give_no_value():
    """Two wanted, one there."""
    at = [shapely.Point(500, 1500)]
    samples = vector("geochemistry", at, cu=[10.0])
    values, _ = evidence(
        "geochemistry",
        [samples],
        cells(NINE),
        role="geochemistry",
        column="cu",
        within_m=9e5,
        least=2,
    )
    assert np.isnan(values).all()


# the extension point --------------------------------------------------------------------------


def test_the_example_of_a_kind_of_ones_own_runs(monkeypatch):
    """The one in CONTRIBUTING.md: 2.5 km east of the outcrop a plane of 45 degrees is 2.5 km deep."""
    monkeypatch.setattr(kind, "KINDS", dict(kind.KINDS))
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example, *_ = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(example, {})
    values, unit = evidence("plunge", [], cells(NINE), outcrop_easting_m=0.0, dip_deg=45.0)
    np.testing.assert_allclose(values[:3], [0.5, 1.5, 2.5])
    assert unit == "km"


def test_a_name_is_taken_once(monkeypatch):
    """Two packages cannot both call theirs `share`."""
    monkeypatch.setattr(kind, "KINDS", dict(kind.KINDS))
    with pytest.raises(ValueError, match="exists"):
        register_kind("share", KINDS["area"])


def test_an_installed_package_brings_its_kinds(monkeypatch):
    """By the entry-point group prospector.evidence."""
    point = kind.metadata.EntryPoint(
        "test_area", "prospector.evidence.polygons:_AREA", kind.ENTRY_POINTS
    )
    monkeypatch.setattr(kind.metadata, "entry_points", lambda group: [point])
    monkeypatch.setattr(kind, "KINDS", dict(kind.KINDS))
    kind._load_entry_points.cache_clear()
    assert "test_area" in kind.known_kinds()
    kind._load_entry_points.cache_clear()


def test_layers_without_the_role_are_one_clear_error():
    """The role is named."""
    with pytest.raises(ModelError, match="'relief'"):
        evidence("terrain", [], cells(NINE), role="relief", measure="slope")
    assert Layers("EPSG:32719", ()).raster("relief") is None


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 100_000), capped=st.booleans())
def test_a_window_of_the_grid_distance_is_a_part_of_the_whole(seed, capped):
    """Few features near and far, windows of any shape: the same bits as one transform of all cells."""
    random = np.random.default_rng(seed)
    whole = Grid(UTM.to_wkt(), 0.0, 40_000.0, 100.0, (400, 400))
    begin = random.uniform(500, 39_500, (random.integers(1, 12), 2))
    end = np.clip(begin + random.normal(0, 2000, begin.shape), 200, 39_800)
    segments = Segments(np.stack([begin, end], axis=1))
    ground = np.ones(whole.shape, dtype=bool)
    ground[touched(segments, whole)] = False
    wanted = distance_transform_edt(ground) * 100.0
    row, column = random.integers(0, 300, 2)
    rows, columns = random.integers(1, 100, 2)
    shape = int(rows), int(columns)
    part = Grid(UTM.to_wkt(), column * 100.0, 40_000.0 - row * 100.0, 100.0, shape)
    cap = float(random.uniform(500, 20_000)) if capped else np.inf
    here = wanted[row : row + rows, column : column + columns]
    found = grid_distance(segments, part, at_most_m=cap)
    np.testing.assert_array_equal(found, np.where(here <= cap, here, np.inf))
