"""A screening of 16 million cells against the same work on whole arrays, and how it grows.

    bench_screening.py RESULT [all | NAME ...]

NAME: plain grow large predict workers strip whole whole=SIDE.

`all` leaves out `whole`, which screens 333 million cells to the end, or SIDE by SIDE cells.

Each piece of work runs in a process of its own (child.py), so that its memory is its own: the most
that its largest process held. Regions are drawn from a seed (region.py). Figures of earlier names stay
in RESULT; each part says when and on what machine it was measured.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import numpy as np
import region

HERE = Path(__file__).parent
SIDE = 4096
SIDES = (1024, 2048, 4096, 8192)
LARGE_SIDE = 18_250
VERSIONS = ("numpy", "scipy", "scikit-learn", "rasterio", "shapely", "zarr")


def child(*arguments):
    """The figures of one piece of work."""
    return finish(start(*arguments))


def start(*arguments):
    command = [sys.executable, "-W", "ignore", str(HERE / "child.py"), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(process):
    written, _ = process.communicate()
    if process.returncode:
        sys.exit(f"{process.args} failed")
    return json.loads(written.splitlines()[-1])


def median(rows, key):
    return round(statistics.median(row[key] for row in rows), 2)


def several(runs, work):
    """Figures of some runs: medians, and all the seconds."""
    rows = [work() for _ in range(runs)]
    keys = (
        "seconds", "seconds_without_validation", "cpu_seconds", "megabytes", "megabytes_together",
        "megabytes_of_a_worker",
    )  # fmt: skip
    found = {key: median(rows, key) for key in keys if key in rows[0]}
    if "stages" in rows[0]:
        found["stages"] = rows[0]["stages"]
    return {**found, "runs": [round(row["seconds"], 2) for row in rows]}


def screened(folder, place, runs, workers=2):
    """A region screened from its files to its targets, with an empty store each time."""
    return several(runs, lambda: child("screen", place, workers, emptied(folder / "store")))


def plain(folder):
    """16 million cells: near and true distances, and plainly on whole arrays."""
    near = region.write(folder / "near", SIDE)
    true = region.write(folder / "true", SIDE, measured="true")
    figures = {
        "near": screened(folder, near, 3),
        "true": screened(folder, true, 3),
        "plain": several(3, lambda: child("plain", near)),
    }
    whole = figures["plain"]
    for name in ("near", "true"):
        one = figures[name]
        same = one["seconds_without_validation"]
        one["time_to_plain"] = round(same / whole["seconds"], 2)
        one["time_with_validation_to_plain"] = round(one["seconds"] / whole["seconds"], 2)
        one["memory_to_plain"] = round(one["megabytes"] / whole["megabytes"], 2)
    return {"cells": SIDE**2, **figures}


def grow(folder):
    """1, 4, 16 and 64 million cells: the exponent of time, and memory."""
    rows = {}
    for side in SIDES:
        place = region.write(folder / str(side), side)
        rows[side**2] = screened(folder, place, 3)
        shutil.rmtree(place)
    cells = np.log([*rows])
    exponents = {
        key: round(float(np.polyfit(cells, np.log([row[key] for row in rows.values()]), 1)[0]), 2)
        for key in ("seconds", "seconds_without_validation")
    }
    last = list(rows.values())[-2:]
    step = np.log(last[1]["seconds_without_validation"] / last[0]["seconds_without_validation"])
    memory = [row["megabytes"] for row in rows.values()]
    return {
        "by_cells": rows,
        "exponent": exponents,
        "exponent_16_to_64_million_without_validation": round(float(step / np.log(4)), 2),
        "memory_largest_to_smallest": round(max(memory) / min(memory), 2),
    }


def large(folder):
    """333 million cells and 20 evidences: two tenths of the windows, extrapolated with their spread."""
    place = region.write(folder / "large", LARGE_SIDE, more=12)
    rows, sizes = [], []
    for first in (0, 5):
        store = folder / f"store{first}"
        rows.append(child("tenth", place, 2, store, first))
        sizes.append(sum(one.stat().st_size for one in store.rglob("c/*/*")))
    parts = [row["windows_in_all"] / row["windows"] for row in rows]
    seconds = [row["seconds"] * part for row, part in zip(rows, parts, strict=True)]
    store_gb = [size * part / 1e9 for size, part in zip(sizes, parts, strict=True)]
    return {
        "cells": LARGE_SIDE**2,
        "evidences": 20,
        "windows": rows[0]["windows_in_all"],
        "windows_measured": sum(row["windows"] for row in rows),
        "seconds_extrapolated": round(statistics.mean(seconds)),
        "half_the_difference_of_the_tenths": round(abs(seconds[0] - seconds[1]) / 2),
        "megabytes": round(max(row["megabytes"] for row in rows), 1),
        "store_gigabytes_extrapolated": round(statistics.mean(store_gb), 1),
    }


def whole(folder, side=LARGE_SIDE):
    """20 evidences, 16.8 million cells and then 333 million, whole, on two workers, one run of each."""
    rows = {}
    for each in (SIDE, side):
        place = region.write(folder / str(each), each, more=12)
        rows[each**2] = child("screen", place, 2, emptied(folder / "store"))
        shutil.rmtree(place)
    few, many = rows.values()
    times = {key: many[key] / few[key] for key in ("seconds_without_validation", "cpu_seconds")}
    more = np.log((side / SIDE) ** 2)
    return {
        "by_cells": rows,
        "exponent": {key: round(float(np.log(each) / more), 3) for key, each in times.items()},
    }


def predict(folder):
    """16 million cells scored by each estimator, from stored evidence, on two workers."""
    place, store = region.write(folder / "near", SIDE), folder / "store"
    child("windows", place, 2, store)
    names = ("logistic", "boosting", "forest")
    return {name: several(3, lambda name=name: predicted(place, store, name)) for name in names}


def predicted(place, store, name):
    """One scoring; the score that an earlier one left is not used again."""
    for one in store.iterdir():
        described = one / "zarr.json"
        if described.exists() and "int16" in described.read_text():
            shutil.rmtree(one)
    return child("predict", place, 2, store, name)


def workers(folder):
    """Two workers against two copies that know nothing of each other, and a Dask cluster, in turn.

    Seconds are of the clock and of all CPUs: the main process, its workers, and Dask's scheduler.
    """
    place = region.write(folder / "near", SIDE)
    rows = []
    with cluster(folder) as address:
        for _ in range(5):
            stores = [folder / f"store{i}" for i in range(3)]
            rows.append({})
            for name, how in (("pool", 2), ("dask", address)):
                figures = child("windows", place, how, emptied(stores[0]))
                rows[-1] |= {name: figures["seconds"], f"{name}_cpu": figures["cpu_seconds"]}
            copies = [start("windows", place, 1, emptied(one)) for one in stores[1:]]
            rows[-1]["copies"] = max(finish(one)["seconds"] for one in copies)
    pairs = {
        "share_of_two_copies": ("copies", "pool"),
        "dask_to_pool": ("dask", "pool"),
        "dask_to_pool_cpu": ("dask_cpu", "pool_cpu"),
    }
    shares = {
        name: [round(row[above] / row[below], 2) for row in rows]
        for name, (above, below) in pairs.items()
    }
    shares["share_of_two_copies"] = [round(one / 2, 2) for one in shares["share_of_two_copies"]]
    return {
        "medians": {name: median(rows, name) for name in rows[0]},
        "ratios": {name: statistics.median(each) for name, each in shares.items()},
        "each": shares,
    }


def emptied(store):
    """A store without anything in it."""
    shutil.rmtree(store, ignore_errors=True)
    return store


@contextmanager
def cluster(folder):
    """Give the address of a scheduler with two worker processes of one thread."""
    command = [sys.executable, "-m", "dask"]
    address, quiet = (
        "tcp://127.0.0.1:8799",
        {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
    )
    started = [
        subprocess.Popen([*command, "scheduler", "--host", "127.0.0.1", "--port", "8799",
                          "--no-dashboard"], **quiet)
    ]  # fmt: skip
    started += [
        subprocess.Popen([*command, "worker", address, "--nthreads", "1", "--no-dashboard",
                          "--local-directory", str(folder)], **quiet)
        for _ in range(2)
    ]  # fmt: skip
    try:
        yield address
    finally:
        for process in started[::-1]:
            process.terminate()
            process.wait()


ROUNDS = 6


def strip(folder):
    """16 million cells of which a fifth is ground, a diagonal strip, against all of them: CPU seconds.

    Ground, evidence and score of the three take turns in one process, the strip before and after the
    box, for the speed of a machine differs more between minutes than what is asked for. Medians of six
    rounds. All else is of one run each.
    """
    lands = {"box": None, "strip": 0.2, "all land": 1.0}
    places = {
        name: region.write(folder / name, SIDE, measured="true", land=land)
        for name, land in lands.items()
    }
    rows = {
        name: child("ground", place, emptied(folder / "store")) for name, place in places.items()
    }
    order = [places[name] for name in ("strip", "box", "strip", "all land")]
    turns = child("turns", folder, ROUNDS, *order)["turns"]
    return compared(rows, turns)


def compared(rows, turns):
    """Figures of a strip of ground and of a region that is all land, against those of the box."""
    share = rows["strip"]["ground"] / rows["box"]["ground"]
    found = {"share_of_ground": round(share, 3)}
    for part, name in {"all": "seconds", "evidence": "seconds_of_evidence"}.items():
        box, narrow, land = (turns[place][part] for place in ("box", "strip", "all land"))
        around = zip(narrow[::2], narrow[1::2], box, strict=True)
        ratios = [(before + after) / 2 / whole / share for before, after, whole in around]
        lands = [one / whole for one, whole in zip(land, box, strict=True)]
        found |= {
            f"{name}_to_share": round(statistics.median(ratios), 3),
            f"each_{name}_to_share": [round(one, 3) for one in ratios],
            f"all_land_to_box_{name}": round(statistics.median(lands), 3),
            f"{name}_in_turn": {
                place: [round(one, 2) for one in taken[part]] for place, taken in turns.items()
            },
        }
    of_store = rows["strip"]["bytes"] / rows["box"]["bytes"]
    return {**rows, **found, "bytes_to_share": round(of_store / share, 2)}


PARTS = {
    "plain": plain, "grow": grow, "large": large, "predict": predict, "workers": workers, "strip": strip,
}  # fmt: skip
ASKED = {"whole": whole}
"""Parts that run only where they are named."""


def main():
    result, names = Path(sys.argv[1]), sys.argv[2:] or ["all"]
    record = json.loads(result.read_text("utf-8")) if result.exists() else {}
    for name in PARTS if names == ["all"] else names:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            part, _, side = name.partition("=")
            work = (PARTS | ASKED)[part]
            figures = work(Path(folder), *map(int, filter(None, [side])))
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        )
        record[name] = {
            "what": work.__doc__,
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine,
            "versions": {one: metadata.version(one) for one in VERSIONS},
            **figures,
        }
        result.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(name, json.dumps(figures, indent=1), flush=True)


if __name__ == "__main__":
    main()
