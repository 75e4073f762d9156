"""Deposit models applied to regions: what a region carries, what it lacks, what it is too coarse for."""

import contextlib
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import prospector
from prospector.errors import ModelError, Reason
from prospector.ground.application import available_evidence
from prospector.ground.needed_maps import with_needed_map
from prospector.layers import read_layers
from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.words.language import sentence

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"

MORE = """
[layers.intrusions]
role = "intrusions"
file = "intrusions.geojson"

[layers.geology]
role = "geology"
file = "geology.geojson"
"""

LAND = '\n[layers.land]\nrole = "land"\nfile = "land.geojson"\n'


@pytest.fixture
def coast(region):
    """The planted region with two intrusions, volcanic rock between them, and no deposit of the models."""
    grid = prospector.load_region(region).grid()
    middle = grid.west + 100_000, grid.north - 100_000
    bodies = [
        shapely.Point(middle[0] + east, middle[1]).buffer(12_000) for east in (-30_000, 30_000)
    ]
    rock = shapely.box(
        middle[0] - 30_000, middle[1] - 40_000, middle[0] + 30_000, middle[1] + 40_000
    )
    for name, shapes in (("intrusions", bodies), ("geology", [rock])):
        table = gpd.GeoDataFrame(
            {"rock_class": ["volcanic"] * len(shapes)}, geometry=shapes, crs=grid.crs
        )
        table.to_crs("EPSG:4326").to_file(region / f"{name}.geojson", driver="GeoJSON")
    file = region / "region.toml"
    file.write_text(file.read_text() + MORE)
    return region


def screened(region, model):
    return prospector.screen(region, deposit_models=[model], workers=1).rankings[model]


def test_a_model_of_stated_memberships_needs_no_known_deposit(coast):
    """Iron oxide-copper-gold without one: targets along the intrusions, and said to be not learned."""
    ranking = screened(coast, "iocg")
    assert len(ranking.targets) > 0
    assert ranking.skill_words.startswith("not learned")
    assert ranking.skill.n_deposits == 0
    dropped = {n.value("reason") for n in ranking.notices if n.code == "evidence-dropped"}
    lacking = Reason("no-layer", role="magnetics")
    assert Reason("needs-raster", reason=lacking, role="magnetics", needed_km=5.0) in dropped
    assert any("fault_system = Atacama" in str(reason) for reason in dropped)


def test_manto_copper_lies_around_batholiths_and_not_in_them(coast):
    """The best target is volcanic and within some km outside a contact, none lies inside a body."""
    ranking = screened(coast, "manto_copper")
    best = ranking.targets.to_crs(prospector.load_region(coast).grid().crs)
    bodies = gpd.read_file(coast / "intrusions.geojson").to_crs(best.crs).union_all()
    inside = best.area_km2[best.representative_point().within(bodies)].sum()
    assert len(best) > 0
    assert inside == 0
    assert best.distance(bodies).iloc[0] < 9000


@pytest.mark.atacama
def test_a_model_asked_for_by_name_says_what_the_region_lacks():
    """By evidence and role, with the remedy."""
    with pytest.raises(
        ModelError, match=r"(?s)0 of 4 evidence layers available, 2 needed.*role 'intrusions'"
    ):
        prospector.screen(ATACAMA, deposit_models=["iocg"])


@pytest.mark.atacama
def test_the_atacama_says_why_five_models_are_left_out(atacama_screening):
    """Its faults are schematic, 10 km off, it has no geology, and no rock of the iron belt is dated."""
    left_out = {
        notice.value("model"): sentence(notice)
        for notice in atacama_screening.notices
        if notice.code == "model-not-screened"
    }
    for name in ("iocg", "manto_copper", "gold_paleocene", "gold_miocene"):
        assert "schematic, up to 10 km off" in left_out[name]
    assert "role 'geology'" in left_out["manto_copper"]
    assert "distance to igneous rock dated at 84 to 154 Ma" in left_out["iron_oxide_apatite"]
    assert len(left_out) == 5


@pytest.mark.atacama
def test_rare_earths_of_clay_do_not_apply_to_the_atacama(atacama_screening):
    """Its wettest known basin has less than half of the rain."""
    [notice] = [n for n in atacama_screening.notices if n.code == "model-does-not-apply"]
    about = dict(notice.value("reason").about)
    assert notice.value("model") == "ion_adsorption_ree"
    assert about["high"] < 400
    assert about["unit"] == "mm/y"


def test_deposits_off_permissive_ground_are_told(region):
    """Land ends at 500 km east, so about half of the deposits, which follow a fault there, lie at sea."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + LAND, "utf-8")
    land = gpd.GeoDataFrame(
        geometry=[shapely.box(300_000, 7_100_000, 500_000, 7_500_000)], crs="EPSG:32719"
    )
    land.to_file(region / "land.geojson")
    at = gpd.read_file(region / "deposits.geojson").to_crs("EPSG:32719")
    sea = int((at.geometry.x > 500_000).sum())
    assert 5 < sea < 35
    screening = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True)
    [notice] = [n for n in screening.notices if n.code == "deposits-off-permissive-ground"]
    merged = [n.count for n in screening.notices if n.code == "deposits-merged"]
    assert sea - sum(merged) <= notice.count <= sea
    assert screening.rankings["porphyry_copper"].skill.n_deposits == 40 - sum(merged)


COARSE = """
[layers.magnetics]
role = "magnetics"
file = "magnetics.tif"
unit = "nT"
{more}
"""


def dropped(region, model="iocg", evidence="magnetics"):
    """Why an evidence of a model is not used on a region; None if it is."""
    loaded, notices = load_region(region), []
    layers = read_layers(loaded, loaded.grid())
    with contextlib.suppress(ModelError):
        available_evidence(loaded.deposit_model(model), layers, notices, stated=False)
    reasons = [notice.value("reason") for notice in notices if notice.value("evidence") == evidence]
    return next(iter(reasons), None)


@pytest.fixture
def magnetic(region):
    """Write the planted region's relief as a magnetic field, with more keys, and return the region."""

    def written(more=""):
        shutil.copy(region / "relief.tif", region / "magnetics.tif")
        toml = region / "region.toml"
        text = toml.read_text("utf-8").replace('["porphyry_copper"]', '["porphyry_copper", "iocg"]')
        toml.write_text(text + COARSE.format(more=more), "utf-8")
        return region

    return written


def test_a_field_of_150_km_is_no_evidence_of_an_ore_system(magnetic):
    """Iron oxide-copper-gold asks for 5 km; cells of 4.3 km that resolve 150 km are refused."""
    why = Reason("layer-too-coarse", role="magnetics", resolves_km=150.0, needed_km=5.0)
    assert dropped(magnetic("resolution_m = 150000")) == why
    assert "has a resolution of 150 km, and the evidence needs 5 km or finer" in sentence(why)
    assert "resolución de 150 km" in sentence(why, "es")


def test_a_field_that_resolves_enough_is_used(magnetic):
    """Cells of 4.3 km serve it."""
    assert dropped(magnetic()) is None


def test_a_region_may_ask_for_another_resolution(magnetic):
    """By override; the reason names both."""
    region = magnetic("\n[override.iocg.evidence.magnetics]\ncoarsest_m = 1000")
    why = dropped(region)
    assert why.code == "layer-too-coarse"
    assert "has a resolution of 4.33 km, and the evidence needs 1 km or finer" in sentence(why)


def test_features_are_refused_like_rasters(region):
    """A line that may lie 12 km off is too coarse for the Domeyko evidence, which asks for 10 km."""
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    for metres, kept in ((10_000, True), (12_000, False)):
        stated = text.replace('role = "faults"', f'role = "faults"\ntolerance_m = {metres}')
        toml.write_text(stated, "utf-8")
        assert (dropped(region, "porphyry_copper", "domeyko") is None) is kept


def test_a_layer_serves_as_long_as_some_of_its_features_do(region):
    """One surveyed fault among schematic ones keeps the evidence."""
    faults = gpd.read_file(region / "faults.geojson")
    both = pd.concat([faults, faults], ignore_index=True)
    both["tolerance_m"] = [12_000.0, 500.0]
    both.to_file(region / "faults.geojson", driver="GeoJSON")
    assert dropped(region, "porphyry_copper", "domeyko") is None


@pytest.mark.parametrize("name", deposit_model_names())
def test_every_evidence_of_the_shipped_models_states_the_coarsest_that_serves_it(name):
    """No other layer is too coarse for it than one that the model says is."""
    assert all(entry.coarsest_m for entry in load_deposit_model(name).evidence.values())


def test_the_map_that_is_needed_is_named_in_both_languages():
    """By the role and the scale of a map, or the size of a raster's cells."""
    faults = with_needed_map(Reason("no-layer", role="faults"), ["faults"], 2500)
    assert sentence(faults).endswith("; add faults at 1:5,000,000 or finer")
    assert sentence(faults, "es").endswith(
        "; agregue una capa faults a escala 1:5.000.000 o más detallada"
    )
    strike = Reason("nothing-strikes", layer="faults", low=320, high=350)
    assert sentence(with_needed_map(strike, ["faults"], 1000)).endswith(
        "no line strikes 320 to 350 degrees; add faults at 1:2,000,000 or finer"
    )
    relief = with_needed_map(Reason("no-layer", role="relief"), ["relief"], 1000)
    assert sentence(relief).endswith("; add a raster with cells of 1 km or finer")


def test_what_no_map_would_mend_stays_as_it_is():
    """Nor does an evidence that states no resolution ask for one."""
    other = Reason("overlay-needs-membership")
    assert with_needed_map(other, ["faults"], 2500) == other
    lacking = Reason("no-layer", role="faults")
    assert with_needed_map(lacking, ["faults"], None) == lacking


@pytest.mark.parametrize("role", ["sites", "tailings"])
def test_places_of_context_are_no_evidence(region, role):
    """Tailings stand where plants are: people have worked there."""
    gpd.GeoDataFrame(geometry=[shapely.Point(-69.0, -24.0)], crs="EPSG:4326").to_file(
        region / "tailings.geojson", driver="GeoJSON"
    )
    file = region / "region.toml"
    file.write_text(
        file.read_text()
        + f'\n[layers.tailings]\nrole = "{role}"\nfile = "tailings.geojson"\n'
        + "\n[override.porphyry_copper.evidence.tailings]\n"
        + f'kind = "distance"\nrole = "{role}"\nlabel = "tailings"\nexpected = "decreasing"\nreason = "x"\n'
    )
    with pytest.raises(
        ModelError, match=rf"evidence\.tailings: role '{role}' is context, not rock"
    ):
        screened(region, "porphyry_copper")
