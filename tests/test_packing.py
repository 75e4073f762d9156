"""Geometry in whole numbers: what is written, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from prospector.outputs.packing import QUANTUM_DEGREES, pack


def varints(data: bytes) -> list[int]:
    """Return the numbers of seven bits a byte."""
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def test_points_are_counts_and_steps():
    """Two points, the second of two parts: 1 and 2 parts, then three longitudes, then three latitudes."""
    points = [shapely.Point(1e-5, 0), shapely.MultiPoint([(3e-5, -1e-5), (0, 0)])]
    assert varints(pack(points)) == [1, 2, 2, 4, 5, 0, 1, 2]


def test_a_hole_is_a_ring_of_its_own():
    """One part of two rings of four and three vertices; the closing vertex is left out."""
    outer = [(0, 0), (9, 0), (9, 9), (0, 9)]
    hole = [(1, 1), (2, 1), (2, 2)]
    area = shapely.Polygon(np.array(outer) * 1e-5, [np.array(hole) * 1e-5])
    assert varints(pack([area]))[:4] == [1, 2, 4, 3]
    assert len(varints(pack([area]))) == 4 + 2 * 7


def test_large_steps_take_more_bytes_and_come_back():
    """-71 degrees is 7,100,000 steps to the west: written 14,199,999."""
    assert varints(pack([shapely.Point(-71, -28)])) == [1, 14_199_999, 5_599_999]


def test_height_is_left_out():
    """A third coordinate changes nothing."""
    assert pack([shapely.Point(1, 2, 3)]) == pack([shapely.Point(1, 2)])


def test_nothing_is_no_bytes():
    """A layer without features."""
    assert pack([]) == b""


def test_an_empty_geometry_is_refused():
    """It could not be drawn, and a reader would not miss it."""
    with pytest.raises(ValueError, match="is empty"):
        pack([shapely.Polygon()])


def test_steps_are_a_metre():
    """One step of latitude is 1.1 m."""
    assert pytest.approx(1.11, abs=0.01) == QUANTUM_DEGREES * 111_320
