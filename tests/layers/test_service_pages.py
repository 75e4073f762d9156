"""A page of a service's answer that was saved as if it were the whole."""

import json

import geopandas as gpd
import pytest
import shapely

from prospector.layers.features import read_file
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.layers.service_pages import END_BYTES, Page, page_of
from prospector.region.region_tables import LayerEntry
from prospector.words.language import LANGUAGES, sentence

ROADS = gpd.GeoDataFrame(
    {"kind": ["track", "road", "road"]},
    geometry=[shapely.LineString([(-69, -24), (-69 + east, -23)]) for east in (0.1, 0.2, 0.3)],
    crs="EPSG:4326",
)


def written(path, *, behind=None, **members):
    """Write three roads with members before and behind their features."""
    features = json.loads(ROADS.to_json())["features"]
    answer = {"type": "FeatureCollection", **members, "features": features, **(behind or {})}
    path.write_text(json.dumps(answer), "utf-8")
    return path


def notices_of(path):
    """Return the notices of reading a file of roads."""
    entry = LayerEntry(role="roads", file=path.name)
    reading = Reading("roads", path, entry, ROLES["roads"], "roads", path.parent / "region.toml")
    assert len(read_file(reading)) == 3
    return reading.notices


@pytest.mark.parametrize(
    ("members", "total"),
    [
        ({"exceededTransferLimit": True}, None),
        ({"properties": {"exceededTransferLimit": True}}, None),
        ({"numberMatched": 12, "numberReturned": 3}, 12),
        ({"totalFeatures": 12}, 12),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_a_page_says_how_many_it_lacks(tmp_path, members, total, before):
    """Wherever it is said, before the features or behind them."""
    path = written(tmp_path / "r.geojson", **(members if before else {"behind": members}))
    [notice] = notices_of(path)
    assert (notice.code, notice.level, notice.count) == ("page-of-service", "problem", 3)
    for name in LANGUAGES:
        words = sentence(notice, name)
        assert "r.geojson" in words
        assert total is None or "12" in words


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"exceededTransferLimit": False},
        {"numberMatched": 3, "totalFeatures": 3},
        {"totalFeatures": "unknown"},
    ],
)
def test_a_whole_answer_is_no_page(tmp_path, members):
    """Nothing is said where it has all that the service counts."""
    assert notices_of(written(tmp_path / "r.geojson", **members)) == []


def test_a_large_file_is_read_at_its_ends_alone(tmp_path):
    """What stands behind a hundred thousand letters of features is found, and no letter is read twice."""
    path = tmp_path / "r.json"
    path.write_text('{"features": [' + " " * 3 * END_BYTES + '], "numberMatched": 7}', "utf-8")
    assert page_of(path) == Page(False, 7)
    assert page_of(tmp_path / "r.gpkg") == Page(False, None)
