"""The files of a run with 50,000 targets and 50,000 titles: CPU seconds by writer, memory, sizes.

    bench_outputs.py RESULT [COUNT]

Salars of 24 corners on a lattice are the units of a stated deposit model, every second with a title upon it,
drawn from a seed; nothing of it is real. The screening and its writing run in a process of their own, as
a user's do, and so does what they are measured against: the same rows written plainly by pyogrio and pandas.
"""

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.transform import from_origin

COUNT = 50_176
CORNERS, STEP_M = 24, 2000.0
WEST, NORTH, CRS = 300_000.0, 7_700_000.0, "EPSG:32719"
VERSIONS = ("geopandas", "pandas", "pyogrio", "shapely", "rasterio", "xlsxwriter")
WRITERS = {
    "write_geojson": "geojson",
    "write_csv": "csv",
    "write_contributions": "csv",
    "write_table": "csv",
    "_write_rasters": "rasters",
    "write_geopackage": "gpkg",
    "write_workbook": "workbook",
    "map_payload": "map",
    "write_map": "map",
    "write_overview": "overview",
    "write_report": "report",
    "write_dossier": "dossiers",
    "write_manifest": "manifest",
}
"""Functions that write, and what each writes."""

REGION = """\
[region]
name = "bench"
title = "Benchmark region"
crs = "EPSG:32719"
cell_size_m = 2000
deposit_models = ["lithium_brine"]
window = {{ west = {west}, south = {south}, east = {east}, north = {north} }}

[layers.salars]
role = "salars"
file = "salars.fgb"

[layers.volcanoes]
role = "volcanoes"
file = "volcanoes.fgb"

[layers.towns]
role = "towns"
file = "towns.fgb"

[layers.deposits]
role = "deposits"
file = "deposits.fgb"

[layers.protected]
role = "protected"
file = "parks.fgb"
coverage = "all.fgb"

[layers.relief]
role = "relief"
file = "relief.tif"

[layers.concessions]
role = "concessions"
file = "titles.fgb"
coverage = "all.fgb"
as_of = "2026-01-31"
kinds = {{ mine = "mine" }}
states = {{ held = "held", sought = "applied_for" }}

[override.lithium_brine.targets]
lowest_percentile = 50
"""


def write_region(folder, count):
    """Write the region: salars on a square lattice, twice as many as targets are asked for, and titles.

    A target is a salar from the 50th percentile up: half of them.
    """
    random, side = np.random.default_rng(0), math.isqrt(2 * count)
    rows, columns = np.divmod(np.arange(side * side), side)
    at = np.column_stack([WEST + (columns + 0.5) * STEP_M, NORTH - (rows + 0.5) * STEP_M])
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = random.uniform(500, 900, (len(at), 1)) * (1 + 0.1 * np.cos(5 * angle))
    rings = at[:, None, :] + np.stack([np.cos(angle), np.sin(angle)], -1) * radius[..., None]
    corner = at[::2] + random.uniform(-900, 100, (len(at[::2]), 2))
    extent = shapely.box(WEST, NORTH - side * STEP_M, WEST + side * STEP_M, NORTH)
    around = extent.buffer(20_000, join_style="mitre")
    names = [f"Salar {number}" for number in range(len(at))]
    drawn = random.choice(len(at), 20, replace=False)
    holders = [f"Minera {number} S.A." for number in random.integers(0, 900, len(corner))]
    far = random.uniform(extent.bounds[:2], extent.bounds[2:], (400, 2))
    title = {
        "file_number": [str(number) for number in range(len(corner))],
        "kind": "mine",
        "state": random.choice(["held", "sought"], len(corner)),
        "holder": holders,
        "date": "2019-04-30",
    }
    tables = {
        "salars": ({"name": names}, shapely.polygons(rings)),
        "titles": (title, shapely.box(*corner.T, *(corner + 1000).T)),
        "volcanoes": ({"name": [f"Volcán {n}" for n in range(400)]}, shapely.points(far)),
        "towns": ({"name": [f"Pueblo {n}" for n in range(40)]}, shapely.points(far[:40] + 500)),
        "deposits": (
            {"name": [names[n] for n in drawn], "deposit_type": "lithium_brine"},
            shapely.points(at[drawn]),
        ),
        "parks": (
            {"name": [f"Parque {n}" for n in range(40)], "class": "national park"},
            shapely.buffer(shapely.points(far[100:140]), 8000),
        ),
        "all": ({"name": ["all"]}, [around]),
    }
    for name, (table, shapes) in tables.items():
        gpd.GeoDataFrame(table, geometry=shapes, crs=CRS).to_file(folder / f"{name}.fgb")
    size = side + 20
    relief = (
        2000 + 2000 * np.sin(np.linspace(0, 9, size))[:, None] + random.normal(0, 50, (size, size))
    )
    with rasterio.open(
        folder / "relief.tif", "w", driver="GTiff", height=size, width=size, count=1,
        dtype="float32", crs=CRS,
        transform=from_origin(WEST - 10 * STEP_M, NORTH + 10 * STEP_M, STEP_M, STEP_M),
    ) as dataset:  # fmt: skip
        dataset.write(relief.astype("float32"), 1)
    west, south, east, north = gpd.GeoSeries([extent], crs=CRS).to_crs("EPSG:4326").total_bounds
    window = {"west": west, "south": south, "east": east, "north": north}
    (folder / "region.toml").write_text(REGION.format(**window), encoding="utf-8")


@contextmanager
def timed(figures):
    """Add the CPU seconds of each writer to figures while it lasts."""
    from prospector import writing
    from prospector.gis import layer_files
    from prospector.pages import dossier, overview, report

    def around(function, what):
        def call(*arguments, **options):
            begin = time.process_time()
            try:
                return function(*arguments, **options)
            finally:
                figures[what] = figures.get(what, 0.0) + time.process_time() - begin

        return call

    modules, before = (writing, layer_files, dossier, overview, report), []
    for name, what in WRITERS.items():
        for module in modules:
            if hasattr(module, name):
                before.append((module, name, getattr(module, name)))
                setattr(module, name, around(getattr(module, name), what))
                break
    yield
    for module, name, function in before:
        setattr(module, name, function)


def run(region, out):
    """CPU seconds of a screening and of all that it writes, done by one command, and the files' sizes."""
    from prospector.writing import screen_into

    begin, started = time.process_time(), {}

    def note(stage, _done, _of):
        started.setdefault(stage, (time.process_time(), time.perf_counter()))

    folder, _ = screen_into(region, out, quick=True, workers=1, progress=note)
    screened, clock = started["writing"]
    cpu_s, clock_s = time.process_time() - screened, time.perf_counter() - clock
    files = [path for path in folder.rglob("*") if path.is_file()]
    package = folder / "prospects.gpkg"
    return {
        "targets": pyogrio.read_info(package, layer="targets")["features"],
        "titles": pyogrio.read_info(package, layer="concessions")["features"],
        "screening_cpu_s": screened - begin,
        "writing_cpu_s": cpu_s,
        "writing_s": clock_s,
        "megabytes_by_file": {
            path.relative_to(folder).as_posix(): path.stat().st_size / 1e6
            for path in sorted(files)
            if path.stat().st_size > 1e5
        },
    }


def writers(region, out):
    """CPU seconds of each writer, in a run of its own: what is timed is held longer, so more memory."""
    import prospector

    screening = prospector.screen(region, quick=True, workers=1)
    figures, begin = {}, time.process_time()
    with timed(figures):
        prospector.write(screening, out)
    other = time.process_time() - begin - sum(figures.values())
    return {"by_writer_cpu_s": {**figures, "other": other}}


def plain(out, into):
    """CPU seconds of the same rows by pyogrio and pandas, each format by one call."""
    targets = gpd.read_file(out / "prospects.gpkg", layer="targets")
    titles = gpd.read_file(out / "prospects.gpkg", layer="concessions")
    table = targets.drop(columns="geometry")
    work = {
        "gpkg": lambda: (
            targets.to_file(into / "plain.gpkg", layer="targets"),
            titles.to_file(into / "plain.gpkg", layer="concessions"),
        ),
        "geojson": lambda: targets.to_file(into / "plain.geojson", RFC7946="YES"),
        "csv": lambda: (
            table.to_csv(into / "targets.csv"),
            titles.drop(columns="geometry").to_csv(into / "titles.csv"),
        ),
        "workbook": lambda: table.head(5_000).to_excel(into / "plain.xlsx", engine="xlsxwriter"),
    }
    figures = {}
    for name, write in work.items():
        begin = time.process_time()
        write()
        figures[name] = time.process_time() - begin
    return {"by_writer_cpu_s": figures}


def child(what, *arguments):
    """The figures of one piece of work in a process of its own, with the most memory that it held."""
    command = [sys.executable, "-W", "ignore", __file__, what, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    begin = time.perf_counter()
    written = subprocess.check_output(command, env=environment)
    figures = json.loads(written.splitlines()[-1])
    return {**figures, "wall_s": time.perf_counter() - begin}


def rounded(value):
    """The same figures with two decimals."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def main():
    works = {"run": run, "writers": writers, "plain": plain}
    if sys.argv[1] in works:
        from meter import metered

        work = works[sys.argv[1]]
        with metered() as memory:
            figures = work(*map(Path, sys.argv[2:]))
        print(json.dumps(figures | memory))
        return
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        region, out, into = (Path(folder) / name for name in ("region", "out", "plain"))
        region.mkdir()
        into.mkdir()
        write_region(region, count)
        of_writers = child("writers", region, out)["by_writer_cpu_s"]
        own = child("run", region, out) | {"by_writer_cpu_s": of_writers}
        other = child("plain", out, into)
    ratios = {
        name: of_writers[name] / seconds for name, seconds in other["by_writer_cpu_s"].items()
    }
    record = {
        "what": f"{run.__doc__} {writers.__doc__}",
        "asked_targets": count,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: metadata.version(name) for name in VERSIONS},
        **rounded({"prospector": own, "plain": other, "ratio_to_plain": ratios}),
    }
    Path(sys.argv[1]).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
