"""A new run takes the place of an earlier one, and what is the user's own in it stays."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prospector
from prospector.errors import OutputError
from prospector.runs.manifest import (
    listing,
    read_manifest,
    save_manifest,
    unchanged,
    write_manifest,
)
from prospector.runs.run import open_run
from prospector.runs.run_folder import add, clean, move_in, recover, refuse_foreign

MODEL = "porphyry_copper"
RUN = {"run.json": "{}", "map.html": "map", f"{MODEL}/score.tif": "score"}
"""A run of three files."""


def put(folder, files):
    """Write files by their path from a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def made(folder, files=RUN, inputs="inputs"):
    """Write files to a folder as a run does, with their manifest."""
    put(folder, files)
    write_manifest(folder, inputs)
    return folder


def add_to_manifest(folder, file):
    """List a file of a run."""
    manifest = read_manifest(folder)
    files = {**manifest.files, **listing([file], folder)}
    save_manifest(manifest.model_copy(update={"files": files}), folder)


def all_in(folder):
    """What lies in a folder: content of files, aim of links, None for folders."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = ("link", path.readlink())
        else:
            found[name] = path.read_bytes() if path.is_file() else None
    return found


@pytest.fixture
def earlier(tmp_path):
    """A run that is there already."""
    return made(tmp_path / "out" / "run")


@pytest.fixture
def later(tmp_path):
    """A run that was written beside it."""
    return made(tmp_path / "out" / ".run-later", dict.fromkeys(RUN, "new"))


@pytest.fixture
def screened(planted_run, tmp_path):
    """A copy of the planted region's run that a test may spoil."""
    return shutil.copytree(planted_run, tmp_path / "screened")


# what stays, what goes ------------------------------------------------------------------------


def test_what_is_the_users_own_stays_over_two_more_runs(planted_screening, tmp_path):
    """A QGIS project, a nested folder, links and an empty folder: byte for byte, links unfollowed."""
    elsewhere = put(tmp_path, {"elsewhere/data.txt": "data"}) / "elsewhere"
    run = prospector.write(planted_screening, tmp_path / "run", dossiers=0)
    written = set(all_in(run))
    put(run, {
        "view.qgz": "a project\0", "thesis/one/two.txt": "a", f"{MODEL}/evidence/notes/n.md": "b",
        "store/window": "computed",
    })  # fmt: skip
    (run / "empty" / "too").mkdir(parents=True)
    (run / "thesis").chmod(0o700)
    (run / "linked").symlink_to("../elsewhere")
    (run / MODEL / "nowhere").symlink_to("nothing")
    own = {name: content for name, content in all_in(run).items() if name not in written}
    for _ in range(2):
        prospector.write(planted_screening, run, dossiers=0)
        found = all_in(run)
        assert {name: found[name] for name in own} == own
        assert set(found) == written | set(own)
        assert (run / "thesis").stat().st_mode & 0o777 == 0o700
        assert all_in(elsewhere) == {"data.txt": b"data"}
        assert sorted(one.name for one in tmp_path.iterdir()) == ["elsewhere", "run"]


def test_what_belongs_to_a_file_of_the_run_goes_with_it(earlier, later):
    """Edits not yet written in, statistics, a mask, overviews; even where the file itself is gone."""
    put(earlier, {
        "map.html-wal": "", "map.html-shm": "index", f"{MODEL}/score.tif.aux.xml": "statistics",
        f"{MODEL}/score.tif.msk": "mask", f"{MODEL}/score.tif.ovr": "overviews",
    })  # fmt: skip
    add_to_manifest(earlier, put(earlier, {"prospects.gpkg": "package"}) / "prospects.gpkg")
    put(earlier, {"prospects.gpkg-wal": "edits", "prospects.gpkg-shm": "index"})
    (earlier / "prospects.gpkg").unlink()
    expected = all_in(later)
    move_in(later, earlier)
    assert all_in(earlier) == expected


def test_what_only_has_a_name_like_it_stays(earlier, later):
    """A table beside the map, a style, a package of the user's own with its log."""
    own = {
        "map.tab": "table", "map.dat": "rows", f"{MODEL}/score.qml": "style", "mine.gpkg": "package",
        "mine.gpkg-wal": "edits", f"{MODEL}/manifest.json": "mine", f"{MODEL}/store/one": "mine",
    }  # fmt: skip
    put(earlier, own)
    expected = all_in(later)
    move_in(later, earlier)
    found = all_in(earlier)
    assert {name: found[name].decode() for name in own} == own
    assert set(found) - set(own) == {*expected, f"{MODEL}/store"}


def test_the_folder_of_a_deposit_model_that_is_ranked_no_more_goes(earlier, later):
    """Unless something of the user's own lies in it: that stays where it was."""
    for name in ("iocg/score.tif", "gold/score.tif"):
        add_to_manifest(earlier, put(earlier, {name: "score"}) / name)
    put(earlier, {"gold/notes.txt": "mine"})
    move_in(later, earlier)
    assert not (earlier / "iocg").exists()
    assert [one.name for one in (earlier / "gold").iterdir()] == ["notes.txt"]


def test_a_folder_of_the_users_own_and_one_of_the_run_become_one(earlier, later):
    """Where no file of the one has the name of one of the other."""
    put(earlier, {"gold/notes.txt": "mine"})
    put(later, {"gold/score.tif": "new"})
    move_in(later, earlier)
    assert all_in(earlier / "gold") == {"notes.txt": b"mine", "score.tif": b"new"}


def test_a_link_in_the_place_of_a_listed_file_is_replaced_and_not_followed(
    earlier, later, tmp_path
):
    """The run's file comes; what the link points to is as it was."""
    (tmp_path / "precious").write_text("precious")
    (earlier / "map.html").unlink()
    (earlier / "map.html").symlink_to(tmp_path / "precious")
    move_in(later, earlier)
    assert not (earlier / "map.html").is_symlink()
    assert (earlier / "map.html").read_text() == "new"
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_dossier_leaves_what_belongs_to_the_other_files_of_the_run(earlier):
    """Edits in the log of an open GeoPackage, statistics of a raster: neither file is replaced."""
    with closing(sqlite3.connect(earlier / "prospects.gpkg", isolation_level=None)) as package:
        package.execute("CREATE TABLE targets (rank INTEGER)")
    add_to_manifest(earlier, earlier / "prospects.gpkg")
    beside = put(earlier, {f"{MODEL}/score.tif.aux.xml": "statistics", "map.html.ovr": "pyramid"})
    with closing(sqlite3.connect(earlier / "prospects.gpkg", isolation_level=None)) as package:
        package.execute("PRAGMA journal_mode = wal")
        package.execute("CREATE TABLE notes (note TEXT)")
        logs = {name for name in all_in(beside) if name.endswith(("-wal", "-shm"))}
        for text in ("new", "newer"):
            add(earlier, "new.html", text)
        assert (
            logs == {name for name in all_in(earlier) if name.endswith(("-wal", "-shm"))} != set()
        )
    with closing(sqlite3.connect(earlier / "prospects.gpkg")) as package:
        assert package.execute("SELECT count(*) FROM notes").fetchall() == [(0,)]
    assert {f"{MODEL}/score.tif.aux.xml", "map.html.ovr"} <= set(all_in(earlier))


def test_what_belongs_to_a_file_goes_when_that_alone_is_replaced(earlier):
    """A dossier's own, and not that of the map."""
    add(earlier, "new.html", "new")
    put(earlier, {"new.html.aux.xml": "of the earlier one", "map.html.aux.xml": "of the map"})
    add(earlier, "new.html", "newer")
    assert "new.html.aux.xml" not in all_in(earlier)
    assert "map.html.aux.xml" in all_in(earlier)


def test_a_stale_dossier_goes(planted_screening, planted_run, tmp_path):
    """What `prospector dossier` wrote is the run's: it keeps the run unchanged, and is replaced."""
    run = prospector.write(planted_screening, tmp_path / "run", inputs="inputs", dossiers=1)
    targets = open_run(run).targets["target_id"]
    file = prospector.dossier(run, targets.iloc[-1])
    again = prospector.dossier(run, targets.iloc[0], language="es")
    assert unchanged(run, "inputs")
    prospector.write(planted_screening, run, dossiers=1)
    assert not file.exists()
    assert [one.name for one in again.parent.iterdir()] == [again.name]


# what the user has edited ---------------------------------------------------------------------


def edited_package(run, *statements):
    """Do what a GIS does with prospects.gpkg."""
    with closing(sqlite3.connect(run / "prospects.gpkg", isolation_level=None)) as package:
        for statement in statements:
            package.execute(statement)


def test_what_was_edited_is_kept_beside_the_new_run(earlier, later, caplog):
    """A table with notes, twice; a dossier that the new run has not; never over an earlier one."""
    add(earlier, f"{MODEL}/new.html", "new")
    put(earlier, {"map.html": "notes", f"{MODEL}/new.html": "notes", "map.yours.html": "older"})
    expected = all_in(later)
    move_in(later, earlier)
    kept = {
        "map.yours-2.html": b"notes",
        "map.yours.html": b"older",
        f"{MODEL}/new.yours.html": b"notes",
    }
    assert all_in(earlier) == expected | kept
    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith(f"{earlier / 'map.html'}: was edited since")
    assert caplog.messages[0].endswith("is kept as map.yours-2.html.")


def test_what_was_edited_stays_where_no_file_takes_its_place(earlier, caplog):
    """A dossier comes into the run."""
    put(earlier, {"map.html": "notes"})
    add(earlier, "new.html", "new")
    assert (earlier / "map.html").read_text() == "notes"
    assert caplog.messages == []


def test_a_kill_after_an_edited_file_was_kept_keeps_it_once(earlier, later, monkeypatch):
    """The next command goes on."""
    put(earlier, {"map.html": "notes"})
    fail_on(monkeypatch, "score.tif", PermissionError(13, "Permission denied", "score.tif"))
    with pytest.raises(OutputError, match="not all files of the new run"):
        move_in(later, earlier)
    recover(earlier)
    kept = {name: content for name, content in all_in(earlier).items() if "yours" in name}
    assert kept == {"map.yours.html": b"notes"}


TABLE = "CREATE TABLE notes (note TEXT)"
STYLE = "INSERT INTO layer_styles (f_table_name, styleName) VALUES ('targets', 'red')"


@pytest.mark.parametrize(
    ("statements", "kept"),
    [
        ([TABLE], True),
        ([STYLE], True),
        (["PRAGMA journal_mode = wal", TABLE], True),
        (["UPDATE gpkg_contents SET srs_id = 0 WHERE table_name = 'targets'"], True),
        (["PRAGMA journal_mode = wal"], False),
        (["VACUUM"], False),
    ],
)
def test_a_geopackage_is_kept_where_it_holds_something_of_the_users(
    screened, planted_screening, statements, kept
):
    """A table, a style, another layer; not where a GIS but opened it."""
    edited_package(screened, *statements)
    prospector.write(planted_screening, screened, dossiers=0)
    assert (screened / "prospects.yours.gpkg").exists() == kept


def test_a_table_in_the_log_of_an_open_geopackage_is_kept(screened, planted_screening):
    """Another program has it open, and holds what it wrote beside it."""
    with closing(sqlite3.connect(screened / "prospects.gpkg", isolation_level=None)) as package:
        for statement in ("PRAGMA journal_mode = wal", TABLE, "INSERT INTO notes VALUES ('gold')"):
            package.execute(statement)
        prospector.write(planted_screening, screened, dossiers=0)
    with closing(sqlite3.connect(screened / "prospects.yours.gpkg")) as package:
        assert package.execute("SELECT note FROM notes").fetchall() == [("gold",)]
    assert not list(screened.glob("prospects.gpkg-*"))


# names that clash -----------------------------------------------------------------------------


def test_a_file_of_the_users_own_is_not_overwritten_by_a_run(planted_screening, screened):
    """One line that names it; the earlier run is as it was. Once it is renamed the run is written."""
    manifest = json.loads((screened / "manifest.json").read_text())
    del manifest["files"]["targets.xlsx"], manifest["sha256"]
    (screened / "manifest.json").write_text(json.dumps(manifest))
    (screened / "targets.xlsx").write_text("mine")
    before = all_in(screened.parent)
    with pytest.raises(OutputError) as caught:
        prospector.write(planted_screening, screened, dossiers=0)
    said = str(caught.value)
    assert said.startswith(f"{screened / 'targets.xlsx'}: is not part of the run, ")
    assert "Move or rename it" in said
    assert "\n" not in said
    assert all_in(screened.parent) == before
    (screened / "targets.xlsx").rename(screened / "mine.xlsx")
    prospector.write(planted_screening, screened, dossiers=0)
    assert (screened / "mine.xlsx").read_text() == "mine"
    assert (screened / "targets.xlsx").read_bytes().startswith(b"PK")


def own_file(path):
    path.write_text("mine")


def own_folder(path):
    put(path, {"deep/one.txt": "mine"})


def own_link(path):
    path.symlink_to("nothing")


@pytest.mark.parametrize("own", [own_file, own_folder, own_link])
@pytest.mark.parametrize("name", ["new.csv", f"{MODEL}/new.csv", "gold"])
def test_nothing_takes_the_place_of_what_is_the_users_own(earlier, later, own, name):
    """Neither of a file nor of a folder with files, nor of a link to nothing."""
    own(earlier / name)
    put(later, {f"{name}": "new"})
    before = all_in(earlier)
    with pytest.raises(
        OutputError, match="is not part of the run, but the new run needs that name"
    ):
        move_in(later, earlier)
    assert all_in(earlier) == before


def test_a_file_or_link_where_the_run_writes_a_folder_is_not_overwritten(earlier, later):
    """A deposit model of that name comes into the region, or its folder was moved to another disk."""
    put(earlier, {"gold": "mine"})
    put(later, {"gold/score.tif": "new"})
    with pytest.raises(OutputError, match="gold: is not part of the run"):
        move_in(later, earlier)
    (earlier / "gold").unlink()
    (earlier / MODEL).rename(earlier.parent / "disk")
    (earlier / MODEL).symlink_to("../disk")
    with pytest.raises(OutputError, match=f"{MODEL}: is not part of the run"):
        move_in(later, earlier)
    assert all_in(earlier.parent / "disk") == {"score.tif": b"score"}


# when something fails -------------------------------------------------------------------------


def fail_on(monkeypatch, name, error, times=1):
    """Let the first renames of a file to this name fail."""
    replace, left = Path.replace, [error] * times

    def failing(path, place):
        if Path(place).name == name and left:
            raise left.pop()
        return replace(path, place)

    monkeypatch.setattr(Path, "replace", failing)


def test_what_cannot_be_moved_is_named_and_the_next_command_goes_on(earlier, later, monkeypatch):
    """A file is open in another program: what is the user's own is untouched, nothing is lost."""
    put(earlier, {"a.txt": "mine", "store/window": "computed"})
    fail_on(monkeypatch, "score.tif", PermissionError(13, "Permission denied", "score.tif"))
    with pytest.raises(OutputError, match=r"not all .*\(score\.tif: Permission denied\)") as said:
        move_in(later, earlier)
    assert str(said.value).endswith("run again to finish.")
    assert {name for name in all_in(earlier) if name.startswith(".")} >= {".prospector-placing"}
    refuse_foreign(earlier)
    assert unchanged(earlier, "inputs")
    assert set(all_in(earlier)) == {*RUN, MODEL, "manifest.json", "a.txt", "store", "store/window"}
    assert (earlier / MODEL / "score.tif").read_text() == "new"


def test_an_interrupt_while_files_are_moved_lets_the_rest_be_moved(earlier, later, monkeypatch):
    """It comes through afterwards."""
    fail_on(monkeypatch, "score.tif", KeyboardInterrupt())
    expected = all_in(later)
    with pytest.raises(KeyboardInterrupt):
        move_in(later, earlier)
    assert all_in(earlier) == expected


def test_a_run_that_cannot_be_written_leaves_the_earlier_one(
    planted_screening, earlier, monkeypatch
):
    """The disk is full at the last file."""
    before = all_in(earlier)
    monkeypatch.setattr(prospector.writing, "_write_pages", full)
    with pytest.raises(OutputError, match="No space left on device"):
        prospector.write(planted_screening, earlier)
    assert all_in(earlier) == before
    with pytest.raises(OutputError, match="No space left on device"):
        prospector.write(planted_screening, earlier.parent / "another")
    assert not (earlier.parent / "another").exists()


def full(*_arguments):
    raise OSError(28, "No space left on device")


# manifests as data from outside ---------------------------------------------------------------

SPOILED = ["", "[]", "{}", '{"inputs": null}', '{"inputs": null, "files": ["map.html"]}', "\0\xff"]
OUTWARD = ["../precious", "a/../../precious", "{0}/precious", ".."]


@pytest.mark.parametrize("text", SPOILED)
def test_a_run_without_a_readable_manifest_is_not_replaced(
    planted_screening, earlier, tmp_path, text
):
    """One line with the remedy, and everything as it was; with its manifest it is."""
    refuse_foreign(earlier)
    (earlier / "manifest.json").write_text(text, "latin-1")
    before = all_in(earlier.parent)
    for refused in (refuse_foreign, lambda folder: prospector.write(planted_screening, folder)):
        with pytest.raises(OutputError) as caught:
            refused(earlier)
        said = str(caught.value)
        assert said.startswith(f"{earlier / 'manifest.json'}: cannot be read, so ")
        assert "Move your own files out of" in said
        assert "\n" not in said
    assert all_in(earlier.parent) == before
    (earlier / "manifest.json").unlink()
    with pytest.raises(OutputError, match="is missing, so "):
        refuse_foreign(earlier)


def test_the_command_line_refuses_it_before_anything_is_computed(planted, earlier, command):
    """One line, exit code 2."""
    (earlier / "manifest.json").unlink()
    ended = command("screen", planted, "--out", earlier)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"Error: {earlier / 'manifest.json'}: is missing")
    assert ended.stderr.count("\n") == 1
    assert not (earlier / "store").exists()


@pytest.mark.parametrize("outward", OUTWARD)
def test_a_manifest_leads_nowhere_outside(planted_screening, earlier, outward):
    """Up, up by a way round, absolute: the run is refused, and what lies there is as it was."""
    precious = put(earlier.parent, {"precious": "precious", "precious-wal": "edits"})
    file = earlier / "manifest.json"
    manifest = json.loads(file.read_text())
    digest = manifest["files"]["map.html"]
    manifest["files"][outward.format(precious)] = digest
    file.write_text(json.dumps(manifest))
    before = all_in(earlier.parent)
    assert not unchanged(earlier, "inputs")
    with pytest.raises(OutputError, match="cannot be read"):
        prospector.write(planted_screening, earlier)
    assert all_in(earlier.parent) == before


def test_no_file_outside_counts_as_one_of_the_run(earlier, tmp_path):
    """Not with the very bytes, where a link leads to it."""
    assert unchanged(earlier, "inputs")
    shutil.move(earlier / "map.html", tmp_path / "map.html")
    (earlier / "map.html").symlink_to(tmp_path / "map.html")
    assert not unchanged(earlier, "inputs")


def test_a_dossier_is_written_through_no_link(earlier, tmp_path):
    """Where a link stands in the place of the manifest it is replaced; others stay listed."""
    shutil.move(earlier / "manifest.json", tmp_path / "manifest")
    (earlier / "manifest.json").symlink_to(tmp_path / "manifest")
    before = (tmp_path / "manifest").read_bytes()
    add(earlier, "new.html", "new")
    assert (tmp_path / "manifest").read_bytes() == before
    assert set(json.loads((earlier / "manifest.json").read_text())["files"]) == {*RUN, "new.html"}
    assert unchanged(earlier, "inputs")


def test_where_there_is_no_manifest_a_dossier_makes_none(earlier):
    """One that lists a dossier alone would make all else the user's own."""
    (earlier / "manifest.json").unlink()
    add(earlier, f"{MODEL}/dossiers/new.html", "new")
    assert (earlier / MODEL / "dossiers" / "new.html").read_text() == "new"
    assert set(all_in(earlier)) == {*RUN, MODEL, f"{MODEL}/dossiers", f"{MODEL}/dossiers/new.html"}


def test_a_dossier_replaces_itself_but_nothing_of_the_users_own(earlier):
    """The second time it is listed."""
    for text in ("new", "newer"):
        add(earlier, "new.html", text)
        assert (earlier / "new.html").read_text() == text
    put(earlier, {"mine.html": "mine"})
    with pytest.raises(OutputError, match=r"mine\.html: is not part of the run"):
        add(earlier, "mine.html", "new")
    assert (earlier / "mine.html").read_text() == "mine"
    assert not [name for name in all_in(earlier) if name.startswith(".")]


# a link in the place of the run folder --------------------------------------------------------


def test_a_run_lands_where_a_link_points_to(planted_screening, tmp_path):
    """In an empty folder on another disk, again with what is the user's own, and by a link to a link."""
    disk = tmp_path / "disk" / "runs"
    disk.mkdir(parents=True)
    (tmp_path / "here").mkdir()
    link, longer = tmp_path / "here" / "run", tmp_path / "here" / "longer"
    link.symlink_to("../disk/runs")
    longer.symlink_to(link)
    for out in (link, longer):
        assert prospector.write(planted_screening, out, dossiers=0) == out
        put(disk, {"view.qgz": "a project"})
    assert link.readlink() == Path("../disk/runs")
    assert longer.is_symlink()
    assert not disk.is_symlink()
    assert (disk / "run.json").is_file()
    assert (disk / "view.qgz").read_text() == "a project"
    assert open_run(link).deposit_models == [MODEL]
    assert [one.name for one in disk.parent.iterdir()] == ["runs"]
    assert sorted(one.name for one in link.parent.iterdir()) == ["longer", "run"]


def test_a_link_to_nothing_is_refused(planted_screening, tmp_path):
    """Or to itself; nothing is made."""
    for aim in ("nothing", "run"):
        (tmp_path / "run").symlink_to(aim)
        for refused in (refuse_foreign, lambda folder: prospector.write(planted_screening, folder)):
            with pytest.raises(OutputError, match=r"is a broken link\. Make the folder"):
                refused(tmp_path / "run")
        assert [one.name for one in tmp_path.iterdir()] == ["run"]
        (tmp_path / "run").unlink()


def test_clean_works_through_a_link(earlier, tmp_path):
    """The store of the folder that it points to is emptied."""
    put(earlier, {"store/window": "four"})
    (tmp_path / "link").symlink_to(earlier)
    assert clean(tmp_path / "link") == 4
    assert not (earlier / "store").exists()
    assert (tmp_path / "link").is_symlink()
    assert (earlier / "run.json").is_file()


def test_a_store_that_is_a_link_is_not_emptied_but_stays_with_the_run(earlier, later, tmp_path):
    """What it points to may be shared, or somebody else's."""
    elsewhere = put(tmp_path, {"elsewhere/window": "four"}) / "elsewhere"
    (earlier / "store").symlink_to(elsewhere)
    with pytest.raises(OutputError, match=r"store: is a link\. Empty the folder"):
        clean(earlier)
    move_in(later, earlier)
    assert (earlier / "store").readlink() == elsewhere
    assert all_in(elsewhere) == {"window": b"four"}
    shutil.rmtree(elsewhere)
    move_in(made(later), earlier)
    assert (earlier / "store").readlink() == elsewhere


# the law --------------------------------------------------------------------------------------

NAMES = st.lists(st.sampled_from(["a", "b", "a.tif", "map.html"]), min_size=1, max_size=3)
FILES = st.frozensets(NAMES.map("/".join), max_size=5)


def below(name, others):
    """Return whether a name lies in one of the others, were they folders."""
    return any(name.startswith(f"{other}/") for other in others)


def files(names):
    """Return the names without those that would lie in a file."""
    return {name for name in names if not below(name, names)}


@settings(max_examples=150, deadline=None)
@given(FILES, FILES, FILES)
def test_nothing_of_the_users_own_is_ever_lost(listed, own, new):
    """Whatever the names: either it stays beside all of the new run, or all is as it was."""
    listed, new = files(listed), files(new)
    own = {name for name in files(own) - listed if not below(name, listed)}
    own = {name for name in own if not any(below(other, {name}) for other in listed)}
    with TemporaryDirectory() as folder:
        run = made(Path(folder) / "run", {"run.json": "{}", **dict.fromkeys(listed, "old")})
        put(run, dict.fromkeys(own, "mine"))
        later = made(Path(folder) / "later", {"run.json": "{}", **dict.fromkeys(new, "new")})
        before, coming = all_in(run), all_in(later)
        try:
            move_in(later, run)
        except OutputError:
            assert (
                own & new
                or any(below(name, new) for name in own)
                or any(below(name, own) for name in new)
            )
            assert all_in(run) == before
            return
        found = all_in(run)
        assert {name: found[name] for name in coming} == coming
        assert all(found[name] == b"mine" for name in own)
        assert {name for name in found if found[name]} == {
            *own, *new, "run.json", "manifest.json"
        }  # fmt: skip


def test_a_table_beside_a_raster_of_the_run_is_the_users_own(earlier, later):
    """MapInfo writes score.tab when it registers score.tif; a user's own may be called so, too."""
    own = {
        f"{MODEL}/score.tab": "table",
        f"{MODEL}/score.dat": "rows",
        f"{MODEL}/score.prj": "place",
    }
    put(earlier, own)
    move_in(later, earlier)
    assert {name: (earlier / name).read_text() for name in own} == own
