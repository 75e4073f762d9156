"""Whatever is killed at whatever step: the next command finds the earlier run or the later one, whole."""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from prospector.errors import OutputError
from prospector.locks import machine
from prospector.runs import run_folder
from prospector.runs.manifest import unchanged, write_manifest
from prospector.runs.run import open_run
from prospector.runs.run_folder import move_in, new_run, recover, refuse_foreign

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "killed.py"
LEAST_STEPS = {"over": 50, "by_a_link": 50, "first": 40, "resumed": 40, "dossier": 20}


@pytest.mark.parametrize("case", LEAST_STEPS)
def test_a_kill_at_any_step_leaves_one_whole_run_and_nothing_else(case, tmp_path):
    """And so does a kill at any step of the next command; what is the user's own is there."""
    fast = "/dev/shm" if Path("/dev/shm").is_dir() else tmp_path
    with TemporaryDirectory(dir=fast) as folder:
        ended = subprocess.run(
            [sys.executable, str(SCRIPT), case, f"{folder}/work"],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["wrong"] == []
    assert found["steps"] > LEAST_STEPS[case]
    assert found["states"] > 10
    assert found["again"] == 0 or found["again"] > found["states"]
    assert min(found["old"], found["new"]) > 5


def writing(folder, text, rounds):
    for _ in range(rounds):
        with new_run(folder) as aside:
            for name in ("run.json", "map.html", f"{text}.html"):
                (aside / name).write_text(text)
            write_manifest(aside, text)
            move_in(aside, folder)


def test_commands_that_write_at_once_leave_the_run_of_one(tmp_path):
    """Three of them, twenty times each: all end well, and what is the user's own stays."""
    folder = tmp_path / "run"
    context = multiprocessing.get_context("spawn")
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    writers = [context.Process(target=writing, args=(folder, text, 20)) for text in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    text = (folder / "run.json").read_text()
    assert unchanged(folder, text)
    expected = {"run.json", "map.html", f"{text}.html", "manifest.json", "mine.txt"}
    assert {path.name for path in folder.iterdir()} == expected


HOLDS = """
import sys, time
from pathlib import Path
from prospector.runs.run_folder import new_run
with new_run(Path(sys.argv[1])) as aside:
    (aside / "half").write_text("half")
    print(aside, flush=True)
    time.sleep(100)
"""


def test_what_a_living_command_writes_is_left_alone_until_it_is_dead(tmp_path):
    """By every other command that looks into the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True
    ) as writer:
        half = Path(writer.stdout.readline().strip()) / "half"
        with pytest.raises(OutputError, match=r"holds no run\.json"):
            open_run(tmp_path / "run")
        refuse_foreign(tmp_path / "run")
        with new_run(tmp_path / "run"):
            pass
        assert half.read_text() == "half"
        writer.send_signal(signal.SIGKILL)
    with pytest.raises(OutputError, match=r"holds no run\.json"):
        open_run(tmp_path / "run")
    assert list((tmp_path / "run").iterdir()) == []


def cut_off(folder):
    """Leave a run that was complete but not in place when its command was killed."""
    (folder / ".prospector-placing").mkdir(parents=True)
    (folder / ".prospector-placing" / "map.html").write_text("new")
    write_manifest(folder / ".prospector-placing", "new")
    return folder


def test_a_file_of_the_users_own_that_came_in_between_is_named_and_kept(tmp_path):
    """It has the name of one that was on its way: once it is renamed the run is finished."""
    run = cut_off(tmp_path / "run")
    (run / "map.html").write_text("mine")
    with pytest.raises(OutputError, match=r"map\.html: is not part of the run.*and run again"):
        recover(run)
    assert (run / "map.html").read_text() == "mine"
    (run / "map.html").rename(run / "mine.html")
    recover(run)
    assert unchanged(run, "new")
    assert (run / "mine.html").read_text() == "mine"


def test_no_link_in_a_run_folder_leads_what_is_cut_off_outside(tmp_path):
    """Neither that of a folder into which files go, nor one in the place of what a command keeps."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "lock").write_text("precious")
    run = cut_off(tmp_path / "run")
    shutil.move(run / ".prospector-placing" / "map.html", run / "score.tif")
    (run / ".prospector-placing" / "model").mkdir()
    shutil.move(run / "score.tif", run / ".prospector-placing" / "model" / "score.tif")
    (run / "model").symlink_to(outside)
    (run / ".prospector-writing-x").symlink_to(outside)
    with pytest.raises(OutputError, match="model: is not part of the run"):
        recover(run)
    shutil.rmtree(run / ".prospector-placing")
    (run / ".prospector-placing").symlink_to(outside)
    recover(run)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"lock": "precious"}


def test_a_command_that_waits_too_long_says_so(tmp_path, monkeypatch):
    """Another one holds the folder, and does not go on."""
    monkeypatch.setattr(run_folder, "WAIT_SECONDS", 0.2)
    with run_folder._locked(tmp_path), pytest.raises(OutputError, match="has been writing there"):
        move_in(tmp_path / "later", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_another_machine_writes_is_left_alone_for_a_day(tmp_path, monkeypatch):
    """Locks on a shared disk may not reach from one to another."""
    run = tmp_path / "run"
    with new_run(run) as aside:
        (aside / "half").write_text("half")
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(run_folder, "machine", lambda: "fedcba98")
            elsewhere.setattr(run_folder, "lock", lambda *_: True)
            recover(run)
            assert (aside / "half").read_text() == "half"
            for path in (aside / "half", aside, aside.parent / "lock", aside.parent):
                os.utime(path, (0, 0))
            recover(run)
            assert not aside.parent.exists()


@pytest.mark.parametrize("begin", ["new_run", "add"])
def test_without_locks_what_is_written_is_left_alone(tmp_path, monkeypatch, begin):
    """By a run or a dossier; and a folder whose lock file is not made yet, for a minute."""

    def lockless(*_arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_folder, "lock", lockless)
    if begin == "new_run":
        with new_run(tmp_path) as aside:
            recover(tmp_path)
            assert aside.is_dir()
    else:
        put_in, seen = run_folder._put_in, []

        def watched(aside, folder):
            recover(folder)
            seen.append(aside.is_dir())
            put_in(aside, folder)

        (tmp_path / "run.json").write_text("{}")
        write_manifest(tmp_path, "inputs")
        monkeypatch.setattr(run_folder, "_put_in", watched)
        run_folder.add(tmp_path, "new.html", "new")
        assert seen == [True]
    bare = tmp_path / f".prospector-writing-{machine()}-x"
    bare.mkdir()
    recover(tmp_path)
    assert bare.is_dir()
    os.utime(bare, (0, 0))
    recover(tmp_path)
    assert not bare.exists()


ANOTHER_USER = """
import os, sys
from pathlib import Path
from prospector.compute import store_files
from prospector.locks import lock
from prospector.runs.run_folder import clean, new_run, recover
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
run = Path(sys.argv[1])
store_files.share(str(run / "store"))
with new_run(run) as aside:
    (aside / "half").write_text("half")
recover(run)
held = store_files.open_lock(run / "store" / store_files.LOCK_FILE)
print(*sorted(path.name for path in run.iterdir()), lock(held))
"""


def test_what_one_user_left_does_not_shut_another_out(tmp_path):
    """Lock files that he may but read, of the store and of a killed command; and what that wrote."""
    for path in (*tmp_path.parents, tmp_path):
        if path.name.startswith(("pytest-", "popen-")) or path == tmp_path:
            path.chmod(0o755)
    run = tmp_path / "run"
    (run / "store").mkdir(parents=True)
    theirs = run / f".prospector-writing-{machine()}-x"
    theirs.mkdir()
    for file in (run / ".prospector-lock", run / "store" / ".prospector-lock"):
        file.touch()
        file.chmod(0o444)
    run.chmod(0o777)
    theirs.chmod(0o000)
    ended = subprocess.run(
        [sys.executable, "-c", ANOTHER_USER, str(run)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{theirs.name} store False\n"


def test_a_run_needs_no_leave_to_write_beside_its_folder(tmp_path):
    """As where the folder is a disk of its own: what is above it is not written to."""
    run = cut_off(tmp_path / "above" / "run")
    before = run.parent.stat()
    recover(run)
    writing(run, "newer", 2)
    assert unchanged(run, "newer")
    assert run.parent.stat().st_mtime_ns == before.st_mtime_ns
