"""The recipe of docs/scaling.md: scheduler and workers as plain commands, one lost, one added."""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import prospector
from prospector.compute import engine
from prospector.compute.engine import Workers
from prospector.errors import EngineError

pytestmark = pytest.mark.filterwarnings("default")  # of distributed, at its end

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "docs" / "scaling.md").read_text("utf-8")


class Cluster:
    """A scheduler and workers, started by the commands that the page states."""

    def __init__(self, folder):
        self.folder, self.address, self.started = folder, None, []

    def start(self, what, **values):
        """Start what the page starts by the command that begins so, on loopback."""
        [line] = re.findall(rf"^dask {what} .*$", RECIPE, re.MULTILINE)
        for name, value in values.items():
            assert name in line, (name, line)
            line = line.replace(name, value)
        command = [sys.executable, "-m", *line.split(), "--host", "127.0.0.1", "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        with (self.folder / f"{what}{len(self.started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=self.folder
            )
        self.started.append(process)
        return process

    def scheduler(self, port="0"):
        """Start a scheduler, on the port of an earlier one where it is given."""
        process = self.start("scheduler", **{"8786": port})
        log = self.folder / f"scheduler{len(self.started) - 1}.log"
        while not (found := re.search(r"Scheduler at:\s+(tcp://\S+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        self.address = found[1]
        return process

    def worker(self):
        """Start a worker of one thread."""
        return self.start("worker", **{"tcp://SCHEDULER:8786": self.address, "/scratch": "."})

    @contextmanager
    def client(self, workers, patience="120s"):
        """Give a client that sees so many workers, and looks so long for a scheduler."""
        from distributed import Client

        client = Client(self.address, timeout=patience)
        client.wait_for_workers(workers, timeout=120)
        yield client
        client.close()


@pytest.fixture
def machines(tmp_path):
    """Nothing started yet; all that a test starts ends with it."""
    folder = tmp_path / "machines"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    for process in cluster.started[::-1]:
        process.kill()
        process.wait(timeout=60)


def at(stage, act):
    """Progress that does something once, in the middle of a stage."""
    waiting = [act]

    def progress(what, done, total):
        if waiting and what.endswith(stage) and 1 < done < total:
            waiting.pop()()

    return progress, waiting


@pytest.fixture(params=["folder", "bucket"])
def shared_store(request, tmp_path):
    """A store that all machines reach: a folder, and a bucket of a server that speaks S3."""
    if request.param == "folder":
        return tmp_path / "store"
    root, _ = request.getfixturevalue("bucket")
    return f"{root}/store"


def test_a_worker_added_and_another_lost_write_the_same_files(
    shared_store, planted, tmp_path, machines, small_windows, files_of_run
):
    """One worker begins, a second joins while windows are scored, and the first is killed: byte for byte."""
    machines.scheduler()
    first = machines.worker()
    with machines.client(1) as client:

        def exchange():
            machines.worker()
            client.wait_for_workers(2, timeout=120)
            first.kill()

        progress, waiting = at("score", exchange)
        screening = prospector.screen(
            planted, quick=True, executor=client.get_executor(), store=shared_store,
            window_cells=32, progress=progress,
        )  # fmt: skip
        assert not waiting
        assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows


def test_after_a_scheduler_was_restarted_the_run_goes_on_where_it_stopped(
    planted, tmp_path, machines, small_windows, files_of_run
):
    """The error says how to go on; the evidence that was kept is not computed again, and the bytes agree."""
    store = tmp_path / "store"
    scheduler = machines.scheduler()
    machines.worker()
    options = {"quick": True, "store": store, "window_cells": 32}
    with machines.client(1) as client:
        progress, waiting = at("score", scheduler.kill)
        with pytest.raises(EngineError, match="Run again to resume"):
            prospector.screen(planted, executor=client.get_executor(), progress=progress, **options)
        assert not waiting
    kept = {file: file.stat().st_mtime_ns for file in store.rglob("c/*/*")}
    assert kept
    machines.scheduler(machines.address.rsplit(":", 1)[1])
    machines.worker()
    with machines.client(1) as client:
        screening = prospector.screen(planted, executor=client.get_executor(), **options)
        assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows
    assert {file: file.stat().st_mtime_ns for file in kept} == kept


def while_results_are_fetched(client, kill, monkeypatch):
    """What has ended is known as such when the way to its result breaks."""
    fetch = client._gather_remote

    async def fetch_too_late(*how):
        kill()
        return await fetch(*how)

    monkeypatch.setattr(client, "_gather_remote", fetch_too_late)


def while_they_are_counted(client, kill, monkeypatch):
    """Before anything is sent."""
    count = client.nthreads
    monkeypatch.setattr(client, "nthreads", lambda: (kill(), count())[1])


def before_the_last_is_sent(client, kill, monkeypatch):
    """Some tasks are there, and the client has already given up when the last one is to follow."""
    send = client.submit

    def send_too_late(function, tasks, **how):
        if 199 in tasks:
            kill()
            client.close(timeout=1)
        return send(function, tasks, **how)

    monkeypatch.setattr(client, "submit", send_too_late)


@pytest.mark.parametrize(
    "lost", [while_results_are_fetched, while_they_are_counted, before_the_last_is_sent]
)
def test_whenever_a_scheduler_is_lost_the_computation_ends(machines, monkeypatch, lost):
    """Dask's executor tells nothing of a task whose result was on its way: nobody may wait for it."""
    monkeypatch.setattr(engine, "LOOKS_AFTER", 0.5)
    scheduler = machines.scheduler()
    machines.worker()

    def kill():
        scheduler.kill()
        scheduler.wait(timeout=60)

    with machines.client(1, patience="15s") as client:
        lost(client, kill, monkeypatch)
        with pytest.raises(EngineError, match="Run again to resume"):
            Workers(client.get_executor()).run(abs, range(200))
    assert scheduler.poll() is not None


def test_a_command_whose_scheduler_is_lost_prints_its_error_alone(machines, planted, tmp_path):
    """Some of Dask's loggers have levels of their own, and print tracebacks where it cannot reconnect."""
    scheduler = machines.scheduler()
    machines.worker()
    program = Path(sys.executable).parent / "prospector"
    command = [program, "screen", planted, "--out", tmp_path / "run", "--dask", machines.address]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as running:
        printed = iter(running.stderr.readline, "")
        assert any("evidence" in line for line in printed)
        scheduler.kill()
        rest = "".join(printed)
    assert running.returncode == 2, rest
    assert rest.splitlines()[-1].endswith("Run again to resume.")
    assert "Traceback" not in rest
    assert "distributed" not in rest
