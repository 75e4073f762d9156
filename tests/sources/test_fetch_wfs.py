"""Feature types of MapServer's WFS: whole in every version, the axes in their order."""

import datetime
import os
import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import pytest
from services.running import FEATURES, some, write_region

from prospector.errors import SourceError
from prospector.sources.fetch import fetch_layers
from prospector.sources.http import Manners

MAPSERVER = shutil.which("mapserv") or Path("/usr/lib/cgi-bin/mapserv").exists()
pytestmark = pytest.mark.skipif(
    not MAPSERVER and "CI" not in os.environ, reason="needs mapserv (cgi-mapserver)"
)

QUICK = Manners(connect_s=5, read_s=10, whole_s=20, pause_s=0, first_wait_s=0.01)
DAY = datetime.date(2026, 11, 27)


def fetched(folder):
    """Fetch with short waits."""
    return fetch_layers(folder, "made", manners=QUICK, today=DAY)


def region(tmp_path, port, layers=FEATURES, *, version="2.0.0", page_size=20):
    """Return a region with a WFS source."""
    keys = {"kind": "wfs", "path": "/wfs", "version": version, "page_size": page_size}
    return write_region(tmp_path / "region", port, layers, **keys)


def of_arcgis(server, tmp_path):
    """Return the same rows as an ArcGIS server gives them."""
    folder = write_region(tmp_path / "arcgis", server.arcgis())
    fetched(folder)
    return gpd.read_file(folder / "units.gpkg").geometry.normalize()


@pytest.mark.parametrize(
    ("version", "geojson", "key"),
    some(
        ("2.0.0", True, True),
        ("2.0.0", True, False),
        ("1.1.0", False, True),
        ("1.0.0", False, False),
        of_long=(("2.0.0", False, True), ("1.1.0", True, True), ("1.0.0", False, True)),
    ),
)
def test_features_come_whole_in_every_version(server, tmp_path, version, geojson, key):
    """57 in pages of 20, with the places that ArcGIS gives for them; without a key by the features' ids."""
    port = server.mapserver(tmp_path / "map", geojson=geojson)
    layers = FEATURES if key else FEATURES.replace('key = "objectid"\n', "")
    folder = region(tmp_path, port, layers, version=version)
    [layer] = fetched(folder)
    assert (layer.count, layer.pages) == (57, 3)
    table = gpd.read_file(folder / "units.gpkg")
    assert sorted(table["unit"]) == sorted(f"Sheet {number}," for number in range(1, 58))
    assert table["code"].tolist()[:3] == ["001", "002", "003"]
    assert set(table["age"]) == {"Jurásico <medio> & superior"}
    assert table.geometry.normalize().geom_equals_exact(of_arcgis(server, tmp_path), 1e-6).all()


def test_a_box_that_reads_alike_in_both_orders_is_read_by_the_version(server, tmp_path):
    """Where longitude and latitude are both near 40, no look at the places could tell."""
    orders = some(("2.0.0", False), of_long=(("2.0.0", True), ("1.1.0", False), ("1.0.0", False)))
    for version, geojson in orders:
        port = server.mapserver(tmp_path / "map", geojson=geojson, west_south=(39.4, 39.0), rows=9)
        folder = region(tmp_path, port, version=version)
        text = (folder / "region.toml").read_text("utf-8")
        for before, after in (
            ("-69.9", "39.0"),
            ("-68.1", "42.0"),
            ("-24.9", "39.0"),
            ("-23.1", "42.0"),
        ):
            text = text.replace(before, after)
        (folder / "region.toml").write_text(text, "utf-8")
        fetched(folder)
        west, south, *_ = gpd.read_file(folder / "units.gpkg").total_bounds
        assert (round(west, 2), round(south, 2)) == (39.45, 39.05), version
        shutil.rmtree(folder)
        server.end()


@pytest.mark.parametrize("shape", some("point", of_long=("line",)))
def test_points_and_lines_come_too(server, tmp_path, shape):
    """In GML."""
    folder = region(tmp_path, server.mapserver(tmp_path / "map", shape=shape, geojson=False))
    assert fetched(folder)[0].count == 57
    assert set(gpd.read_file(folder / "units.gpkg").geom_type) == {
        {"point": "Point", "line": "LineString"}[shape]
    }


@pytest.mark.parametrize(
    "options",
    some({"largest": 19}, of_long=({"largest": 7}, {"order": False}, {"fault": "cut"})),
    ids=str,
)
def test_no_feature_is_lost_or_doubled(server, tmp_path, options):
    """However many a page really holds, without an order, after a cut."""
    folder = region(tmp_path, server.mapserver(tmp_path / "map", **options))
    fetched(folder)
    units = gpd.read_file(folder / "units.gpkg")["unit"]
    assert units.tolist() == [f"Sheet {number}," for number in range(1, 58)]


@pytest.mark.parametrize("geojson", some(False, of_long=(True,)))
@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"fault": "html"}, "a web page instead of data: 'Proxy'"),
        ({"fault": "repeat"}, "20 rows came twice, e.g. 1: the service repeats a page"),
        ({"fault": "empty", "times": 9}, "counts 57 rows but gives 20"),
        ({"fault": "swapped", "at": 1, "times": 9}, "counts 57 rows but gives 0"),
    ],
    ids=str,
)
def test_what_does_not_come_whole_changes_nothing(server, tmp_path, options, says, geojson):
    """And the error says what the service did."""
    folder = region(tmp_path, server.mapserver(tmp_path / "map", geojson=geojson, **options))
    before = (folder / "region.toml").read_bytes()
    with pytest.raises(SourceError) as caught:
        fetched(folder)
    assert says in str(caught.value)
    assert (folder / "region.toml").read_bytes() == before
    assert not (folder / "units.gpkg").exists()


def test_a_wrong_name_is_answered_with_those_that_there_are(server, tmp_path):
    """Of a feature type, or of a field."""
    port = server.mapserver(tmp_path / "map")
    with pytest.raises(SourceError, match=r"no feature type 'unit'\. Did you mean 'ms:units'\?"):
        fetched(region(tmp_path, port, FEATURES.replace('path = "units"', 'path = "unit"')))
    with pytest.raises(SourceError, match=r"no field 'remarks'\. Did you mean 'remark'\?"):
        fetched(region(tmp_path, port, FEATURES.replace('"remark"', '"remarks"')))


def test_a_refusal_is_given_in_the_service_s_own_words(server, tmp_path):
    """Out of its exception report."""
    folder = region(tmp_path, server.mapserver(tmp_path / "map"), version="9.9.9")
    with pytest.raises(SourceError, match=r"the service refuses \(\d+\): '.*"):
        fetched(folder)


def test_only_fields_on_the_list_are_asked_for(server, tmp_path):
    """And the geometry."""
    log = tmp_path / "log"
    folder = region(tmp_path, server.mapserver(tmp_path / "map", log=str(log)))
    fetched(folder)
    import json

    asked = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {query["propertyname"] for query in asked if "propertyname" in query} == {
        "objectid,remark,code,age,msGeometry"
    }
    entry = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))["units.gpkg"]
    assert "Fields asked for: objectid, remark, code, age." in entry["done"]
