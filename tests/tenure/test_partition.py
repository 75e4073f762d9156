"""Outlines and overlapping polygons: each point once, by rank, in areas that a reader can add up."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from prospector.tenure import partition
from prospector.tenure.partition import (
    Mosaic,
    areal,
    by_parts,
    parts_of,
    sound,
    united,
    visible,
    within,
)


def boxes(*corners):
    return np.array([shapely.box(*corner) for corner in corners], dtype=object)


TWO = boxes((0, 0, 2, 1), (1, 0, 3, 1))
"""Two polygons of area 2 that share the square from 1 to 2."""


def test_among_equal_ranks_the_earlier_polygon_keeps_the_common_ground():
    """Both have rank 0: the first stays whole, the second keeps the square from 2 to 3."""
    first, second = visible(TWO, np.array([0, 0]))
    assert first.equals(TWO[0])
    assert second.equals(shapely.box(2, 0, 3, 1))


def test_a_lower_rank_goes_before_whatever_the_order():
    """The second has rank 0 and stays whole; the first keeps the square from 0 to 1."""
    first, second = visible(TWO, np.array([1, 0]))
    assert first.equals(shapely.box(0, 0, 1, 1))
    assert second.equals(TWO[1])


corner = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(0, 2))


@given(st.lists(corner, min_size=1, max_size=6))
def test_visible_polygons_partition_their_ground(corners):
    """They overlap nowhere: their areas add up to that of the union."""
    polygons = boxes(
        *[(east, north, east + side, north + side) for east, north, side, _ in corners]
    )
    seen = visible(polygons, np.array([rank for *_, rank in corners]))
    union = shapely.union_all(polygons)
    assert shapely.area(seen).sum() == pytest.approx(union.area)
    assert shapely.union_all(seen).symmetric_difference(union).area == pytest.approx(0)


def test_overlaps_are_the_common_ground_of_each_pair():
    """An outline from 1 to 2.5: all of its first unit in both, its last half in the second alone."""
    found = Mosaic(TWO).overlaps(boxes((1, 0, 2.5, 1), (9, 9, 10, 10)))
    assert found.outline.tolist() == [0, 0]
    assert found.polygon.tolist() == [0, 1]
    assert found.area.tolist() == [1.0, 1.5]
    assert found.sums(2).tolist() == [2.5, 0.0]


def test_polygons_that_only_touch_have_nothing_in_common():
    """An edge has no area."""
    assert len(Mosaic(TWO).overlaps(boxes((3, 0, 4, 1))).pieces) == 0


def test_pieces_are_clipped_for_the_outlines_asked_alone():
    """Of the first outline the west half stays, of the second all."""
    outlines = boxes((0, 0, 1, 1), (2, 0, 3, 1))
    ground = boxes((0, 0, 0.5, 1), (0, 0, 0.1, 0.1))
    clipped = Mosaic(TWO).overlaps(outlines).clipped(ground, np.array([True, False]))
    assert clipped.sums(2).tolist() == [0.5, 1.0]


def test_outlines_are_cut_to_ground_that_may_be_none():
    """One lies inside, one by half, and without any ground both are empty and cut."""
    outlines = boxes((0, 0, 1, 1), (1, 0, 3, 1))
    part, cut = within(outlines, shapely.box(0, 0, 2, 1))
    assert (shapely.area(part).tolist(), cut.tolist()) == ([1.0, 1.0], [False, True])
    part, cut = within(outlines, None)
    assert (shapely.area(part).tolist(), cut.tolist()) == ([0.0, 0.0], [True, True])


def test_an_invalid_polygon_keeps_its_ground_and_no_line():
    """A bow tie on a square of 2: two triangles of area 1; the caller's polygon is left alone."""
    bow = np.array([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])], dtype=object)
    repaired = sound(bow)
    assert repaired[0].is_valid
    assert repaired[0].area == pytest.approx(2)
    assert not bow[0].is_valid


def test_lines_and_points_of_an_intersection_are_no_ground():
    """Of a collection its polygons stay; a line alone is empty."""
    line = shapely.LineString([(0, 0), (2, 2)])
    square = shapely.box(0, 0, 1, 1)
    mixed, alone = areal(np.array([shapely.GeometryCollection([line, square]), line], dtype=object))
    assert mixed.equals(square)
    assert alone.is_empty


def test_pieces_are_united_by_group_and_a_group_without_any_is_empty():
    """Groups 2, 0, 2 of three squares: the first in one, two in the other, none in group 1."""
    pieces = boxes((0, 0, 1, 1), (5, 0, 6, 1), (1, 0, 2, 1))
    areas = shapely.area(united(pieces, np.array([2, 0, 2]), 3))
    assert areas.tolist() == [1.0, 0.0, 2.0]


def test_many_outlines_are_taken_in_parts_that_miss_none():
    """1001 outlines: 500, 500 and the last one."""
    assert [(part.start, part.stop) for part in parts_of(1001)] == [
        (0, 500),
        (500, 1000),
        (1000, 1001),
    ]


def test_parts_come_back_in_order_whichever_thread_is_done_first(monkeypatch):
    """Parts of two, the first the slowest: their starts stand in order."""
    monkeypatch.setattr(partition, "AT_ONCE", 2)

    def work(part):
        time.sleep(0.05 if part.start == 0 else 0)
        return part.start, part.stop

    assert by_parts(work, 5) == [(0, 2), (2, 4), (4, 5)]
    assert by_parts(work, 0) == []


def test_polygons_cut_by_several_threads_are_those_of_one(monkeypatch):
    """600 squares of side 5, a unit apart along a row of 30: what is left is the same to the last bit."""
    squares = boxes(*[(i % 30, i // 30, i % 30 + 5, i // 30 + 5) for i in range(600)])
    rank = np.arange(600) % 3
    whole = visible(squares, rank)
    monkeypatch.setattr(partition, "AT_ONCE", 7)
    assert shapely.equals_exact(visible(squares, rank), whole).all()


def test_outlines_are_left_as_they_came():
    """What is prepared for a search is a copy: no other thread meets its index, and it goes."""
    outlines = boxes((1, 0, 2.5, 1))
    Mosaic(TWO).overlaps(outlines)
    assert not shapely.is_prepared(outlines).any()
