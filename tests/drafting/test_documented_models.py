"""The page on deposit models of one's own: its examples are read, and the whole one is checked."""

import re
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from jsonschema import Draft7Validator
from rasterio.transform import from_origin

import prospector
from prospector.drafting.schemas import schema_of
from prospector.evidence.entries import entry_faults
from prospector.region.own_models import NOT_INHERITED
from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "deposit_models.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.S | re.M)
[IRON] = [block for language, block in BLOCKS if language == "toml"]
EXAMPLES = [block for language, block in BLOCKS if not language]
[SKARN] = [example for example in EXAMPLES if example.startswith("from =")]
[ROLES] = [example for example in EXAMPLES if example.startswith("[roles.")]


@pytest.fixture
def iron_region(region):
    """The planted region with the page's model, its geology and its magnetics, and deposits of iron."""
    bodies = [shapely.box(x, 7_190_000, x + 40_000, 7_410_000) for x in (400_000, 470_000, 560_000)]
    rocks = ["granite", "banded iron formation", "shale"]
    frame = gpd.GeoDataFrame({"lithology": rocks}, geometry=bodies, crs="EPSG:32719")
    frame.to_file(region / "geology.geojson", driver="GeoJSON")
    anomaly = np.random.default_rng(0).normal(0, 800, (130, 130)).astype("float32")
    with rasterio.open(
        region / "magnetics.tif", "w", driver="GTiff", height=130, width=130, count=1, dtype="float32",
        crs="EPSG:32719", transform=from_origin(370_000, 7_430_000, 2000, 2000),
    ) as file:  # fmt: skip
        file.write(anomaly, 1)
    deposits = gpd.read_file(region / "deposits.geojson")
    deposits.assign(deposit_type="iron", age_ma=2000.0).to_file(region / "deposits.geojson")
    (region / "models").mkdir()
    (region / "models" / "iron.toml").write_text(IRON, "utf-8")
    (region / "models" / "skarn.toml").write_text(SKARN, "utf-8")
    toml = region / "region.toml"
    text = toml.read_text("utf-8").replace(
        '["porphyry_copper"]', '["porphyry_copper", "models/iron.toml", "models/skarn.toml"]'
    )
    for role, name in (("geology", "geology.geojson"), ("magnetics", "magnetics.tif")):
        text += f'\n[layers.{role}]\nrole = "{role}"\nfile = "{name}"\n'
    toml.write_text(text, "utf-8")
    return region


def test_the_whole_example_is_sound():
    """By the schema, and by what reads it."""
    assert list(Draft7Validator(schema_of("deposit-model")).iter_errors(tomllib.loads(IRON))) == []
    assert list(Draft7Validator(schema_of("deposit-model")).iter_errors(tomllib.loads(SKARN))) == []


def test_the_example_finds_targets(iron_region):
    """As a reader who copies it would run it: check, then screen."""
    loaded = load_region(iron_region)
    models = [loaded.deposit_model(name) for name in loaded.model_names]
    assert entry_faults(models) == []
    checked = prospector.check(iron_region, deposit_models=["iron"])
    assert checked.passed
    screening = prospector.screen(iron_region, deposit_models=["iron"], quick=True, workers=1)
    assert len(screening.targets)
    stated = [entry["label"] for entry in tomllib.loads(IRON)["evidence"].values()]
    assert list(screening.rankings["iron"].evidence_labels) == stated[:3]
    assert stated[3:] == ["relief within 2 km"]  # the planted relief is too coarse for it


def test_the_example_that_inherits_says_what_it_must(iron_region):
    """Its own name, code, papers; one evidence less; one membership otherwise."""
    model = load_region(iron_region).deposit_model("iron_skarn")
    assert "magnetics" not in model.evidence
    assert model.evidence["diorite"].membership.full == 1
    shown = PAGE.split("Tables are merged by key")[1].split("never")[0]
    assert set(re.findall(r"`(\w+)`", shown)) == set(NOT_INHERITED)


def test_the_roles_of_the_page_are_read(region):
    """With a layer that has them."""
    box = shapely.box(450_000, 7_250_000, 470_000, 7_350_000)
    table = {"mineral": ["alunite"], "intensity": ["strong"]}
    gpd.GeoDataFrame(table, geometry=[box], crs="EPSG:32719").to_file(region / "clays.gpkg")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{ROLES}")
    assert "clays" in [layer.name for layer in prospector.check(region).layers.items]


def test_the_page_names_what_there_is():
    """As many models as are shipped; the commands; links that lead somewhere."""
    names = re.findall(r"^- `([a-z_]+)`", PAGE, re.MULTILINE)
    assert sorted(names) == deposit_model_names()
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
