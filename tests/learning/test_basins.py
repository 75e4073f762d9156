"""The basin of a place, as a layer of basins says it."""

import numpy as np
import shapely

from prospector.learning.basins import basins_of
from tests.evidence.test_evidence import layers, vector

AT = np.array([[500.0, 500.0], [1500.0, 500.0], [2500.0, 500.0], [9000.0, 9000.0]])
SQUARES = [shapely.box(east, 0, east + 1000, 1000) for east in (0, 1000, 2000)]


def test_a_place_has_the_basin_that_it_lies_in_and_none_outside():
    """Three basins in a row; the last place lies beyond them."""
    there = layers(vector("basins", SQUARES, name=["a", "b", "c"]))
    found = basins_of(there, AT)
    assert len(set(found[:3])) == 3
    assert found[3] == -1


def test_polygons_of_one_code_are_one_basin_and_nameless_ones_each_their_own():
    """The first two share a code; without codes the name counts, and a basin without one stands alone."""
    coded = layers(vector("basins", SQUARES, name=["a", "b", "c"], basin_code=["39", "39", "40"]))
    first, second, third, _ = basins_of(coded, AT)
    assert first == second != third
    nameless = layers(vector("basins", SQUARES, name=[None, None, "c"]))
    assert len(set(basins_of(nameless, AT)[:3])) == 3


def test_where_basins_overlap_the_first_counts():
    """In the order of the file, however places are asked for."""
    there = layers(vector("basins", [SQUARES[0], shapely.box(0, 0, 5000, 5000)], name=["z", "a"]))
    found = basins_of(there, AT)
    assert found[0] != found[1] == found[2]
    np.testing.assert_array_equal(basins_of(there, AT[::-1])[::-1], found)


def test_a_region_without_basins_has_none():
    """Nothing is grouped by them."""
    assert basins_of(layers(), AT) is None
