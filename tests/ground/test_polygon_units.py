"""Polygons as units: of any role that has polygons, and how near to one a deposit counts as inside."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio.features
import shapely

import prospector
from prospector import grid as grids
from prospector.errors import ModelError
from prospector.grid import Grid, Window
from prospector.ground.burned_outlines import BurnedOutlines
from prospector.ground.polygons import Burned, PolygonGround
from prospector.ground.protocol import Scale
from prospector.region import load_deposit_model

CRS = "EPSG:32719"
UNIT = """
[layers.rocks]
role = "geology"
file = "rocks.geojson"

[override.porphyry_copper.deposit_model]
unit = "{unit}"
"""


def ground(near_m):
    """Two squares of 10 km, 10 km apart, with evidence 1 and 2."""
    boxes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(20_000, 0, 30_000, 10_000)]
    units = grids.polygons(gpd.GeoDataFrame(geometry=boxes, crs=CRS))
    grid = Grid(CRS, 0.0, 10_000.0, 1000.0, (10, 30))
    values, all_of_it = np.array([[1.0], [2.0]]), np.ones(2, dtype=bool)
    return PolygonGround(
        units, ["a", "b"], values, all_of_it, Scale((False,)), ("km",), grid, near_m
    )


@pytest.mark.parametrize(
    ("near_m", "expected"),
    [(0.0, [1, 1, np.nan, np.nan, 2]), (2000.0, [1, 1, 1, np.nan, 2]), (4000.0, [1, 1, 1, 2, 2])],
)
def test_a_deposit_near_a_polygon_counts_as_the_deposit_model_says(near_m, expected):
    """Inside, on the edge, 1.5 km and 6.5 km east of the first (3.5 km west of the second), inside."""
    places = gpd.GeoSeries(shapely.points([5000, 10_000, 11_500, 16_500, 25_000], 5000), crs=CRS)
    np.testing.assert_array_equal(ground(near_m).at(places)[:, 0], expected)


def test_lithium_brine_alone_reaches_beyond_its_outlines():
    """2 km for salars, whose outlines are schematic; every other model counts what is inside."""
    assert load_deposit_model("lithium_brine").labels.near_m == 2000
    assert load_deposit_model("porphyry_copper").labels.near_m == 0


@pytest.fixture
def rocks(region):
    """The planted region with 100 squares of rock without names, and what makes a role the unit."""
    grid = prospector.load_region(region).grid()
    west, north = grid.west, grid.north
    squares = [
        shapely.box(x, y - 15_000, x + 15_000, y)
        for x in west + 10_000 + 15_000 * np.arange(10)
        for y in north - 10_000 - 15_000 * np.arange(10)
    ]
    table = gpd.GeoDataFrame({"code": ["r"] * len(squares)}, geometry=squares, crs=grid.crs)
    table.to_crs("EPSG:4326").to_file(region / "rocks.geojson", driver="GeoJSON")
    return region


def with_unit(region, unit):
    file = region / "region.toml"
    file.write_text(file.read_text() + UNIT.format(unit=unit))
    return prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)


def test_polygons_of_any_role_are_scored_and_need_no_name(rocks):
    """Each unit has a score of its own, the targets are among them and have no name."""
    ranking = with_unit(rocks, "geology").rankings["porphyry_copper"]
    assert len(ranking.polygons.outlines) == 100
    assert np.isfinite(ranking.polygons.score).sum() == ranking.distribution.total
    assert len(ranking.targets)
    assert (ranking.targets["name"].fillna("") == "").all()


@pytest.mark.parametrize(
    ("unit", "why"),
    [("faults", "'faults' has the geometry line"), ("catchments", "'catchments' is not known")],
)
def test_a_unit_that_is_no_polygon_is_refused(rocks, unit, why):
    """The error names the place, the role, and the units that there are."""
    with pytest.raises(
        ModelError, match=rf"region.toml.*unit: role {why}.*cell, salars, basins, geology"
    ):
        with_unit(rocks, unit)


def test_the_ground_of_cells_has_no_polygons(planted_screening):
    """What asks for them is told so by the ranking itself."""
    assert planted_screening.rankings["porphyry_copper"].polygons is None


def test_outlines_are_burned_once_for_all_rasters_of_them(monkeypatch):
    """Score and evidence read the same cells; a polygon without a value gives way to the one below it."""
    outlines = (shapely.box(0, 0, 4000, 4000), shapely.box(2000, 0, 6000, 4000))
    monkeypatch.setattr("prospector.ground.burned_outlines.FEW_CENTRES", 0)
    grid = Grid(CRS, 0.0, 4000.0, 1000.0, (4, 6))
    burned, calls, rasterize = BurnedOutlines(outlines, grid), [], rasterio.features.rasterize
    monkeypatch.setattr(
        "rasterio.features.rasterize",
        lambda *given, **options: calls.append(1) or rasterize(*given, **options),
    )
    values = [np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, np.nan])]
    first, second, holed = (Burned(burned, of_outline, "").values[0] for of_outline in values)
    assert first.tolist() == [1, 1, 2, 2, 2, 2]
    assert second.tolist() == [3, 3, 4, 4, 4, 4]
    np.testing.assert_array_equal(holed, [5, 5, 5, 5, np.nan, np.nan])
    assert len(calls) == 2


def test_an_outline_without_a_centre_of_a_cell_is_not_burned(monkeypatch):
    """The same cells as of all outlines: of four one lies between the centres, two outside the window."""
    grid = Grid(CRS, 0.0, 4000.0, 1000.0, (4, 6))
    outlines = (
        shapely.box(0, 0, 2000, 4000), shapely.box(2600, 2600, 3400, 3400),
        shapely.box(2500, 2500, 4600, 3600), shapely.box(9000, 0, 9900, 900),
    )  # fmt: skip
    window, burned = Window((0, 0), 0, 2, (4, 4)), BurnedOutlines(outlines, grid)
    handed, rasterize = [], rasterio.features.rasterize

    def noted(shapes, **options):
        shapes = list(shapes)
        handed.extend(number for _, number in shapes)
        return rasterize(shapes, **options)

    monkeypatch.setattr("rasterio.features.rasterize", noted)
    place, outline = burned.cells(window, np.ones(4, dtype=bool))
    assert handed == [2]
    part = grid.part(window)
    whole = rasterize(
        [(shape, number) for number, shape in enumerate(outlines)],
        out_shape=part.shape, fill=-1, transform=part.transform, dtype="int32",
    ).ravel()  # fmt: skip
    assert place.tolist() == np.flatnonzero(whole >= 0).tolist()
    assert outline.tolist() == whole[place].tolist() != []


@pytest.mark.parametrize("seed", range(8))
def test_small_polygons_that_are_looked_up_are_burned_as_gdal_would(seed):
    """Of any size and with holes, one over another, some with corners on centres and edges through them."""
    random, grid = np.random.default_rng(seed), Grid(CRS, 0.0, 40_000.0, 1000.0, (40, 40))
    middle, reach = random.uniform(-2000, 42_000, (400, 2)), random.uniform(200, 4000, 400)
    middle[::3], reach[::3] = np.round(middle[::3] / 500) * 500, np.ceil(reach[::3] / 500) * 500
    turned = [shapely.affinity.rotate(shapely.box(-1, -1, 1, 1), a) for a in (0, 0, 45, 17)]
    holed = [one - shapely.affinity.scale(one, 0.5, 0.5) for one in turned[1:]]
    shapes = [*turned, *holed, turned[0] | shapely.box(2, 2, 4, 4)]
    outlines = tuple(
        shapely.transform(shapes[n % len(shapes)], lambda at, n=n: at * reach[n] + middle[n])
        for n in range(400)
    )
    known = random.uniform(size=400) < 0.9
    burned = BurnedOutlines(outlines, grid)
    whole = rasterio.features.rasterize(
        [(outlines[number], number) for number in np.flatnonzero(known)],
        out_shape=grid.shape, fill=-1, transform=grid.transform, dtype="int32",
    )  # fmt: skip
    for window in grid.windows(23):
        rows, columns = window.cells
        part = whole[rows, columns].ravel()
        place, outline = burned.cells(window, known)
        assert place.tolist() == np.flatnonzero(part >= 0).tolist()
        assert outline.tolist() == part[place].tolist() != []


def test_what_is_burned_is_kept_up_to_a_bound(monkeypatch):
    """Beyond it each raster burns its own, to the same values."""
    monkeypatch.setattr("prospector.ground.burned_outlines.MOST_KEPT", 5)
    burned = BurnedOutlines(
        (shapely.box(0, 0, 3000, 2000),), Grid(CRS, 0.0, 2000.0, 1000.0, (2, 3))
    )
    for _ in range(2):
        assert Burned(burned, np.array([7.0]), "").values.tolist() == [[7, 7, 7], [7, 7, 7]]
    assert not burned._kept
