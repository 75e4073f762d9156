"""A run folder in QGIS, as a person who double-clicks its files sees it."""

import ast
import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from itertools import combinations, pairwise
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.gis.palette import CLASS_BREAKS, COLOURS, EVIDENCE_COLOURS, TENURE
from prospector.gis.qgis_script import write_qgis_script
from prospector.screening.steps import REPORTING_SENTENCE
from prospector.targets.target import TARGET_COLUMNS

PYTHON = "/usr/bin/python3"
MULTIPLY = 13
"""Qt's number of the blending by multiplication."""


@pytest.fixture(scope="module")
def run(bound_screening, tmp_path_factory):
    """Folder of a run with targets, titles, open ground and bound ground."""
    return prospector.write(bound_screening, tmp_path_factory.mktemp("qgis") / "run", dossiers=0)


@pytest.fixture(scope="module")
def opened(run, in_qgis, tmp_path_factory):
    """What QGIS knows of a copy of it: QGIS writes into what it opens."""
    copy = shutil.copytree(run, tmp_path_factory.mktemp("copied") / "run")
    return in_qgis(copy)


@pytest.fixture
def found(opened):
    """What QGIS knows of each file."""
    return opened[0]


def test_targets_are_graduated_by_percentile_with_the_breaks_of_the_map(found):
    """Breaks and colours as the map has them, wherever targets stand."""
    shown = [found["package"]["targets"], found["files"]["porphyry_copper/targets.geojson"]]
    shown += [
        layer for layer in found["project"]["layers"].values() if "layername=targets" in layer["source"]
    ]  # fmt: skip
    assert len(shown) == 3
    for layer in shown:
        renderer = layer["renderer"]
        assert (renderer["type"], renderer["column"]) == ("graduatedSymbol", "percentile")
        bounds = [[low, high] for low, high, *_ in renderer["classes"]]
        assert bounds == [list(pair) for pair in pairwise(CLASS_BREAKS)]
        assert [entry[3] for entry in renderer["classes"]] == list(COLOURS)
        assert renderer["classes"][-1][2] == "percentile 99 to 100"


def test_titles_are_told_apart_by_tenure(found):
    """In the colours that tenure has on the map, with a class for what no other takes."""
    renderer = found["package"]["concessions"]["renderer"]
    assert (renderer["type"], renderer["column"]) == ("categorizedSymbol", "tenure_class")
    assert [[value, colour] for value, _, colour in renderer["classes"][:-1]] == [
        ["held", TENURE["held"]], ["vacant", TENURE["vacant"]],
    ]  # fmt: skip
    assert renderer["classes"][-1][0] in ("", None)


def test_every_layer_has_a_title_an_abstract_and_an_alias_for_each_column(found):
    """In the package, in the files and in the project; the sentence on reporting codes in each."""
    layers = [*found["package"].values(), *found["files"].values(), *found["rasters"].values()]
    layers += found["project"]["layers"].values()
    assert len(layers) > 30
    for layer in layers:
        assert layer["valid"]
        assert layer["title"]
        assert REPORTING_SENTENCE in layer["abstract"]
    for layer in [*found["package"].values(), *found["files"].values()]:
        columns = [name for name in layer["aliases"] if name != "fid"]
        assert all(layer["aliases"][name] for name in columns)
        assert len({layer["aliases"][name] for name in columns}) == len(columns)
    targets = found["package"]["targets"]
    assert targets["aliases"]["area_km2"] == "area (km²)"
    assert set(TARGET_COLUMNS) & set(targets["aliases"]) > {"rank", "score"}
    assert "demonstrated" in targets["abstract"]
    assert "Tenure as of 2026-01-31" in targets["abstract"]


def test_targets_are_labelled_with_rank_and_place(found):
    """On, by the expression, with a line to the target; the name in lists and the tip say it, too."""
    targets = found["package"]["targets"]
    assert targets["labels"]
    assert targets["leader"]
    assert not found["package"]["deposits"]["leader"]
    assert targets["label"].startswith("1. ")
    assert targets["label"].removeprefix("1. ")
    assert targets["display"] == f"Porphyry copper {targets['label']}"
    assert "percentile" in targets["tip"]
    assert not found["package"]["concessions"]["labels"]


@pytest.mark.parametrize(
    ("code", "tenure", "kind", "model", "mark"),
    [
        ("en", "held", "mine", "Porphyry copper", "."),
        ("es", "otorgada", "mina", "Pórfido cuprífero", ","),
    ],
)
def test_codes_are_words_and_figures_have_the_mark_of_the_language(
    bound_screening, in_qgis, tmp_path, code, tenure, kind, model, mark
):
    """In cells of tables and in tips; the file holds the codes."""
    run = prospector.write(bound_screening, tmp_path / "run", language=code, dossiers=0)
    package = in_qgis(run)[0]["package"]
    targets, titles = package["targets"], package["concessions"]
    assert gpd.read_file(run / "prospects.gpkg", layer="concessions")["tenure_class"][0] == "held"
    assert (titles["cells"]["tenure_class"], titles["cells"]["kind"]) == (tenure, kind)
    assert f"<td>{tenure}</td>" in titles["tip"]
    assert f"<td>{kind}</td>" in titles["tip"]
    assert targets["cells"]["deposit_model"] == model
    [score] = gpd.read_file(run / "prospects.gpkg", layer="targets", rows=1)["score"]
    assert f"<td>{score}</td>".replace(".", mark) in targets["tip"]


def test_rasters_are_drawn_with_their_classes_and_units(found):
    """Scores in the map's classes, evidence in its greys with the unit in the legend; the CRS has a name."""
    rasters = found["rasters"]
    score = rasters["porphyry_copper/porphyry_copper_score.tif"]
    assert score["discrete"]
    assert [colour for *_, colour in score["items"]] == list(COLOURS)
    ends = [value for value, *_ in score["items"]]
    assert ends == sorted(ends)
    evidence = {name: raster for name, raster in rasters.items() if "/evidence/" in name}
    assert evidence
    for raster in evidence.values():
        assert not raster["discrete"]
        assert [colour for *_, colour in raster["items"]] == list(EVIDENCE_COLOURS)
        unit = raster["suffix"].strip()
        assert all(label.endswith(unit) for _, label, _ in raster["items"])
    assert rasters["porphyry_copper/evidence/domeyko.tif"]["suffix"] == " km"
    assert all("unknown" not in raster["crs"] for raster in rasters.values())


def test_the_project_opens_with_targets_on_top(opened):
    """All layers valid, groups by deposit model, what hides targets off, a picture that is not blank."""
    found, pictures = opened
    project = found["project"]
    assert project["opened"]
    assert project["crs_valid"]
    assert project["order"][:2] == ["Known deposits", "Targets"]
    groups = [name for name, *_ in project["tree"]]
    assert groups[0].startswith("Porphyry copper (")
    assert groups[1:4] == ["Concessions", "Context", "Evidence"]
    shown = {name: on for group in project["tree"] for name, on, _ in group[2]}
    assert shown["Targets"]
    assert not shown["Open ground"]
    assert project["picture"]["errors"] == []
    assert project["picture"]["colours"] > 50
    assert (pictures / "project.png").stat().st_size > 10_000


@pytest.fixture(scope="module")
def atacama(atacama_run, in_qgis, tmp_path_factory):
    """What QGIS knows of the project of the shipped region, with towns and deposits among its targets."""
    copy = shutil.copytree(atacama_run, tmp_path_factory.mktemp("atacama") / "run")
    return in_qgis(copy)[0]["project"]


@pytest.mark.parametrize("picture", ["picture", "close"])
def test_no_label_covers_another_and_none_of_a_target_covers_a_mark(atacama, picture):
    """At the scale of the region and around the best target; of known deposits at most one.

    A label along a line has many parts, of one feature.
    """
    drawn = atacama[picture]
    labels = [(layer, feature, shapely.Polygon(at)) for layer, feature, _, at in drawn["labels"]]
    assert [
        (one[:2], other[:2])
        for one, other in combinations(labels, 2)
        if one[:2] != other[:2] and one[2].intersects(other[2])
    ] == []
    targets = [outline for layer, _, outline in labels if layer == "Targets"]
    assert targets
    for layer, most in (("Towns", 0), ("Known deposits", 1)):
        marks = {name: shapely.box(*at) for of, name, *at in drawn["marks"] if of == layer}
        assert marks
        covered = [
            name for name, mark in marks.items() for label in targets if label.intersects(mark)
        ]
        assert len(covered) <= most, covered


def test_all_targets_are_named_and_most_towns(atacama):
    """On the whole region: each target of copper by rank and place, and towns where there is room."""
    labels = [(layer, text) for layer, _, text, _ in atacama["picture"]["labels"]]
    ranks = sorted(int(text.partition(".")[0]) for layer, text in labels if layer == "Targets")
    [source] = [
        layer["features"]
        for layer in atacama["layers"].values()
        if "layername=targets" in layer["source"] and "porphyry_copper" in layer["source"]
    ]
    assert ranks == list(range(1, source + 1))
    assert {"Antofagasta", "Iquique"} <= {text for layer, text in labels if layer == "Towns"}


def test_marks_below_the_score_and_in_targets_are_seen(atacama):
    """The score tints what lies below it, and known deposits lie above the targets."""
    assert atacama["order"][:2] == ["Known deposits", "Targets"]
    scores = [
        layer["blend"] for layer in atacama["layers"].values() if layer["source"].endswith("_score.tif")
    ]  # fmt: skip
    assert scores
    assert set(scores) == {MULTIPLY}


def test_the_sheet_prints(opened):
    """Title, map, legend, scale, north, sources and the sentence on reporting codes, as a PDF."""
    found, pictures = opened
    [sheet] = found["project"]["layouts"].values()
    assert sheet["pdf"] == 0
    kinds = {name: sheet["items"].count(name) for name in sheet["items"]}
    assert kinds["QgsLayoutItemMap"] == kinds["QgsLayoutItemLegend"] == 1
    assert kinds["QgsLayoutItemScaleBar"] == kinds["QgsLayoutItemPicture"] == 1
    assert any(REPORTING_SENTENCE in text for text in sheet["texts"])
    assert any(text.startswith("Sources: ") for text in sheet["texts"])
    assert (pictures / "layout.pdf").read_bytes().startswith(b"%PDF")


def test_the_legend_of_the_sheet_shows_the_classes_that_are_drawn(opened, bound_screening):
    """Of targets those that hold one, of the score those that have a colour; the layer itself keeps all."""
    [sheet] = opened[0]["project"]["layouts"].values()
    percentiles = bound_screening.rankings["porphyry_copper"].targets["percentile"]
    labels = [f"percentile {low:g} to {high:g}" for low, high in pairwise(CLASS_BREAKS)]
    held = [
        label
        for label, (low, high) in zip(labels, pairwise(CLASS_BREAKS), strict=True)
        if ((percentiles > low) & (percentiles <= high)).any()
    ]
    assert 0 < len(held) < len(labels)
    assert sheet["legend"]["Targets"] == held
    assert sheet["legend"]["Score, in classes of its percentile"] == labels[1:]


def test_columns_are_described_in_the_package(run):
    """By the extension for schemas, with the unit; each layer has its style as QML and as SLD."""
    with closing(sqlite3.connect(run / "prospects.gpkg")) as file:
        described = dict(
            file.execute(
                "SELECT column_name, description FROM gpkg_data_columns WHERE table_name = 'targets'"
            )
        )
        extensions = {
            name for (name,) in file.execute("SELECT extension_name FROM gpkg_extensions")
        }
        styles = file.execute(
            "SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles"
        ).fetchall()
        tables = {
            name
            for (name,) in file.execute("SELECT table_name FROM gpkg_contents")
            if name != "layer_styles"
        }
    assert described["nearest_deposit_km"].endswith("[km]")
    assert "gpkg_schema" in extensions
    assert {name for name, *_ in styles} == tables
    for name, qml, sld, default in styles:
        assert default == 1
        assert qml.startswith("<!DOCTYPE qgis")
        assert name == "contributions" or "<StyledLayerDescriptor" in sld


def test_the_same_run_gives_the_same_bytes(bound_screening, run, tmp_path):
    """Package, project and what lies beside the files, none with a date; the manifest lists each."""
    again = prospector.write(bound_screening, tmp_path / "again", dossiers=0)
    names = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    dressed = {name for name in names if name.endswith((".qml", ".qmd", ".qgz", ".gpkg"))}
    assert {"prospects.qgz", "porphyry_copper/targets.qml", "relief.qml"} <= dressed
    assert all((run / name).read_bytes() == (again / name).read_bytes() for name in dressed)
    listed = prospector.open_run(run).manifest.files
    assert dressed <= listed.keys()


def test_the_project_names_no_place_of_this_machine(run):
    """Paths are relative: a folder that is moved or sent still opens."""
    with zipfile.ZipFile(run / "prospects.qgz") as archive:
        [name] = archive.namelist()
        text = archive.read(name).decode("utf-8")
    assert str(run) not in text
    assert '<Absolute type="bool">false</Absolute>' in text


def test_names_that_look_like_markup_stay_text(hostile_run, in_qgis, tmp_path):
    """In titles, classes, tips and labels of QGIS, which reads HTML and expressions."""
    found, _ = in_qgis(shutil.copytree(hostile_run, tmp_path / "run"))
    assert found["project"]["opened"]
    assert found["project"]["title"] == "Synthetic <b onclick=1>{{7*7}}</b>"
    deposits = found["package"]["deposits"]
    assert "<img" not in deposits["tip"]
    assert all(layer["valid"] for layer in found["project"]["layers"].values())


def test_long_names_are_cut_on_labels_and_sheet(region, in_qgis, tmp_path):
    """A label has at most 60 letters of a name, so that the map is seen; the title keeps the model."""
    toml, file = region / "region.toml", region / "deposits.geojson"
    long = "Concession of the community of " * 9
    toml.write_text(toml.read_text("utf-8").replace("Synthetic region", long), "utf-8")
    deposits = gpd.read_file(file)
    deposits["name"] = [f"{place} {long}" for place in range(len(deposits))]
    deposits.to_file(file, driver="GeoJSON")
    screening = prospector.screen(region, quick=True, workers=1)
    found, _ = in_qgis(prospector.write(screening, tmp_path / "run", dossiers=0))
    label = found["package"]["targets"]["label"]
    assert label.endswith("…")
    assert len(label) == len("1. ") + 60
    [sheet] = found["project"]["layouts"].values()
    titles = [text for text in sheet["texts"] if text.endswith("targets by percentile of score")]
    assert [len(title) < 140 for title in titles] == [True]
    assert found["project"]["title"].strip() == long.strip()


def test_a_sheet_without_a_target_says_so(region, tmp_path):
    """In the place of the list."""
    toml = region / "region.toml"
    none = "\n[override.porphyry_copper.targets]\nmin_area_km2 = 1e6\n"
    toml.write_text(toml.read_text("utf-8") + none, "utf-8")
    screening = prospector.screen(region, quick=True, workers=1)
    run = prospector.write(screening, tmp_path / "run", dossiers=0)
    with zipfile.ZipFile(run / "prospects.qgz") as archive:
        text = archive.read("prospects.qgs").decode("utf-8")
    assert 'labelText="No target was found."' in text
    assert "Targets, first" not in text


def test_the_processing_script_screens_a_region_and_loads_it(
    region, command, qgis_environment, tmp_path
):
    """Run by QGIS's own Processing: layers valid, targets graduated, what prospector prints in its log."""
    ended = command("qgis-script", tmp_path / "scripts")
    assert ended.returncode == 0, ended.stderr
    script = tmp_path / "scripts" / "prospector_screen.py"
    runner = Path(__file__).with_name("screen_in_qgis.py")
    asked = [PYTHON, str(runner), str(script), str(region), str(tmp_path / "run")]
    answer = subprocess.run(
        asked, env=qgis_environment, capture_output=True, check=False, timeout=600
    )
    text = answer.stdout.decode()
    assert "ANSWER" in text, answer.stderr.decode()[-3000:]
    found = json.loads(text.partition("ANSWER")[2].splitlines()[0])
    assert found["answer"]["OUTPUT"] == str(tmp_path / "run")
    assert found["groups"] == ["Synthetic region"]
    assert ["Targets", True, "graduatedSymbol"] in found["layers"]
    assert all(valid for _, valid, _ in found["layers"])
    assert "prospector screen" in found["log"]


def test_the_processing_script_names_the_python_that_wrote_it(tmp_path):
    """It is Python by itself, whatever stands in the path."""
    script = write_qgis_script(tmp_path, python='C:\\new "one"\\python.exe')
    tree = ast.parse(script.read_text("utf-8"))
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert values["COMMAND"] == 'C:\\new "one"\\python.exe'
    assert values["PROJECT"] == "prospects.qgz"


def test_a_folder_that_is_a_file_is_refused(tmp_path, command):
    """With what to do."""
    (tmp_path / "file").write_text("mine")
    ended = command("qgis-script", tmp_path / "file")
    assert ended.returncode == 2
    assert "Give another folder" in ended.stderr
