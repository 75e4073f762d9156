"""A region without relief has a base all the same; every layer can be drawn and is in the GeoPackage."""

import re

import geopandas as gpd
import pyogrio
import pytest
import shapely
from plain_payload import plain_payload

import prospector
from prospector.gis.vector import other_layers
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import static_body
from prospector.synthetic import CRS, SIZE_M, SOUTH, WEST, write_region

LAYERS = """
[roles.alteration]
geometry = "polygon"

[layers.land]
role = "land"
file = "land.geojson"

[layers.geology]
role = "geology"
file = "geology.geojson"

[layers.roads]
role = "roads"
file = "roads.geojson"

[layers.alteration]
role = "alteration"
file = "alteration.geojson"
"""
ADDED = ("land", "geology", "roads", "alteration")


def squares(classes):
    """Return one strip of the region from south to north for each class."""
    width = SIZE_M / len(classes)
    shapes = [
        shapely.box(WEST + width * n, SOUTH, WEST + width * (n + 1), SOUTH + SIZE_M)
        for n in range(len(classes))
    ]
    table = {"name": [f"{one} unit" for one in classes], "class": list(classes)}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The planted region without its relief, with land, geology, roads and a role of its own."""
    path = write_region(tmp_path_factory.mktemp("bare") / "region")
    squares(["land"]).to_file(path / "land.geojson")
    squares(["granite", "andesite", "limestone"]).to_file(path / "geology.geojson")
    squares(["argillic"]).to_file(path / "alteration.geojson")
    road = shapely.LineString([(WEST, SOUTH), (WEST + SIZE_M, SOUTH + SIZE_M)])
    gpd.GeoDataFrame({"name": ["Road"]}, geometry=[road], crs=CRS).to_file(path / "roads.geojson")
    file = path / "region.toml"
    text = file.read_text("utf-8")
    before, _ = text.split("[layers.relief]")
    file.write_text(before + LAYERS, encoding="utf-8")
    return prospector.screen(path, quick=True, workers=1)


def test_ground_is_what_a_map_without_relief_shows_first(bare):
    """Land lowest, geology on it in a colour for each class; other added layers are there, switched off."""
    layers = {one["key"]: one for one in plain_payload(bare)["layers"]}
    assert list(layers)[:2] == ["land", "geology"]
    assert [key for key in ADDED if layers[key]["visible"]] == ["land", "geology"]
    assert layers["geology"]["colour_by"] == "class"
    assert {dict(one["rows"])["class"] for one in layers["geology"]["features"]} == {
        "granite", "andesite", "limestone",
    }  # fmt: skip


def test_with_relief_the_ground_is_switched_off(atacama_screening):
    """The Atacama's land can be drawn; at first its relief serves."""
    layers = {one["key"]: one for one in plain_payload(atacama_screening)["layers"]}
    assert "relief" in layers
    assert layers["land"]["visible"] is False


def test_every_layer_is_in_the_geopackage(bare, tmp_path):
    """Under the name of its role, as many features as the region has."""
    run = prospector.write(bare, tmp_path / "run", dossiers=0)
    names = {str(name) for name, _ in pyogrio.list_layers(run / "prospects.gpkg")}
    assert names >= set(ADDED)
    geology = gpd.read_file(run / "prospects.gpkg", layer="geology")
    assert sorted(geology["class"]) == ["andesite", "granite", "limestone"]


def test_a_run_without_other_layers_gets_none(planted_screening):
    """Its GeoPackage holds what it held."""
    assert other_layers(planted_screening) == {}


def test_the_static_page_shows_one_model_with_its_legend(atacama_screening):
    """Ranks of the first model alone; a key for each class and each layer that is drawn."""
    payload = MapPayload.model_validate(plain_payload(atacama_screening))
    body = static_body(payload)
    picture = body[body.index("<svg") : body.index("</svg>")]
    first = payload.models[0]
    assert len(re.findall(r">\d+</text>", picture)) == min(20, len(first.targets))
    legend = body[body.index("</svg>") : body.index("<table")]
    assert f"{first.label}, percentile:" in legend
    assert all(colour in legend for colour in first.colours)
    assert "Fault systems" in legend
    assert payload.models[1].label not in legend[: legend.index("Fault systems")].split("</p>")[0]
