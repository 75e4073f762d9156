"""What a run survives: kills, full disks, damage, two at once, limits, the clock, a lost cluster.

python tests/faults.py                            all of it, about an hour on two cores
python tests/faults.py --only kills --times 50    one class, so many trials
python tests/faults.py --write tests/faults.json  keep the counts

A trial is right where what a run leaves is, byte for byte, what an undisturbed one leaves, where an
error is one line with exit code 2, and where no process, folder or semaphore stays behind.
"""

import argparse
import contextlib
import ctypes
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).parents[1]
MARK = "PROSPECTOR_FAULTS"
"""A variable that every process of a trial inherits; by it what is left of the trial is found."""

RUN = (
    "import sys\n"
    "try:\n"
    "    from prospector.compute import windows\n"
    "    windows.workspace_of.__kwdefaults__['window_cells'] = 17\n"
    "    from prospector.cli import main\n"
    "except KeyboardInterrupt:\n"
    "    sys.exit(130)\n"
    "main()\n"
)
"""The command line, with windows so small that a region of the tests has nine of them."""

WORKERS_END_SECONDS = 5
"""Workers end so soon after the process that started them."""

PATIENCE_SECONDS = 240
OWN = {"notes.txt": "drill here?", "project.qgz": "a project beside the GeoPackage"}
"""A user's own files in the run folder."""


@dataclass
class Outcome:
    """What came of the trials of one class."""

    tried: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)
    skipped: str = ""

    def add(self, kind, *faults):
        """Count a trial of a kind, and what was wrong with it."""
        self.tried[kind] += 1
        for fault in filter(None, faults):
            self.faults.append(f"{kind}: {fault}")
            print("  FAILS", self.faults[-1], flush=True)


class Bench:
    """A region, the files of two undisturbed runs of it, and how the command line is started."""

    def __init__(self, place):
        from mutations import write_base

        self.place = place
        self.region = write_base(place / "region")
        self.number = 0
        self.temporary = place / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o777)
        self.wanted = {}
        for seed in (0, 1):
            began = time.monotonic()
            ended = self.screen(place / f"sound{seed}", seed).wait()
            self.seconds = time.monotonic() - began
            if ended:
                raise SystemExit(f"The sound run itself fails: {self.said(place / f'sound{seed}')}")
            self.wanted[seed] = files_of(place / f"sound{seed}")

    def screen(self, run, seed=0, *, workers=2, options=(), limits=None, before=(), **more):
        """Start a screening of the region, in a session of its own; its words go to a file."""
        self.number += 1
        self.mark = f"trial-{os.getpid()}-{self.number}"
        environment = os.environ | {MARK: self.mark, "TMPDIR": str(self.temporary)}
        arguments = ["screen", self.region, "--quick", "--cell-size", "4000", "--workers", workers,
                     "--seed", seed, "--out", run, *options]  # fmt: skip
        with self.words(run).open("w") as words:
            return subprocess.Popen(
                [*before, sys.executable, "-c", RUN, *map(str, arguments)], env=environment | more,
                cwd=self.place, stdout=words, stderr=words, start_new_session=True,
                preexec_fn=limits,
            )  # fmt: skip

    def words(self, run):
        """Return the file with what the last screening into a folder said."""
        return self.place / f"{run.name}.txt"

    def said(self, run):
        """Return what the last screening into a folder said."""
        return self.words(run).read_text("utf-8", "replace")

    def processes(self):
        """Return the living processes of the last trial."""
        alive = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark:
                    alive.append(process)
        return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]

    def again(self, run, seed=0, **options):
        """Screen to the end into a folder that was disturbed and return what is wrong then."""
        process = self.screen(run, seed, **options)
        code = process.wait(PATIENCE_SECONDS)
        if code:
            return f"the next run ends with {code}: {self.said(run)[-300:]}"
        return self.difference(run, seed)

    def difference(self, run, seed=0):
        """Return which file of a finished run is not as the undisturbed one's."""
        return differing(files_of(run), self.wanted[seed])

    def endured(self, run, process, seed=0):
        """Return what is wrong with a run that had to go on in spite of all."""
        code = process.wait(PATIENCE_SECONDS)
        if code:
            return f"ends with {code}: {self.said(run)[-300:]}"
        return self.difference(run, seed)

    def refused(self, run, process):
        """Return what is wrong with a run that may end in one error; "" if it did, or went to its end."""
        code = process.wait(PATIENCE_SECONDS)
        said = self.said(run)
        errors = [line for line in said.splitlines() if line.startswith("Error: ")]
        if code == 0 or (code == 2 and len(errors) == 1 and "Traceback" not in said):
            return ""
        return f"ends with {code}: {said[-300:]}"


def files_of(run):
    """Return the digest of each file of a run folder, the store and a user's own files left out."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.relative_to(run).parts[0] not in {"store", *OWN}
    }


def differing(files, wanted):
    """Return in one line how the files of a folder differ from those of another; "" if not."""
    names = [name for name in sorted(files | wanted) if files.get(name) != wanted.get(name)]
    return f"not as an undisturbed run's: {', '.join(names)}" if names else ""


def lost_own(run):
    """Return which of the user's own files are gone or changed."""
    lost = [
        name
        for name, text in OWN.items()
        if not (run / name).is_file() or (run / name).read_text() != text
    ]
    return f"own files are lost: {', '.join(lost)}" if lost else ""


def left_behind(bench, run, pids):
    """Return what a dead run and the one after it left beside the run, in TMPDIR and as semaphores."""
    left = [path.name for path in run.parent.iterdir() if path.name != run.name]
    left += [str(path) for path in bench.temporary.iterdir()]
    shared = Path("/dev/shm")
    left += [path.name for path in shared.glob("sem.*") if set(numbers(path.name)) & pids]
    for path in bench.temporary.iterdir():
        shutil.rmtree(path, ignore_errors=True)
    return f"left behind: {', '.join(left[:4])}" if left else ""


def numbers(name):
    """Return the numbers in a name."""
    return [int(part) for part in "".join(c if c.isdigit() else " " for c in name).split()]


def kills(bench, times, draw):
    """Signals at any instant to main process, group or a worker, over an earlier run with own files."""
    outcome = Outcome()
    for _ in range(times):
        name, whom = draw.choice(SIGNALS), draw.choice(("main", "group", "worker"))
        outcome.add(f"{name} {whom}", *kill(bench, name, whom, draw.uniform(0, bench.seconds)))
    return outcome


SIGNALS = ("TERM", "HUP", "INT", "KILL")


def kill(bench, name, whom, after):
    """Send a signal to a run after so many seconds and return what is wrong then and after the next."""
    home = Path(tempfile.mkdtemp(dir=bench.place))
    run = home / "run"
    shutil.copytree(bench.place / "sound0", run)
    for own, text in OWN.items():
        (run / own).write_text(text)
    process = bench.screen(run, 1)
    pids = struck(bench, process, name, whom, after)
    lasting = outlived(bench, process) if whom != "worker" else ""
    wrong = [lasting]
    if whom == "worker":
        wrong.append(bench.endured(run, process, 1))
    elif "Traceback" in bench.said(run):
        wrong.append(f"traceback: {bench.said(run)[-200:]}")
    wrong += [f"at {after:.1f} s: {read(bench, run)}" if read(bench, run) else "", lost_own(run)]
    pids |= {process.pid for process in bench.processes()}
    wrong += [bench.again(run, 1), lost_own(run), left_behind(bench, run, pids)]
    shutil.rmtree(home)
    return wrong


def struck(bench, process, name, whom, after):
    """Wait, send the signal, and return the numbers of all processes there were."""
    time.sleep(after)
    alive = bench.processes()
    number = getattr(signal, f"SIG{name}")
    workers = [one for one in alive if is_worker(one)]
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        if whom == "group":
            os.killpg(process.pid, number)
        elif whom == "main":
            process.send_signal(number)
        elif workers:
            workers[0].send_signal(number)
    return {one.pid for one in alive} | {process.pid}


def is_worker(process):
    """Return whether a process computes windows, and is not the one that tracks what they share."""
    with contextlib.suppress(psutil.Error):
        words = " ".join(process.cmdline())
        return "loky" in words and "tracker" not in words
    return False


def outlived(bench, process):
    """Return how long processes of a run live on after its main process has ended."""
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return "the main process does not end within 60 s"
    began = time.monotonic()
    while bench.processes() and time.monotonic() - began < WORKERS_END_SECONDS:
        time.sleep(0.1)
    left = bench.processes()
    for late in left:
        late.kill()
    return f"{len(left)} processes outlive the main one by {WORKERS_END_SECONDS} s" if left else ""


def read(bench, run):
    """Return what is wrong with the run that the next command, a reading one, finds."""
    code = (
        "import sys\nimport prospector\n"
        "run = prospector.open_run(sys.argv[1])\n"
        "assert len(run.targets) > 0\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(run)], capture_output=True, text=True, cwd=bench.place
    )
    if ended.returncode:
        return f"the run folder cannot be read: {ended.stderr[-200:]}"
    old, new = (differing(files_of(run), bench.wanted[seed]) for seed in (0, 1))
    return "neither the old run nor the new one is there" if old and new else ""


def flips(bench, times, draw):
    """A bit flipped, a file cut, removed or replaced in the store; then a run that must use it."""
    outcome = Outcome()
    run = bench.place / "flipped"
    shutil.copytree(bench.place / "sound0", run)
    kept = bench.place / "kept-store"
    shutil.copytree(run / "store", kept)
    for _ in range(times):
        shutil.rmtree(run / "store")
        shutil.copytree(kept, run / "store")
        path = draw.choice(sorted(path for path in (run / "store").rglob("*") if path.is_file()))
        what = draw.choice(sorted(DAMAGE))
        DAMAGE[what](path, draw)
        wrong = bench.again(run, workers=1, options=["--force"])
        outcome.add(what, f"{path.relative_to(run)}: {wrong}" if wrong else "")
    return outcome


def flip(path, draw):
    """Flip a bit."""
    content = bytearray(path.read_bytes())
    if content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    path.write_bytes(content)


def cut(path, draw):
    """Keep a first part of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: draw.randrange(len(content) + 1)])


def remove(path, draw):
    """Remove a file."""
    path.unlink()


def put_folder(path, draw):
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


def exchange(path, draw):
    """Exchange a file with another of the store."""
    store = next(above for above in path.parents if above.name == "store")
    others = sorted(other for other in store.rglob("*") if other.is_file())
    other = draw.choice(others)
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


DAMAGE = {
    "flip": flip, "cut": cut, "remove": remove, "folder": put_folder, "exchange": exchange,
}  # fmt: skip


def full_disks(bench, times, draw):
    """A file system of its own for the run, too small by any amount; then one that is not."""
    outcome = Outcome()
    needed = sum(
        path.stat().st_size for path in (bench.place / "sound0").rglob("*") if path.is_file()
    )
    for _ in range(times):
        size = int(10 ** draw.uniform(4, 0.2 + len(str(needed)) - 1))
        outcome.add("disk", *full_disk(bench, size))
    return outcome


def full_disk(bench, size):
    """Screen on a file system of so many bytes, then on a larger one."""
    home = Path(tempfile.mkdtemp(dir=bench.place))
    if not mount("none", home, f"size={size}"):
        return ["no file system can be mounted here"]
    try:
        process = bench.screen(home / "run")
        wrong = [bench.refused(home / "run", process)]
        mount("none", home, "remount,size=1g")
        wrong += [bench.again(home / "run"), left_behind(bench, home / "run", set())]
    finally:
        LIBC.umount(os.fsencode(home))
        home.rmdir()
    return [f"{size} bytes: {fault}" for fault in wrong if fault]


LIBC = ctypes.CDLL(None, use_errno=True)
REMOUNT = 32


def mount(source, at, options):
    """Mount a file system in memory, or change its size; return whether that could be done."""
    flags = REMOUNT if options.startswith("remount,") else 0
    words = (os.fsencode(word) for word in (source, at, "tmpfs"))
    return LIBC.mount(*words, flags, options.removeprefix("remount,").encode()) == 0


def side_by_side(bench, times, draw):
    """Two runs at once into one folder, empty or of an earlier run, the second a little later."""
    outcome = Outcome()
    for trial in range(times):
        home = Path(tempfile.mkdtemp(dir=bench.place))
        run, earlier = home / "run", trial % 2 == 1
        if earlier:
            shutil.copytree(bench.place / "sound0", run)
        first = bench.screen(run, 1)
        time.sleep(draw.uniform(0, bench.seconds))
        wrong = [bench.endured(run, bench.screen(run, 1), 1)]
        wrong += ["" if first.wait(PATIENCE_SECONDS) == 0 else "the first fails"]
        wrong += [bench.difference(run, 1), left_behind(bench, run, set())]
        outcome.add("over a run" if earlier else "into nothing", *wrong)
        shutil.rmtree(home)
    return outcome


def ordinary(bench, times, draw):
    """An ordinary user, with a region and then a run folder that may not be written.

    The user may read all: the interpreter may lie where others have no access.
    """
    outcome = Outcome()
    if os.geteuid():
        outcome.skipped = "is an ordinary user already"
        return outcome
    reads = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *reads, "--"]
    home = Path(tempfile.mkdtemp(dir=bench.place))
    os.chown(home, 65534, 65534)
    for above in (bench.place, home):
        above.chmod(0o755)
    process = bench.screen(home / "run", before=nobody, HOME=str(home))
    outcome.add("read-only region", bench.endured(home / "run", process))
    for path in (home, *home.rglob("*")):
        os.chown(path, 0, 0, follow_symlinks=False)
    for seed, what in ((0, "unchanged"), (1, "another seed")):
        process = bench.screen(home / "run", seed, before=nobody, HOME=str(home))
        wrong = bench.refused(home / "run", process), bench.difference(home / "run")
        outcome.add(f"read-only run folder, {what}", *wrong)
    shutil.rmtree(home)
    return outcome


def limits(bench, times, draw):
    """Limits of memory, files, processor time and size of a file: a whole run or one error."""
    outcome = Outcome()
    for what, number, values in (
        ("address space", resource.RLIMIT_AS, (4e8, 8e8, 1.2e9, 1.6e9, 2e9)),
        ("open files", resource.RLIMIT_NOFILE, (10, 16, 24, 32, 64)),
        ("size of a file", resource.RLIMIT_FSIZE, (1e3, 1e4, 1e5, 3e5)),
    ):
        for value in map(int, values):
            home = Path(tempfile.mkdtemp(dir=bench.place))
            run = home / "run"
            process = bench.screen(run, limits=limit(number, value))
            ended, late = bench.refused(run, process), outlived(bench, process)
            wrong = [late, bench.again(run), left_behind(bench, run, set())]
            if value < LEAST_MEMORY and number == resource.RLIMIT_AS:
                outcome.add(f"{what} below {LEAST_MEMORY / 1e9:g} GB, any end", *wrong)
            else:
                outcome.add(what, *(f"{value}: {fault}" for fault in [ended, *wrong] if fault))
            shutil.rmtree(home)
    return outcome


LEAST_MEMORY = int(1.5e9)
"""Below it Python and its libraries may end a process on their own, without a word of ours."""


def limit(number, value):
    """Return what sets a limit in the process to be."""
    return lambda: resource.setrlimit(number, (value, value))


def clock(bench, times, draw):
    """The clock set back by years after a run, and far ahead: what was done is found and the same."""
    outcome = Outcome()
    if not shutil.which("faketime"):
        outcome.skipped = "faketime is not installed"
        return outcome
    for what, moved in (("back", "-20y"), ("ahead", "+40y")):
        run = bench.place / f"clock-{what}"
        shutil.copytree(bench.place / "sound0", run)
        before = ["faketime", "-f", moved]
        process = bench.screen(run, before=before)
        kept = bench.endured(run, process)
        process = bench.screen(run, before=before, options=["--force"])
        outcome.add(what, kept, bench.endured(run, process))
    return outcome


def cluster(bench, times, draw):
    """A Dask cluster on loopback: a worker lost, and the scheduler lost."""
    outcome = Outcome()
    for trial in range(times):
        home = Path(tempfile.mkdtemp(dir=bench.place))
        scheduler, workers, address = start_cluster(home)
        whom = "scheduler" if trial % 2 else "worker"
        process = bench.screen(home / "run", options=["--dask", address])
        time.sleep(draw.uniform(0.3, 0.9) * bench.seconds)
        (scheduler if trial % 2 else workers[0]).kill()
        judge = bench.refused if trial % 2 else bench.endured
        wrong = [judge(home / "run", process)]
        for server in (*workers, scheduler):
            server.kill()
            server.wait()
        outcome.add(f"{whom} lost", *wrong, bench.again(home / "run"))
        shutil.rmtree(home)
    return outcome


def start_cluster(home):
    """Start a scheduler and two workers and return them with the scheduler's address."""
    dask, file = str(Path(sys.executable).parent / "dask"), home / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home}
    quiet["env"] = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ours = [*["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file"], str(file)]
    scheduler = subprocess.Popen([dask, "scheduler", "--port", "0", *ours], **quiet)
    while not file.exists():
        time.sleep(0.1)
    workers = [
        subprocess.Popen([dask, "worker", "--nthreads", "1", *ours], **quiet) for _ in range(2)
    ]
    return scheduler, workers, json.loads(file.read_text())["address"]


def damaged_runs(bench, times, draw):
    """Run folders from outside, damaged in any file, read by every command."""
    import damage

    outcome = Outcome()
    for record in damage.run(draw.randrange(10**6), range(times)):
        fault = record["what"] if record["class"] in damage.FAULTS else ""
        outcome.add(record["class"], fault and f"{record['command']}: {fault}")
    return outcome


CLASSES = {
    "kills": (kills, 50), "flips": (flips, 200), "runs": (damaged_runs, 100), "disks": (full_disks, 20),
    "pairs": (side_by_side, 6), "ordinary": (ordinary, 1), "limits": (limits, 1),
    "clock": (clock, 1), "cluster": (cluster, 6),
}  # fmt: skip
"""What is tried, and how often."""


def run(names=tuple(CLASSES), *, times=None, seed=0):
    """Return what came of each class."""
    outcomes = {}
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        bench = Bench(Path(place))
        for name in names:
            trial, often = CLASSES[name]
            print(f"{name}: {trial.__doc__.splitlines()[0]}", flush=True)
            outcomes[name] = trial(bench, times or often, random.Random(f"{seed}-{name}"))
            report(name, outcomes[name])
    return outcomes


def report(name, outcome):
    """Print what came of a class."""
    tried = ", ".join(f"{count} {kind}" for kind, count in sorted(outcome.tried.items()))
    print(f"{name}: {outcome.skipped or tried}; {len(outcome.faults)} faults", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", choices=CLASSES, action="append")
    parser.add_argument("--times", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    outcomes = run(asked.only or tuple(CLASSES), times=asked.times, seed=asked.seed)
    if asked.write:
        counts = {
            name: {"tried": dict(sorted(outcome.tried.items())), "faults": outcome.faults}
            | ({"skipped": outcome.skipped} if outcome.skipped else {})
            for name, outcome in outcomes.items()
        }
        asked.write.write_text(json.dumps(counts, indent=2) + "\n", "utf-8")
    return 1 if any(outcome.faults for outcome in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
