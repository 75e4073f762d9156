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

from prospector import synthetic
from prospector.errors import LayerError, RegionError
from prospector.layers import UNPLACED, read_layers
from prospector.layers.registers import (
    PRIVATE,
    read_titles,
    register_names,
    register_of,
    tidy_titles,
)
from prospector.layers.registers.dates import read_date, read_dates
from prospector.layers.registers.datums import crs_of
from prospector.layers.registers.words import is_company, read_holders
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry
from prospector.tenure.concessions import TENURE_CLASSES, tenure_of
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
        "1 entry in 'FECHA_VENCIMIENTO' is not a date (such as 00/00/0000) and is left empty",
        "unknown state 'SUSPENDIDA': tenure of 1 title is unknown",
        "1 exploration permit with a state in force expired before 2026-01-31 and counts as unknown",
        "columns with tax numbers dropped: TITULAR_RUT",
        "tax numbers, e-mail addresses or telephone numbers removed from 1 holder's name",
        "1 holder that is a person, or not known to be a company, is shown as 'private holder'",
        "1 spelling of a holder's name replaced by the most common one",
        "set crs = 'by row'",
    ):
        assert words in notices


def test_without_a_date_of_the_register_nothing_has_expired():
    """There is no clock: what has expired is judged by as_of."""
    found = read(chile(), as_of=None, register="chile")
    assert found.table["tenure_class"].tolist()[1] == "held"
    assert any("expired titles not recognised" in one for one in said(found))


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
    assert (
        "of 2 titles read as PSAD56 / UTM zone 19S (EPSG:24879), as stated in their rows" in notices
    )
    assert "of 1 title read as WGS 84 / UTM zone 19S (EPSG:32719), as stated in its row" in notices
    assert "1 title is not placed, because its datum and zone match no known CRS" in notices
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
    assert "1 repeated id given a number to tell it apart" in notices
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


@pytest.mark.parametrize("key", ["held_as", "expired"])
@pytest.mark.parametrize(
    "register", [{"register": "chile"}, {"kinds": {"Claim": "discovery claim"}}]
)
def test_a_rule_for_a_kind_that_no_word_stands_for_is_refused(key, register):
    """It would do nothing; the error names the kinds that there are."""
    with pytest.raises(
        RegionError,
        match=rf"layers\.titles\.{key}': the table kinds has no word for the kind 'discovery clam'\. "
        r"Did you mean 'discovery claim'\? Use one of: discovery claim",
    ):
        register_of(
            entry(**register, **{key: {"discovery clam": "unknown"}}), Path("r.toml"), "titles"
        )


@pytest.mark.parametrize("kind", ["other", "mine"])
def test_a_rule_for_a_kind_that_a_word_stands_for_is_kept(kind):
    """What no word is known for is a kind as well."""
    read = register_of(entry(register="chile", expired={kind: "unknown"}), Path("r.toml"), "titles")
    assert read.expired[kind] == "unknown"


def test_a_class_that_is_none_is_refused():
    """The words are few."""
    with pytest.raises(RegionError, match=r"layers.titles.states.AKTIV.*'taken'"):
        read(chile(), states={"Aktiv": "taken"})


def test_an_unknown_register_lists_the_known_ones():
    """And says what to do without one."""
    with pytest.raises(
        RegionError,
        match=r"unknown register 'peru'. Available: catamarca, chile, ingemmet, jujuy, salta",
    ):
        read(chile(), register="peru")


def test_a_file_with_neither_state_nor_kind_is_refused():
    """Nothing of tenure could be said."""
    with pytest.raises(
        LayerError, match="no field for the state of titles and none for their kind"
    ):
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
        "1 title read as PSAD56 / UTM zone 19S (EPSG:24879), as stated in its row",
        "2 titles read as WGS 84 / UTM zone 19S (EPSG:32719), as stated in their rows",
        "Layer 'titles': 1 feature without geometry dropped",
        "Layer 'titles': 1 invalid geometry repaired",
        "is not a date (such as 00/00/0000) and is left empty",
        "columns with tax numbers dropped: TITULAR_RUT",
        "Layer 'titles': 1 title has no position, so ground without a title is unknown",
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


def test_words_that_region_toml_states_and_no_title_has_are_reported():
    """A misspelt state is told with those that there are; the words of the register itself are not."""
    plain = said(read(chile(), register="chile"))
    stated = said(
        read(chile(), register="chile", states={"suspendido": "held", "en trámite": "held"})
    )
    [note] = [line for line in stated if line not in plain]
    assert note == (
        "Layer 'titles': no title has the values named by states: 'suspendido'. "
        "Values found: CONSTITUIDA, Constituida, EN TRÁMITE, SUSPENDIDA."
    )


# fields ------------------------------------------------------------------------------------------

OWN = {"kinds": {"Lease": "mine"}, "states": {"Active": "held", "Dead": "lapsed"}}


def own(**fields):
    """Return one title of a register that region.toml describes."""
    table = {name: [value] for name, value in {"type": "Lease", **fields}.items()}
    return gpd.GeoDataFrame(table, geometry=[square()], crs="EPSG:32719")


@pytest.mark.parametrize(
    ("named", "tenure_class"), [("status", "held"), ("STATUS", "lapsed"), ("Status", "unknown")]
)
@pytest.mark.parametrize("order", [("status", "STATUS", "Status"), ("Status", "STATUS", "status")])
def test_a_field_is_taken_as_it_is_written(named, tenure_class, order):
    """A twin that differs by case never beats it, whichever stands first; it is said that it is not kept."""
    states = {"status": "Active", "STATUS": "Dead", "Status": "Other"}
    table = own(**{name: states[name] for name in order})
    titles = read(table, columns={"state": named, "kind": "type"}, **OWN)
    assert titles.table["tenure_class"].tolist() == [tenure_class]
    left = next(notice for notice in titles.notices if notice.code == "fields-not-kept")
    assert set(left.value("columns")) == set(states) - {named}


def test_a_field_is_found_whatever_its_case():
    """Where no other is called alike."""
    titles = read(own(STATUS="Active"), columns={"state": "status", "kind": "TYPE"}, **OWN)
    assert titles.table["tenure_class"].tolist() == ["held"]
    assert titles.table["kind"].tolist() == ["mine"]


@pytest.mark.parametrize("columns", [{"kind": "type", "state": "state"}, {"kind": "type"}])
def test_two_fields_that_differ_from_the_named_one_by_case_are_refused(columns):
    """Either may be meant, named in region.toml or by its usual name."""
    with pytest.raises(
        LayerError,
        match=r"'columns\.state': the file's fields 'State' and 'STATE' differ only by case\. "
        r"Write .*columns = \{state = 'State'\}",
    ):
        read(own(State="Active", STATE="Dead"), columns=columns, **OWN)


def test_a_field_that_region_toml_names_must_be_there():
    """A register's own field may be missing, with a notice; a wrong name is refused with the nearest one."""
    with pytest.raises(
        LayerError,
        match=r"'columns\.state': the file has no field 'statuss'\. Did you mean 'status'\? It has: type, ",
    ):
        read(own(status="Active"), columns={"state": "statuss"}, **OWN)
    titles = read(chile().drop(columns="COMUNA"), register="chile")
    assert any("no field 'COMUNA'" in words for words in said(titles))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"hoder": "owner"}, r"columns\.hoder': .*Did you mean 'holder'\? Use: concession_id, "),
        ({"zzz": "owner"}, r"columns\.zzz': titles have no such column\. Use: concession_id, "),
        (
            {"tenure_class": "status"},
            "derived from the state. Map state instead, and list its words",
        ),
        ({"name": "RUT_TITULAR"}, "'RUT_TITULAR' holds a tax or personal number. Remove it"),
        ({"name": "geometry"}, "'geometry' is the geometry. Remove it"),
    ],
)
def test_a_mapping_that_would_do_nothing_or_harm_is_refused(columns, message):
    """With the columns that titles have."""
    with pytest.raises(RegionError, match=message):
        read(own(status="Active", owner="A", RUT_TITULAR="1"), columns=columns, **OWN)


def test_two_columns_may_come_from_one_field():
    """A number that serves as id and as file number."""
    columns = {"concession_id": "nr", "file_number": "nr", "state": "status", "kind": "type"}
    titles = read(own(status="Active", nr="7"), columns=columns, **OWN)
    assert titles.table[["concession_id", "file_number"]].to_numpy().tolist() == [["7", "7"]]


# zones -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    ["19", 19, 19.0, "19.0", "19,0", " 19 S", "19S", "19s", "19-S", "19°S", "19 Sur", "19 SOUTH", "H19S",
     "H19", "Huso 19", "HUSO 19 SUR", "Zona 19S", "UTM 19S", "UTM Zone 19 S", "19H", "19J", "19K", "19 HS",
     "19 Hemisferio Sur", "Sur 19"],
)  # fmt: skip
def test_a_zone_of_the_south_is_read_however_it_is_written(zone):
    """With its hemisphere, its band of latitude, or neither."""
    assert crs_of("PSAD56", zone) == "EPSG:24879"


@pytest.mark.parametrize(
    "zone",
    ["19N", "19 N", "19 Norte", "19 North", "H19N", "Huso 19 Norte", "UTM 19 N", "19P", "19T", "N19",
     "19 HN", "19 Este", "18/19", "18 y 19", "19 20", "119", "19.5", "", None, float("nan"), "zona", "S"],
)  # fmt: skip
@pytest.mark.parametrize("datum", ["PSAD56", "WGS84"])
def test_a_zone_of_the_north_or_none_names_no_crs(datum, zone):
    """19N is not 19S."""
    assert crs_of(datum, zone) == ""


@pytest.mark.parametrize("datum", ["PSAD 56", "P.S.A.D. 1956", "psad-56", "Psad56", "PSAD1956"])
def test_a_datum_is_known_however_it_is_spelled(datum):
    """Points, dashes, spaces and case."""
    assert crs_of(datum, 19) == "EPSG:24879"


@pytest.mark.parametrize(("zones", "unplaced"), [("19S", 0), ("19N", 1)])
def test_a_title_in_a_zone_of_the_north_is_not_placed(zones, unplaced):
    """It is counted; the three beside it are placed."""
    titles = read(chile(crs=None, HUSO=["19", "19S", zones, 19]), register="chile")
    assert int(titles.table.geometry.isna().sum()) == unplaced
    counts = [notice.count for notice in titles.notices if notice.code == "titles-not-placed"]
    assert counts == [unplaced] * unplaced


# states ------------------------------------------------------------------------------------------


def test_what_chile_calls_eliminada_has_lapsed_by_use():
    """The notice says that the law does not; region.toml may decide otherwise, and then nothing is said."""
    states = ["CONSTITUIDA", "EN TRÁMITE", "ELIMINADA", "eliminada"]
    titles = read(chile(SITUACION_CONCESION=states), register="chile")
    assert titles.table["tenure_class"].tolist() == ["held", "applied_for", "lapsed", "lapsed"]
    assert (
        "Layer 'titles': state ELIMINADA of 2 titles counts as lapsed by practice of the "
        "register, not by law. Their ground is open only where coverage is stated."
    ) in said(titles)
    decided = read(
        chile(SITUACION_CONCESION=states), register="chile", states={"Eliminada": "unknown"}
    )
    assert decided.table["tenure_class"].tolist()[2:] == ["unknown", "unknown"]
    assert not any("ELIMINADA" in words for words in said(decided))


def test_a_register_without_the_word_says_nothing_of_it():
    """Nor does a lapse by law."""
    titles = read(chile(SITUACION_CONCESION="CADUCADA"), register="chile")
    assert titles.table["tenure_class"].tolist() == ["lapsed"] * 4
    assert "state-by-use" not in [notice.code for notice in titles.notices]


@pytest.mark.parametrize(("stated", "tenure_class"), [(True, "open"), (False, "unknown")])
def test_ground_of_an_eliminada_is_open_only_within_stated_coverage(region, stated, tenure_class):
    """Without it the ground is unknown, as all ground without title."""
    titles = chile(SITUACION_CONCESION=["CONSTITUIDA", "EN TRAMITE", "ELIMINADA", "CONSTITUIDA"])
    titles.to_file(region / "titles.gpkg")
    everywhere = gpd.GeoDataFrame(geometry=[shapely.box(-75, -35, -60, -15)], crs="EPSG:4326")
    everywhere.to_file(region / "coverage.geojson")
    with (region / "region.toml").open("a") as file:
        file.write(
            '\n[layers.titles]\nrole = "concessions"\nfile = "titles.gpkg"\nregister = "chile"\n'
            + 'coverage = "coverage.geojson"\n' * stated
        )
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).vector("concessions")
    eliminada = layer.features.geometry[layer.features["tenure_class"] == "lapsed"]
    shares = tenure_of(eliminada.to_numpy(), layer).shares[0]
    assert dict(zip(TENURE_CLASSES, shares, strict=True)) == {
        name: pytest.approx(float(name == tenure_class)) for name in TENURE_CLASSES
    }


# dates -------------------------------------------------------------------------------------------

NO_DATES = [
    "0001-01-01", "0001-01-01T00:00:00Z", "01/01/0001", "1899-12-30", "30/12/1899", "1900-01-01",
    "01-01-1900", "1970-01-01T00:00:00", "1970-01-01", "1969-12-31T21:00:00-03:00", "9999-12-31",
    "31/12/9999", "9999-12-31T23:59:59", 0, 0.0, "0", -62135596800000, -2209161600000, -2208988800000,
    -2208988800, 253402214400000, "99991231", 19700101, pd.Timestamp("1970-01-01"),
    pd.Timestamp("1900-01-01", tz="UTC"),
]  # fmt: skip


@pytest.mark.parametrize("value", NO_DATES)
def test_what_services_write_for_no_date_is_none(value):
    """It is counted, and it is not unreadable."""
    dates = read_dates(pd.Series([value, "2024-01-31"], dtype=object))
    assert dates.values.tolist() == ["", "2024-01-31"]
    assert (dates.nulls, dates.unreadable) == (1, 0)


@pytest.mark.parametrize(
    "value", ["0001-01-01", "30/12/1899", "1900-01-01", 0, "9999-12-31", "01/01/1970"]
)
def test_a_permit_without_an_expiry_has_not_expired(value):
    """An expiry that is none would turn held ground into unknown ground, or an old one into open."""
    expires = [value, value, "31/12/2024", value]
    table = chile(FECHA_VENCIMIENTO=expires, SITUACION_CONCESION="CONSTITUIDA")
    titles = read(table, register="chile", expired={"mine": "lapsed"})
    assert titles.table["tenure_class"].tolist() == ["held", "held", "unknown", "held"]
    assert (
        "Layer 'titles': 3 dates in 'FECHA_VENCIMIENTO' are placeholders (such as 0001-01-01 or 1970-01-01) "
        "and are left empty."
    ) in said(titles)


@pytest.mark.parametrize(
    "value",
    [1706659200000, 1706659200000.0, "1706659200000", "1.7066592E12", 1706659200, "1706659200", 1706670000000,
     20240131, 20240131.0, "20240131", "20240131.0", "20240131000000", "20240131T000000Z", "2024-01-31",
     "2024/01/31", "2024.1.31", "2024-01-31T23:59:59Z", "2024-01-31 00:00:00-03:00", "31/01/2024",
     "31.01.2024 00:00", "31-1-2024", "31/01/2024T00:00:00", "31-ENE-2024", "31 de enero de 2024",
     "31 Jan 2024", "Jan 31, 2024", "Wed, 31 Jan 2024 00:00:00 GMT", "Wed Jan 31 2024", " 31 / 01 / 2024 ",
     date(2024, 1, 31), pd.Timestamp("2024-01-31 23:00", tz="America/Santiago"), np.datetime64("2024-01-31"),
     np.int64(20240131), np.float64(1706659200000)],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(value):
    """Numbers in full, seconds, milliseconds, months by name, times and zones."""
    assert read_date(value) == "2024-01-31"


@pytest.mark.parametrize(
    "value",
    ["31/02/2024", "2024-02-31", "00/00/0000", "0000-00-00", "20241301", 45322, 2024, "2024", "24",
     "13/13/2024", "31/12/24", "2024-01-311", "31/12/20245", "1/2", "soon", "31 de juny de 20", 1e20,
     "Mina 31/12/2024"],
)  # fmt: skip
def test_what_is_no_date_is_counted_and_left_empty(value):
    """Never guessed."""
    dates = read_dates(pd.Series([value, "2024-01-31"], dtype=object))
    assert dates.values.tolist() == ["", "2024-01-31"]
    assert (dates.nulls, dates.unreadable) == (0, 1)


@pytest.mark.parametrize(
    "value", ["", " ", None, np.nan, pd.NaT, "NULL", "<Null>", "-", "s/f", "Sin fecha", "N/A"]
)
def test_no_date_is_neither_a_null_nor_unreadable(value):
    """Nothing is counted."""
    dates = read_dates(pd.Series([value], dtype=object))
    assert (dates.values.tolist(), dates.nulls, dates.unreadable) == ([""], 0, 0)


@pytest.mark.parametrize(
    ("texts", "read_as", "month_first", "ambiguous"),
    [
        (["31/12/2024", "01/02/2024"], ["2024-12-31", "2024-02-01"], 0, 0),
        (["12/31/2024", "01/02/2024"], ["2024-12-31", "2024-01-02"], 2, 0),
        (["01/02/2024", "03/03/2024"], ["2024-02-01", "2024-03-03"], 0, 1),
        (
            ["12/31/2024", "31/12/2024", "01/02/2024"],
            ["2024-12-31", "2024-12-31", "2024-02-01"],
            1,
            1,
        ),
        (["31/02/2024", "01/02/2024"], ["", "2024-02-01"], 0, 0),
        (["2024-12-31", "01/02/2024"], ["2024-12-31", "2024-02-01"], 0, 1),
    ],
)
def test_day_and_month_are_told_apart_by_the_column(texts, read_as, month_first, ambiguous):
    """What could be either is counted where the column does not decide."""
    dates = read_dates(pd.Series(texts))
    assert dates.values.tolist() == read_as
    assert (dates.month_first, dates.ambiguous) == (month_first, ambiguous)


def test_how_dates_were_read_is_reported():
    """By field."""
    table = chile(
        FECHA_CREACION=["12/31/2024", "", "", "01/02/2020"],
        FECHA_VENCIMIENTO=["01/02/2029", "", "", "2024-02-31"],
    )
    notices = said(read(table, register="chile"))
    for words in (
        "2 dates in 'FECHA_CREACION' read with the month first, because other dates of the column need it.",
        "1 date in 'FECHA_VENCIMIENTO' could have the day or the month first; read with the day first.",
        "1 entry in 'FECHA_VENCIMIENTO' is not a date (such as 00/00/0000) and is left empty.",
    ):
        assert f"Layer 'titles': {words}" in notices


def test_dates_of_titles_in_our_own_columns_are_read_as_well():
    """Without a register."""
    table = gpd.GeoDataFrame(
        {"concession_id": ["a", "b", "c"], "tenure_class": "held",
         "date": ["1970-01-01", "31/01/2024", None]},
        geometry=[square()] * 3,
        crs="EPSG:32719",
    )  # fmt: skip
    titles, notices = tidy_titles(table)
    assert titles["date"].tolist() == ["", "2024-01-31", ""]
    assert [(notice.code, notice.value("field"), notice.count) for notice in notices] == [
        ("dates-null", "date", 1)
    ]


def test_letters_of_peru_say_the_class_of_a_title():
    """A letter that is not listed leaves it unknown, one of the extinct lets it lapse."""
    peru = gpd.GeoDataFrame(
        {
            "CODIGOU": ["010", "011", "012", "013"],
            "CONCESION": ["Uno", "Dos", "Tres", "Cuatro"],
            "ESTADO": ["T", "P", "F", "R"],
        },
        geometry=[square(500_000 + 2000 * i) for i in range(4)],
        crs="EPSG:32719",
    )
    titles = read(peru, register="ingemmet").table
    assert dict(zip(titles["name"], titles["tenure_class"], strict=True)) == {
        "Uno": "held",
        "Dos": "applied_for",
        "Tres": "lapsed",
        "Cuatro": "unknown",
    }


@pytest.mark.parametrize("value", [45322, 45322.0, "45322", "45322.5", 45322.75])
def test_days_of_a_spreadsheet_are_told_as_such(value):
    """31 January 2024 is 45,322 days after 30 December 1899; a year alone is no such day."""
    dates = read_dates(pd.Series([value, 2019, "20240131"], dtype=object))
    assert dates.values.tolist() == ["", "", "2024-01-31"]
    assert (dates.serials, dates.unreadable) == (1, 2)


def own_titles(**columns):
    """Titles in our own columns, one above the other."""
    count = len(next(iter(columns.values())))
    shapes = [square(500_000 + 2000 * number) for number in range(count)]
    table = {"concession_id": [str(n) for n in range(count)], "tenure_class": "held", **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:32719")


def test_ids_of_titles_in_our_own_columns_are_each_one():
    """One that repeats under another name gets a number, one that is empty is made of the outline."""
    ids = ["a", "a", None, " ", 7.0, 7.0]
    titles, notices = tidy_titles(own_titles(concession_id=ids, name=list("stuvwx")))
    ids = titles["concession_id"].tolist()
    assert ids[:2] == ["a", "a-2"]
    assert ids[4:] == ["7", "7-2"]
    assert len(set(ids)) == 6
    assert all(name.startswith("C-") for name in ids[2:4])
    assert [(notice.code, notice.count) for notice in notices] == [
        ("ids-made", 2), ("ids-numbered", 2)
    ]  # fmt: skip


def test_a_numbered_id_is_none_that_another_title_has():
    """The register's own "a-2" stays, and the second "a" gets the next number that is free."""
    table = own_titles(concession_id=["a", "a", "a-2", "a"], name=list("stuv"))
    titles, notices = tidy_titles(table)
    assert titles["concession_id"].tolist() == ["a", "a-3", "a-2", "a-4"]
    assert [(notice.code, notice.count) for notice in notices] == [("ids-numbered", 2)]


def test_tenure_classes_are_known_however_they_are_capitalised():
    """Another word is none of ours, and unknown."""
    words = ["Held", "APPLIED FOR", "applied-for", " held ", "Reserved", "lapsed", "mine", None]
    titles, notices = tidy_titles(own_titles(tenure_class=words))
    assert titles["tenure_class"].tolist() == [
        "held", "applied_for", "applied_for", "held", "reserved", "lapsed", "unknown", "unknown"
    ]  # fmt: skip
    assert [(notice.code, notice.count) for notice in notices] == [("unknown-tenure-class", 2)]


def test_a_title_of_our_own_that_is_past_its_date_is_told():
    """It still counts as held, as the file says."""
    table = own_titles(expires=["2019-12-31", "2031-01-01", None])
    titles, notices = tidy_titles(table, "2026-01-31")
    assert titles["tenure_class"].tolist() == ["held"] * 3
    assert [(notice.code, notice.count) for notice in notices] == [("expired-but-held", 1)]
    assert tidy_titles(table)[1] == []


def test_titles_of_our_own_that_stand_twice_count_once(region):
    """Equal rows are one title; of two with one id, other ground and other name the later gets a number."""
    shapes = [square(450_000), square(450_000), square(480_000), None]
    names = ["Uno", "Uno", "Dos", "Tres"]
    table = {"concession_id": ["a", "a", "a", "b"], "tenure_class": "held", "name": names}
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:32719").to_file(region / "titles.gpkg")
    with (region / "region.toml").open("a") as file:
        file.write('\n[layers.titles]\nrole = "concessions"\nfile = "titles.gpkg"\n')
    loaded = load_region(region)
    layers = read_layers(loaded, loaded.grid())
    assert layers.vector("concessions").features["concession_id"].tolist() == ["a", "a-2"]
    counted = {notice.code: notice.count for notice in layers.notices}
    assert (counted["duplicates-dropped"], counted["ids-numbered"]) == (1, 1)
    assert counted["titles-without-place"] == 1


def test_holders_on_lines_of_their_own_are_several():
    """As a cell of a workbook holds them."""
    table = gpd.GeoDataFrame(
        {"state": ["Active"], "owner": ["Norte S.A.\nSur Ltda"]},
        geometry=[shapely.box(-69, -24, -68, -23)], crs="EPSG:4326",
    )  # fmt: skip
    entry = LayerEntry(
        role="concessions", file="t.gpkg", columns={"holder": "owner"}, states={"Active": "held"}
    )
    register = register_of(entry, Path("region.toml"), "titles")
    titles = read_titles(table, register, where="t.gpkg", as_of=None, crs=None).table
    assert titles.holder.tolist() == ["Norte S.A.; Sur Ltda"]


@pytest.mark.parametrize(("area", "told"), [(10_000.0, 0), (1e8, 4), (100.0, 4), (None, 0)])
def test_areas_in_another_unit_than_hectares_are_told(tmp_path, area, told):
    """Square metres, or square kilometres, of titles of ten by ten kilometres."""
    region = synthetic.write_region(tmp_path)
    shapes = [
        shapely.box(450_000 + 20_000 * n, 7.3e6, 460_000 + 20_000 * n, 7.31e6) for n in range(4)
    ]
    table = {"concession_id": list("abcd"), "tenure_class": "held", "area_ha": area}
    gpd.GeoDataFrame(table, geometry=shapes, crs=synthetic.CRS).to_file(region / "t.gpkg")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('[layers.titles]\nrole = "concessions"\nfile = "t.gpkg"\n')
    loaded = load_region(region)
    notices = read_layers(loaded, loaded.grid()).notices
    assert [n.count for n in notices if n.code == "areas-not-drawn"] == [told] * bool(told)
