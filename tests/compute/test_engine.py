"""The engine: results come whole from processes of this machine, whatever becomes of a process."""

import json
import os
import resource
import subprocess
import sys
from concurrent.futures import Executor, Future

import numpy as np
import pytest

from prospector.compute.engine import Workers
from prospector.compute.windows import ready
from prospector.errors import EngineError
from prospector.scratch import scratch_folder

KILLED = """
import os, random, signal, threading, time
import numpy as np
from prospector.compute.engine import Workers

def work(number):
    os.makedirs("pids", exist_ok=True)
    open(f"pids/{os.getpid()}", "w").close()
    time.sleep(0.002)
    return np.full(500_000, number)

def kill(stop):
    while not stop.wait(0.4):
        alive = [int(one) for one in os.listdir("pids")] if os.path.isdir("pids") else []
        for pid in alive[-1:]:
            os.remove(f"pids/{pid}")
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

found, stop = {}, threading.Event()
threading.Thread(target=kill, args=(stop,), daemon=True).start()
for _ in range(ROUNDS):
    Workers(count=2).run(work, range(60), take=found.__setitem__, done=lambda *_: None)
    assert sorted(found) == list(range(60))
    assert all((found[one] == one).all() for one in found)
    found.clear()
stop.set()
print("whole")
"""


def test_processes_killed_at_any_moment_leave_every_result_whole(tmp_path):
    """Long results, a process killed every 0.4 s: each comes once and whole, and nothing waits for ever."""
    code = KILLED.replace("ROUNDS", "20")
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert ended.stdout == "whole\n", ended.stderr


THREADS = """
from prospector.compute.engine import Workers

def load(number):
    import sklearn.linear_model
    import threadpoolctl
    return {library["num_threads"] for library in threadpoolctl.threadpool_info()}

threads = {}
Workers(count=1).run(load, range(3), take=threads.__setitem__)
print(threads[1] | threads[2])
"""


def test_what_a_task_of_this_process_loads_keeps_to_one_thread_from_the_next_on():
    """Libraries are looked for again after an import: two threads were asked for, one is used."""
    many = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2")}
    ended = subprocess.run(
        [sys.executable, "-c", THREADS], capture_output=True, text=True, env=many, check=True
    )
    assert ended.stdout == "{1}\n"


def test_results_are_taken_by_their_place_and_no_file_is_left():
    """Two processes and one give the same, by way of files that are gone afterwards."""
    before = sorted(scratch_folder().iterdir())
    taken = {}
    for count in (1, 2):
        taken[count] = {}
        Workers(count=count).run(np.square, [3, 1, 2], take=taken[count].__setitem__)
    assert taken[1] == taken[2] == {0: 9, 1: 1, 2: 4}
    assert sorted(scratch_folder().iterdir()) == before


def test_tasks_that_a_cluster_gives_up_are_one_error():
    """The executor of a cluster whose scheduler is lost cancels what it holds."""

    class Lost(Executor):
        def submit(self, function, /, *arguments):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(
        EngineError, match="The parallel computation stopped before all windows were done"
    ):
        Workers(executor=Lost()).run(abs, [-1, -2])


PRINTED = r"""
import logging, sys, warnings
from prospector.compute.engine import Workers
from prospector.printable import guard_process

def work(number):
    logging.getLogger("prospector").warning("logged\x1b[2J\nin full")
    print("printed\x1b[2J", flush=True)
    warnings.warn("warned\x1b[2J")

if sys.argv[1] == "guarded":
    guard_process()
Workers(count=2).run(work, [0, 1])
"""


@pytest.mark.parametrize("way", ["guarded", "as it is"])
def test_a_worker_prints_as_its_parent_does(way):
    """Where that one is guarded nothing acts on the terminal, and a warning is one line."""
    ended = subprocess.run(
        [sys.executable, "-c", PRINTED, way], capture_output=True, text=True, check=True
    )
    assert ("\x1b" in ended.stdout, "\x1b" in ended.stderr) == (way != "guarded",) * 2
    assert ended.stderr.count("logged\\x1b[2J\\nin full\n") == 2 * (way == "guarded")
    assert ended.stdout.count("printed") == 2


def test_workers_compute_where_the_standard_files_are_closed():
    """And write none of it into a file that took the number of one."""
    shell = 'exec "$0" -c "$1" guarded <&- >&- 2>&-'
    ended = subprocess.run(["/bin/sh", "-c", shell, sys.executable, PRINTED], check=False)
    assert ended.returncode == 0


def page_faults(_):
    """Pages asked of the system while 20 arrays of 1 MB are filled and freed, ten times."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        held = [np.ones(1 << 17) for _ in range(20)]
        del held
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone is told what to keep")
@pytest.mark.parametrize("count", [1, 2])
def test_memory_that_a_task_frees_serves_the_next(count):
    """In this process and in others: 5,100 pages for the first task of a process, few for those after."""
    found = []
    Workers(count=count).run(page_faults, range(8), take=lambda _, faults: found.append(faults))
    assert sum(faults > 1000 for faults in found) <= count


BEGUN = """
import json, os, sys, time
import psutil
from prospector.compute.engine import Workers
from prospector.compute.windows import ready

def pid(number):
    time.sleep(0.2)
    return os.getpid()

def workers():
    started = {one.pid: " ".join(one.cmdline()) for one in psutil.Process().children()}
    return {pid for pid, command in started.items() if "popen" + "_loky" in command}

for count, tasks in ((1, 9), (2, 1)):
    Workers(count=count).begin(ready, tasks)
    assert not psutil.Process().children()
Workers(count=2).begin(ready, 9)
end = time.monotonic() + 60
while len(workers()) < 2 and time.monotonic() < end:
    time.sleep(0.05)
before, taken = workers(), {}
Workers(count=2).run(pid, range(6), take=taken.__setitem__)
print(json.dumps([len(before), set(taken.values()) <= before]))
"""


def test_processes_begin_before_there_are_tasks_for_them():
    """None for one task or one process; the tasks then go to those that have begun."""
    ended = subprocess.run(
        [sys.executable, "-c", BEGUN], capture_output=True, text=True, check=True, timeout=240
    )
    assert json.loads(ended.stdout) == [2, True], ended.stderr


def test_on_somebody_elses_executor_nothing_begins():
    """It starts its workers itself."""

    class Refusing(Executor):
        def submit(self, *asked, **named):
            raise AssertionError(asked, named)

    Workers(Refusing(), count=2).begin(ready, 9)
