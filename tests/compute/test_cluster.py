"""A Dask cluster: the same bytes as this machine, though it loses a worker."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import prospector
from prospector.cli import terminal
from prospector.compute.engine import Workers, threads_of
from prospector.grid import cells
from tests.compute.test_windows import compute, mortal_values
from tests.evidence.test_evidence_kinds import GRID

pytestmark = pytest.mark.filterwarnings("default")  # of distributed, at its shutdown


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A real scheduler and two real workers on loopback; one that is killed is started again."""
    from distributed import Client

    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    dask = str(Path(sys.executable).parent / "dask")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    processes = [
        subprocess.Popen(
            [dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--scheduler-file", str(file)], **quiet)
    ]  # fmt: skip
    while not file.exists():
        time.sleep(0.1)
    processes += [
        subprocess.Popen(
            [dask, "worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-dashboard",
             "--host", "127.0.0.1", "--local-directory", str(folder)], **quiet)
        for _ in range(2)
    ]  # fmt: skip
    client = Client(scheduler_file=str(file), timeout="120s")
    client.wait_for_workers(2, timeout=120)
    yield client
    client.close()
    for process in processes[::-1]:
        process.terminate()
        process.wait(timeout=120)


def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path, cluster, mortal_kind):
    """Two worker processes, one killed in the middle: the run finishes."""
    there, local = tmp_path / "dask", tmp_path / "local"
    values, bytes_there = compute(there, executor=cluster.get_executor())
    wanted, bytes_here = compute(local, count=1)
    np.testing.assert_array_equal(values, wanted)
    assert bytes_there == bytes_here
    marker = tmp_path / "died"
    northing = mortal_values(there, marker, executor=cluster.get_executor())
    assert marker.exists()
    np.testing.assert_array_equal(northing[:, 0], (cells(GRID).northing / 1000).astype(np.float32))


def killing(pids, stage):
    """Progress that kills one of some processes in the middle of a stage."""

    def progress(what, done, total):
        if pids and what.endswith(stage) and 1 < done < total:
            os.kill(pids.pop(), signal.SIGKILL)

    return progress


def test_a_run_on_a_cluster_that_loses_a_worker_writes_the_same_files(
    planted, tmp_path, cluster, small_windows, files_of_run
):
    """Two worker processes, one killed while windows are scored: all files byte for byte."""
    pids = list(cluster.run(os.getpid).values())[:1]
    screening = prospector.screen(
        planted, quick=True, executor=cluster.get_executor(), store=tmp_path / "store",
        window_cells=32, progress=killing(pids, "score"),
    )  # fmt: skip
    assert not pids
    assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows


def test_the_command_sends_windows_to_a_scheduler(
    planted, planted_screening, tmp_path, cluster, files_of_run, command
):
    """--dask ADDRESS: the same files as this process writes."""
    cluster.wait_for_workers(2, timeout=120)
    address, there = cluster.scheduler.address, tmp_path / "there"
    ended = command("screen", planted, "--quick", "--dask", address, "--out", there)
    assert ended.returncode == 0, ended.stderr
    inputs = json.loads((there / "manifest.json").read_text())["inputs"]
    here = prospector.write(planted_screening, tmp_path / "here", inputs=inputs)
    assert files_of_run(there) == files_of_run(here)


def test_no_scheduler_is_one_clear_error(planted, tmp_path, monkeypatch, command):
    """The address is named, and how to start one."""
    monkeypatch.setattr(terminal, "PATIENCE", "1s")
    address = "tcp://127.0.0.1:9"
    ended = command("screen", planted, "--out", tmp_path / "o", "--dask", address)
    assert ended.returncode == 2
    assert f"--dask {address}: no scheduler answers" in ended.stderr
    assert "Start one with: dask scheduler." in ended.stderr


def page_faults(_):
    """Pages of 4 KB that the system gives anew while arrays of a megabyte come and go: 256 each, or few."""
    import resource

    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(50):
        np.ones(1 << 17)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="the setting is glibc's")
def test_a_worker_of_a_cluster_keeps_the_memory_that_it_frees(cluster):
    """Dask starts workers with a threshold that makes every array cost its pages again, 12,800 here."""
    counts = {}
    Workers(cluster.get_executor()).run(page_faults, [*range(4)], take=counts.__setitem__)
    assert sorted(counts) == [0, 1, 2, 3]
    assert max(counts.values()) < 2000


@pytest.mark.parametrize("n", [1, 63, 128, 200, 2000])
def test_tasks_go_to_an_executor_several_at_a_time_and_each_is_told_once(n):
    """Every result stands at its task's place, whatever the size of the last batch; few are sent."""
    found, steps, sent = {}, [], []

    class Counting(ThreadPoolExecutor):
        def submit(self, *arguments):
            sent.append(arguments)
            return super().submit(*arguments)

    with Counting(2) as executor:
        Workers(executor).run(
            abs, [-k for k in range(n)], take=found.__setitem__,
            done=lambda count, total: steps.append((count, total)),
        )  # fmt: skip
    assert found == {k: k for k in range(n)}
    assert sorted(steps) == [(k, n) for k in range(1, n + 1)]
    assert len(sent) == {1: 1, 63: 63, 128: 64, 200: 67, 2000: 125}[n]


def test_a_cluster_of_a_hundred_threads_gets_work_for_each():
    """2000 tasks in 400 batches, four a thread, where 64 would leave a third of the threads idle."""
    sent = []

    class Large(ThreadPoolExecutor):
        _client = SimpleNamespace(
            nthreads=lambda: {f"worker {k}": 4 for k in range(25)},
            status="running", scheduler_comm=None,
        )  # fmt: skip

        def submit(self, *arguments):
            sent.append(arguments)
            return super().submit(*arguments)

    with Large(2) as executor:
        Workers(executor).run(abs, range(2000))
    assert len(sent) == 400


def test_executors_say_how_many_tasks_they_compute_at_a_time(cluster):
    """Two workers of one thread; a pool of three threads; an executor that does not say."""
    cluster.wait_for_workers(2, timeout=120)
    assert threads_of(cluster.get_executor()) == 2
    with ThreadPoolExecutor(3) as executor:
        assert threads_of(executor) == 3
    assert threads_of(Executor()) == 0
