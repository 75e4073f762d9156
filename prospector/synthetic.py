"""A region whose deposits have a known cause: for tests, doctests and teaching."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import from_bounds

CRS = "EPSG:32719"
WEST, SOUTH, SIZE_M = 400_000.0, 7_200_000.0, 200_000.0

REGION = """\
[region]
name = "synthetic"
title = "Synthetic region"
crs = "EPSG:32719"
cell_size_m = 2000
deposit_models = ["porphyry_copper"]
window = {{ west = {west:.4f}, south = {south:.4f}, east = {east:.4f}, north = {north:.4f} }}

[layers.deposits]
role = "deposits"
file = "deposits.geojson"

[layers.faults]
role = "faults"
file = "faults.geojson"

[layers.relief]
role = "relief"
file = "relief.tif"
unit = "m"
"""


def write_region(folder: str | Path, *, cause: str = "fault", n: int = 40, seed: int = 0) -> Path:
    """Write a region of 200 by 200 km and return its folder.

    Parameters
    ----------
    folder
        Where; it is made if it is not there.
    cause
        ``"fault"``: deposits lie within about 4 km of a fault that runs north to south.
        ``"none"``: they lie anywhere, and no evidence says where.
    n
        Number of deposits.
    seed
        Seed of every draw.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    fault = _fault(random)
    at = _deposits(random, fault, cause, n)
    _write_vectors(path, fault, at, random)
    _write_relief(path / "relief.tif", random)
    window = gpd.GeoSeries(
        [shapely.box(WEST, SOUTH, WEST + SIZE_M, SOUTH + SIZE_M).buffer(-10_000)], crs=CRS
    )
    west, south, east, north = window.to_crs("EPSG:4326").total_bounds
    text = REGION.format(west=west, south=south, east=east, north=north)
    (path / "region.toml").write_text(text, encoding="utf-8")
    return path


def write_own_files(folder: str | Path, *, n: int = 40, seed: int = 0) -> Path:
    """Write maps and tables as people have them, and return their folder.

    The deposits lie along a fault. Text is Latin-1, columns are Spanish; the table of deposits has
    semicolons, decimal commas and metres of UTM zone 19 S, which it does not state; the gravity has
    -9999 where nothing was measured, and does not say so; a file holds several layers, another is no
    layer at all.

    Parameters
    ----------
    folder
        Where; it is made if it is not there.
    n
        Number of deposits.
    seed
        Seed of every draw.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    fault = _fault(random)
    at = _deposits(random, fault, "fault", n)
    _write_table(path / "Yacimientos 2019.csv", at, random)
    _write_geology(path / "Geología_250k.shp", random)
    line = gpd.GeoDataFrame({"NOMBRE": ["Falla Principal"]}, geometry=[fault], crs=CRS)
    line.to_file(path / "estructural.gpkg", layer="fallas")
    river = line.assign(NOMBRE="Río Seco", geometry=line.translate(30_000, 0))
    river.to_file(path / "estructural.gpkg", layer="rios")
    _write_relief(path / "dem_90m.tif", random)
    _write_relief(path / "bouguer.tif", random, missing=-9999.0)
    (path / "informe.pdf").write_bytes(b"%PDF-1.4")
    return path


def _write_table(file: Path, at: NDArray[np.float64], random: np.random.Generator) -> None:
    grades = random.uniform(0.3, 1.5, len(at))
    lines = ["Nombre;Tipo de yacimiento;Este;Norte;Ley Cu (%)"]
    for number, ((easting, northing), grade) in enumerate(zip(at, grades, strict=True), 1):
        line = f"Cerro Ñandú {number};pórfido cuprífero;{easting:.1f};{northing:.1f};{grade:.2f}"
        lines.append(line.replace(".", ","))
    file.write_bytes("\r\n".join(lines).encode("latin-1"))


def _write_geology(file: Path, random: np.random.Generator) -> None:
    """Write squares of 20 km with the name of a rock."""
    rocks = ["granito", "andesita", "caliza", "arenisca"]
    corners = [
        (WEST + 20_000 * column, SOUTH + 20_000 * row) for row in range(10) for column in range(10)
    ]
    shapes = [shapely.box(x, y, x + 20_000, y + 20_000) for x, y in corners]
    table = {"LITOLOGIA": random.choice(rocks, len(shapes)), "EDAD": "Jurásico"}
    geology = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
    geology.to_file(file, encoding="ISO-8859-1")


def _fault(random: np.random.Generator) -> shapely.LineString:
    """Return a winding line from south to north through the middle third."""
    northing = np.linspace(SOUTH - 20_000, SOUTH + SIZE_M + 20_000, 25)
    wander = np.cumsum(random.normal(0, 3_000, len(northing)))
    return shapely.LineString(np.column_stack([WEST + SIZE_M / 2 + wander, northing]))


def _deposits(
    random: np.random.Generator, fault: shapely.LineString, cause: str, n: int
) -> NDArray[np.float64]:
    margin = 15_000
    if cause == "none":
        return np.column_stack(
            [
                random.uniform(WEST + margin, WEST + SIZE_M - margin, n),
                random.uniform(SOUTH + margin, SOUTH + SIZE_M - margin, n),
            ]
        )
    along = random.uniform(0.15, 0.85, n)
    points = shapely.line_interpolate_point(fault, along, normalized=True)
    easting = shapely.get_x(points) + random.normal(0, 4_000, n)
    return np.column_stack([easting, shapely.get_y(points)])


def _write_vectors(
    path: Path,
    fault: shapely.LineString,
    at: NDArray[np.float64],
    random: np.random.Generator,
) -> None:
    lines = gpd.GeoDataFrame({"fault_system": ["Domeyko"]}, geometry=[fault], crs=CRS)
    lines.to_crs("EPSG:4326").to_file(path / "faults.geojson", driver="GeoJSON")
    table = {
        "name": [f"deposit {i:02d}" for i in range(len(at))],
        "deposit_type": "porphyry_copper",
        "age_ma": random.uniform(30, 60, len(at)).round(1),
        "verified": True,
    }
    points = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(at[:, 0], at[:, 1]), crs=CRS)
    points.to_crs("EPSG:4326").to_file(path / "deposits.geojson", driver="GeoJSON")


def _write_relief(path: Path, random: np.random.Generator, *, missing: float | None = None) -> None:
    """Write smooth noise that has nothing to do with the deposits; a corner may be missing, undeclared."""
    size, wide = 60, SIZE_M + 60_000
    rows, columns = np.mgrid[0:size, 0:size] / size
    relief = np.full((size, size), 2000.0)
    for _ in range(12):
        wave = random.normal(0, 6, 2)
        relief += 200 * np.cos(wave[0] * rows + wave[1] * columns + random.uniform(0, 2 * np.pi))
    if missing is not None:
        relief[:6, :6] = missing
    left, bottom = WEST - 30_000, SOUTH - 30_000
    with rasterio.open(
        path, "w", driver="GTiff", height=size, width=size, count=1, dtype="float32", crs=CRS,
        transform=from_bounds(left, bottom, left + wide, bottom + wide, size, size),
    ) as dataset:  # fmt: skip
        dataset.write(relief.astype("float32"), 1)
