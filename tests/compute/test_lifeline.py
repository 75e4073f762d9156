"""Workers end with the process that started them, whatever they do and however it ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

STARTED = """
import os, signal, sys, time
from pathlib import Path
from prospector.compute.engine import Workers

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup has it ignored, and what it starts, too

def work(doing):
    Path("pids", str(os.getpid())).touch()
    while len(os.listdir("pids")) < 2:
        time.sleep(0.01)
    if doing == "holding Python":
        sum(range(10**11))
    elif doing == "sleeping":
        time.sleep(100)

Path("pids").mkdir()
doing = sys.argv[1]
Workers(count=2).run(work, [doing] * 2)
print("idle", flush=True)
time.sleep(100)
"""
LEFT_SECONDS = 5.0


def alive(pids):
    return [pid for pid in pids if psutil.pid_exists(pid) and _runs(pid)]


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def workers(folder, process, doing):
    """The workers of a process and all else that it started, once they are at it."""
    if doing == "idle":
        process.stdout.readline()
    pids = folder / "pids"
    while not (pids.is_dir() and len(list(pids.iterdir())) == 2):
        time.sleep(0.02)
    started = psutil.Process(process.pid).children(recursive=True)
    assert len(started) >= 3  # the tracker of semaphores, too
    return [child.pid for child in started]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("doing", ["idle", "sleeping", "holding Python"])
def test_workers_end_with_their_process(tmp_path, doing, number):
    """Within five seconds, with their semaphores, as the system ends it: nothing handles signals here."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTED, doing], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        pids = workers(tmp_path, process, doing)
        process.send_signal(number)
        process.wait()
        until = time.monotonic() + LEFT_SECONDS
        while alive(pids) and time.monotonic() < until:
            time.sleep(0.05)
        left = alive(pids)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    assert process.returncode == -number
    assert left == []
    assert list(Path("/dev/shm").glob(f"sem.loky-{process.pid}-*")) == []


ELSEWHERE = """
import sys, time
from multiprocessing.connection import Connection
from prospector.compute import lifeline
sys.platform = "another"
lifeline.end_with_parent(Connection(int(sys.argv[1])), int(sys.argv[2]))
print("at it", flush=True)
time.sleep(100)
"""


@pytest.mark.parametrize("way", ["the pipe is closed", "the parent is another"])
def test_a_worker_ends_where_the_kernel_does_not_help(way):
    """By its thread, soon after."""
    reader, writer = os.pipe()
    parent = os.getpid() if way == "the pipe is closed" else os.getpid() + 1
    with subprocess.Popen(
        [sys.executable, "-c", ELSEWHERE, str(reader), str(parent)], pass_fds=[reader],
        stdout=subprocess.PIPE, text=True,
    ) as worker:  # fmt: skip
        worker.stdout.readline()
        os.close(reader)
        if way == "the pipe is closed":
            assert worker.poll() is None
            os.close(writer)
        assert worker.wait(timeout=LEFT_SECONDS) == 1
    if way != "the pipe is closed":
        os.close(writer)
