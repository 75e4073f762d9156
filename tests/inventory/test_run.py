"""An inventory in a run: its files read back, its page and its card, and that no model takes it."""

import json
import re
import shutil
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hostile import HOSTILE
from plain_payload import plain_layers, plain_payload

import prospector
from prospector.errors import ModelError, OutputError
from prospector.inventory.listing import INVENTORY_COLUMNS, NO_SCORE
from prospector.layers import VectorLayer
from prospector.layers.roles import CONTEXT_ROLES
from prospector.map.payload import Pages
from prospector.map.payload_schema import MapPayload
from prospector.map.static_page import static_body
from prospector.pages.inventory_lines import inventory_pages
from prospector.pages.run_lines import run_lines
from prospector.pages.skill_rows import RANGE
from prospector.words.language import language

IN_ORDER = [f"{number:04d}-2N" for number in (0, 4, 2, 7, 3, 1, 6, 5)]
"""1080.627 Mt, 163 kt, 150 t, zero; then Au, Cu of 1986 and 1990, and what states no metal."""


def read_table(folder):
    return pd.read_csv(
        folder / "inventory" / "tailings.csv",
        encoding="utf-8-sig",
        dtype=str,
        keep_default_na=False,
    )


def same_rows(read, listed):
    """Raise AssertionError unless two inventories say the same."""
    for one, other in zip(read.to_dict("records"), listed.to_dict("records"), strict=True):
        for name in INVENTORY_COLUMNS:
            assert (pd.isna(one[name]) and pd.isna(other[name])) or one[name] == other[name], name


def test_units_are_read_and_the_order_is_by_tonnage(tailings_screening):
    """Mt where nothing is written behind the figures, tonnes where that is."""
    rows = tailings_screening.inventory
    assert rows["register_id"].tolist() == IN_ORDER
    assert rows["tonnage_mt"].tolist()[:4] == [1080.627, 0.163379, 0.00015, 0.0]
    assert rows["tonnage_mt"].isna().tolist()[4:] == [True] * 4


def test_the_map_leads_to_the_page(tailings_screening, tailings_run):
    """By its name, in both languages, with and without script; the file lies beside the map."""
    beside = Pages(
        "report.html",
        "overview.html",
        0,
        inventories=inventory_pages(tailings_screening.inventories),
    )
    payload = plain_payload(tailings_screening, pages=beside)
    [listed] = payload["inventories"]
    assert (tailings_run / listed["page"]).is_file()
    assert payload["translations"]["es"][listed["name"]] == "Relaves"
    static = static_body(MapPayload.model_validate(payload))
    assert "<p>Tailings, beside this file: tailings.html</p>" in static
    assert "Tailings, beside this file" in (tailings_run / "map.html").read_text("utf-8")
    assert plain_payload(tailings_screening)["inventories"] == []


def test_a_person_who_operates_one_is_not_named(tailings_screening, tailings_run):
    """A company is."""
    assert set(tailings_screening.inventory["operator"].dropna()) == {
        "Minera Ejemplo S.A.", "private holder",
    }  # fmt: skip
    for file in (
        "inventory/tailings.csv",
        "inventory/tailings.geojson",
        "tailings.html",
        "run.json",
    ):
        assert "Soto" not in (tailings_run / file).read_text("utf-8")


def test_a_run_gives_its_inventory_back(tailings_screening, tailings_run):
    """The same rows, columns and kinds of value, in longitude and latitude."""
    found = prospector.open_run(tailings_run).inventory
    assert isinstance(found, gpd.GeoDataFrame)
    assert list(found.columns) == [*INVENTORY_COLUMNS, "geometry"]
    assert found.crs.to_epsg() == 4326
    assert found["approval_year"].dtype == "Int64"
    same_rows(found, tailings_screening.inventory)


def test_tables_hold_the_rows_and_blanks_are_empty(tailings_run):
    """CSV without formulas, GeoJSON with null, coordinates rounded as those of targets."""
    table = read_table(tailings_run)
    assert table["register_id"].tolist() == IN_ORDER
    assert table.set_index("register_id").loc["0005-2N", "register_name"] == "'=cmd()"
    assert (
        table.set_index("register_id")
        .loc["0003-2N", ["tonnage_mt", "approval_year", "deposit_kind"]]
        .tolist()
        == [""] * 3
    )
    assert "nan" not in table.to_csv().lower()
    text = json.loads((tailings_run / "inventory" / "tailings.geojson").read_text("utf-8"))
    assert text["notice"][0] == NO_SCORE
    assert text["features"][-1]["properties"]["tonnage_mt"] is None
    places = [feature["geometry"]["coordinates"] for feature in text["features"]]
    assert all(round(degree, 7) == degree for place in places for degree in place)
    assert {name["properties"]["register_name"] for name in text["features"]} >= set(HOSTILE)


def test_the_geopackage_has_a_layer_with_a_title(tailings_run):
    """And says that it has no score."""
    layers = dict(pyogrio.list_layers(tailings_run / "prospects.gpkg").tolist())
    assert layers["tailings"] == "Point"
    contents = pyogrio.read_dataframe(
        tailings_run / "prospects.gpkg",
        sql="SELECT identifier, description FROM gpkg_contents WHERE table_name = 'tailings'",
    )
    ((title, abstract),) = contents.to_numpy().tolist()
    assert title == "Tailings"
    assert abstract.startswith(NO_SCORE)


@pytest.mark.parametrize(("run", "sheet", "head"), [
    ("tailings_run", "Tailings", "tonnage (Mt)"), ("spanish_run", "Relaves", "tonelaje (Mt)"),
])  # fmt: skip
def test_the_workbook_has_a_sheet(run, sheet, head, request):
    """Text stays text, blanks are empty cells, every column has a meaning."""
    book = openpyxl.load_workbook(request.getfixturevalue(run) / "targets.xlsx")
    heads, *rows = book[sheet].iter_rows(values_only=True)
    meanings = [
        (label, column, meaning)
        for of_sheet, label, column, meaning in book.worksheets[-2].iter_rows(values_only=True)
        if of_sheet == sheet
    ]
    table = pd.DataFrame(rows, columns=[column for _, column, _ in meanings])
    assert list(heads) == [label for label, _, _ in meanings]
    assert head in heads
    assert table["tonnage_mt"].dropna().tolist() == [1080.627, 0.163379, 0.00015, 0.0]
    assert set(table["register_name"].dropna()) >= set(HOSTILE)
    assert not [cell for row in book[sheet].iter_rows() for cell in row if cell.data_type == "f"]
    assert all(meaning for _, _, meaning in meanings)
    separator = ";" if run == "spanish_run" else ","
    file = request.getfixturevalue(run) / "inventory" / "tailings.csv"
    filled = pd.read_csv(file, dtype=str, sep=separator).dropna(axis="columns", how="all")
    assert set(table.columns) == set(filled.columns)


def test_run_json_says_how_much_is_stated(tailings_run):
    """And that nothing was scored; a figure that is not right is refused."""
    file = tailings_run / "run.json"
    record = json.loads(file.read_text("utf-8"))
    assert record["inventory"] == {
        "tailings": {
            "listed": 8, "with_tonnage": 4, "with_zero_tonnage": 1, "tonnage_mt": 1080.790529,
            "with_resource": 5, "with_approval": 4, "approved_from": 1986, "approved_to": 2022,
            "scored": False,
        }
    }  # fmt: skip


def test_a_run_that_claims_a_score_is_refused(tailings_run, tmp_path):
    """The record is checked as every other key of it."""
    from prospector.runs.record import read_record

    record = json.loads((tailings_run / "run.json").read_text("utf-8"))
    record["inventory"]["tailings"]["scored"] = True
    file = tmp_path / "run.json"
    file.write_text(json.dumps(record), "utf-8")
    with pytest.raises(OutputError, match=r"key 'inventory\.tailings\.scored'"):
        read_record(file)


def test_the_terminal_says_it_in_a_line(tailings_run, planted_run):
    """And nothing of a run without tailings."""
    lines = list(run_lines(prospector.open_run(tailings_run)))
    assert "Tailings: 8 listed (not scored), 4 of them with a tonnage." in lines
    assert not [line for line in run_lines(prospector.open_run(planted_run)) if "ailings" in line]


def test_a_run_without_tailings_has_nothing_of_it(planted_run, planted_screening):
    """No file, no key, no layer, no paragraph, no column."""
    run = prospector.open_run(planted_run)
    assert len(run.inventory) == len(planted_screening.inventory) == 0
    assert "inventory" not in run.record
    assert "tailings" not in run.layer_names
    assert not (planted_run / "inventory").exists()
    assert not (planted_run / "tailings.html").exists()
    payload = json.dumps(plain_payload(planted_screening), default=str)
    for text in (payload, (planted_run / "report.html").read_text("utf-8")):
        assert "ailings" not in text
        assert "no assay" not in text


# pages -----------------------------------------------------------------------------------------


def test_the_page_says_first_that_there_is_no_score(tailings_run, page_of):
    """And lists every row, blanks in words, names as text, without a script."""
    source = (tailings_run / "tailings.html").read_text("utf-8")
    text = page_of(tailings_run / "tailings.html").text
    assert "Inventory: no assay, no score" in text
    assert "<script" not in source
    assert "<img" not in source
    assert text.count("not stated") > 8
    for name in HOSTILE:
        assert " ".join(name.split()) in " ".join(text.split())
    assert "8 listed" in text
    assert "1081 Mt" in text
    assert "163 kt" in text
    assert "150 t" in text
    assert "<i>Villa</i>, 5.0 km" in text
    assert "Survey <b>of</b> mines, 2025-10" in text
    assert re.search(r"Register of\s+2025-10", text)
    assert [text.index(id_) for id_ in IN_ORDER] == sorted(text.index(id_) for id_ in IN_ORDER)


def test_totals_of_the_page_count_what_is_stated_and_what_is_not(tailings_run, page_of):
    """Cu, Mo: one with 1081 Mt; Cu: one of three; no metal: two of three, one of them zero."""
    text = " ".join(page_of(tailings_run / "tailings.html").text.split())
    assert "Cu, Mo 1 1 0 1081 Mt" in text
    assert "Cu 3 1 2 163 kt" in text
    assert f"Au 1 0 1 {RANGE}" in text
    assert "not stated 3 2 1 150 t" in text
    assert "Taltal 3 1 2 1081 Mt" in text
    assert f"1980{RANGE}1989 1 0 1 {RANGE}" in text


def test_the_report_says_it_in_a_paragraph_and_links_the_page(tailings_run, page_of):
    """One link, no score."""
    source = (tailings_run / "report.html").read_text("utf-8")
    assert source.count('href="tailings.html"') == 1
    text = " ".join(page_of(tailings_run / "report.html").text.split())
    assert (
        "8 listed, 4 with a tonnage, 4 with a year of approval. Inventory: no assay, no score."
        in text
    )


ENGLISH = re.compile(
    r"\b(the|and|of|not stated|with|listed|tonnage|unknown|metal is|register|approved|years|port|road|town"
    r"|dam|heap|filtered|ground|tenure|held|protected|score|Inventory|Tailings)\b"
)  # fmt: skip


def test_the_spanish_page_has_no_english_left(spanish_run, page_of):
    """But names; figures have decimal commas."""
    source = (spanish_run / "tailings.html").read_text("utf-8")
    text = page_of(re.sub(r"<style>.*?</style>", "", source, flags=re.DOTALL)).text
    for name in (*HOSTILE, "Survey <b>of</b> mines"):
        text = text.replace(name, "")
    assert sorted(set(ENGLISH.findall(text))) == []
    assert "Inventario: sin análisis químico ni puntaje" in text
    assert "5,0 km" in text
    assert "embalse de relaves" in text
    report = (spanish_run / "report.html").read_text("utf-8")
    assert "Relaves</strong>: 8 en la lista, 4 con tonelaje" in report
    labels = (spanish_run / "columns.csv").read_text("utf-8-sig")
    assert "approval_age_y;años desde la aprobación" in labels


def test_every_column_has_its_spanish():
    """Headers of the sheet."""
    assert set(INVENTORY_COLUMNS) <= language("es").columns.keys()


# map -------------------------------------------------------------------------------------------


def layer_of(screening):
    [layer] = [layer for layer in plain_layers(screening) if layer["key"] == "tailings"]
    return layer


def test_the_map_has_a_layer_with_a_sign_of_its_own(tailings_screening):
    """Off at first, said to have no score, the largest on top; no other layer has its shape."""
    layer = layer_of(tailings_screening)
    assert (layer["label"], layer["note"], layer["visible"]) == ("Tailings", NO_SCORE, False)
    shapes = [other.get("style", {}).get("shape") for other in plain_layers(tailings_screening)]
    assert shapes.count("basin") == 1
    assert layer["groupings"] == ["metal", "kind of deposit", "commune"]
    assert dict(layer["features"][-1]["rows"])["tonnage"] == "1081 Mt"
    MapPayload.model_validate(plain_payload(tailings_screening))


def test_a_card_says_what_is_stated_and_what_is_not(tailings_screening):
    """Blanks in words; distances with their units."""
    features = layer_of(tailings_screening)["features"][::-1]
    first, last = dict(features[0]["rows"]), dict(features[IN_ORDER.index("0003-2N")]["rows"])
    assert first["metal"] == "Cu, Mo"
    assert (first["year of approval"], first["years since approval"]) == (2022, 3)
    assert first["Nearest town"] == "<i>Villa</i>, 5.0 km"
    assert first["Nearest port"] == "Puerto, 60 km"
    assert (first["tenure class"], first["protection"]) == ("unknown", "protection unknown")
    blank = {label for label, value in last.items() if value == "not stated"}
    assert blank == {"tonnage", "year of approval", "kind of deposit"}


def test_what_cards_say_has_its_spanish(tailings_screening):
    """Kinds and decimals through the payload; labels by the page."""
    spanish = plain_payload(tailings_screening)["translations"]["es"]
    assert spanish["embankment dam"] == "embalse de relaves"
    assert spanish["Tailings"] == "Relaves"
    assert spanish["<i>Villa</i>, 5.0 km"] == "<i>Villa</i>, 5,0 km"
    assert spanish[NO_SCORE].startswith("Inventario: sin análisis")


def test_wells_beside_tailings_are_told(tailings_screening):
    """Distance and depth to water."""
    from prospector.inventory.listing import list_inventories

    layers = tailings_screening.layers
    like = layers.vector("towns")
    [first, *_] = tailings_screening.inventory.to_crs(layers.crs).geometry
    well = gpd.GeoDataFrame(
        {"name": ["Pozo"], "depth_to_water_m": [12.34]},
        geometry=[shapely.Point(first.x + 300, first.y + 400)], crs=layers.crs,
    )  # fmt: skip
    wells = VectorLayer("wells", "wells", "Wells", well, like.entry, None, "")
    more = replace(layers, items=(*layers.items, wells))
    inventories, _ = list_inventories(more, tailings_screening.region.region.window)
    rows = dict(
        layer_of(replace(tailings_screening, inventories=inventories))["features"][-1]["rows"]
    )
    assert rows["Nearest well"] == "0.5 km"
    assert rows["depth to water there, m"] == 12.3


# evidence --------------------------------------------------------------------------------------


def refused(region, folder, table):
    """Screen a copy of a region with one more table of its deposit model, and return what is said."""
    region = shutil.copytree(region, folder / "region")
    text = (region / "region.toml").read_text("utf-8")
    (region / "region.toml").write_text(f"{text}\n{table}\n", "utf-8")
    with pytest.raises(ModelError) as error:
        prospector.screen(region, quick=True, workers=1, cell_size_m=8000)
    return str(error.value)


@pytest.mark.parametrize(
    "keys",
    [
        'kind = "distance"\nrole = "tailings"',
        'kind = "density"\nrole = "tailings"\nradius_m = 5000',
        'kind = "distance"\nrole = "tailings"\nlayer = "tailings"',
        'kind = "nearest_attribute"\nrole = "tailings"\ncolumn = "tonnage_mt"\nwithin_m = 5000',
        'kind = "geochemistry"\nrole = "tailings"\ncolumn = "tonnage_mt"\nwithin_m = 5000',
    ],
)
def test_a_pond_never_becomes_evidence(keys, tailings_region, tmp_path):
    """Of whatever kind the evidence is: refused before anything is computed."""
    stated = 'label = "x"\nexpected = "decreasing"\nreason = "x"'
    table = f"[override.porphyry_copper.evidence.ponds]\n{keys}\n{stated}"
    told = refused(tailings_region, tmp_path, table)
    assert "evidence.ponds: role 'tailings' is context, not rock" in told
    assert told.endswith("Remove the evidence.")


@pytest.mark.parametrize("role", CONTEXT_ROLES)
def test_a_pond_never_limits_the_ground_of_a_model(role, tailings_region, tmp_path):
    """Ground near known plants would tell a model where deposits are known all the same."""
    region = shutil.copytree(tailings_region, tmp_path / "given")
    text = (
        (region / "region.toml").read_text("utf-8").replace('role = "tailings"', f'role = "{role}"')
    )
    (region / "region.toml").write_text(text, "utf-8")
    keys = f'kind = "distance"\nrole = "{role}"\nat_most = 20\nreason = "near a plant"'
    told = refused(region, tmp_path, f"[[override.porphyry_copper.permissive]]\n{keys}")
    assert f"role '{role}' is context, not rock" in told
    assert told.endswith("Remove the condition.")


def test_tailings_move_no_score(tailings_screening, planted):
    """Targets are the same with and without the layer."""
    without = prospector.screen(planted, quick=True, workers=1, cell_size_m=4000)
    columns = ["target_id", "score", "evidence_for", "known_deposits"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(tailings_screening.targets[columns]), pd.DataFrame(without.targets[columns])
    )
