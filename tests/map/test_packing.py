"""Geometry in whole numbers: what is written, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from prospector.map.packing import LETTERS, QUANTUM_DEGREES, in_letters
from prospector.map.packing import pack as pack_binary


def pack(outlines: list[shapely.Geometry]) -> bytes:
    """Return geometries as they are packed."""
    return pack_binary([shapely.to_wkb(one) for one in outlines])


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
    """1 and 2 parts; low bytes of three longitudes, then three latitudes; nothing above them."""
    points = [shapely.Point(2e-5, 0), shapely.MultiPoint([(6e-5, -2e-5), (0, 0)])]
    assert list(pack(points)) == [1, 2, 2, 4, 5, 0, 1, 2, 0, 0, 0, 0, 0, 0]


def test_a_hole_is_a_ring_of_its_own():
    """One part of two rings of four and three vertices; the closing vertex is left out."""
    outer = [(0, 0), (9, 0), (9, 9), (0, 9)]
    hole = [(1, 1), (2, 1), (2, 2)]
    area = shapely.Polygon(np.array(outer) * 2e-5, [np.array(hole) * 2e-5])
    assert list(pack([area]))[:4] == [1, 2, 4, 3]
    assert len(pack([area])) == 4 + 2 * 2 * 7


def test_large_steps_take_more_bytes():
    """-71 degrees is 3,550,000 steps to the west, written 7,099,999: 27,734 times 256 and 95."""
    found = pack([shapely.Point(-71, 0)])
    assert list(found[:3]) == [1, 95, 0]
    assert varints(found[3:]) == [27_734, 0]


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


def test_steps_are_two_metres():
    """One step of latitude is 2.2 m."""
    assert pytest.approx(2.23, abs=0.01) == QUANTUM_DEGREES * 111_320


def test_letters_hold_every_byte():
    """13 bits in two letters: read back by hand, the bytes are the same, whatever their number."""
    for size in range(1, 30):
        data = bytes(range(250, 250 - size, -1))
        text = in_letters(data)
        places = [LETTERS.index(ord(one)) for one in text]
        bits = "".join(f"{a * 91 + b:013b}" for a, b in zip(places[::2], places[1::2], strict=True))
        assert int(bits[: 8 * size], 2).to_bytes(size, "big") == data
    assert b"<" not in LETTERS
