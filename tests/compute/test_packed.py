"""Packed numbers: the same bytes always, the same numbers back, and none from other bytes."""

import numpy as np
import pytest

from prospector.compute.packed import packed, unpacked
from prospector.compute.sealed import Damaged

VALUES = np.array([0.0, -1.5, np.nan, 3e38, 1e-45] * 40, dtype="float32")


def test_what_was_packed_comes_back_to_the_bit():
    """Nodata, the smallest and the largest; of many cells the bytes are the same each time."""
    found = unpacked(packed(VALUES, "a"), "a", "float32")
    assert found.tobytes() == VALUES.tobytes()
    many = np.random.default_rng(0).normal(size=1 << 20).astype("float32")
    once = packed(many, "a")
    assert all(packed(many, "a") == once for _ in range(5))
    np.testing.assert_array_equal(unpacked(once, "a", "float32"), many)


def test_every_changed_bit_is_seen():
    """In the checksum and in what it is of."""
    content = packed(VALUES, "a")
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            unpacked(bytes(changed), "a", "float32")


@pytest.mark.parametrize("length", [0, 1, 4, 5, 20])
def test_the_beginning_of_a_file_is_no_file(length):
    """Nothing, part of the checksum, all of it, and some of the numbers."""
    with pytest.raises(Damaged):
        unpacked(packed(VALUES, "a")[:length], "a", "float32")


def test_a_file_of_another_place_is_refused():
    """Two windows of one key, and one window of two."""
    with pytest.raises(Damaged, match="k/c/0/1 does not match its checksum"):
        unpacked(packed(VALUES, "k/c/0/0"), "k/c/0/1", "float32")
