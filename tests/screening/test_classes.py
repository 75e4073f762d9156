"""Classes that a deposit model names and the region has not: told with those that there are."""

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.errors import ModelError, Reason

GEOLOGY = '\n[layers.geology]\nrole = "geology"\nfile = "geology.geojson"\n'
SHARE = """
[override.porphyry_copper.evidence.rocks]
kind = "share"
role = "geology"
where = { class = ["granite", "tonalite", "dyorite"] }
label = "share of intrusive rock"
expected = "increasing"
reason = "a test"
"""
NUMBERS = """
[override.porphyry_copper.evidence.rocks]
kind = "class_value"
role = "geology"
column = "class"
values = { granite = 0.25, tonalite = 1.0, tuff = 0.5, dyorite = 8 }
label = "worth of the rock"
expected = "increasing"
reason = "a test"
"""


@pytest.fixture
def rocks(region):
    """The planted region with stripes of three rocks; give the tables to add to its region.toml."""
    stripes = [
        shapely.box(x, 7_150_000, x + 70_000, 7_450_000) for x in (390_000, 460_000, 530_000)
    ]
    table = {"class": ["granite", "tonalite", "tuff"]}
    gpd.GeoDataFrame(table, geometry=stripes, crs="EPSG:32719").to_file(region / "geology.geojson")

    def with_tables(text):
        toml = region / "region.toml"
        toml.write_text(toml.read_text("utf-8") + GEOLOGY + text, "utf-8")
        return region

    return with_tables


def found(notices, code):
    """The notices of a code that are about the rocks."""
    return [n for n in notices if n.code == code and n.value("evidence") in (None, "rocks")]


@pytest.mark.parametrize("table", [SHARE, NUMBERS])
def test_one_misspelt_class_is_told_with_the_classes_there(rocks, table):
    """The others are used; the notice names the layer, the column, the word and what there is."""
    _, notices = prospector.check(rocks(table))
    [notice] = found(notices, "classes-not-found")
    assert notice.level == "caution"
    assert prospector.sentence(notice).endswith(
        "no feature of layer 'geology' has class 'dyorite'. Values found: granite, tonalite, tuff."
    )
    assert found(notices, "evidence-dropped") == []


def test_the_screen_says_the_same_and_uses_the_others(rocks):
    """A class without features weighs nothing, and the others keep their numbers."""
    screening = prospector.screen(rocks(NUMBERS), deposit_models=["porphyry_copper"], quick=True)
    assert found(screening.notices, "classes-not-found")
    [rock] = [one for one in screening.rankings["porphyry_copper"].evidence if one.name == "rocks"]
    values = rock.raster.values
    assert (values.min(), values.max()) == (0.25, 1.0)


@pytest.mark.parametrize("table", [SHARE, NUMBERS])
def test_where_no_class_is_there_the_evidence_is_dropped_with_the_list(rocks, table):
    """As where a layer is missing; the reason lists the column's values, commonest first."""
    spoiled = table
    for rock in ("granite", "tonalite", "tuff"):
        spoiled = spoiled.replace(rock, f"{rock}s")
    _, notices = prospector.check(rocks(spoiled))
    [dropped] = found(notices, "evidence-dropped")
    reason = dropped.value("reason")
    assert reason.code == "no-feature-left"
    assert dict(reason.about)["values"] == ("granite", "tonalite", "tuff")


def test_a_condition_of_permissive_ground_that_matches_nothing_is_refused(rocks):
    """Nothing is permissive by it: the model cannot run, and the values stand in the error."""
    condition = """
[[override.porphyry_copper.permissive]]
kind = "share"
role = "geology"
where = { class = ["basalt"] }
at_least = 0.5
reason = "basalt"
"""
    with pytest.raises(ModelError, match=r"class = basalt.*'class' holds: granite, tonalite"):
        prospector.screen(rocks(condition), deposit_models=["porphyry_copper"], quick=True)


def test_a_long_list_of_values_is_cut(rocks):
    """Twenty are shown, then how many more."""
    region = rocks(SHARE.replace('"granite", "tonalite", ', ""))
    cells = [
        shapely.box(x, 7_150_000, x + 5_000, 7_450_000) for x in range(400_000, 525_000, 5_000)
    ]
    table = {"class": [f"unit {number:02d}" for number in range(25)]}
    gpd.GeoDataFrame(table, geometry=cells, crs="EPSG:32719").to_file(region / "geology.geojson")
    [dropped] = found(prospector.check(region).notices, "evidence-dropped")
    values = dict(dropped.value("reason").about)["values"]
    assert isinstance(values, Reason)
    assert dict(values.about)["more"] == 5
    assert "'unit 19' and 5 more" in prospector.sentence(dropped)
