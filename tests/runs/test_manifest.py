"""A run whose manifest still holds is kept; anything else that it hangs on screens again."""

import json
import shutil
from importlib.metadata import EntryPoint

import pytest

import prospector
from prospector.region.region_file import load_region
from prospector.runs import manifest
from prospector.runs.manifest import inputs_of, unchanged

ASKED = {"seed": 0}


@pytest.fixture(scope="module")
def sealed(planted, planted_screening, tmp_path_factory):
    """A run folder of the planted region, with its inputs."""
    inputs = inputs_of(load_region(planted), ASKED)
    folder = tmp_path_factory.mktemp("sealed") / "run"
    return prospector.write(planted_screening, folder, inputs=inputs), inputs


@pytest.fixture
def run(sealed, tmp_path):
    """A copy of the run that a test may spoil, and its inputs."""
    folder, inputs = sealed
    return shutil.copytree(folder, tmp_path / "run"), inputs


def test_a_run_holds_while_nothing_changes(run):
    """Every file is listed, and the store is not part of it."""
    folder, inputs = run
    (folder / "store").mkdir()
    assert unchanged(folder, inputs)
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - set(listed) == {"manifest.json"}


@pytest.mark.parametrize("file", ["map.html", "porphyry_copper/targets.csv"])
def test_a_file_that_was_altered_or_removed_ends_it(run, file):
    """What a user spoiled is written again."""
    folder, inputs = run
    (folder / file).write_text("spoiled")
    assert not unchanged(folder, inputs)
    (folder / file).unlink()
    assert not unchanged(folder, inputs)


def test_a_run_without_inputs_or_with_a_spoiled_manifest_does_not_hold(run):
    """A run that Python wrote may hang on what no file says."""
    folder, inputs = run
    assert not unchanged(folder, None)
    for spoiled in ("", "[]", '{"inputs": null}'):
        (folder / "manifest.json").write_text(spoiled)
        assert not unchanged(folder, inputs)


def test_inputs_hang_on_layers_keys_options_and_code(region, monkeypatch, tmp_path):
    """Each of them changes the hash; a comment does not, nor does where the region lies."""

    def now():
        return inputs_of(load_region(region), ASKED)

    first = now()
    (region / "region.toml").write_text("# a comment\n" + (region / "region.toml").read_text())
    assert now() == first
    moved = shutil.copytree(region, tmp_path / "moved")
    assert inputs_of(load_region(moved), ASKED) == first
    assert inputs_of(load_region(region), {"seed": 1}) != first
    faults = region / "faults.geojson"
    faults.write_text(faults.read_text() + "\n")
    second = now()
    assert second != first
    toml = region / "region.toml"
    toml.write_text(toml.read_text().replace("cell_size_m = ", "cell_size_m = 1"))
    third = now()
    assert third not in {first, second}
    code = tmp_path / "code"
    code.mkdir()
    (code / "room.py").write_text("")
    monkeypatch.setattr(manifest, "_PACKAGE", code)
    assert now() != third


def test_the_parts_of_a_shapefile_count(region):
    """A change of its table alone is a change; a file of the name of a GeoJSON is no part of it."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text().replace("faults.geojson", "faults.shp"))
    for ending in ("shp", "dbf"):
        (region / f"faults.{ending}").write_text("a part of the layer 'faults'")
    first = inputs_of(load_region(region), ASKED)
    (region / "deposits.dbf").write_text("no part of a layer")
    assert inputs_of(load_region(region), ASKED) == first
    (region / "faults.dbf").write_text("another table of the layer 'faults'")
    assert inputs_of(load_region(region), ASKED) != first


def test_the_parts_of_a_coverage_count(region):
    """It is read as a layer is."""
    toml = region / "region.toml"
    named = 'file = "faults.geojson"'
    toml.write_text(toml.read_text().replace(named, named + '\ncoverage = "known.shp"'))
    (region / "known.shp").write_text("where faults are mapped")
    first = inputs_of(load_region(region), ASKED)
    (region / "known.prj").write_text("its CRS")
    assert inputs_of(load_region(region), ASKED) != first


def test_with_kinds_of_other_packages_nothing_is_taken_as_unchanged(region, monkeypatch):
    """Their code is not looked at."""
    other = EntryPoint("plunge", "elsewhere:PLUNGE", "prospector.evidence")
    monkeypatch.setattr(
        manifest.metadata, "entry_points", lambda group: [other] * (group == other.group)
    )
    assert inputs_of(load_region(region), ASKED) is None
