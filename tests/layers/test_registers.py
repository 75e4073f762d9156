"""Registers: their fields, states, holders, dates and datums come through in one form, every choice said."""

import json
import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from prospector.errors import LayerError, RegionError
from prospector.layers import UNPLACED, read_layers
from prospector.layers.registers import PRIVATE, read_titles, register_names, register_of
from prospector.layers.registers.dates import read_date
from prospector.layers.registers.datums import crs_of
from prospector.layers.registers.words import is_company, read_holders
from prospector.region.region_file import LayerEntry, load_region
from prospector.words.language import sentence

CHILE = {
    "ID_CONCESION": [101, 102, 103, 104],
    "NUMERO_ROL": ["02201-1111", "02201-2222", "02201-3333", "02201-4444"],
    "DV_ROL": ["1", "2", "K", "4"],
    "NOMBRE": ["CERRO 1/20", "ÑANDÚ 1", "LOMA", "LLANO"],
    "HECTAREAS": [300.0, 200.0, 100.0, 300.0],
    "FECHA_VENCIMIENTO": ["00/00/0000", "31/12/2024", "30/06/2027", ""],
    "SITUACION_CONCESION": ["CONSTITUIDA", "Constituida", "EN TRÁMITE", "SUSPENDIDA"],
    "TIPO_CONCESION": ["EXPLOTACION", "EXPLORACION", "EXPLORACION", "EXPLOTACION"],
    "DATUM": ["PSAD56", "WGS84", "SAD69", "PSAD56"],
    "HUSO": [19, 19, 19, 18],
    "COMUNA": ["CALAMA", "CALAMA", "TALTAL", "TALTAL"],
    "TITULAR_NOMBRE": ["MINERA ANDES SPA", "PEREZ SOTO JUAN", "Minera Andes SpA.", "PUNA LTDA 76.123.456-7"],
    "TITULAR_RUT": ["76.123.456-7", "9.876.543-2", "76.123.456-7", "77.000.000-K"],
}  # fmt: skip


def square(east=500_000.0, north=7_300_000.0, side=1000.0):
    return shapely.box(east, north, east + side, north + side)


def chile(crs="EPSG:32719", **changed):
    table = {**CHILE, **changed}
    return gpd.GeoDataFrame(table, geometry=[square(500_000 + 2000 * i) for i in range(4)], crs=crs)


def entry(**keys):
    return LayerEntry.model_validate({"role": "concessions", "file": "c.gpkg", **keys})


def read(table, as_of="2026-01-31", **keys):
    stated = entry(**keys)
    register = register_of(stated, Path("region.toml"), "titles")
    return read_titles(table, register, where="layer 'titles'", as_of=as_of, crs=stated.crs)


def said(titles):
    return [sentence(notice.of(layer="titles")) for notice in titles.notices]


def test_the_chilean_register_comes_in_one_form():
    """Kinds, classes, numbers and dates are in our words."""
    found = read(chile(), register="chile").table
    assert found["concession_id"].tolist() == ["CL-101", "CL-102", "CL-103", "CL-104"]
    assert found["file_number"].tolist()[2] == "02201-3333-K"
    assert found["kind"].tolist() == ["mine", "exploration permit", "exploration permit", "mine"]
    assert found["tenure_class"].tolist() == ["held", "unknown", "applied_for", "unknown"]
    assert found["expires"].tolist() == ["", "2024-12-31", "2027-06-30", ""]
    assert found["administrative_unit"].tolist()[0] == "CALAMA"


def test_nothing_personal_is_kept():
    """No tax number, no natural person; two spellings of one company become one."""
    found = read(chile(), register="chile").table
    assert found["holder"].tolist() == [
        "MINERA ANDES SPA",
        PRIVATE,
        "MINERA ANDES SPA",
        "PUNA LTDA",
    ]
    assert not any(
        "76" in str(value) or "PEREZ" in str(value)
        for value in found.drop(columns="geometry").to_numpy().ravel()
    )


def test_every_choice_is_reported():
    """The date that is none, the unknown state, the expired permit, the tax numbers, the datums."""
    notices = " ".join(said(read(chile(), register="chile")))
    for words in (
        "1 date in 'FECHA_VENCIMIENTO' is no date (such as 00/00/0000) and left empty",
        "unknown state 'SUSPENDIDA': tenure of 1 title is unknown",
        "1 exploration permit in force by its state expired before 2026-01-31 and counts as unknown",
        "columns with tax numbers dropped: TITULAR_RUT",
        "tax numbers cut out of 1 holder's name",
        "1 natural person or name without a legal form becomes 'private holder'",
        "1 spelling of a holder replaced by the commonest",
        "set crs = 'by row'",
    ):
        assert words in notices


def test_without_a_date_of_the_register_nothing_has_expired():
    """There is no clock: what has expired is judged by as_of."""
    found = read(chile(), as_of=None, register="chile")
    assert found.table["tenure_class"].tolist()[1] == "held"
    assert any("expiry not judged" in one for one in said(found))


@pytest.mark.parametrize(
    ("as_of", "tenure_class"), [("2024-12-31", "held"), ("2025-01-01", "unknown")]
)
def test_a_title_is_in_force_on_the_day_it_expires(as_of, tenure_class):
    """The permit of 31/12/2024 has expired in a register of the day after, not in one of that day."""
    found = read(chile(), as_of=as_of, register="chile").table
    assert found["expires"].tolist()[1] == "2024-12-31"
    assert found["tenure_class"].tolist()[1] == tenure_class


def test_titles_without_a_number_get_an_id_from_their_outline():
    """Two outlines make two ids; an outline that repeats makes the same id with a number behind it."""
    nameless = chile(ID_CONCESION=None, NUMERO_ROL=None, DV_ROL=None)
    nameless = nameless.set_geometry([square(), square(520_000), square(), square(530_000)])
    first, second, again, third = read(nameless, register="chile").table["concession_id"]
    assert re.fullmatch("CL-[0-9A-F]{8}", first)
    assert len({first, second, third}) == 3
    assert again == f"{first}-2"
    assert not re.search("-[0-9]$", second + third)


def test_points_between_thousands_are_no_decimal_points():
    """Where a comma marks the decimals: 1.234,5 ha are 1234.5 ha; without a comma a point does."""
    areas = ["1.234,5", "1234,5", "1234.5", "1.234.567,25"]
    found = read(chile(HECTAREAS=areas), register="chile").table
    assert found["area_ha"].tolist() == [1234.5, 1234.5, 1234.5, 1_234_567.25]


def test_areas_with_units_and_codes_are_read_and_told():
    """Words that are no numbers are not shown: a column that slipped may name people."""
    areas = ["1.200", "3 km2", "-9999", "Rosa Rojas"]
    found = read(chile(HECTAREAS=areas), register="chile")
    assert found.table["area_ha"].tolist()[:2] == [1.2, 300]
    assert found.table["area_ha"].isna().sum() == 2
    said = [str(notice) for notice in found.notices if notice.value("column") == "HECTAREAS"]
    assert said == [
        "numbers-missing: column=HECTAREAS, words=(not-shown) (1)",
        "numbers-unreadable: column=HECTAREAS, words=(not-shown) (1)",
        "marks-undecided: column=HECTAREAS, words=1.200 (1) (1)",
        "units-converted: column=HECTAREAS, units=km2 (1), unit=ha (1)",
    ]


@pytest.mark.parametrize(
    ("datum", "zone", "axes", "shift"),
    [
        ("PSAD56", 19, (6378388.0, 297.0), (-270.0, 183.0, -390.0)),
        ("PSAD-56", "18 S", (6378388.0, 297.0), (-305.0, 243.0, -442.0)),
        ("SAD69", 19, (6378160.0, 298.25), (-75.0, -1.0, -44.0)),
        ("Campo Inchauspe", 2, (6378388.0, 297.0), (-148.0, 136.0, 90.0)),
        ("Campo Inchauspe", "3", (6378388.0, 297.0), (-148.0, 136.0, 90.0)),
    ],
)
def test_old_datums_land_within_20_m(datum, zone, axes, shift):
    """Control points taken to WGS 84 by the published shifts (NIMA TR8350.2), ellipsoid by ellipsoid."""
    places = {19: (-69.07, -24.27), "18 S": (-72.5, -42.5), 2: (-68.5, -25.3), "3": (-66.5, -25.3)}
    at = places[zone]
    code = crs_of(datum, zone)
    geographic = {"PSAD56": 4248, "PSAD-56": 4248, "SAD69": 4618, "Campo Inchauspe": 4221}[datum]
    east, north = Transformer.from_crs(geographic, code, always_xy=True).transform(*at)
    table = chile(crs=None, DATUM=datum, HUSO=zone).assign(
        geometry=[square(east - 500, north - 500)] * 4
    )
    found = read(table, register="chile").table
    assert found.crs == "EPSG:4326"
    centre = found.geometry.iloc[0].centroid
    expected = shifted(*at, axes, shift)
    away = np.hypot(
        (centre.x - expected[0]) * 111_320 * np.cos(np.radians(at[1])),
        (centre.y - expected[1]) * 110_700,
    )
    moved = np.hypot((at[0] - expected[0]) * 101_000, (at[1] - expected[1]) * 110_700)
    assert away < 20 < moved


def shifted(longitude, latitude, axes, shift):
    """Return a place moved to WGS 84: to the earth's centre, three metres added, and back."""
    (a, inverse_f), (east, north) = axes, np.radians([longitude, latitude])
    e2 = (2 - 1 / inverse_f) / inverse_f
    normal = a / np.sqrt(1 - e2 * np.sin(north) ** 2)
    x = normal * np.cos(north) * np.cos(east) + shift[0]
    y = normal * np.cos(north) * np.sin(east) + shift[1]
    z = normal * (1 - e2) * np.sin(north) + shift[2]
    return Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True).transform(x, y, z)[:2]


def test_each_row_is_placed_in_its_own_crs():
    """A file without CRS: three datums, counted; one that names none is not placed, and counted."""
    titles = read(chile(crs=None, DATUM=["PSAD56", "WGS84", "PSAD56", "moon"]), register="chile")
    notices = " ".join(said(titles))
    assert "of 2 titles taken as PSAD56 / UTM zone 19S (EPSG:24879), as their rows say" in notices
    assert "of 1 title taken as WGS 84 / UTM zone 19S (EPSG:32719), as its row says" in notices
    assert "1 title whose datum and zone name no known CRS is not placed" in notices
    assert titles.table.geometry.isna().tolist() == [False, False, False, True]


def test_a_crs_by_row_needs_its_fields():
    """The remedy names both."""
    with pytest.raises(LayerError, match=r"columns = \{datum = '...', zone = '...'\}"):
        read(chile().drop(columns="HUSO"), register="chile", crs="by row")


def test_a_shapefile_cuts_names_to_ten_letters():
    """SITUACION_CONCESION becomes SITUACION_, and is found."""
    cut = chile().rename(columns={name: name[:10] for name in CHILE})
    found = read(cut, register="chile")
    assert found.table["tenure_class"].tolist()[0] == "held"
    assert any("columns with tax numbers dropped: TITULAR_RU" in one for one in said(found))


def test_salta_lacks_exploration_permits():
    """Whatever region.toml says of its coverage; a vacant mine is vacant, a claim is applied for."""
    table = gpd.GeoDataFrame(
        {
            "tipo": ["Mina", "Manifestacion", "Mina", "Mina"],
            "expediente": ["1", "2", "3", "3"],
            "estado": [
                "Vigente",
                "Vigente",
                "Vacante",
                "Anulación de registro sin publicar (REMSa)",
            ],
            "titular": ["Andes S.A.", "Andes SA", None, "private holder"],
        },
        geometry=[square(), square(), square(), square(600_000)],
        crs="EPSG:32719",
    )
    found = read(table, register="salta")
    assert found.missing_kinds == ("exploration permit",)
    assert found.table["tenure_class"].tolist() == ["held", "applied_for", "vacant", "unknown"]
    assert found.table["holder"].tolist() == ["Andes S.A.", "Andes S.A.", "", PRIVATE]
    assert found.table["concession_id"].is_unique


def test_registers_that_state_no_state_say_so():
    """Jujuy and Catamarca: what is listed counts as held, a mine that is asked for as applied for."""
    jujuy = gpd.GeoDataFrame(
        {
            "objectid": [1.0, 2.0, 2.0],
            "expediente": "x",
            "tipo": ["MINA", "SOLICITUD DE MINA", "CATEO"],
        },
        geometry=[square()] * 3,
        crs="EPSG:32719",
    )
    found = read(jujuy, register="jujuy")
    assert found.table["tenure_class"].tolist() == ["held", "applied_for", "held"]
    assert found.table["concession_id"].tolist() == ["JJY-1", "JJY-2", "JJY-2-2"]
    notices = " ".join(said(found))
    assert "no field for the state, so its titles count as held" in notices
    assert "1 repeated id got a number of its own" in notices
    catamarca = gpd.GeoDataFrame(
        {
            "layer": ["CATEO"],
            "expediente": ["9"],
            "titular": ["ROJAS ROSA"],
            "Fecha de F": ["09/02/2019"],
        },
        geometry=[square()],
        crs="EPSG:32719",
    )
    found = read(catamarca, as_of="2019-12-31", register="catamarca")
    assert found.table[["tenure_class", "expires", "holder"]].to_numpy().tolist() == [
        ["unknown", "2019-02-09", PRIVATE]
    ]  # fmt: skip


def test_a_register_of_ones_own_is_configured():
    """Columns, kinds, states and what a kind counts as, in region.toml's words."""
    table = gpd.GeoDataFrame(
        {"nr": ["7"], "art": ["Claim"], "status": ["Aktiv"], "owner": ["Berg GmbH"]},
        geometry=[square()],
        crs="EPSG:32719",
    )
    found = read(
        table,
        columns={"file_number": "nr", "kind": "art", "state": "status", "holder": "owner"},
        kinds={"claim": "discovery claim"},
        states={"AKTIV": "held"},
        held_as={"discovery claim": "applied_for"},
    ).table
    assert found.iloc[0][["kind", "tenure_class", "holder"]].tolist() == [
        "discovery claim",
        "applied_for",
        "Berg GmbH",
    ]


def test_a_class_that_is_none_is_refused():
    """The words are few."""
    with pytest.raises(RegionError, match=r"layers.titles.states.AKTIV.*'taken'"):
        read(chile(), states={"Aktiv": "taken"})


def test_an_unknown_register_lists_the_known_ones():
    """And says what to do without one."""
    with pytest.raises(
        RegionError, match=r"no register 'peru'. Known: catamarca, chile, jujuy, salta"
    ):
        read(chile(), register="peru")


def test_a_file_with_neither_state_nor_kind_is_refused():
    """Nothing of tenure could be said."""
    with pytest.raises(LayerError, match="neither the field of the state nor that of the kind"):
        read(chile()[["NOMBRE", "geometry"]], register="chile")


def test_joint_holders_stand_apart():
    """A person beside a company stays private."""
    holders, _ = read_holders(
        pd.Series(["Rojas Rosa; Andes S.A.", "Rojas Rosa, Andes S.A.", "Andes, S.A."])
    )
    assert holders.tolist() == [
        "Andes S.A.; private holder",
        "Andes S.A.; private holder",
        "Andes S.A.",
    ]


def test_a_sole_traders_company_is_a_person():
    """An E.I.R.L. carries its owner's name."""
    assert not is_company("Rosa Rojas E.I.R.L.")
    assert is_company("Galaxy Lithium (Sal de Vida) SA")
    assert is_company("Billiton Argentina B.V.")


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_a_date_reads_the_same_however_it_is_written(day):
    """Day first, year first, with a time."""
    for text in (f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day}T00:00:00Z"):
        assert read_date(text) == day.isoformat()


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_holders(text):
    """Whatever stands there, a company or a private holder comes out, or nothing."""
    holders, _ = read_holders(pd.Series([text]))
    for one in holders.iloc[0].split("; "):
        assert one in ("", PRIVATE) or is_company(one)


def test_every_register_that_ships_has_the_shape():
    """They are validated as a user's would be."""
    for name in register_names():
        assert register_of(entry(register=name), Path("region.toml"), "titles") is not None


# fmt: off
TRAPS = """{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"ID_CONCESION":1,"TIPO_CONCESION":"EXPLOTACION","SITUACION_CONCESION":"CONSTITUIDA","TITULAR_NOMBRE":"COMPA\u00d1\u00cdA \u00d1AND\u00da S.A.","TITULAR_RUT":"1.111.111-1","FECHA_VENCIMIENTO":"00/00/0000","DATUM":"PSAD56","HUSO":19},"geometry":{"type":"Polygon","coordinates":[[[500000,7300000],[509000,7309000],[509000,7300000],[500000,7309000],[500000,7300000]]]}},
{"type":"Feature","properties":{"ID_CONCESION":2,"TIPO_CONCESION":"EXPLORACION","SITUACION_CONCESION":"EN TRAMITE","TITULAR_NOMBRE":"x","DATUM":"WGS84","HUSO":19},"geometry":null},
{"type":"Feature","properties":{"ID_CONCESION":3,"TIPO_CONCESION":"EXPLORACION","SITUACION_CONCESION":"CADUCADA","TITULAR_NOMBRE":"x","DATUM":"WGS84","HUSO":19},"geometry":{"type":"Polygon","coordinates":[[[520000,7300000],[529000,7300000],[529000,7309000],[520000,7309000],[520000,7300000]]]}}
]}"""  # noqa: E501
# fmt: on


def test_a_register_full_of_traps_comes_through(region):
    """A broken ring, an empty geometry, two CRS, Latin-1 and 00/00/0000: read, and each choice reported."""
    (region / "titles.geojson").write_bytes(TRAPS.encode("latin-1"))
    with (region / "region.toml").open("a") as file:
        file.write(
            '\n[layers.titles]\nrole = "concessions"\nfile = "titles.geojson"\nregister = "chile"\n'
            'crs = "by row"\nencoding = "ISO-8859-1"\nas_of = "2026-01-31"\n'
        )
    loaded = load_region(region)
    layers = read_layers(loaded, loaded.grid())
    titles = layers.vector("concessions").features
    assert titles["holder"].tolist() == ["COMPAÑÍA ÑANDÚ S.A.", PRIVATE]
    assert titles["tenure_class"].tolist() == ["held", "lapsed"]
    assert titles.area.tolist() == pytest.approx([9000**2 / 2, 9000**2], rel=0.002)
    notices = " ".join(sentence(notice) for notice in layers.notices)
    for words in (
        "1 title taken as PSAD56 / UTM zone 19S (EPSG:24879), as its row says",
        "2 titles taken as WGS 84 / UTM zone 19S (EPSG:32719), as their rows say",
        "Layer 'titles': 1 feature without geometry dropped",
        "Layer 'titles': 1 invalid geometry repaired",
        "is no date (such as 00/00/0000) and left empty",
        "columns with tax numbers dropped: TITULAR_RUT",
        "Layer 'titles': 1 title has no place, so ground without title is unknown",
    ):
        assert words in notices


@pytest.mark.parametrize("placed", [True, False])
def test_a_register_with_a_title_of_no_place_leaves_no_ground_open(region, placed):
    """Any ground may be that title's: without it the ground beside the titles is open, with it unknown."""
    features = json.loads(TRAPS)["features"]
    if placed:
        features = [one for one in features if one["geometry"]]
    collection = {"type": "FeatureCollection", "features": features}
    (region / "titles.geojson").write_text(json.dumps(collection))
    everywhere = gpd.GeoDataFrame(geometry=[shapely.box(-75, -35, -60, -15)], crs="EPSG:4326")
    everywhere.to_file(region / "coverage.geojson")
    with (region / "region.toml").open("a") as file:
        file.write(
            '\n[layers.titles]\nrole = "concessions"\nfile = "titles.geojson"\nregister = "chile"\n'
            'crs = "by row"\nas_of = "2026-01-31"\ncoverage = "coverage.geojson"\n'
        )
    loaded = load_region(region)
    titles = read_layers(loaded, loaded.grid()).vector("concessions")
    assert (UNPLACED in titles.missing_kinds) is not placed
