"""Salars, basins and wells of layers/atacama: cited, in their country, not overlapping, whole."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.layers import read_layers
from prospector.layers.exactness import feature_exactness
from prospector.region.region_file import load_region

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"
UNCITED = "the schematic table of this region, 2026; its source was not kept"
STATUSES = {
    "production", "construction", "reserves", "resource", "lithium known", "sampled low", "unstudied",
}  # fmt: skip
REGIMES = {
    "strategic", "state_company", "contract_granted", "contract_pending", "protected", "provincial",
    "national_company", "none_seen",
}  # fmt: skip


def metres(table):
    """In the region's equal-area CRS."""
    return table.to_crs(load_region(ATACAMA).region.crs)


@pytest.fixture(scope="module")
def table():
    return pd.read_csv(ATACAMA / "salars.csv", dtype={"n_sources": str})


@pytest.fixture(scope="module")
def salars():
    return gpd.read_file(ATACAMA / "salars.geojson")


@pytest.fixture(scope="module")
def brines():
    deposits = gpd.read_file(ATACAMA / "deposits.geojson")
    return deposits[deposits["deposit_type"] == "lithium_brine"]


def test_every_record_has_its_source_grade_and_state(table, salars):
    """Drawn or not; and 84 stand in the table, 58 of them on the map."""
    assert (len(table), len(salars)) == (84, 58)
    assert table["salar_id"].is_unique
    assert table["name"].is_unique
    for column in ("sources", "source_dates", "grade", "n_sources", "lithium_status", "regime"):
        assert table[column].notna().all()
        if column in salars:
            assert salars[column].notna().all()
    assert set(table["grade"]) == {"A", "B", "C"}
    assert set(table["n_sources"]) == {"0", "1", "2+"}
    assert set(table["lithium_status"]) == STATUSES
    assert set(table["regime"]) == REGIMES
    assert table.loc[table["regime"] != "none_seen", "regime_source"].notna().all()
    assert set(salars["salar_id"]) == set(table.loc[table["outline"] != "none", "salar_id"])


def test_what_one_source_alone_says_is_called_so(table, salars):
    """In the table by number, on the map in words."""
    alone = set(table.loc[table["n_sources"] == "1", "salar_id"]) & set(salars["salar_id"])
    marked = salars["sources"].str.endswith("one source only")
    assert set(salars.loc[marked, "salar_id"]) == alone
    assert len(alone) > 10


def test_a_regime_that_no_source_gives_a_salar_is_called_so(table):
    """Sources name the State company at seven salars of Bolivia; at the others it is read from those."""
    bolivia = table[table["country"] == "Bolivia"]
    read = bolivia["regime_source"].str.contains("no source names this salar")
    assert (read.sum(), (~read).sum()) == (13, 7)


def test_what_of_an_ellipse_has_no_source_is_doubted(table, salars):
    """Centre or area, in the row; the centre on the map too."""
    for column, part in (("position_source", "centre"), ("area_source", "area")):
        uncited = table[table[column] == UNCITED]
        assert uncited["doubt"].str.contains(rf"{part}.* ha(?:s|ve) no source").all()
    uncited = set(table.loc[table["position_source"] == UNCITED, "salar_id"])
    marked = salars["sources"].str.contains("no source for its centre")
    assert set(salars.loc[marked, "salar_id"]) == uncited


def test_a_salar_that_no_source_names_goes_by_its_place(table):
    """In words of neither language."""
    nameless = table[table["doubt"].str.contains("no source names it", na=False)]
    assert len(nameless) == 4
    assert nameless["name"].str.fullmatch(r"Salar \d\d\.\d\d S \d\d\.\d\d W").all()
    assert not table["name"].str.contains("Unnamed").any()


def test_nothing_is_drawn_without_a_position_and_an_area(table):
    """Each with its source; what has none of either stays in the table."""
    drawn = table[table["outline"] == "schematic"]
    for column in ("longitude", "latitude", "position_source", "area_km2", "area_source"):
        assert drawn[column].notna().all()
    assert (drawn["position_source"] == UNCITED).sum() == 12
    assert (drawn["area_source"] == UNCITED).sum() == 25
    left = table[table["outline"] == "none"]
    assert left["longitude"].isna().sum() == 10
    assert {"Salar Grande (Atacama Region)", "Laguna Coruto"} <= set(left["name"])
    assert not (
        left["longitude"].notna() & left["area_km2"].notna() & (left["latitude"] < -18.9)
    ).any()


def test_an_ellipse_has_the_stated_area_about_the_stated_place(table, salars):
    """Within what a polygon of 48 sides loses of it; and is good to 10 km, official outlines to 300 m."""
    drawn = metres(salars).set_index("salar_id")
    stated = table[table["outline"] == "schematic"].set_index("salar_id")
    ellipses = drawn.loc[stated.index]
    np.testing.assert_allclose(ellipses["area_km2"], stated["area_km2"], rtol=0.006, atol=0.06)
    places = gpd.GeoSeries.from_xy(
        stated["longitude"], stated["latitude"], index=stated.index, crs="EPSG:4326"
    )
    assert ellipses.centroid.distance(places.to_crs(drawn.crs)).max() < 50
    by_source = salars.groupby("outline_source")["tolerance_m"].agg(set)
    assert by_source.to_dict() == {"mma": {300}, "natural_earth": {2000}, "schematic": {10_000}}
    assert (salars["outline_source"] == "schematic").tolist() == salars["schematic"].tolist()


def test_what_was_wrong_is_put_right(salars):
    """Area of Rio Grande; centres that were 21 and 13 km off; salars that were missing."""
    drawn = metres(salars).set_index("name")
    assert drawn.loc["Salar de Río Grande", "area_km2"] == pytest.approx(180, abs=1)
    for name, longitude, latitude in (
        ("Salar de Bellavista", -69.617, -20.75),
        ("Salar de Empexa", -68.4753, -20.327),
    ):
        place = gpd.GeoSeries.from_xy([longitude], [latitude], crs="EPSG:4326").to_crs(drawn.crs)
        assert drawn.geometry[name].centroid.distance(place.iloc[0]) < 100
    missing = {
        "Salar de Ollagüe", "Salar de Infieles", "Salar de Pujsa", "Salar de Capur", "Laguna Verde (Chile)",
        "Salar de Aguas Calientes Norte", "Salar de Aguas Calientes IV", "Salar de Diablillos",
    }  # fmt: skip
    assert missing <= set(drawn.index)


def test_no_outline_overlaps_another(salars):
    """Nor lies within 100 m of it."""
    drawn = metres(salars)
    left, right = drawn.sindex.query(drawn.geometry, predicate="dwithin", distance=90)
    assert (left == right).all()
    assert drawn.is_valid.all()


def test_every_salar_lies_in_its_country(table):
    """By what the borders cut off: Chile west of the others, Bolivia north of Argentina."""
    placed = table.dropna(subset="longitude")
    places = gpd.GeoSeries.from_xy(placed["longitude"], placed["latitude"], crs="EPSG:4326")
    basins = gpd.read_file(ATACAMA / "basins.geojson").union_all()
    inside = places.within(basins.buffer(0.03))
    chile = (placed["country"] == "Chile").to_numpy()
    assert placed.loc[chile & ~inside.to_numpy(), "name"].tolist() == []
    abroad = places.within(basins.buffer(-0.03)).to_numpy() & ~chile
    assert placed.loc[abroad, "name"].tolist() == []
    bolivia = placed["country"] == "Bolivia"
    assert placed.loc[bolivia, "latitude"].min() > -22.9
    assert placed.loc[placed["country"] == "Argentina", "latitude"].max() < -22.9


def test_brines_are_verified_only_with_a_cited_place(table, brines):
    """45 have a place, 40 are verified; of the salars on the map 25."""
    assert (len(brines), brines["verified"].sum()) == (45, 40)
    stated = table.set_index("salar_id").loc["SAL-" + brines["deposit_id"].str[3:]]
    verified = brines["verified"].to_numpy()
    assert not (stated["position_source"] == UNCITED)[verified].any()
    assert ((stated["n_sources"] == "2+") | (stated["grade"] == "A"))[verified].all()
    assert (stated["outline"] != "none")[verified].sum() == 25
    assert brines["li_mg_l"].notna().sum() == 14
    assert set(brines.loc[~brines["verified"], "name"]) == {
        "Salar de Pocitos", "Salar de Pozuelos", "Salar de Aguilar", "Salar de Río Grande",
        "Salar de Pastos Grandes (Salta)",
    }  # fmt: skip


def test_a_brine_lies_in_its_salar(brines, salars):
    """Where one of that name is drawn; the others are lagoons and two salars without an area."""
    outlines = salars.set_index("name").geometry
    drawn = brines[brines["name"].isin(outlines.index)]
    assert [outlines[row.name].contains(row.geometry) for row in named(drawn)] == [True] * 30
    others = set(brines["name"]) - set(outlines.index)
    assert {name for name in others if not name.startswith("Laguna")} == {
        "Salar de Llamara", "Salar de Turilari",
    }  # fmt: skip


def named(table):
    return table.itertuples(index=False)


def test_basins_tile_chile_and_eight_are_closed():
    """016 is coastal whatever its name says; climate is empty where the source has none."""
    basins = gpd.read_file(ATACAMA / "basins.geojson")
    assert len(basins) == 29
    assert basins["basin_code"].is_unique
    closed = basins[basins["closed"]]
    assert set(closed["basin_code"]) == {"010", "017", "020", "023", "024", "025", "026", "030"}
    climate = basins[["precipitation_mm_y", "evapotranspiration_mm_y", "aridity", "elevation_m"]]
    assert climate.notna().sum().tolist() == [15] * 4
    assert closed["aridity"].isna().sum() == 3
    ratio = basins["evapotranspiration_mm_y"] / basins["precipitation_mm_y"]
    np.testing.assert_allclose(ratio.dropna(), basins["aridity"].dropna(), rtol=0.01)
    flat = metres(basins)
    overlap = flat.area.sum() - flat.union_all().area
    assert overlap / flat.area.sum() < 5e-4


def test_closed_basins_hold_the_salars_of_their_name(salars):
    """Atacama, Ascotan and Carcote, Maricunga, and Punta Negra each in its own."""
    basins = gpd.read_file(ATACAMA / "basins.geojson")
    places = salars.set_geometry(salars.representative_point())
    found = gpd.sjoin(places, basins[["basin_code", "geometry"]]).set_index("name")["basin_code"]
    assert found["Salar de Atacama"] == "025"
    assert found["Salar de Ascotan"] == found["Salar de Carcote"] == "020"
    assert found["Salar de Punta Negra"] == "026"
    assert found["Salar de Maricunga"] == found["Salar de Pedernales"] == "030"


def test_wells_have_a_depth_and_a_basin_and_no_names():
    """344 of them, positive downward; most lie in the basin that the register names."""
    wells = gpd.read_file(ATACAMA / "wells.geojson")
    assert len(wells) == 344
    assert set(wells.columns) == {"well_id", "elevation_m", "depth_to_water_m", "basin", "geometry"}
    assert wells["well_id"].is_unique
    assert wells["depth_to_water_m"].between(0, 120).all()
    assert wells["depth_to_water_m"].median() == pytest.approx(18.5, abs=0.1)
    basins = gpd.read_file(ATACAMA / "basins.geojson").set_index("name")
    assert set(wells["basin"]) <= set(basins.index)
    inside = [basins.geometry[row.basin].contains(row.geometry) for row in named(wells)]
    assert np.mean(inside) > 0.95


def test_the_reader_keeps_what_the_roles_know_and_each_tolerance():
    """Of polygons too: 300 m where the Ministry drew, 10 km where we did."""
    region = load_region(ATACAMA)
    layers = read_layers(region, region.grid())
    salars = layers.vector("salars")
    assert {"lithium_status", "regime", "regime_date", "sources", "grade"} <= set(salars.features)
    assert set(salars.exactness.tolerance_m) == {300, 2000, 10_000}
    assert salars.exactness.schematic.sum() == 36
    assert layers.vector("basins").features["closed"].isin([True, "yes"]).sum() == 8
    assert layers.vector("wells").features["depth_to_water_m"].notna().all()
    dropped = {
        notice.value("layer") for notice in layers.notices if notice.code == "columns-not-kept"
    }
    assert dropped.isdisjoint({"salars", "basins", "wells", "deposits"})


def test_a_polygon_has_its_own_tolerance_and_the_layers_where_it_says_none():
    """By its column, whatever its geometry."""
    shapes = [shapely.box(i, 0, i + 1, 1) for i in range(2)]
    features = gpd.GeoDataFrame({"tolerance_m": [300.0, np.nan]}, geometry=shapes)
    found = feature_exactness(features, tolerance_m=10_000, resolution_m=None, schematic=False)
    assert found.tolerance_m.tolist() == [300, 10_000]
