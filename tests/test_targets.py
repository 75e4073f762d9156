"""Cutting, ranking and describing targets."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from prospector.grid import Grid, Raster
from prospector.region import TargetEntry
from prospector.targets import (
    cut_targets,
    describe,
    outline_targets,
    percentiles,
    rank_targets,
    read_description,
    target_id,
)

UTM = CRS.from_epsg(32719).to_wkt()


def ladder(low, high, *, least=1, most=500):
    return TargetEntry(
        lowest_percentile=low, highest_percentile=high, step=high - low, min_area_km2=least,
        max_area_km2=most,
    )  # fmt: skip


def raster(values):
    values = np.asarray(values, dtype=float)
    return Raster(values, Grid(UTM, 0.0, values.shape[0] * 1000.0, 1000.0, values.shape), "")


def test_percentiles_count_valid_cells_only():
    """Half the raster nodata changes nothing for the rest."""
    score = np.array([[0.1, 0.2, np.nan, np.nan]])
    assert percentiles(score)[0, :2].tolist() == [25.0, 75.0]
    assert np.isnan(percentiles(score)[0, 2:]).all()


def test_two_hills_are_two_targets_and_whole():
    """Cells that touch by their sides belong together; diagonal ones do not."""
    score = np.zeros((10, 10))
    score[1:3, 1:3], score[3, 3], score[7, 6:9] = 0.9, 0.9, 0.8
    cut = cut_targets(raster(score), ladder(90, 95))
    areas = (outline_targets(cut, raster(score)).area / 1e6).tolist()
    assert sorted(areas) == [1.0, 3.0, 4.0]


def test_a_component_too_large_is_cut_at_a_higher_percentile():
    """A plateau of 20 km2 with a peak of 2 km2 gives the peak when 5 km2 is the most."""
    score = np.zeros((20, 20))
    score[5:9, 5:10], score[6, 6:8] = 0.5, 0.9
    cut = cut_targets(raster(score), ladder(95, 99, most=5))
    assert (outline_targets(cut, raster(score)).area / 1e6).tolist() == [2.0]


def test_what_stays_too_large_is_kept_with_a_notice():
    """Nothing is dropped in silence."""
    score = np.zeros((20, 20))
    score[5:9, 5:10] = 0.5
    cut = cut_targets(raster(score), ladder(95, 96, most=5))
    assert cut.count == 1
    assert any("kept whole" in notice.what for notice in cut.notices)


def test_what_is_too_small_is_left_out_with_a_notice():
    """The notice counts it."""
    score = np.zeros((20, 20))
    score[3, 3] = 0.9
    cut = cut_targets(raster(score), ladder(95, 99, least=5))
    assert cut.count == 0
    assert [notice.count for notice in cut.notices] == [1]


def test_the_id_comes_from_the_geometry_alone():
    """The same outline drawn from another corner has the same id; a moved one has not."""
    one = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)])
    same = shapely.Polygon([(1000, 1000), (0, 1000), (0, 0), (1000, 0)])
    moved = shapely.box(1000, 0, 2000, 1000)
    assert target_id("PCU", one) == target_id("PCU", same) != target_id("PCU", moved)


def test_rank_is_by_score_and_ties_by_id():
    """Two equal scores stand in the order of their ids."""
    shapes = [shapely.Point(i, 0).buffer(1) for i in range(3)]
    targets = gpd.GeoDataFrame(
        {"target_id": ["c", "b", "a"], "score": [0.5, 0.9, 0.5]}, geometry=shapes
    )
    assert rank_targets(targets)["target_id"].tolist() == ["b", "a", "c"]


def test_descriptions_return():
    """What is written can be read back."""
    text, _ = describe(["a", "b"], np.array([1.0, 2.0]), ["km", ""], np.array([0.5, 1.25]))
    assert read_description(text) == [("b 2", 1.25), ("a 1 km", pytest.approx(0.5))]
