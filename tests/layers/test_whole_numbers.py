"""Whole numbers beyond what a decimal holds keep their last figure."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from prospector.layers.contract import COLUMNS
from prospector.layers.formats import read_features
from prospector.layers.typed import typed

BIG = 9_007_199_254_740_993


def geojson(folder, values, name="id"):
    features = [
        {
            "type": "Feature",
            "properties": {name: value},
            "geometry": {"type": "Point", "coordinates": [place, 0]},
        }
        for place, value in enumerate(values)
    ]
    path = folder / "a.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("name", ["id", "ID of it", 'odd "name'])
@pytest.mark.parametrize(
    "values", [[BIG, 1], [BIG, None], [12_345_678_901_234_567_891, 1], [BIG, 1.5], [BIG, "a"]]
)
def test_no_figure_of_an_id_is_lost(tmp_path, values, name):
    """Beside an empty cell, beyond 64 bits, beside a decimal: as an id it is text."""
    column = read_features(geojson(tmp_path, values, name))[name]
    ids, _ = typed(column, COLUMNS["deposit_id"], "deposit_id")
    assert ids.tolist() == [None if value is None else str(value) for value in values]


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
def test_no_figure_is_lost_in_other_formats(tmp_path, ending):
    """A column of whole numbers with an empty cell."""
    at = gpd.points_from_xy([0, 1], [0, 1])
    table = gpd.GeoDataFrame(
        {"id": pd.array([BIG, None], dtype="Int64")}, geometry=at, crs="EPSG:32719"
    )
    path = tmp_path / f"a.{ending}"
    table.to_file(path)
    assert set(read_features(path)["id"]) == {str(BIG), None}


def test_measurements_stay_numbers(tmp_path):
    """Small numbers and codes of what is missing are no ids."""
    assert read_features(geojson(tmp_path, [1.5, None, 1e32]))["id"].dtype.kind == "f"
    assert shapely.get_num_coordinates(read_features(geojson(tmp_path, [1])).geometry[0]) == 1
