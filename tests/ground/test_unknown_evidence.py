"""Cells in which an evidence is unknown: left unscored, or scored by the rest where the model says so."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import prospector
from prospector import synthetic

MIDDLE = synthetic.SOUTH + synthetic.SIZE_M / 2
TABLES = """
[layers.rocks]
role = "geology"
file = "rocks.geojson"

[override.porphyry_copper.evidence.age]
kind = "attribute"
role = "geology"
column = "age_ma"
label = "age of the rock"
expected = "increasing"
membership = { full = 80, none = 25 }
reason = "a test"
"""
TARGETS = """
[override.porphyry_copper.targets]
lowest_percentile = 98
highest_percentile = 98
step = 1
min_area_km2 = 0
max_area_km2 = 100000
"""
HOW = {"estimator": "fuzzy", "quick": True, "workers": 1}


@pytest.fixture
def rocks(region):
    """The planted region with rocks of 30 Ma in its southern half, and none mapped in the north."""
    west, east = synthetic.WEST - 1e5, synthetic.WEST + synthetic.SIZE_M + 1e5
    south = shapely.box(west, MIDDLE - 3e5, east, MIDDLE)
    table = gpd.GeoDataFrame({"age_ma": [30.0]}, geometry=[south], crs=synthetic.CRS)
    table.to_file(region / "rocks.geojson", driver="GeoJSON")
    return region


def screened(region, more=""):
    toml = region / "region.toml"
    before = toml.read_text("utf-8")
    toml.write_text(before + more, "utf-8")
    found = prospector.screen(region, **HOW)
    toml.write_text(before, "utf-8")
    return found


def test_cells_are_scored_by_the_rest_where_the_model_says_so(rocks):
    """In the north as if the evidence did not exist; in the south with it; else the north is not scored."""
    left_out = screened(rocks, TABLES + 'if_unknown = "left_out"\n')
    unscored, without = screened(rocks, TABLES), screened(rocks)
    scores = [
        found.rankings["porphyry_copper"].score.values for found in (left_out, unscored, without)
    ]
    rows = len(scores[0])
    north, south = slice(0, rows // 2 - 5), slice(rows // 2 + 5, None)
    np.testing.assert_array_equal(scores[0][north], scores[2][north])
    assert np.isnan(scores[1][north]).all()
    np.testing.assert_array_equal(scores[0][south], scores[1][south])
    assert (scores[0][south] != scores[2][south]).any()
    told = {notice.code for notice in left_out.notices}
    assert "evidence-partly-unknown" in told
    assert "units-without-evidence" not in told
    assert "units-without-evidence" in {notice.code for notice in unscored.notices}


def test_what_is_unknown_of_a_target_is_blank_and_explained_without_a_part(rocks, tmp_path):
    """In contributions.csv, on the pages and at a place; the run reads again."""
    found = screened(rocks, TABLES + 'if_unknown = "left_out"\n' + TARGETS)
    ranking = found.rankings["porphyry_copper"]
    age = ranking.contributions[ranking.contributions["evidence"] == "age"]
    blank = age["value"].isna().to_numpy()
    assert blank.any()
    np.testing.assert_array_equal(age["contribution"].isna(), blank)
    np.testing.assert_allclose(age["value"][~blank], 30.0)
    run = prospector.open_run(prospector.write(found, tmp_path / "run"))
    target = ranking.targets[blank].iloc[0]
    [there] = prospector.explain(run, target["longitude"], target["latitude"])
    parts = {evidence.label: evidence.contribution for evidence in there.evidence}
    assert np.isnan(parts.pop("age of the rock"))
    assert np.isfinite(list(parts.values())).all()
