"""A region of any number of cells for the benchmarks: wandering faults, polygons, points, two rasters.

All is drawn from a seed; nothing of it is geology. A region four times as large holds four times the
features, so that the work for each cell stays the same.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely

CRS = "+proj=eqc +lat_ts=-20 +lon_0=-70 +datum=WGS84 +units=m +no_defs"
"""Its axes are those of longitude and latitude, so that a region has exactly the cells asked for."""

WEST, SOUTH = 0.0, -3_000_000.0
CELL_M = 100.0

REGION = """\
[region]
name = "bench"
title = "Benchmark region"
crs = "{crs}"
cell_size_m = {cell}
deposit_models = ["porphyry_copper"]
window = {{ west = {west:.6f}, south = {south:.6f}, east = {east:.6f}, north = {north:.6f} }}

[layers]
deposits = {{ role = "deposits", file = "deposits.fgb" }}
faults = {{ role = "faults", file = "faults.fgb" }}
geology = {{ role = "geology", file = "geology.fgb", coverage = "mapped.fgb" }}
samples = {{ role = "dated_samples", file = "samples.fgb" }}
relief = {{ role = "relief", file = "relief.tif", unit = "m" }}
gravity = {{ role = "surface", file = "gravity.tif", unit = "mGal" }}

[override.porphyry_copper.targets]
lowest_percentile = 95
highest_percentile = 99.5
step = 0.5
min_area_km2 = 1
max_area_km2 = 50

[override.porphyry_copper.evidence.domeyko]
measured = "{measured}"

"""

EVIDENCE = """\
[override.porphyry_copper.evidence.{name}]
kind = "{kind}"
label = "{name}"
expected = "any"
reason = "benchmark"
{keys}
"""


def write(folder, side, *, measured="near", more=0, land=None):
    """Write a region of `side` by `side` cells of 100 m with 8 evidences and `more`.

    With `land`, that share of the region is land, a strip along its diagonal: all else is no ground.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    size_m = side * CELL_M
    per_unit = (side / 4096) ** 2
    lines = _lines(random, size_m, round(90 * per_unit))
    names = np.array(["Domeyko", "NW", "NE"])[np.arange(len(lines)) % 3]
    _vectors(folder / "faults.fgb", lines, fault_system=names)
    blobs = _blobs(random, size_m, round(300 * per_unit))
    classes = np.array(["granite", "andesite", "other"])[np.arange(len(blobs)) % 3]
    _vectors(folder / "geology.fgb", blobs, rock=classes)
    mapped = shapely.box(WEST, SOUTH, WEST + size_m, SOUTH + size_m).buffer(10_000)
    _vectors(folder / "mapped.fgb", np.array([mapped]))
    _vectors(folder / "samples.fgb", _points(random, size_m, round(2000 * per_unit)))
    _deposits(folder / "deposits.fgb", random, lines, size_m)
    _raster(folder / "relief.tif", random, size_m, CELL_M)
    _raster(folder / "gravity.tif", random, size_m, 1000.0)
    _region(folder, size_m, measured, more)
    if land is not None:
        _land(folder, size_m, land)
    return folder


def _land(folder, size_m, share):
    """A strip from the south-west corner to the north-east one, of a share of the square."""
    off = size_m * (1 - np.sqrt(1 - share))
    corners = [
        (0, 0),
        (off, 0),
        (size_m, size_m - off),
        (size_m, size_m),
        (size_m - off, size_m),
        (0, off),
    ]
    outline = shapely.Polygon(np.add(corners, [WEST, SOUTH]))
    if share >= 1:
        outline = shapely.box(WEST, SOUTH, WEST + size_m, SOUTH + size_m)
    _vectors(folder / "land.fgb", np.array([outline.buffer(0.01)]))
    text = (folder / "region.toml").read_text("utf-8")
    layer = 'land = { role = "land", file = "land.fgb" }\n'
    text = text.replace("[layers]\n", f"[layers]\n{layer}")
    (folder / "region.toml").write_text(text, encoding="utf-8")


def _region(folder, size_m, measured, more):
    inner = shapely.box(WEST, SOUTH, WEST + size_m, SOUTH + size_m).buffer(-0.5 * CELL_M)
    west, south, east, north = gpd.GeoSeries([inner], crs=CRS).to_crs("EPSG:4326").total_bounds
    text = REGION.format(
        crs=CRS, cell=CELL_M, west=west, south=south, east=east, north=north, measured=measured
    )
    entries = [
        (
            "nw",
            "distance",
            f'role = "faults"\nwhere = {{ fault_system = ["NW"] }}\nmeasured = "{measured}"',
        ),
        (
            "ne",
            "distance",
            f'role = "faults"\nwhere = {{ fault_system = ["NE"] }}\nmeasured = "{measured}"',
        ),
        ("sampled", "density", 'role = "dated_samples"\nradius_m = 5000.0'),
        ("granite", "share", 'role = "geology"\nwhere = { rock = ["granite"] }'),
        ("andesite", "share", 'role = "geology"\nwhere = { rock = ["andesite"] }'),
        ("gravity", "surface", 'role = "surface"'),
    ]
    others = [
        ("faults_{}", "distance", 'role = "faults"\nmeasured = "{measured}"\nat_most_m = {n}000.0'),
        ("dense_{}", "density", 'role = "dated_samples"\nradius_m = {n}000.0'),
        ("rough_{}", "focal", 'role = "relief"\nradius_m = {n}00.0'),
    ]
    for n in range(more):
        name, kind, keys = others[n % 3]
        keys = keys.replace("{measured}", measured).replace("{n}", str(n + 2))
        entries.append((name.format(n), kind, keys))
    text += "\n".join(EVIDENCE.format(name=n, kind=k, keys=keys) for n, k, keys in entries)
    (folder / "region.toml").write_text(text, encoding="utf-8")


def _lines(random, size_m, n):
    """Wandering lines of 80 vertices, 500 m apart."""
    lines = []
    for _ in range(n):
        turn = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.15, 80))
        step = np.column_stack([np.cos(turn), np.sin(turn)]) * 500.0
        start = np.array([WEST, SOUTH]) + random.uniform(0, size_m, 2)
        lines.append(shapely.LineString(start + np.cumsum(step, axis=0)))
    return np.array(lines, dtype=object)


def _blobs(random, size_m, n):
    """Round polygons of 60 vertices, 3 to 12 km across."""
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    blobs = []
    for _ in range(n):
        wobble = 1 + 0.3 * np.cos(random.integers(2, 6) * angle + random.uniform(0, 6))
        radius = random.uniform(1500, 6000) * wobble
        centre = np.array([WEST, SOUTH]) + random.uniform(0, size_m, 2)
        ring = centre + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
        blobs.append(shapely.Polygon(ring))
    return np.array(blobs, dtype=object)


def _points(random, size_m, n):
    return shapely.points(np.array([WEST, SOUTH]) + random.uniform(0, size_m, (n, 2)))


def _deposits(path, random, lines, size_m):
    """60 deposits within some 2 km of the first set of faults."""
    chosen = lines[::3][random.integers(0, len(lines[::3]), 400)]
    places = shapely.line_interpolate_point(chosen, random.uniform(0, 1, 400), normalized=True)
    at = shapely.get_coordinates(places) + random.normal(0, 1000, (400, 2))
    low, high = np.array([WEST, SOUTH]) + 2000, np.array([WEST, SOUTH]) + size_m - 2000
    at = at[((at > low) & (at < high)).all(axis=1)][:60]
    _vectors(
        path,
        shapely.points(at),
        name=[f"deposit {i:02d}" for i in range(len(at))],
        deposit_type="porphyry_copper",
        age_ma=40.0,
        verified=True,
    )


def _vectors(path, geometry, **columns):
    gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS).to_file(path, driver="FlatGeobuf")


def _raster(path, random, size_m, cell_m):
    """A sum of slow waves, as float32, written block by block, 5 km wider than the region."""
    size = int(np.ceil((size_m + 10_000) / cell_m))
    waves = random.normal(0, 6, (8, 2)), random.uniform(0, 2 * np.pi, 8)
    with rasterio.open(
        path, "w", driver="GTiff", height=size, width=size, count=1, dtype="float32", crs=CRS,
        tiled=True, blockxsize=256, blockysize=256, compress="DEFLATE", predictor=3, zlevel=1,
        transform=rasterio.transform.from_origin(
            WEST - 5000, SOUTH + size_m + 5000, cell_m, cell_m
        ),
    ) as dataset:  # fmt: skip
        for row in range(0, size, 1024):
            rows, columns = np.mgrid[row : min(row + 1024, size), 0:size] / (size / 4)
            block = 1000 + sum(
                100 * np.cos(east * columns + north * rows + phase)
                for (east, north), phase in zip(*waves, strict=True)
            )
            dataset.write(block.astype("float32"), 1, window=((row, row + len(block)), (0, size)))
