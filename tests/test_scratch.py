"""The folder for temporary files: it goes with its process, or with the next command."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prospector import scratch
from prospector.errors import OutputError
from prospector.locks import machine
from prospector.scratch import scratch_folder, sweep

HOLDS = """
import time
from prospector.scratch import scratch_folder
(scratch_folder() / "big").write_text("values")
print(scratch_folder(), flush=True)
"""
MAKES_SEMAPHORE = """
import os
from prospector.scratch import SEMAPHORES, semaphores_noted
made = SEMAPHORES / f"sem.loky-{os.getpid()}-testtest"
with semaphores_noted():
    made.touch()
print(made, flush=True)
time.sleep(100)
"""
STEPS = """
import itertools, os, signal, sys, tempfile
from prospector.scratch import scratch_folder
tempfile.gettempdir()  # tries where it can write
nth, steps = int(sys.argv[1]), itertools.count(1)
def step(event, arguments):
    write = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if (write or event in ("os.mkdir", "os.rename", "fcntl.flock", "os.rmdir", "os.remove")) and (
        next(steps) == nth
    ):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(step)
scratch_folder()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files, for this process and those that it starts."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(scratch, "_own", None)
    yield tmp_path
    scratch.discard()


def python(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_takes_its_folder_along(temporary):
    """With all that lies in it."""
    ended = python(HOLDS)
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).parent == temporary
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(not scratch.SEMAPHORES.is_dir(), reason="the system shows no semaphores")
def test_the_folder_of_a_dead_process_goes_and_that_of_a_living_one_stays(temporary):
    """The semaphores that it made, too; those of a like number stay, e.g. of another container."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS + MAKES_SEMAPHORE], stdout=subprocess.PIPE, text=True
    ) as process:
        folder = Path(process.stdout.readline().strip())
        semaphore = Path(process.stdout.readline().strip())
        others = scratch.SEMAPHORES / f"sem.loky-{process.pid}-others"
        others.touch()
        sweep()
        assert (folder / "big").read_text() == "values"
        assert semaphore.exists()
        process.send_signal(signal.SIGKILL)
    sweep()
    assert list(temporary.iterdir()) == []
    assert not semaphore.exists()
    assert others.exists()
    others.unlink()


@pytest.mark.parametrize(
    ("home", "days", "stays"),
    [("another", 0.5, True), ("another", 2, False), (machine(), 0, False)],
)
@pytest.mark.skipif(not scratch.SEMAPHORES.is_dir(), reason="the system shows no semaphores")
def test_the_lock_of_another_machine_is_not_trusted_for_a_day(temporary, home, days, stays):
    """On a shared disk it may not be seen; containers of one machine share their locks."""
    folder = temporary / "prospector-1-there"
    folder.mkdir()
    name = "sem.loky-1-there"
    (scratch.SEMAPHORES / name).touch()
    owner = {"pid": 1, "machine": home, "numbers": "another container's", "semaphores": [name]}
    (folder / "owner").write_text(json.dumps(owner))
    then = time.time() - days * 86_400
    for path in (folder / "owner", folder):
        os.utime(path, (then, then))
    sweep()
    assert folder.exists() == stays
    assert (scratch.SEMAPHORES / name).exists()
    (scratch.SEMAPHORES / name).unlink()


@pytest.mark.skipif(not scratch.SEMAPHORES.is_dir(), reason="the system shows no semaphores")
def test_a_process_that_ends_takes_its_semaphores_along(temporary):
    """Those that a pool was about to know when it was interrupted, too."""
    ended = python(HOLDS + MAKES_SEMAPHORE.replace("time.sleep(100)", ""))
    assert ended.returncode == 0, ended.stderr
    assert not Path(ended.stdout.split()[1]).exists()
    assert list(temporary.iterdir()) == []


def test_a_kill_at_any_step_leaves_nothing_that_the_next_command_does_not_remove(temporary):
    """While the folder is made, and while it goes."""
    nth, killed = 0, True
    while killed:
        nth += 1
        killed = python(STEPS, nth).returncode == -signal.SIGKILL
        sweep()
        assert list(temporary.iterdir()) == []
    assert nth > 6


def test_what_is_somebody_elses_is_left(temporary):
    """Whatever its name: a folder without a lock, with a file of that name, a link, a file."""
    dead = python("import os; print(os.getpid())").stdout.strip()
    (temporary / "prospector-data").mkdir()
    (temporary / f"prospector-{dead}-mine").mkdir()
    (temporary / f"prospector-{dead}-mine" / "notes").write_text("mine")
    (temporary / f"prospector-{dead}-theirs").mkdir()
    (temporary / f"prospector-{dead}-theirs" / "owner").write_text("mine")
    (temporary / f"prospector-{dead}-file").write_text("mine")
    (temporary / "elsewhere").mkdir()
    owner = {"pid": int(dead), "machine": machine(), "numbers": "", "semaphores": []}
    (temporary / "elsewhere" / "owner").write_text(json.dumps(owner))
    (temporary / f"prospector-{dead}-link").symlink_to(temporary / "elsewhere")
    before = sorted(temporary.rglob("*"))
    sweep()
    assert sorted(temporary.rglob("*")) == before


def test_a_folder_that_somebody_removed_is_made_again(temporary):
    """Systems empty it now and then."""
    first = scratch_folder()
    scratch.shutil.rmtree(first)
    assert scratch_folder() != first
    assert scratch_folder().is_dir()


def test_no_place_for_temporary_files_is_one_clear_error(temporary, monkeypatch):
    """It says what to set."""
    monkeypatch.setattr("tempfile.tempdir", str(temporary / "nowhere"))
    with pytest.raises(OutputError, match=r"No such file or directory.*Set TMPDIR"):
        scratch_folder()
    assert os.listdir(temporary) == []  # noqa: PTH208 - names only
