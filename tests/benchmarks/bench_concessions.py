"""100,000 titles against 10,000 targets: reading a register, tenure shares, pairs of target and title.

    bench_concessions.py RESULT

The register is drawn from a seed with the fields, words, datums and shapes of a real one: rectangles of
100 to 3000 ha along the grid of their own datum, in camps where up to ten lie on one another, polygons of
many corners among them; holders in several spellings. Nothing of it is a real title. Each piece of work
runs in a process of its own, so that its memory is its own.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from meter import metered

TITLES, TARGETS, RUNS = 100_000, 10_000, 3
WEST, SOUTH, WIDE, HIGH = 300_000.0, 6_900_000.0, 300_000.0, 1_000_000.0
VERSIONS = ("numpy", "shapely", "pyproj", "geopandas", "pyogrio")
REGION = """\
[region]
name = "bench"
title = "Benchmark region"
crs = "EPSG:32719"
cell_size_m = 1000
deposit_models = ["porphyry_copper"]
window = { west = -71.5, south = -28.5, east = -67.0, north = -18.5 }

[layers.concessions]
role = "concessions"
file = "titles.gpkg"
register = "chile"
crs = "by row"
as_of = "2026-01-31"
coverage = "coverage.gpkg"
"""


def write(folder):
    """Write a region whose only layer is a register of 100,000 titles."""
    random = np.random.default_rng(0)
    outlines = titles(random)
    old = random.random(TITLES) < 0.5
    holders = np.array(
        ["MINERA {} SPA", "Minera {} SpA", "COMPAÑIA MINERA {} S.A.", "PEREZ {} JUAN"]
    )
    names = random.integers(0, 3000, TITLES)
    state = random.choice(
        ["CONSTITUIDA", "EN TRAMITE", "CADUCADA", "SUSPENDIDA"], TITLES, p=[0.6, 0.36, 0.03, 0.01]
    )
    table = {
        "ID_CONCESION": np.arange(TITLES),
        "NUMERO_ROL": [f"{one % 9999:05d}-{one:06d}" for one in range(TITLES)],
        "DV_ROL": random.integers(0, 10, TITLES).astype(str),
        "NOMBRE": [f"CERRO {one} 1/{one % 30 + 1}" for one in range(TITLES)],
        "HECTAREAS": shapely.area(outlines) / 1e4,
        "FECHA_VENCIMIENTO": random.choice(["00/00/0000", "31/12/2027", "30/06/2025", ""], TITLES),
        "SITUACION_CONCESION": state,
        "TIPO_CONCESION": random.choice(["EXPLORACION", "EXPLOTACION"], TITLES),
        "DATUM": np.where(old, "PSAD56", "WGS84"),
        "HUSO": 19,
        "TITULAR_NOMBRE": [str(holders[one % 4]).format(one) for one in names],
        "TITULAR_RUT": "76.123.456-7",
    }
    frame = gpd.GeoDataFrame(table, geometry=outlines)
    frame.set_crs("EPSG:32719").to_file(folder / "titles.gpkg")
    box = shapely.box(WEST - 50_000, SOUTH - 50_000, WEST + WIDE - 30_000, SOUTH + HIGH + 50_000)
    gpd.GeoDataFrame({"name": ["x"]}, geometry=[box], crs="EPSG:32719").to_file(
        folder / "coverage.gpkg"
    )
    (folder / "region.toml").write_text(REGION, encoding="utf-8")


def titles(random):
    """Rectangles on a lattice of 100 m in 2000 camps; one in ten is a polygon of 12 corners."""
    camps = np.array([WEST, SOUTH]) + random.uniform(0, [WIDE, HIGH], (2000, 2))
    at = camps[random.integers(0, len(camps), TITLES)] + random.normal(0, 12_000, (TITLES, 2))
    at = np.round(at / 100) * 100
    sides = random.choice([1000, 2000, 3000, 5000], (TITLES, 2), p=[0.5, 0.25, 0.2, 0.05])
    boxes = shapely.box(at[:, 0], at[:, 1], at[:, 0] + sides[:, 0], at[:, 1] + sides[:, 1])
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    for one in range(0, TITLES, 10):
        radius = 700 * (1 + 0.4 * np.cos(3 * angle + one))
        boxes[one] = shapely.Polygon(
            at[one] + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        )
    return boxes


def targets():
    """10,000 outlines along cells of 1 km: discs of 25 to 400 km2 with a ragged edge."""
    random = np.random.default_rng(1)
    step, outlines = np.arange(-12, 13), []
    for _ in range(TARGETS):
        radius = random.uniform(2.8, 11)
        away = np.hypot(step, step[:, None]) + random.normal(0, 0.4, (25, 25))
        rows, columns = np.nonzero(away <= radius)
        place = np.array([WEST, SOUTH]) + random.uniform(0, [WIDE, HIGH], 2).round(-3)
        west, south = place[0] + step[columns] * 1000.0, place[1] + step[rows] * 1000.0
        outlines.append(shapely.union_all(shapely.box(west, south, west + 1000, south + 1000)))
    return np.array(outlines, dtype=object)


def join(folder):
    """Seconds of reading the register, of the six shares of every target, and of its pairs."""
    from prospector.layers import read_layers
    from prospector.region.region_file import load_region
    from prospector.tenure.concessions import tenure_map, tenure_of

    outlines, moments = targets(), [time.perf_counter()]
    loaded = load_region(folder)
    layer = read_layers(loaded, loaded.grid()).vector("concessions")
    moments.append(time.perf_counter())
    assert tenure_map(layer).ground is not None
    moments.append(time.perf_counter())
    tenure = tenure_of(outlines, layer)
    moments.append(time.perf_counter())
    assert np.allclose(tenure.shares.sum(axis=1), 1, atol=1e-6)
    reading, flattening, joining = np.diff(moments)
    return {
        "reading_seconds": reading,
        "flattening_seconds": flattening,
        "joining_seconds": joining,
        "seconds": reading + flattening + joining,
        "titles": len(layer.features),
        "targets": len(outlines),
        "pairs": len(tenure.title),
        "mean_open_share": float(tenure.shares[:, 5].mean()),
    }


def main():
    if sys.argv[1] == "join":
        with metered() as memory:
            figures = join(sys.argv[2])
        print(json.dumps(figures | memory))
        return
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        write(Path(folder))
        command = [sys.executable, "-W", "ignore", __file__, "join", folder]
        rows = [json.loads(subprocess.check_output(command).splitlines()[-1]) for _ in range(RUNS)]
    figures = {key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]}
    record = {
        "what": join.__doc__,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {one: metadata.version(one) for one in VERSIONS},
        **figures,
        "runs": [round(row["seconds"], 2) for row in rows],
    }
    Path(sys.argv[1]).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
