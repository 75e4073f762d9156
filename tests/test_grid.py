"""Grid and units."""

import numpy as np
import pytest
from pyproj import CRS

from prospector.grid import Bounds, Grid, Raster, cells

UTM = CRS.from_epsg(32719).to_wkt()


def test_cover_starts_on_whole_cells():
    """Two regions with the same cells share them, wherever they begin."""
    near = Grid.cover(Bounds(-69.0, -24.0, -68.5, -23.5), crs=UTM, cell_size_m=1000)
    far = Grid.cover(Bounds(-69.1, -24.1, -68.5, -23.5), crs=UTM, cell_size_m=1000)
    assert (near.west - far.west) % 1000 == 0
    assert (near.north - far.north) % 1000 == 0


def test_index_says_what_lies_outside():
    """A place beyond the grid is not on it."""
    grid = Grid(UTM, 0.0, 20.0, 10.0, (2, 3))
    row, column, inside = grid.index(np.array([5.0, 25.0, 35.0]), np.array([15.0, 5.0, 5.0]))
    assert row[:2].tolist() == [0, 1]
    assert column[:2].tolist() == [0, 2]
    assert inside.tolist() == [True, True, False]


def test_cells_run_row_by_row_and_have_their_area():
    """Four cells of 2 km have 4 km2 each."""
    units = cells(Grid(UTM, 0.0, 4000.0, 2000.0, (2, 2)))
    assert units.easting.tolist() == [1000, 3000, 1000, 3000]
    assert units.area_km2.tolist() == [4.0] * 4


def test_rasters_are_equal_by_value_nodata_included():
    """NaN equals NaN in the same place."""
    grid = Grid(UTM, 0.0, 1.0, 1.0, (1, 2))
    assert Raster(np.array([[1.0, np.nan]]), grid, "km") == Raster(
        np.array([[1.0, np.nan]]), grid, "km"
    )
    assert Raster(np.array([[1.0, 2.0]]), grid, "km") != Raster(
        np.array([[1.0, np.nan]]), grid, "km"
    )


@pytest.mark.parametrize("size", [500.0, 1000.0])
def test_cover_holds_the_window(size):
    """Every corner of the window lies on the grid."""
    window = Bounds(-69.0, -24.0, -68.5, -23.5)
    grid = Grid.cover(window, crs=UTM, cell_size_m=size)
    assert grid.bounds.east - grid.bounds.west == grid.shape[1] * size
