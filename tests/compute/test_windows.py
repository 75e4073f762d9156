"""Windows to executors and a store: the same bytes whoever computes them, and however often it dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import prospector
from prospector.compute.engine import Workers
from prospector.compute.store import EVIDENCE, Store, StoredRaster
from prospector.compute.windows import Workspace, evidence_on_cells
from prospector.errors import EngineError, OutputError
from prospector.evidence import Kind, LayerParameters, kind
from prospector.evidence.kind import validate_parameters
from prospector.grid import Window, cells
from tests.evidence.test_evidence import layers
from tests.evidence.test_evidence_kinds import CASES, GRID, KERNELS, everything

CHOSEN = ("distance", "crossing", "density", "share", "surface", "geochemistry")


class MortalParameters(LayerParameters):
    """Northing in km; the first worker that meets it in the wrong window dies."""

    marker: str


def mortal(layers, units, *, parameters):
    """Return northing; kill this very process once, where the window holds the grid's last row."""
    import os
    import signal
    from pathlib import Path

    always = parameters.marker == "always"
    if units.northing.min() < 7_291_100 and (always or not Path(parameters.marker).exists()):
        if not always:
            Path(parameters.marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return units.northing / 1000


@pytest.fixture
def mortal_kind(monkeypatch):
    """A kind that kills one worker."""
    monkeypatch.setattr(
        kind, "KINDS", {**kind.KINDS, "mortal": Kind(MortalParameters, mortal, "km")}
    )


def ask(names):
    return [
        (n.split(",")[0], validate_parameters(n.split(",")[0], CASES[n], where="t")) for n in names
    ]


def compute(folder, names=CHOSEN, *, size=64, **how):
    """The evidence and every byte of the store."""
    return evidence(folder, ask(names), size, **how), stored(folder)


def evidence(root, asked, size, **how):
    """Evidence of the grid as the store keeps it, (n cells, n asked)."""
    store = Store(str(root), size)
    keys = evidence_on_cells(asked, GRID, layers(*everything()), Workspace(store, Workers(**how)))
    return np.column_stack([StoredRaster(store, key, GRID, "").values.ravel() for key in keys])


def stored(folder):
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(Path(folder).rglob("*"))
        if one.is_file() and "layers" not in one.parts
    }


def test_the_store_holds_what_the_kinds_compute(tmp_path):
    """As float32, for every kind, from layers that went through the store."""
    names = [name for name in CASES if name not in KERNELS]
    values, _ = compute(tmp_path, names, count=1)
    there = layers(*everything())
    for i, (name, parameters) in enumerate(ask(names)):
        direct = kind.compute_evidence(name, there, cells(GRID), parameters=parameters)
        np.testing.assert_array_equal(values[:, i], direct.astype(np.float32), err_msg=names[i])


def test_workers_and_the_order_of_evidence_do_not_matter(tmp_path):
    """One process, two, and the other way round: the same bytes."""
    one, first = compute(tmp_path / "1", count=1)
    two, second = compute(tmp_path / "2", count=2)
    turned, third = compute(tmp_path / "3", CHOSEN[::-1], count=1)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, turned[:, ::-1])
    assert first == second == third
    assert len(first) == len(CHOSEN) * (1 + 2 * 3)


def test_the_size_of_windows_does_not_matter(tmp_path):
    """32 cells or 64: the same bits."""
    np.testing.assert_array_equal(
        compute(tmp_path / "a", count=1)[0], compute(tmp_path / "b", count=1, size=32)[0]
    )


def test_nothing_is_computed_twice_and_a_change_only_what_hangs_on_it(tmp_path, monkeypatch):
    """A second run computes nothing; another radius computes the density alone."""
    from prospector.compute import windows

    calls = []
    real = windows._compute
    monkeypatch.setattr(windows, "_compute", lambda task: (calls.append(task.key), real(task)))
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6
    monkeypatch.setitem(CASES, "density", {**CASES["density"], "radius_m": 3000.0})
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6 + 6


def mortal_values(folder, marker, **how):
    asked = [
        (
            "mortal",
            validate_parameters("mortal", {"role": "faults", "marker": str(marker)}, where="t"),
        )
    ]
    return evidence(folder, asked, 32, **how)


def test_a_killed_worker_of_the_pool_costs_nothing_but_time(tmp_path, mortal_kind):
    """Its windows are sent again, and the values are right."""
    marker = tmp_path / "died"
    values = mortal_values(tmp_path / "store", marker, count=2)
    assert marker.exists()
    np.testing.assert_array_equal(values[:, 0], (cells(GRID).northing / 1000).astype(np.float32))


def test_workers_that_always_die_are_one_clear_error(tmp_path, mortal_kind):
    """The remedy is named."""
    with pytest.raises(EngineError, match="fewer workers"):
        mortal_values(tmp_path / "store", "always", count=2)


def test_the_error_of_a_window_reaches_the_caller(tmp_path):
    """As itself, from a worker process."""

    def fail(task):
        raise EngineError(f"window {task}")

    with pytest.raises(EngineError, match="window"):
        Workers(count=2).run(fail, [1, 2, 3])


def test_a_worker_computes_on_one_thread_whatever_it_loads(tmp_path):
    """Libraries that a task loads are held to one thread, too."""

    def threads(_):
        import sklearn.ensemble  # noqa: F401
        from threadpoolctl import threadpool_info

        return {one["num_threads"] for one in threadpool_info()}

    found = [None] * 4
    Workers(count=2).run(threads, range(4), take=found.__setitem__)
    assert found == [{1}] * 4


KILLED = """
import os, signal, sys
from prospector.compute import windows
sys.path.insert(0, {root!r})
import tests.compute.test_windows as t
real, count = windows._compute, [0]
def dies(task):
    count[0] += 1
    if count[0] == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    real(task)
windows._compute = dies
t.compute({folder!r}, count=1)
"""


@pytest.mark.parametrize("after", [1, 9, 30])
def test_a_run_killed_at_any_moment_resumes_to_the_same_bytes(tmp_path, after):
    """kill -9 after some windows; what is done is not touched again."""
    folder = tmp_path / "store"
    root = str(Path(__file__).parents[2])
    script = KILLED.format(root=root, after=after, folder=str(folder))
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    before = {one: one.stat().st_mtime_ns for one in folder.glob("*/c/*/*")}
    assert len(before) == after - 1
    _, resumed = compute(folder, count=1)
    assert resumed == compute(tmp_path / "whole", count=1)[1]
    assert all(one.stat().st_mtime_ns == then for one, then in before.items())


@pytest.fixture
def cluster(tmp_path):
    """A real scheduler and two real workers on loopback."""
    from distributed import Client

    file = tmp_path / "scheduler.json"
    dask = str(Path(sys.executable).parent / "dask")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    started = [
        subprocess.Popen(
            [dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--scheduler-file", str(file)], **quiet)
    ]  # fmt: skip
    while not file.exists():
        time.sleep(0.1)
    started += [
        subprocess.Popen(
            [dask, "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard",
             "--host", "127.0.0.1", "--local-directory", str(tmp_path)], **quiet)
        for _ in range(2)
    ]  # fmt: skip
    client = Client(scheduler_file=str(file), timeout="120s")
    client.wait_for_workers(2, timeout=120)
    yield client
    client.close()
    for process in started[::-1]:
        process.terminate()
        process.wait(timeout=120)


@pytest.mark.filterwarnings("default")  # of distributed, at its shutdown
def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path, cluster, mortal_kind):
    """Two worker processes, one killed in the middle: the run finishes."""
    there, local = tmp_path / "dask", tmp_path / "local"
    values, bytes_there = compute(there, executor=cluster.get_executor())
    wanted, bytes_here = compute(local, count=1)
    np.testing.assert_array_equal(values, wanted)
    assert bytes_there == bytes_here
    marker = tmp_path / "died"
    found = mortal_values(there, marker, executor=cluster.get_executor())
    assert marker.exists()
    np.testing.assert_array_equal(found[:, 0], (cells(GRID).northing / 1000).astype(np.float32))


@pytest.fixture(scope="module")
def small_windows(planted, tmp_path_factory):
    """The files of the planted region, screened in windows of 32 by 32 by this process alone."""
    folder = tmp_path_factory.mktemp("small") / "run"
    screening = prospector.screen(planted, quick=True, workers=1, window_cells=32)
    return files(prospector.write(screening, folder))


def files(folder):
    """Every file of a run by name, the store apart."""
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(Path(folder).rglob("*"))
        if one.is_file() and "store" not in one.relative_to(folder).parts
    }


def killing(pids, stage):
    """Progress that kills one of some processes in the middle of a stage."""

    def progress(what, done, total):
        if pids and what.endswith(stage) and 1 < done < total:
            os.kill(pids.pop(), signal.SIGKILL)

    return progress


@pytest.mark.parametrize("stage", ["sample", "score", "targets"])
def test_a_run_whose_local_worker_is_killed_writes_the_same_files(
    planted, tmp_path, small_windows, stage
):
    """In the middle of sampling, scoring or cutting: the run finishes, byte for byte."""
    from loky import get_reusable_executor

    pids = []

    def progress(what, done, total):
        if not pids and what.endswith(stage) and done == 2:
            pids.append(next(iter(get_reusable_executor(2, reuse=True)._processes)))
            os.kill(pids[0], signal.SIGKILL)

    screening = prospector.screen(
        planted, quick=True, workers=2, window_cells=32, progress=progress
    )
    assert pids
    assert files(prospector.write(screening, tmp_path / "run")) == small_windows


@pytest.mark.filterwarnings("default")  # of distributed, at its shutdown
def test_a_run_on_a_cluster_that_loses_a_worker_writes_the_same_files(
    planted, tmp_path, cluster, small_windows
):
    """Two worker processes, one killed while windows are scored: all files byte for byte."""
    pids = list(cluster.run(os.getpid).values())[:1]
    screening = prospector.screen(
        planted, quick=True, executor=cluster.get_executor(), store=tmp_path / "store",
        window_cells=32, progress=killing(pids, "score"),
    )  # fmt: skip
    assert not pids
    assert files(prospector.write(screening, tmp_path / "run")) == small_windows


@pytest.mark.filterwarnings("default")  # of distributed, at its shutdown
def test_the_command_sends_windows_to_a_scheduler(planted, planted_screening, tmp_path, cluster):
    """--dask ADDRESS: the same files as this machine's processes write."""
    address = cluster.scheduler.address
    command = ["screen", planted, "--quick", "--dask", address, "--out", tmp_path / "there"]
    subprocess.run([sys.executable, "-m", "prospector", *map(str, command)], check=True)
    inputs = json.loads((tmp_path / "there" / "manifest.json").read_text())["inputs"]
    here = files(prospector.write(planted_screening, tmp_path / "here", inputs=inputs))
    assert files(tmp_path / "there") == here


KILLED_RUN = """
import os, signal
import prospector
from prospector.compute import windows
from prospector.ground import cell_draw, cell_targets, cells
count = [0]
def dying(room, name):
    real = getattr(room, name)
    def run(task):
        count[0] += 1
        if count[0] == {after}:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(task)
    setattr(room, name, run)
for room, name in ((windows, "_compute"), (cell_draw, "_sample_window"),
                   (cells, "_score_window"), (cell_targets, "_cut_window")):
    dying(room, name)
prospector.screen({region!r}, quick=True, workers=1, window_cells=32, store={store!r})
"""


@pytest.mark.parametrize("after", [1, 10, 22, 31, 41])
def test_a_screening_killed_at_any_moment_resumes_to_the_same_files(
    planted, tmp_path, small_windows, after
):
    """kill -9 among the windows of evidence, sample, score or targets, then again: byte for byte."""
    store = str(tmp_path / "run" / "store")
    script = KILLED_RUN.format(after=after, region=str(planted), store=store)
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    screening = prospector.screen(planted, quick=True, workers=1, window_cells=32, store=store)
    assert files(prospector.write(screening, tmp_path / "run")) == small_windows


def test_the_order_of_windows_does_not_matter(planted, tmp_path, small_windows, monkeypatch):
    """Windows from last to first: the same files."""
    real = Workers.run

    def backwards(self, function, tasks, *, take=None, done=None):
        def from_the_end(place, result):
            take(len(tasks) - 1 - place, result)

        real(self, function, list(tasks)[::-1], take=take and from_the_end, done=done)

    monkeypatch.setattr(Workers, "run", backwards)
    screening = prospector.screen(planted, quick=True, workers=1, window_cells=32)
    assert files(prospector.write(screening, tmp_path / "run")) == small_windows


def test_a_screening_is_the_same_with_workers_and_small_windows(planted, planted_screening):
    """Same targets, same scores."""
    other = prospector.screen(planted, quick=True, workers=2, window_cells=32)
    one, two = planted_screening.targets, other.targets
    assert one.equals(two)
    ranking = planted_screening.rankings["porphyry_copper"]
    again = other.rankings["porphyry_copper"]
    np.testing.assert_array_equal(ranking.score.values, again.score.values)
    assert ranking.score.key != again.score.key


def test_clean_empties_the_store_and_leaves_the_run(planted, planted_screening, tmp_path):
    """The store goes with the run folder when it is written anew."""
    folder = tmp_path / "run"
    prospector.write(planted_screening, folder)
    prospector.screen(planted, quick=True, store=folder / "store")
    prospector.write(planted_screening, folder)
    assert (folder / "store").is_dir()
    assert prospector.clean(folder) > 0
    assert not (folder / "store").exists()
    assert (folder / "run.json").is_file()
    with pytest.raises(OutputError, match="holds no run"):
        prospector.clean(tmp_path)


def test_a_store_that_cannot_be_written_is_one_clear_error(planted, tmp_path):
    """It names the place and the remedy."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/store: cannot be written .* --store"):
        prospector.screen(planted, quick=True, store=tmp_path / "file" / "store")
    with pytest.raises(OutputError, match=r"cannot be written .* --store"):
        prospector.screen(planted, quick=True, store="nosuch://bucket/folder")


def test_no_scheduler_is_one_clear_error(planted, tmp_path, monkeypatch, capsys):
    """The address is named, and how to start one."""
    from prospector.cli import commands as cli

    address = "tcp://127.0.0.1:9"
    arguments = [
        "prospector",
        "screen",
        str(planted),
        "--out",
        str(tmp_path / "o"),
        "--dask",
        address,
    ]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert f"--dask {address}: no scheduler answers" in capsys.readouterr().err


@pytest.fixture
def bucket(monkeypatch):
    """A bucket on a local server that speaks S3; workers that wait do not know of it yet."""
    from loky import get_reusable_executor
    from moto.server import ThreadedMotoServer

    get_reusable_executor().shutdown(wait=True)

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    import fsspec

    fsspec.config.set_conf_env(fsspec.config.conf)
    file_system = fsspec.filesystem("s3")
    file_system.mkdir("windows")
    yield "s3://windows", file_system
    file_system.rm("windows", recursive=True)
    fsspec.config.conf.pop("s3", None)
    server.stop()


@pytest.mark.filterwarnings("default")  # of botocore and aiohttp
def test_a_store_on_an_object_server_holds_the_same_bytes(tmp_path, bucket):
    """Two processes write to it, layers are read from it, a second run finds all there."""
    root, file_system = bucket
    asked = ask(CHOSEN)
    values = evidence(f"{root}/store", asked, 64, count=2)
    wanted, local = compute(tmp_path, count=1)
    np.testing.assert_array_equal(values, wanted)
    found = {
        one.removeprefix("windows/store/"): file_system.cat_file(one)
        for one in file_system.find("windows/store")
        if "/layers/" not in one
    }
    assert found == local


@pytest.mark.filterwarnings("default")  # of botocore and aiohttp
def test_damage_on_an_object_server_is_computed_again(bucket, caplog):
    """Done behind the back of what was listed: a chunk changed, one gone, zarr.json cut, a record cut."""
    root, file_system = bucket
    store = Store(f"{root}/store", 4)
    grid = GRID.part(Window((0, 0), 0, 0, (6, 10)))
    values = np.arange(60, dtype=np.float32).reshape(6, 10)

    def fill():
        store.create("a", grid, EVIDENCE)
        windows = store.missing("a", grid)
        for window in windows:
            store.write("a", window, values[window.cells])
        return [window.place for window in windows], store.recall("r", lambda: [1, 2])

    assert len(fill()[0]) == 6
    assert fill() == ([], [1, 2])
    chunk = file_system.cat_file("windows/store/a/c/1/2")
    file_system.pipe_file("windows/store/a/c/1/2", chunk[:-9] + b"?" + chunk[-8:])
    file_system.rm_file("windows/store/a/c/0/1")
    file_system.pipe_file("windows/store/r.json", b'{"sha')
    with pytest.raises(OutputError, match="a/c/0/1 is gone"):
        store.read("a", grid.windows(4)[1])
    assert fill() == ([(0, 1), (1, 2)], [1, 2])
    file_system.pipe_file("windows/store/a/zarr.json", b"{")
    assert len(fill()[0]) == 6
    assert fill() == ([], [1, 2])
    np.testing.assert_array_equal(StoredRaster(store, "a", grid, "").values, values)
    said = [message for name, _, message in caplog.record_tuples if name == "prospector"]
    assert said == [
        f"{root}/store: 1 computed window was damaged: computed again",
        f"{root}/store: a kept record was damaged: computed again",
        f"{root}/store: an array's zarr.json was damaged: computed again",
    ]
