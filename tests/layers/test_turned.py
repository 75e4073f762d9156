"""Degrees of a wrong sign or order: which turn would bring features into the region."""

import geopandas as gpd
import pytest
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
