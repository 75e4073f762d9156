"""The one meter of memory and CPU: what the operating system counts, of the largest process and of all.

Of this process and of each that it started, every fifth of a second, and of others whose numbers are given
(the workers of a cluster):

- its mark, the most that it ever held of its own, shared and mapped pages (VmHWM of /proc/PID/status);
- its part, its own pages and of shared ones its share (Pss of /proc/PID/smaps_rollup).

The largest mark is `megabytes`; the largest sum of the parts at one moment is `megabytes_together`. A
megabyte is 10^6 bytes. What getrusage says would not do: a new process inherits the mark of the one that
started it.
"""

import os
import re
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

SECONDS = 0.2
KIB_PER_MB = 1000 / 1.024


@contextmanager
def metered(*others):
    """Give a dict that holds, when the work is done, megabytes of its largest process and of all together."""
    found, marks, sums, ended = {}, {}, [0.0], threading.Event()

    def look():
        this = psutil.Process()
        pids = {this.pid, *(one.pid for one in this.children(recursive=True)), *others}
        for pid in pids:
            marks[pid] = max(mark_mb(pid), marks.get(pid, 0.0))
        sums.append(sum(map(part_mb, pids)))

    def watch():
        while not ended.wait(SECONDS):
            look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        ended.set()
        watcher.join()
        look()
        found["megabytes"] = round(max(marks.values()), 1)
        found["megabytes_of_this_process"] = round(marks[os.getpid()], 1)
        others_mb = [mb for pid, mb in marks.items() if pid != os.getpid()]
        found["megabytes_of_a_worker"] = round(max(others_mb, default=0.0), 1)
        found["megabytes_together"] = round(max(sums), 1)


def cpu_seconds(*others):
    """Return the CPU seconds, the system's included, of this process, those it started, and others."""
    this = psutil.Process()
    processes = [this, *this.children(recursive=True), *map(psutil.Process, others)]
    seconds = this.cpu_times().children_user + this.cpu_times().children_system
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            seconds += times.user + times.system
    return seconds


def mark_mb(pid):
    """Return the most that a process has held, in MB; 0 for one that has ended."""
    return _kib(pid, "status", "VmHWM") / KIB_PER_MB


def part_mb(pid):
    """Return what a process holds now, shared pages by its share, in MB; 0 for one that has ended."""
    return _kib(pid, "smaps_rollup", "Pss") / KIB_PER_MB


def _kib(pid, file, name):
    with suppress(OSError):
        text = Path(f"/proc/{pid}/{file}").read_text("ascii", "replace")
        return int((re.findall(rf"^{name}:\s*(\d+)", text, re.MULTILINE) or [0])[0])
    return 0
