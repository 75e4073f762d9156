"""Names of regions and where a map may write them."""

import geopandas as gpd
import pytest
import shapely

from prospector.layers import Layers, VectorLayer
from prospector.map.region_names import STRIPS, region_names
from prospector.region.region_tables import LayerEntry

FRAME = (-71.0, -28.0, -66.25, -19.5)
CRS = "EPSG:32719"


def of_units(units=None):
    """Layers with one of administrative units, or none."""
    if units is None:
        return Layers(CRS, ())
    role = "administrative"
    entry = LayerEntry(role=role, file="x")
    return Layers(CRS, (VectorLayer(role, role, role, units.to_crs(CRS), entry, None, ""),))


def test_a_region_is_named_inside_itself(atacama_screening):
    """At several places, none outside of it; neighbours that are a country have no name here."""
    layers = atacama_screening.layers
    window = atacama_screening.region.region.window
    names = region_names(layers, window.bounds().as_tuple())
    units = layers.vector("administrative").features.to_crs("EPSG:4326")
    regions = units[units["region"].fillna("") != ""].dissolve("region")
    assert {one["name"] for one in names} <= set(regions.index)
    assert names[0]["name"] == "Antofagasta"
    for one in names:
        place = shapely.Point(one["longitude"], one["latitude"])
        assert regions.geometry[one["name"]].buffer(1e-4).contains(place)
        assert window.west <= place.x <= window.east


def test_every_tenth_of_a_height_has_a_place():
    """Provinces stand in where no column says the region; without either nothing is named."""
    squares = {
        "P": shapely.box(-70, -25, -69, -20),
        "Q": shapely.box(-69, -25, -68.9, -20),
        "": None,
    }
    units = gpd.GeoDataFrame(
        {"name": ["a", "b", "c"], "province": list(squares)},
        geometry=[*list(squares.values())[:2], shapely.box(-68, -25, -67, -20)],
        crs="EPSG:4326",
    )
    names = region_names(of_units(units), FRAME)
    assert [one["name"] for one in names] == ["P"] * len(STRIPS) + ["Q"] * len(STRIPS)
    heights = sorted(one["latitude"] for one in names[: len(STRIPS)])
    assert heights == pytest.approx([-24.75 + 0.5 * number for number in range(10)], abs=0.1)
    assert region_names(of_units(units.drop(columns="province")), FRAME) == []
    assert region_names(of_units(), FRAME) == []
