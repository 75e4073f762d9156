"""What is told of a CRS: one that moves a file a little, and a datum that leads nowhere."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from prospector.errors import LayerError
from prospector.grid import Grid
from prospector.layers.features import features_of
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

OF_A_MINE = "+proj=tmerc +lat_0=-23 +lon_0=-68.5 +x_0=500000 +y_0=7000000 +datum=WGS84"
GRID = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 2000.0, (100, 100))
ROADS = gpd.GeoDataFrame(
    geometry=[shapely.LineString([(450_000, 7_450_000), (460_000, 7_500_000)])], crs="EPSG:32719"
)
OLD = (
    "+proj=utm +zone=19 +south +a=6378249.145 +rf=293.465 +units=m +no_defs",
    "+proj=utm +zone=19 +south +a=6377276.345 +rf=300.8017 +units=m +no_defs",
)


def notices_of(folder, table, **keys):
    """Return what is told of a file of roads, by code."""
    table.to_file(folder / "r.gpkg")
    entry = LayerEntry(role="roads", file="r.gpkg", **keys)
    place = folder / "r.gpkg"
    roads = Reading("roads", place, entry, ROLES["roads"], "roads", folder / "region.toml")
    features_of(roads, GRID)
    return {notice.code: dict(notice.about) for notice in roads.notices}


@pytest.mark.parametrize("crs", ["EPSG:24879", "EPSG:29189"])
def test_a_crs_of_an_old_datum_over_that_of_the_file_is_told(tmp_path, crs):
    """By how far it moves the file: Chile's PSAD56 lies some 400 m off, SAD69 some 60 m."""
    told = notices_of(tmp_path, ROADS, crs=crs)["crs-not-of-file"]
    assert told["file_crs"] == "WGS 84 / UTM zone 19S"
    assert (300 if crs == "EPSG:24879" else 30) < told["moved_m"] < 600


def test_the_files_own_crs_again_is_not_told(tmp_path):
    """Nor one of the same place by another name, nor one in place of one that puts the file elsewhere."""
    for crs in ("EPSG:32719", "EPSG:31979", "+proj=utm +zone=19 +south +datum=WGS84"):
        assert "crs-not-of-file" not in notices_of(tmp_path, ROADS, crs=crs)
    elsewhere = ROADS.set_crs("EPSG:32633", allow_override=True)
    assert "crs-not-of-file" not in notices_of(tmp_path, elsewhere, crs="EPSG:32719")


@pytest.mark.parametrize("crs", OLD)
def test_a_datum_without_a_way_to_the_regions_is_told(tmp_path, crs):
    """An ellipsoid of an old survey and no more: degrees are taken as they are."""
    old = ROADS.set_crs(crs, allow_override=True)
    assert "datum-not-known" in notices_of(tmp_path, old)


@pytest.mark.parametrize(
    "crs",
    [
        "EPSG:24879",
        "EPSG:29189",
        "EPSG:4326",
        "EPSG:31979",
        "+proj=utm +zone=19 +south +ellps=GRS80",
    ],
)
def test_a_datum_that_is_known_is_not_told(tmp_path, crs):
    """Nor an unnamed one on the ellipsoid of the world."""
    assert "datum-not-known" not in notices_of(tmp_path, ROADS.to_crs(crs))


@pytest.mark.parametrize(
    ("crs", "grid_crs", "asked"),
    [
        ("EPSG:4326", "EPSG:32719", "EPSG:4326"), ("EPSG:32719", "EPSG:32719", "EPSG:32719"),
        ("EPSG:28350", "EPSG:28350", "EPSG:28350"), ("ESRI:102033", "ESRI:102033", "ESRI:102033"),
        (OF_A_MINE, OF_A_MINE, "EPSG:..."),
    ],
)  # fmt: skip
def test_a_file_without_a_crs_is_asked_for_the_one_it_most_likely_has(
    tmp_path, crs, grid_crs, asked
):
    """Degrees where all coordinates can be such, else the region's; no zone is made up."""
    table = ROADS.set_crs(grid_crs, allow_override=True).to_crs(crs)
    with pytest.warns(UserWarning, match="not provided"):
        table.set_crs(None, allow_override=True).to_file(tmp_path / "r.gpkg")
    entry = LayerEntry(role="roads", file="r.gpkg")
    roads = Reading(
        "roads", tmp_path / "r.gpkg", entry, ROLES["roads"], "roads", tmp_path / "region.toml"
    )
    with pytest.raises(LayerError, match=f"no CRS in .*Set crs = '{asked}'"):
        features_of(roads, replace(GRID, crs=grid_crs))
