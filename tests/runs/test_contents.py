"""Files of a run folder as they are read: what was altered is named, what was only looked at is read."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pandas as pd
import pytest
from sealing import reseal

import prospector
from prospector.errors import OutputError
from prospector.pages.findings import Findings
from prospector.runs.contents import check_columns, layer_digests
from prospector.runs.explain import explain
from prospector.runs.layers import check_layer
from prospector.runs.run import open_run

MODEL = "porphyry_copper"
AGAIN = r"Screen the region again\.$"

READERS = {
    "prospects.gpkg": lambda run: run.targets,
    f"{MODEL}/{MODEL}_score.tif": lambda run: run.score(MODEL),
    f"{MODEL}/evidence/domeyko.tif": lambda run: explain(run, -69.0, -24.5),
    f"{MODEL}/contributions.csv": lambda run: run.contributions(MODEL),
    f"{MODEL}/target_exclusions.csv": lambda run: run.exclusions(MODEL),
    f"{MODEL}/score_percentiles.csv": lambda run: run.distribution(MODEL),
    f"{MODEL}/training.csv": lambda run: run.applicability(MODEL),
    f"{MODEL}/held_out.csv": lambda run: run.held_out(MODEL),
    f"{MODEL}/effects.csv": lambda run: Findings(run).models[MODEL].effects,
    "relief.tif": lambda run: Findings(run).backdrop,
}


@pytest.fixture
def run(planted_run, tmp_path):
    """A copy of the planted region's run that a test may spoil."""
    return shutil.copytree(planted_run, tmp_path / "run")


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_was_altered_is_named(run, name):
    """One bit of it, all of it, or that it is there at all; the others are read."""
    file = run / name
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :]
    for spoilt in (b"", whole[:9], *([] if name.endswith(".gpkg") else [flipped])):
        file.write_bytes(spoilt)
        with pytest.raises(OutputError, match=AGAIN) as caught:
            READERS[name](open_run(run))
        assert str(caught.value).startswith(f"{file}: ")
    file.unlink()
    with pytest.raises(OutputError, match="is missing or is not a file"):
        READERS[name](open_run(run))
    file.mkdir()
    with pytest.raises(OutputError, match="is missing or is not a file"):
        READERS[name](open_run(run))
    file.rmdir()
    file.write_bytes(whole)
    READERS[name](open_run(run))


def test_the_record_and_the_manifest_are_held_to_one_another(run):
    """Neither can be altered alone; without a manifest nothing can be trusted."""
    for name, said in (
        ("run.json", "was altered or damaged after the run wrote it"),
        ("manifest.json", "was altered"),
    ):
        whole = (run / name).read_text("utf-8")
        first, changed = (
            ('"seed": 0', '"seed": 1') if name == "run.json" else ('.gpkg": "', '.gpkg": "0')
        )
        assert first in whole
        (run / name).write_text(whole.replace(first, changed, 1), "utf-8")
        with pytest.raises(OutputError, match=said):
            open_run(run)
        (run / name).write_text(whole, "utf-8")
    (run / "manifest.json").unlink()
    with pytest.raises(
        OutputError, match=r"manifest\.json: is missing, so no file of the run can be"
    ):
        open_run(run)


def altered(run, statement):
    with closing(sqlite3.connect(run / "prospects.gpkg", isolation_level=None)) as package:
        for (trigger,) in package.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            package.execute(f'DROP TRIGGER "{trigger}"')
        package.execute(statement)


def test_a_geopackage_that_a_gis_only_looked_at_is_read(run):
    """A GIS writes its journal's mode, styles and layers of its own into the file."""
    before = open_run(run).targets
    digests = layer_digests(run / "prospects.gpkg")
    whole = (run / "prospects.gpkg").read_bytes()
    altered(run, "PRAGMA journal_mode = wal")
    altered(run, "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, content BLOB)")
    altered(run, "VACUUM")
    assert (run / "prospects.gpkg").read_bytes() != whole
    assert layer_digests(run / "prospects.gpkg") == digests
    pd.testing.assert_frame_equal(open_run(run).targets, before)


def test_a_run_whose_texts_git_gave_the_ends_of_windows_is_read(run):
    """Every table and the record, and the manifest; a text with another content is not."""
    before = open_run(run).targets
    for file in run.rglob("*"):
        if file.suffix in {".csv", ".geojson", ".html", ".json", ".txt"}:
            file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    for read in READERS.values():
        read(open_run(run))
    pd.testing.assert_frame_equal(open_run(run).targets, before)
    file = run / MODEL / "contributions.csv"
    file.write_bytes(file.read_bytes() + b"\r\n")
    with pytest.raises(OutputError, match="was altered or damaged after the run wrote it"):
        open_run(run).contributions(MODEL)


READING = """
import os, sys
from pathlib import Path
from prospector.layers.files import sha256_of
from prospector.runs.contents import layer_digests, tables_of_others
from prospector.runs.run import open_run
package = Path(sys.argv[1]) / "prospects.gpkg"
run, another = open_run(package.parent), open_run(Path(sys.argv[2]))
layer_digests(another.folder / "prospects.gpkg"), another.targets  # imports all while it may
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
print(sorted(layer_digests(package)), len(run.targets))
"""


def test_a_geopackage_in_a_folder_that_may_not_be_written_is_read(run):
    """A GIS left it in the mode in which SQLite makes a log beside it."""
    expected = f"{sorted(layer_digests(run / 'prospects.gpkg'))} {len(open_run(run).targets)}\n"
    another = shutil.copytree(run, run.parent / "another")
    altered(another, "VACUUM")
    altered(run, "PRAGMA journal_mode = wal")
    for path in (run, *run.parents):
        if path.name.startswith(("pytest-", "popen-")) or path in (run, run.parent):
            path.chmod(0o755)
    run.chmod(0o555)
    ended = subprocess.run(
        [sys.executable, "-c", READING, str(run), str(another)],
        capture_output=True,
        text=True,
        check=False,
    )
    run.chmod(0o755)
    assert (ended.returncode, ended.stdout) == (0, expected), ended.stderr


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE targets SET score = 0.5 WHERE rank = 1",
        "DELETE FROM targets WHERE rank = 1",
        "UPDATE gpkg_spatial_ref_sys SET definition = 'LOCAL_CS[\"x\"]'",
        "UPDATE targets SET geom = (SELECT geom FROM targets WHERE rank = 2) WHERE rank = 1",
    ],
)
def test_a_layer_with_another_content_is_not(run, statement):
    """A value, a row, the CRS, an outline."""
    altered(run, statement)
    with pytest.raises(
        OutputError, match=r"layer 'targets' was altered or damaged after the run wrote it\. Screen"
    ):
        _ = open_run(run).targets
    with pytest.raises(OutputError, match=r"prospects\.gpkg"):
        prospector.portfolio(run)


def test_an_edit_that_is_still_in_the_log_beside_it_counts(run):
    """SQLite keeps it there while the file is open elsewhere."""
    with closing(sqlite3.connect(run / "prospects.gpkg", isolation_level=None)) as package:
        package.execute("PRAGMA journal_mode = wal")
        package.execute("PRAGMA wal_autocheckpoint = 0")
        for function in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            package.create_function(function, 1, lambda _: 0)
        assert len(open_run(run).targets)
        package.execute("UPDATE targets SET score = 0.5 WHERE rank = 1")
        with pytest.raises(OutputError, match="was altered or damaged after the run wrote it"):
            _ = open_run(run).targets


def test_a_run_without_digests_of_its_layers_is_read_by_the_hash_of_the_file(run):
    """As earlier versions wrote it."""
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    del manifest["layers"], manifest["sha256"]
    (run / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert "targets" in open_run(run).layer_names
    assert len(open_run(run).targets)
    altered(run, "VACUUM")
    with pytest.raises(OutputError, match="was altered or damaged after the run wrote it"):
        _ = open_run(run).targets


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("contributions.csv", lambda text: text.replace("target_id", "id")),
        ("contributions.csv", lambda text: text + text.splitlines()[1] + "\n"),
        ("score_percentiles.csv", lambda text: text + "1e300,1,1\n"),
        ("score_percentiles.csv", lambda text: text + "nan,1,1\n"),
        ("training.csv", lambda text: text.replace("domeyko", "other")),
        ("training.csv", lambda text: text + '"a'),
        ("held_out.csv", lambda text: text.replace("draw", "x")),
        ("held_out.csv", lambda text: text.replace("fold_1", "a")),
        ("target_exclusions.csv", lambda text: text.replace("share", "x")),
        ("effects.csv", lambda text: text.replace("value", "x")),
    ],
)
def test_a_table_whose_manifest_fits_is_still_looked_at(run, name, spoil):
    """Somebody else's run is consistent, and need not be sound."""
    file = run / MODEL / name
    file.write_text(spoil(file.read_text("utf-8")), "utf-8")
    reseal(run)
    with pytest.raises(OutputError, match=rf"{name}: cannot be read: .*{AGAIN}"):
        READERS[f"{MODEL}/{name}"](open_run(run))


def test_columns_are_checked_by_kind():
    """Each kind of fault is said."""
    table = pd.DataFrame({"a": ["x", "x"], "n": [1.0, float("inf")], "m": [1.0, None]})
    for asked, said in (
        ({"texts": ["b"]}, "no column 'b'"),
        ({"numbers": ["a"]}, "'a' holds no numbers"),
        ({"numbers": ["n"]}, "'n' holds a number that is not finite"),
        ({"texts": ["m"]}, "'m' holds a value that is not text"),
        ({"known": ["m"]}, "'m' lacks a value"),
        ({"key": ["a"]}, "two rows have the same a"),
    ):
        with pytest.raises(ValueError, match=said):
            check_columns(table, **asked)
    check_columns(table, texts=["a"], numbers=["m"], known=["a"], key=["n"])


def test_what_targets_are_called_by_is_text_where_a_run_has_it(planted_run):
    """Runs of earlier versions lack the column; one that holds numbers was not written by a screening."""
    targets = open_run(planted_run).targets
    check_layer("targets", targets)
    check_layer("targets", targets.drop(columns="place"))
    with pytest.raises(ValueError, match="column 'place' holds a value that is not text"):
        check_layer("targets", targets.assign(place=1.5))
