"""Coordinates as people write them."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.layers.numbers.coordinates import read_coordinates, unpacked


@pytest.mark.parametrize(
    "word",
    [
        "69\u00b004'12\"W", "69 04 12 W", "-69.07", "69,07 O", "W 69\u00b0 4.2'",
        "69\u00ba04\u203212\u2033 oeste",
        "69d04m12s W", "69:04:12 W", "O69\u00b004'12,0\"", "\u221269\u00b004\u201912\u201d", "-69 04 12",
        "69.07\u00b0 West",
        "-69,0700",
    ],
)  # fmt: skip
def test_a_longitude_however_it_is_written(word):
    """All are 69 degrees, 4 minutes and 12 seconds west."""
    read = read_coordinates(pd.Series([word]), "longitude")
    assert read.values[0] == pytest.approx(-69.07, abs=1e-12)


@pytest.mark.parametrize(
    ("word", "axis"),
    [
        ("23 30 N", "longitude"), ("69 75 12 W", "longitude"), ("-69.07 E", "longitude"),
        ("north", "latitude"),
        ("23.5 30 S", "latitude"), ("1.234,5", "latitude"), ("12 13 14 15", "latitude"), ("1e40", "latitude"),
        ("N 23 S", "latitude"), ("1_0", "latitude"),
    ],
)  # fmt: skip
def test_what_is_no_coordinate_of_the_axis_is_counted(word, axis):
    """It has no value."""
    read = read_coordinates(pd.Series([word]), axis)
    assert math.isnan(read.values[0])
    assert read.unreadable == ((word, 1),)


def test_metres_are_beyond_all_degrees():
    """So that a table in metres is known as such."""
    read = read_coordinates(pd.Series(["7400000", "-23.5", "n/a"]), "latitude")
    assert read.beyond == (("7400000", 1),)
    assert (read.empty, read.values[1]) == (1, -23.5)


@given(st.integers(0, 89), st.integers(0, 59), st.floats(0, 59.994), st.sampled_from("NS"))
def test_parts_read_back(degrees, minutes, seconds, side):
    """Within the last figure of the seconds."""
    word = f"{degrees}\u00b0{minutes:02d}'{seconds:05.2f}\"{side}"
    value = read_coordinates(pd.Series([word]), "latitude").values[0]
    wanted = degrees + minutes / 60 + seconds / 3600
    assert abs(value) == pytest.approx(wanted, abs=1e-5)
    assert (value <= 0) == (side == "S" or value == 0)


@pytest.mark.parametrize(
    ("word", "axis", "parts"),
    [
        ("693015", "longitude", "69 30 15"), ("-0693015", "longitude", "-069 30 15"),
        ("-1203015.25", "longitude", "-120 30 15.25"), ("233015S", "latitude", "23 30 15 S"),
        ("83015", "latitude", "8 30 15"), ("956000", "latitude", None), ("7312345", "latitude", None),
    ],
)  # fmt: skip
def test_parts_written_together_are_told_apart(word, axis, parts):
    """Only where minutes and seconds are below sixty, and degrees can be of the axis."""
    assert unpacked(word, axis) == parts
