"""A look at some units of a ground gives the values that a run gives there."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import prospector
from prospector.compute.engine import Workers
from prospector.compute.windows import workspace_of
from prospector.evidence.basins import ClosedBasinParameters
from prospector.grid import Grid
from prospector.ground import thinned
from prospector.ground.application import ground_of
from prospector.ground.setting import Setting
from prospector.ground.spread import sampled_windows, spread_windows
from prospector.ground.thinned import thinned_ground
from prospector.layers import read_layers
from prospector.learning.opening import open_model
from prospector.options import Options

ROCKS = """
[layers.rocks]
role = "geology"
file = "rocks.geojson"

[override.porphyry_copper.deposit_model]
unit = "geology"
"""


def both(folder, cell_size_m):
    """Return a look at the ground of the copper, the ground itself, and where its deposits lie."""
    region = prospector.load_region(folder)
    grid, model = region.grid(cell_size_m), region.deposit_model("porphyry_copper")
    layers = read_layers(region, grid)
    opening = open_model(model, layers, grid, Options())
    places = opening.deposits.table.geometry
    setting = Setting(grid, layers, Options(), workspace_of(None, Workers(count=1)))
    whole = ground_of(model, opening.columns, setting, lambda done, total: None)
    return thinned_ground(model, opening.columns, grid, layers, places), whole, places


def test_cells_of_deposits_and_of_the_sample_have_the_evidence_of_a_run(planted):
    """Bit for bit, though the run computes a window of 250,000 cells and the look some of a few."""
    look, whole, places = both(planted, 400.0)
    assert not look.whole
    np.testing.assert_array_equal(look.at_deposits, whole.at(places))
    np.testing.assert_array_equal(look.deposits_permissive, whole.permissive_at(places))
    sampled = [
        evidence.values[window.cells].ravel()
        for evidence in whole.evidence()
        for window, _ in sampled_windows(whole.stack.grid)
    ]
    np.testing.assert_array_equal(look.values.T.ravel(), np.concatenate(sampled))


def test_a_small_grid_is_looked_at_whole(planted):
    """Every cell once, in the order of the rows."""
    look, whole, _ = both(planted, None)
    assert look.whole
    for values, evidence in zip(look.values.T, whole.evidence(), strict=True):
        np.testing.assert_array_equal(values, evidence.values.ravel())


@pytest.mark.parametrize("most", [7, 1000])
def test_polygons_of_deposits_are_among_those_that_are_looked_at(region, monkeypatch, most):
    """Of a hundred squares every fifteenth, and each in which a deposit lies; or all."""
    monkeypatch.setattr(thinned, "MOST_POLYGONS", most)
    grid = prospector.load_region(region).grid()
    squares = [
        shapely.box(x, y - 15_000, x + 15_000, y)
        for x in grid.west + 10_000 + 15_000 * np.arange(10)
        for y in grid.north - 10_000 - 15_000 * np.arange(10)
    ]
    gpd.GeoSeries(squares, crs=grid.crs).to_crs("EPSG:4326").to_file(region / "rocks.geojson")
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + ROCKS, "utf-8")
    look, whole, places = both(region, None)
    np.testing.assert_array_equal(look.at_deposits, whole.at(places))
    np.testing.assert_array_equal(look.deposits_permissive, whole.permissive_at(places))
    assert look.whole == (most == 1000)
    assert len(look.values) == 100 if look.whole else 7 < len(look.values) < 40


@pytest.mark.parametrize("shape", [(129, 128), (4000, 10), (10, 4000), (1000, 1000), (1, 20_000)])
def test_windows_are_spread_within_the_grid(shape):
    """None sticks out, none lies upon another, and they reach both halves of the longer side."""
    grid = Grid("EPSG:32719", 0.0, 0.0, 1000.0, shape)
    windows = spread_windows(grid)
    seen = np.zeros(shape, dtype=int)
    for window in windows:
        assert seen[window.cells].shape == window.shape
        seen[window.cells] += 1
    assert seen.max() == 1
    along = seen.sum(axis=int(shape[0] >= shape[1]))
    assert along[: len(along) // 2].any()
    assert along[len(along) // 2 :].any()


def test_a_look_at_closed_basins_thins_the_relief_further():
    """What costs seconds on four million cells is done on forty thousand."""
    asked = ClosedBasinParameters(role="relief")
    assert asked.quicker().cells_at_most == 40_000
    small = ClosedBasinParameters(role="relief", cells_at_most=500)
    assert small.quicker() == small


@pytest.mark.parametrize("shape", [(256, 256), (300, 300), (4000, 1000), (20, 5000), (12, 9000)])
def test_sampled_windows_stand_for_every_cell_and_lie_within_the_grid(shape):
    """Their weights add up to the cells; none lies upon another."""
    grid = Grid("EPSG:32719", 0.0, 0.0, 1000.0, shape)
    seen, total = np.zeros(shape, dtype=int), 0.0
    for window, weight in sampled_windows(grid):
        assert min(window.row, window.column) >= 0
        assert seen[window.cells].shape == window.shape
        seen[window.cells] += 1
        total += weight * window.shape[0] * window.shape[1]
    assert seen.max() == 1
    assert total == pytest.approx(shape[0] * shape[1])


@pytest.mark.parametrize("shape", [(600, 700), (3000, 900)])
@pytest.mark.parametrize("rim", [3, 6, 30, 100])
def test_ground_that_a_raster_does_not_reach_is_seen(shape, rim):
    """The share of the grid within a rim of cells: within 4 % of the grid, and of 6 cells or less exactly."""
    grid = Grid("EPSG:32719", 0.0, 0.0, 1000.0, shape)
    known = np.zeros(shape, dtype=bool)
    known[rim:-rim, rim:-rim] = True
    share = sum(weight * known[window.cells].sum() for window, weight in sampled_windows(grid))
    off = abs(share / known.size - known.mean())
    assert off < (0.002 if rim <= 6 else 0.04)
