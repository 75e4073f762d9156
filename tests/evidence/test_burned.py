"""Distances between cells: the same bits however they are computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from prospector.evidence import burned
from prospector.evidence.burned import _to_nearest, grid_distance
from prospector.evidence.segments import Segments
from prospector.grid import Grid


def nearest(ground):
    """The distance to the nearest burned cell, as SciPy finds that cell."""
    indices = distance_transform_edt(ground, return_distances=False, return_indices=True)
    away = indices - np.indices(ground.shape)
    return np.sqrt((away**2).sum(axis=0).astype(float))


def found(ground):
    """The distance from every cell to those that are burned, without margins."""
    return _to_nearest(*np.nonzero(~ground), ground.shape, (0, 0, 0, 0))


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 10_000),
    st.integers(1, 80),
    st.integers(1, 80),
    st.sampled_from([0.0, 0.01, 0.1, 0.6]),
)
def test_distances_between_cells_are_scipys_to_the_bit(seed, rows, columns, share):
    """Any shape, a row or a column too; few and many burned cells, one at least."""
    random = np.random.default_rng(seed)
    ground = random.random((rows, columns)) >= share
    ground[random.integers(rows), random.integers(columns)] = False
    np.testing.assert_array_equal(found(ground), nearest(ground))


@pytest.mark.parametrize("shape", [(1500, 1024), (1, 46_340), (46_340, 1), (20, 9000)])
def test_one_burned_cell_in_a_large_window_is_at_its_exact_distance(shape):
    """In a corner, and somewhere inside; 1024 columns are widened by one."""
    for at in [(0, 0), (shape[0] - 1, shape[1] - 1), (shape[0] // 3, shape[1] // 2)]:
        ground = np.ones(shape, dtype=bool)
        ground[at] = False
        np.testing.assert_array_equal(found(ground), nearest(ground))


def test_a_window_without_burned_cells_is_infinitely_far():
    """Those beyond the margins do not count."""
    nothing = np.empty(0, dtype=int)
    assert np.isinf(_to_nearest(nothing, nothing, (3, 4), (0, 0, 0, 0))).all()
    one = np.array([5]), np.array([1])
    assert np.isinf(_to_nearest(*one, (3, 4), (0, 2, 0, 0))).all()
    assert np.isfinite(_to_nearest(*one, (3, 4), (0, 3, 0, 0))).all()


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 100_000), capped=st.booleans())
def test_burned_cells_counted_as_points_are_as_far_as_by_the_transform(seed, capped):
    """Windows of few cells with features near and far: which of the two it was does not show."""
    random = np.random.default_rng(seed)
    shape = tuple(int(side) for side in random.integers(1, 50, 2))
    grid = Grid("EPSG:32719", 500_000.0, 7_000_000.0, 30.0, shape)
    begin = random.uniform(-200, 250, (random.integers(1, 20), 2)) * 30.0 + [500_000.0, 7_000_000.0]
    end = begin + random.normal(0, 300, begin.shape)
    segments = Segments(np.stack([begin, end], axis=1))
    cap = float(random.uniform(30, 6000)) if capped else np.inf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(burned, "TIMES_WIDER", 1_000_000)
        transformed = grid_distance(segments, grid, at_most_m=cap)
        patch.setattr(burned, "TIMES_WIDER", 0)
        to_points = grid_distance(segments, grid, at_most_m=cap)
    np.testing.assert_array_equal(transformed, to_points)


def test_a_row_of_cells_is_not_widened_beyond_what_the_transform_can_count():
    """50,000 cells from the only feature: their square is more than 32 bits hold."""
    grid = Grid("EPSG:32719", 0.0, 100.0, 100.0, (1, 600))
    place = np.array([[[5_060_050.0, 50.0], [5_060_050.0, 50.0]]])
    metres = grid_distance(Segments(place), grid)
    np.testing.assert_array_equal(metres[0], 100.0 * np.arange(50_600, 50_000, -1.0))
