"""A run is repeated from its record: the same bytes, or the inputs that differ are named."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sealing import reseal

import prospector
from prospector.errors import ModelError, OutputError
from prospector.pages.rerun_lines import difference_line, rerun_lines
from prospector.region.region_tables import LayerEntry
from prospector.runs.differences import Difference, Files, input_differences

OTHER_WORDS = "An intrusion of copper-bearing porphyry."


@pytest.fixture(scope="module")
def furnished(planted, tmp_path_factory):
    """A region with a shapefile, a coverage and an override, whose name leads to its folder."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("rerun") / "synthetic"))
    faults = gpd.read_file(region / "faults.geojson")
    (region / "faults.geojson").unlink()
    faults.rename(columns={"fault_system": "system"}).to_file(region / "faults.shp")
    box = gpd.GeoDataFrame(geometry=[shapely.box(-70.5, -26, -67.5, -23)], crs="EPSG:4326")
    box.to_file(region / "where.geojson", driver="GeoJSON")
    text = (region / "region.toml").read_text("utf-8")
    text = text.replace(
        '"faults.geojson"',
        '"faults.shp"\ncolumns.fault_system = "system"\ncoverage = "where.geojson"',
    )
    text += "\n[override.porphyry_copper.targets]\nmin_area_km2 = 16\n"
    (region / "region.toml").write_text(text, "utf-8")
    return region


@pytest.fixture(scope="module")
def made(furnished, tmp_path_factory):
    """A run of it in which nothing was asked as it is by default."""
    screening = prospector.screen(
        furnished, quick=True, workers=1, cell_size_m=5000, seed=3, commodities="cobre",
        outside_applicability=True,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("made") / "run"
    return prospector.write(screening, folder, language="es", dossiers=1)


@pytest.fixture
def run(made, tmp_path):
    """A copy of the run that a test may alter."""
    return Path(shutil.copytree(made, tmp_path / "run"))


def alter(run, change):
    """Change the record of a run folder."""
    record = json.loads((run / "run.json").read_text("utf-8"))
    change(record)
    (run / "run.json").write_text(json.dumps(record), "utf-8")
    reseal(run)


def named(differences):
    return [(one.kind, one.name, one.before, one.after) for one in differences]


def test_a_run_of_the_same_files_is_the_same(run, furnished, monkeypatch, command):
    """Found by the region's name; a dossier that was added later does not count."""
    table = (run / "porphyry_copper" / "targets.csv").read_text("utf-8").splitlines()
    prospector.dossier(run, table[-1].replace(";", ",").split(",")[0])
    monkeypatch.chdir(furnished.parent)
    ended = command("rerun", run, "--workers", 1)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{run}: the same." in ended.stdout
    assert "Only in the run, added later" in ended.stdout
    assert "differs" not in ended.stdout


def test_a_coverage_a_key_and_a_part_of_a_shapefile_that_were_edited_are_named(
    made, furnished, tmp_path
):
    """Each with what it was and is; the repetition is kept where it is asked for."""
    region = Path(shutil.copytree(furnished, tmp_path / "region"))
    box = gpd.GeoDataFrame(geometry=[shapely.box(-70.5, -26, -68, -23)], crs="EPSG:4326")
    box.to_file(region / "where.geojson", driver="GeoJSON")
    text = (region / "region.toml").read_text("utf-8")
    (region / "region.toml").write_text(text.replace("= 16", "= 20"), "utf-8")
    (region / "faults.cpg").write_text("UTF-8\n")
    again = prospector.rerun(made, layers=region, out=tmp_path / "again", workers=1)
    assert not again.same
    assert named(again.differences[:1]) == [
        ("key", "override.porphyry_copper.targets.min_area_km2", 16, 20)
    ]
    assert [(one.kind, one.name, one.of) for one in again.differences[1:]] == [
        ("file", "faults.cpg", "layers.faults.file"),
        ("file", "where.geojson", "layers.faults.coverage"),
    ]
    assert "run.json" in again.files.changed
    assert prospector.open_run(again.folder).record["parameters"]["seed"] == 3


def test_a_library_of_another_version_is_named(run, furnished, command):
    """By a record that says another: exit code 1."""
    alter(run, lambda record: record["libraries"].update(pandas="0.1"))
    ended = command("rerun", run, "--layers", furnished, "--workers", 1)
    assert ended.returncode == 1
    assert f"{run}: not the same. " in ended.stdout
    assert "  version of pandas: 0.1, now " in ended.stdout


def test_a_run_of_layers_in_memory_cannot_be_repeated_from_files(planted, tmp_path, command):
    """Nor can one of a region that was built in Python; the error says what came from there."""
    faults = gpd.read_file(planted / "faults.geojson")
    screening = prospector.screen(
        planted, layers={"faults": faults}, quick=True, workers=1, cell_size_m=5000
    )
    run = prospector.write(screening, tmp_path / "run", dossiers=0)
    ended = command("rerun", run, "--layers", planted)
    assert ended.returncode == 2
    assert ended.stderr.startswith(
        f"Error: {run}: cannot be repeated from files: layers.faults came from Python"
    )
    alter(run, lambda record: record.update(given_in_python=["region"]))
    with pytest.raises(OutputError, match="the region was built from Python, not from files"):
        prospector.rerun(run, layers=planted)


def test_a_region_that_is_not_found_or_another_is_refused(run, furnished, tmp_path, monkeypatch):
    """With the places that were looked at, and the remedy."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=r"not found: there is no layers/synthetic/region.toml and no "
                       r"synthetic/region.toml. Give it with --layers FOLDER\.$"):  # fmt: skip
        prospector.rerun(run)
    other = Path(shutil.copytree(furnished, tmp_path / "other"))
    toml = other / "region.toml"
    toml.write_text(toml.read_text("utf-8").replace('"synthetic"', '"other"'), "utf-8")
    with pytest.raises(
        OutputError, match=r"describes the region 'other', but the run .* is of 'synthetic'"
    ):
        prospector.rerun(run, layers=other)


def test_an_estimator_that_this_process_does_not_know_is_refused(run, furnished):
    """One that was given as an object has a name that only its process knows."""
    alter(run, lambda record: record["parameters"].update(estimator="Own-12345678"))
    with pytest.raises(ModelError, match="Unknown estimator 'Own-12345678'"):
        prospector.rerun(run, layers=furnished)


def edited_region_file(record):
    record["files"]["region.toml"] = "0" * 64


def added_layer(record):
    record["inputs"]["towns"] = record["inputs"]["deposits"]
    record["files"]["towns.csv"] = "0" * 64


def other_option(record):
    record["parameters"]["seed"] = 4
    record["outputs"]["dossiers"] = 2
    record["language"] = "en"


def other_code(record):
    record["code"] = "0" * 32


def other_model(record):
    model = record["deposit_models"]["porphyry_copper"]["model"]
    model["deposit_model"]["summary"] = OTHER_WORDS


def other_override(record):
    other_model(record)
    record["override"]["porphyry_copper"]["deposit_model"] = {"summary": OTHER_WORDS}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda record: None, []),
        (edited_region_file, [("file", "region.toml")]),
        (added_layer, [("key", "layers.towns"), ("file", "towns.csv")]),
        (other_option, [("option", "dossiers"), ("option", "language"), ("option", "seed")]),
        (other_code, [("code", "code")]),
        (other_model, [("model", "porphyry_copper.deposit_model.summary")]),
        (other_override, [("key", "override.porphyry_copper.deposit_model")]),
    ],
)
def test_every_input_that_differs_is_named_once(made, change, expected):
    """What follows from another difference is not repeated."""
    before, after = (json.loads((made / "run.json").read_text("utf-8")) for _ in range(2))
    change(after)
    found = input_differences(before, after)
    assert [(one.kind, one.name) for one in found] == expected
    assert all(one.before != one.after and difference_line(one) for one in found)


@pytest.mark.parametrize("name", LayerEntry.model_fields)
def test_every_key_of_a_layer_that_differs_is_named(made, name):
    """The record holds it, and a repetition names it, whichever key it is."""
    before, after = (json.loads((made / "run.json").read_text("utf-8")) for _ in range(2))
    field = LayerEntry.model_fields[name]
    key = field.alias or name
    stated = before["inputs"]["faults"]["keys"]
    changed = {**stated, key: "other" if field.is_required() else field.examples[0]}
    entry = LayerEntry.model_validate(changed)
    after["inputs"]["faults"]["keys"] = entry.model_dump(mode="json", by_alias=True)
    whole = f"layers.faults.{key}"
    named = [one.name for one in input_differences(before, after)]
    assert named
    assert all(name == whole or name.startswith(f"{whole}.") for name in named)


def test_lines_say_what_is_left_where_no_input_differs():
    """The machine, or what the record does not hold; long lists are cut, and counted."""
    files = Files((), tuple(f"{number}.csv" for number in range(15)), (), ("new.csv",))
    lines = list(rerun_lines(files, [], same=False, places=("out/a", "out/b")))
    assert lines[0] == "out/a: not the same. 15 of 15 files differ."
    assert lines[1].endswith("11.csv and 3 more.")
    assert lines[2] == "Only in the repetition: new.csv."
    assert lines[3].startswith("All recorded inputs are the same.")
    assert lines[4] == "The repetition is in out/b."


def test_a_line_says_a_value_before_and_now():
    """Whatever kind of input it is."""
    lines = [
        difference_line(Difference(kind, "a.b", before, after))
        for kind, before, after in [
            ("key", 1, 2), ("source", None, "CC BY 4.0"), ("file", None, "0" * 64), ("file", "0" * 64, None),
            ("code", "0" * 32, "1" * 32), ("option", "x" * 200, False), ("version", "1.0", "1.1"),
        ]
    ]  # fmt: skip
    assert lines == [
        "region file, key a.b: 1, now 2",
        "SOURCES.toml, a.b: not there, now CC BY 4.0",
        "file a.b: is new",
        "file a.b: is gone",
        "code of prospector: 00000000, now 11111111",
        f"option a.b: {'x' * 77}..., now False",
        "version of a.b: 1.0, now 1.1",
    ]
