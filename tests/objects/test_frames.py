"""Frames of every kind as a notebook has them: right values in the file, or one clear error."""

import datetime as dt
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.layers.formats import read_features
from prospector.objects.frames import write_features, write_places

PLACES = gpd.points_from_xy([-69.0, -68.9, -68.8], [-24.0, -24.1, -24.2])
NEW_YEAR = pd.Timestamp("2020-01-01")


def read_again(features, tmp_path):
    """The features as the reader has them."""
    write_features(features, tmp_path / "features.fgb")
    return read_features(tmp_path / "features.fgb")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1, None, 3], dtype=object), [1, None, 3]),
        (pd.Series([True, None, False], dtype=object), [1, None, 0]),
        (pd.Series(["a", pd.NA, "b"], dtype=object), ["a", None, "b"]),
        (pd.Series([1, "a", 2.5], dtype=object), ["1", "a", "2.5"]),
        (pd.Series([np.int64(3), None, np.float32(2)], dtype=object), [3, None, 2]),
        (pd.Series([2**60 + 1, None, 5], dtype=object), ["1152921504606846977", None, "5"]),
        (pd.Series([dt.date(2020, 1, 1), None, dt.date(2021, 1, 1)]), ["2020-01-01", None, "2021-01-01"]),
        (pd.Series([NEW_YEAR, None, NEW_YEAR]), [NEW_YEAR, None, NEW_YEAR]),
        (pd.array([1, None, 3], dtype="Int64"), [1, None, 3]),
        (pd.array([None, None, None], dtype="Int64"), [None, None, None]),
        (pd.array([True, None, False], dtype="boolean"), [1, None, 0]),
        (pd.array([1.5, None, 2], dtype="Float64"), [1.5, None, 2]),
        (pd.array(["a", None, "c"], dtype="string"), ["a", None, "c"]),
        (pd.Categorical(["a", None, "b"]), ["a", None, "b"]),
        (pd.Categorical([1, None, 2]), [1, None, 2]),
        (np.array([1, 2.5, np.nan], dtype="float16"), [1, 2.5, None]),
        (np.array([1, 2, 3], dtype=np.longdouble), [1, 2, 3]),
        (np.array([1, 2, 200], dtype="uint8"), [1, 2, 200]),
        (np.array([1, 2, 2**64 - 1], dtype="uint64"), ["1", "2", "18446744073709551615"]),
        (np.array([-1, 2, 3], dtype="int8"), [-1, 2, 3]),
        (np.array([1 + 1j, 2, 3]), ["(1+1j)", "(2+0j)", "(3+0j)"]),
        ([True, False, True], [True, False, True]),
        (pd.Series([[1, 2], None, ["a"]]), ["1; 2", None, "a"]),
        (pd.Series([b"x", None, b"\xff"]), ["x", None, "\ufffd"]),
        (pd.Series([Decimal("1.5"), None, Decimal(2)]), ["1.5", None, "2"]),
        (pd.period_range("2020", periods=3, freq="Y"), ["2020", "2021", "2022"]),
        (gpd.GeoSeries.from_xy([0, 1, 2], [0, 1, 2]).values, ["POINT (0 0)", "POINT (1 1)", "POINT (2 2)"]),
        ([None, None, None], [None, None, None]),
        (["東京", "ñ", "a\0b"], ["東京", "ñ", "ab"]),
    ],
)  # fmt: skip
def test_a_column_of_any_type_keeps_its_values(values, expected, tmp_path):
    """What is missing stays missing, whole numbers stay whole, nothing is cut."""
    frame = gpd.GeoDataFrame({"value": values}, geometry=PLACES, crs="EPSG:4326")
    found = read_again(frame.set_axis([7, 7, 9]), tmp_path)["value"]
    assert [None if pd.isna(value) else value for value in found] == expected


@pytest.mark.parametrize(
    ("shapes", "has_z"),
    [
        ([shapely.Point(1, 2, 3), shapely.Point(1, 2, 4)], [True, True]),
        ([shapely.Point(1, 2, 3), shapely.Point(1, 2)], [False, False]),
        ([shapely.Point(1, 2, 3), shapely.LineString([(0, 0, 1), (1, 1, 1)])], [False, False]),
        ([shapely.Point(1, 2), None], [False, False]),
        ([shapely.Point(1, 2).buffer(1), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])], [False, False]),
    ],
)  # fmt: skip
def test_every_geometry_gets_in(shapes, has_z, tmp_path):
    """Mixed types, missing ones, heights for all or for some; plan and order stay."""
    found = read_again(gpd.GeoSeries(shapes, crs="EPSG:4326"), tmp_path).geometry
    assert found.has_z.tolist() == has_z
    for shape, again in zip(shapes, found, strict=True):
        assert (shape is None and again is None) or shapely.equals(shape, again)


def test_names_of_columns_become_texts_and_stay_apart(tmp_path):
    """Numbers, capitals, names that a file format keeps for itself; a renamed geometry."""
    frame = gpd.GeoDataFrame(
        {7: [1, 2, 3], "name": "a", "NAME": "b", "fid": 5, "ogc_fid": 6, "geometry_": 1},
        geometry=PLACES, crs="EPSG:4326",
    ).rename_geometry("the_geom")  # fmt: skip
    found = read_again(frame, tmp_path)
    assert list(found.columns[:-1]) == ["7", "name", "NAME", "fid", "ogc_fid", "geometry_"]
    assert found["fid"].tolist() == [5, 5, 5]


def test_a_crs_of_ones_own_comes_back(tmp_path):
    """And none stays none."""
    own = "+proj=lcc +lat_1=-20 +lat_2=-30 +lon_0=-70"
    assert read_again(gpd.GeoSeries(PLACES, crs=own), tmp_path).crs == own
    assert read_again(gpd.GeoSeries(PLACES), tmp_path).crs is None


@pytest.mark.parametrize("write", [write_features, write_places])
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (pd.MultiIndex.from_tuples([("a", "b"), ("c", ""), ("geometry", "")]), "several levels"),
        (["a", "a", "geometry"], "two columns 'a'"),
        ([1, "1", "geometry"], "two columns '1'"),
    ],
)
def test_columns_that_a_file_cannot_have_are_refused(write, names, message, tmp_path):
    """Whatever is to be written."""
    frame = gpd.GeoDataFrame({"a": [1], "b": [2]}, geometry=PLACES[:1]).set_axis(names, axis=1)
    with pytest.raises(ValueError, match=message):
        write(frame, tmp_path / "out.fgb")
