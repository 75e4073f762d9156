"""Deposit models drafted for the deposits and layers of a region."""

import tomllib

import pytest
import small_files as files

from prospector.drafting.init import init_region
from prospector.drafting.lines import init_lines
from prospector.errors import RegionError
from prospector.region import load_region
from prospector.screening.check import check


def filled(folder, types, *, geochemistry=False):
    n = len(types)
    names = [f"Y{number}" for number in range(n)]
    files.points(folder, "yacimientos.gpkg", 26, 66, n=n, NOMBRE=names, TIPO_YAC=types)
    files.squares(
        folder, "geologia.gpkg", 26, 66, n=6, LITOLOGIA=["granito", "caliza blanca", "andesita"]
    )
    files.lines(folder, "fallas.gpkg", 26, 66)
    files.raster(folder, "dem.tif", 26, 66)
    files.raster(folder, "bouguer.tif", 26, 66)
    if geochemistry:
        ppm = [10.0 * number for number in range(1, 31)]
        files.points(folder, "geoquimica.gpkg", 26, 66, n=30, CU_PPM=ppm, Au_ppb=ppm)
    return folder


def test_types_that_no_shipped_model_is_about_get_a_draft(tmp_path):
    """It learns where ten are known, and the region's check finds that it can run."""
    draft = init_region(filled(tmp_path, ["iron"] * 30 + ["gold"] * 4))
    assert [model.file for model in draft.own_models] == ["models/iron.toml"]
    region = load_region(tmp_path)
    assert region.region.deposit_models == ["models/iron.toml"]
    model = region.deposit_model("iron")
    assert (model.labels.deposit_type, model.estimator.name) == ("iron", "logistic")
    assert {"faults_distance", "share_caliza_blanca", "dem", "bouguer"} <= set(model.evidence)
    assert check(region).passed


def test_too_few_deposits_give_stated_memberships(tmp_path):
    """Nothing is learned; each membership is to be set and has the layer's values beside it."""
    draft = init_region(filled(tmp_path, ["gold"] * 7, geochemistry=True))
    [model] = draft.own_models
    tables = tomllib.loads(model.text)
    assert tables["estimator"] == {"name": "fuzzy"}
    assert all("membership" in entry for entry in tables["evidence"].values())
    assert tables["evidence"]["cu_ppm"]["kind"] == "geochemistry"
    assert (
        "# CU_PPM: 5 % of samples are below 24.5, half below 155, 95 % below 286. Also analysed: Au_ppb"
        in model.text
    )
    assert check(tmp_path).passed


def test_deposits_that_count_once_do_not_make_a_model_that_cannot_learn(tmp_path):
    """Ten rows at nine places: the draft states memberships, for `check` counts nine."""
    folder = filled(tmp_path, ["gold"] * 9)
    rows = "\n".join(f"N{n};gold;26,{n}1;66,{n}2" for n in [*range(1, 10), 1])
    (folder / "deposits.csv").write_text(f"nombre;tipo;lon;lat\n{rows}\n")
    (folder / "yacimientos.gpkg").unlink()
    draft = init_region(folder)
    assert [verdict.estimator for verdict in draft.models if verdict.name == "gold"] == ["fuzzy"]
    assert check(tmp_path).passed


def test_no_more_evidence_than_the_deposits_bear(tmp_path):
    """Twelve deposits: four evidences are named, the others stay in the file."""
    draft = init_region(filled(tmp_path, ["gold"] * 12, geochemistry=True))
    tables = tomllib.loads(draft.own_models[0].text)
    assert len(tables["estimator"]["evidence"]) == 4 < len(tables["evidence"])
    assert check(tmp_path).passed


def test_host_rocks_are_found_by_a_word(tmp_path):
    """Whatever else the class is called; a word in no class lists those that there are."""
    filled(tmp_path, ["gold"] * 5)
    draft = init_region(tmp_path, new_model="Skarn de oro", hosts=["CALIZA"])
    model = load_region(tmp_path).deposit_model("skarn_de_oro")
    assert model.evidence["host_rocks"].parameters["where"] == {"lithology": ["caliza blanca"]}
    assert model.labels.deposit_type == "gold"
    draft.file.unlink()
    with pytest.raises(
        RegionError, match=r"no class of geologia holds marmol. It has: andesita, caliza"
    ):
        init_region(tmp_path, hosts=["marmol"])
    assert not draft.file.exists()


def test_a_region_without_deposits_has_stated_memberships(tmp_path):
    """Faults and relief are enough for a first look, and the draft says that nothing is known."""
    files.lines(tmp_path, "fallas.gpkg", 26, 66)
    files.raster(tmp_path, "dem.tif", 26, 66)
    draft = init_region(tmp_path)
    assert load_region(tmp_path).region.deposit_models == ["models/favourable_ground.toml"]
    assert check(tmp_path).passed
    assert "  favourable_ground: fuzzy, no known deposit of its type" in list(init_lines(draft))


def test_a_region_without_evidence_loads_and_says_what_is_needed(tmp_path):
    """A stand-in is named, for a region must name a model."""
    files.points(tmp_path, "ciudades.gpkg", 26, 66, NOMBRE=["a"] * 12)
    draft = init_region(tmp_path)
    assert not check(tmp_path).passed
    lines = list(init_lines(draft))
    assert draft.heading.models_because.startswith("a placeholder")
    assert any("cannot run here" in line for line in lines)
    assert not any(line.startswith("Then: prospector screen") for line in lines)


def test_a_shipped_name_is_not_taken(tmp_path):
    """A type that a shipped model is about, and cannot run for, gets a draft of another name and code."""
    init_region(filled(tmp_path, ["porphyry_copper"] * 14))
    region = load_region(tmp_path)
    assert region.model_names == ["porphyry_copper_2"]
    assert region.deposit_model("porphyry_copper_2").labels.deposit_type == "porphyry_copper"


def test_an_unknown_model_is_refused_with_the_way_to_draft_one(tmp_path):
    """Nothing is written."""
    filled(tmp_path, ["gold"] * 5)
    with pytest.raises(RegionError, match="--new-model iron"):
        init_region(tmp_path, deposit_models=["iron"])
    assert not (tmp_path / "region.toml").exists()
