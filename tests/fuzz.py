"""Malformed inputs: each must end in a result, or in one error of exit code 2. No crash, no hang, under 2 GB.

python tests/fuzz.py                       the corpus of 330 cases
python tests/fuzz.py --seconds 600         the corpus, and more cases until the time is over
python tests/fuzz.py --seed 3 --only 17    one case again; --keep FOLDER keeps its files
"""

import argparse
import contextlib
import io
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from sealed_off import can_seal, forbid_sockets

CORPUS = 330
SECONDS_A_CASE = {"check": 60, "screen": 180}
LARGEST_BYTES = 2_000_000_000
ADDRESS_SPACE = 6_000_000_000
FAMILY_COUNT = 11
SCREENED = 8
"""One case in so many of features and rasters is screened; of deposit models every second."""


class Child:
    """A process that runs commands one after another, made anew when one ends it."""

    def __init__(self, script=__file__):
        self.process, self.script = None, script

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, self.script, "--serve"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.answer(120)

    def answer(self, seconds):
        """Return what the process says within so many seconds; None if it hangs, {} if it ended."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            return None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def run(self, command, folder):
        """Run a command on a region and return what it did."""
        return self.ask([command, str(folder)], SECONDS_A_CASE[command])

    def ask(self, asked, seconds):
        """Run what is asked, for so many seconds at most, and return what it did."""
        if self.process is None:
            self.start()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(asked).encode() + b"\n")
            self.process.stdin.flush()
        done = self.answer(seconds)
        if done:
            if done["peak"] > LARGEST_BYTES:
                self.stop()
            return done
        ended = self.stop()
        return {"hang": True} if done is None else {"ended": ended}

    def stop(self):
        """End the process and what it started; return its exit code."""
        if self.process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process = None
        return code


def serve(perform):
    """Perform what standard input asks, a line of JSON each, and say how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    from prospector.cli.commands import main

    if can_seal():  # a request of an input file ends the process
        forbid_sockets()
    print("{}", file=answers, flush=True)
    for line in sys.stdin:
        done = perform(main, *json.loads(line))
        done["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps(done), file=answers, flush=True)


def on_region(main, command, folder):
    """Run a command on a region, a screening into a folder that is removed."""
    out = tempfile.mkdtemp(prefix="fuzz-run-")
    arguments = [command, folder]
    if command == "screen":
        arguments += ["--quick", "--workers", "1", "--out", f"{out}/run"]
    done = ended(main, arguments)
    shutil.rmtree(out, ignore_errors=True)
    return done


def ended(main, arguments):
    """Return how the command line ended: its code and what it said."""
    told, errors = io.StringIO(), io.StringIO()
    sys.argv = ["prospector", *arguments]
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(errors):
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code or 0
        except BaseException:
            return {"code": 1, "said": traceback.format_exc(), "warned": ""}
    said = errors.getvalue() if code else told.getvalue()
    return {"code": code, "said": said, "warned": errors.getvalue()}


def fault_of(done):
    """Return what is wrong with how a case ended; "" where nothing is."""
    if "hang" in done:
        return "hangs"
    if "ended" in done:
        return f"the process ended with {done['ended']}"
    if done["peak"] > LARGEST_BYTES:
        return f"{done['peak'] / 1e9:.1f} GB"
    error = any(line.startswith("Error: ") for line in done["said"].splitlines())
    if done["code"] == 0 or (done["code"] == 2 and error):
        return ""
    return f"exit code {done['code']}"


def command_of(family, number):
    """Return the command that a case is run with."""
    every = 2 if family.startswith("deposit model") else SCREENED
    return "screen" if number // FAMILY_COUNT % every == 0 else "check"


def run_case(child, base, folder, seed, number, command):
    """Return a record of a case: family, what was done, the command, how it ended, the fault if any."""
    from mutations import mutate

    family, what = mutate(base, folder, seed, number)
    command = command or command_of(family, number)
    started = time.monotonic()
    done = child.run(command, folder)
    shutil.rmtree(folder, ignore_errors=True)
    return {
        "number": number, "family": family, "what": what, "command": command, "fault": fault_of(done),
        "code": done.get("code"), "said": done.get("said", ""), "seconds": time.monotonic() - started,
    }  # fmt: skip


def run(seed=0, numbers=range(CORPUS), *, seconds=0, command=None, report=None):
    """Return the records of cases: all of `numbers`, then others until so many seconds are over."""
    from mutations import write_base

    child, records, started = Child(), [], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        base = write_base(Path(place) / "base")
        try:
            number = numbers[0]
            while number in numbers or time.monotonic() - started < seconds:
                folder = Path(place) / f"case{number}"
                record = run_case(child, base, folder, seed, number, command)
                records.append(record)
                if report:
                    report(record)
                number += 1
        finally:
            child.stop()
    return records


def tell(seed):
    """Return what prints the cases that fail, with how to repeat them."""

    def report(record):
        if record["fault"]:
            print(
                f"FAILS: {record['family']}, {record['command']}: {record['what']}: {record['fault']}"
            )
            print(f"  again: python tests/fuzz.py --seed {seed} --only {record['number']}")
            print("  " + "\n  ".join(record["said"].splitlines()[-6:]), flush=True)

    return report


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--all", action="store_true", help="print every case")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        return serve(on_region)
    if asked.keep:
        from mutations import mutate, write_base

        base = write_base(asked.keep / "base")
        print(*mutate(base, asked.keep / "case", asked.seed, asked.only or 0))
        return 0
    numbers = range(CORPUS) if asked.only is None else range(asked.only, asked.only + 1)
    show = tell(asked.seed)

    def report(record):
        if asked.all or asked.only is not None:
            print(f"{record['number']} {record['family']} {record['command']} {record['what']!r}")
            print(
                f"   {record['code']} in {record['seconds']:.1f} s: {record['said'][:400]}",
                flush=True,
            )
        show(record)

    records = run(asked.seed, numbers, seconds=asked.seconds, report=report)
    ends = Counter("fails" if r["fault"] else {0: "read", 2: "refused"}[r["code"]] for r in records)
    print(
        f"{len(records)} cases: "
        + ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    )
    return 1 if ends["fails"] else 0


if __name__ == "__main__":
    sys.exit(main())
