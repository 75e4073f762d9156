"""Sizes of targets follow cells and region where a deposit model leaves them open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.grid import Grid
from prospector.ground.target_sizes import settled_sizes
from prospector.region.model_tables import TargetEntry


def entry(**sizes):
    """A ladder with such sizes."""
    return TargetEntry(lowest_percentile=95, highest_percentile=99.9, step=0.1, **sizes)


@given(side=st.integers(20, 5000), high=st.integers(20, 5000), cell_m=st.floats(10, 10_000))
def test_open_sizes_hold_cells_and_fit_the_region(side, high, cell_m):
    """Four cells at least, ten times as much at most or more, and no more of the region than 30 %."""
    grid = Grid("EPSG:32719", 0.0, 0.0, cell_m, (high, side))
    least, most = settled_sizes(entry(), grid).sizes_km2
    region = side * high * grid.cell_area_km2
    assert least >= 0.94 * 4 * grid.cell_area_km2
    assert most >= 9 * least
    assert most <= max(0.3 * region, 10 * least)
    assert least <= max(26, 4.3 * grid.cell_area_km2)


@pytest.mark.parametrize(
    ("stated", "sizes"),
    [
        ({"min_area_km2": 25, "max_area_km2": 500}, (25, 500)),
        ({"min_area_km2": 7}, (7, 70)),
        ({"max_area_km2": 0.2}, (0.02, 0.2)),
        ({"min_area_km2": 0}, (0, 0.4)),
    ],
)
def test_what_is_stated_stays(stated, sizes):
    """And the other size goes with it: 20 by 20 km, cells of 100 m."""
    grid = Grid("EPSG:32719", 0.0, 0.0, 100.0, (200, 200))
    assert settled_sizes(entry(**stated), grid).sizes_km2 == pytest.approx(sizes)


def test_open_sizes_are_no_sizes():
    """Nothing is cut by them before they are settled."""
    with pytest.raises(ValueError, match="settle them by the grid first"):
        _ = entry().sizes_km2
