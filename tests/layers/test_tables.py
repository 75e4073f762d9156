"""Tables as people save them: separators, encodings, sheets, and columns of coordinates by any usual name."""

import zipfile

import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.errors import LayerError
from prospector.grid import Grid
from prospector.layers.features import features_of
from prospector.layers.places import read_places
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

GRID = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 2000.0, (100, 100))
AT = [(-69.07, -24.27), (-68.93, -22.31), (-69.1, -24.2)]
TOWNS = pd.DataFrame({"name": ["Zaldívar", "Ñandú", "El Abra"]})
WORDS = {
    "longitude": TOWNS.assign(longitude=[x for x, _ in AT], latitude=[y for _, y in AT]),
    "metres": TOWNS.assign(
        este=[494_000.5, 507_211.0, 489_850.25], norte=[7_315_700.0, 7_532_800.0, 7_323_450.0]
    ),
}


def reading(path, **keys):
    """Return a table of towns on its way in."""
    entry = LayerEntry(role="towns", file=path.name, **keys)
    return Reading("towns", path, entry, ROLES["towns"], "towns", path.parent / "region.toml")


def read(path, **keys):
    """Return the places of a table, and what notices say by code."""
    towns = reading(path, **keys)
    table = read_places(towns)
    return table, {notice.code: dict(notice.about) for notice in towns.notices}


def places(table):
    """Return longitude and latitude of each row."""
    return list(zip(table.geometry.x.round(6), table.geometry.y.round(6), strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_any_separator_encoding_and_decimal_mark(tmp_path, separator, encoding, decimal):
    """As a Spanish Excel saves them, and others."""
    path = tmp_path / "t.csv"
    WORDS["longitude"].to_csv(path, sep=separator, encoding=encoding, decimal=decimal, index=False)
    table, notices = read(path)
    assert places(table) == AT
    assert table.name.tolist() == TOWNS.name.tolist()
    plain = separator == "," and encoding in ("utf-8", "utf-8-sig")
    assert ("table-read-as" in notices) is not plain


@pytest.mark.parametrize(
    ("across", "along"),
    [
        ("lon", "lat"),
        ("LONGITUD", "LATITUD"),
        ("Long", "Lat"),
        (" Longitude ", "latitude_dd"),
        ("lng", "lat"),
    ],
)
def test_usual_names_of_degrees(tmp_path, across, along):
    """In any case, with what stands around them."""
    table = WORDS["longitude"].rename(columns={"longitude": across, "latitude": along})
    table.to_csv(tmp_path / "t.csv", index=False)
    found, notices = read(tmp_path / "t.csv")
    assert places(found) == AT
    assert notices["table-read-as"]["columns"] == f"{across.strip()}, {along}"


@pytest.mark.parametrize(
    ("across", "along"),
    [
        ("este", "norte"),
        ("Easting", "Northing"),
        ("X", "Y"),
        ("utm_e", "utm_n"),
        ("COORD_X", "COORD_Y"),
        ("E", "N"),
    ],
)
@pytest.mark.parametrize("style", ["plain", "spanish"])
def test_usual_names_of_metres(tmp_path, across, along, style):
    """With the CRS that region.toml states; thousands parted or not."""
    table = WORDS["metres"].rename(columns={"este": across, "norte": along})
    if style == "spanish":
        for name in (across, along):
            table[name] = [f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in table[name]]
    table.to_csv(tmp_path / "t.csv", sep=";", index=False)
    found, _ = read(tmp_path / "t.csv", crs="EPSG:32719")
    assert found.geometry.x.tolist() == WORDS["metres"].este.tolist()
    assert found.geometry.y.tolist() == WORDS["metres"].norte.tolist()


def test_metres_without_a_crs_ask_for_it(tmp_path):
    """No guess is made."""
    WORDS["metres"].to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(LayerError, match=r"towns\.crs': no CRS in .*Set crs = 'EPSG:32719'"):
        features_of(reading(tmp_path / "t.csv"), GRID)


def test_x_and_y_that_can_only_be_degrees(tmp_path):
    """They are taken for such, which is told."""
    WORDS["longitude"].rename(columns={"longitude": "x", "latitude": "y"}).to_csv(
        tmp_path / "t.csv"
    )
    table, notices = read(tmp_path / "t.csv")
    assert places(table) == AT
    assert "taken-for-degrees" in notices


def test_both_kinds_of_columns_are_chosen_by_the_crs(tmp_path):
    """Degrees unless the CRS is in metres."""
    table = WORDS["longitude"].join(WORDS["metres"][["este", "norte"]])
    table.to_csv(tmp_path / "t.csv", index=False)
    assert places(read(tmp_path / "t.csv")[0]) == AT
    metres, _ = read(tmp_path / "t.csv", crs="EPSG:32719")
    assert metres.geometry.x.tolist() == WORDS["metres"].este.tolist()


def test_named_columns_go_first(tmp_path):
    """Whatever others are called."""
    table = WORDS["longitude"].assign(lon=0.0, lat=0.0)
    table = table.rename(columns={"longitude": "a", "latitude": "b"})
    table.to_csv(tmp_path / "t.csv", index=False)
    assert places(read(tmp_path / "t.csv", columns={"longitude": "a", "latitude": "b"})[0]) == AT


def test_degrees_minutes_and_seconds(tmp_path):
    """As old reports give them."""
    table = TOWNS.assign(
        longitud=["69°04'12\"W", "68 55 48 W", "69,1 O"],
        latitud=["24°16'12\"S", "-22.31", "S 24 12"],
    )
    table.to_csv(tmp_path / "t.csv", sep=";", index=False)
    assert places(read(tmp_path / "t.csv")[0]) == AT


def test_degrees_west_by_the_name_of_their_column(tmp_path):
    """69.07 under 'Longitud W' is no place in India."""
    table = TOWNS.assign(**{"Longitud W": [-x for x, _ in AT], "Latitud S": [-y for _, y in AT]})
    table.to_csv(tmp_path / "t.csv", index=False)
    found, notices = read(tmp_path / "t.csv")
    assert places(found) == AT
    assert "sign-by-name" in notices


def test_rows_without_a_place_are_dropped_and_counted(tmp_path):
    """Blank, unreadable, or metres among degrees: the others stay."""
    table = WORDS["longitude"].astype(object)
    table.loc[3] = ["Blank", None, -24.0]
    table.loc[4] = ["Near Calama", "near Calama", -22.0]
    table.loc[5] = ["Metres", 494_000, 7_315_700]
    table.to_csv(tmp_path / "t.csv", index=False)
    towns = reading(tmp_path / "t.csv")
    features = features_of(towns, GRID).table
    assert features.name.tolist() == TOWNS.name.tolist()
    counts = {(notice.code, notice.value("column")): notice.count for notice in towns.notices}
    assert counts["features-without-geometry", None] == 3
    assert counts["coordinates-unreadable", "longitude"] == 2


def test_no_row_with_a_place_is_an_error(tmp_path):
    """It names the columns."""
    TOWNS.assign(lon="?", lat="?").to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(LayerError, match="no row has coordinates that can be read, in lon, lat"):
        read(tmp_path / "t.csv")


def packed(degrees):
    """Degrees, minutes and seconds written together, without a sign."""
    minutes, seconds = divmod(round(abs(degrees) * 3600), 60)
    return minutes // 60 * 10_000 + minutes % 60 * 100 + seconds


def test_degrees_minutes_and_seconds_written_together_are_told_as_such(tmp_path):
    """All rows are refused with how to write them; some are dropped, and a notice tells how."""
    whole = TOWNS.assign(lon=[packed(x) for x, _ in AT], lat=[packed(y) for _, y in AT])
    whole.to_csv(tmp_path / "t.csv", index=False)
    said = (
        r"look like degrees, minutes and seconds written together: write 6\d{5} as '6\d \d\d \d\d'"
    )
    with pytest.raises(LayerError, match=said):
        read(tmp_path / "t.csv")
    some = TOWNS.assign(lon=[x for x, _ in AT], lat=[y for _, y in AT])
    some.loc[0, ["lon", "lat"]] = [packed(AT[0][0]), packed(AT[0][1])]
    some.to_csv(tmp_path / "t.csv", index=False)
    _, notices = read(tmp_path / "t.csv")
    assert "coordinates-packed" in notices


@pytest.mark.parametrize(
    ("count", "spread", "in_minutes", "told"),
    [(40, 2, True, True), (40, 2, False, False), (10, 2, True, False), (40, 0.3, False, False)],
)
def test_minutes_written_behind_the_point_are_told(tmp_path, count, spread, in_minutes, told):
    """69.45 for 69 degrees 45 minutes: no fraction reaches .60, over two degrees."""
    at = np.random.default_rng(0).uniform(
        (-69.1, -24.1), (-69.1 + spread, -24.1 + spread), (count, 2)
    )
    whole, rest = np.divmod(np.abs(at), 1)
    table = pd.DataFrame(-(whole + rest * (0.6 if in_minutes else 1)), columns=["lon", "lat"])
    table.round(4).assign(name="A").to_csv(tmp_path / "t.csv", index=False)
    _, notices = read(tmp_path / "t.csv")
    assert ("coordinates-in-minutes" in notices) is told


def test_metres_in_columns_of_degrees_are_not_taken_for_packed(tmp_path):
    """500000 could be 50 degrees, 7312345 is none."""
    TOWNS.assign(lon=500_000, lat=7_312_345).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(LayerError, match="metres as plain numbers with crs"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("names", "crs", "told"),
    [
        (("Este_PSAD56", "Norte_PSAD56"), "EPSG:32719", True),
        (("X PSAD-56", "Y PSAD-56"), "EPSG:24879", False),
        (("Este_WGS84", "Norte_WGS84"), "EPSG:32719", False), (("Este 18S", "Norte 18S"), "EPSG:32719", True),
        (("E_H19", "N_H19"), "EPSG:32719", False), (("E2", "N2"), "EPSG:32719", False),
    ],
)  # fmt: skip
def test_names_of_columns_that_say_another_datum_or_zone_are_told(tmp_path, names, crs, told):
    """A CRS is for all that a table holds, its columns for one pair."""
    table = WORDS["metres"].set_axis(["name", *names], axis=1)
    table.to_csv(tmp_path / "t.csv", index=False)
    _, notices = read(
        tmp_path / "t.csv", crs=crs, columns={"easting": names[0], "northing": names[1]}
    )
    assert ("coordinates-of-other-name" in notices) is told


def test_columns_found_are_named(tmp_path):
    """Together with what parts them."""
    TOWNS.assign(place="Calama").to_csv(tmp_path / "t.csv", sep=";", index=False)
    with pytest.raises(
        LayerError,
        match=r"towns\.columns': .*among name, place \(parted by semicolon\)\. Name them",
    ):
        read(tmp_path / "t.csv")


def test_a_title_above_three_columns_is_told(tmp_path):
    """Spreadsheets have one; its other cells are empty."""
    (tmp_path / "t.csv").write_text("Sondajes 2019,,\nname,lon,lat\na,-69,-24\n")
    with pytest.raises(LayerError, match="If a title or remark is above the names of the columns"):
        read(tmp_path / "t.csv")


def test_text_in_an_unknown_encoding_asks_for_it(tmp_path):
    """Where Windows-1252 has no such letter either."""
    (tmp_path / "t.csv").write_bytes(b"name,lon,lat\nCa\x81n,-69,-24\n")
    with pytest.raises(LayerError, match=r"towns\.encoding': .*Set encoding = "):
        read(tmp_path / "t.csv")


def test_outlines_as_text(tmp_path):
    """A column of WKT in place of coordinates."""
    table = TOWNS.assign(wkt=[f"POINT ({x} {y})" for x, y in AT])
    table.loc[3] = ["None", "POINT (1"]
    table.to_csv(tmp_path / "t.csv", index=False)
    found, notices = read(tmp_path / "t.csv")
    assert places(found[:3]) == AT
    assert found.geometry[3] is None
    assert "coordinates-unreadable" in notices


def test_a_workbook_of_one_sheet(tmp_path):
    """Empty rows above and between do not count."""
    with pd.ExcelWriter(tmp_path / "t.xlsx") as workbook:
        WORDS["longitude"].to_excel(workbook, sheet_name="Towns", startrow=2, index=False)
        pd.DataFrame().to_excel(workbook, sheet_name="Empty", index=False)
    table, _ = read(tmp_path / "t.xlsx")
    assert places(table) == AT
    assert table.name.tolist() == TOWNS.name.tolist()


def test_a_workbook_of_several_sheets(tmp_path):
    """Which one is meant must be said."""
    with pd.ExcelWriter(tmp_path / "t.xlsx") as workbook:
        for name in ("old", "new"):
            WORDS["longitude"].assign(name=name).to_excel(workbook, sheet_name=name, index=False)
    with pytest.raises(LayerError, match=r"towns\.layer': .*several sheets \(old, new\)"):
        read(tmp_path / "t.xlsx")
    assert set(read(tmp_path / "t.xlsx", layer="new")[0].name) == {"new"}
    with pytest.raises(LayerError, match=r"no sheet 'newest' with rows\. It has: old, new"):
        read(tmp_path / "t.xlsx", layer="newest")


def test_a_file_that_is_no_workbook(tmp_path):
    """One line, whatever it holds."""
    for content in (b"", b"PK\x03\x04 cut", b"name,lon,lat\n"):
        (tmp_path / "t.xlsx").write_bytes(content)
        with pytest.raises(LayerError, match=r"towns\.file': .*not a workbook"):
            read(tmp_path / "t.xlsx")


def test_values_stay_what_they_are(tmp_path):
    """Whole numbers keep their last figure, leading noughts stay, NA is a word, an empty cell is none."""
    table = WORDS["longitude"].assign(
        big=["9007199254740993", "1", "2"], code=["007", "1", "2"], word=["NA", "null", ""],
        grade=["0.5", "", "2"], count=["1", "2", ""], id=["123456789012345678901", "1", "2"],
    )  # fmt: skip
    table.to_csv(tmp_path / "t.csv", index=False)
    found, _ = read(tmp_path / "t.csv")
    assert found.big.tolist() == [9007199254740993, 1, 2]
    assert found.code.tolist() == ["007", "1", "2"]
    assert found.word.tolist() == ["NA", "null", None]
    assert found.id.tolist() == ["123456789012345678901", "1", "2"]
    np.testing.assert_array_equal(found.grade.to_numpy(), [0.5, np.nan, 2.0])
    np.testing.assert_array_equal(found["count"].to_numpy(), [1, 2, np.nan])


def test_rows_that_do_not_fit_the_header(tmp_path):
    """A cell too many is an error that names the row; empty ones at the end are none."""
    (tmp_path / "t.csv").write_text("name,lon,lat\nA,-69,-24,,\nB,-69,-24,x\n")
    with pytest.raises(LayerError, match="row 3 has 4 cells, the header 3"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("column", [0, 1, 3])
@pytest.mark.parametrize("closed_again", [True, False])
def test_a_quotation_mark_that_is_not_closed_is_told(tmp_path, ending, column, closed_again):
    """All rows up to the next mark, or to the end of the file, would be one text."""
    rows = [[f"Pozo {number}", "-69.1", "-24.2", "seco"] for number in range(9)]
    rows[2][column] = '"' + rows[2][column]
    if closed_again:
        rows[5][column] = '"' + rows[5][column]
    table = [["name", "lon", "lat", "kind"], *rows]
    (tmp_path / "t.csv").write_bytes("".join(",".join(row) + ending for row in table).encode())
    with pytest.raises(
        LayerError, match=f"row 4 a quotation mark opens cell {column + 1} .* Remove"
    ):
        read(tmp_path / "t.csv")


def test_lines_in_a_cell_that_is_closed_are_its_text(tmp_path):
    """Remarks of several lines, with marks and separators in them."""
    remark = 'vein, open\nat depth, "rich", wide\n\nsampled'
    table = WORDS["longitude"].assign(kind=[remark, "", "a\nb"])
    table.to_csv(tmp_path / "t.csv", index=False)
    assert read(tmp_path / "t.csv")[0]["kind"].tolist() == [remark, None, "a\nb"]


def test_a_line_of_excel_that_states_the_separator(tmp_path):
    """It is no header."""
    (tmp_path / "t.csv").write_text('sep=;\nname;lon;lat\n"A; B";-69,5;-24\n')
    table, _ = read(tmp_path / "t.csv")
    assert table.name.tolist() == ["A; B"]
    assert places(table) == [(-69.5, -24.0)]


@pytest.mark.parametrize(
    ("words", "told"), [(["1.234", "12.500", "7"], True), (["1.234", "0.5", "7"], False)]
)
def test_points_that_may_be_of_thousands_are_told(tmp_path, words, told):
    """A column that decides nothing is read as decimal, and a notice says so."""
    path = tmp_path / "t.csv"
    WORDS["longitude"].assign(inhabitants=words).to_csv(path, index=False)
    towns = reading(path)
    table = features_of(towns, GRID).table
    assert table.inhabitants.tolist() == [float(word) for word in words]
    assert ("marks-undecided" in {notice.code for notice in towns.notices}) is told


@pytest.mark.parametrize(
    "above", ["Inventory of towns;;;\n;;;\n", "# exported in 2020\n", "Inventory of towns\n\n"]
)
def test_a_title_above_the_names_of_the_columns_is_told(tmp_path, above):
    """As workbooks have it; the error says what to remove."""
    (tmp_path / "t.csv").write_text(f"{above}name;lon;lat\nA;-69;-24\n")
    with pytest.raises(LayerError, match="If a title or remark is above the names"):
        read(tmp_path / "t.csv")


@pytest.mark.parametrize(
    ("zones", "strange"),
    [
        (["18S", "19S", "19S"], 1),
        (["19", "19 S", "19S"], 0),
        ([19, 19.0, ""], 0),
        (["19", None, "20"], 1),
    ],
)
@pytest.mark.parametrize("name", ["zona", "Huso", "UTM_ZONE"])
def test_metres_of_several_zones_are_told(tmp_path, name, zones, strange):
    """All rows are read in the CRS that is stated; a zone that is written in several ways is one."""
    path = tmp_path / "t.csv"
    WORDS["metres"].assign(**{name: zones}).to_csv(path, index=False)
    _, notices = read(path, crs="EPSG:32719")
    assert ("zones-differ" in notices) is bool(strange)
    _, of_degrees = read_degrees_with(path, **{name: zones})
    assert "zones-differ" not in of_degrees


def read_degrees_with(path, **columns):
    """Read the same towns in degrees, beside other columns."""
    WORDS["longitude"].assign(**columns).to_csv(path, index=False)
    return read(path)


@pytest.mark.parametrize(
    ("decimals", "keys", "told"),
    [(1, {}, True), (0, {}, True), (2, {}, False), (1, {"tolerance_m": 5000}, False)],
)
def test_rounded_places_are_told(tmp_path, decimals, keys, told):
    """Of deposits; where it is stated how far they may lie off, nothing is said."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"longitude": rng.uniform(-70, -68, 40), "latitude": rng.uniform(-23, -21, 40)}
    )
    table = table.round(decimals).drop_duplicates().assign(deposit_type="porphyry_copper", name="x")
    if decimals == 0:
        table = pd.concat(
            [table, table.assign(longitude=table.longitude + 1), table.assign(latitude=-24.0)]
        )
    table.to_csv(tmp_path / "t.csv", index=False)
    entry = LayerEntry(role="deposits", file="t.csv", **keys)
    deposits = Reading(
        "towns", tmp_path / "t.csv", entry, ROLES["deposits"], "deposits", tmp_path / "region.toml"
    )
    features_of(deposits, GRID)
    assert ("places-rounded" in {notice.code for notice in deposits.notices}) is told


@pytest.mark.parametrize(("zone", "told"), [("18S", 3), ("19", 0), ("Huso 19 Sur", 0), ("20 S", 3)])
def test_rows_of_another_zone_than_that_of_the_crs_are_told(tmp_path, zone, told):
    """Also where all of them are."""
    WORDS["metres"].assign(huso=zone).to_csv(tmp_path / "t.csv", index=False)
    towns = reading(tmp_path / "t.csv", crs="EPSG:32719")
    read_places(towns)
    assert [n.count for n in towns.notices if n.code == "zones-differ"] == [told] * bool(told)


@pytest.mark.parametrize(
    ("crs", "datums", "told"),
    [
        ("EPSG:32719", ["PSAD56", "PSAD 56", "WGS84"], 2),
        ("EPSG:24879", ["PSAD56", "WGS-84", "SIRGAS"], 2),
        ("EPSG:31979", ["WGS84", "SIRGAS 2000", "unknown"], 0),
        (None, ["WGS84", "", "Campo Inchauspe"], 1),
    ],
)
def test_rows_of_another_datum_than_that_of_the_crs_are_told(tmp_path, crs, datums, told):
    """They would lie hundreds of metres off; datums of the world lie together."""
    words = WORDS["longitude" if crs is None else "metres"]
    words.assign(Datum=datums).to_csv(tmp_path / "t.csv", index=False)
    towns = reading(tmp_path / "t.csv", **({} if crs is None else {"crs": crs}))
    read_places(towns)
    assert [n.count for n in towns.notices if n.code == "datums-differ"] == [told] * bool(told)


def test_degrees_minutes_and_seconds_in_columns_of_their_own_are_refused(tmp_path):
    """All towns of a degree would lie at its corner; columns of decimal degrees beside them are taken."""
    parts = pd.DataFrame(
        {"Lat": [-24, -22], "LatMin": [16, 19], "Lon": [-69, -68], "Lon_Min": [4, 56]}
    )
    parts.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(
        LayerError, match="columns Lon and Lat hold whole degrees, and LatMin, Lon_Min"
    ):
        read(tmp_path / "t.csv")
    parts.assign(longitude=[-69.07, -68.93], latitude=[-24.27, -22.31]).to_csv(
        tmp_path / "t.csv", index=False
    )
    table, _ = read(tmp_path / "t.csv")
    assert places(table) == AT[:2]
    parts[["Lat", "Lon"]].to_csv(tmp_path / "t.csv", index=False)
    assert places(read(tmp_path / "t.csv")[0]) == [(-69, -24), (-68, -22)]


@pytest.mark.parametrize("mark", [".", ","])
def test_what_a_mark_is_in_one_column_of_metres_it_is_in_the_other(tmp_path, mark):
    """Northings prove it: 7.315.700; eastings alone would be 494 m."""
    metres = WORDS["metres"].round(0)
    for name in ("este", "norte"):
        metres[name] = [f"{value:,.0f}".replace(",", mark) for value in metres[name]]
    metres.to_csv(tmp_path / "t.csv", index=False)
    table, _ = read(tmp_path / "t.csv", crs="EPSG:32719")
    assert table.geometry.x.round().tolist() == WORDS["metres"].este.round(0).tolist()
    assert table.geometry.y.round().tolist() == WORDS["metres"].norte.tolist()


@pytest.mark.parametrize("binary", [True, False])
def test_shapes_as_a_database_writes_them(tmp_path, binary):
    """Bytes, or text, with the code of their CRS."""
    shapes = shapely.set_srid(shapely.points(WORDS["metres"][["este", "norte"]].to_numpy()), 32719)
    words = (
        shapely.to_wkb(shapes, hex=True, include_srid=True)
        if binary
        else [f"SRID=32719;{text}" for text in shapely.to_wkt(shapes)]
    )
    TOWNS.assign(geom=words).to_csv(tmp_path / "t.csv", index=False)
    with np.errstate(all="raise"):  # bytes are not read as text, whose figures would overflow
        table, _ = read(tmp_path / "t.csv")
    assert table.crs == "EPSG:32719"
    assert table.geometry.x.round(2).tolist() == WORDS["metres"].este.tolist()
    stated, _ = read(tmp_path / "t.csv", crs="EPSG:24879")
    assert stated.crs is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), ("t.ods", None)],
)
def test_workbooks_of_other_kinds_are_told_as_such(tmp_path, name, content):
    """With what to do."""
    if content is None:
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("content.xml", "<a/>")
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LayerError, match=r"workbook of a.* kind.*Save the sheet as \.xlsx or CSV"):
        features_of(reading(tmp_path / name), GRID)
