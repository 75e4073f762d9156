"""Naming, ranking and describing targets."""

import geopandas as gpd
import numpy as np
import shapely

from prospector.targets.target import describe, rank_targets, target_id


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


def test_descriptions_stand_strongest_first():
    """The larger contribution comes first; one below 0.1 is not mentioned."""
    parts = np.array([0.5, 1.25, 0.05])
    both = describe(["a", "b", "c"], np.array([1.0, 2.0, 3.0]), ["km", "", "km"], parts)
    assert both == ("b 2 (+1.25); a 1 km (+0.50)", "")
