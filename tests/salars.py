"""A region of salars in basins whose lithium has a known cause, or none."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_bounds

CRS = "EPSG:32719"
WEST, SOUTH, STEP_M, SIDE = 300_000.0, 7_000_000.0, 50_000.0, 8
"""Salars lie one to a square of 50 km; four squares by four are a basin."""

DRY_MM, NEAR_KM = 150, 20

REGION = """\
[region]
name = "salars"
title = "Planted salars"
crs = "EPSG:32719"
cell_size_m = 5000
deposit_models = ["{model}"]
window = {{ west = {west:.4f}, south = {south:.4f}, east = {east:.4f}, north = {north:.4f} }}
"""
LAYERS = {
    "salars": "salars.geojson",
    "basins": "basins.geojson",
    "volcanoes": "volcanoes.geojson",
    "deposits": "deposits.geojson",
    "relief": 'relief.tif"\nunit = "m',
}


def write_salars(
    folder,
    *,
    cause="basins",
    model="lithium_brine",
    deposit_type="lithium_brine",
    known=14,
    reach=1.0,
    seed=0,
):
    """Write 64 salars in 16 basins and return the folder.

    Parameters
    ----------
    cause
        "basins": the deposits lie in the salars nearest to a volcano in closed, dry basins; "volcanoes": in
        those nearest to a volcano, whatever the basin; "none": anywhere.
    reach
        Share of the basins, from the west, whose closure and climate are known.
    """
    path, random = Path(folder), np.random.default_rng(seed)
    path.mkdir(parents=True, exist_ok=True)
    salars = _salars(random)
    basins = _basins(random)
    volcanoes = _volcanoes(random)
    good = _promise(salars, basins, volcanoes)
    if cause == "volcanoes":
        good = -salars.distance(volcanoes.union_all()).to_numpy()
    chosen = np.argsort(-good, kind="stable")[:known]
    if cause == "none":
        chosen = random.permutation(len(salars))[:known]
    inside = salars.geometry.representative_point()[np.sort(chosen)]
    deposits = {"name": salars["name"][np.sort(chosen)], "deposit_type": deposit_type}
    unknown = basins.geometry.centroid.x > WEST + reach * SIDE * STEP_M
    columns = ["closed", "precipitation_mm_y", "aridity"]
    basins[columns] = basins[columns].astype(object).mask(unknown, None)
    for name, table in {
        "salars": salars,
        "basins": basins,
        "volcanoes": volcanoes,
        "deposits": gpd.GeoDataFrame(deposits, geometry=inside, crs=CRS),
    }.items():
        table.to_crs("EPSG:4326").to_file(path / f"{name}.geojson", driver="GeoJSON")
    _write_relief(path / "relief.tif", random)
    _write_toml(path, model)
    return path


def _squares(step_m, side):
    corners = [
        (WEST + step_m * east, SOUTH + step_m * north)
        for north in range(side)
        for east in range(side)
    ]
    return [shapely.box(east, north, east + step_m, north + step_m) for east, north in corners]


def _salars(random):
    places = [
        shapely.Point(
            square.centroid.x + random.uniform(-9e3, 9e3),
            square.centroid.y + random.uniform(-9e3, 9e3),
        )
        for square in _squares(STEP_M, SIDE)
    ]
    shapes = [
        place.buffer(radius)
        for place, radius in zip(places, random.uniform(3e3, 1e4, 64), strict=True)
    ]
    names = [f"Salar {number:02d}" for number in range(64)]
    return gpd.GeoDataFrame({"name": names, "country": "Chile"}, geometry=shapes, crs=CRS)


def _basins(random):
    """Half of the basins are closed, and rain is their own, whether they are or not."""
    shapes = _squares(2 * STEP_M, SIDE // 2)
    rain = random.permutation(np.linspace(40, 420, 16)).round(1)
    return gpd.GeoDataFrame(
        {
            "name": [f"Basin {number:02d}" for number in range(16)],
            "closed": random.permutation(np.repeat([True, False], 8)),
            "precipitation_mm_y": rain,
            "aridity": (1500 / rain).round(2),
        },
        geometry=shapes,
        crs=CRS,
    )


def _volcanoes(random):
    at = random.uniform([WEST, SOUTH], [WEST + SIDE * STEP_M, SOUTH + SIDE * STEP_M], (18, 2))
    names = [f"Volcano {number}" for number in range(len(at))]
    return gpd.GeoDataFrame({"name": names}, geometry=gpd.points_from_xy(*at.T), crs=CRS)


def _promise(salars, basins, volcanoes):
    """Return closed and dry before all, then the nearer to a volcano."""
    centres = salars[["geometry"]].set_geometry(salars.centroid)
    around = gpd.sjoin(centres, basins, predicate="within").sort_index()
    dry = np.clip((400 - around["precipitation_mm_y"]) / 250, 0, 1).to_numpy(dtype=float)
    away_km = salars.distance(volcanoes.union_all()).to_numpy() / 1000
    return around["closed"].to_numpy(dtype=float) * dry + 0.3 * np.exp(-away_km / NEAR_KM)


def _write_relief(path, random):
    """Write a plateau of 4000 m with noise that has nothing to do with the deposits."""
    values = (4000 + random.normal(0, 100, (40, 40))).astype("float32")
    side = SIDE * STEP_M + 100_000
    left, bottom = WEST - 50_000, SOUTH - 50_000
    with rasterio.open(
        path, "w", driver="GTiff", height=40, width=40, count=1, dtype="float32", crs=CRS,
        transform=from_bounds(left, bottom, left + side, bottom + side, 40, 40),
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)


def _write_toml(path, model):
    square = shapely.box(WEST, SOUTH, WEST + SIDE * STEP_M, SOUTH + SIDE * STEP_M)
    west, south, east, north = gpd.GeoSeries([square], crs=CRS).to_crs("EPSG:4326").total_bounds
    text = REGION.format(model=model, west=west, south=south, east=east, north=north)
    for role, file in LAYERS.items():
        text += f'\n[layers.{role}]\nrole = "{role}"\nfile = "{file}"\n'
    (path / "region.toml").write_text(text, encoding="utf-8")
