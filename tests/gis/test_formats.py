"""Every format, held against what its field's validators ask, and opened as its user would open it."""

import html
import json
import math
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import geopandas as gpd
import geoparquet_validator
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rio_cogeo
import shapely
from mutations import write_base

import prospector
from prospector.errors import OutputError
from prospector.gis import formats, geoparquet, kmz
from prospector.gis.fields import for_files
from prospector.gis.formats import FORMATS, USUAL, read_formats
from prospector.gis.palette import COLOURS
from prospector.gis.spelling import read_table
from prospector.gis.vector import write_geojson
from prospector.pages.place_words import area_name
from prospector.runs.overview import areas_of
from prospector.runs.portfolio import write_portfolio
from prospector.targets.places import touched
from prospector.targets.target import TARGET_COLUMNS
from prospector.words.language import language

ROOT = Path(__file__).parents[2]
MODEL = "porphyry_copper"
ALL = tuple(FORMATS)
OWN_LAYERS = """
[layers.tailings]
role = "tailings"
file = "tailings.geojson"

[roles.surveys]
geometry = "polygon"
columns = ["number", "flown", "began", "select"]

[layers.surveys]
role = "surveys"
file = "surveys.gpkg"
"""
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture(scope="module")
def screening(tmp_path_factory):
    """A region with titles of which some end, deposits of which some have a year, salars and tailings."""
    region = write_base(tmp_path_factory.mktemp("formats") / "region")
    deposits = gpd.read_file(region / "deposits.geojson")
    deposits["discovery_year"] = [1980 + row if row % 3 else None for row in range(len(deposits))]
    deposits["status"] = ["" if row % 2 else "mine" for row in range(len(deposits))]
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    titles = gpd.read_file(region / "concessions.geojson")
    titles["date"] = ["2019-05-01", None]
    titles.to_file(region / "concessions.geojson", driver="GeoJSON")
    ponds = gpd.GeoDataFrame(
        {"tailings_id": ["T1", "T2"], "tonnage_mt": [1 / 3, None], "approval_year": [1999, None]},
        geometry=gpd.points_from_xy([500_000, 510_000], [7_280_000, 7_290_000]),
        crs="EPSG:32719",
    )
    ponds.to_crs("EPSG:4326").to_file(region / "tailings.geojson", driver="GeoJSON")
    surveys = gpd.GeoDataFrame(
        {
            "number": [2**53 + 1, 2**62],
            "flown": pd.to_datetime(["2020-01-31", None]),
            "began": pd.to_datetime(["2020-01-31T10:11:12", None]),
            "select": ["a", "b"],
        },
        geometry=[shapely.box(west, 7_280_000, west + 9_000, 7_290_000) for west in (5e5, 52e4)],
        crs="EPSG:32719",
    )
    surveys.to_file(region / "surveys.gpkg", driver="GPKG")
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + OWN_LAYERS, "utf-8")
    return prospector.screen(region, quick=True, workers=1)


@pytest.fixture(scope="module")
def run(screening, tmp_path_factory):
    """Folder of its run, in every format."""
    folder = tmp_path_factory.mktemp("formats_run") / "run"
    return prospector.write(screening, folder, formats=ALL, dossiers=0)


@pytest.fixture(scope="module")
def exported(screening, tmp_path_factory):
    """Folder of all formats of a run that was screened in the usual ones."""
    home = tmp_path_factory.mktemp("exported")
    usual = prospector.write(screening, home / "run", dossiers=0)
    before = contents(usual)
    prospector.export(usual, formats=ALL, folder=home / "given")
    assert contents(usual) == before, "a run's own files stay"
    return home / "given"


def contents(folder):
    """Return the bytes of every file in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# the list ----------------------------------------------------------------------------------------


def test_a_screening_and_an_export_write_the_same_bytes(run, exported):
    """Of every format, and nothing that is not of the list."""
    written, given = contents(run), contents(exported)
    assert set(given) <= set(written)
    assert {name for name in given if given[name] != written[name]} == set()
    for ending in (".gpkg", ".geojson", ".tif", ".csv", "_wkt.csv", ".xlsx", ".kmz", ".parquet"):
        assert any(name.endswith(ending) for name in given), ending
    assert any(".gdb/" in name for name in given)
    assert "NOTICE.txt" in given


def test_a_second_run_gives_the_same_bytes(run, screening, tmp_path):
    """Of every format, the geodatabase and the archive too."""
    again = prospector.write(screening, tmp_path / "again", formats=ALL, dossiers=0)
    assert contents(again) == contents(run)


def test_formats_that_are_not_asked_are_not_written_but_those_that_a_run_needs(screening, tmp_path):
    """The run opens again, and gives what was not asked, but for the workbook."""
    run = prospector.write(screening, tmp_path / "run", formats="kmz", dossiers=0)
    names = set(contents(run))
    assert {"targets.kmz", "prospects.gpkg", f"{MODEL}/{MODEL}_score.tif"} <= names
    unasked = {"targets.xlsx", f"{MODEL}/targets.geojson", f"{MODEL}/targets.csv"}
    assert not unasked & names
    files = prospector.export(prospector.open_run(run), formats=["geojson", "csv"])
    assert run / "export" / MODEL / "targets.geojson" in files
    names = {file.name for file in prospector.export(run, folder=tmp_path / "usual")}
    assert {"prospects.gpkg", f"{MODEL}_score.tif", "targets.geojson", "targets.csv"} <= names
    with pytest.raises(OutputError, match=r"without xlsx.*Screen again with --formats xlsx"):
        prospector.export(run, formats="xlsx")


def test_unknown_formats_are_refused_with_the_list():
    """Before anything is read or written."""
    for asked in ("gpkg,shp", ["shp"]):
        with pytest.raises(OutputError, match=r"unknown format 'shp'.*gpkg, geojson, cog, csv"):
            read_formats(asked)
    with pytest.raises(OutputError, match=r"'geojsn'.*geojson"):
        read_formats("geojsn")
    with pytest.raises(OutputError, match="no format is named"):
        read_formats(" , ")
    assert read_formats(None) == USUAL == ("gpkg", "geojson", "cog", "csv", "xlsx")


def test_a_format_that_needs_what_is_not_installed_says_how_to_install_it(monkeypatch):
    """In one sentence, before the screening begins."""
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    with pytest.raises(
        OutputError, match=r"needs pyarrow.*pip install 'prospector-geo\[parquet\]'"
    ):
        read_formats("geoparquet")


def test_an_export_overwrites_nothing(run, tmp_path):
    """The same bytes may stand there; another content is refused, and nothing is written."""
    prospector.export(run, formats="kmz", folder=tmp_path)
    prospector.export(run, formats="kmz", folder=tmp_path)
    (tmp_path / "targets.kmz").write_text("mine")
    (tmp_path / "other").write_text("mine")
    with pytest.raises(OutputError, match=r"targets\.kmz: already exists"):
        prospector.export(run, formats="kmz,geojson", folder=tmp_path)
    assert set(contents(tmp_path)) == {"targets.kmz", "other", "NOTICE.txt"}
    with pytest.raises(OutputError, match="is the run folder itself"):
        prospector.export(run, formats="kmz", folder=run)


def test_the_project_of_qgis_goes_only_with_all_that_it_opens(run, tmp_path):
    """A project without its rasters opens with a list of layers that are not there."""
    alone = prospector.export(run, formats="gpkg", folder=tmp_path / "alone")
    assert [file.name for file in alone] == ["NOTICE.txt", "prospects.gpkg"]
    prospector.export(run, formats="gpkg,cog", folder=tmp_path / "both")
    with zipfile.ZipFile(tmp_path / "both" / "prospects.qgz") as project:
        tree = ElementTree.fromstring(project.read("prospects.qgs"))
    sources = {node.text.partition("|")[0] for node in tree.iter("datasource")}
    assert {"./prospects.gpkg", "./relief.tif"} <= sources
    assert [source for source in sources if not (tmp_path / "both" / source).is_file()] == []


def test_a_style_goes_only_with_what_it_styles(run, tmp_path):
    """The table of targets has the name of their GeoJSON, whose style is for areas."""
    files = prospector.export(run, formats="csv,wkt", folder=tmp_path / "tables")
    assert {file.suffix for file in files} == {".csv", ".txt"}
    files = prospector.export(run, formats="geojson", folder=tmp_path / "shapes")
    assert {file.suffix for file in files} == {".geojson", ".qml", ".qmd", ".txt"}


def test_the_command_lists_what_it_wrote(command, run, tmp_path):
    """And refuses what it does not know, with exit code 2."""
    copy = Path(shutil.copytree(run, tmp_path / "run"))
    answer = command("export", copy, "--formats", "kmz")
    assert answer.returncode == 0
    assert "targets.kmz" in answer.stdout
    assert (copy / "export" / "targets.kmz").is_file()
    answer = command("export", copy, "--formats", "shape")
    assert answer.returncode == 2
    assert "Known: gpkg" in answer.stderr


def test_every_format_is_documented():
    """By its name and what it is for, in docs/formats.md."""
    text = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for name, entry in FORMATS.items():
        assert f"| `{name}` | {entry.title} |" in text


def test_a_new_format_is_a_writer_and_a_line_of_the_list(run, monkeypatch, tmp_path):
    """The module of the writer, the list, a row of the docs: what exports and refuses follows."""
    module = ModuleType("prospector_of_ours")
    module.write_ids = lambda outputs, home: (home / "ids.txt").write_text(
        "\n".join(outputs.targets(MODEL)["target_id"])
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "ids", formats.Format("ids", f"{module.__name__}:write_ids"))
    prospector.export(run, formats="ids", folder=tmp_path)
    first = prospector.open_run(run).targets["target_id"].iloc[0]
    assert (tmp_path / "ids.txt").read_text().startswith(first)
    with pytest.raises(OutputError, match=r"Known: .*ids"):
        read_formats("idz")


def test_reading_the_list_loads_no_writer():
    """The help of the commands names the formats and stays quick."""
    code = (
        "import sys, prospector.gis.formats; "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'geopandas', 'pydantic')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_writer_of_the_list_is_there():
    """A name that is misspelt fails here and not at the end of a screening."""
    for entry in FORMATS.values():
        module, _, function = entry.writer.partition(":")
        assert callable(getattr(import_module(module), function))


# GeoPackage ---------------------------------------------------------------------------------------


def test_the_geopackage_is_one(run):
    """Application id, version 1.3, integrity, contents with true extents, spatial indexes, CRS."""
    with sqlite3.connect(run / "prospects.gpkg") as file:
        ask = lambda query: file.execute(query).fetchall()  # noqa: E731
        assert ask("PRAGMA application_id") == [(0x47504B47,)]
        assert ask("PRAGMA user_version") == [(10300,)]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        assert {-1, 0, 4326} <= {srs for (srs,) in ask("SELECT srs_id FROM gpkg_spatial_ref_sys")}
        shown = ask("SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents "
                    "WHERE data_type = 'features'")  # fmt: skip
        tables = {name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"targets", "deposits", "concessions", "tailings"} <= {name for name, *_ in shown}
    for name, *extent in shown:
        table = pyogrio.read_dataframe(run / "prospects.gpkg", layer=name)
        assert table.geometry.is_valid.all()
        assert f"rtree_{name}_geom" in tables
        np.testing.assert_allclose(extent, table.total_bounds, atol=1e-7)


def test_coordinates_keep_seven_decimals_in_every_format(run):
    """The same places to the last digit."""
    package = pyogrio.read_dataframe(run / "prospects.gpkg", layer="targets").geometry
    at = shapely.get_coordinates(package.to_numpy())
    assert (np.round(at, 7) == at).all()
    others = (
        pyogrio.read_dataframe(run / "prospects.gdb", layer="targets").geometry,
        gpd.read_parquet(run / "geoparquet" / "targets.parquet").geometry,
        gpd.read_file(run / MODEL / "targets.geojson").geometry,
        gpd.GeoSeries.from_wkt(pd.read_csv(run / MODEL / "targets_wkt.csv")["wkt"]),
    )
    for other in others:
        same = shapely.equals_exact(
            shapely.normalize(other.to_numpy()), shapely.normalize(package.to_numpy()), 1e-8
        )
        multi = [shapely.normalize(shapely.MultiPolygon([*shapely.get_parts(s)])) for s in other]
        assert (
            same | shapely.equals_exact(multi, shapely.normalize(package.to_numpy()), 1e-8)
        ).all()


# types --------------------------------------------------------------------------------------------


def types_of(file, layer):
    info = pyogrio.read_info(file, layer=layer)
    return dict(zip(info["fields"], info["ogr_types"], strict=True))


def test_fields_have_types_for_people(run):
    """Days, whole numbers of 32 bits also where some are missing, in layers and in the geodatabase."""
    wanted = {
        "targets": {"rank": "OFTInteger", "known_deposits": "OFTInteger", "tenure_as_of": "OFTDate"},
        "deposits": {"discovery_year": "OFTInteger", "percentile_out_of_fold": "OFTReal"},
        "concessions": {"date": "OFTDate", "expires": "OFTDate", f"{MODEL}_rank": "OFTInteger",
                        f"{MODEL}_rank_in_holder": "OFTInteger",
                        f"{MODEL}_score": "OFTReal", "holder": "OFTString"},
        "tailings": {"approval_year": "OFTInteger", "approval_age_y": "OFTInteger", "tonnage_mt": "OFTReal"},
    }  # fmt: skip
    for layer, columns in wanted.items():
        package = types_of(run / "prospects.gpkg", layer)
        geodatabase = types_of(run / "prospects.gdb", layer)
        table = gpd.read_parquet(run / "geoparquet" / f"{layer}.parquet")
        for column, kind in columns.items():
            assert package[column] == kind, (layer, column)
            assert geodatabase[column] == kind.replace("OFTDate", "OFTDateTime")
            letters = {"OFTInteger": "Int32", "OFTDate": "date32[day][pyarrow]"}
            if kind in letters:
                assert str(table[column].dtype) == letters[kind], (layer, column)
        assert "OFTInteger64" not in [*package.values(), *geodatabase.values()]


def test_a_layer_of_the_region_keeps_its_types_in_every_format(run):
    """Days, moments, and numbers of 64 bits to the last figure: in a geodatabase as text."""
    package = gpd.read_file(run / "prospects.gpkg", layer="surveys").iloc[0]
    parquet = gpd.read_parquet(run / "geoparquet" / "surveys.parquet")
    geodatabase = types_of(run / "prospects.gdb", "surveys")
    assert types_of(run / "prospects.gpkg", "surveys") == {
        "number": "OFTInteger64", "flown": "OFTDate", "began": "OFTDateTime", "select": "OFTString",
    }  # fmt: skip
    assert geodatabase == {
        "number": "OFTString", "flown": "OFTDateTime", "began": "OFTDateTime", "select_": "OFTString",
    }  # fmt: skip
    assert parquet["number"].dtype == "Int64"
    assert str(parquet["flown"].dtype) == "date32[day][pyarrow]"
    assert parquet["began"].dtype.kind == "M"
    held = gpd.read_file(run / "prospects.gdb", layer="surveys").iloc[0]
    for row in (package, parquet.iloc[0], held):
        assert int(row["number"]) == 2**53 + 1
        assert pd.Timestamp(row["began"]).tz_localize(None) == pd.Timestamp("2020-01-31T10:11:12")
        assert pd.Timestamp(row["flown"]).tz_localize(None) == pd.Timestamp("2020-01-31")


def test_no_text_is_empty_and_no_figure_endless(run):
    """Missing is null in every layer and format; figures end where their column's rule says."""
    for layer, kind in pyogrio.list_layers(run / "prospects.gpkg"):
        if kind is None:
            continue
        tables = (
            pyogrio.read_dataframe(run / "prospects.gpkg", layer=layer),
            pyogrio.read_dataframe(run / "prospects.gdb", layer=layer),
            gpd.read_parquet(run / "geoparquet" / f"{layer}.parquet"),
        )
        for table in tables:
            for column in table.columns.drop("geometry"):
                values = table[column].dropna()
                assert not any(isinstance(value, str) and value == "" for value in values)
                if values.dtype.kind == "f":
                    assert all(
                        len(f"{value!r}".strip("-0.").replace(".", "")) <= 12 for value in values
                    )
    features = json.loads((run / MODEL / "targets.geojson").read_text("utf-8"))["features"]
    assert all(value != "" for feature in features for value in feature["properties"].values())


def test_rounding_goes_by_the_column():
    """One rule: shares and scores 6 decimals, km2 3, km 2, all else 12 figures."""
    raw = 0.056627133007850131
    names = {"open_share": 0.056627, "score": 0.056627, "area_km2": 0.057, "town_km": 0.06}
    table = for_files(pd.DataFrame({name: [raw] for name in [*names, "aridity"]}))
    assert table.iloc[0].to_dict() == {**names, "aridity": 0.0566271330079}


def test_a_column_of_days_keeps_its_type_where_no_row_has_one():
    """So that layers of two runs can be joined; what is no day stays text."""
    table = for_files(
        pd.DataFrame({
            "expires": ["", None], "date": ["2024-02-30", "2024"], "as_of": ["2024-02-29", ""],
            "update": ["2024-02-29", ""],
        })
    )  # fmt: skip
    kinds = table.dtypes.astype(str).to_dict()
    assert kinds["expires"] == kinds["as_of"] == "datetime64[s]"
    assert table["date"].tolist() == ["2024-02-30", "2024"]
    assert table["update"].tolist() == ["2024-02-29", None]


def test_places_keep_the_order_of_their_vertices():
    """Rounded to 7 decimals one by one, from the same vertex on; what this would spoil is cut anew."""
    plain = shapely.Polygon([(0.12345678, 0), (1, 0), (1, 1), (0.12345678, 1)])
    needle = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0.5, 4e-8), (0, 1)])
    speck = shapely.box(0, 0, 2e-8, 2e-8)
    shapes = [plain, needle, speck, None]
    found = for_files(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")).geometry.to_numpy()
    assert found[0].wkt == ("POLYGON ((0.1234568 0, 1 0, 1 1, 0.1234568 1, 0.1234568 0))")
    assert found[1].is_valid
    assert found[1].geom_type == "MultiPolygon"
    assert found[2].exterior.coords[:] == [(0.0, 0.0)] * 5
    assert found[3] is None


def test_a_whole_number_beyond_32_bits_stays_whole():
    """Years and counts fit; a register's own number may not."""
    table = for_files(pd.DataFrame({"roll": [2**40, 1], "rank": [1.0, np.nan]}))
    assert table.dtypes.astype(str).to_dict() == {"roll": "Int64", "rank": "Int32"}


def test_titles_say_when_they_end(run):
    """In the layer of concessions, as a day."""
    titles = pyogrio.read_dataframe(run / "prospects.gpkg", layer="concessions")
    assert sorted(titles["expires"].dt.strftime("%Y-%m-%d")) == ["2020-01-01", "2030-01-01"]


def test_a_title_layer_without_an_end_has_the_column(bound_screening, tmp_path):
    """Null in every row, and a day all the same."""
    run = prospector.write(bound_screening, tmp_path / "run", formats="gpkg", dossiers=0)
    assert types_of(run / "prospects.gpkg", "concessions")["expires"] == "OFTDate"


def test_scored_units_have_an_id_a_name_and_a_rank(legal_run, legal_screening):
    """The id is that of the target that the unit became."""
    units = pyogrio.read_dataframe(legal_run / "prospects.gpkg", layer="scored_units")
    targets = legal_screening.targets.set_index("target_id")
    [model] = units["deposit_model"].unique()
    assert sorted(units["rank"]) == list(range(1, len(units) + 1))
    assert set(targets.index) <= set(units["unit_id"])
    named = units.set_index("unit_id")["name"].reindex(targets.index)
    assert named.tolist() == targets["name"].tolist()
    assert model in legal_screening.rankings


def test_a_reopened_run_reads_what_it_wrote(run, screening):
    """Targets equal to the last figure, missing texts empty, days as text."""
    opened, kept = prospector.open_run(run).targets, screening.targets
    for column in TARGET_COLUMNS:
        read, made = (table[column].astype(object).fillna("-").tolist() for table in (opened, kept))
        assert read == made, column


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_target_is_called_the_same_everywhere(screening, tmp_path, code):
    """In layer, tables, workbook, KMZ and label of QGIS as in the report, in the language of the run."""
    folder = prospector.write(screening, tmp_path / "run", formats=ALL, dossiers=0, language=code)
    opened = prospector.open_run(folder)
    targets = opened.targets
    said = [area_name(area, language(code)) for area in areas_of(opened, targets)]
    assert len(set(said)) > 1
    assert targets["place"].tolist() == said
    own = targets[targets["deposit_model"] == MODEL]["place"].tolist()
    features = json.loads((folder / MODEL / "targets.geojson").read_text("utf-8"))["features"]
    assert [feature["properties"]["place"] for feature in features] == own
    assert read_table(folder / MODEL / "targets.csv")["place"].tolist() == own
    sheet = pd.read_excel(folder / "targets.xlsx", language(code).say("Targets"), dtype=str)
    assert sheet[language(code).label("place")].tolist() == said
    with zipfile.ZipFile(folder / "targets.kmz") as file:
        [name] = [name for name in file.namelist() if name.endswith(".kml")]
        names = ElementTree.fromstring(file.read(name)).iter(f"{KML}Placemark")
        called = {name.findtext(f"{KML}name").partition(". ")[2] for name in names}
    assert called == set(said)
    assert 'concat("rank", \'. \', if(length(coalesce("place", "target_id"))' in html.unescape(
        (folder / MODEL / "targets.qml").read_text("utf-8")
    )


def test_of_several_deposits_that_a_target_holds_the_first_is_named():
    """The nearest that it touches otherwise; none beyond 50 m."""
    outlines = gpd.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(500, 0, 600, 100)])
    places = gpd.points_from_xy([50, 20, 130, 640, 660], [50, 50, 50, 50, 50])
    others = gpd.GeoSeries(places, index=["Zeta", "Alfa", "Beta", "Gama", "Delta"])
    assert touched(outlines, others) == ["Zeta", "Gama"]
    assert touched(outlines, others[["Delta"]]) == ["", ""]


# GeoJSON ------------------------------------------------------------------------------------------


def test_geojson_follows_rfc_7946(run):
    """Features, ids, closed rings that turn by the right hand, decimals, no crs, no NaN."""
    for file in [*run.glob("*/targets.geojson"), *run.glob("inventory/*.geojson")]:
        text = file.read_text("utf-8")
        found = json.loads(text, parse_constant=lambda name: pytest.fail(name))
        assert found["type"] == "FeatureCollection"
        assert "crs" not in found
        assert "Not a mineral resource" in " ".join(found["notice"])
        ids = [feature["id"] for feature in found["features"]]
        assert len(set(ids)) == len(ids) > 0
        for feature in found["features"]:
            assert feature["type"] == "Feature"
            assert feature["id"] in feature["properties"].values()
            if feature["geometry"]["type"] == "Point":
                continue
            polygons = feature["geometry"]["coordinates"]
            polygons = [polygons] if feature["geometry"]["type"] == "Polygon" else polygons
            for polygon in polygons:
                for place, ring in enumerate(polygon):
                    turned = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
                    assert ring[0] == ring[-1]
                    assert len(ring) >= 4
                    assert (turned < 0) == (place == 0)
                    assert all(round(value, 7) == value for at in ring for value in at)
                    assert all(abs(x) <= 180 and abs(y) <= 90 for x, y in ring)


def test_a_column_without_a_value_is_left_out_of_geojson(run):
    """GIS software would take it for text; the layer of the GeoPackage keeps it, with its type."""
    file = run / MODEL / "targets.geojson"
    found = types_of(file, None)
    package = types_of(run / "prospects.gpkg", "targets")
    assert "road_km" not in found
    assert package["road_km"] == "OFTReal"
    kinds = {name: kind.replace("Integer64", "Integer") for name, kind in found.items()}
    kinds.pop("id", None)
    assert kinds == {name: package[name] for name in kinds}


def test_hostile_texts_and_holes_survive_geojson(tmp_path):
    """Quotes, ends of lines, letters of any kind; a hole turns the other way."""
    ring = shapely.Polygon(
        [(0, 0), (0, 3), (3, 3), (3, 0)], holes=[[(1, 1), (2, 1), (2, 2), (1, 2)]]
    )
    table = gpd.GeoDataFrame(
        {"target_id": ['a"b\n\u2028\x00', "ñ"], "score": [np.inf, 1 / 3]},
        geometry=[ring, None], crs="EPSG:4326",
    )  # fmt: skip
    write_geojson(table, tmp_path / "t.geojson", sentences=[])
    first, second = json.loads((tmp_path / "t.geojson").read_text("utf-8"))["features"]
    assert first["id"] == 'a"b\n\u2028\x00'
    assert first["properties"]["score"] is None
    assert second["geometry"] is None
    outer, inner = (shapely.LinearRing(ring) for ring in first["geometry"]["coordinates"])
    assert (outer.is_ccw, inner.is_ccw) == (True, False)


def test_a_table_without_a_value_or_a_row_is_a_sound_geojson(tmp_path):
    """No property at all, or no feature."""
    table = gpd.GeoDataFrame({"a": [None]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4326")
    for rows in (table, table.head(0)):
        write_geojson(rows, tmp_path / "t.geojson", sentences=["so"])
        found = json.loads((tmp_path / "t.geojson").read_text("utf-8"))
        assert len(found["features"]) == len(rows)
        assert found["notice"] == ["so"]


# rasters, GeoParquet, tables ----------------------------------------------------------------------


def test_rasters_are_cogs_by_the_fields_validator(run):
    """Strictly, each of them."""
    files = list(run.rglob("*.tif"))
    assert files
    for file in files:
        valid, errors, warnings = rio_cogeo.cog_validate(str(file), strict=True)
        assert valid, (file, errors, warnings)


def test_geoparquet_is_one_by_the_fields_validator(run):
    """No requirement fails."""
    files = list((run / geoparquet.FOLDER).glob("*.parquet"))
    assert {"targets", "deposits", "concessions"} <= {file.stem for file in files}
    for file in files:
        report = geoparquet_validator.check(str(file))
        failed = [row for row in report["outcomes"] if row["status"] == "fail"]
        assert failed == [], file
        assert gpd.read_parquet(file).crs.to_epsg() == 4326


def test_the_table_with_outlines_is_the_table(run):
    """The same rows and columns, and one more."""
    plain, wide = (pd.read_csv(run / MODEL / name) for name in ("targets.csv", "targets_wkt.csv"))
    pd.testing.assert_frame_equal(wide.drop(columns="wkt"), plain)
    assert shapely.from_wkt(wide["wkt"]).all()


def test_tables_for_spanish_spreadsheets(screening, run, tmp_path):
    """Semicolons and decimal commas in what a person opens; the run reads them; others stay."""
    spanish = prospector.write(screening, tmp_path / "es", language="es", formats="csv", dossiers=0)
    tables = ("targets.csv", "concessions.csv", "holders.csv", "target_exclusions.csv")
    for name in tables:
        text = (spanish / MODEL / name).read_text("utf-8-sig")
        assert text.splitlines()[0].count(";") > 1
        assert "," not in text.splitlines()[0]
        of_run, of_english = read_table(spanish / MODEL / name), read_table(run / MODEL / name)
        if (
            name == "targets.csv"
        ):  # what a target is called by, and its evidence, are in the run's language
            assert of_run.pop("place").str.startswith(("En torno a ", "A ")).all()
            assert of_english.pop("place").str.startswith("Around ").all()
            assert of_run.pop("evidence_for").str.startswith("distancia al sistema ").all()
            assert of_english.pop("evidence_for").str.startswith("distance to the ").all()
        pd.testing.assert_frame_equal(of_run, of_english)
    row = (spanish / MODEL / "targets.csv").read_text("utf-8-sig").splitlines()[1]
    assert re.search(r";0,\d+;", row)
    for name in ("contributions.csv", "training.csv", "score_percentiles.csv"):
        assert (spanish / MODEL / name).read_bytes() == (run / MODEL / name).read_bytes()
    english, other = prospector.open_run(run), prospector.open_run(spanish)
    pd.testing.assert_frame_equal(other.exclusions(MODEL), english.exclusions(MODEL))
    files = prospector.export(spanish, formats="csv,wkt")
    assert all(";" in path.read_text("utf-8-sig").splitlines()[0]
               for path in files if path.name.startswith("targets"))  # fmt: skip
    _, table = write_portfolio(prospector.portfolio(spanish), other, tmp_path / "ordered")
    assert table.read_text("utf-8-sig").startswith("portfolio_rank;portfolio_score;")


# KMZ ----------------------------------------------------------------------------------------------


ORDER = {
    "Document": ("name", "open", "description", "Style", "Folder"),
    "Style": ("IconStyle", "LabelStyle", "LineStyle", "PolyStyle", "BalloonStyle"),
    "Folder": ("name", "Folder", "Placemark"),
    "Placemark": ("name", "Snippet", "description", "styleUrl", "ExtendedData", "MultiGeometry"),
    "MultiGeometry": ("Point", "Polygon"),
    "Polygon": ("tessellate", "outerBoundaryIs", "innerBoundaryIs"),
    "IconStyle": ("scale",), "LabelStyle": ("scale",), "LineStyle": ("color", "width"),
    "PolyStyle": ("color",), "BalloonStyle": ("text",), "ExtendedData": ("Data",), "Data": ("value",),
    "Point": ("coordinates",), "outerBoundaryIs": ("LinearRing",), "innerBoundaryIs": ("LinearRing",),
    "LinearRing": ("coordinates",), "kml": ("Document",),
}  # fmt: skip
"""What an element of KML 2.2 may hold here, in the order that its schema asks for."""


def document_of(file):
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["doc.kml"]
        assert archive.infolist()[0].date_time == kmz.MADE
        return ElementTree.fromstring(archive.read("doc.kml"))


def check_order(element):
    name = element.tag.removeprefix(KML)
    places = (
        [ORDER[name].index(child.tag.removeprefix(KML)) for child in element]
        if len(element)
        else []
    )
    assert places == sorted(places), name
    for child in element:
        check_order(child)


def test_the_kmz_is_kml_2_2(run):
    """Elements in the order of the schema, colours of the palette, a folder a model and class, ids once."""
    document = document_of(run / "targets.kmz")
    check_order(document)
    fills = [
        style.find(f"{KML}PolyStyle/{KML}color").text for style in document.iter(f"{KML}Style")
    ]
    assert [f"#{fill[6:]}{fill[4:6]}{fill[2:4]}" for fill in fills] == list(COLOURS)
    styles = {f"#{style.get('id')}" for style in document.iter(f"{KML}Style")}
    assert {url.text for url in document.iter(f"{KML}styleUrl")} <= styles
    [model] = document.findall(f"{KML}Document/{KML}Folder")
    assert model.find(f"{KML}name").text == "Porphyry copper"
    classes = [folder.find(f"{KML}name").text for folder in model.findall(f"{KML}Folder")]
    assert classes == sorted(classes, reverse=True)
    assert all(name.startswith("percentile ") for name in classes)
    ids = [mark.get("id") for mark in document.iter(f"{KML}Placemark")]
    assert sorted(ids) == sorted(prospector.open_run(run).targets["target_id"])
    text = ElementTree.tostring(document, "unicode").replace(KML.strip("{}"), "")
    assert "http" not in text, "a globe that opens it asks nobody"


def test_a_placemark_says_rank_place_and_the_sentence_on_codes(run):
    """In its name and balloon; GDAL reads the same."""
    document = document_of(run / "targets.kmz")
    targets = prospector.open_run(run).targets.set_index("target_id")
    for mark in document.iter(f"{KML}Placemark"):
        row = targets.loc[mark.get("id")]
        name, balloon = mark.find(f"{KML}name").text, mark.find(f"{KML}description").text
        assert name.startswith(f"{row['rank']}. ")
        assert len(name.partition(". ")[2]) > 3
        assert "Not a mineral resource" in balloon
        assert f"{math.floor(row['percentile'] * 10) / 10:.1f}" in balloon
    layers = [str(name) for name, _ in pyogrio.list_layers(run / "targets.kmz")]
    counts = [pyogrio.read_info(run / "targets.kmz", layer=name)["features"] for name in layers]
    assert sum(counts) == len(targets)


def test_a_spanish_kmz_is_spanish(screening, tmp_path):
    """Names, classes, labels, evidence and the sentence on codes."""
    run = prospector.write(screening, tmp_path / "es", language="es", formats="kmz", dossiers=0)
    text = ElementTree.tostring(document_of(run / "targets.kmz"), "unicode")
    for word in ("Pórfido cuprífero", "percentil ", "No es un recurso mineral", "puntaje", "km²"):
        assert word in text, word
    assert not re.search(r"Not a mineral|share&lt;|>percentile ", text)


def test_a_kmz_of_too_many_targets_says_what_it_lacks(run, monkeypatch, command, tmp_path):
    """In the file and on the terminal; each model keeps its best."""
    monkeypatch.setattr(kmz, "MOST_IN_KMZ", 1)
    few = dict(FORMATS, kmz=replace(FORMATS["kmz"], most=1))
    monkeypatch.setattr(formats, "FORMATS", few)
    answer = command("export", run, "--formats", "kmz", "--out", tmp_path / "k")
    assert answer.returncode == 0
    assert re.search(r"Format kmz holds at most 1 of the \d+ targets", answer.stdout)
    document = document_of(tmp_path / "k" / "targets.kmz")
    assert len(list(document.iter(f"{KML}Placemark"))) == 1
    assert "The best 1 of" in document.find(f"{KML}Document/{KML}description").text


def test_hostile_names_are_text_in_a_kmz(hostile_run, tmp_path):
    """No markup of a name acts in a balloon, and no character breaks the file."""
    prospector.export(hostile_run, formats="kmz", folder=tmp_path)
    document = document_of(tmp_path / "targets.kmz")
    for mark in document.iter(f"{KML}Placemark"):
        balloon = mark.find(f"{KML}description").text
        assert "<img" not in balloon
        assert "<script" not in balloon
