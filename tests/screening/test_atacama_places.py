"""layers/atacama: deposits of other types, communes, tailings and licences, by what is known of them."""

import json
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from prospector.layers.registers.companies import is_company_name
from prospector.region.region_file import load_region
from prospector.region.spelling import folded

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"
SOURCES = tomllib.loads((ATACAMA / "SOURCES.toml").read_text("utf-8"))
CITED = pd.read_csv(ATACAMA / "other_deposits.csv")
METRES = load_region(ATACAMA).region.crs

SPDX = {
    "Apache-2.0", "BSD-3-Clause", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "MIT", "ODC-By-1.0",
    "ODbL-1.0", "OGL-UK-3.0", "PDDL-1.0",
}  # fmt: skip
"""Identifiers of licences in the list of SPDX that data come under."""


@pytest.fixture(scope="module")
def deposits():
    return gpd.read_file(ATACAMA / "deposits.geojson")


@pytest.fixture(scope="module")
def communes():
    return gpd.read_file(ATACAMA / "communes.geojson")


@pytest.fixture(scope="module")
def tailings():
    return gpd.read_file(ATACAMA / "tailings.geojson")


def named(table, name):
    [row] = table[table["name"] == name].itertuples()
    return row


@pytest.mark.parametrize(
    ("name", "place", "within_km"),
    [
        ("La Candelaria", (-70.2886, -27.5153), 0.1),
        ("Refugio", (-69.30, -27.55), 0.1),
        ("Mantoverde", (-70.3125, -26.5658), 0.1),
        ("El Peñon", (-69.495, -24.4081), 0.1),
        ("Salares Norte", (-68.8931, -26.0117), 0.1),
        ("Chuquicamata", (-68.90, -22.28), 2),
        ("Escondida", (-69.07, -24.27), 2),
    ],
)
def test_a_known_deposit_lies_where_it_is(deposits, name, place, within_km):
    """Candelaria lay 11 km off, and Refugio 19 km, while both were called verified."""
    deposit = named(deposits, name)
    points = gpd.GeoSeries([deposit.geometry, shapely.Point(place)], crs="EPSG:4326").to_crs(METRES)
    assert points[0].distance(points[1]) < within_km * 1000
    assert deposit.verified


def test_later_finds_have_their_year(deposits):
    """So that a back-test can ask what was known before."""
    years = {
        name: named(deposits, name).discovery_year
        for name in ("El Peñon", "Santo Domingo", "Salares Norte")
    }
    assert years == {"El Peñon": 1994, "Santo Domingo": 2005, "Salares Norte": 2011}


@pytest.mark.parametrize(
    ("name", "deposit_type"),
    [
        ("La Candelaria", "iocg"),
        ("El Laco", "iron_oxide_apatite"),
        ("Mantos Blancos", "manto_copper"),
        ("La Coipa", "epithermal_gold"),
        ("Marte and Lobo", "porphyry_gold"),
        ("Mina Sur", "exotic_copper"),
        ("Chanarcillo", "cobalt"),
        ("Pedro de Valdivia", "nitrate_iodine"),
        ("Tincalayu", "borate"),
        ("Jardin", "sediment-hosted copper"),
    ],
)
def test_a_deposit_has_the_type_of_its_source(deposits, name, deposit_type):
    """Each once."""
    assert named(deposits, name).deposit_type == deposit_type


def test_deposits_lie_in_their_country(deposits):
    """By the communes of Chile; points of the compilations that lie in the sea are not verified."""
    communes = gpd.read_file(ATACAMA / "communes.geojson").to_crs(METRES).union_all()
    at = deposits.to_crs(METRES)
    chilean = at[at["country"] == "Chile"]
    north = chilean[chilean.geometry.y > at.geometry.y.quantile(0.02)]
    far = north[north.distance(communes) > 3000]
    assert not far["verified"].any()
    abroad = at[at["country"].isin(["Argentina", "Bolivia"])]
    assert (abroad.distance(communes) > 0).mean() > 0.97


def test_a_place_that_a_name_states_is_the_commune(deposits, communes):
    """Yumbes has the position of the coast at Taltal, outside the commune's land, and is not verified."""
    stated = CITED[CITED["commune"].notna()]
    assert len(stated) >= 4
    outline = communes.set_index("name").geometry
    for row in stated.itertuples():
        deposit = named(deposits, row.name)
        assert deposit.verified == outline[row.commune].contains(deposit.geometry)


def test_no_list_of_commodities_is_a_default(deposits):
    """Compilations wrote one list of three or more metals on every record of a type."""
    for deposit_type, rows in deposits.groupby("deposit_type"):
        commonest = rows["commodities"].mode()[0]
        share = (rows["commodities"] == commonest).mean()
        assert len(rows) < 5 or share < 0.9 or commonest.count(";") < 2, deposit_type
    copper = deposits[deposits["deposit_type"] == "sediment-hosted copper"]
    assert set(copper["commodities"]) == {"Cu"}
    gold = deposits["commodities"].str.split(";").map(lambda metals: "Au" in metals)
    porphyry = deposits["deposit_type"] == "porphyry_copper"
    assert (gold == deposits["au_g_t"].notna())[porphyry].all()


def test_nothing_ships_that_may_only_be_checked_against():
    """No record that rests on the compilation of Mudd and Jowitt, nor a point without a commodity."""
    everything = "\n".join(
        path.read_text("utf-8")
        for path in ATACAMA.iterdir()
        if path.suffix in (".csv", ".geojson", ".toml")
    )
    for word in (
        "Mudd",
        "Jowitt",
        "Barreal Seco",
        "Rencoret",
        "Antakena",
        "Casualidad-Virgo",
        "Abra Pampa",
    ):
        assert word not in everything


def test_what_has_no_position_stays_in_the_table(deposits):
    """SOURCES.toml says how many."""
    unplaced = CITED[CITED["longitude"].isna()]
    assert len(unplaced) == 39
    assert f"{len(unplaced)} of the {len(CITED)} records" in SOURCES["deposits.geojson"]["coverage"]
    off_map = unplaced[unplaced["salar"].isna()]
    assert set(off_map["deposit_id"]).isdisjoint(deposits["deposit_id"])


def test_every_cited_deposit_says_how_far_to_believe_it(deposits):
    """Source, how many, and a grade."""
    assert CITED[["source", "source_count", "grade", "country"]].notna().all().all()
    assert set(CITED["grade"]) <= {"A", "B", "C"}
    placed = deposits[deposits["deposit_id"].isin(CITED["deposit_id"])]
    assert placed["position_source"].str.contains("; ").all()


def test_nothing_is_verified_in_an_outline_about_a_centre_without_a_source(deposits):
    """A point that is put into such an ellipse bears nothing out, be it of lithium or of borates."""
    salars = pd.read_csv(ATACAMA / "salars.csv")
    uncited = set(salars.loc[salars["position_source"].str.contains("not kept", na=False), "name"])
    borates = set(CITED.loc[CITED["salar"].isin(uncited), "name"])
    assert borates == {"Borates of Salar de Chiguana"}
    inside = deposits[deposits["name"].isin(uncited | borates)]
    assert len(inside) == 6
    assert not inside["verified"].any()
    brines = inside[inside["deposit_type"] == "lithium_brine"]
    assert brines["position_source"].str.endswith("whose centre has no source").all()
    assert brines["source"].str.contains("no source for its centre").all()


def test_how_many_places_rest_on_one_source_is_said(deposits):
    """In layers/README.md; points that stand in neither table of cited facts are not verified."""
    verified = deposits[deposits["verified"]]
    alone = verified["position_source"].str.endswith("one source").sum()
    readme = (ATACAMA.parent / "README.md").read_text("utf-8")
    assert f"The position of {alone} verified ones rests on one source" in readme
    assert not verified["deposit_id"].str.startswith(("MRDS-", "MINMOD-")).any()


def test_a_count_of_sources_is_that_of_the_sources_named():
    """What may not ship is not counted; and Salar de Santa Maria is not the mine of that name."""
    rows = CITED.set_index("name")
    assert rows.loc["Farola", "source_count"] == 1
    assert {"Salar de Santa Maria", "Santa Maria mine"} <= set(rows.index)
    several = rows[(rows["source_count"] > 1) & rows["second_position"].isna()]
    assert several["source"].str.contains("; | pages").all()


def test_one_deposit_stands_once(deposits):
    """No two of a type within 2 km, but cobalt of one district; and what a better record replaces is gone."""
    assert set(CITED["replaces"].dropna()).isdisjoint(deposits["deposit_id"])
    at = deposits.to_crs(METRES)
    apart = at[~at["deposit_type"].isin(["cobalt", "tungsten", "lithium, other"])]
    for _, rows in apart.groupby("deposit_type"):
        for row in rows.itertuples():
            assert rows.drop(row.Index).distance(row.geometry).min() > 2000 or len(rows) == 1, (
                row.name
            )


def test_shared_positions_are_doubted(deposits):
    """MRDS puts seven tungsten mines on one point: none of them is verified."""
    shared = deposits[deposits["doubt"].fillna("").str.contains("share this position")]
    assert len(shared) >= 7
    assert not shared["verified"].any()


def test_communes_tile_the_north_of_chile(communes):
    """29 of them in four regions: neighbours share their border."""
    assert len(communes) == 29
    assert set(communes["region"]) == {"Arica y Parinacota", "Tarapacá", "Antofagasta", "Atacama"}
    assert shapely.coverage_is_valid(communes.geometry.to_numpy())
    flat = communes.to_crs(METRES)
    assert flat.union_all().area == pytest.approx(flat.area.sum(), rel=1e-9)
    areas = communes.to_crs(METRES).set_index("name").area / 1e6
    assert areas["San Pedro de Atacama"] == pytest.approx(23_439, rel=0.02)
    assert areas["Calama"] == pytest.approx(15_597, rel=0.02)


@pytest.mark.parametrize(
    ("place", "commune"),
    [
        ((-68.93, -22.46), "Calama"),
        ((-68.20, -22.91), "San Pedro de Atacama"),
        ((-70.40, -23.65), "Antofagasta"),
        ((-70.33, -27.37), "Copiapó"),
        ((-69.33, -20.49), "Pica"),
    ],
)
def test_a_town_lies_in_its_commune(communes, place, commune):
    """By public coordinates of the towns."""
    assert communes[communes.contains(shapely.Point(place))]["name"].tolist() == [commune]


@pytest.mark.parametrize("file", ["ports", "towns", "salars", "deposits", "tailings"])
def test_a_name_has_the_accents_of_its_commune(communes, file):
    """Chañaral, Copiapó and Ollagüe are spelled as the division of communes spells them."""
    names = gpd.read_file(ATACAMA / f"{file}.geojson")["name"]
    accented = {folded(name): name for name in communes["name"] if not name.isascii()}
    assert {"chanaral", "copiapo", "ollague"} <= set(accented)
    for name in names:
        for plain, commune in accented.items():
            if f" {plain} " in f" {folded(name)} ":
                assert commune in name


def test_tailings_are_as_the_register_states_them(tailings):
    """Tonnes as Mt; a blank is a blank."""
    assert len(tailings) == 256
    assert tailings["tailings_id"].is_unique
    assert tailings["tonnage_mt"].notna().sum() == 67
    assert tailings["approval_year"].notna().sum() == 135
    talabre = named(tailings, "Chuquicamata, Talabre")
    assert talabre.tonnage_mt == pytest.approx(2246.637, abs=0.001)
    assert talabre.resource == "Cu;Mo"
    assert tailings["approval_year"].dropna().between(1950, 2025).all()
    assert tailings["kind"].notna().all()


def test_tailings_lie_in_the_commune_that_they_state(tailings, communes):
    """All of them."""
    joined = gpd.sjoin(tailings, communes[["name", "geometry"]], lsuffix="own", rsuffix="unit")
    assert len(joined) == len(tailings)
    assert (joined["commune"] == joined["name_unit"]).all()


def test_tailings_name_no_person(tailings):
    """An operator is a company; a pond that bears a family name goes by its commune."""
    assert tailings["operator"].dropna().map(is_company_name).all()
    words = json.dumps(tailings["name"].tolist()).upper()
    sys.path.insert(0, str(ATACAMA.parent / "tools"))
    from atacama_places import SURNAMES, is_public

    assert not any(name in words for name in SURNAMES)
    assert [is_public(name) for name in ("PLANTA JUAN PEREZ", "PLANTA SAN JOSE", "PEDRO AGUIRRE 2")] == [
        False, True, False,
    ]  # fmt: skip


def test_every_file_has_an_identifier_of_its_licence():
    """One of the list of SPDX, or `other` and the words."""
    for name, source in SOURCES.items():
        assert source["spdx"] in {*SPDX, "other"}, name
        assert source["licence"].strip(), name


def test_every_layer_states_what_it_resolves():
    """By its cells, its entry, its source's scale, or a tolerance by feature."""
    from prospector.layers import read_layers

    region = load_region(ATACAMA)
    layers = read_layers(region, region.grid())
    silent = {
        layer.name for layer in layers.items if not layer.resolution_m and not layer.tolerance_m
    }
    assert silent == {"concessions", "protected"}


def test_protected_ground_without_an_outline_is_known_by_name():
    """It is never drawn, and whether it lies somewhere stays unknown."""
    from prospector.layers import read_layers
    from prospector.words.language import sentence

    region = load_region(ATACAMA)
    layers = read_layers(region, region.grid())
    [notice] = [notice for notice in layers.notices if notice.code == "ground-known-by-name"]
    assert notice.count == 8
    assert "Salar del Huasco (national park, 2023-03-01)" in sentence(notice)
    assert "Salar del Huasco (parque nacional, 2023-03-01)" in sentence(notice, "es")
    drawn = layers.vector("protected")
    assert drawn is not None
    assert len(drawn.features) == 10
    assert drawn.complete is None
    signed = [ground for ground in drawn.entry.missing_names if ground.date == "2026-01-30"]
    assert len(signed) == 6
    assert all(ground.source and "not seen" in ground.status for ground in signed)


@pytest.mark.parametrize(
    ("place", "country"),
    [((-66.32, -24.22), ["Argentina"]), ((-66.83, -20.46), ["Bolivia"]), ((-68.93, -22.46), [])],
)
def test_a_town_abroad_lies_in_its_country(place, country):
    """San Antonio de los Cobres and Uyuni; Calama lies in a commune."""
    table = gpd.read_file(ATACAMA / "neighbours.geojson")
    assert table[table.contains(shapely.Point(place))]["name"].tolist() == country


def test_a_country_abroad_ends_where_the_communes_begin(communes):
    """No ground counts twice where units are added up."""
    abroad = gpd.read_file(ATACAMA / "neighbours.geojson").to_crs(METRES).union_all()
    assert abroad.intersection(communes.to_crs(METRES).union_all()).area < 1e6
