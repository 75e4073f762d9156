"""A signal ends a command in order: its exit code, no worker, nothing left, within seconds."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from prospector.cli import signals
from prospector.cli.commands import WHOLE
from prospector.cli.signals import Ended, orderly_end

ENDED = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def start(command, folder, **options):
    (folder / "tmp").mkdir(exist_ok=True)
    return subprocess.Popen(
        [str(part) for part in command], cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        preexec_fn=lambda: [signal.signal(number, signal.SIG_DFL) for number in ENDED], **options,
    )  # fmt: skip


def wait_for_workers(process):
    """Wait until the command has two workers and what keeps their semaphores."""
    parent = psutil.Process(process.pid)
    while len(parent.children(recursive=True)) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    time.sleep(0.5)
    return parent.children(recursive=True)


@pytest.mark.parametrize("whom", ["main", "group"])
@pytest.mark.parametrize("number", ENDED)
def test_a_command_with_workers_ends_in_order(planted, tmp_path, number, whom):
    """One line of its own, none of the semaphores; the run folder holds no more than the store."""
    with start(
        [sys.executable, "-m", "prospector", "screen", planted, "--out", "run", "--workers", 2], tmp_path
    ) as process:  # fmt: skip
        workers = wait_for_workers(process)
        began = time.monotonic()
        (os.kill if whom == "main" else os.killpg)(process.pid, number)
        printed = process.communicate(timeout=60)[1]
        seconds = time.monotonic() - began
    assert process.returncode == ENDED[number]
    assert seconds < 10
    assert printed.endswith(f"\nInterrupted. {WHOLE}\n")
    for word in ("Traceback", "leaked", "resource_tracker", "Warning"):
        assert word not in printed
    assert psutil.wait_procs(workers, timeout=5)[1] == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(Path("/dev/shm").glob(f"sem.loky-{process.pid}-*")) == []
    assert {path.name for path in (tmp_path / "run").iterdir()} <= {"store"}
    assert not list((tmp_path / "run").rglob("*.partial"))


def test_the_next_command_removes_what_a_killed_group_left(planted, planted_run, tmp_path):
    """Whichever it is: here one that reads another run."""
    with start(
        [sys.executable, "-m", "prospector", "screen", planted, "--out", "run", "--workers", 2], tmp_path
    ) as process:  # fmt: skip
        wait_for_workers(process)
        os.killpg(process.pid, signal.SIGKILL)
    assert len(list((tmp_path / "tmp").iterdir())) == 1
    assert list(Path("/dev/shm").glob(f"sem.loky-{process.pid}-*")) != []
    with start(
        [sys.executable, "-m", "prospector", "explain", planted_run, "--", -68.95, -24.4], tmp_path
    ) as reading:  # fmt: skip
        reading.communicate()
    assert reading.returncode == 0
    assert list((tmp_path / "tmp").iterdir()) == []
    assert list(Path("/dev/shm").glob(f"sem.loky-{process.pid}-*")) == []


BUSY = """
import sys, time
from prospector.cli.signals import Ended, orderly_end
from prospector.scratch import scratch_folder
scratch_folder()
try:
    with orderly_end():
        try:
            print("busy", flush=True)
            time.sleep(100)
        finally:
            time.sleep(100)  # what should take no time
except Ended as ended:
    sys.exit(ended.exit_code)
"""


def test_what_does_not_end_in_order_is_ended(tmp_path):
    """Within seconds, by its exit code, with its temporary files; a second signal changes nothing."""
    with start([sys.executable, "-c", BUSY], tmp_path) as process:
        process.stdout.readline()
        assert len(list((tmp_path / "tmp").iterdir())) == 1
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=2 * signals.PATIENCE_SECONDS) == 143
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    """As nohup asks for."""
    code = "import signal; signal.signal(1, signal.SIG_IGN)" + BUSY
    with start([sys.executable, "-c", code], tmp_path) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert process.poll() is None
        process.kill()


def test_handlers_are_as_before_when_a_command_is_done():
    """However it ends; threads that kept the time end, too."""
    before = [signal.getsignal(number) for number in ENDED]
    threads = set(threading.enumerate())
    for error in (None, SystemExit(2)):
        try:
            with orderly_end():
                assert signal.getsignal(signal.SIGTERM) is not before[1]
                if error:
                    raise error
        except SystemExit:
            pass
    assert [signal.getsignal(number) for number in ENDED] == before
    until = time.monotonic() + 5
    while set(threading.enumerate()) - threads and time.monotonic() < until:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= threads


def test_outside_the_main_thread_no_signal_is_handled():
    """There Python allows none."""
    before, during = signal.getsignal(signal.SIGTERM), []

    def command():
        with orderly_end():
            during.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=command)
    thread.start()
    thread.join()
    assert during == [before]


def test_the_library_handles_no_signal():
    """Only the command line does: a notebook has its own."""
    code = (
        "import signal\nbefore = [signal.getsignal(n) for n in (1, 2, 15)]\n"
        "import prospector.writing, prospector.compute.engine as engine\n"
        "engine.Workers(count=2).run(abs, [1, 2])\n"
        "print(before == [signal.getsignal(n) for n in (1, 2, 15)])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "True\n"


def test_the_exit_code_is_of_the_signal():
    """As shells count."""
    assert Ended(signal.SIGTERM).exit_code == 143


SWALLOWING = """
import signal, sys, time
from prospector.cli.signals import Ended, orderly_end

class Finalized:
    def __del__(self):
        print("in a finalizer", flush=True)
        time.sleep(1)

try:
    with orderly_end():
        finalized = Finalized()
        del finalized
        for _ in range(20):
            time.sleep(0.1)
        print("to the end", flush=True)
except Ended as ended:
    sys.exit(ended.exit_code)
"""


@pytest.mark.parametrize("number", ENDED)
def test_a_signal_that_a_finalizer_swallows_comes_again(tmp_path, number):
    """Python raises nothing out of a finalizer: the command would go on, and print a traceback."""
    with start([sys.executable, "-c", SWALLOWING], tmp_path) as process:
        assert process.stdout.readline() == "in a finalizer\n"
        process.send_signal(number)
        printed, said = process.communicate(timeout=30)
    assert process.returncode == ENDED[number]
    assert (printed, said) == ("", "")


def test_what_else_a_finalizer_raises_is_told_as_ever(capsys):
    """And the hook is given back."""

    class Broken:
        def __del__(self):
            raise ValueError("broken")

    before = sys.unraisablehook
    with orderly_end():
        Broken()
    assert sys.unraisablehook is before
    assert "ValueError: broken" in capsys.readouterr().err
