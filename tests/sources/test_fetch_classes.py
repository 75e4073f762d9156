"""Codes of a layer that is fetched become classes, and its intrusive rocks a layer of their own."""

import datetime
import tomllib

import geopandas as gpd
import pytest
from services.running import write_region
from typer.testing import CliRunner

from prospector.cli.commands import app
from prospector.errors import SourceError
from prospector.layers import read_layers
from prospector.region.region_file import load_region
from prospector.sources.fetch import fetch_layers
from prospector.sources.http import Manners

QUICK = Manners(connect_s=5, read_s=3, whole_s=5, pause_s=0, first_wait_s=0.01)
CODES = ["Mv", "MCi", "U", "ZZ"]

LAYER = """
[layers.geology]
path = "0"
role = "geology"
title = "Units"
fields = { code = "GLG" }
codes = { scheme = "usgs_glg", reads = { code = "GLG" } }

[layers.geology.parts.intrusions]
role = "intrusions"
title = "Intrusive rocks"
where = { rock_class = ["intrusive"] }
"""


def test_fetched_codes_are_classes_and_parts_are_layers(server, tmp_path):
    """57 rows of four codes: 15 intrusive ones also stand in a layer of their own."""
    folder = write_region(tmp_path, server.arcgis(codes=CODES), LAYER)
    [layer] = fetch_layers(folder, "made", manners=QUICK, today=datetime.date(2026, 11, 27))
    assert layer.classes == {"intrusive": 15, "volcanic": 14, "not surveyed": 14, "": 14}
    assert layer.parts == {"intrusions": 15}
    assert [(miss.value, miss.lacks, miss.count) for miss in layer.unmapped][:1] == [
        ("MCi", "age", 15)
    ]
    assert ("ZZ", "class", 14) in [(miss.value, miss.lacks, miss.count) for miss in layer.unmapped]
    table = gpd.read_file(folder / "geology.gpkg")
    assert table["code"].tolist()[:4] == ["MCi", "U", "ZZ", "Mv"]
    assert table["rock_class"].fillna("").tolist()[:4] == [
        "intrusive",
        "not surveyed",
        "",
        "volcanic",
    ]
    entries = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))
    assert entries["intrusions.gpkg"]["scale"] == "1:250,000"
    assert entries["intrusions.gpkg"]["licence"] == "CC BY-SA 4.0 (share-alike)"
    region = load_region(folder)
    layers = read_layers(region, region.grid())
    assert {item.name: item.role for item in layers.items} == {
        "geology": "geology",
        "intrusions": "intrusions",
    }


def test_a_second_fetch_takes_the_place_of_the_first(server, tmp_path):
    """Layers are not added twice; a part that was edited is kept."""
    folder = write_region(tmp_path, server.arcgis(codes=CODES), LAYER)
    fetch_layers(folder, "made", manners=QUICK)
    before = (folder / "region.toml").read_bytes()
    fetch_layers(folder, "made", manners=QUICK)
    assert (folder / "region.toml").read_bytes() == before
    (folder / "intrusions.gpkg").write_bytes(b"mine")
    with pytest.raises(SourceError, match=r"intrusions.gpkg: was changed since"):
        fetch_layers(folder, "made", manners=QUICK)


def test_the_command_says_what_became_of_the_codes(server, tmp_path):
    """Classes with rows, and what was not mapped."""
    folder = write_region(tmp_path, server.arcgis(codes=CODES), LAYER)
    ended = CliRunner().invoke(app, ["fetch", str(folder), "made"], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    words = " ".join(ended.output.split())
    assert "classes: intrusive 15, not surveyed 14, volcanic 14, no class 14" in words
    assert "no class for GLG: 'ZZ' 14" in words
    assert "intrusions: 15 of these rows, as a layer" in words
