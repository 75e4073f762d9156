"""layers/atacama: real, stated, small, and inside what the sources allow."""

import hashlib
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from prospector.region.region_file import load_region
from prospector.region.region_tables import SourceEntry

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"
PLAIN = {"region.toml", "SOURCES.toml", "README.md"}
SOURCES = tomllib.loads((ATACAMA / "SOURCES.toml").read_text("utf-8"))


def test_every_file_states_its_origin_and_hash():
    """A file without an entry, or one that changed, fails."""
    files = {one.name for one in ATACAMA.iterdir()} - PLAIN
    assert files == set(SOURCES)
    for name, entry in SOURCES.items():
        digest = hashlib.sha256((ATACAMA / name).read_bytes()).hexdigest()
        assert SourceEntry.model_validate(entry).sha256 == digest


def test_the_folder_is_small():
    """Below 6 MB."""
    assert sum(one.stat().st_size for one in ATACAMA.iterdir()) < 6e6


def test_what_is_schematic_is_called_so():
    """Faults, salars and the coverage of titles."""
    schematic = {name for name, entry in SOURCES.items() if entry["schematic"]}
    assert {"faults.geojson", "salars.geojson", "concessions_coverage.geojson"} <= schematic


def test_the_stated_scale_error_is_the_projections_own():
    """Computed over the window by PROJ."""
    from pyproj import Proj

    region = load_region(ATACAMA).region
    window = region.window
    longitude, latitude = np.meshgrid(
        np.linspace(window.west, window.east, 40), np.linspace(window.south, window.north, 40)
    )
    factors = Proj(region.crs).get_factors(longitude.ravel(), latitude.ravel())
    worst = max(factors.tissot_semimajor.max() - 1, 1 - factors.tissot_semiminor.min()) * 100
    assert worst == pytest.approx(region.scale_error_percent, abs=0.001)


def test_deposits_carry_source_tolerance_and_whether_verified():
    """And porphyries are as many as the compilation holds in the window."""
    deposits = gpd.read_file(ATACAMA / "deposits.geojson")
    for column in ("position_source", "tolerance_m", "verified", "source"):
        assert deposits[column].notna().all()
    copper = deposits[deposits["deposit_type"] == "porphyry_copper"]
    assert copper["verified"].all()
    assert deposits["deposit_id"].is_unique
    assert set(copper["tolerance_m"]) == {500, 2000}
    assert not deposits["name"].str.contains("Hydrothermal").any()
    assert not deposits.duplicated(["name", "geometry"]).any()
    years = copper.set_index("name")["discovery_year"]
    assert years["Chuquicamata"] == 1911
    assert np.isnan(years["El Abra"])
    assert (copper[["cu_percent", "au_g_t", "tonnage_mt"]].fillna(1) > 0).all().all()
    lithium = deposits[deposits["deposit_type"] == "lithium_brine"].set_index("name")
    assert set(lithium["country"]) == {"Chile", "Argentina", "Bolivia"}
    assert lithium.loc["Salar de Atacama", "li_mg_l"] == 1800
    assert not lithium["verified"].all()


def test_the_salars_of_three_countries_have_the_area_of_their_outline():
    """For all alike, whatever the source of the outline."""
    salars = gpd.read_file(ATACAMA / "salars.geojson").to_crs(load_region(ATACAMA).region.crs)
    assert set(salars["country"]) == {"Chile", "Argentina", "Bolivia"}
    np.testing.assert_allclose(salars.area / 1e6, salars["area_km2"], rtol=0.02, atol=0.3)


def test_concessions_hold_nothing_personal():
    """A holder is named only if the name ends in a legal form; ids do not repeat."""
    titles = gpd.read_file(ATACAMA / "concessions.geojson")
    assert titles["concession_id"].is_unique
    assert set(titles["tenure_class"]) == {"held", "applied_for", "vacant", "unknown"}
    assert titles.is_valid.all()
    named = titles["holder"].dropna()
    assert (named == "private holder").any()
