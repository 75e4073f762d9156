"""run.json holds all that decides a result: files, keys, what was asked, code and libraries."""

import hashlib
import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.compute.provenance import ROOT, libraries, package_code
from prospector.layers.deciding import deciding_hashes, given_in_python
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry, RoleEntry
from prospector.screening.record import as_record

MODEL = """from = "porphyry_copper"

[deposit_model]
name = "own"
label = "Own"
code = "OWN"
summary = "A model of the region's own."
papers = ["None"]
caution = ""
ranges = ""
"""


@pytest.fixture(scope="module")
def furnished(planted, tmp_path_factory):
    """A region with a shapefile, a coverage, a register, a role and a model of its own, and sources."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("furnished") / "region"))
    faults = gpd.read_file(region / "faults.geojson")
    (region / "faults.geojson").unlink()
    (region / "maps").mkdir()
    faults.rename(columns={"fault_system": "system"}).to_file(region / "maps" / "faults.shp")
    box = gpd.GeoDataFrame(geometry=[shapely.box(-70.5, -26, -67.5, -23)], crs="EPSG:4326")
    box.to_file(region / "where.shp")
    box.assign(mineral="clay").to_file(region / "clay.geojson", driver="GeoJSON")
    (region / "own.toml").write_text(MODEL, "utf-8")
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    text = text.replace(
        '"faults.geojson"',
        '"maps/faults.shp"\ncolumns.fault_system = "system"\ncoverage = "where.shp"',
    )
    text = text.replace('["porphyry_copper"]', '["porphyry_copper", "own.toml"]')
    text += """
[roles.clay]
geometry = "polygon"
columns = ["mineral"]

[layers.clay]
role = "clay"
file = "clay.geojson"
tolerance_m = 250
"""
    toml.write_text(text, "utf-8")
    digest = hashlib.sha256((region / "clay.geojson").read_bytes()).hexdigest()
    (region / "SOURCES.toml").write_text(
        f"""["clay.geojson"]
origin = "here"
citation = "none"
licence = "CC BY 4.0"
spdx = "CC-BY-4.0"
date = "2024"
scale = "1:100,000"
coverage = "whole"
schematic = false
sha256 = "{digest}"
done = "Nothing."
""",
        "utf-8",
    )
    return region


@pytest.fixture(scope="module")
def record(furnished):
    """The record of a quick run, what was asked stated otherwise than by default, as JSON has it."""
    screening = prospector.screen(
        furnished, quick=True, workers=1, deposit_models=["own", "porphyry_copper"],
        commodities="copper", cell_size_m=4000, seed=7,
    )  # fmt: skip
    return json.loads(json.dumps(as_record(screening), sort_keys=True))


def test_every_file_that_decides_stands_there_with_its_hash(record, furnished):
    """And no other: the parts of shapefiles, coverages, models, region.toml and SOURCES.toml."""
    shapefile = {"cpg", "dbf", "prj", "shp", "shx"}
    assert set(record["files"]) == {
        "region.toml", "SOURCES.toml", "own.toml", "clay.geojson", "deposits.geojson", "relief.tif",
        *(f"maps/faults.{ending}" for ending in shapefile),
        *(f"where.{ending}" for ending in shapefile),
    }  # fmt: skip
    for name, digest in record["files"].items():
        assert digest == hashlib.sha256((furnished / name).read_bytes()).hexdigest()
    assert record["region_file"] == "region.toml"
    assert record["given_in_python"] == []


def test_every_key_of_every_layer_stands_there(record, furnished):
    """As the region file states it, those that it leaves out included."""
    for name, entry in load_region(furnished).layers.items():
        keys = record["inputs"][name]["keys"]
        assert len(keys) == len(LayerEntry.model_fields)
        assert LayerEntry.model_validate(keys) == entry
    assert record["inputs"]["faults"]["keys"]["coverage"] == "where.shp"
    assert "register" in record["inputs"]["faults"]["keys"]


def test_roles_sources_and_the_region_stand_there_whole(record, furnished):
    """Each comes back as what was read."""
    region = load_region(furnished)
    assert RoleEntry.model_validate(record["roles"]["clay"]) == region.roles["clay"]
    assert record["inputs"]["clay"]["source"]["spdx"] == "CC-BY-4.0"
    stated = region.region.model_dump(mode="json")
    assert record["region"] == stated | {"deposit_models": ["porphyry_copper", "own"]}


def test_what_was_asked_stands_there(record):
    """And the order of the deposit models, which JSON's own order would lose."""
    asked = record["parameters"]
    assert asked["deposit_models"] == record["ranked"] == ["own", "porphyry_copper"]
    assert (asked["commodities"], asked["cell_size_m"], asked["seed"]) == (["copper"], 4000, 7)
    assert "workers" not in json.dumps(asked)


def test_the_grid_has_a_name_and_bounds(record):
    """Bounds follow from corner, shape and size."""
    grid = record["grid"]
    assert grid["crs_name"] == "WGS 84 / UTM zone 19S (EPSG:32719)"
    rows, columns = grid["shape"]
    west, south, east, north = grid["bounds"]
    assert (west, north) == (grid["west"], grid["north"])
    assert (east - west, north - south) == (4000 * columns, 4000 * rows)


def test_a_crs_without_a_name_goes_by_what_the_region_states(furnished, tmp_path):
    """No grid is called unknown."""
    region = Path(shutil.copytree(furnished, tmp_path / "region"))
    stated = "+proj=laea +lat_0=-24.5 +lon_0=-69 +datum=WGS84 +units=m +no_defs"
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8").replace("EPSG:32719", stated), "utf-8")
    screening = prospector.screen(region, quick=True, workers=1, deposit_models=["own"])
    assert as_record(screening)["grid"]["crs_name"] != "unknown"


def test_all_libraries_that_run_stand_there(record):
    """What is required, and no name twice."""
    assert not record["versions"].keys() & record["libraries"].keys()
    assert {"numpy", "gdal", "python"} <= record["versions"].keys()
    assert {"pandas", "geopandas", "pyogrio", "zarr"} <= record["libraries"].keys()
    assert libraries().keys() <= record["versions"].keys() | record["libraries"].keys()


def test_code_has_a_hash_that_follows_every_file_but_not_its_place(record, tmp_path):
    """Nor how its lines end, nor what an editor keeps beside it, nor the regions that ship."""
    assert record["code"] == package_code()
    skipped = shutil.ignore_patterns("__pycache__", "regions")
    copy = Path(shutil.copytree(ROOT, tmp_path / "copy", ignore=skipped))
    (copy / "grid.py~").write_text("an editor's")
    shipped = copy / "drafting" / "regions" / "atacama"
    shipped.mkdir(parents=True)
    (shipped / "region.toml").write_text("")
    words = copy / "words" / "en.toml"
    words.write_bytes(words.read_bytes().replace(b"\n", b"\r\n"))
    assert package_code(copy) == record["code"]
    words.write_bytes(words.read_bytes() + b"# more")
    assert package_code(copy) != record["code"]


def test_what_python_gave_in_place_of_files_is_named(furnished):
    """Layers in memory or elsewhere, models as values, and a region without a file."""
    region = load_region(furnished)
    faults = gpd.read_file(furnished / "maps" / "faults.shp").rename(
        columns={"system": "fault_system"}
    )
    held = prospector.with_layers(region, {"faults": faults, "relief": furnished / "relief.tif"})
    assert given_in_python(held) == ["layers.faults", "layers.relief"]
    assert {"faults (in memory)", "relief.tif"} <= deciding_hashes(held).keys()
    assert given_in_python(region) == []
    deposits = gpd.read_file(furnished / "deposits.geojson")
    model = prospector.read_deposit_model(MODEL)
    built = prospector.make_region(
        "built", {"deposits": deposits}, crs="EPSG:32719", window=(-70, -25, -68.5, -24),
        cell_size_m=4000, deposit_models=[model],
    )  # fmt: skip
    assert given_in_python(built) == ["region"]
    assert list(deciding_hashes(built)) == ["deposits (in memory)"]
