"""Deposit models applied to regions: what a region carries, what it lacks, what it is too coarse for."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.errors import ModelError, Reason
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
    assert Reason("no-layer", role="magnetics") in dropped
    assert any("{'fault_system': ['Atacama']}" in str(reason) for reason in dropped)


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
    with pytest.raises(ModelError, match=r"0 of 4 evidences left, 2 needed.*role 'intrusions'"):
        prospector.screen(ATACAMA, deposit_models=["iocg"])


@pytest.mark.atacama
def test_the_atacama_says_why_three_models_are_left_out(atacama_screening):
    """Its faults are schematic, 10 km off, and it has no geology."""
    left_out = {
        notice.value("model"): sentence(notice)
        for notice in atacama_screening.notices
        if notice.code == "model-not-screened"
    }
    for name in ("iocg", "manto_copper", "epithermal_gold"):
        assert "schematic, 10 km off" in left_out[name]
    assert "role 'geology'" in left_out["manto_copper"]


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
