"""Targets of one score are no ranking: it is said how many there are."""

import geopandas as gpd
import numpy as np
import shapely

from prospector.targets.ties import most_alike, tie_notices


def noticed(score, *, inside=0.05, side_m=1000.0, cell_km2=0.01):
    """Code and count of what is said of square targets whose highest score lies above the mean."""
    score = np.asarray(score)
    outlines = gpd.GeoSeries([shapely.box(0, 0, side_m, side_m)] * len(score), crs="EPSG:32719")
    notices = tie_notices("porphyry_copper", outlines, score, score + inside, cell_km2)
    return [(notice.code, notice.count) for notice in notices]


def test_equal_targets_are_said():
    """150 of 1000 within 0.01, 12 of 30, 7 of 7, 3 of 3; not 13 of 200 that do not lead, nor two."""
    spread = np.linspace(0, 1, 850)
    assert noticed(np.append(np.full(140, 0.5), spread)) == [
        ("targets-alike", most_alike(np.append(np.full(140, 0.5), spread))),
        ("best-targets-alike", 9),
    ]
    assert noticed(np.append(np.full(12, 0.9), np.linspace(0, 0.8, 18))) == [("targets-alike", 12)]
    assert noticed(np.full(7, 0.6463)) == [("targets-alike", 7)]
    assert noticed([0.987, 0.984, 0.984]) == [("targets-alike", 3)]
    assert noticed(np.append(np.full(13, 0.5), np.linspace(0, 1, 150))) == []
    assert noticed([0.9, 0.9]) == []


def test_equal_targets_at_the_top_are_said():
    """13 of 200 that lead, and 3 of 30; beside a larger run further down the list, both are said."""
    assert noticed(np.append(np.full(13, 0.9), np.linspace(0, 0.8, 187))) == [
        ("best-targets-alike", 13)
    ]
    spread = np.linspace(0, 0.8, 27)
    assert noticed([0.987, 0.984, 0.984, *spread]) == [("best-targets-alike", 3)]
    assert noticed([0.987, 0.984, 0.984, *np.full(20, 0.5)]) == [
        ("targets-alike", 20),
        ("best-targets-alike", 3),
    ]


def test_ground_that_is_alike_inside_a_target_is_said():
    """A hundred cells of which none stands out; not of ninety, nor where the units are polygons."""
    assert noticed([0.9, 0.5], inside=0.004) == [("targets-flat-inside", 2)]
    assert noticed([0.9, 0.5], inside=0.004, side_m=900.0) == []
    assert noticed([0.9, 0.5], inside=0.0, cell_km2=0.0) == []


def test_no_target_has_no_equal():
    """An empty ranking."""
    assert noticed([]) == []
