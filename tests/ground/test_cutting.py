"""Cutting targets: window by window the same as on the whole, and whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scipy import ndimage

from prospector.grid import Grid
from prospector.ground.cutting import (
    HotCells,
    Patch,
    border_components,
    cut_window,
    cutting_notices,
    gather,
    join_borders,
    outline,
)
from prospector.ground.distribution import Distribution, count_steps, score_of, score_steps
from prospector.region.model_tables import TargetEntry

UTM = CRS.from_epsg(32719).to_wkt()


def ladder(low, high, *, step=None, least=1, most=500):
    return TargetEntry(
        lowest_percentile=low, highest_percentile=high, step=step or high - low, min_area_km2=least,
        max_area_km2=most,
    )  # fmt: skip


def cut(score, entry, size=1024):
    """Outlines and notices of a score on cells of 1 km, cut in windows of a size."""
    steps = score_steps(np.asarray(score, dtype=float))
    grid = Grid(UTM, 0.0, steps.shape[0] * 1000.0, 1000.0, steps.shape)
    thresholds = Distribution(count_steps(steps)).thresholds(entry.percentiles)
    windows = grid.windows(size)
    hot = [HotCells.of(steps[one.cells], thresholds[0]) for one in windows]
    joined = join_borders(windows, [border_components(one, thresholds) for one in hot])
    names, patches, small, large = [], [], {}, set()
    for window, cells, border in zip(windows, hot, joined, strict=True):
        found = cut_window(cells, window, thresholds, border, entry, 1.0)
        row, column = np.divmod(cells.flat, window.shape[1])
        for k in range(len(found.names)):
            at = found.piece == k
            patches.append(Patch.of(row[at] + window.row, column[at] + window.column))
        names += found.names
        small |= found.small
        large |= found.large
    outlines = [outline([patches[i] for i in one], grid) for one in gather(names)]
    return outlines, cutting_notices(small, len(large), entry, 1.0, "here")


def cut_plainly(score, entry):
    """The same on the whole array, level by level: the sets of cells of the targets."""
    steps = score_steps(np.asarray(score, dtype=float))
    levels = Distribution(count_steps(steps)).thresholds(entry.percentiles)
    ground, found = np.ones(steps.shape, dtype=bool), set()
    for level in levels:
        components, count = ndimage.label(ground & (steps >= level))
        for k in range(1, count + 1):
            cells = components == k
            if cells.sum() > entry.max_area_km2 and level != levels[-1]:
                continue
            ground &= ~cells
            if cells.sum() >= entry.min_area_km2:
                found.add(frozenset(np.flatnonzero(cells).tolist()))
        ground &= components > 0
    return found


def cells_of(outline, shape):
    """The cells whose centres an outline holds."""
    import shapely

    rows, columns = np.indices(shape)
    inside = shapely.contains_xy(
        outline, columns.ravel() * 1000 + 500, (shape[0] - rows.ravel()) * 1000 - 500
    )
    return frozenset(np.flatnonzero(inside).tolist())


def test_two_hills_are_two_targets_and_whole():
    """Cells that touch by their sides belong together; diagonal ones do not."""
    score = np.zeros((10, 10))
    score[1:3, 1:3], score[3, 3], score[7, 6:9] = 0.9, 0.9, 0.8
    outlines, _ = cut(score, ladder(90, 95))
    assert sorted(one.area / 1e6 for one in outlines) == [1.0, 3.0, 4.0]


def test_a_component_too_large_is_cut_at_a_higher_percentile():
    """A plateau of 20 km2 with a peak of 2 km2 gives the peak when 5 km2 is the most."""
    score = np.zeros((20, 20))
    score[5:9, 5:10], score[6, 6:8] = 0.5, 0.9
    outlines, _ = cut(score, ladder(95, 99, most=5))
    assert [one.area / 1e6 for one in outlines] == [2.0]


def test_what_stays_too_large_is_kept_with_a_notice():
    """Nothing is dropped in silence, whole in every cut."""
    score = np.zeros((20, 20))
    score[5:9, 5:10] = 0.5
    for size in (1024, 3):
        outlines, notices = cut(score, ladder(95, 96, most=5), size)
        assert [one.area / 1e6 for one in outlines] == [20.0]
        assert [n.count for n in notices if n.code == "targets-kept-whole"] == [1]


def test_what_is_too_small_is_left_out_with_a_notice():
    """The notice counts it once, though it lies in two windows."""
    score = np.zeros((20, 20))
    score[3, 3:5] = 0.9
    for size in (1024, 4):
        outlines, notices = cut(score, ladder(95, 99, least=5), size)
        assert outlines == []
        assert [notice.count for notice in notices] == [1]
        assert notices[0].value("area_km2") == 2


def test_a_snake_through_many_windows_is_one_target_with_its_hole():
    """A ring of 1 cell's width over windows of 2 by 2: one outline, 28 km2, one hole."""
    score = np.zeros((12, 12))
    score[2:10, 2:10] = 0.9
    score[3:9, 3:9] = 0.0
    [ring], _ = cut(score, ladder(70, 80), size=2)
    assert ring.area / 1e6 == 28
    assert len(ring.interiors) == 1


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    size=st.integers(1, 9),
    rows=st.integers(2, 20),
    columns=st.integers(2, 20),
    most=st.integers(4, 40),
    least=st.integers(0, 4),
)
def test_the_size_of_windows_does_not_matter(seed, size, rows, columns, most, least):
    """Smooth scores with nodata: the same outlines, vertex by vertex, and the same as cut plainly."""
    random = np.random.default_rng(seed)
    score = ndimage.uniform_filter(random.uniform(size=(rows, columns)), random.integers(1, 4))
    score[random.uniform(size=score.shape) < 0.1] = np.nan
    entry = ladder(50, 90, step=5, least=min(least, most), most=most)
    whole, told = cut(score, entry)
    cut_up, told_of_parts = cut(score, entry, size)
    assert {one.wkb for one in whole} == {one.wkb for one in cut_up}
    assert told == told_of_parts
    assert {cells_of(one, score.shape) for one in whole} == cut_plainly(score, entry)


def test_percentiles_count_valid_units_only():
    """Half the units nodata changes nothing for the rest."""
    score = np.array([0.1, 0.2, np.nan, np.nan])
    place = Distribution(count_steps(score_steps(score))).percentile(score)
    assert place[:2].tolist() == [25.0, 75.0]
    assert np.isnan(place[2:]).all()


def test_a_score_read_from_a_raster_has_the_percentile_of_its_own_step():
    """0.05 as a 32-bit float lies a little above 0.05, and is not above all units that score 0.05."""
    steps = np.arange(10_001)
    scores = Distribution(count_steps(steps))
    written = score_of(steps).astype(np.float32).astype(float)
    np.testing.assert_array_equal(scores.percentile(written), scores.percentile(score_of(steps)))


def test_percentiles_put_ties_in_the_middle():
    """Four equal scores among four lie at 50; a mean between two steps between their ranks."""
    scores = Distribution(count_steps(score_steps(np.full(4, 0.5))))
    assert scores.percentile(np.array([0.5, 0.4, 0.50005, 1.0])).tolist() == [50, 0, 100, 100]


def test_a_level_that_no_unit_reaches_has_no_cell():
    """Of two scores the higher lies at percentile 75: the level 80 is beyond all."""
    scores = Distribution(count_steps(score_steps(np.array([0.1, 0.3]))))
    assert scores.thresholds([20, 25, 50, 80]) == (1000, 3000, 10001)


@pytest.mark.parametrize("score", [np.full((4, 4), np.nan), np.zeros((4, 4))])
def test_ground_that_does_not_stand_out_has_no_target(score):
    """All nodata, or all the same."""
    assert cut(score, ladder(90, 95))[0] == []
