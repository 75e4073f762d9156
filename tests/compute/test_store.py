"""The store: what is damaged there is computed again, said, and never used."""

import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr
from zarr.codecs import BloscCodec

import prospector
from prospector.cli import commands as cli
from prospector.compute import store as room
from prospector.compute import store_files
from prospector.compute.engine import Workers
from prospector.compute.sealed import Damaged, sealed, unsealed
from prospector.compute.store import EVIDENCE, Store, StoredRaster, key_of
from prospector.errors import OutputError
from prospector.grid import Grid
from prospector.locks import machine
from prospector.runs.run_folder import recover

GRID = Grid("EPSG:32719", 400_000.0, 7_300_000.0, 100.0, (6, 10))
VALUES = np.arange(60, dtype=np.float32).reshape(6, 10)
ROW, COLUMN = np.array([0, 3, 5]), np.array([0, 9, 8])


def flip(file, bit):
    content = bytearray(file.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    file.write_bytes(content)


def flip_one(file, seed=0):
    flip(file, random.Random(f"{seed} {file.name}").randrange(8 * file.stat().st_size))


def cut(file, seed=0):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file, seed=0):
    file.write_bytes(b"")


def delete(file, seed=0):
    file.unlink()


DAMAGES = [flip_one, cut, empty, delete]


@pytest.fixture
def store(tmp_path):
    """A store with one array of 2 by 3 windows, "a"."""
    return filled(Store(str(tmp_path / "store"), 4))


def filled(store):
    store.prepare()
    store.create("a", GRID, EVIDENCE)
    for window in store.missing("a", GRID):
        store.write("a", window, VALUES[window.cells])
    return store


def places(windows):
    return [window.place for window in windows]


def test_a_sealed_record_comes_back(store):
    """As JSON gives it: tuples as lists, NaN and infinity kept."""
    record = {
        "auc": 0.1 + 0.2,
        "name": "Peña ☃",
        "pair": (1, -0.0),
        "far": float("inf"),
        "no": None,
    }
    assert unsealed(sealed(record)) == json.loads(json.dumps(record))
    assert np.isnan(unsealed(sealed([float("nan")]))[0])


def test_any_flipped_bit_of_a_sealed_record_is_seen():
    """Each is damage, or changes nothing of the record."""
    record = {"auc": 0.75, "share": [0.5, 1e-7, None], "name": "a b"}
    content, seen = sealed(record), 0
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            assert unsealed(bytes(changed)) == record
        except Damaged:
            seen += 1
    assert seen > 0.99 * 8 * len(content)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"3", b'{"auc": 0.7}', b'{"record": 1}', b"\xff", b"[" * 100_000]
)
def test_what_was_never_sealed_is_damaged(content):
    """Records of before, too."""
    with pytest.raises(Damaged):
        unsealed(content)


def test_a_record_is_computed_once(store, caplog):
    """Nothing is said."""
    assert store.recall("r", lambda: [1, 2]) == [1, 2]
    assert store.recall("r", lambda: pytest.fail("computed again")) == [1, 2]
    assert caplog.messages == []


@pytest.mark.parametrize("damage", [flip_one, cut, empty])
def test_a_damaged_record_is_computed_again_and_kept(store, caplog, damage):
    """It is said once."""
    store.recall("r", lambda: [1, 2])
    damage(Path(store.root) / "r.json")
    assert store.recall("r", lambda: [1, 2]) == [1, 2]
    assert store.recall("r", lambda: pytest.fail("computed again")) == [1, 2]
    assert caplog.messages == [f"{store.root}: a saved record was damaged and recomputed"]


def test_a_record_of_before_is_computed_again(store):
    """It has no digest."""
    (Path(store.root) / "r.json").write_text("[3, 4]")
    assert store.recall("r", lambda: [1, 2]) == [1, 2]


def test_every_key_changes_with_the_form_of_what_is_kept(monkeypatch):
    """What was kept in another form is not looked for."""
    before = key_of("skill", 1)
    monkeypatch.setattr(room, "FORM", room.FORM - 1)
    assert key_of("skill", 1) != before


def test_a_flipped_bit_of_a_chunk_makes_its_window_missing(store, caplog):
    """Every seventh bit; the other five are there, and nothing else is said."""
    chunk = Path(store.root) / "a/c/1/2"
    content = chunk.read_bytes()
    for bit in range(0, 8 * len(content), 7):
        flip(chunk, bit)
        assert places(store.missing("a", GRID)) == [(1, 2)]
        chunk.write_bytes(content)
    assert store.missing("a", GRID) == []
    assert set(caplog.messages) == {f"{store.root}: 1 computed window was damaged and recomputed"}


def test_cut_chunks_are_missing_and_counted(store, caplog):
    """One cut to half, one to nothing; one that is gone is no damage."""
    chunks = Path(store.root) / "a/c"
    cut(chunks / "0/0")
    empty(chunks / "0/1")
    delete(chunks / "0/2")
    assert places(store.missing("a", GRID)) == [(0, 0), (0, 1), (0, 2)]
    assert caplog.messages == [f"{store.root}: 2 computed windows were damaged and recomputed"]


def test_a_window_without_data_is_there(store):
    """All nodata is a chunk as any other."""
    [first, *_] = GRID.windows(4)
    store.write("a", first, np.full(first.shape, np.nan))
    assert store.missing("a", GRID) == []
    assert np.isnan(store.read("a", first)).all()


def test_any_changed_description_makes_an_array_again(store, caplog):
    """A bit in every tenth byte of zarr.json: its chunks go, and it is as before."""
    file = Path(store.root) / "a/zarr.json"
    content = file.read_bytes()
    bits = range(0, 8 * len(content), 81)
    for bit in bits:
        flip(file, bit)
        store.create("a", GRID, EVIDENCE)
        assert file.read_bytes() == content
        assert len(store.missing("a", GRID)) == 6
    said = f"{store.root}: an array's zarr.json was damaged and recomputed"
    assert caplog.messages == [said] * len(bits)


@pytest.mark.parametrize("damage", [cut, empty, delete])
def test_an_array_without_its_description_is_made_again(store, damage):
    """Cut or gone."""
    damage(Path(store.root) / "a/zarr.json")
    store.create("a", GRID, EVIDENCE)
    assert len(store.missing("a", GRID)) == 6


def test_an_array_that_is_whole_is_left_alone(store, caplog):
    """Nothing is said."""
    store.create("a", GRID, EVIDENCE)
    assert store.missing("a", GRID) == []
    assert caplog.messages == []


def test_an_array_without_checksums_is_missing(tmp_path):
    """As it was kept before, with all its chunks."""
    store = Store(str(tmp_path), 4)
    array = zarr.create_array(
        tmp_path / "a", shape=GRID.shape, chunks=(4, 4), dtype="float32", fill_value=np.nan,
        compressors=BloscCodec(cname="lz4", clevel=1),
    )  # fmt: skip
    array[:] = VALUES + 1
    filled(store)
    np.testing.assert_array_equal(StoredRaster(store, "a", GRID, "").values, VALUES)


@pytest.mark.parametrize("damage", DAMAGES)
def test_reading_a_damaged_chunk_is_one_clear_error(store, damage):
    """That appears after the store was looked through; gone is not nodata. The other windows read."""
    damage(Path(store.root) / "a/c/1/2")
    windows = GRID.windows(4)
    rule = r"store: stored results cannot be read \(.+\)\. Run again: .*prospector clean RUN"
    for reading in (
        lambda: store.read("a", windows[5]),
        lambda: store.pick("a", ROW, COLUMN),
        lambda: StoredRaster(store, "a", GRID, "").values,
    ):
        with pytest.raises(OutputError, match=rule) as raised:
            reading()
        assert "\n" not in str(raised.value)
    np.testing.assert_array_equal(store.read("a", windows[4]), VALUES[windows[4].cells])
    np.testing.assert_array_equal(store.pick("a", ROW[:2], COLUMN[:2]), [0, 39])


def test_reading_by_a_damaged_description_is_right_or_one_clear_error(store):
    """A bit of each byte of zarr.json, four of each digit, after it was looked at: no other value."""
    file = Path(store.root) / "a/zarr.json"
    content, refused = file.read_bytes(), 0
    bits = [
        8 * place + bit
        for place, byte in enumerate(content)
        for bit in (range(4) if chr(byte).isdigit() else [place % 8])
    ]
    for bit in bits:
        flip(file, bit)
        for window in (GRID.windows(4)[0], GRID.windows(4)[5]):
            try:
                np.testing.assert_array_equal(store.read("a", window), VALUES[window.cells])
                np.testing.assert_array_equal(store.pick("a", ROW, COLUMN), VALUES[ROW, COLUMN])
            except OutputError:
                refused += 1
        file.write_bytes(content)
    assert refused > len(content)


def test_an_array_is_opened_once_as_long_as_its_description_stays(store, monkeypatch):
    """Six windows are written and read through one open array each way; by a damaged zarr.json, none."""
    opened, real = [], zarr.open_array
    monkeypatch.setattr(
        zarr, "open_array", lambda *args, **how: opened.append(how["mode"]) or real(*args, **how)
    )
    room._opened.cache_clear()
    for window in GRID.windows(4):
        store.write("a", window, VALUES[window.cells])
        np.testing.assert_array_equal(store.read("a", window), VALUES[window.cells])
    assert opened == ["r+", "r"]
    cut(Path(store.root) / "a/zarr.json")
    with pytest.raises(OutputError, match="store: stored results cannot be read"):
        store.write("a", window, VALUES[window.cells])


def test_damage_that_a_worker_meets_is_the_same_error(store):
    """It comes from the process as it is."""
    empty(Path(store.root) / "a/c/0/1")
    with pytest.raises(OutputError, match="store: stored results cannot be read"):
        Workers(count=2).run(lambda window: store.read("a", window), GRID.windows(4))


def test_a_store_that_vanishes_is_one_clear_error(store):
    """Reading and writing name it; it is not made again in silence."""
    shutil.rmtree(store.root)
    [first, *_] = GRID.windows(4)
    with pytest.raises(OutputError, match="store: stored results cannot be read"):
        store.read("a", first)
    with pytest.raises(OutputError, match="store: stored results cannot be read"):
        store.write("a", first, VALUES[first.cells])
    with pytest.raises(OutputError, match=r"store: cannot be written \(.+\)\. Give another"):
        store.recall("r", lambda: shutil.rmtree(store.root))


def test_a_store_that_cannot_take_a_window_is_one_clear_error(store):
    """A folder stands where the chunk belongs since the store was looked through."""
    [first, *_] = GRID.windows(4)
    delete(Path(store.root) / "a/c/0/0")
    assert places(store.missing("a", GRID)) == [(0, 0)]
    (Path(store.root) / "a/c/0/0/in_the_way").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"store: cannot be written \(.+\)\. Give another"):
        store.write("a", first, VALUES[first.cells])


# what is whole, but not what belongs there ----------------------------------------------------


@pytest.mark.parametrize("move", [shutil.copy, shutil.move])
def test_a_whole_chunk_in_the_place_of_another_is_missing(store, caplog, move):
    """Of the same array, of another, with what says which chunk belongs there, and two exchanged."""
    filled_as(store, "b", VALUES + 100)
    root = Path(store.root)
    for other in ("a/{}/0/1{}", "b/{}/0/0{}"):
        for parts in ([("c", "")], [("c", ""), ("digests", ".json")]):
            filled(store)
            for part in parts:
                move(root / other.format(*part), root / "a/{}/0/0{}".format(*part))
            assert (0, 0) in places(store.missing("a", GRID))
            filled(store)
            filled_as(store, "b", VALUES + 100)
    np.testing.assert_array_equal(StoredRaster(store, "a", GRID, "").values, VALUES)
    assert set(caplog.messages) == {f"{store.root}: 1 computed window was damaged and recomputed"}


def filled_as(store, key, values):
    store.create(key, GRID, EVIDENCE)
    for window in store.missing(key, GRID):
        store.write(key, window, values[window.cells])


def test_a_window_without_its_digest_is_computed_again(store, caplog):
    """As where a command was killed between the two."""
    (Path(store.root) / "a/digests/1/2.json").unlink()
    assert places(store.missing("a", GRID)) == [(1, 2)]
    filled(store)
    assert store.missing("a", GRID) == []
    assert len(caplog.messages) == 2


def test_a_record_in_the_place_of_another_is_computed_again(store, caplog):
    """It is sealed for its own."""
    store.recall("r", lambda: [1, 2])
    store.recall("s", lambda: [3, 4])
    shutil.copy(Path(store.root) / "r.json", Path(store.root) / "s.json")
    assert store.recall("s", lambda: [3, 4]) == [3, 4]
    assert caplog.messages == [f"{store.root}: a saved record was damaged and recomputed"]


def as_folder(path):
    path.mkdir()
    (path / "deep").mkdir()
    (path / "deep" / "file").write_text("in the way")


def as_pipe(path):
    os.mkfifo(path)


def as_socket(path):
    with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
        made.bind(path.name)


def as_link(path):
    """To what was there, moved elsewhere."""
    path.symlink_to(path.parents[0])


OTHERS = [as_folder, as_pipe, as_socket, as_link]
PLACES = [
    "a/c/0/0",
    "a/c/0",
    "a/c",
    "a/digests/0/0.json",
    "a/digests",
    "a/zarr.json",
    "a",
    "r.json",
]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_file_of_the_store_is_damage(store, caplog, tmp_path, other, name):
    """A folder, a pipe, a socket, a link in its place: computed again, told, and what it points to stays."""
    store.recall("r", lambda: [1, 2])
    path = Path(store.root) / name
    precious = tmp_path / "precious"
    shutil.move(path, precious)
    if other is as_link:
        path.symlink_to(precious)
    else:
        other(path)
    before = contents(precious) if precious.is_dir() else precious.read_bytes()
    for _ in range(2):
        filled(store)
        assert store.recall("r", lambda: [1, 2]) == [1, 2]
        np.testing.assert_array_equal(StoredRaster(store, "a", GRID, "").values, VALUES)
    assert store.missing("a", GRID) == []
    assert not path.is_symlink()
    assert before == (contents(precious) if precious.is_dir() else precious.read_bytes())
    real_folder = other is as_folder and not path.is_file()
    assert bool(caplog.messages) or real_folder
    assert all("damaged and recomputed" in message for message in caplog.messages)


# what a killed command left, and what cannot be removed ---------------------------------------

STORING = """
import sys, time
from prospector.compute.store import Store
store = Store(sys.argv[1])
store.prepare()
print("shares it", flush=True)
time.sleep(100)
"""
PARTIAL = f"a/c/0/0.{machine()}89abcdef0123456789abcdef.partial"
OF_ANOTHER = "a/c/0/0.0123456789abcdef0123456789abcdef.partial"


def test_what_was_half_written_goes_when_no_one_uses_the_store(store, tmp_path):
    """Not before; what the user calls partial stays, and what another machine may still write."""
    root = shutil.copytree(store.root, tmp_path / "run" / "store")
    for name in ("mine.partial", OF_ANOTHER):
        (root / name).write_text("mine")
    with subprocess.Popen(
        [sys.executable, "-c", STORING, str(root)], stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        (root / PARTIAL).write_text("half")
        Store(str(root)).prepare()
        recover(root.parent)
        assert (root / PARTIAL).read_text() == "half"
        other.kill()
    for file in store_files._shared.values():
        os.close(file)
    store_files._shared.clear()
    recover_in_another(root.parent)
    assert not (root / PARTIAL).exists()
    assert (root / "mine.partial").read_text() == "mine"
    assert (root / OF_ANOTHER).exists()
    os.utime(root / OF_ANOTHER, (0, 0))
    recover_in_another(root.parent)
    assert not (root / OF_ANOTHER).exists()


def recover_in_another(run):
    """Look into a run folder as a command does that has not used its store."""
    code = "import sys, pathlib\nfrom prospector.runs.run_folder import recover\n"
    subprocess.run(
        [sys.executable, "-c", f"{code}recover(pathlib.Path(sys.argv[1]))", str(run)], check=True
    )


def test_a_write_that_fails_leaves_no_part(store, monkeypatch):
    """The disk is full."""
    monkeypatch.setattr(store_files.shutil, "copyfileobj", full)
    with pytest.raises(OutputError, match=r"store: cannot be written \(.*No space left on device"):
        store.recall("r", lambda: [1, 2])
    assert not list(Path(store.root).rglob("*.partial"))


def full(*_arguments):
    raise OSError(28, "No space left on device")


class VagueError(Exception):
    """As a library says that it failed, and no more."""


@pytest.mark.parametrize("error", [VagueError("Write error at scanline 0"), OSError(None, None)])
def test_a_full_disk_is_called_so_where_a_library_does_not(tmp_path, monkeypatch, error):
    """Otherwise its own words stand."""
    assert store_files.why(tmp_path, VagueError("Write error.")) == "Write error"
    assert store_files.why(tmp_path, OSError(13, "Permission denied")) == "Permission denied"
    monkeypatch.setattr(Path, "write_bytes", full)
    assert store_files.why(tmp_path, error) == "No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_another_command_uses_is_not_emptied(store, tmp_path):
    """It is, as soon as that has ended; what this process itself has used is."""
    run = tmp_path / "run"
    root = shutil.copytree(store.root, run / "store")
    Store(str(root)).prepare()
    with subprocess.Popen(
        [sys.executable, "-c", STORING, str(root)], stdout=subprocess.PIPE, text=True
    ) as other:
        other.stdout.readline()
        before = contents(root)
        with pytest.raises(OutputError, match=r"store: another command is using it\. Wait for it"):
            prospector.clean(run)
        assert contents(root) == before
        other.kill()
    Store(str(root)).prepare()
    assert prospector.clean(run) == sum(len(content) for content in before.values())
    assert not root.exists()


CLEANING = """
import os, sys
import prospector.runs.run_folder, prospector.scratch
from prospector.cli import main
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
sys.argv = ["prospector", "clean", sys.argv[1]]
main()
"""


def test_a_store_that_may_not_be_removed_is_an_error_that_names_it(store, tmp_path):
    """Exit 2, with how much is left; nothing says that it was removed."""
    run = tmp_path / "run"
    shutil.copytree(store.root, run / "store")
    size = sum(len(content) for content in contents(run / "store").values())
    for path in (*tmp_path.parents, tmp_path):
        if path.name.startswith(("pytest-", "popen-")) or path == tmp_path:
            path.chmod(0o755)
    for path in run.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    run.chmod(0o555)
    ended = subprocess.run(
        [sys.executable, "-c", CLEANING, str(run)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    assert ended.stderr.startswith(f"Error: {run / 'store'}: ")
    assert "Permission denied" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert sum(len(content) for content in contents(run / "store").values()) == size
    for path in (run, *run.rglob("*")):
        path.chmod(0o755)


def screened(region, folder):
    """Every file of a quick run over the store in a folder, by name."""
    screening = prospector.screen(
        region, quick=True, workers=1, window_cells=32, store=folder / "store"
    )
    return files(prospector.write(screening, folder / "run", dossiers=1))


def contents(folder):
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def files(folder):
    """Every file of a run by name, the store apart."""
    found = contents(folder)
    return {name: content for name, content in found.items() if not name.startswith("store/")}


@pytest.fixture(scope="module")
def whole(planted, tmp_path_factory):
    """A folder with the store of a quick run, and the files of the run."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, screened(planted, folder)


def one_of_each(store):
    """Return a file of each kind: a chunk of evidence, one of a score, a record, zarr.json of another."""
    first, second, score = sorted(
        store.glob("*/zarr.json"), key=lambda file: (b"int16" in file.read_bytes(), file)
    )
    [record] = store.glob("*.json")
    return [first.parent / "c/1/1", score.parent / "c/1/2", record, second]


@pytest.mark.parametrize(
    ("damage", "seed"),
    [(flip_one, 0), (flip_one, 1), (flip_one, 2), (cut, 0), (empty, 0), (delete, 0)],
)
def test_a_run_over_a_damaged_store_writes_the_same_files(
    planted, whole, tmp_path, caplog, damage, seed
):
    """A file of every kind is damaged: byte for byte the run of a whole store, and it is said."""
    folder, wanted = whole
    shutil.copytree(folder / "store", tmp_path / "store")
    for file in one_of_each(tmp_path / "store"):
        damage(file, seed)
    assert screened(planted, tmp_path) == wanted
    chunk = f"{tmp_path / 'store'}: 1 computed window was damaged and recomputed"
    array = f"{tmp_path / 'store'}: an array's zarr.json was damaged and recomputed"
    record = f"{tmp_path / 'store'}: a saved record was damaged and recomputed"
    said = [] if damage is delete else [array, chunk, chunk, record]
    assert sorted(caplog.messages) == sorted(said)
    assert contents(tmp_path / "store") == contents(folder / "store")


def test_the_command_says_on_stderr_what_was_damaged(planted, tmp_path, monkeypatch, capsys):
    """In one line; the files are the same."""
    run = tmp_path / "run"
    command = ["prospector", "screen", planted, "--quick", "--force", "--workers", 1, "--out", run]
    monkeypatch.setattr(sys, "argv", [str(one) for one in command])

    def call():
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        return capsys.readouterr(), files(run)

    first, wanted = call()
    [chunk, *_] = (run / "store").glob("*/c/0/0")
    empty(chunk)
    second, found = call()
    said = f"{run / 'store'}: 1 computed window was damaged and recomputed"
    assert second.err.splitlines().count(said) == 1
    assert said not in first.err
    assert (second.out, found) == (first.out, wanted)
