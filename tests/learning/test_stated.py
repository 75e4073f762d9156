"""Overlays beside the known deposits: in run.json, on the terminal, in the report, in both languages."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

import prospector
from prospector.errors import Reason
from prospector.layers import read_layers
from prospector.learning.countries import unit_countries
from prospector.pages.run_lines import run_lines
from prospector.runs.run import open_run
from prospector.validation.stated import IN_THE_REGION, MOVED, WITHIN_COUNTRIES
from prospector.words.language import language
from prospector.words.stated import stated_line
from prospector.writing import write

HOW = {"deposit_models": ["porphyry_copper"], "estimator": "fuzzy", "quick": True, "workers": 1}
OFF = """
[[override.porphyry_copper.permissive]]
kind = "surface"
role = "relief"
at_least = 1450
reason = "a test"
"""
ELEVATION = """
[override.porphyry_copper.evidence.elevation]
membership = { full = 2500, none = 1500 }
"""


@pytest.mark.parametrize("estimator", ["fuzzy", "index"])
def test_an_overlay_is_tested_at_the_known_deposits(planted, estimator):
    """The planted fault's memberships rank them high, and no moved pattern does as well."""
    skill = prospector.screen(planted, **HOW | {"estimator": estimator}).rankings[
        "porphyry_copper"
    ].skill  # fmt: skip
    test = skill.stated
    assert (skill.verdict, skill.measured, skill.demonstrated) == (None, None, None)
    assert test.null == MOVED
    assert test.n_tested == skill.n_deposits
    assert test.auc.value > 0.9 > test.auc.null_p95
    assert test.auc.p == 0.005  # 1 of 200
    assert [capture.area_share for capture in test.captures] == [0.01, 0.05, 0.1, 0.2]


def test_what_is_learned_has_no_such_test(planted_screening):
    """It was fitted to the deposits: only held-out figures say anything."""
    assert planted_screening.rankings["porphyry_copper"].skill.stated is None


def test_too_few_deposits_are_a_sentence_and_no_figure(region):
    """Four are known: run.json has the reason, and terminal and report say it."""
    file = region / "deposits.geojson"
    gpd.read_file(file).head(4).to_file(file, driver="GeoJSON")
    test = prospector.screen(region, **HOW).rankings["porphyry_copper"].skill.stated
    assert test.auc is None
    assert test.untested == Reason("too-few-to-test", deposits=4, least=5)


def test_deposits_off_the_scored_ground_are_counted_and_left_out(region):
    """Ground above 1450 m alone: a notice says how many lie lower, and they are not tested."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + OFF)
    found = prospector.screen(region, **HOW)
    skill = found.rankings["porphyry_copper"].skill
    off = [notice for notice in found.notices if notice.code == "deposits-off-scored-ground"]
    assert 0 < skill.stated.n_off_ground < skill.n_deposits
    assert [notice.count for notice in off] == [skill.stated.n_off_ground]
    assert skill.stated.n_tested + skill.stated.n_off_ground == skill.n_deposits
    assert not any(n.code == "deposits-off-permissive-ground" for n in found.notices)


def test_a_deposit_without_evidence_is_counted_and_left_out(region):
    """Relief ends west of some deposits: what lies beyond has no evidence."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + ELEVATION)
    with rasterio.open(region / "relief.tif", "r+") as raster:
        heights = raster.read(1)
        heights[: raster.height // 2] = np.nan
        raster.nodata = np.nan
        raster.write(heights, 1)
    skill = prospector.screen(region, **HOW).rankings["porphyry_copper"].skill
    assert 0 < skill.stated.n_without_evidence < skill.n_deposits
    assert skill.stated.n_tested + skill.stated.n_without_evidence == skill.n_deposits


@pytest.fixture
def brines(region):
    """Thirty salars in a lattice of two countries; a brine on each of six that are large, side by side."""
    loaded = prospector.load_region(region)
    crs, bounds = loaded.grid().crs, loaded.grid().bounds
    east = np.linspace(bounds.west, bounds.east, 8)[1:-1]
    north = np.linspace(bounds.south, bounds.north, 7)[1:-1]
    places = [shapely.Point(e, n) for e in east for n in north]
    sides_m = [2500.0 if number < 6 else 1500.0 - 20 * number for number in range(30)]
    outlines = [place.buffer(side) for place, side in zip(places, sides_m, strict=True)]
    names = [f"Salar {number}" for number in range(30)]
    country = ["Chile"] * 20 + ["Bolivia"] * 10
    salars = gpd.GeoDataFrame({"name": names, "country": country}, geometry=outlines, crs=crs)
    salars.to_crs("EPSG:4326").to_file(region / "salars.geojson", driver="GeoJSON")
    wells = {"name": names[:6], "deposit_type": "lithium_brine", "verified": True}
    deposits = gpd.GeoDataFrame(wells, geometry=places[:6], crs=crs)
    deposits.to_crs("EPSG:4326").to_file(region / "deposits.geojson", driver="GeoJSON")
    toml = region / "region.toml"
    text = toml.read_text().replace('["porphyry_copper"]', '["lithium_brine"]')
    toml.write_text(text + '\n[layers.salars]\nrole = "salars"\nfile = "salars.geojson"\n')
    return region


def test_polygons_are_relabelled_within_their_country(brines):
    """Twenty salars of Chile on a path, a row of six: forty ways at most, and the largest rank first."""
    skill = prospector.screen(brines, quick=True, workers=1).rankings["lithium_brine"].skill
    test = skill.stated
    assert test.null == WITHIN_COUNTRIES
    assert test.n_tested == 6
    assert 20 <= test.possible <= 40
    assert test.auc.n_null == test.possible - 1
    assert test.auc.p == pytest.approx(1 / test.possible, abs=1e-4)
    assert test.auc.value > 0.7


def test_deposits_in_polygons_that_were_not_drawn_are_counted(brines, tmp_path):
    """Ten of thirty salars are the background: line and report say how many brines lie in others."""
    toml = brines / "region.toml"
    toml.write_text(toml.read_text() + "\n[override.lithium_brine.estimator]\nbackground = 10\n")
    found = prospector.screen(brines, quick=True, workers=1)
    test = found.rankings["lithium_brine"].skill.stated
    assert 0 < test.n_not_drawn < 6
    assert test.n_tested + test.n_not_drawn == 6
    run = open_run(write(found, tmp_path / "run", language="es"))
    left_out = f"{test.n_not_drawn} left out, in polygons not sampled as background"
    assert left_out in stated_line(test, run.evidence_labels("lithium_brine"), language("en"))
    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert f"{test.n_not_drawn} yacimientos conocidos están en polígonos" in report


def test_without_countries_the_whole_region_is_relabelled_and_that_is_said(brines):
    """The column is gone: another null, by name."""
    file = brines / "salars.geojson"
    gpd.read_file(file).drop(columns="country").to_file(file, driver="GeoJSON")
    found = prospector.screen(brines, quick=True, workers=1)
    assert found.rankings["lithium_brine"].skill.stated.null == IN_THE_REGION


def test_administrative_units_say_the_country_of_polygons_without_one(brines):
    """Two halves of the region as provinces of two countries."""
    loaded = prospector.load_region(brines)
    bounds, crs = loaded.grid().bounds, loaded.grid().crs
    middle = (bounds.west + bounds.east) / 2
    halves = [
        shapely.box(bounds.west - 1e4, bounds.south - 1e4, middle, bounds.north + 1e4),
        shapely.box(middle, bounds.south - 1e4, bounds.east + 1e4, bounds.north + 1e4),
    ]
    table = {"name": ["West", "East"], "country": ["Chile", "Bolivia"]}
    units = gpd.GeoDataFrame(table, geometry=halves, crs=crs).to_crs("EPSG:4326")
    units.to_file(brines / "units.geojson", driver="GeoJSON")
    file = brines / "salars.geojson"
    gpd.read_file(file).drop(columns="country").to_file(file, driver="GeoJSON")
    toml = brines / "region.toml"
    more = '\n[layers.units]\nrole = "administrative"\nfile = "units.geojson"\n'
    toml.write_text(toml.read_text() + more)
    layers = read_layers(prospector.load_region(brines), loaded.grid())
    at = np.array(
        [[bounds.west + 5e3, bounds.south + 5e3], [bounds.east - 5e3, bounds.south + 5e3]]
    )
    first, second = unit_countries("salars", layers, at)
    assert first != second


def test_pages_and_run_json_say_it_in_both_languages(planted, tmp_path):
    """One line on the terminal, a section in the report, the record in run.json."""
    found = prospector.screen(planted, **HOW)
    run = open_run(write(found, tmp_path / "run", language="es"))
    test = found.rankings["porphyry_copper"].skill.stated
    assert run.skill("porphyry_copper").stated == test
    lines = [line for line in run_lines(run) if line.startswith("  No se aprendió de datos: ")]
    assert len(lines) == 1
    assert f"AUC {test.auc.value:.2f}".replace(".", ",") in lines[0]
    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "las pertenencias declaradas en los yacimientos conocidos" in report
    assert "patrones desplazados sobre el terreno" in report


SEEN = """
[override.porphyry_copper.deposit_model]
memberships_seen = true
"""


@pytest.mark.parametrize(
    ("language", "report_says", "overview_says", "praise", "terminal_says"),
    [
        (
            "en", "p is not evidence of skill",
            "set with these deposits in view, so this is not an independent test",
            "That is better than chance", "known deposits; not an independent test.",
        ),
        (
            "es", "p no demuestra capacidad predictiva",
            "con estos yacimientos a la vista, así que no es una prueba",
            "Eso es mejor que el azar", "conocidos; no es una prueba independiente.",
        ),
    ],
)  # fmt: skip
def test_memberships_set_with_the_deposits_in_view_are_said_to_be_everywhere(
    region, tmp_path, language, report_says, overview_says, praise, terminal_says
):
    """run.json, terminal, report and overview; nowhere is p called better than chance."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + SEEN)
    run = write(prospector.screen(region, **HOW), tmp_path / language, language=language)
    opened = open_run(run)
    assert opened.record["deposit_models"]["porphyry_copper"]["skill"]["stated"]["seen"] is True
    terminal = "\n".join(run_lines(opened))
    assert terminal_says in terminal
    report, overview = (
        (run / f"{page}.html").read_text("utf-8") for page in ("report", "overview")
    )
    assert report_says in report
    assert overview_says in overview
    assert praise not in overview
