"""Deposit models and a role of a region's own, end to end: screened, written, reopened, asked."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from plain_payload import plain_payload

import prospector
from prospector.pages.run_lines import run_lines
from prospector.region.model_tables import NO_FOLDERS
from prospector.region.region_file import load_region
from prospector.runs.manifest import inputs_of
from prospector.runs.run_folder import STORE_FOLDER
from prospector.writing import screen_into

MODELS = ["iron", "magnetite", "porphyry_copper", "claims"]

IRON = """\
# Iron formation, in the unit of cells
[deposit_model]
name = "iron"
label = "Iron formation"
code = "FEB"
unit = "cell"
commodities = ["Fe"]
summary = "Iron ore of enriched banded iron formation"
ranges = "a sketch of ours"
papers = ["Nobody 2024"]

[labels]
deposit_type = "porphyry_copper"
least = 5

[evidence.fault]
kind = "distance"
role = "faults"
label = "distance to faults"
expected = "decreasing"
membership = { full = 2, none = 20 }
reason = "fluid rose along faults"

[evidence.clay]
kind = "distance"
role = "alteration"
where = { mineral = ["alunite"] }
label = "distance to alunite"
expected = "decreasing"
membership = { full = 5, none = 60 }
reason = "alunite marks fluid"

[estimator]
name = "fuzzy"

[targets]
lowest_percentile = 95
highest_percentile = 99
step = 1
"""

MAGNETITE = """\
from = "iron.toml"
without = ["evidence.clay"]

[deposit_model]
name = "magnetite"
label = "Magnetite"
code = "FEM"
summary = "Magnetite of banded iron formation"
papers = []

[evidence.height]
kind = "surface"
role = "relief"
label = "elevation"
expected = "increasing"
reason = "ridges"

[estimator]
name = "logistic"
"""

CLAIMS = """\
from = "iron.toml"
without = ["evidence.clay"]

[deposit_model]
name = "claims"
label = "Altered blocks"
code = "ALB"
unit = "alteration"
summary = "Whole blocks of alteration"
papers = []

[targets]
lowest_percentile = 50
highest_percentile = 50
min_area_km2 = 0
max_area_km2 = 100000
"""

REGION = """
[roles.alteration]
geometry = "polygon"
description = "hydrothermal alteration"
columns = ["mineral"]

[layers.alteration]
role = "alteration"
file = "alteration.geojson"

[override.magnetite.labels]
least = 10
"""


@pytest.fixture(scope="module")
def own_region(planted, tmp_path_factory):
    """The planted region with two models of cells, one of polygons, and a role of its own."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("own") / "region"))
    boxes = [
        shapely.box(x, y, x + 15_000, y + 15_000)
        for x in range(430_000, 560_000, 25_000)
        for y in range(7_230_000, 7_360_000, 25_000)
    ]
    minerals = ["alunite" if place % 3 else "illite" for place in range(len(boxes))]
    names = [f"block {place}" for place in range(len(boxes))]
    frame = gpd.GeoDataFrame({"name": names, "mineral": minerals}, geometry=boxes, crs="EPSG:32719")
    frame.to_file(region / "alteration.geojson", driver="GeoJSON")
    (region / "models").mkdir()
    for name, text in (("iron", IRON), ("magnetite", MAGNETITE), ("claims", CLAIMS)):
        (region / "models" / f"{name}.toml").write_text(text, "utf-8")
    file = region / "region.toml"
    listed = (
        '["models/iron.toml", "models/magnetite.toml", "porphyry_copper", "models/claims.toml"]'
    )
    text = file.read_text("utf-8").replace('["porphyry_copper"]', listed)
    file.write_text(text + REGION, "utf-8")
    return region


@pytest.fixture(scope="module")
def own_screening(own_region):
    """It screened."""
    return prospector.screen(own_region, quick=True, workers=1)


@pytest.fixture(scope="module")
def own_run(own_screening, tmp_path_factory):
    """Folder of its run, in Spanish."""
    folder = tmp_path_factory.mktemp("run") / "own"
    return prospector.write(own_screening, folder, language="es")


def test_each_model_is_ranked_under_its_own_name(own_screening, own_run):
    """In the order of the list; a folder, targets and a code for each."""
    assert list(own_screening.rankings) == MODELS
    opened = prospector.open_run(own_run)
    assert opened.deposit_models == MODELS
    assert all((own_run / name / "targets.geojson").is_file() for name in MODELS)
    codes = opened.targets.groupby("deposit_model")["target_id"].agg(lambda ids: ids.iloc[0][:3])
    assert codes.to_dict() == {
        "iron": "FEB", "magnetite": "FEM", "porphyry_copper": "PCU", "claims": "ALB",
    }  # fmt: skip
    assert list(opened.evidence_labels("iron")) == ["distance to faults", "distance to alunite"]
    assert list(opened.evidence_labels("magnetite")) == ["distance to faults", "elevation"]


def test_the_run_names_the_files_that_it_hangs_on(own_region, own_run, tmp_path):
    """An edited model, and one that another inherits, means that the run is made again."""
    record = json.loads((own_run / "run.json").read_text("utf-8"))
    assert list(record["own_files"]) == [
        f"models/{name}.toml" for name in ("claims", "iron", "magnetite")
    ]
    assert record["region"]["deposit_models"] == MODELS
    region = Path(shutil.copytree(own_region, tmp_path / "region"))
    before = inputs_of(load_region(region), {})
    file = region / "models" / "iron.toml"
    file.write_text(file.read_text("utf-8").replace("# Iron", "# An iron"), "utf-8")
    assert inputs_of(load_region(region), {}) != before
    file.write_text(IRON, "utf-8")
    assert inputs_of(load_region(region), {}) == before


def test_a_copied_region_is_the_same_input(own_region, tmp_path):
    """Whether anything changed does not hang on where the folder lies."""
    moved = Path(shutil.copytree(own_region, tmp_path / "elsewhere" / "region"))
    assert inputs_of(load_region(moved), {}) == inputs_of(load_region(own_region), {})


def test_pages_say_what_the_estimator_did(own_run):
    """A model that learns does not say that nothing was learned, whatever it inherits."""
    lines = list(run_lines(prospector.open_run(own_run)))
    assert len([line for line in lines if line.startswith("  No se aprendió de datos")]) == 2
    report = (own_run / "report.html").read_text("utf-8")
    assert (
        "Las pertenencias se declaran; no se aprendió de yacimientos. Rangos: a sketch of ours."
        in report
    )


def test_the_map_says_it_too(own_screening):
    """Of each model by its own estimator, in both languages."""
    payload = plain_payload(own_screening)
    assert [model["name"] for model in payload["models"]] == MODELS
    cautions = {model["name"]: model["caution"] for model in payload["models"]}
    stated = "Memberships are stated; nothing was learned from deposits."
    assert cautions["iron"] == f"{stated} Ranges: a sketch of ours."
    assert cautions["claims"] == stated
    assert stated not in cautions["magnetite"] + cautions["porphyry_copper"]
    assert (
        payload["translations"]["es"][stated]
        == "Las pertenencias se declaran; no se aprendió de yacimientos."
    )


def test_a_place_a_target_and_polygons_can_be_asked_of_it(own_run, own_region, tmp_path):
    """Explain, dossier, score polygons, portfolio."""
    opened = prospector.open_run(own_run)
    first = opened.targets.groupby("deposit_model").first().loc[MODELS]
    for name, row in first.iterrows():
        page = prospector.dossier(own_run, row["target_id"]).read_text("utf-8")
        assert row["target_id"] in page
        explained = prospector.explain(opened, row["longitude"], row["latitude"])
        assert name in [explanation.deposit_model for explanation in explained]
    scored = prospector.score_polygons(opened, own_region / "alteration.geojson")
    assert {f"{name}_score" for name in MODELS} <= set(scored.polygons.columns)
    ordered = prospector.portfolio(opened, "area_km2")
    assert set(ordered.targets["deposit_model"]) == set(MODELS)


def test_an_edited_model_shows_in_the_comparison(own_run, own_region, tmp_path):
    """Another membership: what changed names the model."""
    region = Path(shutil.copytree(own_region, tmp_path / "region"))
    file = region / "models" / "iron.toml"
    file.write_text(IRON.replace("none = 20", "none = 40"), "utf-8")
    screening = prospector.screen(region, deposit_models=["iron"], quick=True, workers=1)
    changes = prospector.compare(own_run, prospector.write(screening, tmp_path / "later"))
    assert [(one.kind, one.key) for one in changes.causes["iron"]] == [("model_key", "evidence")]


def test_no_model_takes_the_place_of_what_a_run_holds(own_run):
    """A model's folder lies beside the run's own."""
    others = {path.name for path in own_run.iterdir() if path.is_dir()} - set(MODELS)
    assert {STORE_FOLDER, *others} <= set(NO_FOLDERS)


def test_one_of_its_models_is_screened_by_name(own_region, tmp_path):
    """As with --deposit-model; a run to which nothing changed is kept."""
    options = {"deposit_models": ["magnetite"], "quick": True, "workers": 1}
    folder, kept = screen_into(own_region, tmp_path / "out", **options)
    assert (prospector.open_run(folder).deposit_models, kept) == (["magnetite"], False)
    assert screen_into(own_region, tmp_path / "out", **options) == (folder, True)
