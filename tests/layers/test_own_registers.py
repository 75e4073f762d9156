"""A register of a region's own: a file in its folder, of the shape of those that are shipped."""

from importlib import resources

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.errors import LayerError
from prospector.layers import read_layers
from prospector.layers.registers import register_names, register_tables
from prospector.region.region_file import load_region
from prospector.runs.manifest import inputs_of

REGISTER = """\
[register]
title = "Register of the north"
country = "Nowhere"
prefix = "NN"
expects = ["mine", "exploration permit"]

[columns]
file_number = ["book", "page"]
kind = "what"
state = "how"

[kinds]
"Lease" = "mine"
"Séarch" = "exploration permit"

[states]
"Active" = "held"
"pending" = "applied_for"

[held_as]
"exploration permit" = "applied_for"
"""

LAYER = """
[layers.titles]
role = "concessions"
file = "titles.geojson"
register = "registers/north.toml"
"""


def with_register(region, text=REGISTER, more=LAYER, path="registers/north.toml"):
    """Return a region with two titles of a register of its own."""
    boxes = [shapely.box(x, 7_250_000, x + 5_000, 7_255_000) for x in (450_000, 470_000)]
    table = {
        "book": ["7", "8"], "page": ["1", "2"], "what": ["LEASE", "search"], "how": ["active", "ACTIVE"],
    }  # fmt: skip
    frame = gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:32719")
    frame.to_file(region / "titles.geojson", driver="GeoJSON")
    (region / path).parent.mkdir(exist_ok=True)
    (region / path).write_text(text, "utf-8")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    return region


def test_titles_come_in_one_form(region):
    """By the words of the file, whatever their case and accents; region.toml's go over them."""
    loaded = load_region(with_register(region))
    titles = read_layers(loaded, loaded.grid()).vector("concessions").features
    assert titles["tenure_class"].tolist() == ["held", "applied_for"]
    assert titles["kind"].tolist() == ["mine", "exploration permit"]
    assert titles["concession_id"].str.startswith("NN").all()
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('states = { "Active" = "vacant" }\n')
    loaded = load_region(region)
    titles = read_layers(loaded, loaded.grid()).vector("concessions").features
    assert titles["tenure_class"].tolist()[0] == "vacant"


def test_an_edited_register_is_another_input(region):
    """Its hash stands in run.json too."""
    loaded = load_region(with_register(region))
    before, digests = inputs_of(loaded, {}), loaded.own_files
    assert list(digests) == ["registers/north.toml"]
    (region / "registers" / "north.toml").write_text(REGISTER.replace("held", "vacant", 1), "utf-8")
    loaded = load_region(region)
    assert inputs_of(loaded, {}) != before
    assert loaded.own_files != digests


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('prefix = "NN"', 'prefx = "NN"', "register.prefx", "unknown key. Did you mean 'prefix'?"),
        ('title = "Register of the north"', "", "register.title", "missing. Add it, e.g. title ="),
        ('= "held"', '= "taken"', "states.Active", "must be one of 'unknown', 'held'"),
        ('kind = "what"', 'kinds = "what"', "columns.kinds", "no such column. Did you mean 'kind"),
        ('kind = "what"', 'kind = "RUT"', "columns.kind", "'RUT' holds a tax or personal number"),
        ('["book", "page"]', '["book", "CUIT"]', "columns.file_number", "'CUIT' holds a tax"),
        ('"what"', '"what"\ntenure_class = "how"', "columns.tenure_class", "is derived from the state"),
        ('"exploration permit" = "applied_for"', '"permit" = "held"', "held_as",
         "the table kinds has no word for the kind 'permit'"),
        ("[states]", "[state]", "state", "unknown key"),
        ("[register]", "own_words = {}\n[register]", "own_words", "unknown key"),
    ],
)  # fmt: skip
def test_a_fault_names_the_register_and_its_key(region, old, new, key, said):
    """As those of region.toml, from `check` on."""
    assert old in REGISTER
    with_register(region, REGISTER.replace(old, new, 1))
    with pytest.raises(LayerError) as raised:
        prospector.check(region)
    (line,) = raised.value.lines
    assert line.startswith(f"{region / 'registers' / 'north.toml'}: key '{key}': "), line
    assert said in line


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("registers/none.toml", "is missing: there is no "),
        ("../north.toml", "has a '..'"),
        ("registers/", "is a folder. Name one of its files: north.toml."),
        ("/etc/north.toml", "write e.g. registers/mine.toml."),
        ("north", "unknown register 'north'. Available: catamarca"),
    ],
)
def test_a_path_that_leads_to_no_register(region, path, said):
    """One line, with the key of region.toml."""
    with_register(region, more=LAYER.replace("registers/north.toml", path))
    with pytest.raises(LayerError) as raised:
        prospector.check(region)
    (line,) = raised.value.lines
    assert line.startswith(f"{region / 'region.toml'}: key 'layers.titles.register': "), line
    assert said in line


@pytest.mark.parametrize("name", register_names())
def test_a_shipped_register_is_a_start(region, name):
    """Its file read from the region's folder says the same."""
    text = (resources.files("prospector.layers.registers") / f"{name}.toml").read_text("utf-8")
    file = with_register(region, text) / "region.toml"
    own, shipped = (
        {key: table for key, table in register_tables(which, file, "titles").items() if table}
        for which in ("registers/north.toml", name)
    )
    assert own == shipped
