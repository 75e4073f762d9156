"""Degrees of a wrong sign or order: which turn would bring features into the region."""

import geopandas as gpd
import pytest
import rasterio
import shapely

from prospector.errors import LayerError
from prospector.layers import read_layers
from prospector.region.region_file import load_region
from prospector.words.language import sentence

WRONG = {
    "longitude-of-other-sign": lambda lon, lat: (-lon, lat),
    "latitude-of-other-sign": lambda lon, lat: (lon, -lat),
    "both-of-other-sign": lambda lon, lat: (-lon, -lat),
    "degrees-in-other-order": lambda lon, lat: (lat, lon),
}


def spoil(region, code, count):
    """Write the first deposits of a region with wrong degrees."""
    file = region / "deposits.geojson"
    table = gpd.read_file(file)
    at = [(point.x, point.y) for point in table.geometry]
    turned = [WRONG[code](*place) if number < count else place for number, place in enumerate(at)]
    table = table.set_geometry(gpd.points_from_xy(*zip(*turned, strict=True), crs="EPSG:4326"))
    table.to_file(file, driver="GeoJSON")
    return load_region(region)


@pytest.mark.parametrize("code", WRONG)
def test_some_features_of_a_wrong_sign_or_order_are_told(region, code):
    """They are dropped as lying far off; the notice says why they do."""
    loaded = spoil(region, code, 7)
    notices = read_layers(loaded, loaded.grid()).notices
    [told] = [notice for notice in notices if notice.code == "features-turned"]
    assert (told.level, told.count) == ("caution", 7)
    assert told.value("how").code == code
    assert "7 of the features dropped would lie in the region" in sentence(told)


@pytest.mark.parametrize("code", WRONG)
def test_a_layer_of_a_wrong_sign_or_order_is_refused_with_the_turn(region, code):
    """All of them lie off the region."""
    loaded = spoil(region, code, 40)
    with pytest.raises(LayerError, match="It would lie in the region with") as refused:
        read_layers(loaded, loaded.grid())
    assert "layers.deposits.file" in str(refused.value)


def test_what_lies_elsewhere_is_no_turn(region):
    """Deposits of another country."""
    file = region / "deposits.geojson"
    table = gpd.read_file(file)
    moved = table.geometry.where(table.index >= 7, table.geometry.translate(40, 10))
    table.set_geometry(moved).to_file(file, driver="GeoJSON")
    loaded = load_region(region)
    codes = [notice.code for notice in read_layers(loaded, loaded.grid()).notices]
    assert "features-beyond-region" in codes
    assert "features-turned" not in codes


@pytest.mark.parametrize(("east", "told"), [(179.9, 1), (-60.0, 0)])
def test_a_line_that_goes_around_the_earth_is_told(region, east, told):
    """It most likely crosses 180 degrees, and must not run through the region unnoticed."""
    file = region / "faults.geojson"
    table = gpd.read_file(file)
    line = shapely.MultiLineString([[(-179.9, -24), (-179, -24)], [(-179.9, -24), (east, -24)]])
    table.loc[1] = {"fault_system": "Other", "geometry": line}
    table.to_file(file, driver="GeoJSON")
    loaded = load_region(region)
    counted = {notice.code: notice.count for notice in read_layers(loaded, loaded.grid()).notices}
    assert counted.get("lines-around-earth", 0) == told


def in_crs(region, crs, as_crs, count=40, *, exchanged=False):
    """Write deposits of which the first have the coordinates of one CRS, in a file that states another."""
    table = gpd.read_file(region / "deposits.geojson").to_crs(as_crs)
    other = table.to_crs(crs).geometry
    at = [
        ((point.y, point.x) if exchanged else (point.x, point.y))
        if number < count
        else (own.x, own.y)
        for number, (point, own) in enumerate(zip(other, table.geometry, strict=True))
    ]
    table = table.set_geometry(gpd.points_from_xy(*zip(*at, strict=True), crs=as_crs))
    table.to_file(region / "deposits.gpkg")
    text = (region / "region.toml").read_text().replace("deposits.geojson", "deposits.gpkg")
    (region / "region.toml").write_text(text)
    return load_region(region)


@pytest.mark.parametrize(
    ("stated", "crs", "remedy"),
    [
        ("EPSG:32718", "EPSG:32719", "WGS 84 / UTM zone 19S (EPSG:32719). Set crs = 'EPSG:32719'"),
        ("EPSG:32720", "EPSG:32719", "WGS 84 / UTM zone 19S (EPSG:32719). Set crs = 'EPSG:32719'"),
        ("EPSG:32619", "EPSG:32719", "WGS 84 / UTM zone 19S (EPSG:32719). Set crs = 'EPSG:32719'"),
        ("EPSG:24878", "EPSG:24879", "PSAD56 / UTM zone 19S (EPSG:24879). Set crs = 'EPSG:24879'"),
        ("EPSG:5344", "EPSG:5343", "POSGAR 2007 / Argentina 1 (EPSG:5343). Set crs = 'EPSG:5343'"),
        ("EPSG:32719", "EPSG:4326", "WGS 84 (EPSG:4326). Set crs = 'EPSG:4326'"),
        ("EPSG:4326", "EPSG:32719", "WGS 84 / UTM zone 19S (EPSG:32719). Set crs = 'EPSG:32719'"),
    ],
)
def test_a_layer_of_another_zone_is_refused_with_its_zone(region, stated, crs, remedy):
    """Its file states one, its coordinates are of another; degrees and metres alike."""
    loaded = in_crs(region, crs, stated)
    with pytest.raises(LayerError, match="wholly outside") as refused:
        read_layers(loaded, loaded.grid())
    assert f"It would lie in the region if its coordinates are of {remedy}" in str(refused.value)


def test_eastings_in_the_place_of_northings_are_told(region):
    """As degrees are."""
    loaded = in_crs(region, "EPSG:32719", "EPSG:32719", exchanged=True)
    with pytest.raises(LayerError, match="with easting and northing exchanged"):
        read_layers(loaded, loaded.grid())


def test_kilometres_are_told(region):
    """Eastings of 500 and northings of 7,300."""
    in_crs(region, "EPSG:32719", "EPSG:32719")
    table = gpd.read_file(region / "deposits.gpkg")
    small = shapely.transform(table.geometry.to_numpy(), lambda vertices: vertices / 1000)
    table.set_geometry(gpd.GeoSeries(small, crs=table.crs)).to_file(region / "deposits.gpkg")
    loaded = load_region(region)
    with pytest.raises(
        LayerError, match=r"if its coordinates are in kilometres\. Correct the file"
    ):
        read_layers(loaded, loaded.grid())


@pytest.mark.parametrize("zone", [18, 20])
def test_rows_of_another_zone_are_told_with_their_zone(region, zone):
    """Seven of forty deposits have the metres of the zone beside that of the file."""
    loaded = in_crs(region, f"EPSG:327{zone}", "EPSG:32719", 7)
    [told] = [
        notice
        for notice in read_layers(loaded, loaded.grid()).notices
        if notice.code == "features-turned"
    ]
    assert told.count == 7
    assert f"if their coordinates are of WGS 84 / UTM zone {zone}S (EPSG:327{zone})" in sentence(
        told
    )


def test_features_that_lie_elsewhere_are_of_no_other_zone(region):
    """One of five deposits far off would lie in the region by chance."""
    loaded = in_crs(region, "EPSG:32718", "EPSG:32719", 1)
    table = gpd.read_file(region / "deposits.gpkg")
    south = table.geometry.where(~table.index.isin(range(1, 5)), table.translate(0, -900_000))
    table.set_geometry(south).to_file(region / "deposits.gpkg")
    codes = [notice.code for notice in read_layers(loaded, loaded.grid()).notices]
    assert "features-beyond-region" in codes
    assert "features-turned" not in codes


def test_a_raster_of_another_zone_is_refused_with_its_zone(region):
    """Relief of zone 19 whose file says zone 18."""
    with rasterio.open(region / "relief.tif", "r+") as relief:
        relief.crs = "EPSG:32718"
    loaded = load_region(region)
    with pytest.raises(LayerError, match=r"are of WGS 84 / UTM zone 19S \(EPSG:32719\)\. Set crs"):
        read_layers(loaded, loaded.grid())
