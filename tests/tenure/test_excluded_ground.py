"""Ground that a region excludes is not scored, and no target is cut from it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import prospector
from prospector.errors import LayerError
from prospector.grid import Window

LAYER = """
[layers.parks]
role = "{role}"
file = "parks.geojson"
exclude = {exclude}
"""


@pytest.fixture
def with_parks(region, planted_screening):
    """What adds a park over the best target and a reserve apart, as a layer that is excluded so or so."""
    grid = planted_screening.grid
    best = planted_screening.targets.to_crs(grid.crs).geometry.iloc[0]
    west, north = grid.west + 5200.0, grid.north - 5300.0
    shapes = [best.buffer(3300), shapely.box(west, north - 9000, west + 9000, north)]

    def add(exclude, role="protected"):
        table = {"name": ["Park", "Reserve"], "class": ["national park", "nature reserve"]}
        parks = gpd.GeoDataFrame(table, geometry=shapes, crs=grid.crs)
        parks.to_crs("EPSG:4326").to_file(region / "parks.geojson", driver="GeoJSON")
        file = region / "region.toml"
        file.write_text(file.read_text() + LAYER.format(role=role, exclude=exclude))
        return region, shapes

    return add


def scores(screening):
    (ranking,) = screening.rankings.values()
    return ranking.score.read(Window(0, 0, 0, screening.grid.shape))


def mostly_inside(grid, shapes):
    """Return which cells lie with more than half of their area in some of the shapes."""
    row, column = np.indices(grid.shape)
    west, north = grid.west + column * grid.cell_size_m, grid.north - row * grid.cell_size_m
    cells = shapely.box(west, north - grid.cell_size_m, west + grid.cell_size_m, north)
    inside = shapely.area(shapely.intersection(cells, shapely.union_all(shapes)))
    return inside > 0.5 * grid.cell_size_m**2


@pytest.mark.parametrize(("exclude", "which"), [("true", [0, 1]), ('["nature reserve"]', [1])])
def test_cells_mostly_inside_are_not_scored_and_all_others_are(
    with_parks, planted_screening, exclude, which
):
    """Of the whole layer, or of the classes that are listed."""
    folder, shapes = with_parks(exclude)
    screening = prospector.screen(folder, quick=True, workers=1, window_cells=64)
    barred = mostly_inside(screening.grid, [shapes[one] for one in which])
    before, after = scores(planted_screening), scores(screening)
    assert barred.any()
    differs = np.isnan(after) != (np.isnan(before) | barred)
    assert not differs.any()
    for target in screening.targets.to_crs(screening.grid.crs).geometry:
        left = target.intersection(shapely.union_all([shapes[one] for one in which])).area
        assert left <= 0.5 * target.area


def test_what_is_excluded_is_said(with_parks):
    """The ground in km2, and the deposits on it, which train all the same."""
    folder, _ = with_parks("true")
    screening = prospector.screen(folder, quick=True, workers=1)
    notices = {notice.code: notice for notice in screening.notices}
    assert notices["ground-excluded"].value("area_km2") > 0
    assert notices["deposits-on-excluded-ground"].count > 0


def test_a_class_that_the_layer_lacks_is_refused(with_parks):
    """The error names the key and the classes that there are."""
    folder, _ = with_parks('["swamp"]')
    message = r"layers\.parks\.exclude.*no class 'swamp'.*national park, nature reserve"
    with pytest.raises(LayerError, match=message):
        prospector.screen(folder)


def test_only_ground_where_work_is_barred_can_be_excluded(with_parks):
    """Not the land itself."""
    folder, _ = with_parks("true", role="land")
    with pytest.raises(LayerError, match=r"layers\.parks\.exclude.*protected, indigenous"):
        prospector.screen(folder)
