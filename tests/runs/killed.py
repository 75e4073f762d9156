"""Kill what writes into a run folder at every step, and look at what the next command finds.

Called by test_killed.py in a process of its own: python killed.py CASE FOLDER.
"""

import itertools
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from prospector.runs import manifest, run_folder

EVENTS = (
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate",
)  # fmt: skip
"""What Python announces before it asks the file system for a change; and files opened to be written."""

TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
MODEL = "porphyry_copper"
EARLIER = {
    "run.json": "earlier", "map.html": "earlier", f"{MODEL}/score.tif": "earlier",
    "iocg/score.tif": "earlier", "gold/score.tif": "earlier", "turns": "a file",
    "turned/deep/one.csv": "a folder",
}  # fmt: skip
LATER = {
    "run.json": "later", "map.html": "later", f"{MODEL}/score.tif": "later",
    "silver/evidence/far.tif": "later", "turns/one.csv": "a folder", "turned": "a file",
}  # fmt: skip
BELONG = {"map.html-wal": "edits", f"{MODEL}/score.tif.aux.xml": "statistics"}
EDITED = {f"{MODEL}/score.tif": "edited", "iocg/score.tif": "edited"}
OWN = {
    "mine.qgz": "mine", "gold/notes.txt": "mine", f"{MODEL}/score.tab": "mine", "thesis/a/b.txt": "mine",
    "store/key/c/0/0": "computed",
}  # fmt: skip


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def state(folder):
    """What lies in a folder and beside it: texts of files, aims of links, "/" for folders."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        else:
            found[name] = path.read_text() if path.is_file() else "/"
    return found


def earlier(home):
    """A run with what belongs to it, what is the user's own among it, and files that were edited."""
    run = home / "run"
    put(run, EARLIER)
    manifest.write_manifest(run, "earlier")
    put(run, BELONG | OWN | EDITED)
    (run / "empty").mkdir()
    (run / "linked").symlink_to("../nowhere")


def linked(home):
    """The same by a link."""
    (home / "disk").mkdir()
    earlier(home / "disk")
    (home / "run").symlink_to("disk/run")


def nothing(home):
    """No folder at all."""


def only_store(home):
    """What was computed for the first run."""
    put(home / "run", {"store/key/c/0/0": "computed"})


def write(home):
    """Write the later run, as `prospector.write` does."""
    target = (home / "run").resolve()
    with run_folder.new_run(target) as aside:
        put(aside, LATER)
        manifest.write_manifest(aside, "later")
        run_folder.move_in(aside, target)


def write_dossier(home):
    """Add a dossier to the run."""
    run_folder.add(home / "run", f"{MODEL}/dossiers/one.html", "dossier")


AGAIN = ("over", "dossier")
"""Cases in which the next command is killed at every step, too."""

CASES = {
    "over": (earlier, write),
    "by_a_link": (linked, write),
    "first": (nothing, write),
    "resumed": (only_store, write),
    "dossier": (earlier, write_dossier),
}


def changes(event, arguments):
    """Return whether an event is one step of a change."""
    return event in EVENTS or (event == "open" and bool(arguments[2] & TO_WRITE))


def killed(work, home, nth):
    """Do a work in a process that is killed before its nth step; return whether it got so far."""
    pid = os.fork()
    if pid == 0:
        steps = itertools.count(1)

        def step(event, arguments):
            if changes(event, arguments) and next(steps) == nth:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        try:
            work(home)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def next_command(home):
    """Look into the run folder as every command does."""
    run_folder.recover(home / "run")


def fresh(before, home):
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(before, home, symlinks=True)


def apart(found):
    """Return a state without the random part of names."""
    return json.dumps(sorted((name.split("/")[0][:18], text) for name, text in found.items()))


def main(case, work_in):
    """Kill at every step, and again at every step of the next command; print what was found."""
    prepare, work = CASES[case]
    before, home = Path(work_in, "before"), Path(work_in, "home")
    before.mkdir(parents=True)
    prepare(before)
    fresh(before, home)
    old = state(home)
    work(home)
    new, results, cut = state(home), {"old": 0, "new": 0, "wrong": []}, {}

    def judge(at):
        found = state(home)
        if case == "first" and found == {"run": "/"}:
            found = old
        which = "old" if found == old else "new" if found == new else None
        if which is None:
            results["wrong"].append([at, found])
        else:
            results[which] += 1

    nth, alive = 0, False
    while not alive:
        nth += 1
        fresh(before, home)
        alive = not killed(work, home, nth)
        cut.setdefault(apart(state(home)), nth)
        next_command(home)
        judge([nth])
    again = 0
    for first in cut.values() if case in AGAIN else ():
        second, alive = 0, False
        while not alive:
            second += 1
            fresh(before, home)
            killed(work, home, first)
            alive = not killed(next_command, home, second)
            next_command(home)
            judge([first, second])
            again += 1
    print(json.dumps(results | {"steps": nth, "states": len(cut), "again": again}))


if __name__ == "__main__":
    main(*sys.argv[1:])
