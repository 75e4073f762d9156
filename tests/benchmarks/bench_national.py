"""Layers as large as a country's: memory of a worker, and how soon its first window is there.

    bench_national.py RESULT [SHARE [first]]

4300 by 850 km in cells of 500 m (18 windows): 100,000 geological units of 60 vertices, a coast that is one
line of 300,000 vertices, 4000 faults of 80, and 106,000 titles of bench_concessions.py, which an evidence
reads too. Shares and distances on two workers, from the files on. All is drawn from a seed; SHARE makes every
layer smaller; `first` ends with the first window. Memory by meter.py.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path

import bench_concessions
import geopandas as gpd
import numpy as np
import psutil
import shapely
from meter import cpu_seconds, metered

CRS = "+proj=eqc +lat_ts=-20 +lon_0=-70 +datum=WGS84 +units=m +no_defs"
WIDE, HIGH, CELL_M = 850_000.0, 4_300_000.0, 500.0
WEST, SOUTH = 0.0, -5_000_000.0
UNITS, COAST, FAULTS, TITLES = 100_000, 300_000, 4000, 106_000
VERSIONS = ("numpy", "scipy", "shapely", "geopandas", "pyogrio")

REGION = """\
[region]
name = "national"
title = "Benchmark country"
crs = "{crs}"
cell_size_m = {cell}
deposit_models = ["porphyry_copper"]
window = {{ west = {west:.6f}, south = {south:.6f}, east = {east:.6f}, north = {north:.6f} }}

[layers]
faults = {{ role = "faults", file = "faults.fgb" }}
coast = {{ role = "coast", file = "coast.fgb" }}
geology = {{ role = "geology", file = "geology.fgb" }}
titles = {{ role = "titles", file = "titles.fgb" }}

[roles.titles]
geometry = "polygon"
"""

EVIDENCE = {
    "granite": ("share", {"role": "geology", "where": {"class": ["granite"]}}),
    "mapped": ("share", {"role": "geology"}),
    "coast": ("distance", {"role": "coast"}),
    "faults": ("distance", {"role": "faults"}),
    "titled": ("share", {"role": "titles"}),
}


def write(folder, share):
    """Write a country's layers, each a share of its whole size."""
    random = np.random.default_rng(0)
    corner, size = np.array([WEST, SOUTH]), np.array([WIDE, HIGH])
    count = round(UNITS * share)
    at = corner + random.uniform(0, size, (count, 2))
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    turn = random.integers(2, 6, (count, 1)) * angle + random.uniform(0, 6, (count, 1))
    radius = random.uniform(1500, 5000, (count, 1)) * (1 + 0.3 * np.cos(turn))
    ring = at[:, None] + np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[..., None]
    rock = np.array(["granite", "andesite", "other"])[np.arange(count) % 3]
    _write(folder / "geology.fgb", shapely.polygons(ring), **{"class": rock})
    north = np.linspace(SOUTH, SOUTH + HIGH, round(COAST * share))
    wander = np.cumsum(random.normal(0, 20, len(north)))
    east = WEST + 50_000 + wander - np.linspace(0, wander[-1], len(north))
    _write(folder / "coast.fgb", [shapely.LineString(np.column_stack([east, north]))])
    turn = random.uniform(0, 2 * np.pi, (round(FAULTS * share), 1))
    turn = turn + np.cumsum(random.normal(0, 0.15, (len(turn), 80)), axis=1)
    step = np.stack([np.cos(turn), np.sin(turn)], axis=2) * 500.0
    start = corner + random.uniform(0, size, (len(turn), 1, 2))
    _write(folder / "faults.fgb", shapely.linestrings(start + np.cumsum(step, axis=1)))
    bench_concessions.TITLES = round(TITLES * share)
    titles = bench_concessions.titles(random)
    place = [WEST + 200_000 - bench_concessions.WEST, SOUTH + 500_000 - bench_concessions.SOUTH]
    titles = shapely.transform(titles, lambda ends: (ends + place) * 1.0)
    _write(folder / "titles.fgb", titles, number=np.arange(len(titles)))
    inner = shapely.box(*corner, *(corner + size)).buffer(-0.5 * CELL_M)
    west, south, east, north = gpd.GeoSeries([inner], crs=CRS).to_crs("EPSG:4326").total_bounds
    sides = {"west": west, "south": south, "east": east, "north": north}
    text = REGION.format(crs=CRS, cell=CELL_M, **sides)
    (folder / "region.toml").write_text(text, encoding="utf-8")


def _write(path, geometry, **columns):
    gpd.GeoDataFrame(columns, geometry=list(geometry), crs=CRS).to_file(path, driver="FlatGeobuf")


def windows(folder, until=None):
    """Seconds, and CPU seconds of all processes, until layers are read, the first window is begun, is there,
    and until the last is; from the start of the process on.
    """
    this = psutil.Process()
    from prospector.compute.store import Store
    from prospector.compute.windows import Workspace, evidence_on_cells
    from prospector.evidence import known_kinds
    from prospector.layers import read_layers
    from prospector.region.region_file import load_region

    figures, folder = {}, Path(folder)

    def note(what):
        figures[f"{what}_seconds"] = time.time() - this.create_time()
        figures[f"{what}_cpu_seconds"] = cpu_seconds()

    region = load_region(folder)
    grid = region.grid()
    layers = read_layers(region, grid)
    note("read")
    asked = [
        (kind, known_kinds()[kind].parameters(**parameters))
        for kind, parameters in EVIDENCE.values()
    ]
    workspace = Workspace(Store(str(folder / "store")), noting_workers(folder / "begun"))

    def done(count, total):
        del total
        if count == 1:
            note("first_window")
        if until:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        evidence_on_cells(asked, grid, layers, workspace, done)
        note("evidence")
    begun = json.loads((folder / "begun").read_text("ascii"))
    figures["begun_seconds"] = begun["at"] - this.create_time()
    figures["begun_cpu_seconds"] = begun["cpu"]
    cells, count = grid.shape[0] * grid.shape[1], len(grid.windows(1024))
    return {**figures, "cells": cells, "windows": count}


def noting_workers(path):
    """Two workers, the first of which to begin a window notes when."""
    from prospector.compute.engine import Workers

    @dataclass(frozen=True)
    class Noting(Workers):
        def run(self, function, tasks, **how):
            super().run(partial(noting, str(path), function), tasks, **how)

    return Noting(count=2)


def noting(path, function, task):
    """Call a function with a task; the first call of all notes when, and the CPU seconds until then."""
    with suppress(FileExistsError), open(path, "x", encoding="ascii") as file:  # noqa: PTH123
        main = psutil.Process().parent()
        taken = [one.cpu_times() for one in (main, *main.children(recursive=True))]
        cpu = sum(one.user + one.system for one in taken)
        file.write(json.dumps({"at": time.time(), "cpu": cpu}))
    return function(task)


def main():
    if sys.argv[1] == "windows":
        with metered() as memory:
            figures = windows(*sys.argv[2:])
        print(json.dumps(figures | memory))
        return
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        write(Path(folder), share)
        command = [sys.executable, "-W", "ignore", __file__, "windows", folder, *sys.argv[3:]]
        figures = json.loads(subprocess.check_output(command).splitlines()[-1])
    record = {
        "what": windows.__doc__,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {one: metadata.version(one) for one in VERSIONS},
        "share": share,
        **{key: round(value, 1) for key, value in figures.items()},
    }
    Path(sys.argv[1]).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
